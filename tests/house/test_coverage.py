"""What is promised is proved by a test that names it, or said to be missing (docs/coverage.md)."""

import os
import re
from pathlib import Path

import pytest

from tests.house.coverage import APART, ROOMS, built, later, names, not_built, promised, sources
from tests.house.pages import ROOT

BEHAVIOUR = ROOT.parent / "shared" / "reference" / "behaviour.md"
# An entry opens in bold, a message stands first in its row.
_ENTRY = re.compile(r"^(?:\*\*|\| )([A-Z][A-Z\d]*(?:-[A-Z\d]+)?-\d\d)\b", re.MULTILINE)


@pytest.fixture(scope="session")
def behaviour() -> Path:
    if not BEHAVIOUR.is_file():
        reason = f"the list of what is promised is not at {BEHAVIOUR}"
        if os.environ.get("PSABRIDGE_REQUIRE_CONTRACTS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return BEHAVIOUR


def test_every_promise_stands_on_the_page_exactly_once() -> None:
    told = [*(row.id for row in built()), *not_built(), *later()]
    assert sorted(told) == sorted(promised())


def test_every_test_on_the_page_exists_and_names_its_id() -> None:
    wrong = [
        f"{row.id}: {test}"
        for row in built()
        for test in row.tests
        if not names(sources().get(test, ""), row.id)
    ]
    assert wrong == [], "run python -m tests.house.coverage"


def test_every_room_of_tests_is_counted_or_said_to_stand_apart() -> None:
    """The pure proofs of tickets were in a room that nobody counted."""
    rooms = {Path(test).parts[1] for test in sources() if len(Path(test).parts) > 2}
    assert sorted(rooms) == sorted({*ROOMS, *APART} & rooms)
    assert not APART & set(ROOMS)


def test_a_promise_that_is_kept_says_where_a_user_meets_it() -> None:
    assert [row.id for row in built() if not row.where] == []
    assert [one for one, text in not_built().items() if not text] == []


def test_the_list_of_promises_is_whole(behaviour: Path) -> None:
    assert sorted(promised()) == sorted(_ENTRY.findall(behaviour.read_text()))
