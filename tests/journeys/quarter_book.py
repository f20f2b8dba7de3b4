"""What a provider's months should come to, from the rules alone: no line of the bridge's is used here.

An entry is one line of a contract with all that people did to it. Usage is kept by day. From both follows
what each line should show on each day, and which quotas stand behind what is sold for a fixed price.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")
A_DAY = timedelta(days=1)
CENT = Decimal("0.01")

Reading = tuple[str, str, str | None]  # firm, usage name, storage
ItemOf = tuple[str, str | None]  # item, storage


@dataclass(frozen=True, slots=True)
class Service:
    """What one unit of a line stands for."""

    item: str
    usage_name: str
    storage: str | None
    unit_size: int


@dataclass(slots=True)
class Entry:
    """`opened` is the day on which the test first saw the line; until then it showed its opening units."""

    firm: str
    contract: int
    line: int
    parts: tuple[Service, ...]  # one, or those of a bundle
    starts: date
    months: int  # of one period
    opening: int
    opened: date
    kinds: dict[date, bool]  # from a day on: whether it is pay as you go
    ends: dict[date, date]  # from a day on: the last day of its contract
    price: Decimal  # of one unit for a whole period, as its own contract says
    typed: dict[date, int] = field(default_factory=dict)  # changes of units by people
    followed_from: date = date.min  # the firm is mapped, and its tenant may be managed
    posted_until: date = date.min  # the last day that was invoiced before the test began

    @property
    def service(self) -> Service:
        (one,) = self.parts
        return one

    def is_payg(self, day: date) -> bool:
        return in_force(self.kinds, day)

    def is_live(self, day: date) -> bool:
        return self.starts <= day <= in_force(self.ends, day)

    def may_follow(self, day: date) -> bool:
        is_ours = day >= max(self.opened, self.followed_from) and day > self.posted_until
        return is_ours and self.is_live(day) and self.is_payg(day)

    @property
    def last_day(self) -> date:
        return self.ends[max(self.ends)]

    def key(self) -> Reading:
        return (self.firm, self.service.usage_name, self.service.storage)


@dataclass(slots=True)
class Book:
    entries: list[Entry] = field(default_factory=list)
    used: dict[Reading, dict[date, int]] = field(default_factory=dict)

    def wanted(self, entry: Entry, day: date) -> int:
        """Usage in units, every line rounded up by itself (ACR-STO-05); what was never used is 0."""
        history = self.used.get(entry.key(), {})
        amount = in_force(history, day) if any(since <= day for since in history) else 0
        return -(-amount // entry.service.unit_size)

    def units(self, entry: Entry, last: date) -> dict[date, int]:
        """Units of a line on every day from the period on in which it was opened."""
        found: dict[date, int] = {}
        level, seen = entry.opening, date.min
        used: set[date] = set()  # days that a change of the bridge is dated
        for day in _days(period_of(entry, max(entry.starts, entry.opened)), min(last, entry.last_day)):
            level += entry.typed.get(day, 0)
            if entry.may_follow(day):
                was = level
                since, level = self._decided(
                    entry, day, level, is_new=not (level or any(found.values())), seen=seen
                )
                while level != was and since in used and since < day:
                    since += A_DAY  # a line takes one change a day (W7)
                used |= {since} if level != was else set()
                found |= dict.fromkeys(_days(since, day), level)
                seen = day
            found[day] = level
        return found

    def _decided(self, entry: Entry, day: date, level: int, *, is_new: bool, seen: date) -> tuple[date, int]:
        """From which day on the line has how many. `seen` is the last day on which it followed its usage."""
        wanted, first = self.wanted(entry, day), period_of(entry, day)
        if wanted > level:
            return first if is_new else day, wanted
        if day == first:
            return day, wanted
        if date.min < seen < first:  # nobody could write on the first day what had waited for it
            return first, min(level, max(wanted, self.wanted(entry, seen)))
        return day, level

    def invoices(self, entry: Entry, last: date) -> dict[date, Fraction]:
        """What each period of a line comes to, by its first day: every day costs its share of the period.

        The running one is told as if nothing changed any more.
        """
        units, found = self.units(entry, last), dict[date, Fraction]()
        first, level = period_of(entry, max(entry.starts, entry.opened)), 0
        while first <= min(last, entry.last_day):
            after = month_after(first, entry.months)
            for day in _days(first, min(after - A_DAY, entry.last_day)):
                level = units.get(day, level)
                found[first] = found.get(first, Fraction()) + share(entry, level, day, day=day)
            first = after
        return found

    def quotas(self, firm: str, day: date) -> Mapping[ItemOf, int | None]:
        """What is sold as it is used has no limit; what is sold fixed adds up over all contracts."""
        found: dict[ItemOf, int | None] = {}
        for entry in self.entries:
            if entry.firm != firm or not entry.is_live(day) or day < entry.followed_from:
                continue
            units = 0 if entry.is_payg(day) else self.units(entry, day)[day]
            for part in entry.parts:
                item = (part.item, part.storage)
                fixed = (found.get(item) or 0) + units * part.unit_size
                found[item] = None if entry.is_payg(day) else fixed
        return found


def share(entry: Entry, units: int, last: date, *, day: date) -> Fraction:
    """What units cost from a day to the last one of its period, at the price of a whole period."""
    first = period_of(entry, day)
    days, whole = (last - day).days + 1, (month_after(first, entry.months) - first).days
    return Fraction(entry.price) * units * days / whole


def in_cents(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(CENT, ROUND_HALF_UP)


def in_force(by_day: Mapping[date, T], day: date) -> T:
    return by_day[max(since for since in by_day if since <= day)]


def period_of(entry: Entry, day: date) -> date:
    """The first day of the period that a day lies in; no contract here begins after the 28th."""
    first = entry.starts
    while (following := month_after(first, entry.months)) <= day:
        first = following
    return first


def month_after(day: date, months: int) -> date:
    month = day.month - 1 + months
    return day.replace(year=day.year + month // 12, month=month % 12 + 1)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * A_DAY
