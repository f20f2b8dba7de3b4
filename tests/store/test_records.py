"""Snapshots, plans and figures: kept so that a number can be explained later, and no longer than wanted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from psabridge.kit.periods import Period
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.day_figures import KeptFigure
from psabridge.rules.wanted.ranges.daily import DayUse, ReportOrder
from psabridge.rules.wanted.ranges.readings import Counter, RangeReading
from psabridge.rules.words import (
    CompanyId,
    ContractId,
    LineKind,
    PairingId,
    PlanId,
    SnapshotId,
    StorageId,
)
from psabridge.store.journal import DatabaseJournal
from psabridge.store.models import IntentRecord, LineFigure, PlanRecord, SnapshotRecord, StepRecord
from psabridge.store.records import DatabaseRecords
from tests.builders import (
    a_contract,
    a_line,
    a_tenant,
    a_unit_row,
    a_usage,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.databases import Database
from tests.store.cast import a_lease, a_pairing, a_plan, a_step, an_intent, on_day

RECORDS = DatabaseRecords()


def keep(pairing: PairingId, at: datetime, kept: PairingSettings | None = None) -> SnapshotId:
    """A snapshot of a moment, with one line and one reading."""
    psa = psa_snapshot(
        contracts=[a_contract(10)],
        lines=[a_line(100, unit_price=Decimal("4.50"))],
        rows=[a_unit_row(100, units=0)],
    )
    platform = replace(platform_snapshot(usages=[a_usage(quantity=None)]), read_at=at)
    psa = replace(psa, read_at=at, today=at.date())
    return RECORDS.keep_snapshot(kept or settings(pairing=pairing), psa, platform)


def test_both_sides_and_the_settings_read_back_as_they_were(database: Database) -> None:
    """Promise 5: the rows, the mapping and the rounding of that day explain the number of that day."""
    pairing = a_pairing()
    kept = settings(pairing=pairing)
    found = RECORDS.snapshot(keep(pairing, on_day(10), kept))

    assert found is not None
    was, psa, platform = found
    assert was == kept
    assert psa.rows[line_id(100)][0].units == 0
    assert psa.lines[line_id(100)].unit_price == Decimal("4.50")
    assert platform.usages[a_tenant().id][0].value is None
    assert RECORDS.snapshot(SnapshotId(999)) is None


def test_the_newest_snapshot_and_the_newest_of_a_day_are_found(database: Database) -> None:
    pairing, other = a_pairing(), a_pairing("other")
    assert RECORDS.latest_snapshot(pairing) is None
    keep(pairing, on_day(9, 8))
    evening = keep(pairing, on_day(9, 20))
    newest = keep(pairing, on_day(10))
    keep(other, on_day(11))

    assert RECORDS.latest_snapshot(pairing) == newest
    assert RECORDS.latest_snapshot(pairing, on=date(2026, 3, 9)) == evening
    assert RECORDS.latest_snapshot(pairing, on=date(2026, 3, 8)) is None


def test_a_plan_reads_back_as_it_was_shown(database: Database) -> None:
    """Promise 2: what is applied is exactly the plan that was shown."""
    pairing = a_pairing()
    plan = a_plan(pairing, keep(pairing, on_day(10)), steps=2)
    kept = RECORDS.keep_plan(plan)

    assert RECORDS.plan(kept) == plan
    assert RECORDS.latest_plan(pairing) == kept
    assert RECORDS.plan(PlanId(999)) is None
    assert RECORDS.latest_plan(a_pairing("other")) is None


# ---- how long


def test_what_is_older_than_the_setting_is_forgotten(database: Database, tmp_path: Path) -> None:
    pairing, other = a_pairing(), a_pairing("other")
    old, young = keep(pairing, on_day(1)), keep(pairing, on_day(10))
    others = keep(other, on_day(1))
    shown = RECORDS.keep_plan(a_plan(pairing, old, steps=1, made_at=on_day(1)))
    DatabaseJournal(tmp_path / "current").record_step(shown, a_step(), "applied", "", on_day(1))
    gone = RECORDS.forget_before(pairing, on_day(5))

    assert gone == 2
    assert RECORDS.snapshot(old) is None
    assert RECORDS.plan(shown) is None
    assert not StepRecord.objects.exists()
    assert RECORDS.snapshot(young) is not None
    assert RECORDS.snapshot(others) is not None


def test_an_intent_outlives_its_plan_and_its_snapshot(database: Database, tmp_path: Path) -> None:
    """W7: a date used by us stays used, however long ago."""
    pairing = a_pairing()
    journal = DatabaseJournal(tmp_path / "current")
    plan = RECORDS.keep_plan(a_plan(pairing, keep(pairing, on_day(1)), steps=1, made_at=on_day(1)))
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing, plan=plan), lease)
    RECORDS.forget_before(pairing, on_day(20))

    assert not PlanRecord.objects.exists()
    assert journal.intent(armed.id) == armed
    assert IntentRecord.objects.get().plan_id == plan


def test_of_an_earlier_day_the_last_picture_stays_and_all_that_was_written_by(
    database: Database, tmp_path: Path
) -> None:
    """A cycle every five minutes keeps 288 pictures a day; days on which nothing was written need one."""
    pairing = a_pairing()
    journal = DatabaseJournal(tmp_path / "current")
    quiet, stepped, sent, last = (keep(pairing, on_day(9, hour)) for hour in (8, 9, 10, 23))
    plans = [RECORDS.keep_plan(a_plan(pairing, one, steps=1)) for one in (quiet, stepped, sent, last)]
    journal.record_step(plans[1], a_step(), "applied", "", on_day(9))
    with a_lease(pairing) as lease:
        journal.arm(an_intent(pairing, plan=plans[2]), lease)
    early, now = keep(pairing, on_day(10, 8)), keep(pairing, on_day(10, 9))

    left = set(SnapshotRecord.objects.values_list("pk", flat=True))
    assert left == {stepped, sent, last, early, now}
    assert [RECORDS.plan(plan) is None for plan in plans] == [True, False, False, False]


def test_another_pairings_pictures_are_not_thinned_out(database: Database) -> None:
    pairing, other = a_pairing(), a_pairing("other")
    for hour in (8, 9):
        keep(other, on_day(9, hour))
    keep(pairing, on_day(10))

    assert SnapshotRecord.objects.filter(pairing_id=other).count() == 2


def test_days_are_thinned_out_by_the_first_picture_of_the_next_also_after_a_wrong_clock(
    database: Database,
) -> None:
    """A machine that was days ahead for a while does not keep every later picture for ever."""
    pairing = a_pairing()
    ahead = keep(pairing, on_day(20))
    keep(pairing, on_day(9, 8))
    last = keep(pairing, on_day(9, 9))
    late = keep(pairing, on_day(10, 8))
    now = keep(pairing, on_day(10, 9))
    assert set(SnapshotRecord.objects.values_list("pk", flat=True)) == {ahead, last, late, now}

    tomorrow = keep(pairing, on_day(11))

    assert set(SnapshotRecord.objects.values_list("pk", flat=True)) == {ahead, last, now, tomorrow}


# ---- figures of days


def on(day: int, units: int | None, meter: str = "size 1") -> KeptFigure:
    return KeptFigure(date(2026, 3, day), units, meter)


def test_a_later_figure_of_a_day_replaces_the_earlier_one(database: Database) -> None:
    pairing, line = a_pairing(), line_id(100)
    bundle = line_id(100, LineKind.BUNDLE)
    for day, units in ((8, 5), (9, 7), (9, 0)):
        RECORDS.keep_figures(pairing, {line: on(day, units)})
    RECORDS.keep_figures(pairing, {bundle: on(9, 3)})

    march = date(2026, 3, 1)
    assert RECORDS.day_figures(pairing, {line: march, bundle: march}) == {
        line: (on(8, 5), on(9, 0)),
        bundle: (on(9, 3),),
    }
    assert RECORDS.day_figures(pairing, {line: date(2026, 3, 9), bundle: date(2026, 3, 10)}) == {
        line: (on(9, 0),)
    }
    assert RECORDS.day_figures(pairing, {}) == {}


def test_a_line_without_a_figure_has_a_hole_not_a_zero(database: Database) -> None:
    """W13."""
    pairing, line = a_pairing(), line_id(100)
    RECORDS.keep_figures(pairing, {line: on(8, 5)})
    RECORDS.keep_figures(pairing, {})

    assert RECORDS.day_figures(pairing, {line: date(2026, 3, 1)})[line] == (on(8, 5),)
    assert LineFigure.objects.count() == 1


def test_a_figure_is_counted_anew_with_its_meter_and_may_not_be_known_by_it(database: Database) -> None:
    """R7, W13: not known is not 0."""
    pairing, line = a_pairing(), line_id(100)
    RECORDS.keep_figures(pairing, {line: on(8, 5)})
    RECORDS.keep_figures(pairing, {line: on(8, None, "size 4")})

    assert RECORDS.day_figures(pairing, {line: date(2026, 3, 1)}) == {line: (on(8, None, "size 4"),)}


# ---- what was ever seen and done


def test_a_contract_once_seen_is_known_for_good(database: Database) -> None:
    """R20: seen once, now absent is unreadable, not ended."""
    pairing = a_pairing()
    keep(pairing, on_day(9))
    RECORDS.keep_snapshot(settings(pairing=pairing), psa_snapshot(), platform_snapshot())
    RECORDS.forget_before(pairing, on_day(30))

    assert RECORDS.contracts_seen(pairing) == {ContractId(10): CompanyId(1)}
    assert RECORDS.contracts_seen(a_pairing("other")) == {}


def test_before_the_first_write_every_sync_is_a_first_sync(database: Database, tmp_path: Path) -> None:
    """R61."""
    pairing, other = a_pairing(), a_pairing("other")
    journal = DatabaseJournal(tmp_path / "current")
    plan = RECORDS.keep_plan(a_plan(pairing, keep(pairing, on_day(9)), steps=1))
    assert not RECORDS.has_applied(pairing)
    journal.record_step(plan, a_step(), "rejected", "", on_day(9))
    assert not RECORDS.has_applied(pairing)
    journal.record_step(plan, a_step(), "applied", "", on_day(9))

    assert RECORDS.has_applied(pairing)
    assert not RECORDS.has_applied(other)
    with a_lease(other) as lease:
        journal.arm(an_intent(other), lease)
    assert RECORDS.has_applied(other)


# ---- readings of range items


def a_reading(moment: datetime, total: int, *, storage: str | None = None, start: int = 3) -> RangeReading:
    counter = Counter(tenant_id(1), "compute_points", None, None if storage is None else StorageId(storage))
    return RangeReading(counter, datetime(2026, start, 1, tzinfo=UTC), moment, total, 5)


def test_the_first_reading_of_a_day_stays_and_each_range_has_its_own(database: Database) -> None:
    """ACR-USE-08: the edge of a day is what was read first on it; R17."""
    pairing, other = a_pairing(), a_pairing("other")
    midnight = datetime(2026, 3, 1, 0, 3, tzinfo=UTC)
    late_february = a_reading(midnight, 90, start=2)
    first = a_reading(midnight + timedelta(minutes=30), 100)
    second = a_reading(midnight + timedelta(hours=9), 140)
    elsewhere = a_reading(midnight, 7, storage="infra-2")
    RECORDS.keep_ranges(pairing, [late_february, elsewhere])
    RECORDS.keep_ranges(pairing, [first])
    RECORDS.keep_ranges(pairing, [second])

    assert set(RECORDS.ranges(pairing, midnight)) == {late_february, elsewhere, first}
    assert RECORDS.ranges(pairing, midnight + timedelta(minutes=1)) == (first,)
    assert RECORDS.ranges(other, midnight) == ()


def test_readings_of_range_items_are_forgotten_with_the_snapshots(database: Database) -> None:
    pairing = a_pairing()
    RECORDS.keep_ranges(pairing, [a_reading(datetime(2026, 3, day, tzinfo=UTC), day) for day in (1, 5)])

    RECORDS.forget_before(pairing, datetime(2026, 3, 5, tzinfo=UTC))

    assert [one.total for one in RECORDS.ranges(pairing, datetime(2026, 1, 1, tzinfo=UTC))] == [5]


# ---- usage reports


def test_a_report_is_an_order_until_its_days_are_here(database: Database) -> None:
    """R17: over a restart it is not ordered twice."""
    pairing, month = a_pairing(), Period(date(2026, 3, 15), date(2026, 4, 15))
    refused = ReportOrder(month, "", on_day(15), "could not be ordered")
    taken = replace(refused, report="r1", why="on its way")
    use = DayUse(tenant_id(1), "points", None, date(2026, 3, 15), 900)
    assert RECORDS.report_order(pairing, month) is None

    RECORDS.keep_report_order(pairing, refused)
    RECORDS.keep_report_order(pairing, taken)
    assert RECORDS.report_order(pairing, month) == taken
    assert RECORDS.day_uses(pairing, month.start) == ()
    RECORDS.keep_day_uses(pairing, month, [use])

    assert RECORDS.report_order(pairing, month) is None
    assert RECORDS.day_uses(pairing, month.start) == (use,)
    assert RECORDS.day_uses(pairing, date(2026, 4, 16)) == ()
