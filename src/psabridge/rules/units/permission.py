"""When a unit change may leave: rules W1 to W13 of protocol.md 2.4, each a function of its name.

All must hold, for a first try and for a retry. A refusal is told in words a person understands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psabridge.kit.periods import Period, PeriodGrid
from psabridge.rules.plans.closing import Closing, Hole, close_figure, closing_of
from psabridge.rules.plans.plan import SetUnits
from psabridge.rules.psa import Contract, ContractLine
from psabridge.rules.settings import CloseFigure, DatingPolicy, PairingSettings, Rounding
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import (
    A_DAY,
    Levels,
    Unclear,
    is_posted_from,
    read_picture,
    same_rows,
)
from psabridge.rules.units.proof import Currency
from psabridge.rules.wanted.desired import DayFigure
from psabridge.rules.words import IntentId

# W11: beyond this the bridge's clock is not trusted.
CLOCK_TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A change about to leave, with everything it is judged by, as known at this moment."""

    change: SetUnits
    picture: Picture  # read now; without rows when none came
    levels: Levels | Unclear
    baseline: Picture | None
    had_rows: bool  # the line was seen with rows before
    history: LineHistory
    contract: Contract | None
    line: ContractLine | None
    grid: PeriodGrid | None  # the line's periods, read from its rows (R12)
    policy: DatingPolicy | None
    figures: tuple[DayFigure, ...]
    settings: PairingSettings
    currency: Currency
    now: datetime
    today: date
    clock_offset: timedelta | None  # the vendor's clock less ours
    stale: str | None = None  # why the step no longer is what was shown
    retries: IntentId | None = None  # the open intent whose request this is
    figure: CloseFigure | None = None  # of the line's rows; None: the pairing's


@dataclass(frozen=True, slots=True)
class Refusal:
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass(frozen=True, slots=True)
class Allowed:
    levels: Levels


def may_write(attempt: Attempt) -> Allowed | tuple[Refusal, ...]:
    found = (
        Refusal(name.split("_", 1)[0].upper(), text)
        for name, rule in RULES.items()
        if (text := rule(attempt)) is not None
    )
    refusals = tuple(found)
    if refusals or isinstance(attempt.levels, Unclear):
        return refusals
    return Allowed(attempt.levels)


def levels_of(picture: Picture, change: SetUnits, known: RowReading | None) -> Levels | Unclear:
    """The levels of a line; one without rows is at 0 where a first report was approved for it (W10)."""
    if picture.is_empty and change.is_first_report:
        return Levels(((picture.covers_from, 0),), picture.covers_to, known or RowReading.TOTALS)
    return read_picture(picture, known)


def w1_ours_to_write(attempt: Attempt) -> str | None:
    """Our marker, and the wait after a start. The fence is proved by the journal as it commits."""
    currency = attempt.currency
    if not currency.may_write:
        return f"{currency.standing}: {currency.text}"
    if attempt.now < currency.writes_from:
        return f"nothing is written before {currency.writes_from:%H:%M}: {currency.text}"
    return None


def w2_nothing_on_its_way(attempt: Attempt) -> str | None:
    """An open, parked or cooling intent closes its line."""
    others = [intent for intent in attempt.history.open if intent.id != attempt.retries]
    return f"a change of the line is {others[-1].state}: {others[-1].why}" if others else None


def w3_equals_the_baseline(attempt: Attempt) -> str | None:
    """A baseline comes from our own confirmation or from two equal reads since this process started."""
    if attempt.baseline is None:
        return "the line has not been read twice with the same result since the start"
    if not _reaches(attempt.baseline, attempt.change.day) or not same_rows(attempt.picture, attempt.baseline):
        return "the line differs from what was last known of it; a second equal read decides"
    return None


def _reaches(baseline: Picture, day: date) -> bool:
    starts_before = baseline.covers_from < day or not baseline.rows or baseline.rows[0].starts == day
    return starts_before and day <= baseline.covers_to


def w4_our_steps_still_stand(attempt: Attempt) -> str | None:
    gone = missing_steps(attempt.history, attempt.picture, attempt.levels)
    return f"our change of {gone[0].change:+} on {gone[0].day} is not on the line any more" if gone else None


def missing_steps(history: LineHistory, picture: Picture, levels: Levels | Unclear) -> tuple[Intent, ...]:
    """Confirmed changes in open periods whose step is not in the picture (W4)."""
    if isinstance(levels, Unclear):
        return ()
    return tuple(
        intent
        for intent in history.confirmed
        if _is_in_view(intent.day, picture) and levels.step_at(intent.day) != intent.new_step
    )


def _is_in_view(day: date, picture: Picture) -> bool:
    """The picture tells of the day and the one before it, and nothing was posted there."""
    if not picture.rows or not picture.rows[0].starts < day <= picture.covers_to:
        return False
    standing = [row for row in picture.rows if row.starts <= day]
    latest = max(row.starts for row in standing)
    return all(row.posted_at is None for row in standing if row.starts == latest)


def w5_flat_from_the_day(attempt: Attempt) -> str | None:
    """No later change stands: the delta would be right for today and wrong for later."""
    if isinstance(attempt.levels, Unclear):
        return None
    later = attempt.levels.changes_after(attempt.change.day)
    return f"a later change already stands: {later[0][1]} units from {later[0][0]}" if later else None


