"""The pages of the documentation, taken apart: links, headings, tables, and the commands they quote."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPERATORS = ROOT / "docs" / "operators"
_FENCE = re.compile(r"^```(?P<kind>[a-z]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"^(?:psabridge|make) (?!<)")  # the marker in Autotask begins like a command


@dataclass(frozen=True, slots=True)
class Fenced:
    kind: str
    body: str


def pages() -> list[Path]:
    """Every page that is the repository's own, the emulators' included."""
    top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "src").rglob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def fenced(page: Path) -> list[Fenced]:
    return [Fenced(match["kind"], match["body"]) for match in _FENCE.finditer(page.read_text())]


def anchors(page: Path) -> set[str]:
    """Headings as the usual readers of Markdown make anchors of them."""
    titles = [match[2] for match in _HEADING.finditer(_FENCE.sub("", page.read_text()))]
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def links(page: Path) -> list[str]:
    return [match["target"] for match in _LINK.finditer(_FENCE.sub("", page.read_text()))]


def commands(page: Path) -> list[list[str]]:
    """Commands of ours quoted on a page: indented lines, fenced lines, and those inside a sentence."""
    text = page.read_text()
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    lines += [line.strip() for block in fenced(page) for line in block.body.splitlines()]
    lines += [match[1] for match in _INLINE.finditer(_FENCE.sub("", text))]
    return [shlex.split(line) for line in lines if _COMMAND.match(line)]


def section(page: Path, title: str) -> str:
    """What stands below a heading, up to the next heading of its own rank or above."""
    text = page.read_text()
    for match in _HEADING.finditer(text):
        if match[2] == title:
            rank = len(match[1])
            rest = text[match.end() :]
            end = re.search(rf"^#{{1,{rank}}} ", rest, re.MULTILINE)
            return rest[: end.start()] if end else rest
    raise LookupError(f"{name_of(page)} has no heading {title}")


def rows(text: str) -> Iterator[tuple[str, ...]]:
    """Rows of every table in a text, without heads and rules."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and lines[number + 1].startswith("|---")
        if line.startswith("|") and not line.startswith("|---") and not is_head:
            yield tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|")))


def plain(cell: str) -> str:
    return cell.strip("`")
