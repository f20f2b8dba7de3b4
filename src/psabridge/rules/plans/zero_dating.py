"""When a left line goes to 0: on the first day of the first period after a person's word (R33, R13, W7)."""

from datetime import date

from psabridge.rules.findings import Severity
from psabridge.rules.plans.dating import not_flat
from psabridge.rules.plans.line_view import LineView
from psabridge.rules.plans.verdict import RIGHT, Note, Verdict, Wait, Write


def date_zero(view: LineView, said_on: date) -> Verdict:
    """Never inside a period: it is kept here until its day, and dated back to that day afterwards (W8)."""
    if not view.is_flat_from(view.today):
        return not_flat(view, view.today)
    if view.level(view.today) == 0:
        return RIGHT
    first = view.period.start
    if first > said_on and _can_be_dated(view, first):
        return Verdict(write=Write(first, view.level(first), 0, is_first_report=False, why=_why(said_on)))
    return _later(view, said_on)


def _can_be_dated(view: LineView, first: date) -> bool:
    """Nothing of the period is posted, and neither we nor another changed the line in it."""
    return view.free_day(view.earliest_legal(first)) == first and view.is_flat_from(first)


def _later(view: LineView, said_on: date) -> Verdict:
    due = view.earliest_legal(view.period.end)
    if due > view.contract.ends:
        problem = f"it would be 0 from {due}, after the contract's end on {view.contract.ends}"
        return Verdict(notes=(Note("R33", Severity.NOTE, problem, "Nothing to do"),))
    return Verdict(wait=Wait(due, view.level(view.today), 0, _why(said_on)))


def _why(said_on: date) -> str:
    return f"its customer was unmapped, and a person said on {said_on}: 0 from the next period"
