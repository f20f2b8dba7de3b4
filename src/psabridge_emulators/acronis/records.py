"""What the emulated vendor keeps. Mutable on purpose: this is the world, not a message."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psabridge_emulators.acronis.catalogue import ItemKind

ItemKey = tuple[str, str, str | None]  # application, name, storage (acronis-api.md 6.1)
ReadingKey = tuple[str, str | None, str | None]  # usage name, edition, storage


@dataclass(slots=True)
class Quota:
    value: int | None = None
    overage: int | None = None
    version: int = 0


@dataclass(slots=True)
class Item:
    kind: ItemKind
    tenant_id: str
    infra_id: str | None
    status: int
    quota: Quota | None
    updated_at: datetime
    text: str = ""  # the encoded row, empty when it has to be written anew

    @property
    def key(self) -> ItemKey:
        return (self.kind.application_id, self.kind.name, self.infra_id)

    @property
    def reading_key(self) -> ReadingKey:
        return (self.kind.usage_name, self.kind.edition, self.infra_id)


@dataclass(frozen=True, slots=True)
class Level:
    """What a usage stood at from `since` on."""

    since: datetime
    value: int  # counted from the start of the month it was set in
    absolute: int


@dataclass(slots=True)
class Tenant:
    id: str
    numeric_id: int
    name: str
    kind: str
    parent_id: str
    created_at: datetime
    updated_at: datetime
    level: int = 0
    version: int = 1
    deleted_at: datetime | None = None
    enabled: bool = True
    customer_type: str = "default"
    customer_id: str | None = None
    internal_tag: str | None = None
    language: str = "en"
    default_idp_id: str | None = None
    ancestral_access: bool = True
    lock_owner: str | None = None
    locked: bool = False
    enhanced_security: bool = False
    external_operation_status: str | None = None
    contact: dict[str, Any] | None = None
    billing_contact: dict[str, Any] | None = None
    mode: str = "production"
    currency: str | None = None
    pricing_version: int = 0
    production_start: datetime | None = None
    mfa: bool = False
    mfa_update_allowed: bool = True
    edition: str | None = None
    applications: list[str] = field(default_factory=list)
    items: dict[ItemKey, Item] = field(default_factory=dict)
    readings: dict[ReadingKey, list[Level]] = field(default_factory=dict)
    withheld: set[tuple[str, str | None]] = field(default_factory=set)  # readings that do not arrive
    unreported: bool = False  # no usage of this tenant arrives at all
    prices: dict[ItemKey, tuple[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Location:
    id: str
    name: str
    owner_id: str
    platform_owned: bool
    version: int = 1


@dataclass(slots=True)
class Infra:
    id: str
    name: str
    location_id: str
    owner_id: str
    platform_owned: bool
    backend_type: str | None
    capabilities: tuple[str, ...]
    url: str
    content_url: str | None = None
    content_mobile_url: str | None = None
    version: int = 1


@dataclass(slots=True)
class User:
    id: str
    tenant_id: str
    login: str
    contact: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    version: int = 1
    deleted_at: datetime | None = None
    enabled: bool = True
    activated: bool = False
    mfa: bool = False
    language: str = "en"
    business_types: list[str] = field(default_factory=list)
    notifications: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    personal_tenant_id: str | None = None
    policies: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Alert:
    id: str
    tenant_id: str
    type: str
    severity: str
    category: str
    created: int  # Unix nanoseconds, the producer's clock
    received: int
    updated: int
    details: dict[str, Any] | None
    deleted: int | None = None
    source: str | None = None
    source_stamp: int | None = None
    affinity: str | None = None
    false_positive: bool = False
    cleared_by: str | None = None  # not told by the vendor
    shown_from: int = 0  # reads show it as it stands from then on
    earlier: "Alert | None" = None  # and like this until then


@dataclass(slots=True)
class StoredReport:
    id: str
    format: str
    text: str | None = None


@dataclass(slots=True)
class Report:
    id: str
    order: dict[str, Any]
    created_at: datetime
    version: int
    stored: list[StoredReport] = field(default_factory=list)


@dataclass(slots=True)
class Switches:
    """What the vendor may do one way or the other; README.md says which doubt each stands for."""

    token_seconds: int = 7200
    usage_refresh_minutes: int = 0
    refusal_with_usage: int = 400
    check_usage_false_skips: bool = False
    several_editions: bool = False
    items_need_binding: bool = False
    quota_version_optional: bool = False
    policies_need_full_rows: bool = False
    partner_usage_sums: bool = True
    self_service_hides_usage: bool = False
    users_me_for_clients: bool = False
    recipients_may_be_empty: bool = True
    report_minutes: int = 5
    report_history_missing: bool = False
    alerts_carry_tenant_uuid: bool = False
    alert_limit_default: int = 50
    alert_limit_max: int = 1000
    alert_repeats_keep_id: bool = False
    alerts_lag_seconds: int = 0
    alert_stats_lag_seconds: int = 0


@dataclass(slots=True)
class Token:
    value: str
    expires_at: datetime
