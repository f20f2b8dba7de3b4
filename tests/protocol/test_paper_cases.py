"""P1 to P15 of protocol.md, each under the four meanings of uniqueness where it matters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from psabridge.kit.clock import day_in
from psabridge.rules.psa import UnitRow
from psabridge.rules.settings import CloseFigure, DatingPolicy
from psabridge.rules.units.intent import Decision, IntentState
from psabridge.rules.units.picture import RowReading
from tests.protocol.bridge import CYCLE, FIRST, LAMBDA, MID, MU, UNIQUENESS, a_bridge
from tests.protocol.test_counter_examples import a_bridge_that_reports_ahead, changes_landed
from tests.protocol.vendor import Fate

every_uniqueness = pytest.mark.parametrize("uniqueness", UNIQUENESS)
DAY = timedelta(days=1)
D1 = date(2026, 3, 10)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
MARCH_31 = datetime(2026, 3, 31, 9, tzinfo=UTC)


@every_uniqueness
@pytest.mark.parametrize("edit", [5, 4])
def test_p01_duplicate_data_is_never_a_verdict(uniqueness: str, edit: int) -> None:
    """A person took the date between our re-read and our post."""
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.psa.before_post = lambda: bridge.psa.person(D1, edit)

    bridge.run(timedelta(hours=2))

    if changes_landed(bridge):  # the vendor takes two on one date: P15, caught by reading back
        assert uniqueness == "none"
        assert bridge.parked
        assert "accepted, not visible" in bridge.last.why
    elif edit == 5:
        assert bridge.last.state is IntentState.CONFIRMED
        assert "a step like ours stands" in bridge.last.why
    else:
        assert bridge.last.state is IntentState.PARKED
        assert "the date is taken" in bridge.last.why
    assert len(bridge.psa.posts) == 1


@every_uniqueness
def test_p02_a_policy_changed_over_a_standing_change_ahead_posts_nothing(uniqueness: str) -> None:
    bridge = a_bridge_that_reports_ahead(uniqueness=uniqueness)
    bridge.run(LAMBDA)
    assert bridge.psa.shown(APRIL) == 15
    bridge.changes = {"policy": DatingPolicy.AS_IT_CHANGES}

    bridge.run(LAMBDA)

    assert changes_landed(bridge) == [5]
    assert any("a later change already stands" in text for text in bridge.said)


@every_uniqueness
@pytest.mark.parametrize("posted", ["refused", "extra_row"])
def test_p03_a_period_posted_before_settlement_is_not_written_into(uniqueness: str, posted: str) -> None:
    bridge = a_bridge(Fate.LOST, uniqueness=uniqueness, doubts={"posted_period": posted})
    bridge.cycle()
    bridge.psa.post_periods(date(2026, 3, 31))

    bridge.run(timedelta(hours=4))

    assert len(bridge.psa.posts) == 1
    assert "the line was changed since" in bridge.parked[0].why


@every_uniqueness
@pytest.mark.parametrize("posted", ["refused", "extra_row"])
def test_p03_a_change_that_landed_before_its_period_was_posted_is_seen(uniqueness: str, posted: str) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, uniqueness=uniqueness, doubts={"posted_period": posted})
    bridge.cycle()
    bridge.psa.post_periods(date(2026, 3, 31))

    bridge.run(timedelta(hours=4))

    assert bridge.last.state is IntentState.CONFIRMED
    assert changes_landed(bridge) == [5]


@every_uniqueness
@pytest.mark.parametrize("second", [Fate.NO_RIGHTS, Fate.BUSY, Fate.NOT_SENT])
def test_p04_a_refusal_of_the_second_try_says_nothing_about_the_first(uniqueness: str, second: Fate) -> None:
    bridge = a_bridge(Fate.LOST, second, uniqueness=uniqueness)

    bridge.run(MU + LAMBDA)
    assert bridge.last.state is IntentState.IN_DOUBT
    bridge.run(timedelta(hours=4))

    assert len(bridge.intents) == 1
    assert bridge.is_right
    assert len(changes_landed(bridge)) == 1


@every_uniqueness
def test_p05_the_vendors_own_undo_is_parked_not_repaired(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.run(LAMBDA)
    bridge.psa.move_end(date(2026, 3, 9))
    bridge.psa.move_end(date(2026, 12, 31))
    assert bridge.psa.shown(D1) == 10
    bridge.clock.wait(DAY)

    bridge.run(timedelta(hours=2))

    assert changes_landed(bridge) == [5]
    assert "somebody may have undone it" in bridge.parked[0].why


@every_uniqueness
def test_p06_a_line_deleted_with_a_request_in_flight_is_not_made_anew(uniqueness: str) -> None:
    bridge = a_bridge(Fate.LOST, uniqueness=uniqueness)
    bridge.cycle()
    bridge.psa.remove_line()

    bridge.run(timedelta(hours=4))

    assert len(bridge.psa.posts) == 1
    assert "no unit rows" in bridge.parked[0].why


@every_uniqueness
def test_p07_two_lines_of_one_service_are_told_apart_by_line(uniqueness: str) -> None:
    bridge = a_bridge(Fate.LOST, Fate.ANSWERED, uniqueness=uniqueness, lines=2)
    bridge.targets = {0: 15, 1: 13}

    bridge.run(timedelta(hours=3))

    assert [bridge.psa.shown(D1, line) for line in (0, 1)] == [15, 13]
    assert [len(bridge.psa.landed(line)) for line in (0, 1)] == [1, 1]


@every_uniqueness
@pytest.mark.parametrize("row_end", ["effective_date", "day_before"])
@pytest.mark.parametrize(
    ("units", "fate"),
    [(12, Fate.ANSWERED), (12, Fate.APPLIED_LOST), (12, Fate.LOST), (0, Fate.ANSWERED)],
)
def test_p08_overlays_are_read_as_overlays(uniqueness: str, row_end: str, fate: Fate, units: int) -> None:
    """Started from 12, because from 0 both readings agree."""
    switches = {"rows": "overlays", "row_end": row_end}
    bridge = a_bridge(fate, uniqueness=uniqueness, units=units, doubts=switches, canary=False)
    bridge.run(timedelta(hours=2))
    assert bridge.psa.shown(D1) == 15
    bridge.to(19)
    bridge.clock.wait(DAY)

    bridge.run(timedelta(hours=2))

    assert bridge.psa.shown(D1 + DAY) == 19
    assert changes_landed(bridge) == [15 - units, 4]


@every_uniqueness
def test_p08_a_line_that_contradicts_the_canary_is_not_written(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness, units=12, canary=False)
    bridge.run(LAMBDA)
    assert bridge.last.told is RowReading.TOTALS
    bridge.clock.wait(DAY)
    bridge.psa.world.doubts = replace(bridge.psa.world.doubts, rows="overlays")
    bridge.psa.person(date(2026, 3, 11), 1)
    bridge.to(30)

    bridge.run(timedelta(hours=1))

    assert changes_landed(bridge) == [3]
    assert bridge.is_listed


@every_uniqueness
@pytest.mark.parametrize("row_end", ["effective_date", "day_before"])
@pytest.mark.parametrize("fate", [Fate.ANSWERED, Fate.APPLIED_LOST, Fate.LOST])
def test_p09_a_row_may_end_on_the_day_or_the_day_before(uniqueness: str, row_end: str, fate: Fate) -> None:
    bridge = a_bridge(fate, uniqueness=uniqueness, doubts={"row_end": row_end})
    bridge.run(timedelta(hours=2))
    bridge.to(18)
    bridge.clock.wait(DAY)

    bridge.run(timedelta(hours=2))

    assert bridge.psa.shown(D1) == 15
    assert bridge.psa.shown(D1 + DAY) == 18
    assert changes_landed(bridge) == [5, 3]


@every_uniqueness
def test_p10_a_line_read_without_any_row_is_unknown_not_zero(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.psa.hidden_rows.append(lambda _: True)

    bridge.run(timedelta(hours=1))

    assert bridge.psa.posts == []
    assert bridge.is_listed


@every_uniqueness
def test_p10_a_split_seen_half_done_is_no_verdict(uniqueness: str) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, uniqueness=uniqueness)
    hidden = bridge.psa.hidden_rows
    bridge.psa.before_post = lambda: hidden.append(_is_march)
    bridge.run(LAMBDA)
    assert bridge.last.state is IntentState.IN_DOUBT
    hidden.clear()

    bridge.run(timedelta(hours=2))

    assert bridge.last.state is IntentState.CONFIRMED
    assert changes_landed(bridge) == [5]


def _is_march(row: UnitRow) -> bool:
    return row.starts.month == 3


@every_uniqueness
@pytest.mark.parametrize("offset", [timedelta(minutes=3), timedelta(days=-365), timedelta(hours=5)])
def test_p11_nothing_is_written_while_the_clocks_disagree(uniqueness: str, offset: timedelta) -> None:
    bridge = a_bridge(uniqueness=uniqueness, offset=offset)

    bridge.run(timedelta(hours=1))

    assert bridge.psa.posts == []
    assert any("clock" in text for text in bridge.said)


@every_uniqueness
@pytest.mark.parametrize("zone", ["Australia/Sydney", "America/Los_Angeles", "America/Santiago"])
def test_p11_the_day_is_that_of_the_billing_zone(uniqueness: str, zone: str) -> None:
    at = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)
    bridge = a_bridge(at=at, uniqueness=uniqueness, settings={"zone": ZoneInfo(zone)})

    bridge.cycle()

    assert [landed.effective_date for landed in bridge.psa.landed()] == [day_in(ZoneInfo(zone), at)]


@every_uniqueness
def test_p12_a_plan_of_the_31st_is_not_applied_on_the_1st(uniqueness: str) -> None:
    bridge = a_bridge(at=datetime(2026, 3, 31, 23, 58, tzinfo=UTC), uniqueness=uniqueness)

    outcome = bridge.apply_later(timedelta(minutes=5))

    assert bridge.psa.posts == []
    assert outcome.code == "W12"
    assert "the day has changed" in outcome.text


@every_uniqueness
def test_p12_a_line_changed_between_plan_and_apply_is_planned_anew(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)

    outcome = bridge.apply_later(CYCLE, lambda: bridge.psa.person(date(2026, 3, 9), 2))
    assert bridge.psa.posts == []
    assert "have changed" in outcome.text
    bridge.run(2 * LAMBDA)

    assert changes_landed(bridge) == [3]
    assert bridge.is_right


@every_uniqueness
@pytest.mark.parametrize("figure", [CloseFigure.HIGHEST, CloseFigure.AVERAGE])
def test_p13_a_period_with_days_missing_is_not_closed(uniqueness: str, figure: CloseFigure) -> None:
    policy = {"policy": DatingPolicy.PERIOD_CLOSE, "close_figure": figure}
    bridge = a_bridge(at=MARCH_31, uniqueness=uniqueness, settings=policy)
    bridge.figures = {date(2026, 3, day): 15 for day in range(1, 31) if day not in {7, 8}}

    bridge.run(LAMBDA)
    assert bridge.psa.posts == []
    assert bridge.is_listed
    bridge.figures |= {date(2026, 3, 7): 15, date(2026, 3, 8): 15}
    bridge.run(LAMBDA)

    assert [(a.effective_date, a.unit_change) for a in bridge.psa.landed()] == [(MARCH, 5)]


@every_uniqueness
@pytest.mark.parametrize("at", [MID, FIRST])
def test_p14_a_request_repeated_by_something_in_between_is_shown(uniqueness: str, at: datetime) -> None:
    """Two landings inside one try: the transport forbids it, and the step at the date tells it."""
    bridge = a_bridge(Fate.APPLIED_TWICE, at=at, uniqueness=uniqueness)

    bridge.run(timedelta(hours=3))

    assert len(bridge.psa.posts) == 1
    if len(changes_landed(bridge)) == 2:
        assert "neither before nor after our change" in bridge.parked[0].why
    else:
        assert bridge.last.state is IntentState.CONFIRMED


@every_uniqueness
@pytest.mark.parametrize("day", [date(2026, 3, 5), date(2026, 3, 9)])
def test_p15_an_edit_between_re_read_and_post_is_caught_by_reading_back(uniqueness: str, day: date) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.psa.before_post = lambda: bridge.psa.person(day, 2)

    bridge.cycle()
    assert bridge.last.state is IntentState.CONFIRMED
    assert "changed by another" in bridge.last.why
    bridge.run(2 * LAMBDA)

    assert bridge.psa.shown(D1) == 17
    assert bridge.is_listed


@every_uniqueness
def test_a_person_decides_a_parked_change_and_the_line_goes_on(uniqueness: str) -> None:
    bridge = a_bridge(Fate.LOST, at=FIRST, uniqueness=uniqueness)
    bridge.run(timedelta(hours=2))
    bridge.decide(Decision.SEND_AGAIN)

    bridge.run(DAY)

    assert changes_landed(bridge) == [5]
    assert bridge.is_right
    assert not bridge.is_listed
