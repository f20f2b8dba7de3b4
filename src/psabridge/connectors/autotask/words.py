"""Autotask's records in our words. Pure: one function per record."""

from collections.abc import Iterable, Mapping
from datetime import date

from psabridge.clients.autotask import records
from psabridge.kit.periods import PeriodType
from psabridge.rules.psa import (
    Bundle,
    Company,
    Contact,
    Contract,
    ContractLine,
    PaygDefinition,
    Service,
    UnitRow,
)
from psabridge.rules.words import BundleId, CompanyId, ContractId, LineId, LineKind, ServiceId

# Codes once read from live metadata (docs/vendors/autotask.md); compared with the tenant's at each start.
PERIOD_TYPES: Mapping[int, PeriodType] = {
    2: PeriodType.MONTHLY,
    3: PeriodType.QUARTERLY,
    4: PeriodType.SEMI_ANNUAL,
    5: PeriodType.YEARLY,
}
PERIOD_LABELS: Mapping[str, PeriodType] = {
    "monthly": PeriodType.MONTHLY,
    "quarterly": PeriodType.QUARTERLY,
    "semi-annual": PeriodType.SEMI_ANNUAL,
    "yearly": PeriodType.YEARLY,
}
RECURRING_SERVICE = 7
ACTIVE = 1


def service_line(number: int) -> LineId:
    return LineId(LineKind.SERVICE, number)


def bundle_line(number: int) -> LineId:
    return LineId(LineKind.BUNDLE, number)


def company_of(record: records.Company) -> Company:
    return Company(
        CompanyId(record.id), record.company_name, record.is_active is not False, record.currency_id
    )


def companies_of(found: Iterable[records.Company]) -> dict[CompanyId, Company]:
    return {CompanyId(one.id): company_of(one) for one in found}


def contact_of(record: records.Contact) -> Contact | None:
    """None where it belongs to no company."""
    if record.company_id is None:
        return None
    first, last = record.first_name or "", record.last_name or ""
    return Contact(CompanyId(record.company_id), first, last, record.email_address)


def contract_of(record: records.Contract, payg: PaygDefinition, currency: str) -> Contract:
    return Contract(
        id=ContractId(record.id),
        company=CompanyId(record.company_id),
        name=record.contract_name,
        is_recurring=record.contract_type == RECURRING_SERVICE,
        is_active=record.status == ACTIVE,
        starts=record.start_date,
        ends=record.end_date,
        period_type=period_type(record.contract_period_type),
        payg_value=_field_value(record.user_defined_fields, payg.name),
        renews=None if record.renewed_contract_id is None else ContractId(record.renewed_contract_id),
        currency=currency,
    )


def service_of(record: records.Service) -> Service:
    return Service(
        id=ServiceId(record.id),
        name=record.name,
        is_active=record.is_active is not False,
        period_type=period_type(record.period_type),
        unit_price=record.unit_price,
    )


def line_of(record: records.ContractService) -> ContractLine:
    return ContractLine(
        id=service_line(record.id),
        contract=ContractId(record.contract_id),
        service=ServiceId(record.service_id),
        unit_price=record.unit_price,
    )


def bundle_line_of(record: records.ContractServiceBundle) -> ContractLine:
    return ContractLine(
        id=bundle_line(record.id),
        contract=ContractId(record.contract_id),
        service=None,
        bundle=BundleId(record.service_bundle_id),
        unit_price=record.unit_price,
    )


def row_of(record: records.ContractServiceUnit) -> UnitRow:
    return UnitRow(
        line=service_line(record.contract_service_id),
        starts=record.start_date,
        ends=record.end_date,
        units=record.units,
        posted_at=record.approve_and_post_date,
        price=record.price,
    )


def bundle_row_of(record: records.ContractServiceBundleUnit) -> UnitRow:
    return UnitRow(
        line=bundle_line(record.contract_service_bundle_id),
        starts=record.start_date,
        ends=record.end_date,
        units=record.units,
        posted_at=record.approve_and_post_date,
        price=record.price,
    )


def bundles_of(
    names: Iterable[records.ServiceBundle], members: Iterable[records.ServiceBundleService]
) -> dict[BundleId, Bundle]:
    inside: dict[int, list[ServiceId]] = {}
    for member in members:
        inside.setdefault(member.service_bundle_id, []).append(ServiceId(member.service_id))
    return {
        BundleId(bundle.id): Bundle(
            BundleId(bundle.id),
            bundle.name,
            tuple(sorted(inside.get(bundle.id, ()))),
            period_type(bundle.period_type),
        )
        for bundle in names
    }


def period_type(code: int | None) -> PeriodType | None:
    return None if code is None else PERIOD_TYPES.get(code)


def rows_by_line(rows: Iterable[UnitRow]) -> dict[LineId, tuple[UnitRow, ...]]:
    found: dict[LineId, list[UnitRow]] = {}
    for row in rows:
        found.setdefault(row.line, []).append(row)
    return {line: tuple(sorted(own, key=_by_start)) for line, own in found.items()}


def _by_start(row: UnitRow) -> tuple[date, date, int]:
    return (row.starts, row.ends, row.units)


def _field_value(fields: Iterable[records.UserDefinedField], name: str) -> str | None:
    return next((field.value for field in fields if field.name == name), None)
