"""Starts the programs of the proof as processes of their own: they fork, as no test process should."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108  a folder in memory, where there is one


def run(program: str, *options: str) -> tuple[int, str]:
    """Its code and what it said. The machine is shared with the other test processes."""
    environment = dict(os.environ)
    if MEMORY.is_dir():
        environment["PROOF_ROOM"] = str(MEMORY)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    processes = str(max((os.cpu_count() or 1) // workers, 1))
    seed = ("--seed", os.environ["PROOF_SEED"])
    ended = subprocess.run(
        [sys.executable, "-m", f"tests.proof.{program}", *seed, "--processes", processes, *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr
