"""Contracts of which everything is known that follows from them: what is sold, and what is used of it."""

from collections.abc import Iterable, Sequence

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.psa import Contract
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import DesiredUnits
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.sales import Standing
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.words import BillingKind, ContractId


def told_contracts(
    customer: Customer,
    sales: Sales,
    ground: Ground,
    units: Iterable[DesiredUnits],
    findings: Sequence[Finding],
) -> frozenset[ContractId]:
    """None while something of the customer could not be written (R24)."""
    if any(finding.severity is Severity.STOPS for finding in findings):
        return frozenset()
    if customer.absent or not all(map(_is_read, customer.views)):
        return frozenset()
    unmeasured = _unmeasured(sales, units)
    live = ground.contracts.of(customer.company.id).live
    return frozenset(
        contract.id for contract in live if _is_sure(contract, ground) and contract.id not in unmeasured
    )


def _is_read(view: TenantView) -> bool:
    return view.tenant.is_enabled and view.items is not None and view.usages is not None


def _is_sure(contract: Contract, ground: Ground) -> bool:
    return contract.is_active and ground.contracts.kinds[contract.id] is not BillingKind.UNKNOWN


def _unmeasured(sales: Sales, units: Iterable[DesiredUnits]) -> frozenset[ContractId]:
    """Contracts with a line that takes usage and has no figure."""
    measured = {wanted.line for wanted in units}
    return frozenset(
        sale.receiver.contract.id
        for sale in sales.by_service.values()
        if sale.standing is Standing.PAYG
        and sale.receiver is not None
        and sale.receiver.line.id not in measured
    )
