"""Since when tenants are mapped (ACR-TKT-04): among the settings, so that it is exported and imported too."""

from collections.abc import Iterable
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
    """It is a fact, not a decision: the version stays."""
    told = [MappedSince(tenant, at) for tenant in tenants]
    known = tickets_in(Pairing.objects.get(pk=pairing)).mapped_since
    if {one.tenant for one in told} <= {one.tenant for one in known}:
        return known
    with transaction.atomic():
        row = Pairing.objects.select_for_update().get(pk=pairing)
        tickets = tickets_in(row)
        since = known_first(tickets.mapped_since, told)
        row.settings = {**row.settings, TICKETS: to_plain(replace(tickets, mapped_since=since))}
        row.save(update_fields=["settings"])
    return since


def with_known_times(settings: PairingSettings, row: Pairing) -> PairingSettings:
    """Times noted since a person, or a cycle, read these settings are not lost by saving them."""
    tickets = settings.tickets
    since = known_first(tickets_in(row).mapped_since, tickets.mapped_since)
    return replace(settings, tickets=replace(tickets, mapped_since=since))
