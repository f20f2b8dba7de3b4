"""Storages in public clouds and their notes, over real HTTP (ACR-STO-13, -14, -17)."""

from datetime import date
from typing import Any

from psabridge_emulators.scenes.furnishing import GB
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms
from tests.journeys.journey import Journey, codes
from tests.journeys.two_way_firms import ON

POST_NOTE = {"vendor": "autotask", "method": "POST", "path": "/Contracts/[0-9]+/Notes$"}


def _clouds(firms: Firms) -> dict[str, Any]:
    """A customer with a storage of ours, and three vendors' services that no contract has yet."""
    furnishing, acronis = firms.furnishing, firms.furnishing.acronis
    prices = {"Microsoft Azure": "0.10", "Amazon S3": "0.20", "S3 compatible": "0.30"}
    services = {name: furnishing.autotask.add_service(name, price) for name, price in prices.items()}
    place = acronis.add_location("Customer's own")
    azure = [acronis.add_infra(place, f"azure {n}", backend_type="microsoft_azure") for n in (1, 2)]
    firm = firms.sale("Meadow Dental", units=10)
    for infra, gib in zip(azure, (11, 7), strict=True):
        acronis.enable_item(firm.tenant, "pw_base_storage", infra)
        acronis.set_usage(firm.tenant, "storage", gib * GB, infra)
    return {"firm": firm, "services": services, "azure": azure}


def _cloud_rows(journey: Journey, services: dict[str, int]) -> list[dict[str, Any]]:
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    clouds = [
        {
            "item": "pw_base_storage",
            "measure": "public cloud",
            "cloud": cloud,
            "service": service,
            "edition": "pck_per_workload",
            "unit_size": GB,
        }
        for cloud, service in services.items()
    ]
    return [*rows, *clouds]


def test_the_storages_of_a_vendor_are_one_line_and_their_sum(open_shop: OpenShop) -> None:
    """ACR-STO-13, -14, -17: over the wire, from no line to 18 GB, to 7 and to 0."""
    journey, cast = open_shop(_clouds, **ON, decreases_wait=False)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    firm, acronis = cast["firm"], journey.vendors.acronis

    journey.settle()
    lines = journey.lines(firm.contract)
    assert set(lines) == {"Workstation backup", "Microsoft Azure"}
    assert journey.units(lines["Microsoft Azure"]) == 18

    for infra, left in zip(cast["azure"], (7, 0), strict=True):
        journey.vendors.do(lambda infra=infra: acronis.set_usage(firm.tenant, "storage", 0, infra))
        journey.vendors.do(
            lambda infra=infra: acronis.enable_item(firm.tenant, "pw_base_storage", infra, status=0)
        )
        journey.advance(days=1)
        journey.settle()
        assert journey.units(lines["Microsoft Azure"]) == left


def _notes(journey: Journey, contract: int) -> list[str]:
    rows = journey.vendors.do(lambda: list(journey.vendors.autotask.database["ContractNotes"].all()))
    return [row["title"] for row in rows if row["contractID"] == contract and "follows" in row["title"]]


def _put_on_by_hand(journey: Journey, cast: dict[str, Any]) -> int:
    """A person puts 5 units of Amazon S3 on the contract; the customer has no storage there."""
    autotask, contract = journey.vendors.autotask, cast["firm"].contract
    service = cast["services"]["Amazon S3"]
    return journey.vendors.do(lambda: autotask.add_line(contract, service, units=5))


def test_a_cloud_put_on_the_contract_by_hand_goes_to_0_with_a_note_on_the_contract(
    open_shop: OpenShop,
) -> None:
    """ACR-STO-16: one note, however often the bridge looks, restarts or is released."""
    journey, cast = open_shop(_clouds, **ON)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    journey.configure(two_way={**ON["two_way"], "writes_notes": True})
    journey.settle()
    line = _put_on_by_hand(journey, cast)

    journey.settle()
    journey.start()
    journey.settle()
    journey.advance(days=1)
    journey.settle()

    assert _notes(journey, cast["firm"].contract) == ["Amazon S3: follows Acronis, not used (5 units)"]
    journey.go_to(date(2026, 4, 1))
    journey.settle()
    assert journey.units(line) == 0
    assert len(_notes(journey, cast["firm"].contract)) == 1


def test_a_note_whose_answer_was_lost_is_not_written_twice(open_shop: OpenShop) -> None:
    """ACR-STO-16, design section 7: looked for before it is made, and again after an unknown outcome."""
    journey, cast = open_shop(_clouds, **ON)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    journey.configure(two_way={**ON["two_way"], "writes_notes": True})
    journey.settle()
    _put_on_by_hand(journey, cast)
    journey.vendors.faults.add("reset_after", **POST_NOTE)

    journey.settle()
    journey.advance(minutes=70)
    journey.settle()

    assert len(_notes(journey, cast["firm"].contract)) == 1


def test_no_note_is_written_where_nobody_asked_for_notes(open_shop: OpenShop) -> None:
    """ACR-STO-16: off by preset; the finding says it, and nothing more is asked of Autotask."""
    journey, cast = open_shop(_clouds, **ON)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    journey.settle()
    _put_on_by_hand(journey, cast)

    reports = journey.settle()

    assert "ACR-STO-16" in codes(reports[-1].findings)
    assert _notes(journey, cast["firm"].contract) == []
