"""The Autotask side in the trade's words, as one read found it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from psabridge.kit.order import missing_first
from psabridge.kit.periods import PeriodType
from psabridge.rules.words import BundleId, CompanyId, ContractId, LineId, ServiceId, TenantId


@dataclass(frozen=True, slots=True)
class Company:
    id: CompanyId
    name: str
    is_active: bool
    currency_id: int | None = None  # None: it names none


@dataclass(frozen=True, slots=True)
class Currencies:
    """Names of currencies by id, read only where a company names one: else all is in the tenant's own."""

    names: Mapping[int, str] = field(default_factory=dict)
    internal: str | None = ""  # of the service catalogue; None: not told
    sole: str | None = None  # the only active one: every contract is in it
    asked: frozenset[int] = frozenset()  # ids for which they were read


@dataclass(frozen=True, slots=True)
class Contact:
    """The active primary contact of a company."""

    company: CompanyId
    first_name: str
    last_name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Service:
    id: ServiceId
    name: str
    is_active: bool
    period_type: PeriodType | None  # None: a code this version does not know
    unit_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Bundle:
    id: BundleId
    name: str
    services: tuple[ServiceId, ...]
    period_type: PeriodType | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    id: ContractId
    company: CompanyId
    name: str
    is_recurring: bool  # contracts of other types are ignored without an error (ACR-PRV-13)
    is_active: bool
    starts: date
    ends: date
    period_type: PeriodType | None
    payg_value: str | None  # the field as it stands: None or "" is empty
    renews: ContractId | None = None
    currency: str = ""  # "": the tenant's own, where no company names one (R26)


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A service or bundle on a contract. It carries no quantity: units stand in its rows."""

    id: LineId
    contract: ContractId
    service: ServiceId | None  # None on a bundle line
    bundle: BundleId | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """Units of a line from a day on. `ends` is shown, never reasoned with (D9), except to tell overlays."""

    line: LineId
    starts: date
    ends: date
    units: int
    posted_at: datetime | None = None
    price: Decimal | None = None  # extended: units times rate

    def __lt__(self, other: "UnitRow") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[object, ...]:
        """A posted row and an extra one may be alike in all but that (D2)."""
        posted, price = missing_first(self.posted_at), missing_first(self.price)
        return (self.line, self.starts, self.ends, self.units, posted, price)


class DefinitionState(StrEnum):
    SOUND = "sound"
    MISSING = "missing"
    INACTIVE = "inactive"
    WRONG_TYPE = "of another type"
    UNFINISHED = "not finished"  # made by the bridge, and its options are missing: a kill between two calls
    WRONG_OPTIONS = "without exactly Yes and No"
    AMBIGUOUS = "there more than once"


@dataclass(frozen=True, slots=True)
class PaygDefinition:
    """The "Acronis PAYG" field of contracts, read by definition id each cycle (R22)."""

    state: DefinitionState
    id: int | None = None
    name: str = "Acronis PAYG"
    yes_values: frozenset[str] = frozenset({"Yes"})  # as they come on the wire, by option value or label (D5)
    no_values: frozenset[str] = frozenset({"No"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a read could not bring. What is missing is never taken for zero (promise 3)."""

    what: str
    why: str
    company: CompanyId | None = None
    code: str | None = None
    tenant: TenantId | None = None  # whose usage it is


@dataclass(frozen=True, slots=True)
class PsaSnapshot:
    """`rows` are those in force today or tomorrow; whole pictures are read only for lines about to change.

    A read between two full ones carries over rows, companies and services (`rules/reading.py`).
    """

    read_at: datetime
    today: date  # in the billing time zone of the connection (R29)
    database_id: str
    companies: Mapping[CompanyId, Company]
    contracts: Mapping[ContractId, Contract]
    lines: Mapping[LineId, ContractLine]
    rows: Mapping[LineId, tuple[UnitRow, ...]]
    services: Mapping[ServiceId, Service]
    bundles: Mapping[BundleId, Bundle]
    payg: PaygDefinition
    gaps: tuple[Gap, ...] = ()
    calls: int = 0
    marker: str | None = None  # what the marker field holds (protocol 2.6); None: empty
    carried_from: datetime | None = None  # the full read from which was carried over; None: this is one
    rows_again: Mapping[LineId, datetime] = field(default_factory=dict)  # rows read later than that, and when
    currencies: Currencies = field(default_factory=Currencies)
    strangers: tuple[ContractLine, ...] = ()  # lines on contracts of others, where customers are created

    @property
    def full_read_at(self) -> datetime:
        return self.carried_from or self.read_at

    def rows_read_at(self, line: LineId) -> datetime:
        return self.rows_again.get(line, self.full_read_at)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Active companies without a tenant, with what is sold to them. Read only where customers are created.

    A company that a gap names was not read whole.
    """

    companies: Mapping[CompanyId, Company] = field(default_factory=dict)
    contracts: Mapping[ContractId, Contract] = field(default_factory=dict)
    lines: Mapping[LineId, ContractLine] = field(default_factory=dict)
    rows: Mapping[LineId, tuple[UnitRow, ...]] = field(default_factory=dict)
    contacts: Mapping[CompanyId, Contact] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    def beside(self, psa: PsaSnapshot) -> PsaSnapshot:
        """The Autotask side as if they were mapped."""
        return replace(
            psa,
            companies={**psa.companies, **self.companies},
            contracts={**psa.contracts, **self.contracts},
            lines={**psa.lines, **self.lines},
            rows={**psa.rows, **self.rows},
        )
