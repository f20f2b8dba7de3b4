"""The scenes hold what they promise, before anybody has written to them."""

import json
from datetime import date
from typing import Any

import pytest

from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes.emulating import emulate
from psabridge_emulators.scenes.furnishing import GB
from psabridge_emulators.scenes.msp25_cast import SUB_PARTNER
from psabridge_emulators.scenes.opening import SCENES, mapping_for, open_scene

TODAY = date(2026, 3, 10)


def _autotask(scene: Scene) -> AutotaskWorld:
    world = scene.worlds["autotask"]
    assert isinstance(world, AutotaskWorld)
    return world


def _acronis(scene: Scene) -> AcronisWorld:
    world = scene.worlds["acronis"]
    assert isinstance(world, AcronisWorld)
    return world


def _contracts(scene: Scene, company_id: int) -> list[Any]:
    return [row for row in _autotask(scene).database["Contracts"].all() if row["companyID"] == company_id]


def _lines(scene: Scene, company_id: int) -> dict[int, int]:
    """Service id to units today, over all contracts of a company."""
    world = _autotask(scene)
    contracts = {row["id"] for row in _contracts(scene, company_id)}
    return {
        row["serviceID"]: world.units_on(row["id"], TODAY) or 0
        for row in world.database["ContractServices"].all()
        if row["contractID"] in contracts
    }


@pytest.mark.parametrize("name", [name for name in SCENES if name != "msp-2000"])
def test_a_scene_is_the_same_for_the_same_seed(name: str) -> None:
    first, second = (
        {place: at.vendor.dump() for place, at in emulate(name, seed=7).places.items()} for _ in range(2)
    )

    assert json.dumps(first) == json.dumps(second)


def test_another_seed_gives_another_provider() -> None:
    assert mapping_for("msp-500", 1) != mapping_for("msp-500", 2)


def test_the_empty_scene_has_no_customers_and_no_field_for_pay_as_you_go() -> None:
    scene = open_scene("empty")

    assert scene.mapping["customers"] == scene.mapping["services"] == []
    assert _autotask(scene).payg_definition() is None
    assert len(_acronis(scene).subtree(_acronis(scene).root_id)) == 1


def test_the_guides_samples_stand_as_before_the_first_sync() -> None:
    """ACR-STO-18 to -20 and R1."""
    scene = open_scene("guide")
    storage = scene.mapping["storage"]
    names = {row["service_id"]: row["measure"] for row in scene.mapping["services"]}

    seen = {
        sample["sample"].split()[0]: (
            {names[service]: units for service, units in _lines(scene, sample["company_id"]).items()},
            _acronis(scene).usage(sample["tenant_id"], "storage", storage),
        )
        for sample in scene.mapping["samples"]
    }

    assert seen == {
        "ACR-STO-18": ({"class2": 100}, 0),
        "ACR-STO-19": ({"class2": 0}, 0),
        "ACR-STO-20": ({"class1": 0, "class2": 0}, 0),
        "R1": ({"total": 0, "class1": 0, "class2": 0}, 0),
    }


def test_the_guides_usage_to_come_is_60_gb_of_which_50_are_class_2() -> None:
    scene = open_scene("guide")
    sample = scene.mapping["samples"][2]

    moves = {
        move["body"]["usage_name"]: move["body"]["value"] // GB
        for move in scene.usage_moves
        if move["body"]["tenant"] == sample["tenant_id"]
    }

    assert moves == {"storage": 60, "class1_storage": 10, "class2_storage": 50}
    assert sample["expected_units"] == {"class1": 10, "class2": 50}


def test_the_guide_has_a_customer_for_each_row_of_the_decision_table() -> None:
    """ACR-MAP-08."""
    scene = open_scene("guide")
    services = {row["item"]: row for row in scene.mapping["services"]}

    for row in scene.mapping["rows"]:
        item = _acronis(scene).item(row["tenant_id"], row["item"])
        assert item["quota"]["value"] == row["quota_before"]
        assert (services[row["item"]]["service_id"] is not None) == (row["row"] <= 5)
        assert services[row["item"]]["free"] == (row["row"] in {3, 6})
        sold = _lines(scene, row["company_id"])
        assert (services[row["item"]]["service_id"] in sold) == (row["row"] <= 2)
        assert sold, "every customer has a live addition (R5)"

    assert [row["expected_quota"] for row in scene.mapping["rows"]] == [
        12,
        "unlimited",
        "unlimited",
        0,
        "as it is",
        "unlimited",
        0,
        "as it is",
    ]


def _expected_usage(scene: Scene, tenant: str, row: dict[str, Any]) -> int | None:
    usage = {
        "pw_base_workstations": "workstations",
        "pw_base_m365_seats": "mailboxes",
    }
    classes = {"total": "storage", "class1": "class1_storage", "class2": "class2_storage"}
    name = usage.get(row["item"]) or classes[row["measure"]]
    return _acronis(scene).usage(tenant, name, row["infra_id"])


