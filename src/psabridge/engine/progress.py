"""How long work tells how far it is."""

from datetime import timedelta
from typing import Protocol


class Progress(Protocol):
    def phase(self, text: str, total: int | None = None) -> None:
        """What is being done now, and of how many."""

    def advance(self) -> None: ...

    def waiting(self, duration: timedelta, why: str) -> None: ...


class Quiet:
    """For timers and tests: nobody looks."""

    def phase(self, text: str, total: int | None = None) -> None: ...

    def advance(self) -> None: ...

    def waiting(self, duration: timedelta, why: str) -> None: ...
