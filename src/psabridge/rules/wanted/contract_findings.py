"""What there is to say about contracts, the PAYG field, prices and items, beside what is written."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from psabridge.kit.wording import counted
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.catalogue import mode_label
from psabridge.rules.psa import DefinitionState, Gap
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground, Sales, hides_contracts, mapped_lines
from psabridge.rules.wanted.sales import Standing
from psabridge.rules.words import BillingKind, CompanyId, ServiceId


def wants_definition(ground: Ground) -> bool:
    """Missing and never seen, or begun by us: it is to be made. Missing and seen before is ERR-14 (R22)."""
    state = ground.psa.payg.state
    if state is DefinitionState.UNFINISHED:
        return True
    return state is DefinitionState.MISSING and ground.settings.payg_definition_id is None


def definition_findings(ground: Ground) -> Iterator[Finding]:
    definition = ground.psa.payg
    if definition.state is DefinitionState.SOUND:
        return
    subject = f"field '{definition.name}'"
    if wants_definition(ground):
        yield Finding(
            "ACR-PAY-02",
            Severity.NOTE,
            subject,
            "it is not there, or not finished, so no contract can be told pay as you go or prepaid",
            "The bridge makes it; nothing is written to contracts before that",
        )
        return
    yield Finding(
        "ERR-14",
        Severity.STOPS,
        subject,
        f"it is {definition.state}, so nothing is written to any contract",
        "Rename or repair the field: a list with exactly Yes and No, active, on contracts",
    )


def contract_findings(customer: Customer, ground: Ground) -> Iterator[Finding]:
    contracts = ground.contracts.of(customer.company.id)
    why = ground.why_unreadable(customer.company.id)
    if contracts.has_none or ground.unreadable.get(customer.company.id) or contracts.unreadable:
        yield customer.finding(
            Severity.STOPS if why else Severity.WARNING,
            "ERR-07",
            "",
            "; ".join(why) or "no contract of the company can be read",
            "Check whether a line of business hides contracts from the API user; nothing is lowered",
        )
    for sold in mapped_lines(contracts, ground.mapping.by_service):
        if not sold.contract.is_active:
            yield customer.finding(
                Severity.WARNING,
                "R19",
                f"contract '{sold.contract.name}'",
                f"it is inactive and still bills until {sold.contract.ends}; nothing new is written to it",
                "Activate it, or bring its end date forward",
            )
        elif sold.kind is BillingKind.UNKNOWN and ground.psa.payg.state is DefinitionState.SOUND:
            yield customer.finding(
                Severity.STOPS,
                "ERR-14",
                f"contract '{sold.contract.name}'",
                f"its field '{ground.psa.payg.name}' holds '{sold.contract.payg_value}', neither Yes nor No",
                "Choose Yes or No on the contract; until then nothing is written to it",
            )


def mode_findings(customer: Customer, sales: Sales, ground: Ground) -> Iterator[Finding]:
    """Prepaid services of a mode the customer's tenants are not in (R39, ACR-MAP-13)."""
    for service, sale in sorted(sales.by_service.items()):
        if sale.standing is not Standing.PREPAID or not customer.views:
            continue
        rows = ground.mapping.by_service[service]
        if any(view.is_in_mode(row) is not False for row in rows for view in customer.views):
            continue
        modes = " and ".join(sorted({mode_label(row.edition) for row in rows if row.edition is not None}))
        yield customer.finding(
            Severity.WARNING,
            "R39",
            f"service '{ground.mapping.name_of(service)}'",
            f"it has {sale.units} units and belongs to {modes}, a mode the customer's tenants are not in",
            "Bring contract and tenant into one mode",
        )


def price_findings(customers: Iterable[Customer], ground: Ground) -> Iterator[Finding]:
    """Lines with units at price 0 are listed, one finding per service (R9)."""
    given: dict[ServiceId, list[str]] = {}
    for customer in customers:
        contracts = ground.contracts.of(customer.company.id)
        for service in ground.mapping.by_service:
            if service in ground.settings.free_on_purpose:
                continue
            for sold in contracts.sold.get(service, ()):
                if not sold.is_bundle and sold.units and ground.price_of(sold, service) == 0:
                    given.setdefault(service, []).append(f"{customer.company.name} ({sold.units})")
    for service, names in sorted(given.items()):
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        yield Finding(
            "R9",
            Severity.NOTE,
            f"service '{ground.mapping.name_of(service)}'",
            f"units at price 0 on {counted(len(names), 'line')}: {', '.join(names[:5])}{more}",
            "Set a price, or mark the service as free on purpose",
        )


def unpriced_findings(ground: Ground) -> Iterator[Finding]:
    """Services come without a price, and get no line before they have one (ACR-TWO-02, R9)."""
    if not ground.settings.syncs_both_ways:
        return
    for service in sorted(ground.mapping.by_service.keys() - ground.settings.free_on_purpose):
        found = ground.psa.services.get(service)
        if found is not None and found.unit_price == 0:
            yield Finding(
                "ACR-TWO-02",
                Severity.NOTE,
                f"service '{found.name}'",
                "it needs a price: it is mapped and has the price 0",
                "Set its price in Autotask, or mark the service as free on purpose",
            )


def item_findings(customers: Iterable[Customer], ground: Ground) -> Iterator[Finding]:
    """Items that are on at customers and in no mapping row: new, and never lowered (R8)."""
    found: dict[str, list[str]] = {}
    for customer in customers:
        for view in customer.views:
            for name, items in (view.items or {}).items():
                if name not in ground.mapping.mapped_items and any(item.is_on for item in items):
                    found.setdefault(name, []).append(view.tenant.name)
    for name, tenants in sorted(found.items()):
        yield Finding(
            "R8",
            Severity.WARNING,
            f"item {ground.labels.item(name)}",
            f"it is on at {counted(len(tenants), 'mapped tenant')} and in no mapping row, "
            "so it is billed to nobody",
            "Give it a mapping row: with a service, or free, or with neither if it is not given",
        )


def gap_findings(ground: Ground, incomplete: frozenset[CompanyId]) -> Iterator[Finding]:
    """What a read could not bring. What is missing for one company is said with that company, once.

    `incomplete`: companies that are told that their usage is (ERR-22).
    """
    for gap in ground.psa.gaps:
        if gap.company is None or not hides_contracts(gap):
            yield _gap("Autotask", gap, "ERR-07")
    for gap in ground.platform.gaps:
        # That a tenant is out of sight is told by itself; of one that the bridge deleted it is none
        owner = None if gap.tenant is None else ground.settings.company_of(gap.tenant)
        if owner is None or owner not in incomplete:
            yield from _platform_gap(gap, owner, ground)


def _platform_gap(gap: Gap, owner: CompanyId | None, ground: Ground) -> Iterator[Finding]:
    if gap.tenant is None:
        yield _gap("Acronis", gap, "ERR-22")
    elif (tenant := ground.platform.tenants.get(gap.tenant)) is not None:
        what = gap.what.replace(tenant.id, f"'{tenant.name}'")
        yield _gap("Acronis", replace(gap, what=what, company=owner), "ERR-22")


def _gap(side: str, gap: Gap, code: str) -> Finding:
    return Finding(
        gap.code or code,
        Severity.STOPS,
        f"{side}, {gap.what}",
        gap.why,
        "It is read again with the next cycle; nothing is lowered for what is missing",
        gap.company,
    )
