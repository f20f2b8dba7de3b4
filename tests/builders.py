# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""The shared cast: small values in the trade's words, each complete, each with one thing to change."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from psabridge.kit.periods import PeriodType
from psabridge.rules.platform import (
    OfferingItem,
    PlatformSnapshot,
    PricingMode,
    Quota,
    Storage,
    Tenant,
    TenantKind,
    Usage,
)
from psabridge.rules.psa import (
    Bundle,
    Company,
    Contract,
    ContractLine,
    DefinitionState,
    Gap,
    PaygDefinition,
    PsaSnapshot,
    Service,
    UnitRow,
)
from psabridge.rules.settings import CustomerMapping, Measure, PairingSettings, ServiceMapping
from psabridge.rules.words import (
    BundleId,
    CompanyId,
    ContractId,
    ItemKey,
    LineId,
    LineKind,
    PairingId,
    ServiceId,
    StorageId,
    TenantId,
)

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
GIB = 1024**3
PROTECTION = "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb"  # the Cyber Protection application
PER_WORKLOAD = "pck_per_workload"
PER_GIGABYTE = "pck_per_gigabyte"
STORAGE = StorageId("infra-xyz")
SOUND = PaygDefinition(DefinitionState.SOUND, id=500)


def line_id(number: int, kind: LineKind = LineKind.SERVICE) -> LineId:
    return LineId(kind, number)


def tenant_id(number: int) -> TenantId:
    return TenantId(f"tenant-{number}")


def a_company(number: int = 1, name: str | None = None, *, is_active: bool = True) -> Company:
    return Company(CompanyId(number), name or f"Company {number}", is_active=is_active)


def a_contract(number: int = 10, company: int = 1, **changes: Any) -> Contract:
    """Prepaid unless `payg_value` says Yes; runs over 2026."""
    return replace(
        Contract(
            id=ContractId(number),
            company=CompanyId(company),
            name=f"Contract {number}",
            is_recurring=True,
            is_active=True,
            starts=date(2026, 1, 1),
            ends=date(2026, 12, 31),
            period_type=PeriodType.MONTHLY,
            payg_value=None,
        ),
        **changes,
    )


def a_payg_contract(number: int = 10, company: int = 1, **changes: Any) -> Contract:
    return a_contract(number, company, **{"payg_value": "Yes", **changes})


def a_line(
    number: int = 100, contract: int = 10, service: int = 1000, *, unit_price: Decimal | None = Decimal(5)
) -> ContractLine:
    return ContractLine(
        line_id(number), ContractId(contract), ServiceId(service), bundle=None, unit_price=unit_price
    )


def a_bundle_line(number: int = 100, contract: int = 10, bundle: int = 2000) -> ContractLine:
    return ContractLine(line_id(number, LineKind.BUNDLE), ContractId(contract), None, BundleId(bundle))


def a_unit_row(line: int | LineId = 100, units: int = 10, **changes: Any) -> UnitRow:
    """In force through March 2026."""
    key = line if isinstance(line, LineId) else line_id(line)
    return replace(UnitRow(key, starts=date(2026, 3, 1), ends=date(2026, 3, 31), units=units), **changes)


def a_service(number: int = 1000, name: str | None = None, **changes: Any) -> Service:
    return replace(
        Service(
            ServiceId(number),
            name or f"Service {number}",
            is_active=True,
            period_type=PeriodType.MONTHLY,
            unit_price=Decimal(5),
        ),
        **changes,
    )


def a_bundle(number: int = 2000, services: Iterable[int] = (1000,), name: str | None = None) -> Bundle:
    return Bundle(
        BundleId(number),
        name or f"Bundle {number}",
        tuple(ServiceId(service) for service in services),
        PeriodType.MONTHLY,
    )


def a_tenant(number: int = 1, **changes: Any) -> Tenant:
    return replace(
        Tenant(
            id=tenant_id(number),
            name=f"Tenant {number}",
            kind=TenantKind.CUSTOMER,
            parent=TenantId("partner"),
            is_enabled=True,
            is_managed=True,
            pricing_mode=PricingMode.PRODUCTION,
            internal_tag=None,
            version=1,
        ),
        **changes,
    )


def an_item(
    name: str = "pw_base_workstations",
    usage_name: str = "workstations",
    tenant: int = 1,
    *,
    storage: StorageId | None = None,
    **changes: Any,
) -> OfferingItem:
    """On and unlimited, counted in pieces."""
    return replace(
        OfferingItem(
            tenant=tenant_id(tenant),
            key=ItemKey(PROTECTION, name, storage),
            edition=PER_WORKLOAD,
            usage_name=usage_name,
            item_type="count",
            unit="quantity",
            is_on=True,
            quota=Quota(None, None),
        ),
        **changes,
    )


def a_storage_item(tenant: int = 1, storage: StorageId = STORAGE, **changes: Any) -> OfferingItem:
    presets: dict[str, Any] = {"item_type": "infra", "unit": "bytes"}
    return an_item("pw_base_storage", "storage", tenant, storage=storage, **{**presets, **changes})


