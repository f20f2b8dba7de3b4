"""Why a line shows the units it shows: from the dated source rows to the contract (promise 5).

A past day is explained from the snapshot kept for it, with the changes that were in effect then.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from psabridge.rules.evidence import Arithmetic, Reading
from psabridge.rules.explaining.outlook import NOTHING_AHEAD, Outlook
from psabridge.rules.findings import Finding
from psabridge.rules.items.labels import Labels, amount, counted
from psabridge.rules.items.meter_words import (
    after_rounding,
    before_rounding,
    counted_item,
    row_words,
    unit_of,
)
from psabridge.rules.plans.step_words import (
    company_name,
    item_state,
    sold_name,
    wanted_state,
)
from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import Contract, ContractLine, PsaSnapshot, UnitRow
from psabridge.rules.settings import PairingSettings, ServiceMapping
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.wanted.contract_state import kind_of, services_of, units_today
from psabridge.rules.wanted.desired import Desired, DesiredItem, DesiredUnits
from psabridge.rules.wanted.quantities import billable, used_units
from psabridge.rules.wanted.ranges.reports import MonthFigure, RangeReport
from psabridge.rules.words import BillingKind, IntentId, LineId, ServiceId

_NO_REASONS: Mapping[IntentId, str] = MappingProxyType({})
_NEVER_LANDED = {IntentState.NOT_SENT, IntentState.REJECTED, IntentState.CLOSED}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change that we made or tried, as the journal has it."""

    day: date
    change: int
    before: int
    after: int
    state: IntentState
    sent_at: datetime
    item_id: int | None
    why: str
    may_stand: bool  # False: it never left, was refused or was given up
    because: str = ""  # what its plan said; empty where that is not kept any more

    def __str__(self) -> str:
        number = f", item {self.item_id}" if self.item_id is not None else ""
        why = f", {self.why}" if self.why else ""
        return f"{self.day}: {self.change:+} ({self.before} → {self.after}) {self.state}{number}{why}"


@dataclass(frozen=True, slots=True)
class QuotaSet:
    """A quota that follows from a prepaid line, as it is and as it should be."""

    item: str
    now: str
    wanted: str
    rule: str


@dataclass(frozen=True, slots=True)
class Explanation:
    company: str
    contract: str
    service: str
    line: LineId
    kind: BillingKind
    as_of: datetime
    on: date
    readings: tuple[Reading, ...]
    parts: tuple[Arithmetic, ...]
    rule: str
    desired: int | None  # None: no figure, and a finding says why, or the line is not measured
    adjustments: tuple[Adjustment, ...]
    rows: tuple[UnitRow, ...]
    units: int | None  # in force on the day
    quotas: tuple[QuotaSet, ...]
    findings: tuple[Finding, ...]
    verdict: str
    report: RangeReport | None = None  # of a line of range items
    counted: tuple[str, ...] = ()  # days collected for the close of a period
    waits: str = ""  # a change that has its own day
    next: str = ""  # what the plan would write
    words: tuple[tuple[str, str], ...] = ()

    def chain(self) -> tuple[tuple[str, str], ...]:
        """Headings and texts in the order in which the number came about."""
        return self.words


def explain(  # noqa: PLR0913  each is another source, handed in by name
    line: LineId,
    *,
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    desired: Desired,
    history: LineHistory,
    picture: Picture | None = None,
    on: date | None = None,
    outlook: Outlook = NOTHING_AHEAD,
) -> Explanation:
    """`psa`, `platform` and `desired` are those of the day `on`; None: of now."""
    found = psa.lines[line]
    contract = psa.contracts[found.contract]
    day = psa.today if on is None else on
    wanted = next((units for units in desired.measured if units.line == line), None)
    rows = picture.rows if picture else psa.rows.get(line, ())
    units = units_today(rows, day)
    adjustments = adjustments_until(history, day, psa.read_at, outlook.reasons)
    kind = kind_of(contract, psa.payg)
    labels = Labels.of(settings, platform)
    explanation = Explanation(
        company=company_name(contract.company, psa),
        contract=contract.name,
        service=sold_name(found, psa),
        line=line,
        kind=kind,
        as_of=psa.read_at if picture else psa.rows_read_at(line),
        on=day,
        readings=_readings(wanted),
        parts=wanted.evidence.parts if wanted else (),
        rule=wanted.evidence.rule if wanted else "",
        desired=wanted.units if wanted else None,
        adjustments=adjustments,
        rows=tuple(sorted(rows)),
        units=units,
        quotas=_quotas(services_of(found, psa), contract, settings, platform, desired, labels)
        if kind is BillingKind.PREPAID
        else (),
        findings=_findings(found, contract, psa, desired, outlook),
        verdict=_verdict(wanted, units, kind, adjustments, outlook),
        report=wanted.report if wanted else None,
        counted=tuple(outlook.days()),
        waits=outlook.waits,
        next=outlook.next,
    )
    return replace(explanation, words=tuple(_words(explanation, labels)))


