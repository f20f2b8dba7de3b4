"""The README names every switch and every control route, and opens with what is missing."""

from pathlib import Path

import psabridge_emulators.autotask.doubts as doubts_module
from psabridge_emulators.autotask.controls import Controls
from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.world import AutotaskWorld

README = (Path(doubts_module.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_what_the_emulator_does_not_do() -> None:
    assert README.split("\n## ")[1].startswith("What it does not do")


def test_the_readme_names_every_switch_with_its_values() -> None:
    missing = [name for name in Doubts().as_dict() if f"| `{name}` |" not in README]

    assert missing == []


def test_the_readme_names_every_control_route() -> None:
    routes = Controls(AutotaskWorld()).names

    assert [name for name in routes if f"/__control/{name}`" not in README] == []
