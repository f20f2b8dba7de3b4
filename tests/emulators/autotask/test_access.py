"""Discovery, credentials, sight, thresholds and reads that lag (autotask-rest.md 1, 7, D19)."""

import json
from datetime import timedelta

import pytest

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.frame.wire import Request
from tests.emulators.autotask.caller import BASE, EVERYTHING, ROOT, Caller, eq
from tests.emulators.autotask.scene import a_scene


def anonymous(caller: Caller) -> Caller:
    caller.headers = {}
    return caller


def test_version_and_zone_are_told_without_credentials() -> None:
    caller = anonymous(Caller())
    version = caller.raw("GET", "/atservicesrest/versioninformation", root="")
    zone = caller.ok("GET", "/zoneInformation", query="user=Bridge.API%40msp.example")

    assert json.loads(version.body) == {"apiVersions": ["v1.0"]}
    assert zone == {
        "zoneName": "Pre Release",
        "url": f"{BASE}/ATServicesRest/",
        "webUrl": f"{BASE}/",
        "ci": 30595,
    }


def test_the_zone_of_an_unknown_user_cannot_be_determined() -> None:
    status, text = anonymous(Caller()).refused("GET", "/ZoneInformation", query="user=nobody%40msp.example")

    assert (status, json.loads(text)) == (500, {"errors": ["Zone information could not be determined"]})


@pytest.mark.parametrize("header", ["apiintegrationcode", "username", "secret"])
def test_each_of_the_three_headers_is_needed(header: str) -> None:
    missing, wrong = Caller(), Caller()
    del missing.headers[header]
    wrong.headers[header] += "x"

    assert missing.raw("GET", "/Companies/0").status == 401
    assert wrong.raw("GET", "/Companies/0").status == 401


@pytest.mark.parametrize("state", ["wrong_secret", "locked", "inactive", "ordinary", "revoked"])
def test_a_user_that_is_not_in_order_gets_401(state: str) -> None:
    caller = Caller()
    caller.ok("GET", "/Companies/0")
    caller.control("user", {"state": state})
    assert caller.raw("GET", "/Companies/0").status == 401

    caller.control("user", {"state": "ok"})
    caller.ok("GET", "/Companies/0")


def test_a_changed_secret_shuts_the_old_one_out() -> None:
    caller = Caller()
    caller.control("user", {"secret": "another"})
    assert caller.raw("GET", "/Companies/0").status == 401

    caller.headers["secret"] = "another"
    caller.ok("GET", "/Companies/0")


def test_a_moved_tenant_answers_only_in_its_new_zone() -> None:
    caller = Caller()
    caller.control("zone", {"prefix": "/zone5", "name": "America East", "ci": 4711})
    told = caller.ok("GET", "/ZoneInformation", query="user=bridge.api%40msp.example")

    assert (told["url"], told["ci"]) == (f"{BASE}/zone5/ATServicesRest/", 4711)
    assert caller.raw("GET", "/Companies/0").status == 401
    assert caller.raw("GET", "/Companies/0", root="/Zone5/ATServicesRest/v1.0").status == 200


def test_rows_of_a_restricted_user_vanish_without_an_error() -> None:
    scene = a_scene()
    scene.caller.control("user", {"hidden_contracts": [scene.contract]})

    for entity in ("Contracts", "ContractServices", "ContractServiceUnits"):
        assert scene.caller.find(entity, EVERYTHING) == []
    assert scene.caller.raw("GET", f"/Contracts/{scene.contract}").status == 404
    assert scene.caller.refused("PATCH", "/Contracts", {"id": scene.contract, "status": 0})[0] == 500
    assert len(scene.caller.find("Companies", EVERYTHING)) == 2
    assert scene.adjust("2026-02-20", 1)[0] == 500
    assert scene.world.ledger.adjustments == []


def test_a_line_of_business_shows_rows_with_none_or_its_own() -> None:
    scene = a_scene()
    for association in (520_001, 520_002):
        scene.world.add_contract(
            scene.company,
            f"{association}",
            "2026-01-01",
            "2026-12-31",
            organizationalLevelAssociationID=association,
        )
    scene.caller.control("user", {"line_of_business": 520_001})

    assert [row["contractName"] for row in scene.caller.find("Contracts", EVERYTHING)] == ["Backup", "520001"]


