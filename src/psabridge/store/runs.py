"""What became of the last run of each pairing, and of its last ticket cycle."""

from typing import ClassVar

from psabridge.rules.runs import Run, following
from psabridge.rules.words import PairingId
from psabridge.store.codec import from_plain, to_plain
from psabridge.store.models import LastRun, LastTicketRun


class DatabaseRuns:
    table: ClassVar[type[LastRun] | type[LastTicketRun]] = LastRun

    def last(self, pairing: PairingId) -> Run | None:
        row = self.table.objects.filter(pairing_id=pairing).first()
        return None if row is None else from_plain(row.body, Run)

    def keep(self, pairing: PairingId, run: Run) -> Run:
        """The run as it follows the one before."""
        kept = following(self.last(pairing), run)
        self.table.objects.update_or_create(pairing_id=pairing, defaults={"body": to_plain(kept)})
        return kept


class DatabaseTicketRuns(DatabaseRuns):
    table = LastTicketRun
