"""Contracts for tickets and names of companies, as the billing cycle read them: nothing more is asked."""

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


@dataclass(frozen=True, slots=True)
class _Read:
    contracts: Answer = ({}, frozenset())
    names: Mapping[CompanyId, str] = field(default_factory=dict)


NOTHING_KNOWN = _Read()


@dataclass(slots=True)
class DatabaseTicketContracts:
    """What was made of a snapshot is remembered: it never changes, and is asked for in every ticket cycle."""

    _known: dict[PairingId, tuple[SnapshotId, _Read]] = field(default_factory=dict)

    def contracts(self, pairing: PairingId) -> Answer:
        return self._latest(pairing).contracts

    def names(self, pairing: PairingId) -> Mapping[CompanyId, str]:
        return self._latest(pairing).names

    def _latest(self, pairing: PairingId) -> _Read:
        latest = DatabaseRecords().latest_snapshot(pairing)
        if latest is None:
            return NOTHING_KNOWN
        snapshot, read = self._known.get(pairing, (None, NOTHING_KNOWN))
        if snapshot != latest:
            read = _read(latest)
            self._known[pairing] = latest, read
        return read


def _read(snapshot: SnapshotId) -> _Read:
    """Of a snapshot of another version nothing is known: tickets carry no contract until the next one."""
    record = SnapshotRecord.objects.only("psa", "settings").filter(pk=snapshot).first()
    if record is None:
        return NOTHING_KNOWN
    try:
        psa = unpack(record.psa, PsaSnapshot)
        settings = unpack(record.settings, PairingSettings)
    except NotReadable:
        return NOTHING_KNOWN
    names = {company.id: company.name for company in psa.companies.values()}
    return _Read((contracts_on_tickets(settings, psa), contracts_over(psa)), names)
