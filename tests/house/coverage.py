"""The list of what is promised, what proves it, and where a user meets it: docs/coverage.md.

`python -m tests.house.coverage` brings the tests on the page up to date; what stands beside them is kept.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.pages import ROOT, plain, rows, section

PAGE = ROOT / "docs" / "coverage.md"
IDS = ROOT / "tests" / "house" / "promised_ids.txt"
BUILT, NOT_BUILT, LATER = "Built", "Not built yet", "Later"
MOST_TESTS = 4
# Nearest to what a user sees first; the emulators' own tests prove nothing about the product.
ROOMS = (
    "journeys",
    "arriving",
    "wiring",
    "connectors",
    "engine",
    "store",
    "rules",
    "tickets",
    "properties",
    "clients",
    "house",
)
# They prove nothing of one promise: other programs, the vendors' own facts, and what lives all of it at once.
APART = frozenset(
    {"bench", "emulators", "kit", "matching", "model", "proof", "protocol", "seeds", "vendor_facts"}
)
PARTLY = "partly"
_ID = re.compile(r"\b(?:ACR|UNI)-[A-Z]\w+-\d\d\b|\b(?:ROL|TIM|LIM|ERR)-\d\d\b")
_RANGE = re.compile(r"(?P<first>[A-Z][A-Z\d-]*-\d\d)(?: to -(?P<last>\d\d))?$")


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    tests: tuple[str, ...]
    where: str


def promised() -> tuple[str, ...]:
    return tuple(IDS.read_text().split())


def built() -> list[Row]:
    told = (row for row in rows(section(PAGE, BUILT)) if len(row) == 3)
    return [Row(one, tuple(plain(test) for test in tests.split("<br>")), where) for one, tests, where in told]


def not_built() -> Mapping[str, str]:
    return {row[0]: row[1] for row in rows(section(PAGE, NOT_BUILT))}


def later() -> list[str]:
    return [one for row in rows(section(PAGE, LATER)) for one in _spelled_out(row[0])]


def _spelled_out(cell: str) -> Iterator[str]:
    """`LIM-15 to -18, TIM-05` one by one."""
    for part in cell.split(", "):
        match = _RANGE.match(part)
        if match is None:
            raise ValueError(f"{part} is no id and no range of ids")
        group, _, first = match["first"].rpartition("-")
        for number in range(int(first), int(match["last"] or first) + 1):
            yield f"{group}-{number:02}"


@cache
def sources() -> Mapping[str, str]:
    """Every test of the repository by its node id, with its source."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        text = file.read_text()
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                begins = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                source = "\n".join(lines[begins - 1 : node.end_lineno])
                found[f"{file.relative_to(ROOT).as_posix()}::{node.name}"] = source
    return found


def names(source: str, one: str) -> bool:
    return one in _ID.findall(source)


def tests_of(one: str) -> tuple[str, ...]:
    found = [test for test, source in sources().items() if _room(test) in ROOMS and names(source, one)]
    return tuple(sorted(found, key=lambda test: (ROOMS.index(_room(test)), test))[:MOST_TESTS])


def _room(test: str) -> str:
    return Path(test).parts[1]


def refreshed() -> str:
    """The page with today's tests; an id that got its first test moves up, unless it is built in part."""
    where = {row.id: row.where for row in built()}
    waiting = not_built()
    kept = [one for one in promised() if one not in set(later())]
    up = [one for one in kept if tests_of(one) and not waiting.get(one, "").startswith(PARTLY)]
    down = [one for one in kept if one not in up]
    text = PAGE.read_text()
    text = text.replace(_table(section(PAGE, BUILT)), _built_table(up, where))
    return text.replace(_table(section(PAGE, NOT_BUILT)), _waiting_table(down, waiting))


def _table(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith("|"))


def _built_table(ids: Iterable[str], where: Mapping[str, str]) -> str:
    lines = ["| id | proved by | where you meet it |", "|---|---|---|"]
    for one in ids:
        tests = "<br>".join(f"`{test}`" for test in tests_of(one))
        lines.append(f"| {one} | {tests} | {where.get(one, _preset(one))} |")
    return "\n".join(lines) + "\n"


def _waiting_table(ids: Iterable[str], waiting: Mapping[str, str]) -> str:
    lines = [
        "| id | what is there |",
        "|---|---|",
        *(f"| {one} | {waiting.get(one, 'nothing')} |" for one in ids),
    ]
    return "\n".join(lines) + "\n"


def _preset(one: str) -> str:
    return "[findings](users/findings.md)" if one.startswith("ERR") else "`psabridge plan`"


if __name__ == "__main__":
    PAGE.write_text(refreshed())
