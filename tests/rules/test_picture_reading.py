"""What rows say about a day, under every doubt about them (protocol.md 2.1, 2.5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import (
    Levels,
    Unclear,
    flat_from,
    is_fenced,
    is_posted_from,
    known_from,
    level_on,
    read_picture,
    reading_of,
    same_rows,
    within,
)
from tests.rules.unit_rows import APRIL, FEBRUARY, MARCH, MAY, MONTHS, D, Span, a_picture, after, before

TOTALS, OVERLAYS = RowReading.TOTALS, RowReading.OVERLAYS
OVERLAID: tuple[Span, ...] = (
    FEBRUARY,
    MARCH,
    ("2026-03-10", "2026-03-31", 5),
    ("2026-04-01", "2026-04-30", 15),
    ("2026-05-01", "2026-05-31", 15),
)
LAST_DAY: tuple[Span, ...] = (FEBRUARY, MARCH, ("2026-03-31", "2026-03-31", 15))


def levels(picture: Picture, known: RowReading | None = None) -> Levels:
    read = read_picture(picture, known)
    assert isinstance(read, Levels)
    return read


def why(picture: Picture, known: RowReading | None = None) -> str:
    read = read_picture(picture, known)
    assert isinstance(read, Unclear)
    return read.reason


@pytest.mark.parametrize("end", ["2026-03-10", "2026-03-09"])
def test_a_row_that_ends_on_the_day_or_the_day_before_gives_the_same_levels(end: str) -> None:
    """D9, P9: start dates alone decide."""
    picture = a_picture(FEBRUARY, ("2026-03-01", end, 10), ("2026-03-10", "2026-03-31", 15), APRIL)

    read = levels(picture)

    assert [read.on(D - timedelta(days=1)), read.on(D), read.step_at(D)] == [10, 15, 5]


def test_overlays_are_added_up_and_the_next_period_starts_afresh() -> None:
    """D1, P8: from 10, not from 0."""
    read = levels(a_picture(*OVERLAID))

    assert read.reading is OVERLAYS
    assert [read.on(day) for day in (date(2026, 3, 9), D, date(2026, 4, 1))] == [10, 15, 15]
    assert read.is_flat_from(D)


def test_totals_and_overlays_agree_on_what_landed() -> None:
    assert levels(a_picture(*OVERLAID)).step_at(D) == levels(after()).step_at(D) == 5


def test_rows_that_fit_both_readings_with_different_answers_say_nothing() -> None:
    picture = a_picture(*LAST_DAY)

    assert "different answers" in why(picture)
    assert reading_of(picture, None) is None
    assert level_on(picture, date(2026, 3, 31), TOTALS) == 15
    assert level_on(picture, date(2026, 3, 31), OVERLAYS) == 25


def test_what_the_canary_told_is_held_against_every_line() -> None:
    """2.5: contradicting rows are a finding, no write."""
    for picture, known in ((a_picture(*OVERLAID), TOTALS), (after(), OVERLAYS)):
        read = read_picture(picture, known)
        assert isinstance(read, Unclear)
        assert read.contradicts


def test_a_hole_between_rows_is_not_a_level() -> None:
    """W10, P10."""
    assert why(a_picture(FEBRUARY, APRIL, MAY)) == "its rows leave a hole before 2026-04-01"


def test_a_line_without_rows_is_unknown_not_zero() -> None:
    assert why(a_picture()) == "it shows no unit rows at all"
    assert level_on(a_picture(), D, TOTALS) is None


@pytest.mark.parametrize("spans", [(), MONTHS], ids=["no row left", "some rows left"])
def test_a_line_with_a_row_that_could_not_be_read_says_nothing_and_is_not_new(
    spans: tuple[Span, ...],
) -> None:
    """W10: what is left of it is neither its level nor the emptiness of a new line."""
    picture = replace(a_picture(*spans), is_whole=False)

    assert why(picture) == "a unit row of it could not be read"
    assert not picture.is_empty
    assert a_picture().is_empty
    assert reading_of(picture, TOTALS) is None
    assert not flat_from(picture, D, TOTALS)


def test_an_extra_row_beside_a_posted_one_is_not_guessed_at() -> None:
    """D2: whether the extra row holds the total or the difference is not known."""
    posted = a_picture(FEBRUARY, MARCH, posted_before=date(2026, 4, 1))
    extra = a_picture(("2026-03-01", "2026-03-31", 15)).rows

    assert "different answers" in why(Picture(posted.line, posted.rows + extra, posted.read_at, D, D))


def test_an_extra_row_that_begins_later_than_the_posted_one_is_no_sign_of_overlays() -> None:
    """D2: nothing is learned from it; a tenant that is known is read as it is known."""
    posted = a_picture(FEBRUARY, MARCH, posted_before=date(2026, 4, 1))
    extra = a_picture(("2026-03-20", "2026-03-31", 15)).rows
    picture = replace(a_picture(FEBRUARY, APRIL), rows=posted.rows + extra)

    assert "different answers" in why(picture)
    assert known_from(picture, date(2026, 3, 20), 5) is TOTALS
    assert known_from(picture, date(2026, 3, 20), 15) is OVERLAYS
    assert known_from(picture, date(2026, 3, 20), 7) is None
    assert [level_on(picture, date(2026, 3, 25), reading) for reading in (TOTALS, OVERLAYS)] == [15, 25]


def test_days_before_and_after_the_rows_are_unknown() -> None:
    read = levels(before())

    assert read.on(date(2026, 1, 31)) is None
    assert read.on(date(2026, 6, 1)) is None
    assert read.step_at(date(2026, 1, 15)) is None
    assert read.step_at(date(2026, 2, 1)) == 10


def test_a_later_change_makes_a_picture_not_flat() -> None:
    """W5."""
    assert levels(after(day=20)).changes_after(D) == ((date(2026, 3, 20), 15),)
    assert not flat_from(after(day=20), D, TOTALS)
    assert flat_from(after(day=10), D, TOTALS)
    assert flat_from(a_picture(), D, TOTALS)


def test_a_day_is_fenced_where_no_row_starts() -> None:
    """2.1: a first day has a row, a used day has one, a day outside the rows proves nothing."""
    read = levels(after())
    fenced = {day for day in (1, 9, 10, 11, 31) if is_fenced(after(), read, date(2026, 3, day))}

    assert fenced == {9, 11, 31}
    assert not is_fenced(after(), read, date(2026, 7, 10))


@pytest.mark.parametrize(
    ("day", "posted"),
    [(date(2026, 2, 10), True), (date(2026, 3, 1), False), (date(2026, 3, 10), False)],
)
def test_what_is_posted_is_told_from_the_row_in_force(day: date, *, posted: bool) -> None:
    """W9."""
    picture = a_picture(*MONTHS, posted_before=date(2026, 3, 1))

    assert is_posted_from(picture, day) is posted


def test_a_posted_row_that_ended_on_the_day_does_not_hold_it() -> None:
    """D9: only the row that began last is in force."""
    cut: tuple[Span, ...] = (("2026-03-01", "2026-03-10", 10), ("2026-03-10", "2026-03-31", 15), APRIL)
    picture = a_picture(*cut, posted_before=date(2026, 3, 10))

    assert not is_posted_from(picture, D)
    assert is_posted_from(picture, date(2026, 3, 9))


def test_pictures_of_different_windows_are_compared_where_both_look() -> None:
    narrow = within(before(), date(2026, 3, 1), date(2026, 4, 30))

    assert [row.starts.month for row in narrow.rows] == [3, 4]
    assert same_rows(narrow, before())
    assert not same_rows(narrow, after())


def test_the_canary_tells_how_rows_are_to_be_read() -> None:
    """2.2.5: not on a period's last day from 0, where both readings agree."""
    assert known_from(after(), D, 5) is TOTALS
    assert known_from(a_picture(*OVERLAID), D, 5) is OVERLAYS
    assert known_from(a_picture(*LAST_DAY), date(2026, 3, 31), 5) is TOTALS
    assert known_from(a_picture(*LAST_DAY), date(2026, 3, 31), 15) is OVERLAYS
    from_zero = a_picture(("2026-03-01", "2026-03-31", 0), ("2026-03-31", "2026-03-31", 15))
    assert known_from(from_zero, date(2026, 3, 31), 15) is None
