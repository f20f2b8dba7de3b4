"""Progress of long work: a line that says what is going on and how far it is. Silent where nobody looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


class ShownProgress:
    """The engine's progress port, drawn by rich."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Starting", total=None)

    def phase(self, text: str, total: int | None = None) -> None:
        self._progress.update(self._task, description=text, completed=0, total=total)

    def advance(self) -> None:
        self._progress.advance(self._task)

    def waiting(self, duration: timedelta, why: str) -> None:
        minutes = max(round(duration.total_seconds() / 60), 1)
        self.phase(f"Waiting {minutes} minutes: {why}")


@contextmanager
def shown(console: Console) -> Iterator[ShownProgress]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield ShownProgress(progress)
