"""What was consumed inside a month: never interpolated, nothing twice (R17, ACR-USE-08, ERR-22)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.periods import Period
from psabridge.rules.wanted.ranges.book import NotKnown, RangeBook
from psabridge.rules.wanted.ranges.months import closed_month
from psabridge.rules.wanted.ranges.readings import Counter, RangeReading, range_readings, reading_of
from psabridge.rules.wanted.ranges.reporting import UsageReporting
from tests.builders import a_mapping_row, a_usage, an_item, platform_snapshot, tenant_id
from tests.rules.test_range_months import custom, days

A_DAY = timedelta(days=1)
COUNTER = Counter(tenant_id(1), "compute_points", None, None)
MARCH, FEBRUARY = days("2026-03-01", "2026-03-31"), days("2026-02-01", "2026-02-28")
YEAR = [date(2027, 12, 1) + A_DAY * number for number in range(500)]  # 29 February 2028 is in it


def at(day: date, hour: int = 0, minute: int = 3) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def reading(moment: datetime, total: int, at_start: int, start: date | None = None) -> RangeReading:
    """`at_start`: what the counter stood at when the range began, on the first of the month."""
    began = datetime.combine(start or moment.date().replace(day=1), time(), UTC)
    return RangeReading(COUNTER, began, moment, total, total - at_start)


def book(*readings: RangeReading) -> RangeBook:
    return RangeBook.of(readings)


def days_used(used: Mapping[date, int], until: Iterable[date]) -> RangeBook:
    """A bridge that reads a little after each midnight while so much is used a day."""
    total, at_start, readings = 100, 100, []
    for day in until:
        at_start = total if day.day == 1 else at_start
        readings.append(reading(at(day), total, at_start))
        total += used.get(day, 0)
    return RangeBook.of(readings)


def test_a_calendar_month_is_told_by_the_ranges_of_the_platform_itself() -> None:
    """ACR-USE-05, day 1: one reading in each of two months is enough, at whatever hour."""
    known = book(
        reading(at(date(2026, 2, 20), 9), 5_000, 4_000), reading(at(date(2026, 3, 9), 17), 9_000, 7_500)
    )

    assert known.consumed(COUNTER, FEBRUARY) == 3_500


def test_a_custom_month_needs_a_reading_at_both_edges_in_utc() -> None:
    """ACR-USE-05, day 15; R17."""
    month = days("2026-02-15", "2026-03-14")
    edges = [reading(at(date(2026, 2, 15)), 1_000, 400), reading(at(date(2026, 3, 15)), 2_600, 1_500)]

    assert book(*edges).consumed(COUNTER, month) == 1_600
    for missing, kept in ((0, "2026-02-15"), (1, "2026-03-15")):
        others = [*edges[:missing], *edges[missing + 1 :], reading(at(date(2026, 3, 1), 5), 2_000, 1_500)]
        unknown = book(*others).consumed(COUNTER, month)
        assert isinstance(unknown, NotKnown)
        assert kept in unknown.why


@pytest.mark.parametrize("hour", [1, 8, 23])
def test_a_reading_of_the_day_that_is_not_at_its_edge_is_not_taken_for_it(hour: int) -> None:
    """R17: never interpolated."""
    month = days("2026-02-15", "2026-03-14")
    late = reading(at(date(2026, 3, 15), hour), 2_600, 1_500)

    known = book(reading(at(date(2026, 2, 15)), 1_000, 400), late)

    assert isinstance(known.consumed(COUNTER, month), NotKnown)


def test_the_running_month_so_far_ends_with_the_last_whole_utc_day() -> None:
    """ACR-USE-03: on 10 March the 9th is in, the 10th is not."""
    known = book(
        reading(at(date(2026, 3, 10)), 1_900, 1_000), reading(at(date(2026, 3, 10), 8), 2_500, 1_000)
    )

    assert known.consumed(COUNTER, days("2026-03-01", "2026-03-09")) == 900


def test_a_counter_that_began_in_the_month_used_nothing_before() -> None:
    """A new customer's first month is exact, although nothing was read at its start."""
    known = book(
        reading(at(date(2026, 3, 12), 9), 200, 0, date(2026, 3, 1)),
        reading(at(date(2026, 4, 2), 9), 750, 700),
    )

    assert known.consumed(COUNTER, MARCH) == 700
    assert known.consumed(COUNTER, FEBRUARY) == 0


def test_a_late_reading_of_the_old_range_after_midnight_is_no_step_back() -> None:
    """The platform refreshes about every half hour: at 00:03 it may still tell of February."""
    known = book(
        reading(at(date(2026, 2, 10)), 100, 50),
        reading(at(date(2026, 3, 1)), 180, 50, date(2026, 2, 1)),
        reading(at(date(2026, 3, 1), 0, 40), 195, 190),
    )

    assert known.consumed(COUNTER, FEBRUARY) == 140


