"""Proof that this database is current and alone, and its marker at the vendor (protocol.md 2.6)."""

from datetime import datetime

from psabridge.engine.ports import Journal, Psa
from psabridge.kit.errors import BridgeError
from psabridge.rules.settings import Waits
from psabridge.rules.units.proof import Currency, Standing, prove_current


def check_current(*, journal: Journal, marker: str | None, started_at: datetime, waits: Waits) -> Currency:
    """At the start of every writing cycle. `marker`: what the field at the vendor holds, as just read."""
    in_file = journal.proof_in_file()  # before the database: another pairing may write both in between
    return prove_current(
        proof=journal.proof(),
        in_file=in_file,
        marker=marker,
        started_at=started_at,
        waits=waits,
    )


def take_back(
    currency: Currency, *, psa: Psa, journal: Journal, definition_id: int, now: datetime
) -> str | None:
    """A person approved the first plan after a recovery: raise the epoch and mark the vendor as ours.

    Only after μ, so that every request of the lost time has arrived. Returns why not, or None.
    """
    if now < currency.writes_from:
        return f"requests sent before the restore may still arrive until {currency.writes_from:%H:%M}"
    journal.raise_epoch()
    journal.write_proof_file()
    return VendorMarker(psa, journal, definition_id).refusal()


class VendorMarker:
    """Written once a cycle, after the first intent is committed and before its request leaves.

    It then carries a number no older copy of the database has, so a clone or a restored copy sees it.
    """

    def __init__(self, psa: Psa, journal: Journal, definition_id: int | None) -> None:
        self._psa = psa
        self._journal = journal
        self._definition_id = definition_id
        self._is_written = False
        self._is_claimed = False

    def claim(self, currency: Currency) -> str | None:
        """Where nobody wrote before, our name comes before the first intent; why it could not, or None.

        An intent counted here, with no marker there, would look like a recovery ever after.
        """
        if currency.standing is not Standing.FIRST_EVER or self._is_claimed:
            return None
        obstacle = self._write()
        self._is_claimed = obstacle is None
        return obstacle

    def refusal(self) -> str | None:
        """Write it if that was not done yet; why it could not be written, or None."""
        if self._is_written:
            return None
        obstacle = self._write()
        self._is_written = obstacle is None
        return obstacle

    def _write(self) -> str | None:
        if self._definition_id is None:
            return "there is no field in Autotask yet that could hold our marker"
        try:
            self._psa.write_marker(self._definition_id, str(self._journal.proof()))
        except BridgeError as error:
            return f"our marker could not be written: {error}"
        return None
