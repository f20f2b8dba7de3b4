"""What was used in the last days of a contract and stands on no line: listed with its value (R23, R28).

A contract that is over takes no usage any more. What was wanted on its last days and was not written, because
nobody approved it, no cycle ran or no close came, would be lost without a word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.closing import Figure, close_figure, closing_of, with_rest
from psabridge.rules.plans.dating import Dating, missed_between
from psabridge.rules.plans.line_case import LineCase
from psabridge.rules.plans.line_periods import periods_of_line
from psabridge.rules.plans.line_planning import LineGround, dating_of
from psabridge.rules.plans.line_view import A_DAY, LineView
from psabridge.rules.plans.looking import expected_length
from psabridge.rules.plans.plan_making import Made
from psabridge.rules.plans.proration import unit_price
from psabridge.rules.plans.step_words import line_subject
from psabridge.rules.plans.verdict import Missed
from psabridge.rules.settings import CloseRest, DatingPolicy
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.units.picture_reading import Unclear, read_picture
from psabridge.rules.wanted.desired import DayFigure, DesiredUnits, FormerUnits
from psabridge.rules.words import LineId

_LAST_PERIOD = timedelta(days=31)


def lines_to_look_back_at(
    former: Sequence[FormerUnits],
    figures: Mapping[LineId, tuple[DayFigure, ...]],
    histories: Mapping[LineId, LineHistory],
) -> frozenset[LineId]:
    """Lines of which something may be missing: all others need no read of their rows."""
    return frozenset(
        one.line
        for one in former
        if _may_be_short(one, figures.get(one.line, ()), histories.get(one.line) or LineHistory(one.line))
    )


def _may_be_short(former: FormerUnits, figures: Sequence[DayFigure], history: LineHistory) -> bool:
    """Of a line that we never changed only a figure that moved tells that it may be."""
    last = [one for one in figures if former.until - _LAST_PERIOD < one.day <= former.until]
    landed = [one for one in history.intents if one.day in history.used_days]
    if not landed:
        return len({one.units for one in last}) > 1
    return any(one.units > _left_at(one, landed) for one in last)


def _left_at(figure: DayFigure, landed: Sequence[Intent]) -> int:
    before = [one for one in landed if one.day <= figure.day]
    return before[-1].wanted if before else landed[0].before


def plan_former(former: FormerUnits, ground: LineGround) -> Made:
    """Nothing is written to it; what it lacks is told for as long as former lines are looked after."""
    case = _case(former, ground)
    view = None if case is None else _view(case, ground)
    dating = dating_of(former.rows, ground.settings)
    if case is None or view is None or dating is None or not view.is_covered(former.until):
        return Made()
    figures = [one for one in ground.figures.get(former.line, ()) if one.day <= former.until]
    price = unit_price(view.picture.rows, view.latest, view.grid, case.line.unit_price)
    return Made(findings=tuple(case.missed(one, price) for one in _missed(former, view, figures, dating)))


def _case(former: FormerUnits, ground: LineGround) -> LineCase | None:
    line, contract = ground.psa.lines.get(former.line), ground.psa.contracts.get(former.contract)
    if line is None or contract is None:
        return None
    wanted = DesiredUnits(
        former.line, former.contract, former.company, former.service, 0, Evidence(), former.rows
    )
    history = ground.histories.get(former.line) or LineHistory(former.line)
    return LineCase(wanted, line, contract, history, line_subject(former.line, ground.psa))


def _view(case: LineCase, ground: LineGround) -> LineView | None:
    """None: nothing was looked for, or its rows do not say what stood on it."""
    picture = ground.pictures.get(case.line.id)
    levels = None if picture is None else read_picture(picture, ground.reading)
    if picture is None or levels is None or isinstance(levels, Unclear):
        return None
    grid = periods_of_line(picture, case.contract, expected_length(case.line, case.contract, ground.psa))
    if grid is None:
        return None
    return LineView(ground.psa.today, case.contract, picture, levels, grid, case.history)


def _missed(
    former: FormerUnits, view: LineView, figures: Sequence[DayFigure], dating: Dating
) -> Iterator[Missed]:
    closed = _not_closed(former, view, figures, dating)
    if closed is not None:
        yield from [closed] if closed.units > 0 else []
    elif dating.policy is not DatingPolicy.NEXT_PERIOD:
        yield from _days(former, view, figures)


def _not_closed(
    former: FormerUnits, view: LineView, figures: Sequence[DayFigure], dating: Dating
) -> Missed | None:
    """The figure of the last close, as far as it stands nowhere. None: no figure can be told."""
    if dating.policy is DatingPolicy.AS_IT_CHANGES:
        return None
    period = view.grid.holding(former.until)
    closing = closing_of(period, dating.close_day, former.until)
    if dating.policy is DatingPolicy.PERIOD_CLOSE and dating.close_rest is CloseRest.NEXT_FIGURE:
        closing = with_rest(closing, view.grid.before(period), dating.close_day, figures)
    figure = close_figure(figures, closing, dating.close_figure, dating.rounding)
    if not isinstance(figure, Figure):
        return None
    if dating.policy is DatingPolicy.PERIOD_CLOSE:
        short = figure.units - view.level(former.until)
        return Missed(short, period.days, period, f"{figure.text} says {figure.units}")
    units = 0 if former.heir is not None else figure.units
    why = f"{figure.text} says {figure.units}, to be billed from {former.until + A_DAY}"
    return Missed(units, period.days, period, f"{why}, after the contract's end")


def _days(former: FormerUnits, view: LineView, figures: Sequence[DayFigure]) -> Iterator[Missed]:
    period = view.grid.holding(former.until)
    periods = (period,) if view.last_change is None else (view.grid.before(period), period)
    for one in periods:
        since = max(view.last_change or one.start, one.start)
        missed = missed_between(view, one, since, min(one.last_day, former.until), figures)
        if missed is not None:
            yield replace(missed, why=f"the contract ended on {view.contract.ends} before it was written")
