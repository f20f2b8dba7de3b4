"""How Autotask takes in changes of units (autotask-rest.md 5, protocol.md 5)."""

import pickle
from datetime import date
from decimal import Decimal

import pytest

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.errors import Invalid
from tests.emulators.autotask.caller import EVERYTHING, eq
from tests.emulators.autotask.scene import a_scene


def test_periods_step_from_the_contract_start_by_the_period_type_of_the_service() -> None:
    monthly, quarterly = a_scene(), a_scene(period_type=3)

    assert monthly.rows()[:2] == [("2026-01-17", "2026-02-16", 10), ("2026-02-17", "2026-03-16", 10)]
    assert quarterly.rows()[:2] == [("2026-01-17", "2026-04-16", 10), ("2026-04-17", "2026-07-16", 10)]
    assert quarterly.rows()[-1][1] == "2027-01-16"


def test_the_last_day_of_short_months_does_not_drift() -> None:
    scene = a_scene()
    contract = scene.world.add_contract(scene.company, "Month ends", "2026-01-31", "2026-12-30")
    line = scene.world.add_line(contract, scene.service, 1)
    starts = [
        row["startDate"][:10]
        for row in scene.caller.find("ContractServiceUnits", eq("contractServiceID", line))
    ]

    assert starts[:4] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_an_adjustment_splits_the_row_and_raises_later_open_periods() -> None:
    scene = a_scene()

    assert scene.adjust("2026-02-20", 5)[0] == 200

    assert scene.rows("2026-02-01", "2026-03-31") == [
        ("2026-02-17", "2026-02-20", 10),
        ("2026-02-20", "2026-03-16", 15),
        ("2026-03-17", "2026-04-16", 15),
    ]
    assert scene.units("2026-02-19", "2026-02-20", "2027-01-16", "2027-01-17") == [10, 15, 15, None]


def test_a_row_may_end_the_day_before_the_next_one_begins_d9() -> None:
    scene = a_scene(Doubts(row_end="day_before"))
    scene.adjust("2026-02-20", 5)

    assert scene.rows("2026-02-01", "2026-03-01")[0] == ("2026-02-17", "2026-02-19", 10)


def test_price_is_extended_units_times_rate() -> None:
    scene = a_scene()
    scene.adjust("2026-02-20", 1)
    found = scene.caller.find("ContractServiceUnits", eq("contractServiceID", scene.line), eq("units", 11))

    assert found[0]["price"] == 254.10
    assert found[0]["approveAndPostDate"] is None


def test_an_adjusted_unit_price_holds_from_its_date_on() -> None:
    scene = a_scene()
    scene.adjust("2026-03-17", 0, adjustedUnitPrice=20)

    prices = {
        row["startDate"][:7]: row["price"] for row in scene.caller.find("ContractServiceUnits", EVERYTHING)
    }
    assert (prices["2026-02"], prices["2026-03"], prices["2026-04"]) == (231, 200, 200)


def test_overlay_rows_hold_only_the_change_d1() -> None:
    scene = a_scene(Doubts(rows="overlays"))
    scene.adjust("2026-02-20", 5)
    scene.adjust("2026-02-25", -2)

    assert scene.rows("2026-02-01", "2026-03-31") == [
        ("2026-02-17", "2026-03-16", 10),
        ("2026-02-20", "2026-03-16", 5),
        ("2026-02-25", "2026-03-16", -2),
        ("2026-03-17", "2026-04-16", 13),
    ]
    assert scene.units("2026-02-19", "2026-02-20", "2026-02-25", "2026-03-17") == [10, 15, 13, 13]


def test_the_first_day_of_a_period_changes_the_row_in_place() -> None:
    scene = a_scene()
    before = scene.row_ids()
    scene.adjust("2026-02-17", 5)

    assert scene.row_ids() == before
    assert scene.rows("2026-02-01", "2026-02-28") == [("2026-02-17", "2026-03-16", 15)]


