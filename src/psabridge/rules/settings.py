"""What a provider decided for one pairing. Frozen, complete, with the presets of the rulings."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from psabridge.kit.periods import PeriodType
from psabridge.rules.arriving.settings import NewCustomers
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.month_corrections import MonthCorrection
from psabridge.rules.public_clouds import PUBLIC_CLOUDS
from psabridge.rules.tickets.settings import TicketSettings
from psabridge.rules.wanted.ranges.reporting import UsageReporting
from psabridge.rules.words import (
    CompanyId,
    LineId,
    Mode,
    PairingId,
    ServiceId,
    StorageId,
    TenantId,
    WorkKind,
)


class DatingPolicy(StrEnum):
    """When a change of units takes effect (design section 8)."""

    AS_IT_CHANGES = "as_it_changes"
    PERIOD_CLOSE = "period_close"
    NEXT_PERIOD = "next_period"


class CloseFigure(StrEnum):
    """Which figure of the collected days `period_close` and `next_period` bill."""

    LAST = "last"
    HIGHEST = "highest"
    AVERAGE = "average"


class CloseRest(StrEnum):
    """Where the days of a period from its posting day on go under `period_close` (R30).

    What starts again with every period (range rows) is never carried over, nor is anything by `next_period`.
    """

    LEFT_OUT = "left out"
    NEXT_FIGURE = "next figure"


class Rounding(StrEnum):
    UP = "up"
    NEAREST = "nearest"
    DOWN = "down"


class Measure(StrEnum):
    """What a mapping row reports (R1). Workload rows report their usage."""

    USAGE = "usage"
    TOTAL = "total"
    CLASS_1 = "class 1"
    CLASS_2 = "class 2"
    GEO_TOTAL = "geo total"
    GEO_CLASS_2 = "geo class 2"
    PUBLIC_CLOUD = "public cloud"
    REMAINDER = "total without rows of their own"  # no byte on two rows (R1)
    NOTHING = "nothing"  # no option is ticked, so the storage is off (ACR-STO-01)

    @property
    def sets_quota(self) -> bool:
        """Only workloads and totals carry a quota (ACR-STO-07, ACR-STO-18)."""
        return self in {Measure.USAGE, Measure.TOTAL, Measure.REMAINDER}


class Limit(StrEnum):
    """What happens to backups at the quota (R6)."""

    HARD = "hard"  # overage 0: they stop at the limit
    ALLOWANCE = "allowance"  # they stop at the limit plus `overage`
    UNLIMITED_OVERAGE = "unlimited overage"  # they go on


@dataclass(frozen=True, slots=True)
class NewService:
    """A service the bridge shall create before the row can work (ACR-MAP-05)."""

    name: str
    billing_code: int
    period_type: PeriodType


@dataclass(frozen=True, slots=True)
class MeterPart:
    """Another usage that goes into the meter of a row."""

    item: str  # offering item name
    measure: Measure = Measure.USAGE
    storage: StorageId | None = None


@dataclass(frozen=True, slots=True)
class MeterExpression:
    """What a row counts besides its own measure and how much of it is billed, worked out in this order (R7).

    Own measure, plus, minus, less what is included, unit size and rounding of the row, minimum, figure.
    """

    plus: tuple[MeterPart, ...] = ()
    minus: tuple[MeterPart, ...] = ()
    included: int = 0  # in the item's own unit: only what is above it is billed
    minimum: int | None = None  # contract units; 0: less than nothing is nothing
    figure: CloseFigure | None = None  # which days of a period count; None: the pairing's `close_figure`

    @property
    def only_includes(self) -> bool:
        """An allowance is all it says: that much can be turned round."""
        return not self.plus and not self.minus and self.minimum is None and self.figure is None


@dataclass(frozen=True, slots=True)
class ServiceMapping:
    """One row of the service mapping: an item's measure, the Autotask service it reports to, and how."""

    item: str  # offering item name
    measure: Measure = Measure.USAGE
    storage: StorageId | None = None
    service: ServiceId | NewService | None = None
    free: bool = False
    edition: str | None = None  # a tenant is evaluated against the rows of its own mode only (ACR-MAP-13)
    counts_only: bool = False  # included features, shared seats: never a quota (ACR-MAP-04)
    unit_size: int = 1  # bytes, or a count, in one contract unit; GB here means GiB (R7)
    rounding: Rounding = Rounding.UP
    ignore_below: int = 0  # in the item's own unit
    limit: Limit = Limit.HARD
    overage: int = 0  # contract units, for `Limit.ALLOWANCE`
    is_range: bool = False  # accumulates over a period and starts again (ACR-USE-02)
    sum_of_months: bool = False  # of a range item on a line whose period is longer than a month (R17)
    cloud: str | None = None  # measure "public cloud": all storages of this vendor (ACR-STO-14)
    policy: DatingPolicy | None = None  # None: the pairing's
    undecided: bool = False  # new item: nothing is lowered for it (R8)
    meter: MeterExpression | None = None  # None: the measure is all that counts

    @property
    def included(self) -> int:
        return 0 if self.meter is None else self.meter.included

    @property
    def minimum(self) -> int | None:
        return None if self.meter is None else self.meter.minimum

    @property
    def key(self) -> str:
        where = f"@{self.storage}" if self.storage else ""
        vendor = f" {self.cloud}" if self.cloud else ""
        return f"{self.item}{where}/{self.measure}{vendor}"


