"""The worked examples of the reference, read back from the vendors (issue 2, must-show 2)."""

from typing import Any

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans import guard
from tests.builders import GIB
from tests.journeys.conftest import Begin
from tests.journeys.journey import Journey, codes

STORAGE = "pw_base_storage"
GIVEN = {"ACR-STO-18": 0, "ACR-STO-19": 1, "ACR-STO-20": 2, "R1": 3}


def _sample(journey: Journey, name: str) -> dict[str, Any]:
    samples: list[dict[str, Any]] = journey.vendors.mapping["samples"]
    return samples[GIVEN[name]]


def _provisioned(begin: Begin, name: str) -> tuple[Journey, dict[str, Any]]:
    """One sample with the boxes of its own picture ticked, after the first sync."""
    journey = begin("guide")
    sample = _sample(journey, name)
    journey.rows(sample["services"]).only(sample["company_id"]).settle()
    return journey, sample


def _units(journey: Journey, sample: dict[str, Any]) -> dict[str, int | None]:
    return {measure: journey.units(line) for measure, line in sample["lines"].items()}


@pytest.mark.parametrize("name", GIVEN)
def test_a_storage_sample_is_billed_as_the_guide_prints_it(begin: Begin, name: str) -> None:
    """ACR-STO-18, -19, -20 and R1: 0 / unlimited first, then the units of each row's own name."""
    journey, sample = _provisioned(begin, name)
    storage = journey.vendors.mapping["storage"]
    before = _units(journey, sample)

    assert journey.quota(sample["tenant_id"], STORAGE, storage) == "unlimited"
    assert before == ({"class2": 100} if name == "ACR-STO-18" else dict.fromkeys(before, 0))

    journey.control("moves", {"step": 1})
    journey.settle()

    assert _units(journey, sample) == sample["expected_units"]
    assert journey.quota(sample["tenant_id"], STORAGE, storage) == "unlimited"
    assert not journey.cycle().plan.steps


def test_a_storage_of_which_every_option_is_deselected_is_switched_off(begin: Begin) -> None:
    """ACR-STO-01: a person lets it go in automatic mode too; in use it stays on."""
    journey = begin("guide")
    _, empty, _, full = journey.vendors.mapping["samples"]
    storage = journey.vendors.mapping["storage"]
    journey.only(empty["company_id"], full["company_id"]).settle()
    journey.vendors.do(
        lambda: journey.vendors.acronis.set_usage(full["tenant_id"], "storage", 5 * GIB, storage)
    )
    journey.configure(services=[{"item": STORAGE, "measure": "nothing", "storage": storage}])

    asked = journey.cycle()

    assert [hold.bound for hold in asked.plan.holds] == [guard.DROP_TO_ZERO]
    assert journey.quota(empty["tenant_id"], STORAGE, storage) == "unlimited"
    done = journey.approve(asked)
    assert done.count(StepState.APPLIED) == 1
    assert journey.quota(empty["tenant_id"], STORAGE, storage) == "off"
    assert journey.quota(full["tenant_id"], STORAGE, storage) == "unlimited"
    assert "ERR-10" in codes(done.findings)
    assert not journey.cycle().plan.steps
    assert journey.quota(empty["tenant_id"], STORAGE, storage) == "off"


def test_bytes_charged_by_two_rows_are_named(begin: Begin) -> None:
    """R1: three boxes ticked give 60, 10 and 50, and the bytes that are charged twice are a finding."""
    journey, _ = _provisioned(begin, "R1")
    journey.control("moves", {"step": 1})

    reports = journey.settle()

    assert "R1" in codes(reports[-1].findings)


def test_a_first_report_is_dated_the_first_day_of_the_period_so_that_nothing_is_prorated(
    begin: Begin,
) -> None:
    """R14, R15: usage comes on the 10th, the first report is dated the 1st."""
    journey, sample = _provisioned(begin, "ACR-STO-20")
    journey.control("moves", {"step": 1})

    journey.settle()

    assert {one.day for one in journey.ledger()} == {journey.today.replace(day=1)}
    assert sorted(one.change for one in journey.ledger()) == [10, 50]
    assert all(journey.units(line, journey.today.replace(day=1)) for line in sample["lines"].values())


@pytest.mark.parametrize("zeroing", [False, True], ids=["zeroing off", "zeroing on"])
def test_every_row_of_the_decision_table_sets_the_quota_it_says(begin: Begin, *, zeroing: bool) -> None:
    """ACR-MAP-08, row by row; a row that needs the other setting shows that setting's answer."""
    journey = begin("guide").configure(set_quotas_to_zero=zeroing)
    journey.settle()

    shown = {row["row"]: journey.quota(row["tenant_id"], row["item"]) for row in _rows(journey)}

    assert shown == {1: 12, 2: "unlimited", 3: "unlimited", **_left_over(zeroing=zeroing), 6: "unlimited"}
    assert not journey.cycle().plan.steps


def _left_over(*, zeroing: bool) -> dict[int, int]:
    """Neither sold nor free: 0 where the provider asked for it, else as it was."""
    return dict.fromkeys((4, 5, 7, 8), 0 if zeroing else 7)


def _rows(journey: Journey) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = journey.vendors.mapping["rows"]
    return rows


def test_the_scene_says_the_same_of_each_row(begin: Begin) -> None:
    """The table above against the scene's own expectations, where a row holds under one setting only."""
    journey = begin("guide")
    for row in _rows(journey):
        for zeroing in (True, False) if row["set_quotas_to_zero"] is None else (row["set_quotas_to_zero"],):
            expected = row["quota_before"] if row["expected_quota"] == "as it is" else row["expected_quota"]
            table = {1: 12, 2: "unlimited", 3: "unlimited", **_left_over(zeroing=zeroing), 6: "unlimited"}
            assert table[row["row"]] == expected, row


def test_a_quota_of_a_prepaid_contract_is_hard(begin: Begin) -> None:
    """ACR-PRE-01, R6: overage 0, for a quota without one is soft."""
    journey = begin("guide")
    journey.settle()
    row = _rows(journey)[0]

    assert journey.item(row["tenant_id"], row["item"])["quota"]["overage"] == 0
