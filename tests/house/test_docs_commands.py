"""What the pages say about commands is what the commands do."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from psabridge.jobs.commands.decide import MONTH_WORDS, WORDS
from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from tests.house.pages import OPERATORS, ROOT, commands, name_of, pages, plain, rows, section

COMMANDS = OPERATORS / "commands.md"
PROGRAM = Path(sys.executable).with_name("psabridge")
QUOTED = [(name_of(page), words) for page in pages() for words in commands(page)]
# Their options, and the question for them, go to another program.
HANDED_ON = {"emulators"}


def _leaves(group: TyperGroup, before: str = "") -> dict[str, TyperCommand]:
    found: dict[str, TyperCommand] = {}
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            found |= _leaves(command, f"{before}{name} ")
        elif isinstance(command, TyperCommand):
            found[f"{before}{name}"] = command
    return found


def _group() -> TyperGroup:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return command


LEAVES = _leaves(_group())


def _options(command: TyperCommand) -> set[str]:
    """With the words that say the opposite, such as --no-create."""
    words = [word for each in command.params for word in (*each.opts, *each.secondary_opts)]
    return {word for word in words if word.startswith("--")}


def _run(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PSABRIDGE_DATA": str(data), "COLUMNS": "200"}
    return subprocess.run(
        [PROGRAM, *arguments], env=environment, cwd=data, check=False, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def emulator_options() -> set[str]:
    command = [sys.executable, "-m", "psabridge_emulators", "--help"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"--[a-z-]+", shown))


@pytest.mark.parametrize(
    ("page", "words"), QUOTED, ids=[f"{page}: {' '.join(words)}" for page, words in QUOTED]
)
def test_a_quoted_command_exists_with_these_options(
    page: str, words: list[str], emulator_options: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page
    monkeypatch.chdir(tmp_path)
    for word in words:
        if word.endswith((".yaml", ".csv")):
            (tmp_path / word).touch()  # arguments that must be there
    if words[0] == "make":
        _is_of_the_makefile(words[1:])
        return
    name = next((f"{words[1]} {w}" for w in words[2:3] if f"{words[1]} {w}" in LEAVES), words[1])
    if name == "config":
        return  # the group as a whole
    rest = words[1 + len(name.split()) :]
    if name in HANDED_ON:
        assert {word for word in rest if word.startswith("--")} <= emulator_options
    elif rest:
        LEAVES[name].make_context(name, rest)
    else:
        assert name in LEAVES


def _is_of_the_makefile(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for word in words:
        variable, is_set, _ = word.partition("=")
        if is_set:
            assert re.search(rf"\$\({variable}\)|^{variable} \?=", makefile, re.MULTILINE), word
        else:
            assert re.search(rf"^{re.escape(word)}:", makefile, re.MULTILINE), word


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_a_section_with_exactly_its_options(name: str, emulator_options: set[str]) -> None:
    written = {plain(row[0]) for row in rows(section(COMMANDS, f"psabridge {name}"))}
    there = emulator_options if name in HANDED_ON else _options(LEAVES[name])
    assert {word for word in written if word.startswith("--")} == there - {"--help"}


@pytest.mark.parametrize("name", sorted(LEAVES.keys() - HANDED_ON))
def test_every_command_tells_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert LEAVES[name].help


@pytest.mark.parametrize("name", sorted(HANDED_ON))
def test_a_command_that_is_handed_on_shows_the_options_of_its_program(
    name: str, emulator_options: set[str], tmp_path: Path
) -> None:
    shown = _run(name, "--help", data=tmp_path)
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"usage: psabridge {name}")
    assert set(re.findall(r"--[a-z-]+", shown.stdout)) == emulator_options
    assert LEAVES[name].help


def test_the_words_of_a_decision_are_the_ones_written() -> None:
    written = {plain(row[0]) for row in rows(section(COMMANDS, "psabridge decide"))}
    assert {word for word in written if not word.startswith("--")} == {*WORDS, *MONTH_WORDS}


def test_every_exit_code_is_written_once() -> None:
    written = [row[0] for row in rows(section(COMMANDS, "Exit codes"))]
    assert written == [str(int(code)) for code in Exit]


def test_a_fresh_folder_exports_an_empty_configuration(tmp_path: Path) -> None:
    exported = _run("config", "export", data=tmp_path)
    assert exported.returncode == Exit.DONE
    assert exported.stdout.startswith("psabridge: 1")


def test_doctor_in_a_fresh_folder_says_what_is_missing(tmp_path: Path) -> None:
    looked = _run("doctor", "--json", data=tmp_path)
    assert looked.returncode == Exit.STEP_FAILED
    assert [check["subject"] for check in json.loads(looked.stdout) if not check["is_right"]] == ["pairings"]


def test_a_plan_without_a_pairing_names_the_next_act_and_the_code_for_wrong_names(tmp_path: Path) -> None:
    refused = _run("plan", "--json", data=tmp_path)
    assert refused.returncode == Exit.WRONG_INPUT
    assert "config import" in json.loads(refused.stdout)["next_act"]


def test_a_scene_is_described_without_starting_it(tmp_path: Path) -> None:
    described = _run("emulators", "--scene", "guide", "--describe", data=tmp_path)
    assert described.returncode == 0
    assert json.loads(described.stdout)["customers"]
