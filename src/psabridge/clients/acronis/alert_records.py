"""What the alert manager answers. Its ids come in either case and are compared without case (Ac32)."""

from pydantic import Field, JsonValue

from psabridge.clients.acronis.wire import Cursors, Moment, Record


class AlertTenant(Record):
    id: str  # the numeric id, as text (Ac31)
    locator: str
    uuid: str | None = None  # not in the document; used where present (Ac31)


class Alert(Record):
    id: str
    type: str
    severity: str
    category: str
    tenant: AlertTenant
    created_at: Moment = Field(alias="createdAt")
    received_at: Moment = Field(alias="receivedAt")
    updated_at: Moment = Field(alias="updatedAt")
    deleted_at: Moment | None = Field(default=None, alias="deletedAt")
    details: dict[str, JsonValue] | None = None
    false_positive: bool | None = Field(default=None, alias="falsePositive")

    @property
    def key(self) -> str:
        return self.id.lower()

    @property
    def cleared(self) -> bool:
        return self.deleted_at is not None


class AlertPaging(Record):
    cursors: Cursors = Cursors()


class AlertPage(Record):
    items: tuple[Alert, ...]
    paging: AlertPaging = AlertPaging()


class TenantAlertCount(Record):
    id: str
    locator: str
    total: int


class AlertCount(Record):
    total: int
    severities: dict[str, int] = Field(default_factory=dict)
    types: dict[str, int] = Field(default_factory=dict)
    categories: dict[str, int] = Field(default_factory=dict)
    tenants: tuple[TenantAlertCount, ...] = ()


class AlertStats(Record):
    count: int
    modified_at: Moment | None = Field(default=None, alias="modifiedAt")


class AlertType(Record):
    id: str
    enabled: bool
    severity: str
    category: str
    supported_os: tuple[str, ...] = Field(default=(), alias="supportedOS")
    searchable_details: tuple[str, ...] = Field(default=(), alias="searchableDetails")
    alias: str | None = None


class AlertTypes(Record):
    items: tuple[AlertType, ...]


class AlertCategory(Record):
    name: str
    disabled: bool | None = None
    alias: str | None = None


class AlertCategories(Record):
    items: tuple[AlertCategory, ...]


class CustomerAlertCount(Record):
    customer_id: str
    customer_name: str | None = None
    parents: tuple[str, ...] = ()
    alerts_count: int | None = None


class CustomerAlertCounts(Record):
    items: tuple[CustomerAlertCount, ...]