def w6_from_the_level_at_the_day(attempt: Attempt) -> str | None:
    if isinstance(attempt.levels, Unclear):
        return None
    change, level = attempt.change, attempt.levels.on(attempt.change.day)
    if level != change.before:
        return f"{level} units are in force on {change.day}, the step was made for {change.before}"
    if change.change == 0 or change.before + change.change != change.after or change.after < 0:
        return f"{change.change:+} does not lead from {change.before} to {change.after}"
    return None


def w7_the_day_is_free(attempt: Attempt) -> str | None:
    day, grid = attempt.change.day, attempt.grid
    used = {i.day for i in attempt.history.intents if i.id != attempt.retries} & attempt.history.used_days
    if grid is None:
        return "its rows do not show when its billing periods begin"
    if day in used:
        return f"{day} is already used on this line by us; the change waits for another day"
    mid_period = [row.starts for row in attempt.picture.rows if not grid.is_first_day(row.starts)]
    taken = max((start for start in mid_period if start >= day), default=None)
    if taken is not None:
        return f"a change stands on {taken}; the change waits for a later day"
    later = max((one for one in used if one > day), default=None)
    if later is not None and not grid.is_first_day(day):
        return f"we already used {later} on this line, which is later than {day}"
    return None


def w8_not_ahead_of_today(attempt: Attempt) -> str | None:
    day, today, grid = attempt.change.day, attempt.today, attempt.grid
    if day <= today:
        return None
    if attempt.policy not in {DatingPolicy.NEXT_PERIOD, DatingPolicy.PERIOD_CLOSE} or grid is None:
        return f"{day} is ahead of today; the change is kept here and posted on its own day"
    running = grid.holding(today)
    if day != running.end:
        return f"{day} is not the first day of the next period"
    posts_on = _closing_of(running, attempt).posts_on
    return None if today >= posts_on else f"a change for {day} is posted on {posts_on}, as late as chosen"


def _closing_of(running: Period, attempt: Attempt) -> Closing:
    ends = date.max if attempt.contract is None else attempt.contract.ends
    return closing_of(running, attempt.settings.close_day, ends)


def w9_the_line_takes_it(attempt: Attempt) -> str | None:
    """The date lies in the contract, nothing from it on is posted, contract and line are the ones meant."""
    change, contract, line = attempt.change, attempt.contract, attempt.line
    if contract is None or line is None:
        return "the contract or the line could not be read"
    if (line.id, line.contract, line.service) != (change.line, change.contract, change.service):
        return "the line is on another contract, or of another service, than was shown"
    if not contract.starts <= change.day <= contract.ends or not contract.is_active:
        return f"{change.day} is outside of the contract, or the contract is inactive"
    if line.id in attempt.settings.never_write:
        return "the line is marked never to be written"
    if is_posted_from(attempt.picture, change.day):
        return f"a period from {change.day} on was approved and posted"
    return None


def w10_the_picture_is_whole(attempt: Attempt) -> str | None:
    """Rows without a hole. No rows are unknown, unless the line is new, twice seen so (W3) and approved."""
    if attempt.picture.is_empty and (attempt.had_rows or attempt.history.used_days):
        return "it had unit rows before, and now shows none"
    if isinstance(attempt.levels, Unclear):
        return attempt.levels.reason
    if attempt.levels.on(attempt.change.day) is None or attempt.levels.step_at(attempt.change.day) is None:
        return f"no row says which units are in force around {attempt.change.day}"
    return None


def w11_the_clocks_agree(attempt: Attempt) -> str | None:
    offset = attempt.clock_offset
    if offset is None:
        return "the vendor's clock is not known yet"
    if abs(offset) > CLOCK_TOLERANCE:
        return f"our clock and the vendor's differ by {abs(offset)}"
    if abs(attempt.today - (attempt.now + offset).date()) > A_DAY:
        return f"today is not {attempt.today} at the vendor"
    return None


def w12_as_it_was_shown(attempt: Attempt) -> str | None:
    return attempt.stale


def w13_from_complete_days(attempt: Attempt) -> str | None:
    """A figure of a period is not taken from days with holes: it would come out too low."""
    closes = attempt.policy in {DatingPolicy.NEXT_PERIOD, DatingPolicy.PERIOD_CLOSE}
    if not closes or attempt.change.is_first_report or attempt.grid is None:
        return None
    running = attempt.grid.holding(attempt.today)
    closing = _closing_of(running, attempt)
    if attempt.today < closing.posts_on:
        closing = closing_of(attempt.grid.before(running), attempt.settings.close_day)
    which = attempt.figure or attempt.settings.close_figure
    figure = close_figure(attempt.figures, closing, which, Rounding.UP)
    if figure is None or isinstance(figure, Hole):
        return f"the period {closing.period} has days without a figure"
    return None


_ALL: tuple[Callable[[Attempt], str | None], ...] = (
    w1_ours_to_write,
    w2_nothing_on_its_way,
    w3_equals_the_baseline,
    w4_our_steps_still_stand,
    w5_flat_from_the_day,
    w6_from_the_level_at_the_day,
    w7_the_day_is_free,
    w8_not_ahead_of_today,
    w9_the_line_takes_it,
    w10_the_picture_is_whole,
    w11_the_clocks_agree,
    w12_as_it_was_shown,
    w13_from_complete_days,
)
RULES = {rule.__name__: rule for rule in _ALL}
# A retry that one of these forbids waits for a better moment; the others park it (protocol.md 2.3).
PASSING = frozenset({"W1", "W2", "W3", "W10", "W11"})
