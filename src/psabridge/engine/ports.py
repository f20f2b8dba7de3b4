"""What the engine asks of the outside: the vendors, the store, the clock. `wiring` joins the real ones.

Every write port raises only the family of `psabridge.kit.errors`, whose members say what may be done next.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from psabridge.engine.arrival_ports import ArrivalBook, Provisioning
from psabridge.kit.clock import Clock
from psabridge.kit.periods import Period
from psabridge.rules.customers.directory import CompanyList, TenantList
from psabridge.rules.lease import Lease, LeaseHeld, LeaseLost, ProofOfCurrent
from psabridge.rules.leaving.kept import Disabling, Kept, Noted
from psabridge.rules.month_corrections import MonthCorrection
from psabridge.rules.plans.plan import Plan, Step
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Tenant
from psabridge.rules.psa import Company, Newcomers, PsaSnapshot
from psabridge.rules.reading import Carried
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.wanted.day_figures import KeptFigure
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.ranges.daily import DayUse, ReportOrder
from psabridge.rules.wanted.ranges.readings import RangeReading
from psabridge.rules.wanted.two_way import Agreed, RowOfTenant
from psabridge.rules.words import (
    BillingKind,
    CompanyId,
    ContractId,
    IntentId,
    ItemKey,
    LineId,
    PairingId,
    PlanId,
    ServiceId,
    SnapshotId,
    StepId,
    TenantId,
)


class Psa(Protocol):
    """Autotask, in our words."""

    def read(self, settings: PairingSettings, today: date, carried: Carried | None = None) -> PsaSnapshot:
        """Mapped companies, their contracts, the lines of mapped services, units today and tomorrow.

        With `carried` only what may have changed since is read; without, everything.
        """

    def pictures(
        self, lines: Iterable[LineId], *, covers_from: date, covers_to: date
    ) -> Mapping[LineId, Picture]:
        """Whole pictures, each read in one page (W10). A line without any row is absent from the answer.

        One with a row that could not be read is there, and not whole.
        """

    def list_companies(self, mapped: Iterable[CompanyId], *, with_contacts: bool) -> CompanyList:
        """Active companies, and mapped ones whatever they are. Asked for by a person, never in a cycle."""

    def adjust_units(
        self,
        line: LineId,
        day: date,
        change: int,
        *,
        company: CompanyId | None = None,
        contract: ContractId | None = None,
    ) -> int:
        """Post one adjustment, once; the item id. Raises NotSent, Busy, Refused, OutcomeUnknown.

        The call is counted for the company. The contract is named only where it is handed over (P6).
        """

    def find_services(self, name: str) -> tuple[ServiceId, ...]: ...

    def create_service(self, service: NewService) -> ServiceId: ...

    def find_lines(self, contract: ContractId, service: ServiceId) -> tuple[LineId, ...]:
        """The lines of a service on a contract as they stand now."""

    def add_line(self, contract: ContractId, service: ServiceId, *, company: CompanyId | None = None) -> int:
        """Put a service on a contract, without units; the line's number. Raises as `adjust_units` does."""

    def notes_on(self, contracts: Iterable[ContractId]) -> frozenset[tuple[ContractId, str]]:
        """The notes of contracts by their titles, as they stand now."""

    def add_note(
        self, contract: ContractId, title: str, text: str, *, company: CompanyId | None = None
    ) -> int:
        """The note's number. Raises as `adjust_units` does."""

    def create_payg_definition(self) -> int: ...

    def write_marker(self, definition_id: int, marker: str) -> None: ...

    def newcomers(
        self, settings: PairingSettings, psa: PsaSnapshot, named: Iterable[CompanyId] = ()
    ) -> Newcomers:
        """Companies that are not mapped: those with a line among `psa.strangers`, and those named."""

    def find_companies(self, name: str) -> tuple[Company, ...]: ...

    def contract_owners(self, contracts: Iterable[ContractId]) -> Mapping[ContractId, CompanyId]:
        """Whose these contracts are now, those that are in sight. Asked for by a person, never in a cycle."""

    def check_codes(self) -> None:
        """Compare the codes this version knows with the tenant's own lists (R45). Raises Refused."""

    def clock_offset(self) -> timedelta | None:
        """The vendor's `Date` header less our clock at the last answer, None before the first (W11)."""

    def calls(self) -> int: ...

    def calls_by_company(self) -> Mapping[CompanyId, int]:
        """Calls made for one company alone; reads are made for all together."""


