"""The month a line of range items is due for, its figure, and why it may have none (behaviour section 9)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date

from psabridge.kit.periods import Period, PeriodType
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.catalogue import Catalogue
from psabridge.rules.month_corrections import Corrections
from psabridge.rules.settings import ServiceMapping
from psabridge.rules.wanted.contract_state import SoldLine
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.former_lines import FormerLines
from psabridge.rules.wanted.ground import Ground
from psabridge.rules.wanted.ranges.months import A_DAY, month_holding, months_before, next_report
from psabridge.rules.wanted.ranges.reporting import ReportingMonth
from psabridge.rules.wanted.ranges.reports import (
    MOST_MONTHS_BACK,
    MonthFigure,
    RangeReport,
    due_on,
    last_months_by,
    months_to_come,
)
from psabridge.rules.wanted.usage_readings import Reach, Unknown
from psabridge.rules.words import ServiceId

UnitsOn = Callable[[Period], int | None]


def usage_day(ground: Ground) -> date:
    """Usage goes by UTC days, whatever the billing zone (ACR-USE-08, R29)."""
    return ground.platform.read_at.astimezone(UTC).date()


def is_range_line(rows: Sequence[ServiceMapping]) -> bool:
    return bool(rows) and all(row.is_range for row in rows)


def month_due(line: SoldLine, service: ServiceId, ground: Ground) -> Period | None:
    length = length_of(line, service, ground)
    reporting = ground.settings.usage_reporting
    return due_on(reporting, usage_day(ground), length=length, starts=line.contract.starts)


def last_month(ground: Ground) -> Period | None:
    """Of a service that stands on no line."""
    reporting = ground.settings.usage_reporting
    return due_on(reporting, usage_day(ground), length=PeriodType.MONTHLY, starts=usage_day(ground))


def days_so_far(ground: Ground) -> Period | None:
    """The whole days of the month that runs, where it is shown daily (ACR-USE-03)."""
    reporting, day = ground.settings.usage_reporting, usage_day(ground)
    start = month_holding(reporting, day).start
    is_shown = reporting.month is ReportingMonth.CURRENT and start < day
    return Period(start, day) if is_shown else None


def too_long(line: SoldLine, service: ServiceId, ground: Ground) -> Unknown | None:
    """A month has no place of its own in a longer period, unless the row says that months add up (R17)."""
    rows = [mapped.row for mapped in ground.mapping.by_service[service] if mapped.row.is_range]
    length = length_of(line, service, ground)
    if not rows or length is PeriodType.MONTHLY or all(row.sum_of_months for row in rows):
        return None
    return Unknown(Reach.PERIOD, f"it is billed every {length} months, and a range item counts by the month")


def report_on(
    line: SoldLine, service: ServiceId, ground: Ground, units_on: UnitsOn, former: FormerLines
) -> RangeReport | None:
    due = month_due(line, service, ground)
    if due is None:
        return None
    length = length_of(line, service, ground)
    earlier = earlier_months(line, due, length, ground, units_on)
    is_new = any(one.took(due) for one in former.lines)
    running = _running(line, due, length, ground, units_on)
    corrections = Corrections.of(line.line.id, ground.settings.month_corrections)
    return RangeReport(
        due,
        length,
        earlier,
        running,
        corrections=corrections.added_to(due),
        passed_on=corrections.passed_on(due),
        left_alone=corrections.left_alone(due),
        tells_before=not is_new,
    )


def earlier_months(
    line: SoldLine, due: Period, length: PeriodType, ground: Ground, units_on: UnitsOn
) -> tuple[MonthFigure, ...]:
    """Months before, or those of each period before, as far as they are known without a hole."""
    found: list[MonthFigure] = []
    for month in _before(line, due, length, ground):
        found.append(MonthFigure(month, units_on(month)))
        if found[-1].units is None:
            break
    return tuple(found)


def _before(line: SoldLine, due: Period, length: PeriodType, ground: Ground) -> Iterator[Period]:
    reporting, starts = ground.settings.usage_reporting, line.contract.starts
    if length is PeriodType.MONTHLY:
        yield from months_before(reporting, due, MOST_MONTHS_BACK)
        return
    for _ in range(MOST_MONTHS_BACK // length):
        before = last_months_by(reporting, due.start - A_DAY, length=length, starts=starts)
        if before is None:
            return
        yield before
        due = before


def _running(
    line: SoldLine, due: Period, length: PeriodType, ground: Ground, units_on: UnitsOn
) -> MonthFigure | None:
    """What was used so far of the month, or of the months of a longer period, that is not over."""
    reporting, day = ground.settings.usage_reporting, usage_day(ground)
    if reporting.month is not ReportingMonth.CURRENT or day <= due.end:
        return None
    end = month_holding(reporting, day).end
    if length is not PeriodType.MONTHLY:
        end = months_to_come(reporting, due.end, length=length, starts=line.contract.starts)
    return MonthFigure(Period(due.end, end), units_on(Period(due.end, day)))


def length_of(line: SoldLine, service: ServiceId, ground: Ground) -> PeriodType:
    """The service's own period; it may differ from the contract's (R12). What is unknown counts as a month:
    the line's rows decide before anything is written."""
    found = ground.psa.services.get(service)
    own = None if found is None else found.period_type
    return own or line.contract.period_type or PeriodType.MONTHLY


def range_findings(
    unknown: Sequence[Unknown], subject: str, customer: Customer, ground: Ground
) -> Iterator[Finding]:
    """Level items of the customer go on (ACR-USE-06)."""
    for why in _whys(unknown, Reach.PERIOD):
        yield customer.finding(
            Severity.STOPS,
            "ERR-19",
            subject,
            f"{why}; nothing is written to it",
            "Say sum_of_months on the mapping row, or sell it on a service that is billed monthly",
        )
    for why in _whys(unknown, Reach.MONTH):
        yield customer.finding(
            Severity.STOPS,
            "ERR-22",
            subject,
            f"usage data is incomplete ({why}), so nothing was written",
            "It is looked for again with the next cycle; if it stays, bill the month by hand",
        )
    for why in _whys(unknown, Reach.FIRST_MONTH):
        on, month = next_report(ground.settings.usage_reporting, usage_day(ground))
        yield customer.finding(
            Severity.NOTE,
            "ACR-USE-07",
            subject,
            f"its first report comes on {on} for {month} ({why})",
            "Nothing to do",
        )


def unmarked(ground: Ground) -> Iterator[Finding]:
    """A row of an item that starts again, taken for a level: its counter only ever grows (ACR-USE-02)."""
    catalogue = Catalogue.standard()
    for mapped in ground.mapping.rows:
        known = catalogue.find(mapped.row.item)
        if mapped.service is not None and known is not None and known.is_range and not mapped.row.is_range:
            yield Finding(
                "ACR-USE-02",
                Severity.WARNING,
                f"mapping row {ground.labels.row(mapped.row)}",
                "it counts what starts again every month and is billed like a level: its units never fall",
                "Set is_range on the row, and check what was billed for it",
            )


def _whys(unknown: Sequence[Unknown], reach: Reach) -> list[str]:
    return sorted({one.why for one in unknown if one.reach is reach})
