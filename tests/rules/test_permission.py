"""W1 to W13 of protocol.md 2.4: what is allowed, and what each rule alone stops."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.plans.plan import SetUnits
from psabridge.rules.settings import CloseFigure, DatingPolicy
from psabridge.rules.units.intent import IntentState, LineHistory
from psabridge.rules.units.permission import RULES, Allowed, Attempt, levels_of, may_write
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.proof import Currency, Standing
from psabridge.rules.wanted.desired import DayFigure
from psabridge.rules.words import ContractId, IntentId, ServiceId
from tests.builders import a_line, a_payg_contract, settings
from tests.rules.unit_rows import FEBRUARY, LINE, MARCH, NOW, D, a_picture, after, an_intent, before

GRID = PeriodGrid(date(2026, 1, 1), PeriodType.MONTHLY)
CURRENT = Currency(Standing.CURRENT, NOW, "database, file and marker agree")


def a_change(**changes: Any) -> SetUnits:  # noqa: ANN401  any field of the change
    return replace(
        SetUnits(
            line=LINE,
            contract=ContractId(10),
            service=ServiceId(1000),
            day=D,
            change=5,
            before=10,
            after=15,
            is_first_report=False,
            is_fenced=True,
            picture=before(),
            reading=RowReading.TOTALS,
        ),
        **changes,
    )


def an_attempt(**changes: Any) -> Attempt:  # noqa: ANN401  any field of the attempt
    """+5 today, on a line that is as it was last known."""
    change, picture = changes.get("change", a_change()), changes.get("picture", before())
    preset: dict[str, Any] = {
        "change": change,
        "picture": picture,
        "levels": levels_of(picture, change, None),
        "baseline": picture,
        "had_rows": True,
        "history": LineHistory(LINE),
        "contract": a_payg_contract(),
        "line": a_line(),
        "grid": GRID,
        "policy": DatingPolicy.AS_IT_CHANGES,
        "figures": (),
        "settings": settings(),
        "currency": CURRENT,
        "now": NOW,
        "today": D,
        "clock_offset": timedelta(),
    }
    return Attempt(**{**preset, **changes})


def history(state: IntentState, **changes: Any) -> LineHistory:  # noqa: ANN401  any field of the intent
    return LineHistory(LINE, (an_intent(state=state, **changes),))


def figures(*days: int) -> tuple[DayFigure, ...]:
    return tuple(DayFigure(date(2026, 3, day), 15) for day in days)


def closing(**changes: Any) -> Attempt:  # noqa: ANN401  any field of the attempt
    """On the last day of March, for April."""
    april = {"day": date(2026, 4, 1), "is_fenced": False}
    preset = {
        "change": a_change(**april),
        "policy": DatingPolicy.NEXT_PERIOD,
        "today": date(2026, 3, 31),
        "now": NOW + timedelta(days=21),
        "figures": figures(30),
    }
    return an_attempt(**{**preset, **changes})


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(),
        closing(),
        an_attempt(history=history(IntentState.CONFIRMED, day=date(2026, 3, 1), change=0, wanted=10)),
        an_attempt(history=history(IntentState.IN_DOUBT), retries=IntentId(1)),
        an_attempt(
            change=a_change(before=0, after=5, is_first_report=True), picture=a_picture(), had_rows=False
        ),
    ],
    ids=["today", "next period", "after an older change", "the retry itself", "a new line, approved"],
)
def test_a_change_over_a_known_flat_line_is_allowed(attempt: Attempt) -> None:
    assert isinstance(may_write(attempt), Allowed)


def test_w13_goes_by_the_figure_of_the_lines_own_row() -> None:
    """R7: a row that bills the last day needs no other, whatever the pairing's figure; it waited for ever."""
    highest = settings(close_figure=CloseFigure.HIGHEST)

    assert not isinstance(may_write(closing(settings=highest)), Allowed)
    assert isinstance(may_write(closing(settings=highest, figure=CloseFigure.LAST)), Allowed)
    assert not isinstance(may_write(closing(figure=CloseFigure.HIGHEST)), Allowed)


def test_w10_a_line_whose_only_row_could_not_be_read_is_not_new() -> None:
    """A first report over it would be billed on top of what nobody could read."""
    change = a_change(before=0, after=5, is_first_report=True)
    unread = replace(a_picture(), is_whole=False)
    attempt = an_attempt(change=change, picture=unread, baseline=a_picture(), had_rows=False)

    refusals = may_write(attempt)

    assert not isinstance(refusals, Allowed)
    assert "W10: a unit row of it could not be read" in [str(refusal) for refusal in refusals]


