"""Every id a person can meet is explained, and every id that is explained can be met."""

import ast
import re
from collections.abc import Iterator

from psabridge.rules.plans import guard
from psabridge.rules.units.permission import RULES
from tests.house.pages import ROOT, plain, rows, section

PAGE = ROOT / "docs" / "users" / "findings.md"
PLAN_PAGE = ROOT / "docs" / "users" / "reading-a-plan.md"
ID = re.compile(r"(?:ERR|LIM|ROL)-\d\d|ACR-[A-Z]+-\d+|[RWD]\d+|protocol [\d.]+")
BOUNDS = {value for name, value in vars(guard).items() if name.isupper() and name[0] != "_"}


def _ids_in_the_code() -> Iterator[str]:
    for file in (ROOT / "src" / "psabridge").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
                yield node.value


def test_every_id_in_the_code_is_explained_and_no_other() -> None:
    rules_of_sending = {name.split("_", 1)[0].upper() for name in RULES}
    explained = {row[0] for row in rows(PAGE.read_text())}
    met = set(_ids_in_the_code())
    assert met - explained == set()
    assert explained - met - rules_of_sending == set()


def test_every_id_is_explained_once_among_the_findings() -> None:
    reasons = section(PAGE, "Ids that stand as a reason")
    explained = [row[0] for row in rows(PAGE.read_text().replace(reasons, ""))]
    assert len(explained) == len(set(explained))


def test_every_bound_stands_on_the_page_about_plans() -> None:
    assert {plain(row[0]) for row in rows(section(PLAN_PAGE, "Holds"))} == BOUNDS