def adjustments_until(
    history: LineHistory, day: date, moment: datetime, reasons: Mapping[IntentId, str] = _NO_REASONS
) -> tuple[Adjustment, ...]:
    """What we had made or tried by the moment of reading, with effect up to the day; oldest first."""
    return tuple(
        _adjustment(intent, reasons.get(intent.id, ""))
        for intent in history.intents
        if intent.day <= day and intent.armed_at <= moment
    )


def _adjustment(intent: Intent, because: str) -> Adjustment:
    return Adjustment(
        day=intent.day,
        change=intent.change,
        before=intent.before,
        after=intent.wanted,
        state=intent.state,
        sent_at=intent.armed_at,
        item_id=intent.item_id,
        why=intent.why or intent.vendor_text,
        may_stand=intent.state not in _NEVER_LANDED or intent.is_adopted,
        because=because,
    )


def _readings(wanted: DesiredUnits | None) -> tuple[Reading, ...]:
    parts = wanted.evidence.parts if wanted else ()
    return tuple(dict.fromkeys(reading for part in parts for reading in part.readings))


def _verdict(
    wanted: DesiredUnits | None,
    units: int | None,
    kind: BillingKind,
    adjustments: Iterable[Adjustment],
    outlook: Outlook,
) -> str:
    if units is None:
        return "Autotask shows no units in force: unknown, not 0"
    ours = [adjustment for adjustment in adjustments if adjustment.may_stand]
    if kind is BillingKind.PREPAID:
        return f"{units} were sold, {_origin(ours)}; prepaid units are never changed by usage (ACR-PRE-03)"
    if wanted is None:
        return f"{units} are billed, {_origin(ours)}; the line is not measured"
    return _against_usage(wanted.units, units, ours, outlook)


def _against_usage(used: int, units: int, ours: Sequence[Adjustment], outlook: Outlook) -> str:
    origin, ahead = _origin(ours), _ahead(outlook)
    if used == units:
        return f"right: {units} units, {origin}{ahead}"
    if ours and ours[-1].after != units and ours[-1].state is IntentState.CONFIRMED:
        return f"should be {used}; another made it {units} after we left it at {ours[-1].after}{ahead}"
    if outlook.wish is not None:
        return f"stays {units} until {outlook.wish.due}, while {used} are used; {origin}{ahead}"
    return f"should be {used}, shows {units}, {origin}{ahead}"


def _origin(ours: Sequence[Adjustment]) -> str:
    return f"last set by us on {ours[-1].day}" if ours else "found so"


def _ahead(outlook: Outlook) -> str:
    """What will be, so that no difference stands without its reason."""
    if outlook.change is not None:
        return f"; by a plan made now {outlook.change.after} from {outlook.change.day}"
    if outlook.wish is not None:
        return f"; by today's figures {outlook.wish.wanted} from then on: {outlook.wish.reason}"
    return ""


def _quotas(
    services: Collection[ServiceId],
    contract: Contract,
    settings: PairingSettings,
    platform: PlatformSnapshot,
    desired: Desired,
    labels: Labels,
) -> tuple[QuotaSet, ...]:
    rows = [row for row in settings.services if row.service in services]
    return tuple(
        _quota_set(item, platform.item(item.tenant, item.key), labels)
        for item in desired.items
        if item.company == contract.company and any(_is_of(row, item) for row in rows)
    )


