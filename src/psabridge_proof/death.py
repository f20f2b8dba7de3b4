"""The death of a process inside this one: from a chosen moment on, nothing of it reaches the outside.

Every call to a vendor, every commit and every file put in place is a moment at which it may die, as a cut of
`tests/proof/cuts.py` is. Whatever its `finally` blocks try afterwards fails: the dead tidy nothing up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from psabridge_emulators.frame.wire import Request


class Killed(BaseException):
    """The process is dead. Nobody in it may catch this."""


@dataclass(slots=True)
class Mortal:
    """Counts moments. At number `dies_at` it dies; 0: it lives on."""

    dies_at: int = 0
    moments: int = 0
    is_dead: bool = False
    where: str = ""

    def moment(self, what: str) -> None:
        if self.is_dead:
            raise Killed(what)
        self.moments += 1
        if self.moments == self.dies_at:
            self.is_dead, self.where = True, what
            raise Killed(what)

    def call(self, moment: str, vendor: str, request: Request) -> None:
        if self.is_dead or not (moment == "left" and request.method == "GET"):
            self.moment(f"{moment}: {request.method} {vendor} {request.path}")


@contextmanager
def mortal(life: Mortal) -> Iterator[Mortal]:
    """Commits and files of this process are moments of this life."""
    base: Any = BaseDatabaseWrapper  # its hook for commits is not public
    files: Any = Path
    commit, replace = base._commit, files.replace

    def watched_commit(connection: BaseDatabaseWrapper) -> None:
        life.moment("committing")
        commit(connection)
        life.moment("committed")

    def watched_replace(place: Path, target: Path) -> Path:
        life.moment(f"replacing {target.name}")
        placed: Path = replace(place, target)
        life.moment(f"replaced {target.name}")
        return placed

    def opened(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(_Statements(life))

    base._commit, files.replace = watched_commit, watched_replace
    connection_created.connect(opened, weak=False, dispatch_uid="mortal")
    try:
        yield life
    finally:
        base._commit, files.replace = commit, replace
        connection_created.disconnect(opened, dispatch_uid="mortal")


@dataclass(frozen=True, slots=True)
class _Statements:
    """What Django asks around each statement: one outside of a transaction commits by itself."""

    life: Mortal

    def __call__(self, execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401  Django's
        if self.life.is_dead:
            raise Killed(sql[:40])
        result = execute(sql, params, many, context)
        if not context["connection"].in_atomic_block and sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.life.moment("committed")
        return result