@pytest.mark.parametrize("split", ["delete_insert", "gap"])
def test_a_split_by_delete_and_insert_changes_ids(split: str) -> None:
    scene = a_scene(Doubts().changed({"split": split}))
    before = scene.row_ids()
    scene.adjust("2026-12-20", 5)

    assert len(before - scene.row_ids()) == 1
    assert scene.units("2026-12-19", "2026-12-20") == [10, 15]


@pytest.mark.parametrize(
    ("uniqueness", "mid_period", "first_day"),
    [("start", 500, 500), ("row", 500, 500), ("inner", 500, 200), ("none", 200, 200)],
)
def test_a_second_adjustment_of_one_date_under_each_meaning_of_uniqueness(
    uniqueness: str, mid_period: int, first_day: int
) -> None:
    """U of protocol.md, D15."""
    scene = a_scene(Doubts().changed({"uniqueness": uniqueness}))
    scene.adjust("2026-02-20", 5)
    scene.adjust("2026-03-17", 5)

    again, text = scene.adjust("2026-02-20", 5)
    on_first_day, _ = scene.adjust("2026-03-17", 5)

    assert (again, on_first_day) == (mid_period, first_day)
    if again == 500:
        assert "Attempt to insert duplicate data into contract_service_period" in text
    landed = 2 + (again == 200) + (on_first_day == 200)
    assert len(scene.world.ledger.adjustments) == landed
    assert scene.units("2026-04-01") == [10 + 5 * landed]


def test_under_row_uniqueness_a_later_split_frees_the_date_d16() -> None:
    scene = a_scene(Doubts(uniqueness="row"))
    scene.adjust("2026-02-20", 5)
    scene.adjust("2026-02-25", 1)

    assert scene.adjust("2026-02-20", 5)[0] == 200
    assert scene.units("2026-02-19", "2026-02-20", "2026-02-25", "2026-03-17") == [10, 20, 21, 21]


def test_first_day_adjustments_may_all_be_refused_d15() -> None:
    scene = a_scene(Doubts(first_day="refused"))

    assert scene.adjust("2026-02-17", 5)[0] == 500
    assert scene.adjust("2026-02-18", 5)[0] == 200


@pytest.mark.parametrize(("key", "units"), [("merged", 12), ("overwrites", 7)])
def test_a_persons_edit_on_a_taken_date_merges_or_overwrites_d17(key: str, units: int) -> None:
    scene = a_scene(Doubts().changed({"person_key": key}))
    scene.adjust("2026-02-20", 5)
    scene.world.adjust(scene.line, "2026-02-20", -3)

    assert scene.units("2026-02-19", "2026-02-20", "2026-04-01") == [10, units, units]


def test_a_persons_edit_on_a_taken_date_is_refused_where_the_key_is_the_same_d17() -> None:
    scene = a_scene()
    scene.adjust("2026-02-20", 5)

    with pytest.raises(Invalid, match="duplicate data"):
        scene.world.adjust(scene.line, "2026-02-20", -3)


@pytest.mark.parametrize("day", ["2026-01-16", "2027-01-17"])
def test_a_date_outside_the_contract_is_refused(day: str) -> None:
    scene = a_scene()

    assert scene.adjust(day, 5)[0] == 500
    assert scene.world.ledger.adjustments == []


def test_a_posted_period_refuses_what_would_alter_it_d2() -> None:
    scene = a_scene()
    scene.world.post_through(scene.contract, "2026-02-17")

    status, text = scene.adjust("2026-02-20", 5)
    assert (status, "approved and posted" in text) == (500, True)
    assert scene.adjust("2026-03-17", 5)[0] == 200


def test_a_posted_period_may_get_an_extra_row_instead_d2() -> None:
    scene = a_scene(Doubts(posted_period="extra_row"))
    scene.world.post_through(scene.contract, "2026-02-17")
    scene.adjust("2026-02-20", 5)

    assert scene.rows("2026-02-01", "2026-03-31") == [
        ("2026-02-17", "2026-03-16", 10),
        ("2026-02-20", "2026-03-16", 15),
        ("2026-03-17", "2026-04-16", 15),
    ]
    posted = scene.caller.find("ContractServiceUnits", {"op": "exist", "field": "approveAndPostDate"})
    assert [row["units"] for row in posted] == [10, 10]


