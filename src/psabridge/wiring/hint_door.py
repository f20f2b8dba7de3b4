"""`psabridge hooks serve`: believes what is signed, answers at once, writes hints down afterwards.

Nothing here changes what the bridge holds for true: a hint brings the next cycle forward, and that is all.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event

from django.db import Error as DatabaseError
from django.db import connections

from psabridge.clients.autotask.callouts import MOST_BYTES, SIGNATURE_HEADER
from psabridge.clients.callout_door import CalloutDoor
from psabridge.connectors.autotask.hints import NoHint, hint_in
from psabridge.kit.clock import Clock
from psabridge.kit.errors import BridgeError
from psabridge.rules.hints import Hint, is_fresh
from psabridge.store.hints import DatabaseHints, Door
from psabridge.wiring.bridge import Bridge
from psabridge.wiring.hooks import doors

MOST_WAITING = 1000  # hints; what is beyond is dropped, and polling finds it
SECONDS = 1  # between two looks at the queue; doors are read anew as often
TAKEN, FORGED = 204, 401


@dataclass(frozen=True, slots=True)
class _Open:
    door: Door
    clock: Clock


class HintDoor:
    def __init__(self, bridge: Bridge, tell: Callable[[str], None]) -> None:
        self._bridge = bridge
        self._tell = tell
        self._hints = DatabaseHints()
        self._doors: Mapping[str, _Open] = {}
        self._heard: Queue[tuple[_Open, Hint]] = Queue(MOST_WAITING)
        self._undone: tuple[_Open, Hint] | None = None
        self._stop = Event()
        self._trouble = ""

    def serve(self, *, host: str, port: int, opened: Callable[[int], None]) -> None:
        """Until the process is stopped. Raises OSError where the port is taken."""
        self._read_doors()
        with self._writing():
            CalloutDoor(
                is_door=self.is_door,
                answer=self.answer,
                most_bytes=MOST_BYTES,
                signature_header=SIGNATURE_HEADER,
                host=host,
                port=port,
            ).serve(opened, self._stop.is_set)

    def stop(self) -> None:
        self._stop.set()

    def is_door(self, path: str) -> bool:
        return self._at(path) is not None

    def answer(self, path: str, body: bytes, signature: str | None) -> int:
        """Whatever the database does: hints wait in memory."""
        found = self._at(path)
        hint = NoHint.FORGED if found is None else hint_in(body, signature=signature, key=found.door.key)
        if hint is NoHint.FORGED:
            return FORGED
        if found is not None and isinstance(hint, Hint):
            try:
                self._heard.put_nowait((found, hint))
            except Full:
                self._say(f"more than {MOST_WAITING} hints wait: later ones are dropped, polling finds them")
        return TAKEN

    def _at(self, path: str) -> _Open | None:
        """In constant time, for a path is a secret."""
        given = path.encode("utf-8", "replace")
        found = [one for known, one in self._doors.items() if hmac.compare_digest(known.encode(), given)]
        return found[0] if found else None

    def _read_doors(self) -> None:
        """Webhooks that were switched on or off meanwhile."""
        clocks = {}
        for name in self._bridge.pairings.names():
            pairing = self._bridge.pairings.by_name(name)
            _, psa = self._bridge.pairings.connections(pairing)
            clocks[psa.id] = self._bridge.clock_of(pairing)
        every = doors(self._bridge).every()
        self._doors = {
            one.path: _Open(one, clocks[one.connection]) for one in every if one.connection in clocks
        }

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A defect there closes the door: it would take what nobody writes down."""
        with ThreadPoolExecutor(1, thread_name_prefix="hints") as pool:
            writing = pool.submit(self._write)
            try:
                yield
            finally:
                self._stop.set()
            writing.result()

    def _write(self) -> None:
        try:
            while not self._stop.is_set():
                self._round()
        finally:
            self._stop.set()
            connections.close_all()

    def _round(self) -> None:
        """One hint that could not be written is tried again; a database that is away ends nothing."""
        try:
            if self._undone is None:
                self._undone = self._heard.get(timeout=SECONDS)
            self._keep(*self._undone)
            self._undone = None
            self._trouble = ""
        except Empty:
            self._look_around()
        except (DatabaseError, BridgeError) as error:
            self._say(f"hints wait, for they cannot be written: {error}")
            connections.close_all()
            self._stop.wait(SECONDS)

    def _keep(self, found: _Open, hint: Hint) -> None:
        now = found.clock.now()
        if is_fresh(hint, now) and self._hints.hear(found.door.connection, hint, now):
            self._tell(f"{hint.of} {hint.record} changed")

    def _look_around(self) -> None:
        self._read_doors()
        for one in self._doors.values():
            self._hints.forget_old(one.clock.now())

    def _say(self, text: str) -> None:
        """Once, until it is well again."""
        if text != self._trouble:
            self._trouble = text
            self._tell(text)
