"""House rules that no linter knows. `make check` runs them; an escape is a named comment, and is listed.

An escape reads `# house: <rule>: <reason>` on the line itself.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
TESTS = ROOT / "tests"
LONGEST_FUNCTION = 50
LONGEST_FILE = 400
CLOCKS = {"psabridge/kit/clock.py", "psabridge_emulators/frame/clock.py"}
# Sockets and locks count their seconds as floats; no money and no units pass there.
SECONDS = {
    "psabridge/clients/deadline.py",
    "psabridge/clients/reading.py",
    "psabridge/clients/autotask/governor.py",
}
# Words Autotask has taken (reference style, section 2): a module of that name would mislead.
TAKEN = {"services", "resources", "tasks"}
ESCAPE = re.compile(r"#\s*house:\s*(?P<rule>[\w-]+):\s*(?P<reason>.+)")


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def breaches_in(path: str, source: str) -> Iterator[Breach]:
    """Every breach in one file, escaped ones left out."""
    escaped = escapes_in(source)
    for check in CHECKS_OF_TESTS if path.startswith("tests/") else CHECKS:
        for line, rule, text in check(path, ast.parse(source), source):
            if (line, rule) not in escaped:
                yield Breach(path, line, rule, text)


def escapes_in(source: str) -> dict[tuple[int, str], str]:
    found = {}
    for number, line in enumerate(source.splitlines(), 1):
        match = ESCAPE.search(line)
        if match:
            found[number, match["rule"]] = match["reason"]
    return found


Found = Iterator[tuple[int, str, str]]


def clock_is_handed_in(path: str, tree: ast.Module, _: str) -> Found:
    if path in CLOCKS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if node.func.attr in {"now", "today", "utcnow"} and name in {"datetime", "date"}:
                yield (
                    node.lineno,
                    "clock",
                    f"{name}.{node.func.attr}() reaches for a clock; time is handed in",
                )


def errors_are_named(_path: str, tree: ast.Module, _: str) -> Found:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {name.id for name in ast.walk(node.type or ast.Pass()) if isinstance(name, ast.Name)}
            if node.type is None or caught & {"Exception", "BaseException"}:
                yield node.lineno, "except", "catches everything; name the errors"


def no_float(path: str, tree: ast.Module, _: str) -> Found:
    if path.startswith(("psabridge_emulators", "psabridge_proof")) or path in SECONDS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float", "money and units are integers or Decimal"


def imports_at_the_top(_path: str, tree: ast.Module, _: str) -> Found:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno, "import", f"imports inside {node.name}"


def short_functions(_path: str, tree: ast.Module, _: str) -> Found:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, "function", f"{node.name} has {length} lines, over {LONGEST_FUNCTION}"


def short_files(_path: str, _tree: ast.Module, source: str) -> Found:
    lines = source.count("\n")
    if lines > LONGEST_FILE:
        yield 1, "file", f"{lines} lines, over {LONGEST_FILE}"


def names_that_mislead(path: str, _tree: ast.Module, _: str) -> Found:
    if Path(path).stem in TAKEN:
        yield 1, "name", f"{Path(path).stem} means something else in Autotask"


def nothing_left_behind(_path: str, _tree: ast.Module, source: str) -> Found:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|NotImplemented" + r"Error)\b|\.\./shared|/home/|/root/")
    for number, line in enumerate(source.splitlines(), 1):
        if marks.search(line):
            yield number, "left", f"left behind or not everybody's: {line.strip()}"


CHECKS: tuple[Callable[[str, ast.Module, str], Found], ...] = (
    clock_is_handed_in,
    errors_are_named,
    no_float,
    imports_at_the_top,
    short_functions,
    short_files,
    names_that_mislead,
    nothing_left_behind,
)
# A test plants what the others forbid. That a file speaks of one thing holds for tests too.
CHECKS_OF_TESTS = (short_files,)


def held_files() -> Iterator[tuple[str, str]]:
    """Every file that is held to these rules, with its source: of the product, and of its tests."""
    for file in sorted(SOURCES.rglob("*.py")):
        if "migrations" not in file.parts:
            yield file.relative_to(SOURCES).as_posix(), file.read_text()
    for file in sorted(TESTS.rglob("*.py")):
        yield file.relative_to(ROOT).as_posix(), file.read_text()


def main() -> int:
    held = dict(held_files())
    breaches = [breach for path, source in held.items() for breach in breaches_in(path, source)]
    escapes = [
        (path, line, rule, reason)
        for path, source in held.items()
        if not path.startswith("tests/house/")  # they plant escapes
        for (line, rule), reason in escapes_in(source).items()
    ]
    for breach in breaches:
        print(breach)
    for path, line, rule, reason in escapes:
        print(f"escaped: {path}:{line}: {rule}: {reason}")
    print(f"House rules: {len(held)} files, {len(breaches)} breaches, {len(escapes)} escapes")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