def test_unposting_opens_the_period_again() -> None:
    scene = a_scene()
    scene.caller.control("post-period", {"contract": scene.contract, "through": "2026-02-17"})
    scene.caller.control("un-post", {"line": scene.line, "since": "2026-02-01"})

    assert scene.adjust("2026-02-20", 5)[0] == 200
    assert scene.adjust("2026-01-20", 5)[0] == 500


def test_units_below_zero_are_refused_and_zero_by_a_switch_d3() -> None:
    scene = a_scene()
    assert scene.adjust("2026-02-20", -11)[0] == 500
    assert scene.adjust("2026-02-20", 0)[0] == 500
    assert scene.adjust("2026-02-20", -10)[0] == 200

    stubborn = a_scene(Doubts(zero_units="refused"))
    assert stubborn.adjust("2026-02-20", -10)[0] == 500
    assert stubborn.units("2026-02-20") == [10]


def test_nothing_about_adjustments_can_be_read() -> None:
    scene = a_scene()
    item_id = scene.caller.ok(
        "POST",
        f"/Contracts/{scene.contract}/ServiceAdjustments",
        {"contractServiceID": scene.line, "effectiveDate": "2026-02-20", "unitChange": 1},
    )["itemId"]

    reads = [
        ("GET", f"/ContractServiceAdjustments/{item_id}"),
        ("GET", "/ContractServiceAdjustments/query"),
        ("GET", "/ContractServiceAdjustments"),
        ("GET", f"/Contracts/{scene.contract}/ServiceAdjustments"),
        ("GET", f"/Contracts/{scene.contract}/ServiceAdjustments/{item_id}"),
    ]
    assert {scene.caller.raw(method, path).status for method, path in reads} <= {404, 405}


def test_a_missing_line_is_created_from_contract_and_service_p6() -> None:
    scene = a_scene()
    other = scene.world.add_service("Mailbox", "2")
    body = {"contractID": scene.contract, "serviceID": other, "effectiveDate": "2026-02-20", "unitChange": 4}
    scene.caller.ok("POST", "/ContractServiceAdjustments", body)

    lines = scene.caller.find("ContractServices", eq("contractID", scene.contract), eq("serviceID", other))
    assert len(lines) == 1
    assert scene.world.units_on(lines[0]["id"], date(2026, 2, 20)) == 4


def test_a_removed_line_comes_back_only_where_the_body_names_contract_and_service_p6() -> None:
    scene = a_scene()
    scene.caller.control("contract", {"remove_line": scene.line})

    assert scene.adjust("2026-02-20", 5)[0] == 500
    assert scene.adjust("2026-02-20", 5, contractID=scene.contract, serviceID=scene.service)[0] == 200
    assert len(scene.caller.find("ContractServices", eq("contractID", scene.contract))) == 1


def test_bundles_are_adjusted_like_services() -> None:
    scene = a_scene()
    bundle = scene.world.add_bundle("Office", [scene.service], "50")
    line = scene.world.add_bundle_line(scene.contract, bundle, 2)
    body = {"contractServiceBundleID": line, "effectiveDate": "2026-02-20", "unitChange": 3}
    scene.caller.ok("POST", "/ContractServiceBundleAdjustments", body)

    found = scene.caller.find(
        "ContractServiceBundleUnits", eq("contractServiceBundleID", line), eq("units", 5)
    )
    assert {"2026-02-20", "2026-03-17"} <= {row["startDate"][:10] for row in found}
    assert {row["price"] for row in found} == {250}


def test_an_empty_bundle_cannot_be_referred_to() -> None:
    scene = a_scene()
    bundle = scene.world.add_bundle("Empty", [], "50")

    assert (
        scene.caller.raw(
            "POST", f"/Contracts/{scene.contract}/ServiceBundles", {"serviceBundleID": bundle}
        ).status
        == 500
    )


