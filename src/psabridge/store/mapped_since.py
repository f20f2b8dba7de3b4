"""Since when tenants are mapped (ACR-TKT-04): among the settings, so that it is exported and imported too."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.settings import MappedSince, TicketSettings, known_first
from psabridge.rules.words import PairingId, TenantId
from psabridge.store.codec import from_plain, to_plain
from psabridge.store.models import Pairing

TICKETS = "tickets"


def tickets_in(row: Pairing) -> TicketSettings:
    return from_plain(row.settings.get(TICKETS, {}), TicketSettings)


def remember_mapped(pairing: PairingId, tenants: Iterable[TenantId], at: datetime) -> tuple[MappedSince, ...]:
    """It is a fact, not a decision: the version stays. One that is mapped again later begins anew."""
    told = [MappedSince(tenant, at) for tenant in tenants]
    known = tickets_in(Pairing.objects.get(pk=pairing)).mapped_since
    if {one.tenant for one in told} == {one.tenant for one in known}:
        return known
    with transaction.atomic():
        row = Pairing.objects.select_for_update().get(pk=pairing)
        tickets = tickets_in(row)
        since = _of({one.tenant for one in told}, known_first(tickets.mapped_since, told))
        row.settings = {**row.settings, TICKETS: to_plain(replace(tickets, mapped_since=since))}
        row.save(update_fields=["settings"])
    return since


def with_known_times(settings: PairingSettings, row: Pairing, now: datetime | None) -> PairingSettings:
    """Times noted since a person, or a cycle, read these settings are not lost by saving them.

    While tickets are on, or now that they are, a tenant without a time is mapped now: what is raised before
    the next ticket cycle is raised after the mapping. Without `now` that cycle notes the time.
    """
    tickets = settings.tickets
    mapped = {customer.tenant for customer in settings.customers}
    begun = [MappedSince(tenant, now) for tenant in mapped] if tickets.is_on and now is not None else []
    known = known_first(tickets_in(row).mapped_since, known_first(tickets.mapped_since, begun))
    since = _of(mapped, known)
    return replace(settings, tickets=replace(tickets, mapped_since=since))


def _of(tenants: Collection[TenantId], since: Iterable[MappedSince]) -> tuple[MappedSince, ...]:
    return tuple(one for one in since if one.tenant in tenants)
