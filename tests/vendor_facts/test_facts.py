"""The numbered facts and the code that leans on them: none cited that is not there, none idle."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {"A": ROOT / "docs" / "vendors" / "autotask.md", "Ac": ROOT / "docs" / "vendors" / "acronis.md"}
CODE = "\n".join(path.read_text() for path in sorted((ROOT / "src" / "psabridge").rglob("*.py")))
# Where a fact without a line of code of its own matters: a ruling, an error, the protocol.
REASON = re.compile(r"\b(R\d+|ERR-\d+|UNI-\d+|protocol|catalogue|connector)\b")


def facts(mark: str) -> Mapping[str, str]:
    """Number and whole row of each fact; a heading's fact carries its text itself."""
    text = PAGES[mark].read_text()
    return dict(re.findall(rf"^(?:\| |## )({mark}\d+)\b(.*)$", text, re.MULTILINE))


def cited(mark: str, text: str) -> set[str]:
    return set(re.findall(rf"\b{mark}\d+\b", text))


@pytest.mark.parametrize("mark", PAGES)
def test_every_fact_cited_anywhere_stands_on_its_page(mark: str) -> None:
    tests = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")))
    assert cited(mark, CODE + tests) <= facts(mark).keys()


@pytest.mark.parametrize("mark", PAGES)
def test_every_fact_is_cited_in_code_or_says_why_it_matters(mark: str) -> None:
    for number in facts(mark).keys() - cited(mark, CODE):
        row = facts(mark)[number]
        assert not row.startswith(" |") or REASON.search(row.rsplit("|", 2)[1]), f"{number} matters nowhere"


@pytest.mark.parametrize("mark", PAGES)
def test_every_fact_names_its_source_and_how_sure_it_is(mark: str) -> None:
    for number, row in facts(mark).items():
        if row.startswith(" |"):
            cells = [cell.strip() for cell in row.strip(" |").split(" | ")]
            assert len(cells) == {"A": 4, "Ac": 3}[mark], number
            assert all(cells), number


@pytest.mark.parametrize("mark", PAGES)
def test_a_fact_s_number_is_given_once(mark: str) -> None:
    numbers = re.findall(rf"^(?:\| |## )({mark}\d+)\b", PAGES[mark].read_text(), re.MULTILINE)
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("mark", PAGES)
def test_every_module_a_fact_points_to_is_there(mark: str) -> None:
    names = set(re.findall(r"`([a-z_/]+\.py)`", PAGES[mark].read_text()))
    have = [path.relative_to(ROOT).as_posix() for path in (ROOT / "src" / "psabridge").rglob("*.py")]
    assert names
    for name in names:
        assert any(path.endswith(f"/{name}") for path in have), f"no module {name}"
