"""Rows of the service mapping from a shell: suggested, taken in, created, metered, billed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from psabridge.engine.outcomes import StepState
from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.rules.words import StepKind
from psabridge_emulators.acronis.catalogue import CYBER_PROTECTION, PER_WORKLOAD, ItemKind
from tests.journeys.conftest import Begin, OpenShop
from tests.journeys.firms import SERVERS, WORKSTATIONS, Firms, Sale
from tests.journeys.journey import Journey, codes

AUTOMATIC = {"billing": "automatic", "provisioning": "automatic"}
PACK_SERVERS, PACK_MACHINES = "pw_pack_adv_backup_servers", "pw_pack_adv_backup_vms"
TERMS = ("--billing-code", "29", "--period-type", "1")


def run(*words: str, code: int = Exit.DONE) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == code, f"{done.exit_code}: {done.output} {done.exception!r}"
    return done.stdout


def answer(*words: str, code: int = Exit.DONE) -> Any:  # noqa: ANN401  JSON
    return json.loads(run(*words, "--json", code=code))


def at_the_shell(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Journey:
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "250")
    return journey


def billing_code(journey: Journey) -> int:
    rows = journey.vendors.do(lambda: list(journey.vendors.autotask.database["BillingCodes"].all()))
    return int(rows[0]["id"])


def service_names(journey: Journey) -> list[str]:
    rows = journey.vendors.do(lambda: list(journey.vendors.autotask.database["Services"].all()))
    return [row["name"] for row in rows]


@pytest.mark.parametrize("words", [(), TERMS[:2], TERMS[2:], (*TERMS[:3], "2")])
def test_no_service_is_suggested_without_code_and_period(
    words: tuple[str, ...], begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIM-11, ACR-TWO-03."""
    at_the_shell(begin("guide"), monkeypatch)

    told = answer("services", "suggest", *words, code=Exit.WRONG_INPUT)

    assert told["error"] == "LIM-11"
    assert "--period-type" in told["next_act"]


