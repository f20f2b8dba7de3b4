"""The entities as Autotask sends them. A member that may be absent or null is None, never 0 or ''."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from psabridge.clients.autotask.wire_model import WireModel


def _money(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _moment(value: object) -> object:
    """Without an offset it is UTC (docs/vendors/autotask.md A11)."""
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside all calendars") from error


def _day(value: object) -> object:
    """Days are sent as date-times; their first ten characters are the day meant (A11).

    Until noon that holds also for a midnight of America told in UTC. An afternoon may be the next
    day's midnight further east, so it is refused: a unit booked a day early is billed a period early.
    """
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    if moment.hour >= _NOON and (moment.hour, moment.minute) != _LAST_MINUTE:
        raise PydanticCustomError("day_in_doubt", "a day that could be the next one elsewhere")
    return moment.date()


_NOON = 12
_LAST_MINUTE = (23, 59)


def _fields(value: object) -> object:
    """User-defined fields may be absent, null, [] or "": each means none given (A20)."""
    if value is None or value == "":
        return ()
    return tuple(value) if isinstance(value, list) else value


def _field_value(value: object) -> object:
    """Documented as text; a number or a truth sent bare is read as it stands in the answer."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | Decimal) else value


Money = Annotated[Decimal, BeforeValidator(_money)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]


class UserDefinedField(WireModel):
    name: str
    value: Annotated[str | None, BeforeValidator(_field_value)] = None


UserDefinedFields = Annotated[tuple[UserDefinedField, ...], BeforeValidator(_fields)]


class Record(WireModel):
    """A row of an entity that can be queried; `entity` is its name in the address."""

    entity: ClassVar[str]
    id: int


class Company(Record):
    entity: ClassVar[str] = "Companies"
    company_name: str
    company_type: int | None = None
    company_number: str | None = None
    city: str | None = None
    web_address: str | None = None
    is_active: bool | None = None
    parent_company_id: int | None = None
    currency_id: int | None = None
    last_tracked_modified_date_time: Moment | None = None
    user_defined_fields: UserDefinedFields = ()


class Currency(Record):
    """Its name is of three letters. Prices of services in the catalogue are in the internal one (A49)."""

    entity: ClassVar[str] = "Currencies"
    name: str
    is_active: bool | None = None
    is_internal_currency: bool | None = None


class Contact(Record):
    entity: ClassVar[str] = "Contacts"
    company_id: int | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_active: int | None = None  # 1 or 0, not a boolean (A24)
    email_address: str | None = None
    primary_contact: bool | None = None


class Contract(Record):
    entity: ClassVar[str] = "Contracts"
    company_id: int
    contract_name: str
    contract_type: int
    contract_period_type: int | None = None
    start_date: Day
    end_date: Day
    status: int
    contract_number: str | None = None
    renewed_contract_id: int | None = None
    bill_to_company_id: int | None = None
    description: str | None = None
    user_defined_fields: UserDefinedFields = ()


class ContractService(Record):
    """A service on a contract: its price, not its quantity. `adjustedPrice` is never returned (A14)."""

    entity: ClassVar[str] = "ContractServices"
    contract_id: int
    service_id: int
    unit_price: Money | None = None
    unit_cost: Money | None = None
    internal_currency_unit_price: Money | None = None
    internal_currency_adjusted_price: Money | None = None
    invoice_description: str | None = None
    internal_description: str | None = None


class ContractServiceBundle(Record):
    entity: ClassVar[str] = "ContractServiceBundles"
    contract_id: int
    service_bundle_id: int
    unit_price: Money | None = None
    adjusted_price: Money | None = None
    internal_currency_unit_price: Money | None = None
    internal_currency_adjusted_price: Money | None = None
    invoice_description: str | None = None
    internal_description: str | None = None


class _UnitRow(Record):
    """Units of a line from a day on; price and cost are for the whole row, units times rate (A15)."""

    contract_id: int
    start_date: Day
    end_date: Day
    units: int
    price: Money | None = None
    cost: Money | None = None
    internal_currency_price: Money | None = None
    approve_and_post_date: Moment | None = None  # None: not billed yet (A16)


class ContractServiceUnit(_UnitRow):
    entity: ClassVar[str] = "ContractServiceUnits"
    contract_service_id: int
    service_id: int

    @property
    def line_id(self) -> int:
        return self.contract_service_id


class ContractServiceBundleUnit(_UnitRow):
    entity: ClassVar[str] = "ContractServiceBundleUnits"
    contract_service_bundle_id: int
    service_bundle_id: int

    @property
    def line_id(self) -> int:
        return self.contract_service_bundle_id


class Service(Record):
    entity: ClassVar[str] = "Services"
    name: str
    billing_code_id: int | None = None
    period_type: int | None = None
    unit_price: Money | None = None
    unit_cost: Money | None = None
    description: str | None = None
    invoice_description: str | None = None
    is_active: bool | None = None
    vendor_company_id: int | None = None
    sku: str | None = None


class ServiceBundle(Record):
    entity: ClassVar[str] = "ServiceBundles"
    name: str
    billing_code_id: int | None = None
    period_type: int | None = None
    unit_price: Money | None = None
    is_active: bool | None = None


class ServiceBundleService(Record):
    entity: ClassVar[str] = "ServiceBundleServices"
    service_bundle_id: int
    service_id: int


class BillingCode(Record):
    entity: ClassVar[str] = "BillingCodes"
    name: str
    use_type: int | None = None
    billing_code_type: int | None = None
    is_active: bool | None = None


class UserDefinedFieldDefinition(Record):
    entity: ClassVar[str] = "UserDefinedFieldDefinitions"
    name: str
    udf_type: int
    data_type: int
    is_active: bool | None = None
    is_required: bool | None = None
    default_value: str | None = None
    description: str | None = None
    sort_order: int | None = None


class UserDefinedFieldListItem(Record):
    entity: ClassVar[str] = "UserDefinedFieldListItems"
    udf_field_id: int
    value_for_display: str
    value_for_export: str
    is_active: bool | None = None


class ContractNote(Record):
    entity: ClassVar[str] = "ContractNotes"
    contract_id: int
    title: str | None = None
    description: str | None = None
    create_date_time: Moment | None = None
    creator_resource_id: int | None = None
    last_activity_date: Moment | None = None
