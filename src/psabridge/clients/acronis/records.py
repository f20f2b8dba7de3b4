"""What Acronis answers in account management. Open sets of words stay text: the vendor adds to them."""

from pydantic import Field, JsonValue

from psabridge.clients.acronis.wire import Moment, Record

ItemKey = tuple[str, str, str | None]
# Far beyond any life of a token (Ac2), and the last second of all calendars.
LONGEST_LIFE = 5 * 365 * 86400
LAST_SECOND = 253_402_300_799


class TokenAnswer(Record):
    access_token: str = Field(min_length=1, repr=False)
    expires_in: int | None = Field(default=None, ge=0, le=LONGEST_LIFE)
    expires_on: int | None = Field(default=None, ge=0, le=LAST_SECOND)  # Unix seconds


class ClientRecord(Record):
    client_id: str
    tenant_id: str
    type: str | None = None
    status: str | None = None


class Contact(Record):
    types: tuple[str, ...] = ()
    email: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    phone: str | None = None
    website: str | None = None
    city: str | None = None
    country: str | None = None


class UpdateLock(Record):
    enabled: bool
    owner_id: str | None = None


class Tenant(Record):
    """None in a key below the blank line: the answer did not say."""

    id: str
    version: int
    name: str
    kind: str  # root, partner, folder, customer, unit
    parent_id: str
    enabled: bool

    customer_type: str | None = None
    customer_id: str | None = None
    internal_tag: str | None = None
    language: str | None = None
    has_children: bool | None = None
    ancestral_access: bool | None = None  # False: "self-service", out of our sight (ERR-06)
    update_lock: UpdateLock | None = None
    mfa_status: str | None = None
    pricing_mode: str | None = None  # trial, production, suspended
    production_start_date: Moment | None = None
    contact: Contact | None = None
    contacts: tuple[Contact, ...] = ()
    created_at: Moment | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None
    external_operation_status: str | None = None


class TenantIds(Record):
    items: tuple[str, ...]


class SearchHit(Record):
    obj_type: str
    id: str
    parent_id: str
    kind: str | None = None
    name: str | None = None
    login: str | None = None


class SearchAnswer(Record):
    items: tuple[SearchHit, ...]


class Pricing(Record):
    mode: str
    version: int
    currency: str | None = None
    production_start_date: Moment | None = None


class MfaStatus(Record):
    mfa_status: str  # disabled, disable_in_progress, enabled
    update_allowed: bool
    users_count: int
    users_with_totp_enabled_count: int


class Quota(Record):
    value: int | None = None  # None with `stated`: unlimited
    overage: int | None = None
    version: int | None = None

    @property
    def stated(self) -> bool:
        return "value" in self.model_fields_set


class OfferingItem(Record):
    application_id: str
    name: str
    edition: str | None
    usage_name: str
    tenant_id: str
    status: int  # 0 off, 1 on
    type: str  # count, feature, infra
    measurement_unit: str  # bytes, quantity, seconds, n/a
    infra_id: str | None = None
    quota: Quota | None = None
    locked: bool | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None

    @property
    def key(self) -> ItemKey:
        """Identity inside a tenant (Ac15)."""
        return self.application_id, self.name, self.infra_id

    @property
    def on(self) -> bool:
        return self.status == 1


class ItemPrice(Record):
    application_id: str
    name: str
    price: str
    version: int | None = None
    infra_id: str | None = None


class ItemPrices(Record):
    items: tuple[ItemPrice, ...]


class EditionWarnings(Record):
    warnings: tuple[dict[str, JsonValue], ...] = ()


class UsedItem(Record):
    status: int
    quota: Quota | None = None


class Usage(Record):
    """One counter of one tenant for the running period."""

    application_id: str
    name: str
    edition: str | None
    usage_name: str
    type: str
    measurement_unit: str
    range_start: Moment
    value: int = Field(ge=0)  # counted from range_start
    absolute_value: int | None = Field(default=None, ge=0)  # the whole; None: not said
    infra_id: str | None = None
    tenant_uuid: str | None = None
    tenant_id: int | None = None  # the numeric id that alerts use (Ac31)
    offering_item: UsedItem | None = None  # None: counted, but no item of the tenant


class UsageRows(Record):
    items: tuple[Usage, ...]


class TenantUsages(Record):
    tenant: str
    usages: tuple[Usage, ...]


class Infra(Record):
    id: str
    name: str
    location_id: str | None = None
    owner_tenant_id: str | None = None
    platform_owned: bool | None = None
    capabilities: tuple[str, ...] = ()
    backend_type: str | None = None
    url: str | None = None
    version: int | None = None
    readonly: bool | None = None


class Location(Record):
    id: str
    name: str
    owner_tenant_id: str | None = None
    platform_owned: bool | None = None
    version: int | None = None
    readonly: bool | None = None


class LocationIds(Record):
    locations: tuple[str, ...]


class InfraIds(Record):
    infras: tuple[str, ...]


class Application(Record):
    id: str
    name: str
    type: str
    usages: tuple[str, ...] = ()
    api_base_url: str | None = None


class Applications(Record):
    items: tuple[Application, ...]


class TenantApplications(Record):
    tenant: str
    applications: tuple[str, ...]


class Bindings(Record):
    items: tuple[TenantApplications, ...]


class User(Record):
    id: str
    version: int
    tenant_id: str
    login: str
    activated: bool
    enabled: bool
    contact: Contact | None = None
    personal_tenant_id: str | None = None
    mfa_status: str | None = None
    deleted_at: Moment | None = None


class UserMfa(Record):
    mfa_status: str | None = None


class Role(Record):
    trustee_id: str
    trustee_type: str
    tenant_id: str
    role_id: str
    id: str | None = None
    version: int | None = None


class Roles(Record):
    items: tuple[Role, ...]


class Report(Record):
    id: str
    version: int


class StoredReport(Record):
    id: str
    status: str  # in_progress, saved, failed
    report_format: str | None = None
    size: int | None = None
    created_at: Moment | None = None


class StoredReports(Record):
    items: tuple[StoredReport, ...]
