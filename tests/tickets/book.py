"""The book of tickets in memory: what the store keeps, without a database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from psabridge.engine.ticket_ports import TicketBook
from psabridge.rules.lease import Lease
from psabridge.rules.tickets.alerts import AlertId, BackupAlert
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.looking import Kept, KeptAlert, Looks
from psabridge.rules.tickets.settings import MappedSince
from psabridge.rules.tickets.stories import Closed, NoTicket, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId, ContractId, PairingId, TenantId


class OpenBook(TicketBook, Protocol):
    """A book that a test may look into."""

    mapped: dict[TenantId, datetime]

    @property
    def alerts(self) -> Mapping[AlertId, KeptAlert]: ...

    @property
    def stories(self) -> Mapping[str, Story]: ...

    @property
    def errands(self) -> Mapping[str, Errand]: ...


@dataclass(slots=True)
class MemoryBook:
    """Each call is one commit; a copy is what a backup would hold."""

    seen: Looks = field(default_factory=Looks)
    alerts: dict[AlertId, KeptAlert] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    gone: set[TicketId] = field(default_factory=set)
    errands: dict[str, Errand] = field(default_factory=dict)
    mapped: dict[TenantId, datetime] = field(default_factory=dict)

    def looks(self, pairing: PairingId) -> Looks:
        return self.seen

    def take_in(self, pairing: PairingId, alerts: Sequence[BackupAlert], looks: Looks, lease: Lease) -> None:
        for alert in alerts:
            before = self.alerts.get(alert.id)
            comes_back = before is not None and not before.alert.is_reported and alert.is_reported
            told = None if before is None or comes_back else before.told
            story = "" if before is None else before.story
            self.alerts[alert.id] = KeptAlert(alert, told, story)
        self.seen = looks

    def kept(self, pairing: PairingId) -> Kept:
        live = [one for one in self.alerts.values() if not self._is_over(one)]
        return Kept(
            alerts=tuple(live),
            stories=tuple(self.stories.values()),
            tickets=dict(self.tickets),
            gone=frozenset(self.gone),
            errands=tuple(self.errands.values()),
            begun=self._begun(),
        )

    def _is_over(self, one: KeptAlert) -> bool:
        if one.alert.is_reported:
            return False
        if one.told is None:
            return one.reason not in {None, NoTicket.HELD}
        story = self.stories.get(one.story)
        is_left = story is not None and story.ending is not None and story.ending.by is not Closed.BRIDGE
        return story is None or is_left or one.alert.id not in story.reported

    def _begun(self) -> dict[StormOf, tuple[datetime, ...]]:
        begun: dict[StormOf, list[datetime]] = defaultdict(list)
        for one in self.alerts.values():
            story = self.stories.get(one.story)
            if one.told is not None and story is not None and story.telling is Telling.CONDITION:
                begun[StormOf(story.company, story.type)].append(one.alert.raised_at)
        return {storm: tuple(times) for storm, times in begun.items()}

    def knows(self, pairing: PairingId, external_ids: Iterable[str]) -> bool:
        return set(external_ids) <= {*self.stories, *self.errands}

    def count_misses(self, pairing: PairingId, missing: Iterable[AlertId], lease: Lease) -> None:
        gone = set(missing)
        for key, one in self.alerts.items():
            self.alerts[key] = replace(one, misses=one.misses + 1 if key in gone else 0)

    def clear_vanished(
        self, pairing: PairingId, alerts: Iterable[AlertId], at: datetime, lease: Lease
    ) -> None:
        for key in alerts:
            one = self.alerts[key]
            self.alerts[key] = replace(one, alert=replace(one.alert, cleared_at=at))

    def keep_tickets(
        self, pairing: PairingId, tickets: Iterable[Ticket], gone: Iterable[TicketId], lease: Lease
    ) -> None:
        for ticket in tickets:
            story = self.stories.get(ticket.external_id)
            if story is not None and story.ticket in {None, ticket.id}:
                self.tickets[ticket.external_id] = ticket
                self.gone.discard(ticket.id)
        self.gone |= set(gone)

    def keep_stories(self, pairing: PairingId, stories: Iterable[Story], lease: Lease) -> None:
        self.stories.update({story.external_id: story for story in stories})

    def keep_reasons(self, pairing: PairingId, reasons: Mapping[AlertId, NoTicket], lease: Lease) -> None:
        for key, one in self.alerts.items():
            if not self._is_over(one):
                self.alerts[key] = replace(one, reason=reasons.get(key))

    def arm(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        assert errand.key not in self.errands, f"{errand.key} has an errand already"
        self.errands[errand.key] = errand

    def save(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        self.errands[errand.key] = errand

    def finish(self, pairing: PairingId, errand: Errand, story: Story, lease: Lease) -> None:
        self.stories[story.external_id] = story
        for key, fingerprint in errand.step.told.items():
            one = self.alerts[key]
            self.alerts[key] = replace(one, told=fingerprint, story=story.external_id, reason=None)
        del self.errands[errand.key]

    def drop(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        del self.errands[errand.key]

    def remember_mapped(
        self, pairing: PairingId, tenants: Iterable[TenantId], at: datetime
    ) -> tuple[MappedSince, ...]:
        self.mapped = {tenant: self.mapped.get(tenant, at) for tenant in tenants}
        return tuple(MappedSince(tenant, since) for tenant, since in self.mapped.items())


class FreeLeases:
    """One process, one cycle at a time."""

    @contextmanager
    def hold(self, pairing: PairingId, *, length: timedelta) -> Iterator[Lease]:
        yield Lease(1, 1)

    def renew(self, lease: Lease, *, length: timedelta) -> None: ...


@dataclass(slots=True)
class NoContracts:
    of: dict[CompanyId, ContractId] = field(default_factory=dict)
    over: frozenset[ContractId] = frozenset()

    def names(self, pairing: PairingId) -> Mapping[CompanyId, str]:
        return {}

    def contracts(self, pairing: PairingId) -> tuple[Mapping[CompanyId, ContractId], frozenset[ContractId]]:
        return self.of, self.over