def test_a_user_without_rights_to_contracts_sees_none() -> None:
    scene = a_scene()
    scene.caller.control("user", {"sees_contracts": False})

    assert scene.caller.find("Contracts", EVERYTHING) == []


def test_a_user_who_cannot_read_costs_sees_them_empty() -> None:
    scene = a_scene()
    scene.caller.ok("PATCH", "/Services", {"id": scene.service, "unitCost": 3})
    scene.caller.control("user", {"sees_costs": False})
    scene.caller.ok("PATCH", "/Services", {"id": scene.service, "unitCost": 4})

    assert scene.caller.ok("GET", f"/Services/{scene.service}")["item"]["unitCost"] is None
    row = scene.world.database.row("Services", scene.service)
    assert row is not None
    assert row["unitCost"] == 3


def test_a_user_without_write_rights_is_told_so_with_500() -> None:
    scene = a_scene()
    scene.caller.control("user", {"may_write": False})

    assert "adequate permissions" in scene.adjust("2026-02-20", 1)[1]


def test_the_threshold_counts_a_rolling_hour_of_everybody() -> None:
    caller = Caller()
    caller.ok("GET", "/Companies/0")
    caller.control("requests", {"others": 7_000})
    told = caller.ok("GET", "/ThresholdInformation")
    assert told == {
        "externalRequestThreshold": 10_000,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": 7_002,
    }

    caller.passes(minutes=59)
    assert caller.ok("GET", "/ThresholdInformation")["currentTimeframeRequestCount"] == 7_003
    caller.passes(minutes=1)
    assert caller.ok("GET", "/ThresholdInformation")["currentTimeframeRequestCount"] == 2


@pytest.mark.parametrize(("retry_after", "header"), [(True, "60"), (False, None)])
def test_over_the_threshold_everything_is_429_until_the_hour_rolls_off(
    retry_after: bool, header: str | None
) -> None:
    caller = Caller()
    caller.world.doubts = Doubts(retry_after=retry_after)
    caller.control("requests", {"others": 10_000})
    reply = caller.raw("GET", "/Companies/0")
    assert (reply.status, reply.headers.get("Retry-After")) == (429, header)

    caller.passes(hours=1)
    caller.ok("GET", "/Companies/0")


@pytest.mark.parametrize(
    ("used", "added"), [(0, 0.0), (4_999, 0.0), (5_000, 0.5), (7_499, 0.5), (7_500, 1.0)]
)
def test_use_of_the_hour_adds_latency_where_it_is_switched_on(used: int, added: float) -> None:
    """autotask-rest.md 7: from half of the threshold on every call is slower, the discovery is not."""
    caller = Caller()
    caller.control("requests", {"others": used})
    read = Request("GET", f"{ROOT}/Companies/0")
    assert caller.emulator.added_seconds(read) == 0

    caller.world.doubts = Doubts(added_latency=True)

    assert caller.emulator.added_seconds(read) == added
    assert caller.emulator.added_seconds(Request("GET", f"{ROOT}/ZoneInformation")) == 0


def test_the_thread_gate_has_a_bucket_for_each_entity_and_none_for_discovery() -> None:
    emulator = Caller().emulator

    def bucket(path: str) -> str | None:
        return emulator.endpoint(Request("GET", path, headers={"apiintegrationcode": "X"}))

    root = "/ATServicesRest/V1.0"
    assert (
        bucket(f"{root}/Contracts/5/Services")
        == bucket(f"{root}/contractservices/query")
        == "X:ContractServices"
    )
    assert bucket(f"{root}/Contracts/entityInformation") == "X:Contracts"
    assert bucket(f"{root}/ThresholdInformation") == "X:ThresholdInformation"
    assert bucket(f"{root}/ZoneInformation") is None


