"""Names of companies in steps of tickets, for people."""

from collections.abc import Iterable, Mapping

from psabridge.engine.ticket_ports import TicketPorts
from psabridge.rules.words import CompanyId, PairingId


def known_names(
    ports: TicketPorts, pairing: PairingId, companies: Iterable[CompanyId]
) -> Mapping[CompanyId, str]:
    """As far as the billing cycle read them: Autotask is not asked."""
    asked = set(companies)
    known = ports.contracts.names(pairing) if asked else {}
    return {company: known[company] for company in asked if company in known}


def names_of(
    ports: TicketPorts, pairing: PairingId, companies: Iterable[CompanyId]
) -> Mapping[CompanyId, str]:
    """Autotask is asked for what no billing cycle has read yet."""
    asked = set(companies)
    known = known_names(ports, pairing, asked)
    return {**known, **ports.desk.company_names(asked - set(known))} if asked - set(known) else known
