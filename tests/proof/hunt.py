"""Lets the machine of `machine.py` look for trouble.

    python -m tests.proof.hunt [--plant NAME] [--examples N] [--seed N] [--keep FOLDER]

Ends 1 when it found something: the life is kept as a file, as short as it can be made, for
`psabridge prove --replay`. With a planted bug it is the other way round: it must be found, and is kept only
where a folder is named.
"""

import argparse
import sys
import time
from pathlib import Path

from psabridge_proof.ready import keep_order, spare_collector  # isort: skip  Django is made ready first

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from psabridge_proof.judge import Violation
from psabridge_proof.kept import write_kept
from psabridge_proof.life import KIND, Life
from psabridge_proof.one_life import shortened
from tests.proof.machine import LifeMachine
from tests.proof.mutants import MUTANTS


def hunt(examples: int, number: int) -> None:
    """Raises Violation."""
    how = settings(
        max_examples=examples,
        stateful_step_count=25,
        phases=(Phase.generate,),  # `shortened` is quicker, and leaves a life that can be lived again
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(LifeMachine), settings=how)


def main() -> int:
    keep_order("tests.proof.hunt")
    spare_collector()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plant", choices=sorted(MUTANTS), help="a bug that must be found")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--keep", type=Path, help="where a life is kept")
    asked = parser.parse_args()
    if asked.plant:
        MUTANTS[asked.plant]()
    began, found = time.monotonic(), "nothing"
    try:
        hunt(asked.examples, asked.seed)
    except Violation as violation:
        found = str(violation)
    seconds = time.monotonic() - began
    what = asked.plant or f"{asked.examples} examples, seed {asked.seed}"
    sys.stdout.write(f"{what}: found {found}; {seconds:.0f} s\n")
    keep = asked.keep or (None if asked.plant else Path("build/seeds"))
    if LifeMachine.wrong is not None and keep is not None:
        file = keep / f"machine-{asked.seed}.json"
        write_kept(shortened(Life, LifeMachine.wrong, alike=KIND), file)
        sys.stdout.write(f"kept: {file}\n{file.read_text()}")
    return 0 if (found == "nothing") is not bool(asked.plant) else 1


if __name__ == "__main__":
    sys.exit(main())
