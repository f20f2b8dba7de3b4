"""The last month of range items on a contract that ends or gives way to its renewal (R17, R23).

A month is billed by the contract that its last day lies in. What the last days of a contract used beyond
its last whole month is its own only if no other contract takes the month.
"""

from collections.abc import Iterator
from dataclasses import replace

from psabridge.kit.periods import Period, PeriodGrid, PeriodType
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.month_corrections import Corrections
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import DesiredUnits
from psabridge.rules.wanted.former_lines import A_DAY, FormerLine, FormerLines, former_lines, names_of
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.payg import (
    desired_units,
    measured,
    subject_of,
    used_with_corrections,
    why_not_written,
)
from psabridge.rules.wanted.range_lines import (
    earlier_months,
    is_range_line,
    length_of,
    usage_day,
)
from psabridge.rules.wanted.ranges.months import month_holding
from psabridge.rules.wanted.ranges.reports import MonthFigure, RangeReport, last_months_by
from psabridge.rules.wanted.sales import Sale, Standing
from psabridge.rules.wanted.storage_checks import LineWork
from psabridge.rules.wanted.usage_readings import Reach
from psabridge.rules.words import ServiceId


def last_months(customer: Customer, sales: Sales, ground: Ground) -> tuple[list[DesiredUnits], list[Finding]]:
    found: list[DesiredUnits] = []
    findings: list[Finding] = []
    for service, sale in sorted(sales.by_service.items()):
        if not is_range_line([mapped.row for mapped in ground.mapping.by_service[service]]):
            continue
        former = former_lines(service, sale, customer, ground)
        findings.extend(_unclear(former, service, customer, ground))
        for line in former.lines:
            wanted, said = _last_month(line, LineWork(service, sale, line.sold), customer, ground)
            found.extend([] if wanted is None else [wanted])
            findings.extend(said)
    return found, findings


def _last_month(
    former: FormerLine, work: LineWork, customer: Customer, ground: Ground
) -> tuple[DesiredUnits | None, list[Finding]]:
    rows = [mapped.row for mapped in ground.mapping.by_service[work.service]]
    length = length_of(work.line, work.service, ground)
    if length is not PeriodType.MONTHLY and not all(row.sum_of_months for row in rows):
        return None, []  # ERR-19 was told while it ran
    due = _due(former, work.sale, length, ground)
    if due is None or due.end > usage_day(ground):
        return None, []
    parts, unknown = measured(work.service, customer, ground, due)
    work = replace(work, parts=parts, unknown=unknown)
    if customer.absent or unknown or not parts:
        return None, list(_not_told(work, customer, due, ground))
    wanted = desired_units(work, customer, _report(former, work, due, customer, ground))
    refused = why_not_written(work, wanted, customer, ground)
    return (wanted, []) if refused is None else (None, [refused])


def _due(former: FormerLine, sale: Sale, length: PeriodType, ground: Ground) -> Period | None:
    """Months of a longer period add up to the contract's last day, unless another contract takes that one."""
    reporting = ground.settings.usage_reporting
    due = last_months_by(reporting, former.until, length=length, starts=former.sold.contract.starts)
    rest = _rest(former, sale, ground)
    if due is None or rest is None or length is PeriodType.MONTHLY:
        return due
    periods = PeriodGrid(former.sold.contract.starts, length)
    is_one = periods.holding(due.last_day) == periods.holding(rest.last_day)
    return Period(due.start, rest.end) if is_one else due


def _report(
    former: FormerLine, work: LineWork, due: Period, customer: Customer, ground: Ground
) -> RangeReport:
    length = length_of(work.line, work.service, ground)
    used_on = used_with_corrections(work, customer, ground)
    earlier = earlier_months(work.line, due, length, ground, used_on)
    days = _rest(former, work.sale, ground)
    is_apart = days is not None and days.start >= due.end
    rest = MonthFigure(days, used_on(days)) if days is not None and is_apart else None
    corrections = Corrections.of(work.line.line.id, ground.settings.month_corrections)
    return RangeReport(
        due,
        length,
        earlier,
        rest=rest,
        corrections=corrections.added_to(due),
        passed_on=0 if rest is None else corrections.passed_on(due),  # else there is no month to go with
        left_alone=corrections.left_alone(due),
        tells_before=False,
    )


def _rest(former: FormerLine, sale: Sale, ground: Ground) -> Period | None:
    """The contract's last days in a month that ends after it. None: there are none, or another takes them."""
    month = month_holding(ground.settings.usage_reporting, former.until)
    if month.last_day == former.until or month.end > usage_day(ground) or _takes(sale, month):
        return None
    return Period(max(month.start, former.sold.contract.starts), former.until + A_DAY)


def _takes(sale: Sale, month: Period) -> bool:
    """Where nobody can say who takes it, a finding says so (ERR-14 to -16)."""
    if sale.standing is Standing.HELD:
        return True
    is_payg = sale.standing is Standing.PAYG
    return is_payg and any(sold.contract.starts <= month.last_day for sold in sale.lines)


def _not_told(work: LineWork, customer: Customer, due: Period, ground: Ground) -> Iterator[Finding]:
    """A month that was over before anybody read is nobody's; of the others a person must know."""
    reasons = sorted({one.why for one in work.unknown if one.reach is not Reach.FIRST_MONTH})
    absent = [f"the usage of tenant {name} cannot be read" for name in customer.absent]
    if absent or reasons:
        yield customer.finding(
            Severity.STOPS,
            "ERR-22",
            subject_of(work, ground),
            f"its last report, of {due}, cannot be told ({'; '.join(absent + reasons)})",
            "It is looked for again with the next cycle; if it stays, bill the month by hand",
        )


def _unclear(
    former: FormerLines, service: ServiceId, customer: Customer, ground: Ground
) -> Iterator[Finding]:
    if former.unclear:
        yield customer.finding(
            Severity.WARNING,
            "ERR-16",
            f"service '{ground.mapping.name_of(service)}'",
            f"it was on {names_of(former.unclear)} more than once; its last month is written to none of them",
            "Bill the month by hand, if it is to be billed",
        )
