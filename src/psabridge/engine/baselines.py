"""What this process knows each line to look like (protocol.md W3). Never stored, never believed from disk."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from psabridge.rules.units.picture import Picture
from psabridge.rules.units.picture_reading import same_rows
from psabridge.rules.words import LineId, PairingId


class Baselines:
    """One per PSA connection and process, made when the process starts, empty.

    A baseline is born from our own confirmation, or from two equal reads at least λ apart.
    """

    def __init__(self, started_at: datetime) -> None:
        self.started_at = started_at
        self._baselines: dict[LineId, Picture] = {}
        self._firsts: dict[LineId, Picture] = {}  # the oldest of the latest reads that were all equal
        self._with_rows: set[LineId] = set()
        self._taken_over: set[PairingId] = set()

    def look(self, pictures: Iterable[Picture], *, read_bound: timedelta) -> None:
        for picture in pictures:
            if not picture.is_empty:
                self._with_rows.add(picture.line)
            if not picture.is_whole:
                continue
            first = self._firsts.get(picture.line)
            if first is None or not _agree(first, picture):
                self._firsts[picture.line] = picture
            elif picture.read_at - first.read_at >= read_bound:
                self._baselines[picture.line] = picture

    def confirm(self, picture: Picture) -> None:
        """The picture in which our own change was seen, and nothing else had changed."""
        self._baselines[picture.line] = self._firsts[picture.line] = picture

    def forget(self, line: LineId) -> None:
        """The line is about to be written, or was changed by another: what was known no longer holds."""
        self._baselines.pop(line, None)
        self._firsts.pop(line, None)

    def of(self, line: LineId) -> Picture | None:
        return self._baselines.get(line)

    def had_rows(self, line: LineId) -> bool:
        """A line that ever showed rows and shows none is unknown, not new (W10)."""
        return line in self._with_rows

    def ripe_at(self, lines: Iterable[LineId], *, read_bound: timedelta) -> datetime | None:
        """When a second equal read may make the missing baselines; None: nothing waits for one."""
        waiting = [line for line in lines if line in self._firsts and line not in self._baselines]
        return max((self._firsts[line].read_at + read_bound for line in waiting), default=None)

    def take_over(self, pairing: PairingId) -> bool:
        """True once per process and pairing: what is found open then was left by another process (2.6.5)."""
        is_new = pairing not in self._taken_over
        self._taken_over.add(pairing)
        return is_new


def _agree(one: Picture, other: Picture) -> bool:
    overlap = max(one.covers_from, other.covers_from) <= min(one.covers_to, other.covers_to)
    return overlap and same_rows(one, other)
