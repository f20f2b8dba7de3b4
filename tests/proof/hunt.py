"""Lets the machine of `machine.py` look for trouble.

    python -m tests.proof.hunt [--plant NAME] [--examples N] [--seed N]

Prints what it found, with the shortest way there; ends 1 then. With a planted bug it is the other way round:
the bug must be found, and the shortest way to it is not looked for.
"""

import argparse
import sys
import time

from tests.proof.machine import LifeMachine  # isort: skip  makes Django ready

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from psabridge_proof.judge import Violation
from tests.proof.mutants import MUTANTS

SEARCHING = (Phase.generate,)
SHRINKING = (Phase.generate, Phase.shrink)


def hunt(examples: int, number: int, phases: tuple[Phase, ...]) -> None:
    """Raises Violation."""
    how = settings(
        max_examples=examples,
        stateful_step_count=25,
        phases=phases,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(LifeMachine), settings=how)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plant", choices=sorted(MUTANTS), help="a bug that must be found")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    asked = parser.parse_args()
    if asked.plant:
        MUTANTS[asked.plant]()
    began, found = time.monotonic(), "nothing"
    try:
        hunt(asked.examples, asked.seed, SEARCHING if asked.plant else SHRINKING)
    except Violation as violation:
        found = str(violation)
    seconds = time.monotonic() - began
    what = asked.plant or f"{asked.examples} examples, seed {asked.seed}"
    sys.stdout.write(f"{what}: found {found}; {seconds:.0f} s\n")
    return 0 if (found == "nothing") is not bool(asked.plant) else 1


if __name__ == "__main__":
    sys.exit(main())