def test_suggested_rows_are_imported_and_their_services_created_once(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ACR-CON-10, ACR-MAP-02, ACR-MAP-05: nothing is created before a person took the rows in."""
    journey = at_the_shell(begin("guide"), monkeypatch)
    before = service_names(journey)
    code = billing_code(journey)
    terms = ("--billing-code", f"{code}", "--period-type", "1")
    suggested = answer("services", "suggest", *terms)["services"]
    names = [row["service"]["name"] for row in suggested if isinstance(row["service"], dict)]
    file = tmp_path / "bridge.yaml"
    file.write_text(run("services", "suggest", "--whole", *terms))
    assert service_names(journey) == before

    assert answer("config", "import", str(file))["changed"] == ["acronis-autotask"]
    reports = journey.settle()
    created = [
        one
        for report in reports
        for one in report.outcomes
        if one.step.kind is StepKind.CREATE_SERVICE and one.state is StepState.APPLIED
    ]

    assert "Acronis pw base m365 seats" in names
    assert sorted(set(service_names(journey)) - set(before)) == sorted(names)
    assert len(created) == len(names) > 5
    assert answer("services", "suggest", *terms) == {"services": [], "left_out": []}
    assert yaml.safe_load(run("services", "suggest", *terms)) == {"services": []}


def test_the_names_of_the_guide_are_suggested_for_its_storage(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-MAP-05, ACR-STO-10: the services of location XYZ are found by the suggested names."""
    journey = at_the_shell(begin("guide"), monkeypatch)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    storage = [row for row in rows if row["item"] == "pw_base_storage"]
    journey.configure(services=[row for row in rows if row not in storage])

    suggested = answer("services", "suggest", *TERMS)["services"]

    found = {row["measure"]: row["service"] for row in suggested if row["item"] == "pw_base_storage"}
    assert found == {row["measure"]: row["service"] for row in storage}
    assert len(found) == 3


NEW_OF_A_PACK = ItemKind(
    CYBER_PROTECTION,
    "pw_pack_adv_backup_nas",
    PER_WORKLOAD,
    "pack_adv_backup_nas",
    type="count",
    unit="quantity",
)


def with_packs(firms: Firms) -> tuple[Sale, Sale, Sale]:
    """Two items of one pack on a contract of each kind; the partner may give a third nobody listed yet."""
    acronis, sell = firms.running.acronis, firms.furnishing.sell
    servers = sell("Advanced server", "6.00", PACK_SERVERS, usage_name="pack_adv_backup_servers")
    machines = sell("Advanced machine", "4.00", PACK_MACHINES, usage_name="pack_adv_backup_vms")
    used = firms.sale("Meadow Dental", units=1, used=3, sold=servers)
    beside = firms.second_line(used, machines, units=1, used=5)
    fixed = firms.sale("Fixed Ltd", units=8, used=0, sold=servers, payg="No")
    acronis.put_item(acronis.tenants[acronis.root_id], NEW_OF_A_PACK, None, status=1)
    return used, beside, fixed


def test_each_item_of_an_advanced_pack_is_mapped_like_any_other(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-MAP-11: several rows of one pack, billed and given; what the partner may give is the list."""
    journey, (used, beside, fixed) = open_shop(with_packs, modes=AUTOMATIC)
    at_the_shell(journey, monkeypatch)
    offered = journey.vendors.do(
        lambda: list(journey.vendors.acronis.tenants[journey.vendors.acronis.root_id].items.values())
    )

    journey.settle()
    rows = answer("services", "list", "--all")

    assert (journey.units(used.line), journey.units(beside.line)) == (3, 5)
    assert journey.quota(fixed.tenant, PACK_SERVERS) == 8
    packs = {item.kind.name for item in offered if "_pack_adv_" in item.kind.name and item.status == 1}
    shown = {row["key"].partition("/")[0]: row for row in rows if "_pack_adv_" in row["key"]}
    assert shown.keys() == packs >= {PACK_SERVERS, PACK_MACHINES, NEW_OF_A_PACK.name}
    assert shown[NEW_OF_A_PACK.name]["group"] == shown[PACK_SERVERS]["group"]
    assert shown[PACK_SERVERS]["group"].endswith("Advanced Backup")


def machines(firms: Firms) -> tuple[Sale, Sale]:
    """14 workstations on a line that shows 3, and 5 servers that are sold nowhere."""
    meadow = firms.sale("Meadow Dental", units=3, used=14)
    firms.furnishing.use(meadow.customer, firms.servers, 5)
    firms.furnishing.switch_on(meadow.customer, firms.servers)
    other = firms.sale("Other & Sons", units=20, used=31)
    firms.furnishing.use(other.customer, firms.servers, 0)
    firms.furnishing.switch_on(other.customer, firms.servers)
    return meadow, other


def test_a_metered_row_bills_the_sum_above_what_is_included(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: 14 workstations and 5 servers, 10 included: 9 on the contract, and each step is explained."""
    journey, (meadow, other) = open_shop(machines, modes={"billing": "automatic", "provisioning": "observe"})
    at_the_shell(journey, monkeypatch)
    row = next(
        row
        for row in journey.document["pairings"]["acronis-autotask"]["services"]
        if row["item"] == WORKSTATIONS
    )
    metered = {**row, "meter": {"plus": [{"item": SERVERS}], "included": 10}}
    journey.configure(services=[metered])

    journey.settle()

    assert (journey.units(meadow.line), journey.units(other.line)) == (9, 21)
    chain = run("explain", "Meadow", "Workstation")
    for step in ("14 Workstations", "5 Servers", "14 + 5 = 19", "19 less 10 included: 9", "rounded up: 9"):
        assert step in chain
    [listed] = answer("services", "list")
    assert (listed["used"], listed["unknown"]) == (30, 0)
    assert listed["counts"] == "usage plus Servers; 10 included"
    assert "usage plus Servers; 10 included" in run("services", "list")
    everything = answer("services", "list", "--all")
    assert {row["service"] for row in everything} == {"Workstation backup", "in no row"}
    assert len(everything) > 10


def test_before_anything_is_mapped_the_list_says_so_and_names_the_storages_there_are(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-MAP-01, ACR-STO-04: a storage is known by its name before a customer has it."""
    journey = at_the_shell(begin("msp-25"), monkeypatch).configure(services=[], customers=[])
    names = journey.vendors.do(lambda: {one.name for one in journey.vendors.acronis.infras.values()})

    assert "nothing is mapped" in run("services", "list")
    assert "no company is mapped yet" in run("doctor", code=Exit.STEP_FAILED)
    everything = answer("services", "list", "--all")

    listed = {row["storage"] for row in everything if row["item"] == "Backup storage"}
    assert listed
    assert listed <= names


def sell_as(journey: Journey, **meter: object) -> None:
    """Workstations by this meter, servers in no row of their own."""
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    journey.configure(services=[{**row, "meter": meter} for row in rows if row["item"] == WORKSTATIONS])


def test_a_part_that_is_missing_in_the_answer_leaves_the_line_alone(open_shop: OpenShop) -> None:
    """ERR-22: not even the minimum is written; the other customer is billed."""
    journey, (meadow, other) = open_shop(machines, modes={"billing": "automatic", "provisioning": "observe"})
    sell_as(journey, plus=[{"item": SERVERS}], minimum=40)
    journey.control("usage/withhold", {"tenant": meadow.tenant, "usage_name": "servers"}, vendor="acronis")

    reports = journey.settle()

    assert "ERR-22" in {f.code for f in reports[-1].findings if f.company == meadow.customer.company_id}
    assert journey.landed(meadow.line) == []
    assert journey.units(other.line) == 40


def test_less_than_nothing_is_told_and_not_written(open_shop: OpenShop) -> None:
    """R7: workstations without servers, where a customer has more servers."""
    journey, (meadow, other) = open_shop(machines, modes={"billing": "automatic", "provisioning": "observe"})
    sell_as(journey, minus=[{"item": SERVERS}])
    journey.use(meadow, 2)

    reports = journey.settle()

    [told] = [f for f in reports[-1].findings if f.code == "R7"]
    assert "2 - 5 = -3" in told.problem
    assert told.company == meadow.customer.company_id
    assert journey.landed(meadow.line) == []
    assert journey.units(other.line) == 31


def sold_twelve(firms: Firms) -> tuple[Sale, Sale]:
    """Twelve were sold prepaid and the quota is still 7; the other customer pays as it goes."""
    fixed = firms.sale("Fixed Price Ltd", units=12, used=3, payg="No")
    firms.furnishing.acronis.enable_item(fixed.tenant, WORKSTATIONS, quota=7, overage=0)
    return fixed, firms.sale("Other & Sons", units=20, used=21)


def test_a_meter_that_cannot_be_turned_round_leaves_the_quota(open_shop: OpenShop) -> None:
    """R7: a prepaid contract; with an allowance alone the quota is what was sold and what is included."""
    journey, (fixed, other) = open_shop(sold_twelve, modes=AUTOMATIC)
    sell_as(journey, minimum=5)

    reports = journey.settle()

    assert "R7" in codes(reports[-1].findings)
    assert journey.quota(fixed.tenant, WORKSTATIONS) == 7
    assert journey.units(other.line) == 21
    sell_as(journey, included=4)
    assert "R7" not in codes(journey.settle()[-1].findings)
    assert journey.quota(fixed.tenant, WORKSTATIONS) == 16


def test_a_service_that_two_items_share_sets_no_quota(open_shop: OpenShop) -> None:
    """ERR-08, LIM-13, ACR-MAP-06: both items are named, and the quota stays."""
    journey, (fixed, _) = open_shop(sold_twelve, modes=AUTOMATIC)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    shared = next(row["service"] for row in rows if row["item"] == WORKSTATIONS)
    journey.configure(services=[{**row, "service": shared} for row in rows])

    reports = journey.settle()

    [told] = [f for f in reports[-1].findings if f.code == "ERR-08"]
    assert "'Servers' and 'Workstations'" in told.problem
    assert journey.quota(fixed.tenant, WORKSTATIONS) == 7


def test_the_highest_day_of_the_month_is_billed_at_its_close(open_shop: OpenShop) -> None:
    """R7, W13: 20 workstations on one day of March; the other line goes by its last day."""
    journey, (meadow, other) = open_shop(machines, modes={"billing": "automatic", "provisioning": "observe"})
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    metered = [
        {**row, "policy": "period_close", "meter": {"figure": "highest"}}
        for row in rows
        if row["item"] == WORKSTATIONS
    ]
    journey.configure(services=metered)
    journey.settle()
    first = date(journey.today.year, journey.today.month, 1)
    journey.go_to(_next_month(first))

    for day in range(1, 28):
        journey.use(meadow, 20 if day == 9 else 15)
        journey.use(other, 20)
        journey.cycle(waits=False)
        journey.advance(days=1)
    while journey.today.month == _next_month(first).month:
        journey.settle()
        journey.advance(days=1)

    assert journey.units(meadow.line) == 20
    assert journey.units(other.line) == 20


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