@pytest.mark.parametrize("status", [500, 429, 503])
def test_a_fourth_thread_is_refused_with_a_code_under_an_uncertain_status(status: int) -> None:
    caller = Caller()
    caller.world.doubts = Doubts().changed({"thread_status": status})
    reply = caller.emulator.too_many_at_once(Request("GET", "/ATServicesRest/V1.0/Companies/0"))

    assert reply is not None
    assert reply.status == status
    assert "Itgenatr005" in reply.body.decode()


def test_reads_show_the_older_state_until_the_lag_has_passed_d19() -> None:
    scene = a_scene(Doubts(read_lag_seconds=300))
    scene.adjust("2026-02-20", 5)

    assert scene.rows("2026-02-01", "2026-03-01") == [("2026-02-17", "2026-03-16", 10)]
    assert len(scene.world.ledger.adjustments) == 1
    scene.caller.passes(seconds=299)
    assert len(scene.rows("2026-02-01", "2026-03-01")) == 1
    scene.caller.passes(seconds=1)
    assert scene.rows("2026-02-01", "2026-03-01")[1] == ("2026-02-20", "2026-03-16", 15)


def test_two_replicas_answer_in_turn_and_one_is_stale_c10() -> None:
    scene = a_scene()
    scene.caller.control("lag", {"entity": "ContractServiceUnits", "seconds": 3600, "alternating": True})
    scene.adjust("2026-02-20", 5)
    counts = [len(scene.rows("2026-02-01", "2026-03-01")) for _ in range(4)]

    assert counts == [2, 1, 2, 1]
    assert len(scene.caller.find("ContractNotes", eq("contractID", scene.contract))) == 1


def test_a_gap_shows_a_line_without_the_row_that_is_being_split_p10() -> None:
    scene = a_scene(Doubts(split="gap"))
    scene.caller.control("lag", {"entity": "ContractServiceUnits", "seconds": 60})
    scene.adjust("2026-02-20", 5)

    assert scene.rows("2026-02-01", "2026-03-01") == []
    scene.caller.passes(seconds=60)
    assert len(scene.rows("2026-02-01", "2026-03-01")) == 2


def test_switching_the_lag_off_shows_everything() -> None:
    scene = a_scene()
    scene.caller.control("lag", {"entity": "ContractServiceUnits", "seconds": 3600})
    scene.adjust("2026-02-20", 5)
    scene.caller.control("lag", {"entity": "ContractServiceUnits", "seconds": 0})

    assert len(scene.rows("2026-02-01", "2026-03-01")) == 2


def test_time_may_go_backwards() -> None:
    scene = a_scene()
    scene.caller.ok("GET", "/Companies/0")
    scene.caller.now -= timedelta(days=2)

    assert scene.adjust("2026-02-20", 5)[0] == 200


def test_unknown_doubts_and_control_routes_are_refused() -> None:
    scene = a_scene()
    for name, body in (("doubts", {"rows": "sideways"}), ("doubts", {"mood": 1}), ("nonsense", {})):
        request = Request("POST", f"/__control/{name}", "", {}, json.dumps(body).encode())
        assert scene.caller.emulator.control(request, scene.caller.now).status in {400, 404}


def test_metadata_gives_picklist_values_as_text_and_names_access() -> None:
    caller = Caller()
    info = caller.ok("GET", "/ContractServiceAdjustments/entityInformation")["info"]
    fields = {
        field["name"]: field for field in caller.ok("GET", "/Services/entityInformation/fields")["fields"]
    }

    assert (info["canCreate"], info["canQuery"], info["userAccessForQuery"]) == (True, False, 0)
    assert {entry["value"]: entry["label"] for entry in fields["periodType"]["picklistValues"]} == {
        "2": "Monthly",
        "3": "Quarterly",
        "4": "Semi-Annual",
        "5": "Yearly",
    }
    assert (fields["name"]["length"], fields["name"]["isRequired"], fields["id"]["isReadOnly"]) == (
        100,
        True,
        True,
    )


def test_the_dump_is_json_and_shows_every_row() -> None:
    scene = a_scene()
    scene.adjust("2026-02-20", 5)
    told = json.loads(json.dumps(scene.caller.emulator.dump()))

    assert len(told["entities"]["ContractServiceUnits"]) == 13
    assert told["ledger"]["adjustments"][0]["unitChange"] == 5
