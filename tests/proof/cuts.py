"""Every place where the process can be killed: each call to a vendor, each commit, each file put in place.

Nobody lists them. Calls are met at the seam to the network, commits at Django's connection, files at
`Path.replace`; what the product calls or commits tomorrow is cut without anyone remembering it. A database
that changed between two cuts without a commit that was met is an error of this module, and said aloud.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from psabridge_emulators.frame.calls import route_of
from psabridge_emulators.frame.wire import Request
from tests.proof.forks import DATABASE

# In the index of SQLite's log: the number of pages committed, a checksum over all of them, the log's own salt
# (fileformat2.html, "The WAL-Index File Format"). To read the files at each cut took longer than the month.
_LOG_INDEX = slice(16, 40)
_LOG_PAGES = 4
# What cannot change a database by itself, outside of a transaction.
_HARMLESS = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "EXPLAIN")


@dataclass(frozen=True, slots=True)
class Cut:
    number: int
    day: int
    kind: str  # before, left, arrived, answered: a call; committing, committed; replaced: a file
    what: str
    state: int  # same number: same database, same files, same vendors, same moment
    on_its_way: tuple[str, Request] | None = None  # a write that left and will arrive later, and to whom

    def __str__(self) -> str:
        return f"cut {self.number}, day {self.day}, {self.kind}: {self.what}"


class UnmetCommit(AssertionError):
    """The database changed, and no commit was met."""


@dataclass(slots=True)
class Cuts:
    """Counts the cuts of one run; `met` is called at each of them, on the product's own stack."""

    folder: Path
    written: Callable[[], object]  # what tells whether anything at the vendors was changed
    met: Callable[[Cut], None]
    day: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    is_watching: bool = False
    # Of all cuts so far: two runs of one course met the same cuts, and may share them.
    course: int = 0
    _database: bytes = b""
    # SQLite commits a lone statement that returns rows when they were fetched; nothing happens before.
    _unfinished: str | None = None
    _states: dict[tuple[object, ...], int] = field(default_factory=dict)

    def call(self, moment: str, vendor: str, request: Request) -> None:
        """A read that is on its way leaves nothing behind; a write that is may land when nobody waits."""
        is_left = moment == "left"
        is_read = request.method == "GET" or request.path.endswith("/query")
        if not (is_left and is_read):
            on_its_way = (vendor, request) if is_left else None
            self._cut(moment, f"{request.method} {vendor} {route_of(request.path)}", on_its_way)

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._database = self._database_now()
        self.is_watching = True
        with _hooked(self):
            yield
        self.is_watching = False

    def begin_anew(self, folder: Path, met: Callable[[Cut], None]) -> None:
        """In a child: count the cuts of the process that is started there."""
        self.folder, self.met = folder, met
        self.counted = Counter()
        self.course = 0
        self._unfinished = None
        self._database = self._database_now()
        self.is_watching = True

    def _cut(self, kind: str, what: str, on_its_way: tuple[str, Request] | None = None) -> None:
        if not self.is_watching:
            return
        database = self._database_now()
        if kind != "committed":
            self._finish(database, f"{kind}: {what}")
        self._unfinished = what if kind == "committed" and database == self._database else None
        self._count(kind, what, database, on_its_way)

    def _finish(self, database: bytes, before: str) -> None:
        """A change since the last cut is the lone statement's before it, or one that nobody met."""
        if database == self._database:
            return
        if self._unfinished is None:
            raise UnmetCommit(f"the database changed before {before}")
        done, self._unfinished = self._unfinished, None
        self._count("committed", done, database)

    def _count(
        self, kind: str, what: str, database: bytes, on_its_way: tuple[str, Request] | None = None
    ) -> None:
        self._database = database
        self.counted[kind] += 1
        number = self.counted.total()
        state = self._state(database, None if on_its_way is None else number)
        cut = Cut(number, self.day, kind, what, state, on_its_way)
        self.course = zlib.crc32(f"{cut}, {state}".encode(), self.course)
        self.met(cut)

    def _state(self, database: bytes, on_its_way: int | None) -> int:
        """What a process that starts now would find, now and later."""
        proof = self.folder / "state" / "current"
        said = proof.read_bytes() if proof.exists() else b""
        found = (database, said, self.written(), on_its_way)
        return self._states.setdefault(found, len(self._states))

    def _database_now(self) -> bytes:
        """Another after every commit that changed anything."""
        place = self.folder / f"{DATABASE[0]}-shm"
        with place.open("rb") if place.exists() else nullcontext() as index:
            log = b"" if index is None else index.read(_LOG_INDEX.stop)[_LOG_INDEX]
        is_empty = not any(log[:_LOG_PAGES])
        return (self.folder / DATABASE[0]).read_bytes() if is_empty else log


@contextmanager
def _hooked(cuts: Cuts) -> Iterator[None]:
    commit, replace = BaseDatabaseWrapper._commit, Path.replace

    def cut_commit(self: BaseDatabaseWrapper) -> None:
        cuts._cut("committing", "a transaction")
        commit(self)
        cuts._cut("committed", "a transaction")

    def cut_replace(self: Path, target: Path) -> Path:
        placed = replace(self, target)
        cuts._cut("replaced", target.name)
        return placed

    def statement(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401  Django's
        is_alone = not context["connection"].in_atomic_block
        is_write = is_alone and not sql.lstrip().upper().startswith(_HARMLESS)
        if is_write and cuts.is_watching:
            cuts._finish(cuts._database_now(), sql[:40])
        result = execute(sql, params, many, context)
        if is_write:
            cuts._cut("committed", " ".join(sql.split()[:3]))
        return result

    def opened(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(statement)

    BaseDatabaseWrapper._commit, Path.replace = cut_commit, cut_replace  # type: ignore[method-assign]
    connection_created.connect(opened, weak=False, dispatch_uid="cuts")
    try:
        yield
    finally:
        BaseDatabaseWrapper._commit, Path.replace = commit, replace  # type: ignore[method-assign]
        connection_created.disconnect(opened, dispatch_uid="cuts")
