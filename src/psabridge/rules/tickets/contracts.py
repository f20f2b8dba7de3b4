"""Which contract a company's tickets carry, and which contracts are over (ACR-TKT-14, R50). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from psabridge.rules.psa import Contract, ContractLine, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, ContractId, ServiceId


def contracts_on_tickets(settings: PairingSettings, psa: PsaSnapshot) -> Mapping[CompanyId, ContractId]:
    """The one active contract that sells a mapped service; of several none, rather than a wrong one.

    A ticket's workload does not tell which of them it belongs to, so several stay several.
    """
    mapped = {row.service for row in settings.services if isinstance(row.service, int)}
    companies = {row.company for row in settings.customers} - {gap.company for gap in psa.gaps}
    found: dict[CompanyId, set[ContractId]] = defaultdict(set)
    for line in psa.lines.values():
        contract = psa.contracts.get(line.contract)
        if contract is not None and _is_active(contract, psa) and mapped & set(_services_of(line, psa)):
            found[contract.company].add(contract.id)
    return {
        company: next(iter(contracts))
        for company, contracts in found.items()
        if company in companies and len(contracts) == 1
    }


def contracts_over(psa: PsaSnapshot) -> frozenset[ContractId]:
    """Those that were read and have ended or are not active; one that is absent was not read (R20)."""
    return frozenset(
        contract.id
        for contract in psa.contracts.values()
        if contract.ends < psa.today or not contract.is_active
    )


def _is_active(contract: Contract, psa: PsaSnapshot) -> bool:
    return contract.is_active and contract.starts <= psa.today <= contract.ends


def _services_of(line: ContractLine, psa: PsaSnapshot) -> Iterable[ServiceId]:
    """A bundle sells its services."""
    bundle = None if line.bundle is None else psa.bundles.get(line.bundle)
    if bundle is not None:
        return bundle.services
    return () if line.service is None else (line.service,)
