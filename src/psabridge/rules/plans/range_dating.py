"""When a month of a range item is written: once, on a period's first day, never prorated (R17, W7)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

from psabridge.kit.periods import Period, months_after
from psabridge.rules.findings import Severity
from psabridge.rules.plans.dating import not_flat
from psabridge.rules.plans.line_view import A_DAY, LineView
from psabridge.rules.plans.verdict import RIGHT, Late, Missed, Note, Verdict, Wait, Write, stop
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.wanted.ranges.reports import MonthFigure, RangeReport

_UNWRITTEN = {IntentState.NOT_SENT, IntentState.REJECTED}


def date_range(view: LineView, report: RangeReport, units: int) -> Verdict:
    """`units` were used in the month that is due. Missed months come first."""
    if view.grid.length is not report.length:
        return stop(
            "ERR-19",
            f"its rows show periods of {view.grid.length} months, its service says {report.length}",
            "Check the period types of contract and service in Autotask",
        )
    told = RIGHT
    for verdict in _months(view, report, units):
        told = replace(
            verdict,
            notes=told.notes + verdict.notes,
            missed=verdict.missed or told.missed,
            left=told.left + verdict.left,
            late=verdict.late or told.late,
        )
        if not verdict.is_settled:
            return told
    return told


def _months(view: LineView, report: RangeReport, units: int) -> Iterator[Verdict]:
    """Of each month that may still need something, the oldest first."""
    for month in _missed(view, report):
        yield _missed_month(view, month, report)
    yield _month(view, MonthFigure(report.due, units), report)
    if report.owed:
        yield _owed(view, report)
    if report.rest is not None:
        yield _rest(view, report.rest, report)
    if report.running is not None:
        yield _shown_daily(view, report.running)


def _missed(view: LineView, report: RangeReport) -> tuple[MonthFigure, ...]:
    """Months since the last one we reported, the oldest first; none on a line we never reported on."""
    found: list[MonthFigure] = []
    for month in report.earlier:
        if _report_of(view, month.days):
            return tuple(reversed(found))
        found.append(month)
    return ()


def _missed_month(view: LineView, month: MonthFigure, report: RangeReport) -> Verdict:
    if month.units is None:
        return _unknown(month, "was not reported")
    if _day_of(view, month.days) < _day_of(view, report.due):
        return _month(view, month, report)
    home = view.grid.holding(month.days.last_day)
    there = view.level(home.start) if view.is_covered(home.start) else month.units
    short = month.units - there
    return Verdict(missed=Missed(short, home.days, home) if short > 0 else None)


def _unknown(month: MonthFigure, what: str) -> Verdict:
    problem = f"{month.days} {what}, and its use is not known"
    act = "Bill it by hand from a usage report of Acronis"
    return Verdict(notes=(Note("ERR-22", Severity.WARNING, problem, act),))


def _month(view: LineView, month: MonthFigure, report: RangeReport) -> Verdict:
    """The whole month, in the period that holds its last day or in the next one that is not posted."""
    if month.units is None or month.days.last_day < view.contract.starts:
        return _before_the_contract(month) if report.tells_before else RIGHT
    reported = _report_of(view, month.days)
    day = reported.day if reported else _day_of(view, month.days)
    obstacle = _obstacle(view, month, day)
    if obstacle is not None:
        return obstacle
    before = view.level(day)
    if reported:
        return _late(view, month, before, reported, report)
    return RIGHT if before == month.units else _written(view, month, month.units, day)


def _written(view: LineView, month: MonthFigure, units: int, day: date) -> Verdict:
    before = view.level(day)
    if view.free_day(day) != day:
        return _used_up(month.days, units, day, before)
    if not view.contract.is_active:
        return _left(view, month, "the contract is over and inactive, so Autotask takes no change of it")
    why = f"used on {month.days}, UTC days; a range item is dated a period's first day"
    write = Write(day, before, units, view.is_first_report and units > 0, why)
    return Verdict(write=write, notes=_moved(view, month.days, day))


def _rest(view: LineView, rest: MonthFigure, report: RangeReport) -> Verdict:
    """The last days of a contract, in its last period, unless a month stands there already."""
    if rest.units is None:
        return _unknown(rest, "are the last days of the contract")
    home = view.grid.holding(rest.days.last_day)
    if not home.holds(report.due.last_day):
        return _month(view, rest, report)
    if not rest.units:
        return RIGHT
    why = f"used on {rest.days}, the contract's last days; the period takes {report.due} and no more"
    return Verdict(left=(Missed(rest.units, home.days, home, why),))


def _obstacle(view: LineView, month: MonthFigure, day: date) -> Verdict | None:
    """Why nothing can be said of the day yet, or not any more."""
    if day > view.contract.ends:
        return _left(view, month, f"the period is posted, and the contract ends on {view.contract.ends}")
    if day > view.today:
        return _waits(view, day, month, f"used on {month.days}; the periods before are posted")
    if not view.is_covered(day):
        return stop("W10", f"its units on {day} were not read", "The next cycle reads them again")
    return None if view.is_flat_from(day) else not_flat(view, day)


def _left(view: LineView, month: MonthFigure, why: str) -> Verdict:
    """No day is left for the month: its difference is listed with its value, and a person bills it (R28)."""
    home = view.grid.holding(month.days.last_day)
    if not view.is_covered(home.start):
        return stop("W10", f"its units on {home.start} were not read", "The next cycle reads them again")
    short = (month.units or 0) - view.level(home.start)
    used = f"{month.units} were used on {month.days}; {why}"
    return Verdict(left=(Missed(short, home.days, home, used),)) if short else RIGHT


def _day_of(view: LineView, days: Period) -> date:
    return view.earliest_legal(view.grid.holding(days.last_day).start)


def _report_of(view: LineView, days: Period) -> Intent | None:
    """The change we reported the month with, told from our journal: it is written once (ACR-USE-07)."""
    over, home = datetime.combine(days.end, time(), UTC), view.grid.holding(days.last_day)
    found = [
        intent
        for intent in view.history.intents
        if intent.state not in _UNWRITTEN and intent.armed_at >= over and intent.day >= home.start
    ]
    return min(found, key=lambda intent: intent.day, default=None)


def _late(view: LineView, month: MonthFigure, written: int, by: Intent, report: RangeReport) -> Verdict:
    """Its period takes no second change (W7): the difference may go with the next month (ACR-USE-04)."""
    counted, days = month.units or 0, month.days
    units = counted - written - report.passed_on
    units -= report.left_alone if units else 0
    following = months_after(days.end, report.length) - A_DAY
    late = Late(days, written, counted, units, by.id, has_next=following <= view.contract.ends)
    return Verdict(late=late) if units else RIGHT


def _owed(view: LineView, report: RangeReport) -> Verdict:
    home = view.grid.holding(report.due.last_day)
    why = f"corrections that go with {report.due} take away more than it counts"
    return Verdict(left=(Missed(report.owed, home.days, home, why),))


def _waits(view: LineView, day: date, month: MonthFigure, why: str) -> Verdict:
    if not view.is_flat_from(view.latest):
        return not_flat(view, view.latest)
    now = view.level(view.latest)
    return RIGHT if month.units in {None, now} else Verdict(wait=Wait(day, now, month.units or 0, why))


def _shown_daily(view: LineView, running: MonthFigure) -> Verdict:
    """Autotask takes one change on a period's first day (W7), so the month is written when it is over."""
    so_far = f"used since {running.days.start}, UTC days; written when the month is over"
    return _waits(view, running.days.end, running, so_far)


def _before_the_contract(month: MonthFigure) -> Verdict:
    if not month.units:
        return RIGHT
    problem = f"{month.units} units were used on {month.days}, before the contract began"
    act = "Bill them by hand if an earlier contract did not take them"
    return Verdict(notes=(Note("R23", Severity.WARNING, problem, act),))


def _used_up(days: Period, units: int, day: date, before: int) -> Verdict:
    return stop(
        "R17",
        f"{days} counts {units} units and the line shows {before} from {day}, which cannot be used again",
        "Bill the difference by hand",
    )


def _moved(view: LineView, days: Period, day: date) -> tuple[Note, ...]:
    home = view.grid.holding(days.last_day)
    if day == home.start:
        return ()
    problem = f"the period {home} is posted, so what was used on {days} stands from {day} on"
    return (Note("R17", Severity.NOTE, problem, "Nothing to do"),)


def is_planned_restart(view: LineView, change: int) -> bool:
    """A lower month after one we reported is no drop; the first report on a line is judged as any (R17)."""
    return change < 0 and bool(view.history.used_days)
