"""The Provisioning port over Acronis: a new customer's tenant, first user, second factor and mode."""

from dataclasses import dataclass

from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.acronis.forms import NewTenant, NewUser, RoleGrant, UserContactForm
from psabridge.clients.acronis.records import User
from psabridge.clients.acronis.user_calls import LoginState
from psabridge.connectors.acronis import words
from psabridge.rules.plans.arrival_changes import CreateUser, Newcomer
from psabridge.rules.platform import PricingMode, Tenant, TenantUser
from psabridge.rules.words import TenantId

# docs/vendors/acronis.md Ac26: the role of a customer's administrator.
_ADMIN = "company_admin"


@dataclass(frozen=True, slots=True)
class AcronisProvisioning:
    client: AcronisClient

    def find_tenant(self, tag: str) -> Tenant | None:
        found = self.client.tenants_below(self.client.own_tenant()).tenants
        return next((words.tenant_of(one) for one in found if one.internal_tag == tag), None)

    def create_tenant(self, who: Newcomer) -> TenantId:
        """Below us. It begins in trial, whatever was ordered (Ac13)."""
        parent = self.client.own_tenant()
        form = NewTenant(name=who.name, parent_id=parent, kind="customer", internal_tag=who.tag)
        return TenantId(self.client.create_tenant(form).id)

    def enable_application(self, tenant: TenantId, application: str) -> None:
        self.client.bind_application(application, tenant)

    def users(self, tenant: TenantId) -> tuple[TenantUser, ...]:
        found = self.client.users.of_tenant(tenant).items
        return tuple(self._user(one, tenant) for one in found if one.deleted_at is None)

    def is_free(self, login: str) -> bool | None:
        state = self.client.users.check_login(login)
        return None if state is LoginState.NOT_ACCEPTABLE else state is LoginState.FREE

    def create_user(self, tenant: TenantId, login: str, wanted: CreateUser) -> str:
        contact = UserContactForm(
            email=wanted.email, firstname=wanted.first_name or None, lastname=wanted.last_name or None
        )
        return self.client.users.create(NewUser(tenant_id=tenant, login=login, contact=contact)).id

    def make_admin(self, tenant: TenantId, user: str) -> None:
        """A fresh user has no role (Ac25); all its roles are replaced (Ac26)."""
        self.client.users.replace_roles(user, [RoleGrant(trustee_id=user, tenant_id=tenant, role_id=_ADMIN)])

    def send_activation(self, user: str) -> None:
        self.client.users.send_activation_mail(user)

    def has_second_factor(self, tenant: TenantId) -> bool:
        return self.client.mfa(tenant).mfa_status == "enabled"

    def may_change_second_factor(self, tenant: TenantId) -> bool:
        return self.client.mfa(tenant).update_allowed

    def require_second_factor(self, tenant: TenantId) -> None:
        self.client.set_mfa(tenant, enabled=True)

    def is_in_production(self, tenant: TenantId) -> bool:
        return self.client.pricing(tenant).mode == PricingMode.PRODUCTION

    def begin_production(self, tenant: TenantId) -> None:
        version = self.client.pricing(tenant).version
        self.client.set_pricing(tenant, version=version, mode=PricingMode.PRODUCTION.value)

    def _user(self, record: User, tenant: TenantId) -> TenantUser:
        roles = self.client.users.roles(record.id)
        is_admin = any(role.role_id == _ADMIN and role.tenant_id == tenant for role in roles)
        return TenantUser(record.id, record.login, record.activated, is_admin)
