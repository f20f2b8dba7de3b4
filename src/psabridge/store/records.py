"""Snapshots, plans, collected figures: kept so that a number can be explained later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from psabridge.kit.periods import Period
from psabridge.rules.plans.plan import Plan, SetItem
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.day_figures import KeptFigure
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.ranges.daily import DayUse, ReportOrder
from psabridge.rules.wanted.ranges.readings import Counter, RangeReading
from psabridge.rules.wanted.two_way import Agreed, RowOfTenant
from psabridge.rules.words import (
    BillingKind,
    CompanyId,
    ContractId,
    ItemKey,
    LineId,
    PairingId,
    PlanId,
    SnapshotId,
    StepKind,
    StorageId,
    TenantId,
)
from psabridge.store.codec import pack, unpack
from psabridge.store.models import (
    AgreedRecord,
    ContractSeen,
    IntentRecord,
    LineFigure,
    PlanRecord,
    RangeReadingRecord,
    SnapshotRecord,
    StepRecord,
    UsageReportRecord,
)
from psabridge.store.tickets import forget_tickets

BATCH = 500


class DatabaseRecords:
    def keep_snapshot(
        self, settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot
    ) -> SnapshotId:
        with transaction.atomic():
            of_today = SnapshotRecord.objects.filter(pairing_id=settings.pairing, day=psa.today)
            is_first = not of_today.exists()
            record = SnapshotRecord.objects.create(
                pairing_id=settings.pairing,
                read_at=psa.read_at,
                day=psa.today,
                psa=pack(psa),
                platform=pack(platform),
                settings=pack(settings),
            )
            self._note_contracts(settings.pairing, psa)
            if is_first:
                self._thin_out(settings.pairing, psa.today)
        return SnapshotId(record.pk)

    def _note_contracts(self, pairing: PairingId, psa: PsaSnapshot) -> None:
        rows = [
            ContractSeen(pairing_id=pairing, contract=contract.id, company=contract.company)
            for contract in psa.contracts.values()
        ]
        ContractSeen.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)

    def snapshot(self, snapshot: SnapshotId) -> tuple[PairingSettings, PsaSnapshot, PlatformSnapshot] | None:
        record = SnapshotRecord.objects.filter(pk=snapshot).first()
        if record is None:
            return None
        return (
            unpack(record.settings, PairingSettings),
            unpack(record.psa, PsaSnapshot),
            unpack(record.platform, PlatformSnapshot),
        )

    def latest_snapshot(self, pairing: PairingId, on: date | None = None) -> SnapshotId | None:
        """The newest snapshot, or the newest of a day."""
        records = SnapshotRecord.objects.filter(pairing_id=pairing)
        if on is not None:
            records = records.filter(day=on)
        found = records.order_by("-pk").values_list("pk", flat=True).first()
        return None if found is None else SnapshotId(found)

    def keep_figures(self, pairing: PairingId, figures: Mapping[LineId, KeptFigure]) -> None:
        rows = [
            LineFigure(pairing_id=pairing, line=str(line), day=one.day, units=one.units, meter=one.meter)
            for line, one in figures.items()
        ]
        LineFigure.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["pairing", "line", "day"],
            update_fields=["units", "meter"],
            batch_size=BATCH,
        )

    def day_figures(
        self, pairing: PairingId, since: Mapping[LineId, date]
    ) -> Mapping[LineId, tuple[KeptFigure, ...]]:
        found: dict[LineId, list[KeptFigure]] = {}
        for first, batch in _batches(since):
            lines = {str(line): line for line in batch}
            rows = LineFigure.objects.filter(pairing_id=pairing, line__in=lines, day__gte=first)
            told = rows.order_by("line", "day").values_list("line", "day", "units", "meter")
            for text, day, units, meter in told:
                found.setdefault(lines[text], []).append(KeptFigure(day, units, meter))
        return {line: tuple(figures) for line, figures in found.items()}

    def keep_ranges(self, pairing: PairingId, readings: Sequence[RangeReading]) -> None:
        rows = [_range_row(pairing, reading) for reading in readings]
        RangeReadingRecord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)

    def ranges(self, pairing: PairingId, since: datetime) -> tuple[RangeReading, ...]:
        rows = RangeReadingRecord.objects.filter(pairing_id=pairing, read_at__gte=since)
        return tuple(_range_reading(row) for row in rows.order_by("read_at", "pk"))

    def report_order(self, pairing: PairingId, days: Period) -> ReportOrder | None:
        """The order for a month whose file is not here yet."""
        row = UsageReportRecord.objects.filter(
            pairing_id=pairing, starts=days.start, ends=days.end, uses__isnull=True
        ).first()
        return None if row is None else ReportOrder(days, row.report, row.asked_at, row.why)

    def keep_report_order(self, pairing: PairingId, order: ReportOrder) -> None:
        told = {"report": order.report, "asked_at": order.asked_at, "why": order.why}
        UsageReportRecord.objects.update_or_create(
            pairing_id=pairing, starts=order.days.start, ends=order.days.end, defaults=told
        )

    def keep_day_uses(self, pairing: PairingId, days: Period, uses: Sequence[DayUse]) -> None:
        rows = UsageReportRecord.objects.filter(pairing_id=pairing, starts=days.start, ends=days.end)
        rows.update(uses=pack(tuple(uses)))

    def day_uses(self, pairing: PairingId, since: date) -> tuple[DayUse, ...]:
        rows = UsageReportRecord.objects.filter(pairing_id=pairing, ends__gte=since, uses__isnull=False)
        packed = [row.uses for row in rows.order_by("starts") if row.uses is not None]
        return tuple(use for uses in packed for use in unpack(uses, tuple[DayUse, ...]))

    def keep_plan(self, plan: Plan) -> PlanId:
        record = PlanRecord.objects.create(
            pairing_id=plan.pairing,
            snapshot_id=plan.snapshot,
            made_at=plan.made_at,
            body=pack(plan),
            steps=len(plan.steps),
        )
        return PlanId(record.pk)

    def plan(self, plan: PlanId) -> Plan | None:
        record = PlanRecord.objects.filter(pk=plan).first()
        return None if record is None else unpack(record.body, Plan)

    def latest_plan(self, pairing: PairingId, on: date | None = None) -> PlanId | None:
        plans = PlanRecord.objects.filter(pairing_id=pairing)
        if on is not None:
            plans = plans.filter(snapshot__day=on)
        found = plans.order_by("-pk").values_list("pk", flat=True).first()
        return None if found is None else PlanId(found)

    def last_set(
        self, pairing: PairingId, subject: str, tenant: TenantId, key: ItemKey
    ) -> tuple[DesiredItem, datetime] | None:
        """The subject, made of names, only finds the step; the ids in its plan say whether it is the one."""
        records = StepRecord.objects.filter(plan__pairing_id=pairing, kind=StepKind.SET_ITEM, subject=subject)
        last = records.filter(outcome="applied").select_related("plan").order_by("-pk").first()
        steps = () if last is None else unpack(last.plan.body, Plan).steps
        for step in steps:
            if last is not None and step.id == last.step and isinstance(step.change, SetItem):
                wanted = step.change.wanted
                return (wanted, last.at) if (wanted.tenant, wanted.key) == (tenant, key) else None
        return None

    def contracts_seen(self, pairing: PairingId) -> Mapping[ContractId, CompanyId]:
        rows = ContractSeen.objects.filter(pairing_id=pairing).values_list("contract", "company")
        return {ContractId(contract): CompanyId(company) for contract, company in rows}

    def contract_kinds(self, pairing: PairingId) -> Mapping[ContractId, BillingKind]:
        """The billing kind of each contract as last settled; none was yet of those that are absent."""
        rows = ContractSeen.objects.filter(pairing_id=pairing).exclude(kind="")
        return {
            ContractId(contract): BillingKind(kind) for contract, kind in rows.values_list("contract", "kind")
        }

    def remember_kinds(self, pairing: PairingId, kinds: Mapping[ContractId, BillingKind]) -> None:
        for kind in sorted(set(kinds.values())):
            contracts = sorted(contract for contract, settled in kinds.items() if settled is kind)
            for start in range(0, len(contracts), BATCH):
                batch = contracts[start : start + BATCH]
                ContractSeen.objects.filter(pairing_id=pairing, contract__in=batch).update(kind=kind)

    def agreed(self, pairing: PairingId) -> Mapping[RowOfTenant, Agreed]:
        rows = (_agreed(row) for row in AgreedRecord.objects.filter(pairing_id=pairing))
        return {one.at: one for one in rows}

    def remember_agreed(self, pairing: PairingId, agreed: Iterable[Agreed]) -> None:
        """Only what is new is written: most rows say the same every cycle."""
        wanted = tuple(agreed)
        known = self.agreed(pairing) if wanted else {}
        rows = [_agreed_record(pairing, one) for one in wanted if known.get(one.at) != one]
        AgreedRecord.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["pairing", "tenant", "row"],
            update_fields=["meter", "source", "contract", "sent"],
            batch_size=BATCH,
        )

    def remember_sent(self, pairing: PairingId, sent: Mapping[RowOfTenant, int]) -> None:
        for at, units in sent.items():
            rows = AgreedRecord.objects.filter(pairing_id=pairing, tenant=at.tenant, row=at.row)
            rows.update(sent=units)

    def has_applied(self, pairing: PairingId) -> bool:
        """Whether this pairing ever wrote anything: before that, every sync is a first sync (R61)."""
        steps = StepRecord.objects.filter(plan__pairing_id=pairing, outcome="applied")
        return steps.exists() or IntentRecord.objects.filter(pairing_id=pairing).exists()

    def forget_before(self, pairing: PairingId, moment: datetime) -> int:
        """Forget snapshots and plans with what became of their steps; intents are never forgotten."""
        snapshots, _ = SnapshotRecord.objects.filter(pairing_id=pairing, read_at__lt=moment).delete()
        plans = PlanRecord.objects.filter(pairing_id=pairing, made_at__lt=moment)
        gone = snapshots + plans.count()
        plans.delete()
        LineFigure.objects.filter(pairing_id=pairing, day__lt=moment.date()).delete()
        RangeReadingRecord.objects.filter(pairing_id=pairing, day__lt=moment.date()).delete()
        UsageReportRecord.objects.filter(pairing_id=pairing, ends__lt=moment.date()).delete()
        forget_tickets(pairing, moment)
        return gone

    def _thin_out(self, pairing: PairingId, today: date) -> None:
        """Of an earlier day keep the last snapshot and plan, and every one that something was written by.

        A cycle every five minutes would otherwise keep 288 pictures of a day on which nothing was written.
        """
        plans = PlanRecord.objects.filter(pairing_id=pairing, snapshot__day__lt=today)
        plans = plans.filter(steprecord__isnull=True, intentrecord__isnull=True)
        plans.exclude(pk__in=_last_plans(pairing)).delete()
        snapshots = SnapshotRecord.objects.filter(pairing_id=pairing, day__lt=today, planrecord__isnull=True)
        snapshots.exclude(pk__in=_last_snapshots(pairing)).delete()


def _agreed(row: AgreedRecord) -> Agreed:
    at = RowOfTenant(TenantId(row.tenant), row.row)
    return Agreed(at, row.meter, row.source, row.contract, row.sent)


def _agreed_record(pairing: PairingId, one: Agreed) -> AgreedRecord:
    return AgreedRecord(
        pairing_id=pairing,
        tenant=one.at.tenant,
        row=one.at.row,
        meter=one.meter,
        source=one.source,
        contract=one.contract,
        sent=one.sent,
    )


def _last_plans(pairing: PairingId) -> QuerySet[Any, Any]:
    of_days = PlanRecord.objects.filter(pairing_id=pairing).values("snapshot__day")
    return of_days.annotate(last=Max("pk")).values("last")


def _last_snapshots(pairing: PairingId) -> QuerySet[Any, Any]:
    of_days = SnapshotRecord.objects.filter(pairing_id=pairing).values("day")
    return of_days.annotate(last=Max("pk")).values("last")


def _batches(since: Mapping[LineId, date]) -> Iterator[tuple[date, Sequence[LineId]]]:
    """Lines that are asked for from the same day on, so many at a time."""
    by_day: dict[date, list[LineId]] = {}
    for line, day in since.items():
        by_day.setdefault(day, []).append(line)
    for day, lines in by_day.items():
        for start in range(0, len(lines), BATCH):
            yield day, lines[start : start + BATCH]


def _range_row(pairing: PairingId, reading: RangeReading) -> RangeReadingRecord:
    """An empty text stands for None: databases take every NULL for another one."""
    counter = reading.counter
    return RangeReadingRecord(
        pairing_id=pairing,
        tenant=counter.tenant,
        usage_name=counter.usage_name,
        edition=counter.edition or "",
        storage=counter.storage or "",
        day=reading.day,
        range_start=reading.range_start,
        read_at=reading.read_at,
        total=reading.total,
        since_start=reading.since_start,
    )


def _range_reading(row: RangeReadingRecord) -> RangeReading:
    counter = Counter(
        TenantId(row.tenant),
        row.usage_name,
        row.edition or None,
        StorageId(row.storage) if row.storage else None,
    )
    return RangeReading(counter, row.range_start, row.read_at, row.total, row.since_start)
