"""The emulators' README says what there is and nothing else: options, scenes, back door, faults."""

import re
from dataclasses import fields
from pathlib import Path

import psabridge_emulators
from psabridge_emulators.__main__ import parser
from psabridge_emulators.frame.control import ROUTES
from psabridge_emulators.frame.faults import FaultKind, FaultRule
from psabridge_emulators.scenes.opening import SCENES

README = (Path(psabridge_emulators.__file__).parent / "README.md").read_text(encoding="utf-8")


def _section(heading: str) -> str:
    """The text below a heading, up to the next one of any level."""
    return re.split(r"\n#+ ", README.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]


def _first_cells(heading: str) -> list[str]:
    """The first column of the section's table, without its head."""
    rows = [line for line in _section(heading).splitlines() if line.startswith("|")]
    return [row.split("|")[1] for row in rows[2:]]


def test_the_readme_opens_with_what_the_emulators_do_not_do() -> None:
    assert README.split("\n## ")[1].startswith("What they do not do")


def test_the_readme_names_every_option_and_no_other() -> None:
    known = {option for action in parser()._actions for option in action.option_strings}

    assert set(re.findall(r"--[a-z-]+", _section("Start"))) == known - {"-h", "--help"}


def test_the_readme_names_every_scene_and_no_other() -> None:
    told = {name for cell in _first_cells("Scenes") for name in re.findall(r"`([^`]+)`", cell)}

    assert told == set(SCENES)


def test_the_readme_names_every_route_of_the_back_door_and_no_other() -> None:
    told = {
        match
        for cell in _first_cells("The back door")
        for match in re.findall(r"`(GET|POST|DELETE) (\w+)", cell)
    }

    assert told == set(ROUTES)


def test_the_readme_names_every_fault_and_no_other() -> None:
    told = [name for cell in _first_cells("Fault rules") for name in re.findall(r"`(\w+)`", cell)]

    assert sorted(told) == sorted(kind.value for kind in FaultKind)


def test_the_readme_names_every_key_of_a_fault_rule() -> None:
    told = _section("Fault rules")

    assert [field.name for field in fields(FaultRule) if not re.search(rf"\b{field.name}\b", told)] == []
