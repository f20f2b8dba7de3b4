"""Advanced packs stand on Standard Protection: one sold without the other is warned of (ACR-MAP-10)."""

from collections.abc import Iterator

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground, Sales


def pack_findings(customer: Customer, sales: Sales, ground: Ground) -> Iterator[Finding]:
    """It is given all the same: the platform refuses it per workload, not for the tenant."""
    catalogue = ground.labels.catalogue
    sold = {mapped.row.item for mapped in ground.mapping.rows if sales.is_sold(mapped)}
    given = sold | {mapped.row.item for mapped in ground.mapping.rows if mapped.row.free}
    is_on = {
        name
        for view in customer.views
        for name, same in (view.items or {}).items()
        if any(item.is_on for item in same)
    }
    advanced = sorted({pack for pack in map(catalogue.advanced_pack_of, sold) if pack is not None})
    has_standard = any(map(catalogue.is_standard_protection, given | is_on))
    if not advanced or has_standard or any(view.items is None for view in customer.views):
        return
    yield customer.finding(
        Severity.WARNING,
        "ACR-MAP-10",
        "",
        f"it is sold {' and '.join(advanced)} and nothing of Standard Protection; "
        "Acronis refuses an advanced pack for a workload without Standard",
        "Put a service of Standard Protection on the contract, or take the advanced one off",
    )
