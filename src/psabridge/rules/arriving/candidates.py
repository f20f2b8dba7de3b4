"""Which companies should have a tenant and have none (ACR-PRV-01)."""

from collections.abc import Iterable

from psabridge.rules.psa import Contract, Newcomers, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.contract_state import is_live, services_of
from psabridge.rules.words import CompanyId, ServiceId


def candidates(
    settings: PairingSettings, psa: PsaSnapshot, newcomers: Newcomers, mapped: Iterable[ServiceId]
) -> frozenset[CompanyId]:
    """Active, not mapped, and on a live recurring contract of theirs stands a mapped service."""
    services, seen = frozenset(mapped), newcomers.beside(psa)
    customers = {row.company for row in settings.customers}
    found = {
        contract.company
        for line in newcomers.lines.values()
        if (contract := newcomers.contracts.get(line.contract)) is not None
        and _sells(contract, psa)
        and services.intersection(services_of(line, seen))
    }
    return frozenset(company for company in found - customers if _is_active(company, newcomers))


def _sells(contract: Contract, psa: PsaSnapshot) -> bool:
    """Of an inactive contract nothing new is written (R19)."""
    return contract.is_recurring and contract.is_active and is_live(contract, psa.today)


def _is_active(company: CompanyId, newcomers: Newcomers) -> bool:
    found = newcomers.companies.get(company)
    return found is not None and found.is_active
