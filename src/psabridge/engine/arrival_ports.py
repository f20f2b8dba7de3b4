"""What the engine asks of the outside to make new customers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from psabridge.rules.arriving.arrivals import ArrivalMemory
from psabridge.rules.plans.arrival_changes import CreateUser, Newcomer
from psabridge.rules.platform import Tenant, TenantUser
from psabridge.rules.settings import CustomerMapping
from psabridge.rules.words import CompanyId, PairingId, TenantId


class Provisioning(Protocol):
    """What makes a new customer on the platform. Writes raise NotSent, Busy, Refused, OutcomeUnknown."""

    def find_tenant(self, tag: str) -> Tenant | None:
        """The tenant with this mark, read now (R32)."""

    def create_tenant(self, who: Newcomer) -> TenantId: ...

    def enable_application(self, tenant: TenantId, application: str) -> None:
        """Absolute: asked again it does nothing more."""

    def users(self, tenant: TenantId) -> tuple[TenantUser, ...]: ...

    def is_free(self, login: str) -> bool | None:
        """None: it cannot be a login at all."""

    def create_user(self, tenant: TenantId, login: str, wanted: CreateUser) -> str: ...

    def make_admin(self, tenant: TenantId, user: str) -> None: ...

    def send_activation(self, user: str) -> None:
        """Whether it was sent cannot be asked."""

    def has_second_factor(self, tenant: TenantId) -> bool: ...

    def may_change_second_factor(self, tenant: TenantId) -> bool: ...

    def require_second_factor(self, tenant: TenantId) -> None: ...

    def is_in_production(self, tenant: TenantId) -> bool: ...

    def begin_production(self, tenant: TenantId) -> None:
        """Once and never back (LIM-14)."""


class ArrivalBook(Protocol):
    """What is kept of companies on their way to a tenant."""

    def memory(self, pairing: PairingId) -> ArrivalMemory: ...

    def begin(self, pairing: PairingId, company: CompanyId, at: datetime) -> None:
        """Committed before the tenant is asked for."""

    def note_mail(self, pairing: PairingId, company: CompanyId, at: datetime) -> None: ...

    def keep_list(self, pairing: PairingId, companies: Iterable[CompanyId], at: datetime) -> None:
        """The list that a person decides about once (ACR-PRV-04)."""

    def forget_list(self, pairing: PairingId) -> None:
        """No customers are created any more: switched on again, the list is asked again."""

    def forget(self, pairing: PairingId, companies: Iterable[CompanyId]) -> None:
        """They are customers now."""

    def map_customer(self, pairing: PairingId, mapping: CustomerMapping, *, who: str, at: datetime) -> None:
        """Map the company and take it off the book. Raises Refused where its tenant has another company."""
