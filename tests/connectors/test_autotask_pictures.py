"""Pictures of lines: every row, each line in one page, and a line without rows is not there (W10)."""

from datetime import date, timedelta

import pytest

from psabridge.rules.units.picture import Picture
from psabridge.rules.words import LineId
from psabridge_emulators.autotask.lines import line_of
from tests.connectors.bench import Bench, bundle_line, service_line

FROM, TO = date(2026, 1, 1), date(2026, 12, 31)


def a_line(bench: Bench, *, starts: str = "2026-01-17", units: int | None = 12, month: int = 2) -> int:
    world = bench.running.autotask

    def add() -> int:
        service = world.add_service("Backup", "10.00", month)
        contract = world.add_contract(world.add_company("Meadow"), "Backup", starts, "2027-01-16", payg="Yes")
        return world.add_line(contract, service, units=units)

    return bench.running.do(add)


def picture(bench: Bench, line: LineId, since: date = FROM, until: date = TO) -> Picture:
    return bench.psa.pictures([line], covers_from=since, covers_to=until)[line]


def test_a_picture_holds_every_row_of_the_window_in_order(empty: Bench) -> None:
    line = a_line(empty)
    empty.running.do(lambda: empty.running.autotask.adjust(line, "2026-02-20", 5))
    found = picture(empty, service_line(line), date(2026, 2, 1), date(2026, 4, 1))

    assert [(row.starts, row.units) for row in found.rows] == [
        (date(2026, 1, 17), 12),
        (date(2026, 2, 17), 12),
        (date(2026, 2, 20), 17),
        (date(2026, 3, 17), 17),
    ]
    assert (found.covers_from, found.covers_to) == (date(2026, 2, 1), date(2026, 4, 1))
    assert all(row.price is not None for row in found.rows)


def test_rows_are_told_posted_or_not(empty: Bench) -> None:
    line = a_line(empty)
    world = empty.running.autotask
    empty.running.do(lambda: world.life.post_line(line_of(world.database, line), date(2026, 2, 1)))
    found = picture(empty, service_line(line), date(2026, 1, 17), date(2026, 3, 1))

    assert [row.posted_at is not None for row in found.rows] == [True, False]


def test_overlays_are_told_as_they_stand(empty: Bench) -> None:
    """D1: reading them is the rules' work; nothing is added up on the way."""
    empty.doubts(rows="overlays")
    line = a_line(empty)
    empty.running.do(lambda: empty.running.autotask.adjust(line, "2026-02-20", 5))
    found = picture(empty, service_line(line), date(2026, 2, 17), date(2026, 3, 16))

    assert [(row.starts, row.units) for row in found.rows] == [
        (date(2026, 2, 17), 12),
        (date(2026, 2, 20), 5),
    ]


def test_a_line_without_rows_has_no_picture(empty: Bench) -> None:
    empty.doubts(new_line_rows="none")
    line = service_line(a_line(empty, units=None))

    assert empty.psa.pictures([line], covers_from=FROM, covers_to=TO) == {}


def test_no_lines_ask_nothing(empty: Bench) -> None:
    empty.running.forget_calls()

    assert empty.psa.pictures([], covers_from=FROM, covers_to=TO) == {}
    assert empty.running.calls().get("autotask") is None


def test_a_bundle_line_has_its_own_picture(empty: Bench) -> None:
    line = a_line(empty)
    world = empty.running.autotask
    contract = empty.rows("Contracts")[0]["id"]
    bundle = empty.running.do(lambda: world.add_bundle("All in", [], "9.90"))
    bundled = empty.running.do(lambda: world.add_bundle_line(contract, bundle, units=4))
    found = empty.psa.pictures([service_line(line), bundle_line(bundled)], covers_from=FROM, covers_to=TO)

    assert {key: one.rows[0].units for key, one in found.items()} == {
        service_line(line): 12,
        bundle_line(bundled): 4,
    }


@pytest.mark.parametrize("lines", [60, 130])
def test_each_line_is_read_in_one_page_however_many_there_are(empty: Bench, lines: int) -> None:
    """W10: a line whose rows came from two pages could show a state that never was."""
    ids = [service_line(a_line(empty)) for _ in range(lines)]
    empty.running.forget_calls()
    found = empty.psa.pictures(ids, covers_from=FROM, covers_to=TO)

    assert set(found) == set(ids)
    assert {len(one.rows) for one in found.values()} == {12}
    # A full page is split and read again, its second page never asked for.
    assert not [one for one in empty.running.last_calls() if one.request.path.endswith("/next")]


def test_two_readings_of_an_untouched_line_are_equal(empty: Bench) -> None:
    """W3: a baseline is two equal reads."""
    line = service_line(a_line(empty))
    first = picture(empty, line)
    empty.running.clock.advance(timedelta(minutes=10).total_seconds())
    second = picture(empty, line)

    assert first.seen == second.seen
    assert first.read_at < second.read_at