def _quota_set(item: DesiredItem, now: OfferingItem | None, labels: Labels) -> QuotaSet:
    return QuotaSet(
        item=labels.key(item.key),
        now=item_state(now),
        wanted=wanted_state(item, now, labels),
        rule=item.evidence.rule or item.reason,
    )


def _is_of(row: ServiceMapping, item: DesiredItem) -> bool:
    return row.item == item.key.name and row.storage in {None, item.key.storage}


def _findings(
    line: ContractLine, contract: Contract, psa: PsaSnapshot, desired: Desired, outlook: Outlook
) -> tuple[Finding, ...]:
    """Of the company, those that name this contract or what the line sells; and what the plan says of it."""
    names = (contract.name, sold_name(line, psa))
    named = (
        finding
        for finding in desired.findings
        if finding.company == contract.company
        and any(name in f"{finding.subject} {finding.problem}" for name in names)
    )
    return tuple(dict.fromkeys((*named, *outlook.findings)))


def _words(told: Explanation, labels: Labels) -> Iterator[tuple[str, str]]:
    yield "read", f"{told.as_of:%Y-%m-%d %H:%M} UTC, for {told.on}"
    yield "billed", str(told.kind)
    readings = [_reading(reading, part.row, labels) for part in told.parts for reading in part.readings]
    yield from (("usage", text) for text in dict.fromkeys(readings))
    yield from (("mapping", _mapping(part, labels)) for part in told.parts)
    for part in told.parts:
        yield from (("meter", text) for text in before_rounding(part, unit_of(part)))
        yield "rounding", _rounding(part)
        yield from (("meter", text) for text in after_rounding(part))
    if told.report is not None:
        yield from (("correction", str(one)) for one in told.report.corrections)
    if told.desired is not None:
        yield "should be", f"{told.desired} units ({told.rule})"
    if told.report is not None and told.report.running is not None:
        yield "month so far", _so_far(told.report.running)
    yield from (("counted", days) for days in told.counted)
    for adjustment in told.adjustments:
        yield "adjustment", str(adjustment)
        yield from [("because", adjustment.because)] if adjustment.because else []
    yield from (("units on the contract", _row(row)) for row in told.rows)
    yield "units now", "unknown" if told.units is None else str(told.units)
    yield from [("waiting", told.waits)] if told.waits else []
    yield from [("next", told.next)] if told.next else []
    yield from (("quota", f"{q.item}: {q.now}, should be {q.wanted} ({q.rule})") for q in told.quotas)
    yield from (("finding", str(finding)) for finding in told.findings)
    yield "verdict", told.verdict


def _so_far(running: MonthFigure) -> str:
    used = "not known" if running.units is None else f"{running.units} units"
    return f"{used} since {running.days.start}, whole UTC days; written when {running.days} is over"


def _reading(reading: Reading, row: ServiceMapping, labels: Labels) -> str:
    what = labels.usage(reading.usage_name, counted_item(reading.usage_name, row, labels))
    where = f" on {labels.storage(reading.storage)}" if reading.storage else ""
    note = f" ({reading.note})" if reading.note else ""
    if reading.quantity is None:
        found = f"no reading of {what}"
    else:
        found = counted(reading.quantity, reading.unit, what)
    return f"{reading.read_at:%Y-%m-%d %H:%M} UTC: {found}{where}{note}"


def _mapping(part: Arithmetic, labels: Labels) -> str:
    row, unit = part.row, unit_of(part)
    ignored = f"; below {amount(row.ignore_below, unit)} nothing" if row.ignore_below else ""
    return f"{row_words(row, labels, unit)}; one unit is {amount(row.unit_size, unit)}{ignored}"


def _rounding(part: Arithmetic) -> str:
    exact = f"{part.exact:.6f}".rstrip("0").rstrip(".")
    size = amount(part.row.unit_size, unit_of(part))
    billed = amount(billable(part.quantity, part.row), unit_of(part))
    units = used_units(part.quantity, part.row)
    return f"{billed} ÷ {size} = {exact}, rounded {part.row.rounding}: {units}"


def _row(row: UnitRow) -> str:
    posted = f", posted {row.posted_at:%Y-%m-%d}" if row.posted_at else ""
    return f"{row.starts} to {row.ends}: {row.units}{posted}"
