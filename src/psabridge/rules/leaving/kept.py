"""What is kept of a tenant between cycles: the days counted so far, and what the bridge did to it.

With the database lost nothing is kept, so that every count begins at 0 (ACR-DEP-05).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from psabridge.rules.platform import Tenant
from psabridge.rules.words import CompanyId, ContractId, LineId

# After this an unanswered request is dead and a read shows everything older (protocol.md, μ and λ).
LATE = timedelta(minutes=70)


class TenantState(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, order=True)
class Addition:
    """A live line of a mapped service, as it was last seen."""

    line: LineId
    contract: ContractId


class Ground(StrEnum):
    """Why days are counted for a customer (R21)."""

    ENDED = "everything that was sold to it has ended"
    CONFIRMED = "a person confirmed that it has left"


@dataclass(frozen=True, slots=True)
class LeavingCount:
    """Whole readable days without a live addition. Never reckoned from two dates."""

    company: CompanyId
    epoch: int  # of the installation: what was counted before a restore counts no more
    sold: tuple[Addition, ...] = ()  # what was live when something last was (R21)
    live_on: date | None = None  # last day something was live although a person had confirmed that it left
    ground: Ground | None = None  # None: nothing is counted
    days: int = 0
    day: date | None = None  # the last day that was looked at; it counts when a later one is
    is_whole: bool = False  # every look of that day was complete, and found nothing live
    pause: str = ""  # why that day does not count

    @property
    def is_running(self) -> bool:
        return self.ground is not None

    def cleared(self) -> "LeavingCount":
        return LeavingCount(self.company, self.epoch, self.sold, self.live_on)


@dataclass(frozen=True, slots=True)
class Disabling:
    """The bridge asked for a tenant to be disabled. Kept from before the request until it is undone."""

    sent_at: datetime
    days: int  # counted then
    version: int | None = None  # the tenant's afterwards; None: not known, so it may be another's doing
    confirmed_at: datetime | None = None  # a later read showed it (R37)
    deletion_sent_at: datetime | None = None
    gone_at: datetime | None = None
    asked_version: int | None = None  # the tenant's when it was asked for; None: asked by an earlier version

    def still_holds(self, tenant: Tenant) -> bool:
        """The bridge disabled it, and nobody touched it since: then its version is the same (R34)."""
        return not tenant.is_enabled and self.version is not None and self.version == tenant.version

    def may_be_late(self, at: datetime) -> bool:
        return at - self.sent_at <= LATE


@dataclass(frozen=True, slots=True)
class Kept:
    count: LeavingCount
    disabling: Disabling | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """For the audit: who did what to whom, and why."""

    at: datetime
    who: str
    what: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class AsSeen:
    """A disabling after another read. `is_reopened`: somebody enabled what the bridge had disabled.

    Without an answer the tenant's version tells whether the request had landed, or somebody else was at it.
    """

    disabling: Disabling | None = field(default=None)
    is_reopened: bool = False

    @classmethod
    def of(cls, done: Disabling, tenant: Tenant | None, *, at: datetime, all_listed: bool) -> Self:
        """Settled by reading back: absolute states need no other proof (design section 7)."""
        if tenant is None or tenant.is_deleted:
            return cls(_absent(done, at=at, all_listed=all_listed))
        if not tenant.is_enabled:
            return cls(_disabled(done, tenant, at))
        if done.may_be_late(at):
            return cls(done)
        was_answered = done.version is not None
        return cls(is_reopened=was_answered or done.asked_version not in {None, tenant.version})


def _disabled(done: Disabling, tenant: Tenant, at: datetime) -> Disabling | None:
    """Found disabled long after a lost answer it may be anybody's: it is kept for the day it is enabled."""
    if done.gone_at is not None:
        return None  # restored by a person: no longer ours
    if done.version is None:
        return replace(done, version=tenant.version, confirmed_at=at) if done.may_be_late(at) else done
    return replace(done, confirmed_at=done.confirmed_at or at) if done.still_holds(tenant) else done


def _absent(done: Disabling, *, at: datetime, all_listed: bool) -> Disabling:
    """Gone because we asked for it; without that it is out of sight, and nothing follows (R38)."""
    if done.deletion_sent_at is None or not all_listed:
        return done
    return replace(done, gone_at=done.gone_at or at)
