"""The count of one customer, from one look to the next (ACR-DEP-05, ACR-DEP-06, R19 to R21). Pure.

A day counts when a later one is looked at, every look of it was complete, and none found anything live. What
nobody looked at never counts, so an outage delays and never deletes.
"""

from dataclasses import dataclass, replace
from datetime import date

from psabridge.rules.leaving.kept import Ground, LeavingCount
from psabridge.rules.leaving.looks import Look


@dataclass(frozen=True, slots=True)
class Terms:
    """What was decided about a customer when it was looked at."""

    today: date
    epoch: int
    counts: bool  # the setting is on, and the customer is not exempt
    confirmed_on: date | None = None  # a person said that it has left


def counted(before: LeavingCount | None, look: Look, terms: Terms) -> LeavingCount:
    count = _carried(before, look, terms)
    if look.live:
        return _back(count, look, terms)
    if not terms.counts:
        return count.cleared()
    if look.pause:
        return _looked(count, terms.today, pause=look.pause) if count.is_running else count
    ground = _ground(count, look, terms)
    if ground is None:
        return count.cleared()
    return _looked(replace(count, ground=ground), terms.today)


def _carried(before: LeavingCount | None, look: Look, terms: Terms) -> LeavingCount:
    """Another company begins anew; after a restore only what was sold is still known (protocol 2.6)."""
    if before is None or before.company != look.company:
        return LeavingCount(look.company, terms.epoch)
    return before if before.epoch == terms.epoch else replace(before.cleared(), epoch=terms.epoch)


def _back(count: LeavingCount, look: Look, terms: Terms) -> LeavingCount:
    """Cleared at once; what was confirmed before holds no more."""
    live_on = count.live_on if terms.confirmed_on is None else terms.today
    return replace(count.cleared(), sold=look.live, live_on=live_on)


def _ground(count: LeavingCount, look: Look, terms: Terms) -> Ground | None:
    if look.end_seen or count.ground is Ground.ENDED:
        return Ground.ENDED
    confirmed = terms.confirmed_on
    if confirmed is not None and (count.live_on is None or confirmed > count.live_on):
        return Ground.CONFIRMED
    return None


def _looked(count: LeavingCount, today: date, *, pause: str = "") -> LeavingCount:
    if count.day is None:
        # The day on which it is first seen was not without a live addition from its beginning.
        return replace(count, day=None if pause else today, pause=pause)
    if today == count.day:
        return replace(count, is_whole=count.is_whole and not pause, pause=pause or count.pause)
    # A clock that was set back makes no day whole a second time.
    is_later = today > count.day
    days = count.days + 1 if is_later and count.is_whole else count.days
    return replace(count, days=days, day=today, is_whole=is_later and not pause, pause=pause)
