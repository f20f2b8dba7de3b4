"""The pages lead somewhere, speak one language, and name nobody's machine."""

import re
from pathlib import Path

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.units.intent import IntentState
from psabridge.rules.words import Mode
from tests.house.pages import ROOT, anchors, links, name_of, pages, rows

GLOSSARY = ROOT / "docs" / "glossary.md"
ELSEWHERE = re.compile(r"/(?:work|home|root|Users)/|\.\./shared|py(?:pi\.|thonhosted)|index-url")
PRAISE = re.compile(
    r"\b(seamless|powerful|robust|blazing|state-of-the-art|best-in-class|effortless)", re.IGNORECASE
)


def terms() -> list[str]:
    return [term.strip() for row in rows(GLOSSARY.read_text()) for term in row[0].split(", ")]


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_to_a_page_and_a_heading_that_are_there(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_page_names_a_machine_or_an_index_of_packages(page: Path) -> None:
    assert not ELSEWHERE.search(page.read_text())


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_page_praises(page: Path) -> None:
    assert not PRAISE.search(page.read_text())


def test_every_page_for_readers_stands_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    for page in sorted((ROOT / "docs").rglob("*.md")):
        assert page == index or page in listed or page.parent in listed, name_of(page)


def test_a_term_has_one_meaning_and_stands_once() -> None:
    assert len(terms()) == len(set(terms())), [term for term in terms() if terms().count(term) > 1]


@pytest.mark.parametrize("word", [*StepState, *IntentState, *Mode])
def test_every_state_and_mode_a_person_can_meet_stands_in_the_glossary(word: str) -> None:
    assert str(word) in terms()


def test_the_picture_is_drawn_here_and_fetches_nothing() -> None:
    picture = (ROOT / "docs" / "pictures" / "demo.svg").read_text()
    assert "customers checked" in picture.replace("&#160;", " ")
    assert not re.search(r"url\(['\"]?https?:|@import|<image", picture)