RECOVERING = replace(CURRENT, standing=Standing.RECOVERING)
SPLIT = after(change=5, day=20)
GONE = history(IntentState.CONFIRMED, day=date(2026, 3, 5))
ONE_RULE: list[tuple[str, Callable[[], Attempt]]] = [
    ("W1", lambda: an_attempt(currency=RECOVERING)),
    ("W1", lambda: an_attempt(currency=replace(CURRENT, standing=Standing.FOREIGN))),
    ("W1", lambda: an_attempt(currency=replace(CURRENT, writes_from=NOW + timedelta(minutes=1)))),
    ("W2", lambda: an_attempt(history=history(IntentState.PARKED, day=date(2026, 3, 5)))),
    ("W2", lambda: an_attempt(history=history(IntentState.LANDED, day=date(2026, 3, 5)))),
    ("W3", lambda: an_attempt(baseline=None)),
    ("W3", lambda: an_attempt(baseline=SPLIT)),
    ("W4", lambda: an_attempt(history=GONE)),
    ("W5", lambda: an_attempt(picture=with_a_rise_in_april())),
    ("W6", lambda: an_attempt(change=a_change(before=9, after=14))),
    ("W6", lambda: an_attempt(change=a_change(change=-11, after=-1))),
    ("W6", lambda: an_attempt(change=a_change(change=0, after=10))),
    ("W7", lambda: an_attempt(history=history(IntentState.CLOSED))),
    ("W7", lambda: an_attempt(history=history(IntentState.CLOSED, day=date(2026, 3, 11)))),
    ("W7", lambda: an_attempt(picture=after(change=0, day=10))),
    ("W7", lambda: an_attempt(picture=after(change=0, day=20))),
    ("W7", lambda: an_attempt(grid=None)),
    ("W8", lambda: an_attempt(change=a_change(day=date(2026, 3, 11)))),
    ("W8", lambda: closing(policy=DatingPolicy.AS_IT_CHANGES)),
    ("W8", lambda: closing(change=a_change(day=date(2026, 5, 1)))),
    ("W8", lambda: closing(today=date(2026, 3, 30), now=NOW + timedelta(days=20), figures=february())),
    ("W9", lambda: an_attempt(contract=None)),
    ("W9", lambda: an_attempt(line=None)),
    ("W9", lambda: an_attempt(line=a_line(service=1001))),
    ("W9", lambda: an_attempt(contract=a_payg_contract(ends=date(2026, 3, 9)))),
    ("W9", lambda: an_attempt(contract=a_payg_contract(is_active=False))),
    ("W9", lambda: an_attempt(picture=posted())),
    ("W9", lambda: an_attempt(settings=settings(never_write=frozenset({LINE})))),
    ("W10", lambda: an_attempt(picture=a_picture(FEBRUARY, MARCH, ("2026-05-01", "2026-05-31", 10)))),
    (
        "W10",
        lambda: an_attempt(change=a_change(before=0, after=5, is_first_report=True), picture=a_picture()),
    ),
    ("W11", lambda: an_attempt(clock_offset=None)),
    ("W11", lambda: an_attempt(clock_offset=timedelta(minutes=-3))),
    ("W11", lambda: an_attempt(now=NOW + timedelta(days=2))),
    ("W12", lambda: an_attempt(stale="the day has changed")),
    ("W13", lambda: closing(figures=figures(28, 29))),
    ("W13", lambda: closing(figures=())),
]


def with_a_rise_in_april() -> Picture:
    months = (FEBRUARY, MARCH, ("2026-04-01", "2026-04-30", 12))
    return a_picture(*months)


def posted() -> Picture:
    return a_picture(FEBRUARY, MARCH, posted_before=date(2026, 4, 1))


def february() -> tuple[DayFigure, ...]:
    return (DayFigure(date(2026, 2, 27), 15),)


@pytest.mark.parametrize(("rule", "attempt"), ONE_RULE, ids=[f"{n}-{r}" for n, (r, _) in enumerate(ONE_RULE)])
def test_each_rule_stops_what_no_other_rule_stops(rule: str, attempt: Callable[[], Attempt]) -> None:
    """Dropping any one rule lets a change through that this test expects to be stopped."""
    refusals = may_write(attempt())

    assert not isinstance(refusals, Allowed)
    assert [refusal.rule for refusal in refusals] == [rule]
    assert all(refusal.text for refusal in refusals)


def test_every_rule_of_the_protocol_has_a_case_here() -> None:
    assert {rule for rule, _ in ONE_RULE} == {name.split("_", 1)[0].upper() for name in RULES}
    assert [name.split("_", 1)[0] for name in RULES] == [f"w{number}" for number in range(1, 14)]


def test_a_change_on_a_first_day_may_come_after_a_change_inside_an_earlier_period() -> None:
    """W7: for a first day it is enough that we did not use it."""
    april = a_change(day=date(2026, 4, 1), is_fenced=False)
    later = history(IntentState.CLOSED, day=date(2026, 4, 3))
    attempt = an_attempt(change=april, history=later, today=date(2026, 4, 5), now=NOW + timedelta(days=26))

    assert isinstance(may_write(attempt), Allowed)