@pytest.mark.parametrize(
    "later",
    [reading(at(date(2026, 3, 9)), 700, 600), reading(at(date(2026, 3, 9)), 5_100, 5_005)],
    ids=["less than before", "an earlier start of the same range"],
)
def test_a_counter_that_was_set_anew_says_nothing(later: RangeReading) -> None:
    """ERR-22: a difference of two counters is no use of anybody."""
    known = book(
        reading(at(date(2026, 2, 10)), 5_000, 4_000), reading(at(date(2026, 3, 2)), 5_020, 5_010), later
    )

    assert isinstance(known.consumed(COUNTER, FEBRUARY), NotKnown)


def test_what_is_counted_late_moves_from_the_month_that_runs_to_the_one_before() -> None:
    """ACR-USE-04: the start of March is told anew, higher; each unit stays in exactly one month."""
    soon = (reading(at(date(2026, 2, 10)), 5_000, 4_000), reading(at(date(2026, 3, 2)), 5_020, 5_010))
    late = (*soon, reading(at(date(2026, 3, 9)), 5_100, 5_050), reading(at(date(2026, 4, 2)), 5_200, 5_180))

    assert book(*soon).consumed(COUNTER, FEBRUARY) == 1_010
    assert [book(*late).consumed(COUNTER, month) for month in (FEBRUARY, MARCH)] == [1_050, 130]


def test_nothing_read_before_the_months_end_is_early_and_not_missed() -> None:
    early = book(reading(at(date(2026, 3, 10)), 900, 800)).consumed(COUNTER, FEBRUARY)
    missed = book(reading(at(date(2026, 2, 27), 9), 900, 800)).consumed(
        COUNTER, days("2026-02-15", "2026-03-14")
    )

    assert isinstance(early, NotKnown)
    assert isinstance(missed, NotKnown)
    assert (early.is_early, missed.is_early) == (True, False)


@given(
    start_day=st.integers(1, 28),
    used=st.dictionaries(st.sampled_from(YEAR), st.integers(0, 90_000), max_size=60),
    month=st.integers(1, 12),
)
def test_each_month_is_what_its_days_used(start_day: int, used: Mapping[date, int], month: int) -> None:
    """ACR-USE-08: start included, end excluded."""
    due = closed_month(custom(start_day), date(2028, month, 28))
    assert due is not None

    counted = days_used(used, YEAR).consumed(COUNTER, due)

    assert counted == sum(amount for day, amount in used.items() if due.holds(day))


@given(
    start_day=st.integers(1, 28),
    used=st.dictionaries(st.sampled_from(YEAR), st.integers(0, 90_000), max_size=60),
)
def test_the_custom_months_of_a_year_add_up_to_what_was_consumed(
    start_day: int, used: Mapping[date, int]
) -> None:
    """ACR-USE-05, over 29 February and whatever clocks do: usage days are UTC (R29)."""
    choice, known = custom(start_day), days_used(used, YEAR)
    months = _months(choice, date(2028, 1, 28), 12)
    whole = Period(months[0].start, months[-1].end)

    assert whole.days in {365, 366}
    assert _sum(known, months) == sum(amount for day, amount in used.items() if whole.holds(day))


def _months(choice: UsageReporting, day: date, number: int) -> list[Period]:
    found: list[Period] = []
    while len(found) < number:
        month = closed_month(choice, found[-1].end + timedelta(days=31) if found else day)
        assert month is not None
        found.append(month)
    return found


def _sum(known: RangeBook, months: Iterable[Period]) -> int:
    consumed = [known.consumed(COUNTER, month) for month in months]
    assert all(isinstance(one, int) for one in consumed)
    return sum(one for one in consumed if isinstance(one, int))


def test_only_range_rows_are_kept_with_what_their_tenants_were_read() -> None:
    """ACR-USE-06."""
    row = a_mapping_row("pw_base_adv_dr_compute_points", is_range=True)
    began = datetime(2026, 3, 1, tzinfo=UTC)
    platform = platform_snapshot(
        items=[an_item("pw_base_adv_dr_compute_points", "compute_points"), an_item()],
        usages=[a_usage("compute_points", 90_000, value=7_200, range_start=began), a_usage()],
    )

    kept = range_readings([row, a_mapping_row()], platform)

    assert [(one.counter.usage_name, one.total, one.at_start) for one in kept] == [
        ("", 0, 0),
        ("compute_points", 90_000, 82_800),
    ]
    assert range_readings([a_mapping_row()], platform) == ()


@pytest.mark.parametrize("lacks", ["absolute_value", "value", "range_start"])
def test_a_usage_that_lacks_a_part_is_no_reading(lacks: str) -> None:
    began = datetime(2026, 3, 1, tzinfo=UTC)
    whole = {"absolute_value": 90, "value": 7, "range_start": began}

    assert reading_of(a_usage(**whole), at(date(2026, 3, 9))) is not None
    assert reading_of(a_usage(**{**whole, lacks: None}), at(date(2026, 3, 9))) is None
