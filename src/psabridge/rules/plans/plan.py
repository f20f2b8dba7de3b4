"""A plan: steps a person can read before they are made. Values only; `planning.py` makes them.

A step's `fingerprint` covers everything it was decided from (W12). Nothing branches on `reason`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from psabridge.kit.money import Money
from psabridge.kit.periods import Period
from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.plans.arrival_changes import ArrivalChange
from psabridge.rules.platform import OfferingItem, Tenant
from psabridge.rules.settings import NewService
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.wanted.desired import DesiredItem, DesiredTag, NewLine, NewNote
from psabridge.rules.words import (
    BillingKind,
    CompanyId,
    ContractId,
    IntentId,
    LineId,
    PairingId,
    ServiceId,
    SnapshotId,
    StepId,
    StepKind,
)


@dataclass(frozen=True, slots=True)
class SetUnits:
    """A signed change of a line's units from a day on: all Autotask can take (ACR-PAY-06)."""

    line: LineId
    contract: ContractId
    service: ServiceId | None
    day: date
    change: int
    before: int  # level at `day`, never at today (W6)
    after: int
    is_first_report: bool
    is_fenced: bool  # mid-period, and no row started on `day` when we looked
    picture: Picture
    reading: RowReading
    is_restart: bool = False  # a range item's lower month after one we reported: no drop for the guard (R17)


@dataclass(frozen=True, slots=True)
class SetItem:
    """An item's status and quota, in absolute values."""

    wanted: DesiredItem
    before: OfferingItem | None


@dataclass(frozen=True, slots=True)
class SetTag:
    """The tag that names a tenant's company, whole; None clears it (R32)."""

    wanted: DesiredTag
    before: str | None
    version: int  # of the tenant, as it was read


@dataclass(frozen=True, slots=True)
class CreateService:
    service: NewService


@dataclass(frozen=True, slots=True)
class CreateDefinition:
    name: str


@dataclass(frozen=True, slots=True)
class ChangeTenant:
    """A tenant's own state, in absolute terms; the request carries the version that was read (R34, R37)."""

    tenant: Tenant
    wanted: TenantState


@dataclass(frozen=True, slots=True)
class AddLine:
    """A service put on a contract, without units: they follow as a step of their own."""

    line: NewLine


@dataclass(frozen=True, slots=True)
class AddNote:
    """A note on a contract, for people."""

    note: NewNote


# What takes effect when it is written; units have a day of their own.
Creation = CreateService | CreateDefinition | AddLine | AddNote
AtOnce = SetItem | SetTag | Creation | ChangeTenant | ArrivalChange
Change = SetUnits | AtOnce


@dataclass(frozen=True, slots=True)
class MoneyEffect:
    """What a change of units does to invoices (R26). None: not known."""

    each_period: Money | None
    prorated_now: Money | None  # on the running period; zero when dated on its first day
    prorated_days: int
    period_days: int
    unit_price: Decimal | None
    period_months: int = 1  # amounts of periods of several lengths are not added up


@dataclass(frozen=True, slots=True)
class Step:
    id: StepId  # stable: the same change decided again has the same id
    kind: StepKind
    subject: str  # company, contract and service by name
    change: Change
    reason: str
    evidence: Evidence
    fingerprint: str
    company: CompanyId | None = None
    money: MoneyEffect | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A step that waits for a person, with the bound that stopped it (R61)."""

    step: StepId
    bound: str
    text: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A change kept here until its own day (R16, W8)."""

    line: LineId
    company: CompanyId
    subject: str
    now: int
    wanted: int
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class LateMonth:
    """A month of range items that counts otherwise since `change` wrote it, for a person (ACR-USE-04)."""

    change: IntentId
    line: LineId
    subject: str
    days: Period
    written: int
    counted: int
    units: int  # the difference, less what was decided about it
    value: Money | None  # None: the price is unknown
    has_next: bool  # whether the contract has another month, which could take the difference


@dataclass(frozen=True, slots=True)
class Completeness:
    """Never "all good" without how much was checked (promise 7)."""

    as_of: datetime
    customers_checked: int
    customers_mapped: int
    lines_checked: int
    lines_right: int
    items_checked: int
    items_right: int
    tenants_unmapped: int
    rows_as_of: datetime | None = None  # the full read from which rows were carried over; None: read too

    def moment(self) -> str:
        """As of when this was said, for people."""
        text = f"as of {self.as_of:%Y-%m-%d %H:%M} UTC"
        return text if self.rows_as_of is None else f"{text}, with units read since {self.rows_as_of:%H:%M}"


@dataclass(frozen=True, slots=True)
class CustomerUnits:
    """Units in effect on a customer's billed lines: what the guard measures a change against (R61)."""

    company: CompanyId
    units: int


@dataclass(frozen=True, slots=True)
class KindChange:
    """A contract whose billing kind is not the one last settled, and what follows from it (R24)."""

    contract: ContractId
    before: BillingKind | None  # None: none was settled yet, so nothing is held for it
    now: BillingKind
    steps: tuple[StepId, ...]
    is_told: bool  # False: part of what follows is not known yet
    waits: bool  # something follows that no step of this plan does: a decrease, a change on its way

    @property
    def is_change(self) -> bool:
        return self.before is not None


@dataclass(frozen=True, slots=True)
class Plan:
    pairing: PairingId
    made_at: datetime
    today: date
    settings_version: int
    snapshot: SnapshotId
    steps: tuple[Step, ...]
    holds: tuple[Hold, ...]
    wishes: tuple[Wish, ...]
    findings: tuple[Finding, ...]
    completeness: Completeness
    customer_units: tuple[CustomerUnits, ...] = ()
    kind_changes: tuple[KindChange, ...] = ()
    late_months: tuple[LateMonth, ...] = ()

    def hold_on(self, step: StepId) -> Hold | None:
        return next((hold for hold in self.holds if hold.step == step), None)
