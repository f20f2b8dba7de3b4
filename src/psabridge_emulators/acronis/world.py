"""The emulated vendor's state, and the builder that scenes and tests use."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from psabridge_emulators.acronis import alert_life, alert_stream, metering, stamps
from psabridge_emulators.acronis.alert_types import ALERT_TYPES, AlertType
from psabridge_emulators.acronis.catalogue import (
    APPLICATIONS,
    CYBER_PROTECTION,
    ITEM_BY_NAME,
    ITEM_OF_USAGE,
    ITEMS,
    PER_WORKLOAD,
    USAGES_WITHOUT_ITEM,
    ItemKind,
    UsageKind,
    edition_of_usage,
    is_item_usage,
)
from psabridge_emulators.acronis.presenting import item_row
from psabridge_emulators.acronis.records import (
    Alert,
    Infra,
    Item,
    Level,
    Location,
    Quota,
    ReadingKey,
    Report,
    Switches,
    Tenant,
    Token,
    User,
)

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PROVIDERS = ("root", "partner", "folder")


class AcronisWorld:
    """One partner's data center account. Time only enters through `advance`."""

    def __init__(self, seed: int = 1, now: datetime = BEGINNING) -> None:
        self.now = now
        self.switches = Switches()
        self.tenants: dict[str, Tenant] = {}
        self.children: dict[str, list[str]] = {}
        self.by_number: dict[int, str] = {}
        self.locations: dict[str, Location] = {}
        self.infras: dict[str, Infra] = {}
        self.users: dict[str, User] = {}
        self.alerts: dict[str, Alert] = {}
        self.alert_types: dict[str, AlertType] = {kind.id: kind for kind in ALERT_TYPES}
        self.disabled_alert_types: set[str] = set()
        self.alert_plans = alert_life.Plans()
        self.alert_stream: alert_stream.Stream | None = None
        self.reports: dict[str, Report] = {}
        self.tokens: dict[str, Token] = {}
        self.mails: list[dict[str, Any]] = []
        self.ledger: list[dict[str, Any]] = []
        self.usages_without_item: dict[str, UsageKind] = dict(USAGES_WITHOUT_ITEM)
        self.client_enabled = True
        self.client_seen_at: datetime | None = None
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"acronis-emulator:{seed}")
        self._count = 0
        self._number = 0
        self._trials: set[str] = set()
        self.vendor_id = self._plant("Vendor", "root", None)
        self._number = 49
        self.client_id = self.new_id("client")
        self.client_secret = self.new_id("secret").replace("-", "")
        self.root_id = self._plant("Partner", "partner", self.vendor_id)
        self._give_everything(self.tenants[self.root_id])

    # ---- identity and time

    def new_id(self, what: str) -> str:
        self._count += 1
        return str(uuid.uuid5(self._space, f"{what}:{self._count}"))

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def stamp(self, before: int = 0) -> int:
        """A version like those of pricing and quotas: milliseconds, and always above the last one."""
        return max(stamps.milliseconds(self.now), before + 1)

    def advance(self, now: datetime) -> None:
        """Time has come to `now`: trials become production (acronis-api.md 3.3), alerts come and go."""
        self.now = max(self.now, now)
        for tenant_id in sorted(self._trials):
            tenant = self.tenants[tenant_id]
            ends = stamps.trial_end(tenant.created_at)
            if ends <= self.now:
                self.set_mode(tenant, "production", ends)
        alert_stream.pass_time(self)
        alert_life.pass_time(self)

    def set_mode(self, tenant: Tenant, mode: str, since: datetime) -> None:
        tenant.mode = mode
        tenant.production_start = since if mode == "production" else None
        tenant.pricing_version = self.stamp(tenant.pricing_version)
        (self._trials.add if mode == "trial" else self._trials.discard)(tenant.id)
        self.touch(tenant)

    def touch(self, tenant: Tenant) -> None:
        tenant.version += 1
        tenant.updated_at = self.now

    # ---- the tree

    def _plant(self, name: str, kind: str, parent_id: str | None) -> str:
        tenant_id = self.new_id("tenant")
        tenant = Tenant(
            id=tenant_id,
            numeric_id=self.new_number(),
            name=name,
            kind=kind,
            parent_id=parent_id or tenant_id,
            created_at=self.now,
            updated_at=self.now,
            level=0 if parent_id is None else self.tenants[parent_id].level + 1,
            production_start=self.now,
            pricing_version=stamps.milliseconds(self.now),
            applications=list(APPLICATIONS) if kind in PROVIDERS else [],
        )
        self.tenants[tenant_id] = tenant
        self.by_number[tenant.numeric_id] = tenant_id
        if parent_id is not None:
            self.children.setdefault(parent_id, []).append(tenant_id)
        return tenant_id

    def create_tenant(self, name: str, kind: str, parent_id: str, mode: str) -> Tenant:
        tenant = self.tenants[self._plant(name, kind, parent_id)]
        tenant.applications = []
        if mode != "production":
            tenant.mode, tenant.production_start = mode, None
        if mode == "trial":
            self._trials.add(tenant.id)
        return tenant

    def ancestry(self, tenant: Tenant) -> Iterator[Tenant]:
        """The tenant itself, then upwards to the vendor's own root."""
        yield tenant
        while tenant.id != tenant.parent_id:
            tenant = self.tenants[tenant.parent_id]
            yield tenant

    def in_scope(self, tenant: Tenant) -> bool:
        return any(above.id == self.root_id for above in self.ancestry(tenant))

    def hidden(self, tenant: Tenant) -> bool:
        """Self-service: a customer on the way up shut out its ancestors' administrators."""
        return any(not above.ancestral_access for above in self.ancestry(tenant) if above.id != self.root_id)

    def live_children(self, tenant_id: str) -> list[Tenant]:
        found = (self.tenants[child] for child in self.children.get(tenant_id, ()))
        return [tenant for tenant in found if tenant.deleted_at is None]

    def subtree(self, root_id: str, *, deleted: bool = False) -> list[Tenant]:
        """The root and all below by level, so that parents come before children (acronis-api.md 3.2)."""
        row, found = [self.tenants[root_id]], []
        while row:
            found += row
            below = (child for tenant in row for child in self.children.get(tenant.id, ()))
            row = [self.tenants[child] for child in below]
        return found if deleted else [tenant for tenant in found if tenant.deleted_at is None]

    def move(self, tenant: Tenant, parent_id: str) -> None:
        parent = self.tenants[parent_id]  # nothing is taken away before it has a new place
        self.children[tenant.parent_id].remove(tenant.id)
        self.children.setdefault(parent.id, []).append(tenant.id)
        tenant.parent_id = parent.id
        for below in self.subtree(tenant.id, deleted=True):
            below.level = self.tenants[below.parent_id].level + 1

    def name_taken(self, name: str, parent_id: str, but: str = "") -> bool:
        return any(sibling.name == name and sibling.id != but for sibling in self.live_children(parent_id))

    def provider(self, tenant: Tenant) -> Tenant:
        """Who gives a tenant its items: the parent, looking through folders."""
        parent = self.tenants[tenant.parent_id]
        return self.provider(parent) if parent.kind == "folder" else parent

    def active_edition(self, tenant: Tenant) -> str | None:
        """The edition of Cyber Protection a tenant has, else the one it was made for."""
        for item in tenant.items.values():
            kind = item.kind
            if item.status == 1 and kind.application_id == CYBER_PROTECTION and kind.edition is not None:
                return tenant.edition if tenant.kind in PROVIDERS else kind.edition
        return tenant.edition

    # ---- building

    def add_location(self, name: str, *, platform_owned: bool = True) -> str:
        location_id = self.new_id("location")
        owner = self.vendor_id if platform_owned else self.root_id
        self.locations[location_id] = Location(location_id, name, owner, platform_owned)
        return location_id

    def add_infra(
        self,
        location_id: str,
        name: str,
        backend_type: str | None = "acronis",
        capabilities: tuple[str, ...] = ("backup",),
        *,
        platform_owned: bool = True,
    ) -> str:
        infra_id = self.new_id("infra")
        owner = self.vendor_id if platform_owned else self.root_id
        url = f"https://storage-{len(self.infras) + 1}.emulated.invalid"
        self.keep_infra(
            Infra(infra_id, name, location_id, owner, platform_owned, backend_type, tuple(capabilities), url)
        )
        return infra_id

    def keep_infra(self, infra: Infra) -> None:
        """A new storage: every partner that may sell it gets its rows."""
        self.infras[infra.id] = infra
        owner = self.root_id if infra.owner_id == self.vendor_id else infra.owner_id
        for tenant in self.subtree(owner):
            if tenant.kind == "partner":
                self.give_infra(tenant, infra)

    def give_infra(self, tenant: Tenant, infra: Infra) -> None:
        for kind in ITEMS:
            if kind.capability is not None and kind.capability in infra.capabilities:
                self.put_item(tenant, kind, infra.id, status=1)

    def _give_everything(self, tenant: Tenant) -> None:
        tenant.edition = PER_WORKLOAD
        tenant.applications = list(APPLICATIONS)
        for kind in ITEMS:
            if kind.capability is None:
                self.put_item(tenant, kind, None, status=1)
        for infra in self.infras.values():
            self.give_infra(tenant, infra)

    def add_tenant(
        self,
        name: str,
        kind: str = "customer",
        parent_id: str | None = None,
        mode: str = "production",
        edition: str | None = PER_WORKLOAD,
        internal_tag: str | None = None,
        *,
        enabled: bool = True,
        ancestral_access: bool = True,
        **fields: Any,  # noqa: ANN401  any field of the record
    ) -> str:
        if not fields.keys() <= Tenant.__dataclass_fields__.keys():
            raise ValueError(f"a tenant has no {', '.join(fields)}")
        tenant = self.create_tenant(name, kind, parent_id or self.root_id, mode)
        if kind == "partner":
            self._give_everything(tenant)
        tenant.edition = edition
        tenant.internal_tag = internal_tag
        tenant.enabled = enabled
        tenant.ancestral_access = ancestral_access
        tenant.applications = [CYBER_PROTECTION]
        for field, value in fields.items():
            setattr(tenant, field, value)
        return tenant.id

    def kind_of(self, name: str) -> ItemKind:
        if name not in ITEM_BY_NAME:
            raise ValueError(f"no offering item is called {name}; see catalogue.py for the known names")
        return ITEM_BY_NAME[name]

    def put_item(
        self, tenant: Tenant, kind: ItemKind, infra_id: str | None, *, status: int, quota: Quota | None = None
    ) -> Item:
        """Set a row without asking whether the vendor would let anyone do so."""
        kept = quota if quota is not None else (None if kind.type == "feature" else Quota())
        item = Item(kind, tenant.id, infra_id, status, kept, self.now)
        tenant.items[item.key] = item
        if kind.application_id not in tenant.applications:
            tenant.applications.append(kind.application_id)
        return item

    def enable_item(
        self,
        tenant_id: str,
        name: str,
        infra_id: str | None = None,
        quota: int | None = None,
        overage: int | None = None,
        status: int = 1,
    ) -> Item:
        kind = self.kind_of(name)
        if (kind.capability is None) != (infra_id is None):
            raise ValueError(f"{name}: a row needs a storage exactly where the catalogue says so")
        limited = quota is not None or overage is not None
        kept = Quota(quota, overage, self.stamp()) if limited else None
        return self.put_item(self.tenants[tenant_id], kind, infra_id, status=status, quota=kept)

    def item(self, tenant_id: str, name: str, infra_id: str | None = None) -> dict[str, Any]:
        """The row as the vendor would answer it; raises KeyError where the tenant has none."""
        kind = self.kind_of(name)
        return item_row(self.tenants[tenant_id].items[kind.application_id, name, infra_id])

    # ---- usage

    def reading_key(
        self, tenant: Tenant, usage_name: str, infra_id: str | None, edition: str | None
    ) -> ReadingKey:
        if usage_name not in self.usages_without_item and not is_item_usage(usage_name):
            raise ValueError(f"no usage is called {usage_name}; add it with add_usage_name first")
        own = self.active_edition(tenant)
        return (usage_name, edition or edition_of_usage(usage_name, own), infra_id)

    def describe_usage(self, usage_name: str, edition: str | None) -> ItemKind | UsageKind:
        """What a reading without a row of its own is a usage of."""
        return ITEM_OF_USAGE.get((usage_name, edition)) or self.usages_without_item[usage_name]

    def add_usage_name(self, usage_name: str, type_: str = "count", unit: str = "quantity") -> None:
        """A usage name without an offering item (acronis-api.md 7.1)."""
        self.usages_without_item[usage_name] = UsageKind(usage_name, type_, unit)

    def set_usage(
        self,
        tenant_id: str,
        usage_name: str,
        value: int,
        infra_id: str | None = None,
        edition: str | None = None,
        absolute_value: int | None = None,
    ) -> None:
        """From now on the usage stands at `value` (compute points: this month's seconds)."""
        tenant = self.tenants[tenant_id]
        key = self.reading_key(tenant, usage_name, infra_id, edition)
        levels = tenant.readings.setdefault(key, [])
        absolute = metering.whole(key, levels, value, self.now) if absolute_value is None else absolute_value
        while levels and levels[-1].since >= self.now:
            levels.pop()
        levels.append(Level(self.now, value, absolute))
        tenant.withheld.discard((usage_name, infra_id))

    def usage(
        self, tenant_id: str, usage_name: str, infra_id: str | None = None, edition: str | None = None
    ) -> int | None:
        """The value as a reader sees it now, None where no reading was ever set or it is withheld."""
        tenant = self.tenants[tenant_id]
        key = self.reading_key(tenant, usage_name, infra_id, edition)
        if metering.withheld(tenant, key):
            return None
        found = metering.level_at(key, tenant.readings.get(key, []), self.now)
        return None if found is None else found[0]

    def withhold_usage(
        self, tenant_id: str, usage_name: str | None = None, infra_id: str | None = None
    ) -> None:
        """Take a reading away without a zero in its place; without a name, all of the tenant's."""
        tenant = self.tenants[tenant_id]
        tenant.withheld.add(("*", None) if usage_name is None else (usage_name, infra_id))

    # ---- alerts

    def raise_alert(
        self,
        tenant_id: str,
        type_: str,
        severity: str | None = None,
        category: str | None = None,
        details: dict[str, Any] | None = None,
        created_at: datetime | None = None,
        **fields: Any,  # noqa: ANN401  any other field of `Coming`
    ) -> str:
        """A repeat is a new alert: nothing is updated in place (acronis-api.md 8.1)."""
        told = alert_life.Coming(tenant_id, type_, severity, category, details, created_at, **fields)
        return alert_life.raise_alert(self, told, self.now)

    def clear_alert(self, alert_id: str, by: str = "person") -> None:
        """Dismissed: out of the default list, but not removed."""
        alert_life.clear(self, self.alerts[alert_id.upper()], by=by, moment=self.now)

    def alert_stamp(self, moment: datetime) -> int:
        """Nanoseconds, a few of them apart for what happens in one microsecond."""
        self._count += 1
        return stamps.nanoseconds(moment) + self._count % 1000
