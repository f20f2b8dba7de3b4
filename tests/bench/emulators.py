"""Emulators in a process of their own, and their back door: what the bench moves and counts."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@contextmanager
def emulators(scene: str) -> Iterator[str]:
    """What the emulators say when they are ready, as they say it."""
    command = [sys.executable, "-m", "psabridge_emulators", "--scene", scene, "--with-parent"]
    command += ["--autotask-port", "0", "--acronis-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            if not line:
                raise SystemExit(f"the emulators of {scene} ended before they were ready")
            yield line
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True)
class BackDoor:
    description: Mapping[str, Any]

    def mapping(self) -> Json:
        return self._ask("GET", "mapping")

    def use(self, readings: list[Json]) -> None:
        """From now on tenants use so many."""
        self._ask("POST", "usage", {"items": readings}, vendor="acronis")

    def latency(self, milliseconds: int) -> None:
        for vendor in ("autotask", "acronis"):
            self._ask("POST", "latency", {"ms": milliseconds}, vendor=vendor)

    def advance(self, seconds: int) -> None:
        self._ask("POST", "clock", {"advance": seconds})

    def set_clock(self, moment: datetime) -> None:
        """From then on it runs with the machine's."""
        self._ask("POST", "clock", {"set": moment.isoformat(), "runs": True})

    def burst(self, tenants: Sequence[str], count: int, over_seconds: int) -> None:
        """Each alert is about a workload of its own."""
        told = {"tenants": tenants, "type": "BackupFailed", "count": count, "over_seconds": over_seconds}
        self._ask("POST", "alert/burst", told, vendor="acronis")

    def rows(self, entity: str) -> list[Json]:
        """As Autotask holds them, whatever readers see."""
        rows: list[Json] = self._ask("GET", "world")["entities"][entity]
        return rows

    def today(self) -> str:
        return str(self._ask("GET", "clock")["now"])[:10]

    def lift_the_hour(self) -> None:
        """Take away the limit of requests in an hour, for a client that would not fit into it."""
        self._ask("POST", "requests", {"threshold": 10**9})

    def forget_calls(self) -> None:
        self._ask("DELETE", "calls")

    def calls(self) -> dict[str, int]:
        told = self._ask("GET", "calls")["calls"]
        return {vendor: told.get(vendor, {}).get("total", 0) for vendor in ("autotask", "acronis")}

    def _ask(self, method: str, route: str, content: object = None, *, vendor: str = "autotask") -> Json:
        body = None if content is None else json.dumps(content).encode()
        url = f"{self.description['control'][vendor]}/{route}"
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310  loopback
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310  loopback
            answer: Json = json.loads(reply.read() or b"{}")
        return answer


class Watch:
    """Between two looks: seconds, seconds of this process on the processor, calls counted at the vendors."""

    def __init__(self, door: BackDoor, latency_ms: int) -> None:
        self._door = door
        self._latency_ms = latency_ms
        self.start()

    def start(self) -> None:
        self._door.latency(self._latency_ms)
        self._door.forget_calls()
        self._began, self._worked = time.perf_counter(), time.process_time()

    def look(self) -> Json:
        """What happens until the next start is prepared without waiting."""
        seconds, worked = time.perf_counter() - self._began, time.process_time() - self._worked
        calls = self._door.calls()
        self._door.latency(0)
        return {"seconds": round(seconds, 3), "own_seconds": round(worked, 3), "calls": calls}
