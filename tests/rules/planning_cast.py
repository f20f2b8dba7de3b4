"""A contract line whose rows follow from the changes landed on it, as Autotask would show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.evidence import Arithmetic, Evidence, Reading
from psabridge.rules.leaving.due import DueTenant, Leavers
from psabridge.rules.plans.looking import lines_to_look_at, look_windows
from psabridge.rules.plans.plan import Plan, SetUnits, Step
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.platform import OfferingItem
from psabridge.rules.psa import Contract, PsaSnapshot, UnitRow
from psabridge.rules.settings import PairingSettings, ServiceMapping
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredItem, DesiredUnits
from psabridge.rules.words import (
    CompanyId,
    ContractId,
    IntentId,
    LineId,
    PairingId,
    PlanId,
    ServiceId,
    SnapshotId,
    StepId,
)
from tests.builders import (
    NOW,
    TODAY,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)

A_DAY = timedelta(days=1)
SNAPSHOT = SnapshotId(7)
JANUARY = date(2026, 1, 1)
TEN = [(JANUARY, 10)]
MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
YESTERDAY = date(2026, 3, 9)
TOMORROW = date(2026, 3, 11)


@dataclass(slots=True)
class Line:
    """The changes that landed, and what the rows say of them."""

    changes: list[tuple[date, int]] = field(default_factory=list)
    contract: Contract = field(default_factory=lambda: a_payg_contract(currency="EUR"))
    length: PeriodType = PeriodType.MONTHLY
    posted_until: date = date.min  # periods that start before it are posted
    reading: RowReading = RowReading.TOTALS
    ends_on_boundary: bool = False  # D9: a split row ends on the day of the next one
    number: int = 100
    rate: Decimal | None = Decimal(5)

    def __post_init__(self) -> None:
        self.contract = replace(self.contract, currency="EUR")

    @property
    def id(self) -> LineId:
        return line_id(self.number)

    def level(self, day: date) -> int:
        return sum(change for on, change in self.changes if on <= day)

    def rows(self) -> list[UnitRow]:
        grid = PeriodGrid(self.contract.starts, self.length)
        rows: list[UnitRow] = []
        for first in grid.first_days(self.contract.starts, self.contract.ends):
            rows += self._rows_of_period(first, min(grid.holding(first).last_day, self.contract.ends))
        return rows

    def _rows_of_period(self, first: date, last: date) -> list[UnitRow]:
        splits = sorted({on for on, _ in self.changes if first < on <= last})
        if self.reading is RowReading.OVERLAYS:
            overlays = [self._row(on, last, self.level(on) - self.level(on - A_DAY)) for on in splits]
            return [self._row(first, last, self.level(first)), *overlays]
        starts = [first, *splits]
        ends = [start if self.ends_on_boundary else start - A_DAY for start in splits] + [last]
        return [self._row(start, end, self.level(start)) for start, end in zip(starts, ends, strict=True)]

    def _row(self, start: date, end: date, units: int) -> UnitRow:
        posted = datetime(2026, 1, 1, tzinfo=UTC) if start < self.posted_until else None
        price = None if self.rate is None else self.rate * units
        return UnitRow(self.id, start, end, units, posted, price)

    def picture(self, since: date, until: date) -> Picture:
        rows = tuple(sorted(row for row in self.rows() if row.starts <= until and row.ends >= since))
        return Picture(self.id, rows, NOW, since, until)

    def rows_near(self, today: date) -> list[UnitRow]:
        return [row for row in self.rows() if row.starts <= today + A_DAY and row.ends >= today]

    def snapshot(self, today: date = TODAY) -> PsaSnapshot:
        return snapshot_of([self], today)


def snapshot_of(lines: Sequence[Line], today: date = TODAY) -> PsaSnapshot:
    return psa_snapshot(
        contracts=[line.contract for line in lines],
        lines=[a_line(line.number, line.contract.id, unit_price=line.rate) for line in lines],
        rows=[row for line in lines for row in line.rows_near(today)],
        services=[a_service(period_type=lines[0].length)] if lines else [],
        today=today,
    )


def wanted_units(
    units: int, line: Line | None = None, rows: tuple[ServiceMapping, ...] | None = None
) -> DesiredUnits:
    line = line or Line()
    used = (a_mapping_row(),) if rows is None else rows
    reading = Reading(tenant_id(1), "workstations", None, units, "quantity", NOW)
    parts = tuple(Arithmetic(row, (reading,), units, Decimal(units), units) for row in used[:1])
    return DesiredUnits(
        line=line.id,
        contract=line.contract.id,
        company=line.contract.company,
        service=ServiceId(1000),
        units=units,
        evidence=Evidence(parts, rule="ACR-PAY-08"),
        rows=used,
    )


def wanted(units: int, line: Line | None = None, rows: tuple[ServiceMapping, ...] | None = None) -> Desired:
    return Desired(units=(wanted_units(units, line, rows),), checked_customers=1)


def plan_of(
    line: Line,
    units: int,
    *,
    today: date = TODAY,
    decided: PairingSettings | None = None,
    rows: tuple[ServiceMapping, ...] | None = None,
    history: LineHistory | None = None,
    figures: Iterable[DayFigure] = (),
    reading: RowReading | None = None,
    picture: Picture | None = None,
) -> Plan:
    """What the engine would plan for one line, reading its picture only where the rules ask for it."""
    chosen = decided or settings()
    psa, desired = line.snapshot(today), wanted(units, line, rows)
    past = history or LineHistory(line.id)
    pictures = {line.id: picture} if picture else pictures_of([line], chosen, psa, desired, past)
    return make_plan(
        settings=chosen,
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures,
        histories={line.id: past},
        figures={line.id: tuple(figures)},
        snapshot=SNAPSHOT,
        made_at=NOW,
        reading=reading,
    )


def pictures_of(
    lines: Sequence[Line],
    decided: PairingSettings,
    psa: PsaSnapshot,
    desired: Desired,
    past: LineHistory | None = None,
) -> dict[LineId, Picture]:
    by_id = {line.id: line for line in lines}
    open_lines = frozenset({past.line} if past and past.open else ())
    looked = lines_to_look_at(decided, psa, desired, open_lines)
    return {
        line: by_id[line].picture(window.covers_from, window.covers_to)
        for window in look_windows(decided, psa, desired, looked)
        for line in window.lines
        if by_id[line].rows()
    }


def figures_for(units: Iterable[int], first: date) -> tuple[DayFigure, ...]:
    """One figure a day from the first day on."""
    return tuple(DayFigure(first + timedelta(days=number), value) for number, value in enumerate(units))


def same_figures(units: int, first: date, last: date) -> tuple[DayFigure, ...]:
    return figures_for([units] * ((last - first).days + 1), first)


def an_intent(
    day: date, before: int, after: int, state: IntentState = IntentState.CONFIRMED, number: int = 1
) -> Intent:
    return Intent(
        id=IntentId(number),
        pairing=PairingId(1),
        company=CompanyId(1),
        contract=ContractId(10),
        line=line_id(100),
        day=day,
        change=after - before,
        before=before,
        wanted=after,
        old_step=0,
        is_fenced=True,
        picture=Picture(line_id(100), (), NOW, day, day),
        reading=RowReading.TOTALS,
        zone="Europe/Berlin",
        plan=PlanId(1),
        step=StepId("units-1"),
        snapshot=SNAPSHOT,
        fence=1,
        armed_at=NOW,
        state=state,
    )


def sent_on(day: date, intent: Intent) -> Intent:
    """It left on this day, whatever day it counts from."""
    return replace(intent, armed_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def history_of(*intents: Intent) -> LineHistory:
    return LineHistory(line_id(100), intents)


def the_step(plan: Plan) -> Step:
    (step,) = plan.steps
    return step


def the_change(plan: Plan) -> SetUnits:
    change = the_step(plan).change
    assert isinstance(change, SetUnits)
    return change


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.findings}


def a_wanted_item(
    item: OfferingItem, *, quota: int | None = None, overage: int | None = 0, is_on: bool = True
) -> DesiredItem:
    return DesiredItem(
        item.tenant,
        CompanyId(1),
        item.key,
        is_on=is_on,
        has_quota=item.item_type != "feature",
        quota=quota,
        overage=overage,
        reason="25 sold",
        evidence=Evidence(rule="ACR-PRE-01"),
    )


def plan_for(
    desired: Desired,
    lines: Iterable[Line] = (),
    items: Iterable[OfferingItem] = (),
    *,
    silent: bool = False,
    due: Iterable[DueTenant] = (),
) -> Plan:
    there, chosen = tuple(lines), settings()
    psa = snapshot_of(there)
    platform = platform_snapshot(items=items)
    return make_plan(
        settings=chosen,
        psa=psa,
        platform=replace(platform, items={}) if silent else platform,
        desired=desired,
        pictures=pictures_of(there, chosen, psa, desired),
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
        leavers=Leavers(due=tuple(due)),
    )
