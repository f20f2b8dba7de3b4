"""Whatever the switches say, the rows add up to what the ledger says has landed."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.errors import Invalid
from tests.emulators.autotask.scene import Scene, a_scene

FIRST, LAST = date(2026, 1, 17), date(2026, 6, 16)
DAYS = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
DOUBTS = st.fixed_dictionaries(
    {
        "rows": st.sampled_from(["totals", "overlays"]),
        "posted_period": st.sampled_from(["refused", "extra_row"]),
        "row_end": st.sampled_from(["effective_date", "day_before"]),
        "uniqueness": st.sampled_from(["start", "row", "inner", "none"]),
        "first_day": st.sampled_from(["in_place", "refused"]),
        "person_key": st.sampled_from(["same", "merged", "overwrites"]),
        "split": st.sampled_from(["update", "delete_insert", "gap"]),
    }
)
CHANGES = st.lists(
    st.tuples(DAYS, st.integers(-6, 6), st.sampled_from(["api", "person", "api:other"])),
    min_size=1,
    max_size=8,
)


def landed_level(scene: Scene, day: date) -> int:
    landed = scene.world.ledger.of_line(scene.line)
    return 10 + sum(entry.unit_change for entry in landed if entry.effective_date <= day)


@settings(max_examples=300, deadline=None)
@given(doubts=DOUBTS, changes=CHANGES, posted=st.none() | DAYS)
def test_rows_and_ledger_agree_on_every_day(
    doubts: dict[str, Any], changes: list[tuple[date, int, str]], posted: date | None
) -> None:
    scene = a_scene(Doubts().changed(doubts), ends=LAST.isoformat())
    for number, (day, change, by) in enumerate(changes):
        before = scene.world.units_on(scene.line, LAST)
        try:
            scene.world.adjust(scene.line, day, change, by=by)
        except Invalid:
            assert scene.world.units_on(scene.line, LAST) == before
        if number == 2 and posted is not None:
            scene.world.post_through(scene.contract, posted)

    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    wrong = [day for day in days if scene.world.units_on(scene.line, day) != landed_level(scene, day)]
    assert wrong == []


@pytest.mark.parametrize("posted", ["refused", "extra_row"])
def test_posted_rows_never_change(posted: str) -> None:
    scene = a_scene(Doubts().changed({"posted_period": posted}))
    scene.world.post_through(scene.contract, "2026-04-01")
    table = scene.world.database.units("ContractServiceUnits")
    before = [row for row in table.rows_of_line(scene.line) if row["approveAndPostDate"] is not None]
    for day in ("2026-02-17", "2026-02-20", "2026-02-20", "2026-05-01"):
        scene.adjust(day, 3)

    after = [row for row in table.rows_of_line(scene.line) if row["approveAndPostDate"] is not None]
    assert after == before
