"""When a change of a line's units takes effect (design section 8, R12 to R17, R28 to R30, W5 to W8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from psabridge.kit.periods import Period
from psabridge.rules.findings import Severity
from psabridge.rules.plans.closing import (
    Closing,
    Figure,
    Hole,
    close_figure,
    closing_of,
    figure_so_far,
    with_rest,
)
from psabridge.rules.plans.line_view import A_DAY, LineView
from psabridge.rules.plans.verdict import RIGHT, Missed, Note, Verdict, Wait, Write, stop
from psabridge.rules.settings import CloseFigure, CloseRest, DatingPolicy, Rounding
from psabridge.rules.wanted.desired import DayFigure

_WAITS = "decreases wait for the next period"


@dataclass(frozen=True, slots=True)
class Dating:
    """What was decided about dating for one line."""

    policy: DatingPolicy
    decreases_wait: bool = True
    close_day: int = 1
    close_figure: CloseFigure = CloseFigure.LAST
    rounding: Rounding = Rounding.UP
    close_rest: CloseRest = CloseRest.LEFT_OUT


def decide(view: LineView, wanted: int, figures: Sequence[DayFigure], dating: Dating) -> Verdict:
    """What may be said of the line today. `figures` are the units it should have had on earlier days."""
    match dating.policy:
        case DatingPolicy.AS_IT_CHANGES:
            return _as_it_changes(view, wanted, figures, dating)
        case DatingPolicy.PERIOD_CLOSE:
            return _period_close(view, wanted, figures, dating)
        case DatingPolicy.NEXT_PERIOD:
            return _next_period(view, wanted, figures, dating)


def _as_it_changes(view: LineView, wanted: int, figures: Sequence[DayFigure], dating: Dating) -> Verdict:
    now = view.level(view.today)
    if wanted == now:
        return RIGHT if view.is_flat_from(view.today) else not_flat(view, view.today)
    if wanted < now and dating.decreases_wait:
        return _decrease(view, wanted, figures)
    if wanted > now and view.is_first_report:
        return _dated(view, view.period.start, wanted, "first report of the line", figures)
    verdict = _dated(view, view.today, wanted, "as it changes", figures)
    if not verdict.write:
        return verdict
    return replace(verdict, missed=missed_before(view, figures), left=left_before(view, figures))


def _dated(view: LineView, day: date, wanted: int, why: str, figures: Sequence[DayFigure]) -> Verdict:
    """Written on the day, on the first legal one after it, or not before that one has come (W7, W8, R13)."""
    legal = view.earliest_legal(day)
    free = view.free_day(legal)
    notes = _moved(day, legal, free)
    if free > view.contract.ends:
        return no_day_left(view, free)
    if not view.is_flat_from(min(free, view.today)):
        return not_flat(view, min(free, view.today))
    before = view.level(free)
    if before == wanted:
        return RIGHT
    if free > view.today:
        if free > legal:
            reason = "the day before it is already used on this line"
            return Verdict(wait=Wait(free, before, wanted, reason), notes=notes)
        left = left_by_posting(view, figures)
        return Verdict(wait=Wait(free, before, wanted, "the period is posted"), notes=notes, left=left)
    return Verdict(write=_write(view, free, wanted, why), notes=notes)


def _write(view: LineView, day: date, wanted: int, why: str) -> Write:
    before = view.level(day)
    return Write(day, before, wanted, view.is_first_report and wanted > 0, why)


def _decrease(view: LineView, wanted: int, figures: Sequence[DayFigure]) -> Verdict:
    """Never dated inside a period: on its first day, or kept here until then (R16, W8)."""
    if not view.is_flat_from(view.today):
        return not_flat(view, view.today)
    now, period = view.level(view.today), view.period
    floor = wanted if view.today == period.start else _wanted_before(view, wanted, figures)
    later = _wait_for_next_period(view, wanted)
    if floor is None or floor >= now or not _takes_decrease(view, period.start):
        return later
    write = _write(view, period.start, floor, f"{_WAITS}, which began on {period.start}")
    if floor == wanted:
        return Verdict(write=write)
    return Verdict(write, later.wait and replace(later.wait, now=floor), later.notes)


def _wanted_before(view: LineView, wanted: int, figures: Sequence[DayFigure]) -> int | None:
    """What a decrease may go down to that was waiting when the period began, and has waited since."""
    last_period = view.grid.before(view.period)
    waiting = [figure.units for figure in figures if last_period.holds(figure.day)]
    since = [figure.units for figure in figures if view.period.holds(figure.day)]
    return max(wanted, waiting[-1], *since) if waiting else None


def _takes_decrease(view: LineView, first_day: date) -> bool:
    return view.free_day(view.earliest_legal(first_day)) == first_day and view.is_flat_from(first_day)


def _wait_for_next_period(view: LineView, wanted: int) -> Verdict:
    due = view.earliest_legal(view.period.end)
    if due > view.contract.ends:
        problem = f"the decrease to {wanted} would begin on {due}, after the contract's end"
        act = "Nothing to do, or correct the last invoice by hand"
        return Verdict(notes=(Note("R16", Severity.NOTE, problem, act),))
    return Verdict(wait=Wait(due, view.level(view.today), wanted, _WAITS))


def _period_close(view: LineView, wanted: int, figures: Sequence[DayFigure], dating: Dating) -> Verdict:
    closing, is_late = _closing(view, dating)
    closing = _rested(view, closing, figures, dating)
    figure = close_figure(figures, closing, dating.close_figure, dating.rounding)
    is_closed_now = isinstance(figure, Figure) and not is_late
    if wanted > view.level(view.today) and view.is_first_report and not is_closed_now:
        return _dated(view, view.period.start, wanted, "first report of the line", figures)
    if isinstance(figure, Hole):
        return _hole(closing, figure)
    if figure is None:
        return _collect(view, wanted, figures, dating) if is_late else _nothing_collected(closing)
    verdict = _close(view, closing, figure, dating)
    if not verdict.is_right:
        return verdict
    return (
        _collect(view, wanted, figures, dating)
        if is_late
        else _after_the_close(view, wanted, dating, view.today)
    )


def _rested(view: LineView, closing: Closing, figures: Sequence[DayFigure], dating: Dating) -> Closing:
    """With the days that the close before left over (R30)."""
    if dating.policy is not DatingPolicy.PERIOD_CLOSE or dating.close_rest is not CloseRest.NEXT_FIGURE:
        return closing
    return with_rest(closing, view.grid.before(closing.period), dating.close_day, figures)


def _closing(view: LineView, dating: Dating) -> tuple[Closing, bool]:
    """The running period from its posting day on, until then the one before it, late."""
    running = closing_of(view.period, dating.close_day, view.contract.ends)
    if view.today >= running.posts_on:
        return running, False
    return closing_of(view.grid.before(view.period), dating.close_day), True


def _close(view: LineView, closing: Closing, figure: Figure, dating: Dating) -> Verdict:
    first = closing.period.start
    if first < max(view.contract.starts, view.picture.covers_from):
        return RIGHT
    legal = view.earliest_legal(first)
    day = view.free_day(legal)
    if day > view.today or day > closing.period.end:
        return _close_has_no_day(view, closing, legal, day, figure)
    if not view.is_flat_from(day):
        return not_flat(view, day)
    before = view.level(day)
    if figure.units < before and dating.decreases_wait:
        return _close_decrease(view, closing, figure)
    if figure.units == before:
        return RIGHT
    missed = _missed_close(closing, legal, figure.units - before)
    return Verdict(_write(view, day, figure.units, figure.text), None, _moved(first, legal, day), missed)


def _close_has_no_day(view: LineView, closing: Closing, legal: date, day: date, figure: Figure) -> Verdict:
    """Posted meanwhile, or used up: a close that is over belongs to the next one (one a period)."""
    now = view.level(view.today)
    if view.period != closing.period or now == figure.units:
        return RIGHT if view.is_flat_from(view.today) else not_flat(view, view.today)
    if day > view.contract.ends:
        return no_day_left(view, day)
    if not view.is_flat_from(view.today):
        return not_flat(view, view.today)
    notes = _moved(closing.period.start, legal, day)
    missed = _missed_close(closing, legal, figure.units - now)
    return Verdict(None, Wait(day, now, figure.units, figure.text), notes, missed)


def _close_decrease(view: LineView, closing: Closing, figure: Figure) -> Verdict:
    begins = closing.period.end
    if begins > view.today:
        if not view.is_flat_from(view.today):
            return not_flat(view, view.today)
        return _wait_for_next_period(view, figure.units)
    before = view.level(begins)
    if before <= figure.units or not _takes_decrease(view, begins):
        return RIGHT
    return Verdict(write=_write(view, begins, figure.units, f"{figure.text}; {_WAITS}"))


def _missed_close(closing: Closing, legal: date, units: int) -> Missed | None:
    is_over = not closing.period.holds(legal)
    return Missed(units, closing.period.days, closing.period) if is_over and units > 0 else None


def _next_period(view: LineView, wanted: int, figures: Sequence[DayFigure], dating: Dating) -> Verdict:
    closing, is_late = _closing(view, dating)
    figure = close_figure(figures, closing, dating.close_figure, dating.rounding)
    if isinstance(figure, Hole):
        return _hole(closing, figure)
    if figure is None:
        return _collect(view, wanted, figures, dating) if is_late else _nothing_collected(closing)
    begins = closing.period.end
    if begins > view.contract.ends:
        return _billed_after_the_end(view, figure)
    verdict = _begin_period(view, begins, figure)
    if not verdict.is_right:
        return verdict
    return (
        _collect(view, wanted, figures, dating) if is_late else _after_the_close(view, wanted, dating, begins)
    )


def _begin_period(view: LineView, begins: date, figure: Figure) -> Verdict:
    day = view.free_day(view.earliest_legal(begins))
    if day > view.contract.ends:
        return no_day_left(view, day)
    if not view.is_covered(begins):
        return stop("W10", f"its units on {begins} were not read", "The next cycle reads them again")
    if not view.is_flat_from(begins):
        return not_flat(view, begins)
    before = view.level(begins)
    if before == figure.units or (day != begins and begins <= view.today):
        return RIGHT  # a first day that is used or posted waits for the next close
    if day != begins:
        return _begins_otherwise(begins, before, figure)
    return Verdict(write=_write(view, begins, figure.units, figure.text))


def _begins_otherwise(begins: date, level: int, figure: Figure) -> Verdict:
    """The one day the figure could be dated is gone; nothing is called done over another level (W5)."""
    return stop(
        "W7",
        f"{figure.text} says {figure.units}; {begins} begins with {level} and is already used or posted",
        f"Correct the units from {begins} in Autotask, or leave them until the next close",
    )


def _billed_after_the_end(view: LineView, figure: Figure) -> Verdict:
    """The contract's last figure is the first one of the contract that follows, or nobody's (R23)."""
    begins = view.contract.ends + A_DAY
    if view.followed_by:
        problem = (
            f"{figure.text} says {figure.units}; contract '{view.followed_by}' begins with it on {begins}"
        )
        return Verdict(notes=(Note("R23", Severity.NOTE, problem, "Nothing to do"),))
    return stop(
        "R13",
        f"{figure.text} says {figure.units}, to be billed a period later, and the contract ends on "
        f"{view.contract.ends}",
        f"Bill {figure.units} units for one period by hand, or extend the contract",
    )


def _collect(view: LineView, used: int, figures: Sequence[DayFigure], dating: Dating) -> Verdict:
    """Nothing is due: what was counted so far is shown with the day it will be decided on."""
    if not view.is_flat_from(view.today):
        return not_flat(view, view.today)
    now = view.level(view.today)
    closing = _rested(view, closing_of(view.period, dating.close_day, view.contract.ends), figures, dating)
    today = DayFigure(view.today, used)
    wanted = figure_so_far(figures, closing, dating.close_figure, dating.rounding, today)
    if wanted == now:
        return RIGHT
    wait = _until_closed(view, view.period, now, wanted, dating)
    if wait.due <= view.contract.ends or (view.followed_by and dating.policy is DatingPolicy.NEXT_PERIOD):
        return Verdict(wait=wait)
    return _no_other_close(
        f"{wanted} units are used and {now} stand on the contract, which has no other close"
    )


def _after_the_close(view: LineView, wanted: int, dating: Dating, day: date) -> Verdict:
    """The figure stands; what moved since its last day is nothing's but the next close's (R30)."""
    level = view.level(day)
    if wanted == level:
        return RIGHT
    wait = _until_closed(view, view.grid.after(view.period), level, wanted, dating)
    if wait.due <= view.contract.ends:
        return Verdict(wait=wait)
    return _no_other_close(
        f"{wanted} units are used since the close, which leaves {level}; the contract has no other close"
    )


def _no_other_close(problem: str) -> Verdict:
    return Verdict(notes=(Note("R30", Severity.NOTE, problem, "Bill the difference by hand"),))


def _until_closed(view: LineView, period: Period, now: int, wanted: int, dating: Dating) -> Wait:
    due = closing_of(period, dating.close_day, view.contract.ends).posts_on
    if dating.policy is DatingPolicy.NEXT_PERIOD:
        due = period.end
    return Wait(due, now, wanted, f"collected until the {dating.close_figure} figure is taken")


def missed_before(view: LineView, figures: Sequence[DayFigure]) -> Missed | None:
    """Unit days of the running period, before today, that were wanted and not on the contract (R28).

    What was missed before our last change was listed with it: listed twice it is billed twice by hand.
    """
    since = view.last_change or view.period.start
    return missed_between(view, view.period, max(since, view.period.start), view.today - A_DAY, figures)


def left_before(view: LineView, figures: Sequence[DayFigure]) -> tuple[Missed, ...]:
    """The same of the period before, on lines that we have changed: they were followed all the time."""
    before = view.grid.before(view.period)
    if view.last_change is None:
        return ()
    missed = missed_between(view, before, max(view.last_change, before.start), before.last_day, figures)
    return () if missed is None else (missed,)


def left_by_posting(view: LineView, figures: Sequence[DayFigure]) -> tuple[Missed, ...]:
    """What a posted period lacks up to today, which takes no change any more (R13, R28)."""
    since = max(view.last_change or view.period.start, view.period.start)
    missed = missed_between(view, view.period, since, view.today, figures)
    return () if missed is None else (replace(missed, why=f"it is posted, and this is up to {view.today}"),)


def missed_between(
    view: LineView, period: Period, since: date, until: date, figures: Sequence[DayFigure]
) -> Missed | None:
    short = sum(
        max(figure.units - view.level(figure.day), 0)
        for figure in figures
        if since <= figure.day <= until and view.is_covered(figure.day)
    )
    return Missed(short, 1, period) if short else None


def _moved(wanted: date, legal: date, free: date) -> tuple[Note, ...]:
    if legal > wanted:
        problem = (
            f"the change could not be dated {wanted}, it is posted or before the contract: {free} instead"
        )
        return (
            Note("R13", Severity.NOTE, problem, "Check whether the missed amount is to be billed by hand"),
        )
    if free > wanted:
        problem = f"{wanted} is not free on this line any more: {free} instead"
        return (Note("W7", Severity.NOTE, problem, "Nothing to do"),)
    return ()


def not_flat(view: LineView, day: date) -> Verdict:
    turn, after = view.changes_after(day)[0]
    before = view.level(turn - A_DAY)
    return stop(
        "W5",
        f"a later change already stands: {before} units before {turn}, {after} from then on",
        f"Wait until {turn}, or take the later change back in Autotask",
    )


def no_day_left(view: LineView, day: date) -> Verdict:
    return stop(
        "R13",
        f"the first day that can be changed is {day}, after the contract's end on {view.contract.ends}",
        "Bill the difference by hand, or extend the contract",
    )


def _hole(closing: Closing, hole: Hole) -> Verdict:
    return stop(
        "W13",
        f"the period {closing.period} cannot be closed: no figure for {hole}",
        "Nothing is changed until the next close; bill a difference by hand",
    )


def _nothing_collected(closing: Closing) -> Verdict:
    return stop(
        "W13",
        f"the period {closing.period} cannot be closed: no figures were collected in it",
        "Nothing is changed until the next close; bill a difference by hand",
    )
