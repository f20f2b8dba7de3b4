"""The README names every switch and every control route, and opens with what is missing."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import psabridge_emulators.autotask.doubts as doubts_module
from psabridge_emulators.autotask.controls import KNOWN_KEYS, Controls
from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.world import AutotaskWorld

README = (Path(doubts_module.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_what_the_emulator_does_not_do() -> None:
    assert README.split("\n## ")[1].startswith("What it does not do")


def _table(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = README.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def test_the_readme_names_every_switch_with_its_preset_and_its_values_and_no_other() -> None:
    hints = get_type_hints(Doubts)
    told = {row[0].strip("`"): re.findall(r"`([^`]+)`", row[2]) for row in _table("Switches")}

    assert set(told) == set(hints)
    for name, preset in Doubts().as_dict().items():
        written = str(preset).lower() if isinstance(preset, bool) else str(preset)
        allowed = {str(value) for value in get_args(hints[name])}
        allowed |= {"true", "false"} if isinstance(preset, bool) else set()
        assert told[name][0] == written, name
        assert allowed <= set(told[name]), name


def test_the_readme_names_every_control_route_and_no_other() -> None:
    told = {name for row in _table("Control routes") for name in re.findall(r"/__control/([\w-]+)", row[0])}

    assert told == set(Controls(AutotaskWorld()).names)


def test_the_readme_names_every_key_a_control_route_takes() -> None:
    told = {
        name: " ".join(row)
        for row in _table("Control routes")
        for name in KNOWN_KEYS
        if f"/{name}`" in row[0]
    }

    missing = {name: keys - set(re.findall(r"\w+", told[name])) for name, keys in KNOWN_KEYS.items()}
    assert {name: keys for name, keys in missing.items() if keys} == {}


def test_the_modules_that_the_readme_names_are_there() -> None:
    room = Path(doubts_module.__file__).parent
    named = {name for row in _table("Rules and") for name in re.findall(r"`(\w+)[`.*]", row[-1])}

    assert [name for name in sorted(named) if not list(room.glob(f"{name.rstrip('_')}*.py"))] == []
