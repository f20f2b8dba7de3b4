"""Units of pay-as-you-go lines: what was used, in contract units (behaviour section 8).

Nothing is written for a tenant whose usage is not complete (ACR-PAY-11), and nothing is lowered where a
contract cannot be read (R20) or an item is still undecided (R8).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from psabridge.kit.periods import Period
from psabridge.rules.evidence import Arithmetic, Evidence, Reading
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.meter_words import before_rounding, row_words, unit_of
from psabridge.rules.month_corrections import Corrections, with_added
from psabridge.rules.psa import Contract
from psabridge.rules.settings import Measure, ServiceMapping
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import DesiredUnits
from psabridge.rules.wanted.former_lines import A_DAY, follower_of, former_lines
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.quantities import arithmetic, is_below_zero, used_units
from psabridge.rules.wanted.range_lines import (
    UnitsOn,
    is_range_line,
    last_month,
    month_due,
    range_findings,
    report_on,
    too_long,
)
from psabridge.rules.wanted.ranges.months import months_within
from psabridge.rules.wanted.ranges.reports import RangeReport
from psabridge.rules.wanted.sales import Standing
from psabridge.rules.wanted.service_mapping import MappedRow, refusal_code
from psabridge.rules.wanted.storage_checks import LineWork, charged_twice
from psabridge.rules.wanted.storage_measures import RULE_OF
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.wanted.usage_readings import Reach, Unknown
from psabridge.rules.words import ContractId, ServiceId


def units_of(customer: Customer, sales: Sales, ground: Ground) -> tuple[list[DesiredUnits], list[Finding]]:
    lines = (*_lines_that_take_usage(sales), *_prepaid_clouds(sales, ground))
    works = [_measure(work, customer, ground) for work in lines]
    findings = list(_findings(works, customer, ground))
    if customer.absent or any(u.reach is Reach.TENANT for work in works for u in work.unknown):
        return [], findings
    kept: list[DesiredUnits] = []
    for work in works:
        if work.parts and not work.unknown:
            units = desired_units(work, customer, live_report(work, customer, ground))
            units = replace(units, followed_by=follower_of(work.line, work.service, ground))
            why_not = why_not_written(work, units, customer, ground)
            kept.extend([units] if why_not is None else [])
            findings.extend([] if why_not is None else [why_not])
    findings.extend(charged_twice(works, customer, ground))
    return kept, findings


def _lines_that_take_usage(sales: Sales) -> Iterator[LineWork]:
    for service, sale in sorted(sales.by_service.items()):
        if sale.standing is Standing.PAYG and sale.receiver is not None:
            yield LineWork(service, sale, sale.receiver)


def _prepaid_clouds(sales: Sales, ground: Ground) -> Iterator[LineWork]:
    """Lines of public clouds follow Acronis on prepaid contracts too, where sync is two-way (ACR-STO-16)."""
    for service, sale in sorted(sales.by_service.items()):
        rows = ground.mapping.by_service[service]
        is_cloud = all(mapped.row.measure is Measure.PUBLIC_CLOUD for mapped in rows)
        if not ground.settings.syncs_both_ways or not is_cloud or sale.standing is not Standing.PREPAID:
            continue
        if len(sale.lines) == 1 and not sale.lines[0].is_bundle:
            yield LineWork(service, sale, sale.lines[0])


def billed_to_nobody(customer: Customer, sales: Sales, ground: Ground) -> Iterator[Finding]:
    """What is used of services whose last contract is over: money that no change of units can bring back."""
    contracts = ground.contracts.of(customer.company.id)
    used: dict[ContractId, list[str]] = {}
    for service, sale in sorted(sales.by_service.items()):
        over = contracts.ever_sold.get(service, ())
        if sale.standing is not Standing.ABSENT or not over:
            continue
        last = max(over, key=lambda contract: (contract.ends, contract.id))
        units = _used_after(last, service, customer, ground)
        if units:
            used.setdefault(last.id, []).append(f"{ground.mapping.name_of(service)} ({units})")
    for contract, names in sorted(used.items()):
        ended = ground.psa.contracts[contract]
        yield customer.finding(
            Severity.WARNING,
            "R23",
            f"contract '{ended.name}'",
            f"it ended on {ended.ends} and no other sells what is used: {', '.join(names)}. "
            "It is billed to nobody",
            "Renew the contract, or end the services in Acronis",
        )


def _used_after(ended: Contract, service: ServiceId, customer: Customer, ground: Ground) -> int:
    """Of range items only what was used after the contract: the days before are reported on it (R17)."""
    month = last_month(ground)
    is_range = is_range_line([mapped.row for mapped in ground.mapping.by_service[service]])
    if month is None or not is_range or ended.ends < month.start:
        return _units_of(measured(service, customer, ground, month)[0])
    if ended.ends >= month.last_day:
        return 0
    parts, unknown = measured(service, customer, ground, Period(ended.ends + A_DAY, month.end))
    return _units_of(measured(service, customer, ground, month)[0] if unknown else parts)


def _units_of(parts: Iterable[Arithmetic]) -> int:
    return sum(used_units(part.quantity, part.row) for part in parts if not part.row.free)


def _measure(work: LineWork, customer: Customer, ground: Ground) -> LineWork:
    refused = too_long(work.line, work.service, ground)
    if refused is not None:
        return replace(work, unknown=[refused])
    month = month_due(work.line, work.service, ground)
    parts, unknown = measured(work.service, customer, ground, month)
    return replace(work, parts=parts, unknown=unknown)


def measured(
    service: ServiceId, customer: Customer, ground: Ground, month: Period | None
) -> tuple[list[Arithmetic], list[Unknown]]:
    """What the customer's tenants use of a service, range items in a month; and what cannot be said of it."""
    parts: list[Arithmetic] = []
    unknown: list[Unknown] = []
    for mapped in ground.mapping.by_service[service]:
        views = [view for view in customer.views if view.is_in_mode(mapped) is not False]
        if not views:
            continue
        if mapped.refused is not None:
            unknown.append(Unknown(Reach.REFUSED, mapped.refused))
            continue
        for days in _counted_apart(mapped.row, month, ground):
            readings, whys = _read(mapped, views, days, ground)
            unknown.extend(whys)
            part = arithmetic(mapped.row, readings)
            if is_below_zero(part.quantity, mapped.row):
                unknown.append(Unknown(Reach.BELOW_ZERO, _below_zero(part, ground)))
            parts.append(part)
    return parts, unknown


