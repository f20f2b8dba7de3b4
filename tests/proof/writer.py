"""A bridge as a process of its own, for the test of two: it may stop itself, as a machine under load would.

    PSABRIDGE_DATA=DIR PSABRIDGE_DATABASE_URL=URL python -m tests.proof.writer [--stop MOMENT] [--deadline S]
                                                                               [--moments]

Runs cycles until nothing is open and prints why it ended; with `--moments`, every moment it met. Moments
count from the commit of the first intent to the end of its cycle; at the one named it sends itself SIGSTOP.
They are named "committed TABLE", "placed FILE", "asking METHOD PATH" (before the request is begun),
"connecting …", "writing …" and "reading …" (inside it), "renewing …" (a commit inside it); from the second of
a name on, "NAME, time 2".
"""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psabridge.wiring import bridge  # isort: skip  makes Django ready

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from psabridge.clients import deadline
from psabridge.clients.transport import HttpRequest, HttpResponse, HttpTransport
from psabridge.engine.cycle import Memory, run_cycle
from psabridge.engine.outcomes import StepState
from psabridge.engine.progress import Quiet
from psabridge.engine.sorting import Approval
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.store.models import IntentRecord
from psabridge.wiring import vendors

MOST_CYCLES = 20
INTENTS = IntentRecord._meta.db_table
# The emulators' own, where the clock is read: no call of the product.
BACK_DOOR = "/__control"


class Moments:
    """Names what happens in the first cycle that writes, and stops the process at one of the moments."""

    def __init__(self, stop: str) -> None:
        self.met: list[str] = []
        self._stop = stop
        self._times: Counter[str] = Counter()
        self._last = ""
        self._is_writing = self._is_intended = self._is_unfinished = False
        self._request = ""
        self._table = ""

    def at(self, name: str) -> None:
        """A request is read and written in as many pieces as the network likes: those are one moment."""
        self._finish()
        is_piece = name == self._last and not name.startswith("committed")
        self._last = name
        if not self._is_writing or is_piece:
            return
        self._times[name] += 1
        moment = name if self._times[name] == 1 else f"{name}, time {self._times[name]}"
        self.met.append(moment)
        if moment == self._stop:
            os.kill(os.getpid(), signal.SIGSTOP)

    def end_cycle(self) -> None:
        self._is_writing = False

    def hook(self) -> None:
        self._hook_database()
        self._hook_network()
        placed = Path.replace

        def replace(place: Path, target: Path) -> Path:
            result = placed(place, target)
            self.at(f"placed {target.name}")
            return result

        Path.replace = replace  # type: ignore[method-assign]

    def _hook_database(self) -> None:
        commit = BaseDatabaseWrapper._commit

        def committed(connection: BaseDatabaseWrapper) -> None:
            commit(connection)
            self._after_commit()

        def statement(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401  Django's
            self._finish()
            result = execute(sql, params, many, context)
            words = sql.split()
            if words[0] in {"INSERT", "UPDATE", "DELETE"}:
                self._table = words[2 if words[0] != "UPDATE" else 1].strip('"')
                self._is_intended |= (words[0], self._table) == ("INSERT", INTENTS)
                if not context["connection"].in_atomic_block:
                    self._is_unfinished = True
                if "RETURNING" not in words:
                    self._finish()
            return result

        def opened(connection: BaseDatabaseWrapper, **_: object) -> None:
            connection.execute_wrappers.append(statement)

        BaseDatabaseWrapper._commit = committed  # type: ignore[method-assign]
        connection_created.connect(opened, weak=False)

    def _finish(self) -> None:
        """SQLite commits a lone statement that returns rows when they were fetched: before the next."""
        if self._is_unfinished:
            self._is_unfinished = False
            self._after_commit()

    def _after_commit(self) -> None:
        self._is_writing |= self._is_intended and not self.met
        self.at(f"renewing {self._request}" if self._request else f"committed {self._table}")

    def _hook_network(self) -> None:
        send = HttpTransport.send

        def named(transport: HttpTransport, request: HttpRequest, within: timedelta) -> HttpResponse:
            path = urlsplit(request.url).path
            if path.startswith(BACK_DOOR):
                return send(transport, request, within)
            name = f"{request.method} {path}"
            self.at(f"asking {name}")
            self._request = name
            try:
                return send(transport, request, within)
            finally:
                self._request = ""

        HttpTransport.send = named  # type: ignore[method-assign]
        backend, stream = deadline.DeadlineBackend, deadline._DeadlineStream
        backend.connect_tcp = self._before("connecting", backend.connect_tcp)  # type: ignore[method-assign]
        stream.write = self._before("writing", stream.write)  # type: ignore[method-assign]
        stream.read = self._before("reading", stream.read)  # type: ignore[method-assign]

    def _before(self, what: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  whatever the library hands over
            if self._request:
                self.at(f"{what} {self._request}")
            return act(*args, **kwargs)

        return watched


def run(moments: Moments) -> str:
    with bridge.open_bridge() as opened:
        pairing = opened.pairings.by_name(None)
        ports, memory = opened.ports(pairing), Memory()
        for _ in range(MOST_CYCLES):
            try:
                report = run_cycle(
                    opened.pairings.settings(pairing),
                    ports=ports,
                    memory=memory,
                    approval=Approval(person=None),
                    progress=Quiet(),
                    waits=True,
                )
            except LeaseHeld:
                time.sleep(0.2)
                continue
            except LeaseLost:
                return "lost its lease"
            finally:
                moments.end_cycle()
            if not report.open_intents and not report.count(StepState.APPLIED, StepState.UNKNOWN):
                return "quiet"
            ports.clock.wait(timedelta(minutes=11))
    return "still busy"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stop", default="")
    parser.add_argument("--deadline", type=float, default=30)
    parser.add_argument("--moments", action="store_true")
    options = parser.parse_args()
    assert hasattr(vendors, "DEADLINE")
    vendors.DEADLINE = timedelta(seconds=options.deadline)
    moments = Moments(options.stop)
    moments.hook()
    told = [run(moments), *(moments.met if options.moments else ())]
    sys.stdout.write("\n".join([*told, ""]))


if __name__ == "__main__":
    main()
