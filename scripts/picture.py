"""Draws docs/pictures/demo.svg from a real run of the demo: the plan of a day on which usage moved.

.venv/bin/python scripts/picture.py
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "demo.svg"
COMMAND = "make demo ONCE=1 MOVE=1"
WIDTH = 132


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _demo(folder)
        lines = _demo(folder, "--move", "1").splitlines()
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.assemble(("$ ", "green"), COMMAND))
    parts = [
        _part(lines, "Plan ", "Pay as you go"),
        _part(lines, "What became", "Findings"),
        _part(lines, "Result", None),
    ]
    for part in parts:
        console.print(Text.from_ansi("\n".join(part)))
    PICTURE.write_text(_without_the_net(console.export_svg(title="PSA Bridge")), encoding="utf-8")


def _demo(folder: str, *options: str) -> str:
    """One run in a folder of its own, as a terminal of this width would show it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PSABRIDGE_")}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    command = [str(Path(sys.executable).with_name("psabridge")), "demo", "--once", *options]
    finished = subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return str(finished.stdout)


def _part(lines: list[str], first: str, last: str | None) -> list[str]:
    """From the line that begins with `first` up to the one that begins with `last`."""
    plain = [Text.from_ansi(line).plain for line in lines]
    begins = next(number for number, line in enumerate(plain) if line.startswith(first))
    rest = range(begins + 1, len(plain))
    ends = len(plain) if last is None else next(n for n in rest if plain[n].startswith(last))
    return lines[begins:ends]


def _without_the_net(svg: str) -> str:
    """The drawing names fonts of a server far away; the reader's own fonts do."""
    start, end = svg.index("@font-face"), svg.rindex("@font-face")
    end = svg.index("}", end) + 1
    return svg[:start] + svg[end:]


if __name__ == "__main__":
    main()
