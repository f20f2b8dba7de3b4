"""The README tells every switch and every control route that there is."""

import re
from dataclasses import fields
from pathlib import Path

import psabridge_emulators.acronis.control as control_room
from psabridge_emulators.acronis.records import Switches

README = (Path(control_room.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_what_the_emulator_does_not_do() -> None:
    headings = [line for line in README.splitlines() if line.startswith("## ")]
    assert headings[0] == "## What it does not do"


def _table(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = README.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def test_the_readme_names_every_switch_with_its_preset_and_no_other() -> None:
    told: dict[str, str] = {}
    for name, preset, _ in _table("Switches"):
        told |= dict(zip(re.findall(r"`(\w+)`", name), preset.split(", "), strict=True))

    assert told == {field.name: str(field.default).lower() for field in fields(Switches)}


def test_the_readme_names_every_control_route_and_no_other() -> None:
    told = set()
    for route, *_ in _table("Control routes"):
        path = route.rsplit(" ", 1)[1].strip("`")
        told |= {(verb, path) for verb in re.findall(r"GET|POST", route)}

    assert told == set(control_room.ACTS)


def test_the_readme_names_every_key_a_control_route_takes() -> None:
    missing: dict[str, list[str]] = {}
    for route, body, *_ in _table("Control routes"):
        keys = (control_room.KNOWN_KEYS.get(route.rsplit(" ", 1)[1].strip("`")) or "").split()
        absent = [key for key in keys if not re.search(rf"\b{key}\b", body)]
        missing |= {route: absent} if absent else {}

    assert missing == {}
