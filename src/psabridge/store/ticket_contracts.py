"""Contracts for tickets, from what the billing cycle read last: nothing more is asked of Autotask."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.contracts import contracts_on_tickets, contracts_over
from psabridge.rules.words import CompanyId, ContractId, PairingId, SnapshotId
from psabridge.store.codec import NotReadable, unpack
from psabridge.store.models import SnapshotRecord
from psabridge.store.records import DatabaseRecords

Answer = tuple[Mapping[CompanyId, ContractId], frozenset[ContractId]]
NOTHING_KNOWN: Answer = ({}, frozenset())


@dataclass(slots=True)
class DatabaseTicketContracts:
    """What was made of a snapshot is remembered: it never changes, and is asked for in every ticket cycle."""

    _known: dict[PairingId, tuple[SnapshotId, Answer]] = field(default_factory=dict)

    def contracts(self, pairing: PairingId) -> Answer:
        latest = DatabaseRecords().latest_snapshot(pairing)
        if latest is None:
            return NOTHING_KNOWN
        snapshot, answer = self._known.get(pairing, (None, NOTHING_KNOWN))
        if snapshot != latest:
            answer = _answer(latest)
            self._known[pairing] = latest, answer
        return answer


def _answer(snapshot: SnapshotId) -> Answer:
    """Of a snapshot of another version nothing is known: tickets carry no contract until the next one."""
    record = SnapshotRecord.objects.only("psa", "settings").filter(pk=snapshot).first()
    if record is None:
        return NOTHING_KNOWN
    try:
        psa = unpack(record.psa, PsaSnapshot)
        settings = unpack(record.settings, PairingSettings)
    except NotReadable:
        return NOTHING_KNOWN
    return contracts_on_tickets(settings, psa), contracts_over(psa)
