"""The vendor as a value: what landed, what reads show, what is on its way, which dates are taken.

Not the emulator: a few hundred thousand of these are compared. Row ends, posting and refusals other than
"duplicate data" are left out; the four meanings of uniqueness are those of protocol.md, U.
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from psabridge.rules.psa import UnitRow
from psabridge.rules.words import LineId, LineKind
from tests.model.days import A_DAY, ENDS, FIRSTS, period_start

LINE = LineId(LineKind.SERVICE, 100)
UNITS = 10
UNIQUENESS = ("start", "row", "inner", "none")
A_PERSON = 0
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Landed(NamedTuple):
    """`who`: the number of the intent, or a person."""

    day: date
    change: int
    who: int


class OnItsWay(NamedTuple):
    """A request held inside the vendor, and for how many waits it has been."""

    request: Landed
    age: int = 0


class Vendor(NamedTuple):
    landed: tuple[Landed, ...] = ()
    unseen: int = 0  # how many of the last landed ones no read shows yet
    unseen_left: int = 0  # waits until they must be shown
    gone_back: bool = False  # reads come from another replica, one landing behind
    stays_back: bool = False  # for longer than λ
    on_its_way: tuple[OnItsWay, ...] = ()
    taken: frozenset[date] = frozenset()  # dates a second adjustment is refused for
    posted: date | None = None  # first day of the last posted period

    @property
    def seen(self) -> tuple[tuple[date, int], ...]:
        """What a read shows: the change at each date a row starts for."""
        shown = len(self.landed) - self.unseen
        return summed(self.landed[: max(shown - self.gone_back, 0)])

    @property
    def is_whole(self) -> bool:
        """Reads show everything, and nothing is on its way."""
        return not (self.unseen or self.gone_back or self.on_its_way)


@cache
def summed(landed: tuple[Landed, ...]) -> tuple[tuple[date, int], ...]:
    found: dict[date, int] = {}
    for one in landed:
        found[one.day] = found.get(one.day, 0) + one.change
    return tuple(sorted(found.items()))


def level(landed: tuple[Landed, ...], day: date) -> int:
    return UNITS + sum(one.change for one in landed if one.day <= day)


@cache
def rows_of(seen: tuple[tuple[date, int], ...], posted: date | None = None) -> tuple[UnitRow, ...]:
    """One row for each period and each date with a change; totals, ending the day before the next."""
    starts = sorted({*FIRSTS, *(day for day, _ in seen)})
    ends = [*(start - A_DAY for start in starts[1:]), ENDS]
    units = [UNITS + sum(change for day, change in seen if day <= start) for start in starts]
    stamps = [posted is not None and period_start(start) <= posted for start in starts]
    return tuple(
        UnitRow(LINE, start, end, number, AT if stamp else None)
        for start, end, number, stamp in zip(starts, ends, units, stamps, strict=True)
    )


def arrived(vendor: Vendor, request: Landed, uniqueness: str) -> Vendor | None:
    """The vendor with the change applied; None where its date is taken."""
    if _is_refused(vendor, request.day, uniqueness):
        return None
    unseen = vendor.unseen + 1 if vendor.unseen else 0
    return vendor._replace(
        landed=(*vendor.landed, request), unseen=unseen, taken=_taken_after(vendor, request.day, uniqueness)
    )


def _is_refused(vendor: Vendor, day: date, uniqueness: str) -> bool:
    if uniqueness == "none" or (uniqueness == "inner" and day in FIRSTS):
        return False
    return day in vendor.taken


def _taken_after(vendor: Vendor, day: date, uniqueness: str) -> frozenset[date]:
    if uniqueness == "none":
        return vendor.taken
    freed: set[date] = set()
    if uniqueness == "row" and not any(one.day == day for one in vendor.landed):
        # A new split shortens the row it falls into: that row's key is free again.
        starts = [start for start in vendor.taken if period_start(day) <= start < day]
        split = max((one.day for one in vendor.landed if period_start(day) <= one.day < day), default=None)
        freed = {start for start in starts if start == (split or period_start(day))}
    return vendor.taken - freed | {day}