class Platform(Protocol):
    """A backup platform, in our words."""

    def read(self, settings: PairingSettings) -> PlatformSnapshot: ...

    def items(self, tenants: Iterable[TenantId]) -> Mapping[TenantId, tuple[OfferingItem, ...]]:
        """The rows as they stand now, for the tenants that answered."""

    def set_tag(self, tenant: TenantId, tag: str | None, version: int) -> None:
        """Absolute, with the tenant's version last read. Raises NotSent, Busy, Refused, OutcomeUnknown."""

    def tenants(self, tenants: Iterable[TenantId]) -> Mapping[TenantId, Tenant]:
        """As they stand now, those that answered."""

    def list_tenants(self, mapped: Iterable[TenantId]) -> TenantList:
        """All below the partner, and mapped ones that were deleted. Asked by a person, never in a cycle."""

    def tenant(self, tenant: TenantId) -> Tenant:
        """As it stands now, deleted or not. Raises Refused where it is out of sight."""

    def switch_tenant(self, tenant: TenantId, *, is_on: bool, version: int) -> Tenant:
        """Enable or disable it; as it is afterwards. Raises NotSent, Busy, Refused, OutcomeUnknown."""

    def delete_tenant(self, tenant: TenantId, *, version: int) -> None:
        """A disabled one, with the version last read. Raises NotSent, Busy, Refused, OutcomeUnknown."""

    def order_report(self, days: Period) -> str:
        """Order what all customers used on each of these days; the report's id."""

    def usage_report(self, report: str) -> tuple[DayUse, ...] | None:
        """None: the file is not there yet. Raises Unreadable."""

    def set_item(self, wanted: DesiredItem, now: OfferingItem | None) -> None:
        """Absolute values with the version last read. Raises NotSent, Busy, Refused, OutcomeUnknown."""

    def calls(self) -> int: ...


class Leases(Protocol):
    def hold(self, pairing: PairingId, *, length: timedelta) -> AbstractContextManager[Lease]:
        """Take the lease by the database's clock. Raises LeaseHeld when another process has it."""

    def renew(self, lease: Lease, *, length: timedelta) -> None:
        """Raises LeaseLost when the fence has moved."""


class Journal(Protocol):
    """Intents and outcomes. Each call commits on its own; an intent cannot hide in an outer transaction."""

    def arm(self, intent: Intent, lease: Lease) -> Intent:
        """Commit a new intent before its request leaves; the same with its id. Raises LeaseLost."""

    def save(self, intent: Intent, lease: Lease) -> None:
        """Commit the next state of an intent. Raises LeaseLost."""

    def open_intents(self, pairing: PairingId) -> tuple[Intent, ...]: ...

    def histories(self, lines: Iterable[LineId], pairing: PairingId) -> Mapping[LineId, LineHistory]: ...

    def intent(self, intent: IntentId) -> Intent | None: ...

    def record_step(self, plan: PlanId, step: Step, outcome: str, text: str, at: datetime) -> None:
        """Note the outcome of a step that is not a change of units."""

    def sent_at(self, step: StepId, pairing: PairingId) -> datetime | None:
        """When a request of this step left that was never answered; None: nothing is on its way."""

    def proof(self) -> ProofOfCurrent: ...

    def proof_in_file(self) -> ProofOfCurrent | None: ...

    def write_proof_file(self) -> None: ...

    def decide(self, intent: Intent) -> None:
        """Commit a person's decision on a parked intent. Raises LookupError when it is no longer parked."""

    def raise_epoch(self) -> None:
        """After a restore (protocol 2.6)."""

    def canary_passed(self, lease: Lease) -> bool:
        """Whether the first mid-period write of this connection was seen to land (protocol 2.2.5)."""

    def remember_canary(self, lease: Lease, at: datetime) -> None: ...

    def claimed(self, pairing: PairingId) -> frozenset[LineId]:
        """Every line the pairing ever measured (R27)."""

    def claim_lines(self, lines: Sequence[LineId], pairing: PairingId) -> Mapping[LineId, str]:
        """Claim lines for a pairing (R27); those that another pairing has, with its name."""


