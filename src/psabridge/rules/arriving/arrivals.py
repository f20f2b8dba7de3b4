"""What a cycle knows of companies without a tenant, and what follows from it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from psabridge.rules.plans.arrival_changes import ArrivalChange
from psabridge.rules.plans.plan_making import Made
from psabridge.rules.platform import OfferingItem, TenantUser
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class Begun:
    """A company whose tenant we began to make, and when its activation mail left."""

    at: datetime
    mailed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArrivalMemory:
    """What is kept of companies on their way. `asked_at` None: nobody saw the list yet (ACR-PRV-04)."""

    asked_at: datetime | None = None
    listed: frozenset[CompanyId] = frozenset()
    begun: Mapping[CompanyId, Begun] = field(default_factory=dict)
    elsewhere: Mapping[CompanyId, str] = field(default_factory=dict)  # name of the other pairing


@dataclass(frozen=True, slots=True)
class Inside:
    """What stands in a tenant of ours that is mapped to nobody yet."""

    items: tuple[OfferingItem, ...] = ()
    users: tuple[TenantUser, ...] = ()
    has_second_factor: bool = False
    unread: str = ""  # why it could not be read

    @property
    def admin(self) -> TenantUser | None:
        return next((user for user in self.users if user.is_admin), None)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What one cycle makes of them. `found` are all companies that should have a tenant."""

    made: tuple[Made, ...] = ()
    found: frozenset[CompanyId] = frozenset()
    by_hand: frozenset[CompanyId] = frozenset()
    memory: ArrivalMemory = field(default_factory=ArrivalMemory)
    is_whole: bool = False  # Autotask was asked, and nothing hid a company

    def wants(self, change: ArrivalChange) -> bool:
        return any(made.draft is not None and made.draft.change == change for made in self.made)


NOBODY = Arrivals()
