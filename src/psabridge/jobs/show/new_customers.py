"""What is made for a new customer, as before and after."""

from collections.abc import Mapping

from psabridge.rules.items.labels import amount
from psabridge.rules.plans.arrival_changes import (
    ArrivalChange,
    BeginProduction,
    CreateTenant,
    CreateUser,
    EnableApplication,
    GiveItem,
    MapCustomer,
    RequireSecondFactor,
    SendActivation,
)

_SWITCHES: Mapping[type[ArrivalChange], tuple[str, str]] = {
    EnableApplication: ("off", "on"),
    SendActivation: ("not sent", "sent"),
    RequireSecondFactor: ("off", "on"),
    BeginProduction: ("trial", "production, which cannot be undone"),
}


def arrival_words(change: ArrivalChange) -> tuple[str, str]:
    match change:
        case CreateTenant(who=who):
            return "none", f"a tenant '{who.name}', in trial"
        case GiveItem():
            return _item_words(change)
        case CreateUser(login=login, email=email, first_name=first, last_name=last):
            named = " ".join(filter(None, (first, last)))
            return "none", f"{named}, login {login}, mail {email}, administrator"
        case MapCustomer(who=who):
            return "not mapped", f"mapped to company {who.company}"
    return _SWITCHES[type(change)]


def _item_words(change: GiveItem) -> tuple[str, str]:
    item, wanted = change.before, change.wanted
    unit = "" if item is None else item.unit
    before = "off"
    if item is not None and item.is_on:
        before = _quota(None if item.quota is None else item.quota.value, unit)
    if not wanted.is_on:
        return before, "off"
    return before, _quota(wanted.quota, unit) if wanted.has_quota else "on"


def _quota(value: int | None, unit: str) -> str:
    return "unlimited" if value is None else amount(value, unit)