def _counted_apart(row: ServiceMapping, days: Period | None, ground: Ground) -> Sequence[Period | None]:
    """Where months add up, an allowance or a minimum counts in each of them (R7, R17)."""
    if days is None or not row.is_range or row.meter is None:
        return (days,)
    return tuple(months_within(ground.settings.usage_reporting, days))


def _read(
    mapped: MappedRow, views: Sequence[TenantView], days: Period | None, ground: Ground
) -> tuple[list[Reading], list[Unknown]]:
    """All readings of a row. Of months that add up one may be known otherwise than the others (R17)."""
    readings, unknown = _read_once(mapped, views, days, ground)
    if days is None or not unknown or not mapped.row.sum_of_months:
        return readings, unknown
    months = [
        _read_once(mapped, views, month, ground)
        for month in months_within(ground.settings.usage_reporting, days)
    ]
    if any(whys for _, whys in months):
        return readings, unknown
    return [reading for found, _ in months for reading in found], []


def _read_once(
    mapped: MappedRow, views: Sequence[TenantView], days: Period | None, ground: Ground
) -> tuple[list[Reading], list[Unknown]]:
    readings: list[Reading] = []
    unknown: list[Unknown] = []
    for view in views:
        found = ground.meter.read(mapped, view, days)
        if isinstance(found, Unknown):
            unknown.append(Unknown(found.reach, f"tenant '{view.tenant.name}': {found.why}"))
        else:
            readings.extend(found)
    return readings, unknown


def _below_zero(part: Arithmetic, ground: Ground) -> str:
    unit = unit_of(part)
    worked_out = "; ".join(before_rounding(part, unit))
    return f"{row_words(part.row, ground.labels, unit)} gives less than nothing: {worked_out}"


def live_report(work: LineWork, customer: Customer, ground: Ground) -> RangeReport | None:
    """The month that is due on a line of range items; None on any other."""
    rows = [mapped.row for mapped in ground.mapping.by_service[work.service]]
    if not is_range_line(rows):
        return None
    former = former_lines(work.service, work.sale, customer, ground)
    return report_on(work.line, work.service, ground, used_with_corrections(work, customer, ground), former)


def used_with_corrections(work: LineWork, customer: Customer, ground: Ground) -> UnitsOn:
    """Units of any days, with what goes with their month (ACR-USE-04)."""
    corrections = Corrections.of(work.line.line.id, ground.settings.month_corrections)

    def used_on(days: Period) -> int | None:
        parts, unknown = measured(work.service, customer, ground, days)
        used = None if unknown else sum(part.units for part in parts)
        return with_added(used, corrections.added_to(days))

    return used_on


