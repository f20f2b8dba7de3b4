"""How everything in the terminal looks: one console, one kind of table, one line of JSON."""

import json
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def console(*, quiet: bool = False) -> Console:
    """For results. Numbers keep their colour for what they mean, so nothing is highlighted by its form.

    Names and refusals are shown as their owners wrote them: brackets in them are no markup (ERR-21).
    """
    return Console(highlight=False, markup=False, emoji=False, quiet=quiet)


def beside() -> Console:
    """For progress and messages, apart from results that may be piped."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def say_beside(said: str, style: str, more: str = "") -> None:
    """What is wrong in its colour, and what follows without one; never broken, so that it can be searched."""
    beside().print(Text.assemble((said, style), more), soft_wrap=True)


def print_json(content: object) -> None:
    """For programs: one line, nothing else."""
    sys.stdout.write(json.dumps(content) + "\n")


def table(title: str, columns: Sequence[str], *, right: Sequence[str] = (), lines: bool = False) -> Table:
    """`right` names the columns of numbers."""
    made = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        show_lines=lines,
        pad_edge=False,
    )
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left")
    return made
