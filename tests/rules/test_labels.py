"""People read labels and amounts, settings and ids keep the vendor's names (ACR-MAP-01, ACR-MAP-02)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psabridge.rules.evidence import Arithmetic, Evidence, Reading
from psabridge.rules.explaining.explanation import explain
from psabridge.rules.items.labels import Labels, amount, counted
from psabridge.rules.plans.plan import Step
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.platform import OfferingItem, Quota
from psabridge.rules.settings import Measure, ServiceMapping
from psabridge.rules.wanted.desired import Desired, DesiredItem, DesiredUnits
from psabridge.rules.words import CompanyId, StorageId
from tests.builders import (
    GIB,
    NOW,
    STORAGE,
    a_company,
    a_mapping_row,
    a_storage,
    a_storage_item,
    a_storage_row,
    a_tenant,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.planning_cast import SNAPSHOT, Line, history_of, pictures_of, wanted_units

USED = 463_448_446_074  # 431.62 GB
FRANKFURT = platform_snapshot(storages=[a_storage(name="Frankfurt 1")])
LABELS = Labels.of(settings(), FRANKFURT)
SEATS = a_mapping_row("pw_base_m365_seats")
TOTAL = a_storage_row(Measure.TOTAL, 1000)
JANUARY = Line().contract.starts


def measured(row: ServiceMapping, usage_name: str, quantity: int, unit: str, units: int) -> DesiredUnits:
    reading = Reading(tenant_id(1), usage_name, row.storage, quantity, unit, NOW)
    exact = Decimal(quantity) / row.unit_size
    part = Arithmetic(row, (reading,), quantity, exact, units)
    return replace(wanted_units(units, rows=(row,)), evidence=Evidence((part,), rule="R1"))


def step_for(line: Line, desired: Desired) -> Step:
    psa = line.snapshot()
    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=FRANKFURT,
        desired=desired,
        pictures=pictures_of([line], settings(), psa, desired),
        histories={line.id: history_of()},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )
    (step,) = plan.steps
    return step


def quota_step(item: OfferingItem, company: str, tenant: str, quota: int) -> Step:
    wanted = DesiredItem(
        tenant_id(1),
        CompanyId(1),
        item.key,
        is_on=True,
        has_quota=True,
        quota=quota,
        overage=0,
        reason="units of a prepaid contract",
        evidence=Evidence(),
    )
    plan = make_plan(
        settings=settings(),
        psa=psa_snapshot(companies=[a_company(name=company)]),
        platform=platform_snapshot(
            tenants=[a_tenant(name=tenant)], items=[item], storages=[a_storage(name="Frankfurt 1")]
        ),
        desired=Desired(items=(wanted,)),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )
    (step,) = plan.steps
    return step


def test_a_step_for_seats_names_what_is_counted() -> None:
    desired = Desired(units=(measured(SEATS, "mailboxes", 21, "quantity", 21),))

    step = step_for(Line([(JANUARY, 19)]), desired)

    assert step.reason == "Microsoft 365 seats: 21 = 21 units; the contract has 19 (as it changes)"


def test_a_step_for_storage_names_the_storage_the_measure_and_both_amounts() -> None:
    desired = Desired(units=(measured(TOTAL, "storage", USED, "bytes", 432),))

    step = step_for(Line([(JANUARY, 400)]), desired)

    assert step.reason.startswith(
        "Backup storage on Frankfurt 1, total: 431.62 GB (463,448,446,074 bytes) = 432 units; "
    )


@pytest.mark.parametrize(
    ("tenant", "who"),
    [("Zennor Print Works", "Zennor Print Works"), ("Zennor", "Zennor Print Works, Zennor")],
    ids=["one name is said once", "two names are both said"],
)
def test_a_quota_names_company_and_tenant(tenant: str, who: str) -> None:
    item = an_item("pw_base_m365_seats", "mailboxes")

    step = quota_step(item, "Zennor Print Works", tenant, 25)

    assert step.subject == f"{who}, Microsoft 365 seats"


def test_a_quota_of_bytes_is_said_in_gb() -> None:
    step = quota_step(a_storage_item(quota=Quota(25 * GIB + 1, 0)), "Zennor", "Zennor", 50 * GIB)

    assert step.subject == "Zennor, Backup storage on Frankfurt 1"
    assert "on with a quota of 25.00 GB (26,843,545,601 bytes)" in step.reason
    assert step.reason.endswith("it should be on with a quota of 50 GB")


def test_an_item_the_catalogue_does_not_know_keeps_its_name_and_says_so() -> None:
    assert LABELS.item("pw_base_tape") == "pw_base_tape (not in the catalogue)"


def test_a_storage_that_was_not_read_keeps_its_id() -> None:
    assert (
        Labels.of(settings(), platform_snapshot()).row(TOTAL) == f"Backup storage on storage {STORAGE}, total"
    )


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ("pw_base_workstations", "Workstations"),
        ("pg_base_workstations", "Workstations"),
        ("pw_pack_adv_backup_workstations", "Advanced Backup: Workstations"),
        ("pw_pack_adv_security_m365_seats", "Advanced Security: Microsoft 365 seats"),
        ("notary_storage", "Notary: Storage"),
    ],
)
def test_a_pack_is_told_from_the_base(item: str, label: str) -> None:
    assert LABELS.item(item) == label


def test_the_same_row_of_two_modes_is_told_apart() -> None:
    assert LABELS.row_in_mode(SEATS) == "Microsoft 365 seats (Per workload)"
    assert LABELS.row_in_mode(replace(SEATS, edition=None)) == "Microsoft 365 seats"


@pytest.mark.parametrize(
    ("usage", "item", "label"),
    [
        ("mailboxes", "pw_base_m365_seats", "Microsoft 365 seats"),
        ("storage", "pw_base_storage", "Backup storage"),
        ("class1_storage", "pw_base_storage", "Backup storage (class 1)"),
        ("immutable_storage", "pw_base_storage", "Immutable storage"),
        ("anything", "pw_base_secondary_servers", "Servers (included features)"),
        ("tapes", "pw_base_tape", "tapes (not in the catalogue)"),
    ],
)
def test_a_usage_is_named_by_the_row_that_reads_it(usage: str, item: str, label: str) -> None:
    assert LABELS.usage(usage, item) == label


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [
        (0, "bytes", "0 GB"),
        (5, "bytes", "0.00 GB (5 bytes)"),
        (50 * GIB, "bytes", "50 GB"),
        (2048 * GIB, "bytes", "2,048 GB"),
        (USED, "bytes", "431.62 GB (463,448,446,074 bytes)"),
        (-USED, "bytes", "-431.62 GB (-463,448,446,074 bytes)"),
        (12_000, "quantity", "12,000"),
        (3600, "seconds", "3,600 seconds"),
    ],
)
def test_amounts_are_read_in_the_unit_of_the_trade(quantity: int, unit: str, text: str) -> None:
    """R7: GB here means 1024³ bytes."""
    assert amount(quantity, unit) == text


def test_a_reading_says_how_many_of_what() -> None:
    assert counted(14, "quantity", "Workstations") == "14 Workstations"
    assert counted(USED, "bytes", "Backup storage") == "431.62 GB (463,448,446,074 bytes) of Backup storage"


def test_an_explanation_of_storage_reads_in_gb_from_the_reading_to_the_unit() -> None:
    line = Line([(JANUARY, 432)])

    found = explain(
        line.id,
        settings=settings(),
        psa=line.snapshot(),
        platform=FRANKFURT,
        desired=Desired(units=(measured(TOTAL, "storage", USED, "bytes", 432),)),
        history=history_of(),
    )

    text = dict(found.chain())
    both = "431.62 GB (463,448,446,074 bytes)"
    assert text["usage"] == f"2026-03-10 09:00 UTC: {both} of Backup storage on Frankfurt 1"
    assert text["mapping"] == "Backup storage on Frankfurt 1, total; one unit is 1 GB"
    assert text["rounding"] == f"{both} ÷ 1 GB = 431.62, rounded up: 432"
    assert not any("pw_base" in words for _, words in found.chain())


def test_words_change_and_ids_do_not() -> None:
    """A renamed company or tenant gives the same step."""
    item = a_storage_item(quota=Quota(25 * GIB, 0))

    assert quota_step(item, "A", "A", GIB).id == quota_step(item, "B", "C", GIB).id


def test_storages_of_one_name_are_told_apart() -> None:
    """ACR-STO-04: by their location; where that is the same too, by their id. Two steps read alike."""

    def called(location: str) -> str:
        others = [
            a_storage(StorageId("a"), "Cloud 1", "Frankfurt"),
            a_storage(StorageId("b"), "Cloud 1", location),
        ]
        return Labels.of(settings(), platform_snapshot(storages=others)).storage(StorageId("a"))

    assert called("Dublin") == "Cloud 1 (Frankfurt)"
    assert called("Frankfurt") == "Cloud 1 (a)"
