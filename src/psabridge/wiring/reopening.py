"""The oldest ticket that "always reopen" would touch, from what is kept: no vendor is asked (R50)."""

from datetime import datetime

from psabridge.engine.ticket_ports import ContractsOnTickets
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.reopening import OldTicket, oldest_touched
from psabridge.store.ticket_endings import ended_stories


def oldest_ticket(
    settings: PairingSettings, contracts: ContractsOnTickets, now: datetime
) -> OldTicket | None:
    pairing = settings.pairing
    _, over = contracts.contracts(pairing)
    found = oldest_touched(ended_stories(pairing), settings, contracts_over=over, now=now)
    return None if found is None else found.named(contracts.names(pairing))
