"""The month's kills and restores, as programs of their own.

Every cut is lived in each run, in parts that share the machine. What is drawn is drawn anew, with the seed
the run prints; `PROOF_SEED` repeats one. `PROOF_MOMENTS=all` puts every copy back.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.programs import run, share
from tests.proof.shares import Figures

PARTS = 2
# Of the cuts one in so many goes on to the month's end: it takes ten times as long as to the next quiet.
TO_THE_END = "30"
Tell = Callable[[str], None]


@pytest.fixture
def run_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share, and no other run does."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _run_part(part: int, room: Path, *options: str) -> tuple[int, str]:
    """One part; together they must be the whole of one and the same course, as the last to end sees."""
    figures = room / f"kills-{part}.json"
    code, told = run("kills", "--part", f"{part}/{PARTS}", "--figures", str(figures), *options)
    parts = [Figures.kept(one) for one in room.glob("kills-*.json")]
    assert len({one.course for one in parts}) == 1, f"not every process met the same cuts: {parts}\n{told}"
    if len(parts) == PARTS:
        lived, used = sum(one.lived for one in parts), sum(one.processor for one in parts)
        assert lived == parts[0].distinct
        told += f"all {PARTS} parts: {lived} lived, every one there is; {used:.0f} s of a processor"
    return code, told


@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_killed_anywhere_the_month_ends_as_if_nothing_had_happened(
    part: int, run_room: Path, tell: Tell
) -> None:
    """I9, protocol 2.3 and 2.6: at every call and commit."""
    code, told = _run_part(part, run_room, "--to-the-end", TO_THE_END)

    tell(told)
    assert code == 0, told


def test_killed_twice_where_a_date_is_taken_twice_the_month_ends_the_same(tell: Tell) -> None:
    """The process that starts after a kill is killed, too."""
    code, told = run("kills", "--share", "25", "--twice", "--uniqueness", "none")

    tell(told)
    assert code == 0, told


def test_a_database_put_back_after_any_commit_bills_nothing_twice(tell: Tell) -> None:
    """Protocol 2.6: the restore is seen, nothing is written unasked, and the ledger ends the same."""
    code, told = run("restores", *share(4))

    tell(told)
    assert code == 0, told


def test_the_kills_find_a_bridge_that_takes_what_was_open_for_never_sent() -> None:
    """A defect planted on purpose: what was on its way when the process died would be billed twice."""
    only = "left: POST autotask /ATServicesRest/v1.0/ContractServiceAdjustments"
    planted = ("--plant", "forget", "--uniqueness", "none", "--only", only, "--share", "10", "--seed", "1")

    code, told = run("kills", *planted)

    assert code == 1
    assert "landed besides: +1" in told