@dataclass(frozen=True, slots=True)
class CustomerMapping:
    """A tenant billed to a company. Several tenants of one company need one receiver of quotas (R31)."""

    tenant: TenantId
    company: CompanyId
    receives_quotas: bool = True
    partner: TenantId | None = None  # the Acronis partner it was made under; None: not read yet (ACR-ORG-08)

    def is_under(self, partner: TenantId | None) -> bool:
        return partner is None or self.partner in {None, partner}


@dataclass(frozen=True, slots=True)
class KnownName:
    """What a company or a tenant was called when a person last saw it (R38). `of`: "company 12"."""

    of: str
    name: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """Safety bounds: what goes over them waits for a person (R61)."""

    share_of_lines: Decimal = Decimal("0.10")
    share_of_customer_units: Decimal = Decimal("0.20")
    lines: int = 25
    new_customers: int = 10


@dataclass(frozen=True, slots=True)
class Waits:
    """Protocol 2.1. Both values are floors: a setting may raise them, never lower them."""

    read_bound: timedelta = timedelta(minutes=10)  # λ
    delivery_bound: timedelta = timedelta(minutes=60)  # μ

    def __post_init__(self) -> None:
        if self.read_bound < timedelta(minutes=10) or self.delivery_bound < timedelta(minutes=60):
            raise ValueError("the read bound is at least 10 minutes, the delivery bound at least 60")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What becomes of a tenant whose company has no live addition, after so many whole readable days.

    Deleting destroys backups: a person releases it, unless `deletes_unasked` says otherwise by that name.
    """

    disables: bool = False  # ACR-DEP-03, off by default
    disable_after: int = 10
    deletes: bool = False  # ACR-DEP-04, off by default
    delete_after: int = 30
    deletes_unasked: bool = False

    @property
    def is_on(self) -> bool:
        return self.disables or self.deletes

    @property
    def first_after(self) -> int:
        """The count at which a tenant is disabled: where only deletion is on, it begins with that."""
        return self.disable_after if self.disables else self.delete_after


@dataclass(frozen=True, slots=True)
class Exemption:
    """A customer that is never set to zero, disabled or deleted (ACR-DEP-07, R5)."""

    company: CompanyId
    reason: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person said on a day that a customer has left (R21). What is sold later makes it void."""

    company: CompanyId
    day: date