def test_in_the_adopted_scene_nothing_is_left_to_do() -> None:
    """R40: units equal usage where it flows back, quotas equal units where it does not."""
    scene = open_scene("adopted")
    services = {row["service_id"]: row for row in scene.mapping["services"]}

    for customer in scene.mapping["customers"]:
        tenant = _acronis(scene).tenants[customer["tenant_id"]]
        assert tenant.internal_tag == f"psabridge:30595:{customer['company_id']}"
        prepaid = _contracts(scene, customer["company_id"])[0]["contractName"].endswith("fixed")
        for service, units in _lines(scene, customer["company_id"]).items():
            row = services[service]
            quota = _acronis(scene).item(tenant.id, row["item"], row["infra_id"])["quota"]
            usage = _expected_usage(scene, tenant.id, row)
            assert usage is not None
            if prepaid:
                assert (quota["value"], quota["overage"]) == (units * row["unit_size"], 0)
            else:
                assert (quota["value"], quota["overage"]) == (None, None)
                assert units == -(-usage // row["unit_size"])


def test_msp_25_has_25_companies_and_the_odd_ones_every_provider_has() -> None:
    scene = open_scene("msp-25")
    companies = [row for row in _autotask(scene).database["Companies"].all() if row["id"] != 0]
    contracts = list(_autotask(scene).database["Contracts"].all())
    tenants = {tenant.name: tenant for tenant in _acronis(scene).tenants.values()}
    mapped = {customer["tenant_id"] for customer in scene.mapping["customers"]}

    assert len(companies) == 25
    assert {row["contractPeriodType"] for row in contracts} == {2, 3, 5}
    assert {row["startDate"][8:10] for row in contracts} == {"01", "15", "17"}
    assert len([row for row in companies if not _contracts(scene, row["id"])]) == 1
    assert len([row for row in contracts if row["contractType"] != 7]) == 1
    assert len(list(_autotask(scene).database["ContractServiceBundles"].all())) == 1
    assert tenants[SUB_PARTNER].kind == "partner"
    assert len([tenant for tenant in tenants.values() if not tenant.ancestral_access]) == 1
    assert tenants["Westbrook Tiling"].id not in mapped


def test_msp_25_has_billed_its_past_and_left_the_present_period_open() -> None:
    scene = open_scene("msp-25")
    rows = list(_autotask(scene).database["ContractServiceUnits"].all())
    posted = [row for row in rows if row["approveAndPostDate"] is not None]
    here = [row for row in posted if row["startDate"][:10] <= "2026-03-10" <= row["endDate"][:10]]

    assert posted
    assert {row["contractID"] for row in here} == {
        contract["id"]
        for company in _autotask(scene).database["Companies"].all()
        if company["companyName"] == "Quayside Chandlery"
        for contract in _contracts(scene, company["id"])
    }


@pytest.mark.parametrize(
    ("name", "customers"), [("msp-50", 50), ("msp-200", 200), ("msp-500", 500), ("msp-2000", 2000)]
)
def test_a_large_provider_has_four_lines_per_customer(name: str, customers: int) -> None:
    scene = open_scene(name)

    names = {customer["name"] for customer in scene.mapping["customers"]}
    assert len(names) == customers
    assert len(list(_autotask(scene).database["ContractServices"].all())) == 4 * customers


def test_what_a_scene_describes_is_plain_json() -> None:
    for name in SCENES:
        if name != "msp-2000":
            mapping = mapping_for(name)
            assert json.loads(json.dumps(mapping)) == mapping


def test_a_scene_nobody_wrote_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="There is no scene msp-3"):
        open_scene("msp-3")


@pytest.mark.parametrize("name", [name for name in SCENES if name not in {"empty", "msp-2000"}])
def test_a_provider_has_what_the_alert_mapping_chooses_from(name: str) -> None:
    """ACR-TKT-02: queues, work types, technicians with a role of the service desk."""
    database = _autotask(open_scene(name)).database
    pairs = [pair for pair in database["ResourceServiceDeskRoles"].all() if pair["isActive"]]
    at_work = {row["id"] for row in database["Resources"].all() if row["isActive"]}
    work_types = [
        code for code in database["BillingCodes"].all() if code["useType"] == 1 and code["isActive"]
    ]

    assert len({pair["resourceID"] for pair in pairs} & at_work) == 2
    assert len(work_types) == 2
    assert {row["name"] for row in database["TicketCategories"].all()} >= {"Standard", "Backup"}


def test_the_small_provider_has_tickets_that_nobody_may_touch() -> None:
    tickets = list(_autotask(open_scene("msp-25")).database["Tickets"].all())
    assert [ticket["status"] for ticket in tickets] == [5, 1, 1]
    assert {ticket.get("externalID") for ticket in tickets} == {None}
