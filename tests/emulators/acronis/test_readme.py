"""The README tells every switch and every control route that there is."""

from dataclasses import fields
from pathlib import Path

import psabridge_emulators.acronis.control as control_room
from psabridge_emulators.acronis.records import Switches

README = (Path(control_room.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_what_the_emulator_does_not_do() -> None:
    headings = [line for line in README.splitlines() if line.startswith("## ")]
    assert headings[0] == "## What it does not do"


def test_every_switch_stands_in_the_readme() -> None:
    assert [field.name for field in fields(Switches) if f"`{field.name}`" not in README] == []


def test_every_control_route_stands_in_the_readme() -> None:
    told = {path for _, path in control_room.ACTS}
    assert [path for path in told if f" {path}`" not in README] == []
