"""Items of customers that are left as they are for a time, such as a quota raised for a move (R10)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from psabridge.rules.words import ItemKey, TenantId


@dataclass(frozen=True, slots=True)
class ExemptItem:
    tenant: TenantId
    item: ItemKey
    until: date | None  # the last day on which it is left; None: nobody said an end
    reason: str

    def is_in_force(self, today: date) -> bool:
        return self.until is None or today <= self.until


def exemption_of(
    tenant: TenantId, item: ItemKey, exempt: Iterable[ExemptItem], today: date
) -> ExemptItem | None:
    """The one that counts: in force before over."""
    own = [one for one in exempt if (one.tenant, one.item) == (tenant, item)]
    return next((one for one in own if one.is_in_force(today)), own[0] if own else None)


def is_exempt(tenant: TenantId, item: ItemKey, exempt: Iterable[ExemptItem], today: date) -> bool:
    found = exemption_of(tenant, item, exempt, today)
    return found is not None and found.is_in_force(today)


def was_exempt(tenant: TenantId, item: ItemKey, exempt: Iterable[ExemptItem], today: date) -> bool:
    """What was set while it was exempt is no word on what is sold."""
    found = exemption_of(tenant, item, exempt, today)
    return found is not None and not found.is_in_force(today)


def mistakes(exempt: Iterable[ExemptItem]) -> Iterator[str]:
    for one in exempt:
        if one.until is not None and not one.reason.strip():
            yield f"the exemption of {one.item} at tenant {one.tenant} says no reason (R10)"