@dataclass(frozen=True, slots=True)
class StorageNames:
    """Usage names behind the measures of a storage row. Not published by the vendor, so data (acronis.md)."""

    total: str = "storage"
    class_1: str = "class1_storage"
    class_2: str = "class2_storage"
    geo_total: str | None = None
    geo_class_2: str | None = None


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Changes made in Acronis reach the contract too (ACR-TWO-01). Code and type: of services it creates."""

    is_on: bool = False
    writes_notes: bool = False  # on a contract changed against a public cloud (ACR-STO-16)
    billing_code: int | None = None
    period_type: PeriodType | None = None


@dataclass(frozen=True, slots=True)
class PairingSettings:
    """Everything a cycle of one pairing is decided by. `version` moves with every change (W12)."""

    pairing: PairingId
    name: str
    version: int
    zone: ZoneInfo  # the billing time zone of the Autotask connection (R29)
    customers: tuple[CustomerMapping, ...] = ()
    services: tuple[ServiceMapping, ...] = ()
    modes: dict[WorkKind, Mode] = field(default_factory=lambda: dict.fromkeys(WorkKind, Mode.OBSERVE))
    policy: DatingPolicy = DatingPolicy.AS_IT_CHANGES
    close_day: int = 1  # day before the period's end on which `period_close` posts; 1: the last day
    close_figure: CloseFigure = CloseFigure.LAST
    close_rest: CloseRest = CloseRest.LEFT_OUT  # the days from the posting day on (R30)
    decreases_wait: bool = True  # R16
    usage_reporting: UsageReporting = field(default_factory=UsageReporting)
    set_quotas_to_zero: bool = False  # ACR-DEP-01, off by default
    creates_customers: bool = False  # ACR-PRV-04, off by default
    new_customers: NewCustomers = field(default_factory=NewCustomers)
    retry_on: bool = True  # one identical retry mid-period (protocol section 3); off is safe always
    names_contract: bool = False  # posts name the contract too, where a sandbox proved it needed (P6)
    never_write: frozenset[LineId] = frozenset()
    free_on_purpose: frozenset[ServiceId] = frozenset()  # R9
    exempt_items: tuple[ExemptItem, ...] = ()  # left as they are for a time (R10)
    leaving: Leaving = field(default_factory=Leaving)
    exempt_customers: tuple[Exemption, ...] = ()
    leaving_confirmed: tuple[Confirmation, ...] = ()
    storage_names: StorageNames = field(default_factory=StorageNames)
    clouds: dict[str, str] = field(default_factory=lambda: dict(PUBLIC_CLOUDS))  # backend → its vendor
    two_way: TwoWay = field(default_factory=TwoWay)
    tickets: TicketSettings = field(default_factory=TicketSettings)
    bounds: Bounds = field(default_factory=Bounds)
    waits: Waits = field(default_factory=Waits)
    keep_snapshots: timedelta = timedelta(days=800)
    full_read_every: timedelta = timedelta(hours=1)  # between two, rows of unchanged lines are carried over
    payg_definition_id: int | None = None  # the field once seen (R22)
    left_lines: tuple[LeftLine, ...] = ()  # until a person decides (R33)
    month_corrections: tuple[MonthCorrection, ...] = ()  # of range items (ACR-USE-04)
    known_names: tuple[KnownName, ...] = ()  # of mapped companies and tenants (R38)
    writes_tags: bool = False  # a mapped tenant's tag names its company (R32)
    unmapped_tenants: frozenset[TenantId] = frozenset()  # a tag of ours is cleared there (R32)

    def cloud_of(self, backend: str | None) -> str | None:
        """The vendor of a customer's own public storage; None: another storage, or not told."""
        return None if backend is None else self.clouds.get(backend.lower())

    @property
    def syncs_both_ways(self) -> bool:
        """Where billing is only observed two-way sync does nothing (R44)."""
        return self.two_way.is_on and self.mode_of(WorkKind.BILLING) is not Mode.OBSERVE

    @property
    def watches_leaving(self) -> bool:
        """What is sold is kept from cycle to cycle: its end must be seen before anything follows (R21)."""
        return self.leaving.is_on or self.set_quotas_to_zero

    def mode_of(self, work: WorkKind) -> Mode:
        """A kind of work nobody decided about is only observed."""
        return self.modes.get(work, Mode.OBSERVE)

    @property
    def works(self) -> bool:
        """One that only observes, or makes tickets alone, bills nobody."""
        return any(self.mode_of(work) is not Mode.OBSERVE for work in set(WorkKind) - {WorkKind.TICKETS})

    def company_of(self, tenant: TenantId) -> CompanyId | None:
        return next((c.company for c in self.customers if c.tenant == tenant), None)

    def exemption_of(self, company: CompanyId) -> Exemption | None:
        return next((one for one in self.exempt_customers if one.company == company), None)

    def confirmed_on(self, company: CompanyId) -> date | None:
        """The last day on which a person said that the customer has left."""
        return max((one.day for one in self.leaving_confirmed if one.company == company), default=None)
