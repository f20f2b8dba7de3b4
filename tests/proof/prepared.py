"""A process that has imported everything and made its template, and forks for each life it is asked for.

    python -m tests.proof.prepared

To start such a program took longer than most lives do. Whatever a fork plants, or breaks, ends with it.
An order is a line of JSON: module, options, environment, and a folder for what is said; the answer its code.
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from psabridge_proof.ready import spare_collector  # isort: skip  Django is made ready first

from psabridge_proof.one_life import template

PROGRAMS = ("psabridge_proof.__main__", "tests.proof.hunt", "tests.proof.market_hunt")


def _live(order: dict[str, Any]) -> NoReturn:
    """In the child, which ends hard: the room is its parent's."""
    os.environ.update(order["environment"])
    sys.argv = [order["module"], *order["options"]]
    for name, stream in (("out", 1), ("err", 2)):
        os.dup2(os.open(Path(order["folder"]) / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    code = 1
    try:
        code = importlib.import_module(order["module"]).main()
    except BaseException:  # noqa: BLE001  whatever happened is told
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    for program in PROGRAMS:
        importlib.import_module(program)
    template()
    spare_collector()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
