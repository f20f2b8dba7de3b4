"""Storm control: many conditions of a company and type in a short time become one ticket that lists them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psabridge.rules.tickets.alerts import BackupAlert, ConditionKey, key_of
from psabridge.rules.tickets.settings import StormLimit
from psabridge.rules.tickets.stories import Story
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True, order=True)
class StormOf:
    """Storms are told apart by company and alert type: one customer's never swallows another's."""

    company: CompanyId
    type: str

    @property
    def key(self) -> ConditionKey:
        return key_of(f"company={self.company}", self.type, "storm")


def joining(
    beginning: Mapping[ConditionKey, Sequence[BackupAlert]],
    *,
    begun: Iterable[datetime],
    storm: Story | None,
    limit: StormLimit,
) -> frozenset[ConditionKey]:
    """Which of the conditions that would begin a ticket now go into the storm's ticket instead.

    `begun` are the raise times of conditions of this company and type that have a ticket of their own.
    Raise times count, not the time they are seen: after an outage the same alerts make the same tickets.
    """
    raised = {key: min(alert.raised_at for alert in alerts) for key, alerts in beginning.items()}
    if storm is not None and storm.ending is None and storm.handled_until is not None:
        goes_on = {key for key, at in raised.items() if at <= storm.handled_until + limit.within}
    else:
        goes_on = set()
    crowded = crowded_times(sorted([*begun, *raised.values()]), limit)
    return frozenset(goes_on | {key for key, at in raised.items() if at in crowded})


def crowded_times(times: Sequence[datetime], limit: StormLimit) -> frozenset[datetime]:
    """Those of the sorted times that lie together with more than the limit in one stretch."""
    pairs = enumerate(zip(times, times[limit.conditions :], strict=False))
    begins = [number for number, (first, last) in pairs if last - first <= limit.within]
    return frozenset(time for begin in begins for time in times[begin : begin + limit.conditions + 1])
