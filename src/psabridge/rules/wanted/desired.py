"""What each line and each quota should be. Values only; `desired_state.py` decides them."""

from dataclasses import dataclass
from datetime import date

from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding
from psabridge.rules.settings import NewService, ServiceMapping
from psabridge.rules.wanted.ranges.reports import RangeReport
from psabridge.rules.wanted.two_way import Agreed, Following
from psabridge.rules.words import CompanyId, ContractId, ItemKey, LineId, ServiceId, TenantId


@dataclass(frozen=True, slots=True)
class DesiredUnits:
    """Units a pay-as-you-go line should have, and by which rows; a left line has none."""

    line: LineId
    contract: ContractId
    company: CompanyId
    service: ServiceId
    units: int
    evidence: Evidence
    rows: tuple[ServiceMapping, ...]
    report: RangeReport | None = None  # of a line of range items: the month that `units` were used in (R17)
    followed_by: str = ""  # the contract that sells it from the day after this one's end, by name
    zero_after: date | None = None  # a left line: 0 from the first period that begins after this day (R33)


@dataclass(frozen=True, slots=True)
class FormerUnits:
    """A line of levels that took usage until its contract ended or gave way; `heir` takes it then."""

    line: LineId
    contract: ContractId
    company: CompanyId
    service: ServiceId
    rows: tuple[ServiceMapping, ...]
    until: date  # the last day whose usage was billed on it
    heir: LineId | None = None


@dataclass(frozen=True, slots=True)
class DesiredItem:
    """An offering item that should be on or off, with its quota in the item's own unit.

    `quota` None means unlimited. `overage` 0 is a hard limit, None is never restricted. A feature has
    `has_quota` False: only on or off is set (R4).
    """

    tenant: TenantId
    company: CompanyId
    key: ItemKey
    is_on: bool
    has_quota: bool
    quota: int | None
    overage: int | None
    reason: str
    evidence: Evidence
    needs_person: bool = False  # always held: every row to zero for lack of live additions (R5)


@dataclass(frozen=True, slots=True)
class DesiredTag:
    """What a tenant's tag should say: its company, or nothing once it is unmapped (R32)."""

    tenant: TenantId
    company: CompanyId | None
    tag: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A service that a contract lacks. `units` follow as a step of their own; None: by usage."""

    contract: ContractId
    company: CompanyId
    service: ServiceId
    units: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewNote:
    """What a contract should say for those who read it. One with its title is never written again."""

    contract: ContractId
    company: CompanyId
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Desired:
    """Lines and items that are absent here are left as they are, each with a finding where it matters."""

    units: tuple[DesiredUnits, ...] = ()
    former: tuple[FormerUnits, ...] = ()
    items: tuple[DesiredItem, ...] = ()
    new_services: tuple[NewService, ...] = ()
    create_definition: bool = False
    findings: tuple[Finding, ...] = ()
    checked_customers: int = 0
    unmapped_tenants: int = 0
    tags: tuple[DesiredTag, ...] = ()
    told: frozenset[ContractId] = frozenset()  # contracts of which all that follows is known
    new_lines: tuple[NewLine, ...] = ()
    new_notes: tuple[NewNote, ...] = ()
    sold: tuple[tuple[LineId, int], ...] = ()  # prepaid units that a quota in Acronis agrees with
    agreed: tuple[Agreed, ...] = ()  # rows of tenants on which both sides say the same (ACR-TWO-06)
    following: tuple[Following, ...] = ()  # rows of tenants on which they will, once the steps are done
    disabled: tuple[tuple[TenantId, Finding], ...] = ()  # said unless it is said what becomes of the tenant

    @property
    def measured(self) -> tuple[DesiredUnits, ...]:
        """Without left lines, of which nothing is known to be used: that is not 0 (R33)."""
        return tuple(one for one in self.units if one.zero_after is None)


@dataclass(frozen=True, slots=True)
class DayFigure:
    """The units one line should have had on a day, collected for `period_close` and `next_period`."""

    day: date
    units: int
    meter: str = ""  # mark of the rows it was counted by; figures of two meters make none together
