"""Each mapping row of each tenant of a customer, compared three ways (ACR-TWO-06)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from psabridge.rules.exemptions import is_exempt, was_exempt
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import OfferingItem
from psabridge.rules.settings import Measure
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.homes import Home
from psabridge.rules.wanted.quantities import turns_round, units_for
from psabridge.rules.wanted.sales import Sale, Standing
from psabridge.rules.wanted.service_mapping import MappedRow, sharing_rows
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.wanted.two_way import OFF, Agreed, Case, Level, RowOfTenant, Verdict, decide
from psabridge.rules.words import BillingKind, ItemKey, ServiceId, TenantId


@dataclass(frozen=True, slots=True)
class Compared:
    """One mapping row at one tenant."""

    mapped: MappedRow
    service: ServiceId
    view: TenantView
    item: OfferingItem | None  # None: the tenant has no such item
    sale: Sale
    case: Case
    verdict: Verdict

    @property
    def at(self) -> RowOfTenant:
        return RowOfTenant(self.view.tenant.id, self.mapped.row.key)


@dataclass(frozen=True, slots=True)
class Table:
    """What all rows of a customer are compared with."""

    customer: Customer
    sales: Sales
    ground: Ground
    home: Home
    confirmed: Mapping[RowOfTenant, Agreed]

    def say(self, one: Compared, severity: Severity, code: str, problem: str, next_act: str) -> Finding:
        return self.customer.finding(severity, code, self.subject(one), problem, next_act)

    def subject(self, one: Compared) -> str:
        row = self.ground.labels.row(one.mapped.row)
        return f"tenant '{one.view.tenant.name}', {row}, service '{self.name(one.service)}'"

    def name(self, service: ServiceId) -> str:
        return self.ground.mapping.name_of(service)


def compared(table: Table, findings: list[Finding]) -> Iterator[Compared]:
    for view in table.customer.views:
        if view.items is None or not view.tenant.is_enabled:
            continue
        for mapped in table.ground.mapping.rows:
            one = _compare(mapped, view, table, findings)
            if one is not None:
                yield one


def _compare(mapped: MappedRow, view: TenantView, table: Table, findings: list[Finding]) -> Compared | None:
    sale, service = _told_sale(mapped, view, table), mapped.service
    if sale is None or service is None or _is_left_out(mapped, view, sale, table):
        return None
    confirmed = table.confirmed.get(RowOfTenant(view.tenant.id, mapped.row.key))
    items = view.items_of(mapped)
    if confirmed is not None and (confirmed.meter != meter_of(mapped) or _were_exempt(items, view, table)):
        confirmed = None
    on = [item for item in items if item.is_on]
    if len(on) > 1:
        return None  # which of them the row means is a finding of its own (R4)
    item = on[0] if on else items[0] if items else None
    is_counted = is_prepaid(sale, table)
    source = _source(mapped, item, is_counted=is_counted)
    contract = _contract(sale)
    confirmed = None if confirmed is None else confirmed.as_sent(contract)
    case = Case(source, contract, confirmed, is_counted=is_counted, is_switch=mapped.is_feature)
    one = Compared(mapped, service, view, item, sale, case, decide(case))
    if item is None and confirmed is not None and confirmed.source != OFF:
        findings.append(_vanished(one, table))
        return None
    return one


def _were_exempt(items: Iterable[OfferingItem], view: TenantView, table: Table) -> bool:
    """A quota raised for a time was never sold: after it the contract stands (R10)."""
    exempt, today = table.ground.settings.exempt_items, table.ground.psa.today
    return any(was_exempt(view.tenant.id, item.key, exempt, today) for item in items)


def meter_of(mapped: MappedRow) -> str:
    row = mapped.row
    size = f"{row.unit_size} {row.rounding} from {row.ignore_below} above {row.included}"
    return f"service {mapped.service}, {size}"


def _is_left_out(mapped: MappedRow, view: TenantView, sale: Sale, table: Table) -> bool:
    """Rows that say nothing about what is sold, and rows whose say is settled elsewhere."""
    row, tenant = mapped.row, view.tenant.id
    if row.measure is Measure.PUBLIC_CLOUD or row.counts_only or row.undecided or mapped.facts is None:
        return True
    if view.is_in_mode(mapped) is False or (row.free and sale.standing is Standing.ABSENT):
        return True  # Free: given though it is not sold
    exempt, today = table.ground.settings.exempt_items, table.ground.psa.today
    if any(is_exempt(tenant, item.key, exempt, today) for item in view.items_of(mapped)):
        return True
    if not is_prepaid(sale, table):
        return False
    if tenant != table.customer.receiver or not (mapped.carries_quota or mapped.is_feature):
        return True  # its quotas go to another tenant (R31), or the row only reports (ACR-STO-18)
    return _is_shared(mapped, table) or (mapped.carries_quota and not turns_round(row))


def _is_shared(mapped: MappedRow, table: Table) -> bool:
    """Units of a shared service cannot be told apart as quotas (R3)."""
    rows = table.ground.mapping.by_service[mapped.service] if mapped.service is not None else ()
    same = sharing_rows(rows)
    return bool(same) and any(each.carries_quota for each in same)


def _told_sale(mapped: MappedRow, view: TenantView, table: Table) -> Sale | None:
    """How the row's service is sold; None where it cannot be told."""
    sale = table.sales.of(mapped)
    if sale.standing in {Standing.PREPAID, Standing.PAYG, Standing.ABSENT}:
        return sale
    confirmed = table.confirmed.get(RowOfTenant(view.tenant.id, mapped.row.key))
    was_absent = confirmed is not None and confirmed.contract == OFF
    if sale.standing is Standing.HELD and was_absent and _is_bare(sale, table):
        return replace(sale, standing=Standing.PREPAID, units=0)
    return None


def _is_bare(sale: Sale, table: Table) -> bool:
    """One prepaid line, as new as that it has no unit row yet."""
    if len(sale.lines) != 1 or sale.lines[0].kind is not BillingKind.PREPAID:
        return False
    line = sale.lines[0]
    return line.contract.is_active and not table.ground.psa.rows.get(line.line.id)


def is_prepaid(sale: Sale, table: Table) -> bool:
    if sale.standing is Standing.ABSENT:
        return table.home.kind is BillingKind.PREPAID
    return sale.standing is Standing.PREPAID


def _source(mapped: MappedRow, item: OfferingItem | None, *, is_counted: bool) -> Level:
    if item is None or not item.is_on:
        return OFF
    if not is_counted or mapped.is_feature or item.quota is None or item.quota.value is None:
        return None
    return units_for(item.quota.value, mapped.row)


def _contract(sale: Sale) -> Level:
    match sale.standing:
        case Standing.PREPAID:
            return sale.units
        case Standing.PAYG:
            return None
        case _:
            return OFF


def _vanished(one: Compared, table: Table) -> Finding:
    return table.say(
        one,
        Severity.STOPS,
        "ERR-22",
        "the item was on and is not among the tenant's items any more, which is not taken for off",
        "Look at the tenant in Acronis; until then its line is left as it is",
    )


def quota_of(one: Compared) -> tuple[TenantId, ItemKey] | None:
    """The quota that a row would turn into units."""
    is_quota = one.case.is_counted and one.mapped.carries_quota and one.item is not None
    return (one.view.tenant.id, one.item.key) if is_quota and one.item is not None else None


def quotas_told_twice(compared: list[Compared]) -> set[tuple[TenantId, ItemKey]]:
    """One quota is never sold with two services (ERR-08 says so where both are on a contract)."""
    told = Counter(quota for one in compared if (quota := quota_of(one)) is not None)
    return {quota for quota, times in told.items() if times > 1}
