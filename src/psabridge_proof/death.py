"""The death of a process inside this one: from a chosen moment on, nothing of it reaches the outside.

Every call to a vendor, every commit and every file put in place is a moment at which it may die, as at a cut
of `tests/proof/cuts.py`. Whatever its `finally` blocks try afterwards fails: a dead process tidies nothing up.
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
    commit, replace = BaseDatabaseWrapper._commit, Path.replace

    def watched_commit(connection: BaseDatabaseWrapper) -> None:
        life.moment("committing")
        commit(connection)
        life.moment("committed")

    def watched_replace(place: Path, target: Path) -> Path:
        life.moment(f"replacing {target.name}")
        placed = replace(place, target)
        life.moment(f"replaced {target.name}")
        return placed

    def statement(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401  Django's
        if life.is_dead:
            raise Killed(sql[:40])
        result = execute(sql, params, many, context)
        if not context["connection"].in_atomic_block and sql.startswith(("INSERT", "UPDATE", "DELETE")):
            life.moment("committed")
        return result

    def opened(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(statement)

    BaseDatabaseWrapper._commit, Path.replace = watched_commit, watched_replace  # type: ignore[method-assign]
    connection_created.connect(opened, weak=False, dispatch_uid="mortal")
    try:
        yield life
    finally:
        BaseDatabaseWrapper._commit, Path.replace = commit, replace  # type: ignore[method-assign]
        connection_created.disconnect(opened, dispatch_uid="mortal")