class Records(Protocol):
    """Snapshots and plans, kept so that a number can be explained later."""

    def keep_snapshot(
        self, settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot
    ) -> SnapshotId:
        """Keep both sides with the settings they were read under."""

    def snapshot(
        self, snapshot: SnapshotId
    ) -> tuple[PairingSettings, PsaSnapshot, PlatformSnapshot] | None: ...

    def latest_snapshot(self, pairing: PairingId, on: date | None = None) -> SnapshotId | None: ...

    def keep_plan(self, plan: Plan) -> PlanId: ...

    def plan(self, plan: PlanId) -> Plan | None: ...

    def latest_plan(self, pairing: PairingId, on: date | None = None) -> PlanId | None:
        """The newest plan, or the newest that was made from a read of a day."""

    def last_set(
        self, pairing: PairingId, subject: str, tenant: TenantId, key: ItemKey
    ) -> tuple[DesiredItem, datetime] | None:
        """What an item of this subject was last set to and read back; None: never, or not kept any more."""

    def keep_figures(self, pairing: PairingId, figures: Mapping[LineId, KeptFigure]) -> None:
        """Note what each line should have on a day; a later figure of the day replaces an earlier one."""

    def day_figures(
        self, pairing: PairingId, since: Mapping[LineId, date]
    ) -> Mapping[LineId, tuple[KeptFigure, ...]]:
        """What was collected of these lines from a day on, oldest first: the ground of a close (W13)."""

    def keep_ranges(self, pairing: PairingId, readings: Sequence[RangeReading]) -> None:
        """The first reading of each counter, UTC day and range; a later one of the day changes nothing."""

    def ranges(self, pairing: PairingId, since: datetime) -> tuple[RangeReading, ...]:
        """Readings kept of range items (ACR-USE-07)."""

    def report_order(self, pairing: PairingId, days: Period) -> ReportOrder | None:
        """The order for a month whose file is not here yet."""

    def keep_report_order(self, pairing: PairingId, order: ReportOrder) -> None: ...

    def keep_day_uses(self, pairing: PairingId, days: Period, uses: Sequence[DayUse]) -> None:
        """What a file told; its order is done."""

    def day_uses(self, pairing: PairingId, since: date) -> tuple[DayUse, ...]: ...

    def contracts_seen(self, pairing: PairingId) -> Mapping[ContractId, CompanyId]:
        """Every contract ever read for the mapped companies: seen once and now absent is unreadable (R20)."""

    def contract_kinds(self, pairing: PairingId) -> Mapping[ContractId, BillingKind]:
        """The billing kind of each contract as last settled; none was yet of those that are absent (R24)."""

    def remember_kinds(self, pairing: PairingId, kinds: Mapping[ContractId, BillingKind]) -> None:
        """Of contracts seen: under which kind nothing was left to do."""

    def agreed(self, pairing: PairingId) -> Mapping[RowOfTenant, Agreed]:
        """What both sides last agreed on, per tenant and mapping row (ACR-TWO-06)."""

    def remember_agreed(self, pairing: PairingId, agreed: Iterable[Agreed]) -> None: ...

    def remember_sent(self, pairing: PairingId, sent: Mapping[RowOfTenant, int]) -> None:
        """Units about to go to a contract, beside what both sides last agreed on, where they ever did."""

    def has_applied(self, pairing: PairingId) -> bool:
        """Whether this pairing ever wrote anything: before that, every sync is a first sync (R61)."""

    def forget_before(self, pairing: PairingId, moment: datetime) -> int:
        """Delete snapshots and plans older than the retention setting; how many went."""


class Decisions(Protocol):
    """What a cycle learns that belongs to the settings."""

    def billed_elsewhere(self, pairing: PairingId) -> Mapping[TenantId, str]:
        """Tenants that other pairings work on, each with its pairing's name (R31)."""

    def remember_definition(self, pairing: PairingId, definition: int) -> None:
        """The PAYG field once seen or made (R22)."""

    def remember_partner(self, pairing: PairingId, partner: TenantId, tenants: Iterable[TenantId]) -> None:
        """Under which partner these mapped tenants were read, where that was not known yet (ACR-ORG-08)."""

    def remember_services(self, settings: PairingSettings, at: datetime) -> PairingSettings:
        """Keep rows whose named service was found; the settings with their new version (R45)."""

    def forget_left(self, settings: PairingSettings, lines: frozenset[LineId], *, at: datetime) -> None:
        """Left lines that are at 0 by now, as a person wanted (R33)."""

    def never_write(self, settings: PairingSettings, line: LineId, *, who: str, at: datetime) -> None:
        """Leave a line alone from now on."""

    def correct_month(
        self, settings: PairingSettings, correction: MonthCorrection, *, who: str, at: datetime
    ) -> None:
        """A person's word on a month that counts otherwise since it was written (ACR-USE-04)."""


class Leaving(Protocol):
    """Counts of customers that leave, and what was done to their tenants. Written under the lease only."""

    def kept(self, pairing: PairingId) -> Mapping[TenantId, Kept]: ...

    def keep(self, pairing: PairingId, kept: Mapping[TenantId, Kept], lease: Lease) -> None:
        """Replace what is kept; of tenants that are not named nothing is. Raises LeaseLost."""

    def note(
        self,
        pairing: PairingId,
        tenant: TenantId,
        disabling: Disabling | None,
        lease: Lease,
        noted: Noted | None = None,
    ) -> None:
        """Commit what is done to a tenant, with its entry in the audit. Raises LeaseLost."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything one pairing's cycle reaches for, handed in by `wiring`."""

    psa: Psa
    platform: Platform
    provisioning: Provisioning
    arrivals: ArrivalBook
    journal: Journal
    records: Records
    leases: Leases
    decisions: Decisions
    leaving: Leaving
    clock: Clock


__all__ = [
    "ArrivalBook",
    "Decisions",
    "Journal",
    "Lease",
    "LeaseHeld",
    "LeaseLost",
    "Leases",
    "Leaving",
    "Platform",
    "Ports",
    "ProofOfCurrent",
    "Provisioning",
    "Psa",
    "Records",
]