def a_feature(name: str = "pw_base_google_mail", tenant: int = 1, **changes: Any) -> OfferingItem:
    presets: dict[str, Any] = {"item_type": "feature", "unit": "n/a", "quota": None}
    return an_item(name, name.removeprefix("pw_base_"), tenant, **{**presets, **changes})


def a_usage(
    usage_name: str = "workstations",
    quantity: int | None = 7,
    tenant: int = 1,
    *,
    storage: StorageId | None = None,
    **changes: Any,
) -> Usage:
    return replace(
        Usage(
            tenant=tenant_id(tenant),
            usage_name=usage_name,
            edition=PER_WORKLOAD,
            storage=storage,
            value=quantity,
            absolute_value=quantity,
            unit="bytes" if storage else "quantity",
            range_start=datetime(2026, 3, 1, tzinfo=UTC),
        ),
        **changes,
    )


def storage_usages(
    total: int | None, class_1: int | None, class_2: int | None, tenant: int = 1, storage: StorageId = STORAGE
) -> tuple[Usage, ...]:
    """What a storage's usages look like in whole GiB; None: a row without a value."""
    named = (("storage", total), ("class1_storage", class_1), ("class2_storage", class_2))
    return tuple(
        a_usage(name, None if gib is None else gib * GIB, tenant, storage=storage) for name, gib in named
    )


def a_storage(storage: StorageId = STORAGE, name: str = "XYZ", location: str = "XYZ") -> Storage:
    return Storage(storage, name, location, backend="acronis")


def a_mapping_row(
    item: str = "pw_base_workstations", service: int | None = 1000, **changes: Any
) -> ServiceMapping:
    wanted = None if service is None else ServiceId(service)
    return replace(ServiceMapping(item=item, service=wanted, edition=PER_WORKLOAD), **changes)


def a_storage_row(measure: Measure, service: int | None, **changes: Any) -> ServiceMapping:
    """One unit is one GiB."""
    presets: dict[str, Any] = {"measure": measure, "storage": STORAGE, "unit_size": GIB}
    return a_mapping_row("pw_base_storage", service, **{**presets, **changes})


def a_customer(tenant: int = 1, company: int = 1, *, receives_quotas: bool = True) -> CustomerMapping:
    return CustomerMapping(tenant_id(tenant), CompanyId(company), receives_quotas=receives_quotas)


def settings(
    *rows: ServiceMapping, customers: Iterable[CustomerMapping] | None = None, **changes: Any
) -> PairingSettings:
    """Tenant 1 billed to company 1, and the rows given (one for workstations if none is)."""
    mapped = (a_customer(),) if customers is None else tuple(customers)
    return replace(
        PairingSettings(
            pairing=PairingId(1),
            name="Acronis and Autotask",
            version=1,
            zone=ZoneInfo("Europe/Berlin"),
            customers=mapped,
            services=rows or (a_mapping_row(),),
            payg_definition_id=500,
        ),
        **changes,
    )


def psa_snapshot(
    *,
    companies: Iterable[Company] | None = None,
    contracts: Iterable[Contract] = (),
    lines: Iterable[ContractLine] = (),
    rows: Iterable[UnitRow] = (),
    services: Iterable[Service] | None = None,
    bundles: Iterable[Bundle] = (),
    payg: PaygDefinition = SOUND,
    gaps: Iterable[Gap] = (),
    today: date = TODAY,
) -> PsaSnapshot:
    """A line without rows is left out of `rows`: unknown. Without `services` those of the lines are there."""
    all_lines = tuple(lines)
    by_line: dict[LineId, tuple[UnitRow, ...]] = {}
    for row in rows:
        by_line[row.line] = (*by_line.get(row.line, ()), row)
    sold = sorted({line.service for line in all_lines if line.service is not None})
    return PsaSnapshot(
        read_at=NOW,
        today=today,
        database_id="atdemo",
        companies={c.id: c for c in ((a_company(),) if companies is None else companies)},
        contracts={c.id: c for c in contracts},
        lines={line.id: line for line in all_lines},
        rows=by_line,
        services={s.id: s for s in (map(a_service, sold) if services is None else services)},
        bundles={b.id: b for b in bundles},
        payg=payg,
        gaps=tuple(gaps),
    )


def platform_snapshot(
    *,
    tenants: Iterable[Tenant] | None = None,
    items: Iterable[OfferingItem] = (),
    usages: Iterable[Usage] = (),
    silent: Iterable[int] = (),
    storages: Iterable[Storage] = (),
    offered: Iterable[OfferingItem] = (),
    gaps: Iterable[Gap] = (),
) -> PlatformSnapshot:
    """Every tenant answered, with what is given here, except those named `silent`: they were not read."""
    everyone = (a_tenant(),) if tenants is None else tuple(tenants)
    unread = {tenant_id(number) for number in silent}
    all_items, all_usages = tuple(items), tuple(usages)
    return PlatformSnapshot(
        read_at=NOW,
        tenants={tenant.id: tenant for tenant in everyone},
        items={t.id: tuple(item for item in all_items if item.tenant == t.id) for t in everyone},
        usages={
            t.id: tuple(usage for usage in all_usages if usage.tenant == t.id)
            for t in everyone
            if t.id not in unread
        },
        storages={storage.id: storage for storage in storages},
        offered=tuple(offered),
        gaps=tuple(gaps),
    )
