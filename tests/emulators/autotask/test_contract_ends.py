"""What Autotask does with unit rows when the end of a contract moves, or it is renewed (P5)."""

from datetime import date

from tests.emulators.autotask.caller import eq
from tests.emulators.autotask.scene import a_scene


def test_moving_the_end_back_and_forward_drops_what_came_after_p5() -> None:
    scene = a_scene()
    scene.adjust("2026-03-20", 5)
    scene.caller.control("contract", {"contract": scene.contract, "end": "2026-03-16"})
    scene.caller.control("contract", {"contract": scene.contract, "end": "2027-01-16"})

    assert scene.units("2026-03-16", "2026-03-20", "2027-01-16") == [10, 10, 10]
    assert scene.adjust("2026-03-20", 5)[0] == 200


def test_the_end_cannot_cut_a_posted_period() -> None:
    scene = a_scene()
    scene.world.post_through(scene.contract, "2026-03-17")
    body = {"id": scene.contract, "endDate": "2026-03-01"}

    assert "posted" in scene.caller.refused("PATCH", "/Contracts", body)[1]


def test_a_cut_last_period_is_stretched_when_the_end_moves_on() -> None:
    scene = a_scene(ends="2026-02-28")
    scene.caller.ok("PATCH", "/Contracts", {"id": scene.contract, "endDate": "2026-04-10"})

    assert scene.rows()[1:] == [("2026-02-17", "2026-03-16", 10), ("2026-03-17", "2026-04-10", 10)]


def test_of_two_totals_that_end_together_the_one_in_force_is_stretched() -> None:
    """D1 totals: a change on the last day leaves two rows with one end; moved on, they would overlap."""
    scene = a_scene()
    scene.adjust("2026-03-10", -1)
    scene.caller.control("contract", {"contract": scene.contract, "end": "2026-03-10"})
    scene.caller.control("contract", {"contract": scene.contract, "end": "2027-01-16"})

    assert scene.units("2026-03-09", "2026-03-11", "2027-01-16") == [10, 9, 9]
    assert [row[2] for row in scene.rows() if row[0] <= "2026-03-11" <= row[1]] == [9]


def test_a_renewal_carries_the_last_units() -> None:
    scene = a_scene()
    scene.adjust("2026-03-20", 5)
    renewal = {"starts": "2027-01-17", "ends": "2028-01-16"}
    new = scene.caller.control("contract", {"contract": scene.contract, "renewal": renewal})["id"]
    line = scene.caller.find("ContractServices", eq("contractID", new))[0]["id"]

    assert scene.world.units_on(line, date(2027, 1, 17)) == 15
    assert scene.caller.ok("GET", f"/Contracts/{new}")["item"]["renewedContractID"] == scene.contract
