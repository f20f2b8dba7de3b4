"""A change on the very first row of a line is ours alone (protocol 2.3)."""

from datetime import date

from psabridge.rules.units.picture import RowReading
from psabridge.rules.units.picture_reading import Levels

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 30)


def levels(*turns: tuple[date, int]) -> Levels:
    return Levels(turns, LAST, RowReading.TOTALS)


def test_our_change_on_the_first_row_is_no_change_by_another() -> None:
    before, after = levels((FIRST, 0)), levels((FIRST, 88))

    assert before.changes_but_at(FIRST) == after.changes_but_at(FIRST)


def test_a_first_row_before_the_day_counts_as_it_stood() -> None:
    day = date(2026, 4, 1)

    assert levels((FIRST, 3), (day, 8)).changes_but_at(day) == ((FIRST, 3),)
    assert levels((FIRST, 4), (day, 8)).changes_but_at(day) == ((FIRST, 4),)
