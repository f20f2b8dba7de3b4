"""docs/protocol.md says which function holds which rule, and which test fails without it. It stays true."""

import ast
import re
from importlib import import_module

import pytest

from psabridge.rules.units import transitions
from psabridge.rules.units.intent import IntentState
from psabridge.rules.units.permission import RULES
from tests.house.pages import ROOT, rows

PAGE = ROOT / "docs" / "protocol.md"
NAMED = [row for row in rows(PAGE.read_text()) if row[-1].count(".") >= 2]
SECTIONS = {"2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.2.5", "2.6.1", "2.6.2", "2.6.3", "2.6.4", "2.6.5", "2.6.6"}


def functions_in(name: str) -> set[str]:
    source = (ROOT / "tests" / f"{name.replace('.', '/')}.py").read_text()
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", NAMED, ids=lambda row: " ".join(row[:2]))
def test_every_row_names_a_function_and_a_test_that_are_there(row: list[str]) -> None:
    module, _, function = row[-2].strip("`").rpartition(".")
    file, _, test = row[-1].strip("`").rpartition(".")

    assert hasattr(import_module(f"psabridge.{module}"), function)
    assert test in functions_in(file)


def test_every_rule_and_section_has_a_row() -> None:
    firsts = {row[0] for row in NAMED}

    assert {name.split("_", 1)[0].upper() for name in RULES} | SECTIONS <= firsts
    assert {row[-2].strip("`").rpartition(".")[2] for row in NAMED} >= set(RULES)


def test_every_state_is_reached_by_a_row() -> None:
    reached = {row[2] for row in NAMED if len(row) == 5}

    assert reached == {str(state) for state in IntentState}


def test_every_transition_of_the_code_stands_on_the_page() -> None:
    """Public functions of `transitions.py` that make an intent of an intent."""
    names = {
        node.name
        for node in ast.parse((ROOT / "src/psabridge/rules/units/transitions.py").read_text()).body
        if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant(None)) == "Intent"
    }
    makers = {name for name in names if not name.startswith("_")} - {"parked", "parked_absent", "not_sent"}
    on_page = {row[-2].strip("`").rpartition(".")[2] for row in NAMED}

    assert makers <= on_page
    assert all(hasattr(transitions, name) for name in makers)


@pytest.mark.parametrize(
    ("letter", "last", "file"), [("c", 13, "counter_examples"), ("p", 15, "paper_cases")]
)
def test_every_counter_example_has_a_test_of_its_name(letter: str, last: int, file: str) -> None:
    found = {
        int(match[1])
        for name in functions_in(f"protocol.test_{file}")
        if (match := re.match(rf"test_{letter}(\d\d)_", name))
    }

    assert found == set(range(1, last + 1))
