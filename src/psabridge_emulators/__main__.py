"""The emulators as a program: one JSON line when ready, then in the foreground until told to stop."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from psabridge_emulators.frame.keeping import KeptWorldRefused
from psabridge_emulators.frame.servers import Servers
from psabridge_emulators.scenes.emulating import description, emulate
from psabridge_emulators.scenes.opening import SCENES, mapping_for

LOOK_FOR_PARENT = 0.2  # real seconds
LAST_PORT = 65_535


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is 0 to {LAST_PORT}, not {text}")
    return port


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="psabridge emulators", description=__doc__)
    options.add_argument(
        "--scene", choices=sorted(SCENES), default="msp-25", help="who is there at the start"
    )
    options.add_argument("--seed", type=int, default=1, help="the same seed gives the same world")
    options.add_argument("--autotask-port", type=_port, default=9101, help="0: any free port")
    options.add_argument("--acronis-port", type=_port, default=9102, help="0: any free port")
    options.add_argument("--latency-ms", type=int, default=0, help="real time every answer takes")
    options.add_argument(
        "--clock", choices=["still", "real"], default="still", help="real: runs on from the scene's start"
    )
    options.add_argument("--keep", type=Path, metavar="DIR", help="keep the worlds here and go on with them")
    options.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started this one is gone"
    )
    options.add_argument("--describe", action="store_true", help="print the scene's mapping and stop")
    return options


async def _serve(arguments: argparse.Namespace) -> None:
    emulation = emulate(
        arguments.scene,
        seed=arguments.seed,
        latency_ms=arguments.latency_ms,
        runs=arguments.clock == "real",
        keep=arguments.keep,
    )
    servers = Servers(emulation, {"autotask": arguments.autotask_port, "acronis": arguments.acronis_port})
    told_to_stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, told_to_stop.set)
    try:
        urls = await servers.start()
        sys.stdout.write(json.dumps(description(emulation, urls)) + "\n")
        sys.stdout.flush()
        if arguments.with_parent:
            await _until_alone(told_to_stop, os.getppid())
        await told_to_stop.wait()
    finally:
        await servers.stop()


async def _until_alone(told_to_stop: asyncio.Event, parent: int) -> None:
    """Return when told to stop, or when another process has become the parent: the first one has ended."""
    while not told_to_stop.is_set() and os.getppid() == parent:  # noqa: ASYNC110  the system tells nobody
        await asyncio.sleep(LOOK_FOR_PARENT)
    told_to_stop.set()


def main(given: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(given)
    if arguments.describe:
        sys.stdout.write(json.dumps(mapping_for(arguments.scene, arguments.seed), indent=2) + "\n")
        return 0
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        return _cannot_start(f"{error}. Choose other ports or stop what holds them.")
    except KeptWorldRefused as error:
        return _cannot_start(str(error))
    return 0


def _cannot_start(why: str) -> int:
    sys.stderr.write(f"The emulators cannot start: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