def desired_units(work: LineWork, customer: Customer, report: RangeReport | None) -> DesiredUnits:
    rules = {"R17" if part.row.is_range else RULE_OF[part.row.measure] for part in work.parts}
    rows = tuple(dict.fromkeys(part.row for part in work.parts))
    units = sum(part.units for part in work.parts)
    if report is not None:
        units += sum(one.units for one in report.corrections)
        report = replace(report, owed=min(units, 0))
    return DesiredUnits(
        line=work.line.line.id,
        contract=work.line.contract.id,
        company=customer.company.id,
        service=work.service,
        units=units if report is None else max(units, 0),
        evidence=Evidence(tuple(work.parts), rule="R3" if len(rows) > 1 else rules.pop()),
        rows=rows,
        report=report,
    )


def why_not_written(
    work: LineWork, units: DesiredUnits, customer: Customer, ground: Ground
) -> Finding | None:
    """A figure that is known and still not written."""
    now = work.line.units
    subject = subject_of(work, ground)
    if ground.has_gap(customer.company.id):
        return customer.finding(
            Severity.STOPS,
            "R20",
            subject,
            f"{units.units} units are used, but nothing is written while a row of the company's contracts "
            "cannot be read: the same service may stand there",
            "Correct the row in Autotask; it is read again with the next cycle",
        )
    if now == units.units:
        return None
    unreadable = ground.why_unreadable(customer.company.id)
    if unreadable and (not now or units.units < now):
        return customer.finding(
            Severity.STOPS,
            "R20",
            subject,
            f"{units.units} units are used, but nothing is lowered and no line is begun while contracts of "
            "the company cannot be read",
            "Give the API user sight of all contracts of the company",
        )
    if any(row.undecided for row in units.rows) and (now is None or units.units < now):
        return customer.finding(
            Severity.STOPS,
            "R8",
            subject,
            f"{units.units} units are used, but nothing is lowered for an item nobody has decided about",
            "Decide about its mapping row, then take the mark undecided away",
        )
    return None


def subject_of(work: LineWork, ground: Ground) -> str:
    return f"service '{ground.mapping.name_of(work.service)}' on contract '{work.line.contract.name}'"


def _findings(works: Sequence[LineWork], customer: Customer, ground: Ground) -> Iterator[Finding]:
    yield from _incomplete(works, customer)
    for work in works:
        yield from range_findings(work.unknown, subject_of(work, ground), customer, ground)
        yield from _left_as_they_are(work, customer, ground)
        if not work.parts and not work.unknown and customer.views:
            yield customer.finding(
                Severity.STOPS,
                "R39",
                subject_of(work, ground),
                "the customer's tenants are in another mode than the service's rows",
                "Map the rows of the tenant's mode, or take the service off the contract",
            )
        if work.sale.changed_kind_from is not None and not work.line.units:
            yield customer.finding(
                Severity.WARNING,
                "R23",
                subject_of(work, ground),
                f"it follows contract '{work.sale.changed_kind_from.name}', which was prepaid",
                "Check the field 'Acronis PAYG' of both contracts before the first report",
            )


_CORRECTIONS = {
    Reach.ROW: (Severity.WARNING, "Map the service to something the platform meters"),
    Reach.REFUSED: (Severity.STOPS, "Correct the mapping row"),
    Reach.BELOW_ZERO: (
        Severity.STOPS,
        "Correct the row's meter, or give it minimum: 0 if less than nothing is nothing",
    ),
}


def _left_as_they_are(work: LineWork, customer: Customer, ground: Ground) -> Iterator[Finding]:
    """Lines of rows that say no number, with the act that would make them say one."""
    for reach, (severity, next_act) in _CORRECTIONS.items():
        for why in _whys([work], reach):
            code = "R4" if reach is Reach.ROW else refusal_code(why)
            problem = f"{why}; its units are left as they are"
            yield customer.finding(severity, code, subject_of(work, ground), problem, next_act)


def _whys(works: Iterable[LineWork], reach: Reach) -> list[str]:
    return sorted({u.why for work in works for u in work.unknown if u.reach is reach})


def _incomplete(works: Sequence[LineWork], customer: Customer) -> Iterator[Finding]:
    whys = _whys(works, Reach.TENANT)
    if works and customer.absent and customer.views:
        whys = [f"the usage of tenant {name} cannot be read" for name in customer.absent] + whys
    if whys:
        yield customer.finding(
            Severity.STOPS,
            "ERR-22",
            "",
            f"usage data is incomplete ({'; '.join(whys)}), so nothing was written",
            "It is read again with the next cycle; if it stays, check the usage in Acronis",
        )
    elif not_yet := _whys(works, Reach.NOT_YET):
        yield customer.finding(
            Severity.NOTE,
            "ACR-PAY-05",
            "",
            f"usage follows with a later sync ({'; '.join(not_yet)})",
            "Nothing to do: the first sync switches items on, the next one reports",
        )
