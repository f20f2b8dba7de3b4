"""What the engine asks of the outside to turn alerts into tickets."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from psabridge.kit.clock import Clock
from psabridge.rules.lease import Lease
from psabridge.rules.tickets.alerts import AlertId, AlertRead, AlertType, BackupAlert, Probe
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.lists import TicketLists
from psabridge.rules.tickets.looking import Kept, Looks
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import MappedSince, TicketSettings
from psabridge.rules.tickets.stories import NoTicket, Story, Ticket, TicketId
from psabridge.rules.words import CompanyId, ContractId, PairingId, TenantId


class Alerts(Protocol):
    """The alerts of a backup platform, in our words."""

    def probe(self) -> Probe: ...

    def changed_since(self, moment: datetime) -> AlertRead:
        """Raised, changed and cleared since then, in one stream; oldest change first."""

    def reported(self) -> AlertRead:
        """All that are reported now, whatever their age. Those of disabled types are not among them."""

    def types(self) -> tuple[AlertType, ...]: ...

    def dismiss(self, alert: AlertId) -> None:
        """Exactly this one; one that is gone is as good. Raises NotSent, Busy, Refused, OutcomeUnknown."""

    def calls(self) -> int: ...


class HelpDesk(Protocol):
    """Tickets of Autotask, in our words. Writes raise NotSent, Busy, Refused, OutcomeUnknown."""

    def changed_since(self, moment: datetime) -> tuple[Ticket, ...]:
        """Our tickets (by the shape of their external id) on which something happened since then."""

    def tickets(self, tickets: Iterable[TicketId]) -> Mapping[TicketId, Ticket]:
        """As they stand now. One that is absent was deleted or merged away. Raises Unreadable."""

    def find(self, external_ids: Iterable[str]) -> Mapping[str, tuple[Ticket, ...]]:
        """Tickets with these external ids, lowest number first. Absent: none."""

    def stories_of(self, keys: Iterable[str]) -> tuple[Ticket, ...]:
        """All tickets of these conditions, whatever their story number: after a lost database (R49)."""

    def create(
        self,
        wanted: CreateTicket,
        *,
        external_id: str,
        company: CompanyId,
        contract: ContractId | None,
        settings: TicketSettings,
        now: datetime,
    ) -> TicketId: ...

    def notes(self, ticket: TicketId) -> tuple[str, ...]:
        """Texts of its notes, to find a marker. Raises Refused (MISSING) where the ticket is gone."""

    def add_note(self, ticket: TicketId, *, title: str, text: str, settings: TicketSettings) -> None: ...

    def set_status(self, ticket: TicketId, status: int) -> None: ...

    def company_names(self, companies: Iterable[CompanyId]) -> Mapping[CompanyId, str]:
        """Absent: not in Autotask, hidden from its API user, or not readable."""

    def lists(self) -> TicketLists:
        """Autotask's own lists for the fields of tickets and notes (R45)."""

    def calls(self) -> int: ...


class TicketBook(Protocol):
    """What is kept of alerts, stories and errands. Each call commits on its own, under the tickets' lease."""

    def looks(self, pairing: PairingId) -> Looks:
        """How far alerts and tickets were read."""

    def take_in(self, pairing: PairingId, alerts: Sequence[BackupAlert], looks: Looks, lease: Lease) -> None:
        """Keep alerts as the platform shows them and how far was read, in one commit. Raises LeaseLost.

        One that vanished and is there again is as if it were new.
        """

    def kept(self, pairing: PairingId) -> Kept:
        """Everything that is not over: alerts, stories, tickets, errands."""

    def knows(self, pairing: PairingId, external_ids: Iterable[str]) -> bool:
        """Whether all of these are stories that are kept, or that have a step on its way."""

    def count_misses(self, pairing: PairingId, missing: Iterable[AlertId], lease: Lease) -> None:
        """Reported alerts that a complete read did not show; of all others the count is 0 again (R52)."""

    def clear_vanished(
        self, pairing: PairingId, alerts: Iterable[AlertId], at: datetime, lease: Lease
    ) -> None:
        """A person, or the setting, takes them for cleared (R52)."""

    def keep_tickets(
        self, pairing: PairingId, tickets: Iterable[Ticket], gone: Iterable[TicketId], lease: Lease
    ) -> None:
        """Tickets as Autotask shows them; those that are gone. One that is not its story's is left out."""

    def keep_stories(self, pairing: PairingId, stories: Iterable[Story], lease: Lease) -> None:
        """Endings as they were read."""

    def keep_reasons(self, pairing: PairingId, reasons: Mapping[AlertId, NoTicket], lease: Lease) -> None:
        """Why alerts stand in no ticket now; of all others none holds (R53)."""

    def arm(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        """Commit a step before its first write leaves. One open errand for each story. Raises LeaseLost."""

    def save(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        """Commit how its writes stand. Raises LeaseLost."""

    def finish(self, pairing: PairingId, errand: Errand, story: Story, lease: Lease) -> None:
        """All writes are settled: the story as it stands, its alerts told, the errand gone; one commit."""

    def drop(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        """Nothing of it stays open: it is planned anew, or what it did changes nothing of its story."""

    def remember_mapped(
        self, pairing: PairingId, tenants: Iterable[TenantId], at: datetime
    ) -> tuple[MappedSince, ...]:
        """Note since when tenants are mapped; those known keep their time (ACR-TKT-04)."""


class TicketLeases(Protocol):
    """One ticket cycle of a pairing at a time, beside its billing cycle (decision 0017)."""

    def hold(self, pairing: PairingId, *, length: timedelta) -> AbstractContextManager[Lease]: ...

    def renew(self, lease: Lease, *, length: timedelta) -> None: ...


class ContractsOnTickets(Protocol):
    def contracts(self, pairing: PairingId) -> tuple[Mapping[CompanyId, ContractId], frozenset[ContractId]]:
        """Which contract a company's new tickets carry, and which contracts are over (ACR-TKT-14, R50)."""

    def names(self, pairing: PairingId) -> Mapping[CompanyId, str]:
        """Of mapped companies, as the billing cycle read them last."""


@dataclass(frozen=True, slots=True)
class TicketPorts:
    """Everything a ticket cycle of one pairing reaches for."""

    alerts: Alerts
    desk: HelpDesk
    book: TicketBook
    leases: TicketLeases
    contracts: ContractsOnTickets
    clock: Clock