def test_a_new_line_has_no_units_and_perhaps_no_rows() -> None:
    for setting, count in (("zero", 12), ("none", 0)):
        scene = a_scene(Doubts().changed({"new_line_rows": setting}))
        path, body = f"/Contracts/{scene.contract}/Services", {"serviceID": scene.service}
        line = scene.caller.ok("POST", path, body)["itemId"]
        rows = scene.caller.find("ContractServiceUnits", eq("contractServiceID", line))
        assert (len(rows), sum(row["units"] for row in rows)) == (count, 0)


def test_adjusted_price_is_accepted_and_not_read_back_but_derivable() -> None:
    scene = a_scene()
    path = f"/Contracts/{scene.contract}/Services"
    scene.caller.ok("PATCH", path, {"id": scene.line, "adjustedPrice": 20})
    line = scene.caller.ok("GET", f"/ContractServices/{scene.line}")["item"]

    assert "adjustedPrice" not in line
    assert (
        line["internalCurrencyAdjustedPrice"] / (line["internalCurrencyUnitPrice"] / line["unitPrice"]) == 20
    )


@pytest.mark.parametrize("notes", [True, False])
def test_api_adjustments_write_a_contract_note_by_a_switch_d11(notes: bool) -> None:
    scene = a_scene(Doubts(api_notes=notes))
    scene.adjust("2026-02-20", 5)
    scene.world.adjust(scene.line, "2026-02-21", 1)

    found = scene.caller.find("ContractNotes", eq("contractID", scene.contract))
    people = {row["creatorResourceID"] for row in found}
    assert len(found) == 1 + notes
    assert (scene.world.user.resource_id in people) is notes


def test_the_ledger_tells_what_landed_when_and_by_whom() -> None:
    scene = a_scene()
    scene.adjust("2026-02-20", 5)
    scene.caller.passes(minutes=7)
    scene.caller.control("foreign-edit", {"line": scene.line, "like": "cancel", "key": "merged"})
    told = scene.caller.control("ledger", query=f"line={scene.line}")

    assert [(entry["unitChange"], entry["by"], entry["resulting"]) for entry in told["adjustments"]] == [
        (5, "api", 15),
        (-5, "person", 10),
    ]
    assert told["adjustments"][1]["arrivedAt"] == "2026-02-10T12:07:00+00:00"
    assert [write["entity"] for write in told["writes"]] == ["ContractServiceAdjustments"]


def test_the_world_survives_being_put_away() -> None:
    scene = a_scene()
    scene.adjust("2026-02-20", 5)
    again = pickle.loads(pickle.dumps(scene.world))  # noqa: S301  our own bytes

    assert again.units_on(scene.line, "2026-02-20") == 15
    assert len(again.ledger.adjustments) == 1
    with pytest.raises(Invalid, match="duplicate"):
        again.adjust(scene.line, "2026-02-20", 5, by="api")


def test_a_price_may_be_given_for_one_line() -> None:
    scene = a_scene()
    line = scene.world.add_line(scene.contract, scene.service, units=2, unit_price=Decimal("9.5"))
    rows = scene.caller.find("ContractServiceUnits", eq("contractServiceID", line))

    assert rows[0]["price"] == 19


def test_a_refused_adjustment_leaves_no_line_behind() -> None:
    """One request is one transaction: naming contract and service makes the line only if the change lands."""
    scene = a_scene()
    other = scene.world.add_service("Seats", "2.80")
    body = {"contractID": scene.contract, "serviceID": other, "effectiveDate": "2028-01-01", "unitChange": 2}

    status, text = scene.caller.refused("POST", "/ContractServiceAdjustments", body)

    assert (status, "effective date" in text) == (500, True)
    assert [row["id"] for row in scene.caller.find("ContractServices", EVERYTHING)] == [scene.line]
    assert {row["contractServiceID"] for row in scene.caller.find("ContractServiceUnits", EVERYTHING)} == {
        scene.line
    }
