"""acronis-api.md 8 and section 10 items 7 and 8."""

import re

import pytest

from psabridge_emulators.acronis import stamps
from tests.emulators.acronis.caller import Caller, a_caller

BASE = "/api/alert_manager/v1"
ALERTS = f"{BASE}/alerts"


def _three(caller: Caller) -> list[str]:
    """One each of warning, error, critical, a minute apart."""
    tenant = caller.world.add_tenant("Harbor")
    ids = []
    for name in ("NoBackupForXDays", "PlanDeploymentFailed", "BackupFailed"):
        details = {"planId": "P1", "resourceName": f"PC {name}"}
        ids.append(caller.world.raise_alert(tenant, name, details=details))
        caller.pass_time(minutes=1)
    return ids


def _found(caller: Caller, **query: object) -> list[str]:
    return [row["id"] for row in caller.get(ALERTS, **query)["items"]]


def test_alerts_have_upper_case_ids_numeric_tenants_and_nanoseconds() -> None:
    caller = a_caller()
    critical = _three(caller)[2]
    row = caller.get(f"{ALERTS}/{critical.lower()}")

    number = next(t.numeric_id for t in caller.world.tenants.values() if t.name == "Harbor")
    assert row["id"] == critical == critical.upper()
    assert row["tenant"] == {"id": str(number), "locator": f"/1/50/{number}/"}
    assert re.fullmatch(r"2026-03-10T12:02:00\.\d{9}Z", row["receivedAt"])
    assert (row["severity"], row["category"]) == ("critical", "Backup")


def test_times_are_filtered_in_nanoseconds_with_operators() -> None:
    caller = a_caller()
    ids = _three(caller)
    second = caller.world.alerts[ids[1]].received

    assert _found(caller, created_at=second) == ids[1:2]
    assert _found(caller, updated_at=f"ge({second})", order="asc(updated_at)") == ids[1:]
    assert _found(caller, created_at=f"lt({second})") == ids[:1]
    # One sample multiplies seconds by 10^6 only: that time lies long ago, and everything is later.
    assert len(_found(caller, updated_at=f"ge({second // 1000})")) == 3
    assert caller.send("GET", ALERTS, created_at="ge(yesterday)").status == 400


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("error", [1]),
        ("or(warning,critical)", [0, 2]),
        ("ge(error)", [1, 2]),
        ("lt(error)", [0]),
        ("gt(critical)", []),
    ],
)
def test_severities_have_an_order(asked: str, places: list[int]) -> None:
    caller = a_caller()
    ids = _three(caller)

    assert _found(caller, severity=asked, order="asc(created_at)") == [ids[place] for place in places]


def test_lists_repeat_the_key_and_names_are_found_by_a_part() -> None:
    caller = a_caller()
    ids = _three(caller)

    assert set(_found(caller, type=["BackupFailed", "NoBackupForXDays"])) == {ids[0], ids[2]}
    assert _found(caller, resourceName="backupfailed") == [ids[2]]
    assert _found(caller, resourceName="eq(PC BackupFailed)") == [ids[2]]
    assert len(_found(caller, planId="p1", skip=ids[0])) == 2
    assert _found(caller, query="deployment") == [ids[1]]
    assert caller.send("GET", ALERTS, **{"type[]": "BackupFailed"}).status == 400


def test_the_cursor_is_a_place_and_needs_the_same_filters_again() -> None:
    caller = a_caller()
    ids = _three(caller)
    asked = {"order": "asc(created_at)", "limit": 2}
    first = caller.get(ALERTS, **asked)
    second = caller.get(ALERTS, after=first["paging"]["cursors"]["after"], **asked)
    back = caller.get(ALERTS, before=second["paging"]["cursors"]["before"], **asked)

    assert [row["id"] for row in first["items"]] == ids[:2]
    assert [row["id"] for row in second["items"]] == ids[2:]
    assert back["items"] == first["items"]
    assert "after" not in second["paging"]["cursors"]
    assert "before" not in first["paging"]["cursors"]


def test_dismissed_is_hidden_and_not_removed() -> None:
    caller = a_caller()
    ids = _three(caller)
    before = stamps.nanoseconds(caller.now)

    caller.do("DELETE", f"{ALERTS}/{ids[0]}", gives=204)
    caller.do("DELETE", f"{ALERTS}/{ids[0]}", gives=404)

    assert set(_found(caller)) == set(ids[1:])
    assert caller.send("GET", f"{ALERTS}/{ids[0]}").status == 404
    cleared = caller.get(ALERTS, show_deleted="true", updated_at=f"ge({before})")["items"]
    assert [row["id"] for row in cleared] == [ids[0]]
    assert cleared[0]["deletedAt"] == cleared[0]["updatedAt"]
    assert _found(caller, show_deleted_only="true") == [ids[0]]


def test_dismissing_without_a_filter_dismisses_everything() -> None:
    caller = a_caller()
    _three(caller)

    caller.do("DELETE", ALERTS, gives=204, severity="warning")
    assert len(_found(caller)) == 2
    caller.do("DELETE", ALERTS, gives=204)
    assert _found(caller) == []


def test_a_repeat_is_a_new_alert() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    told = {"tenant": tenant, "type": "BackupFailed", "details": {"planId": "P1"}}

    first, second = (caller.control("POST", "alert", told)["id"] for _ in range(2))
    caller.control("POST", "alert/clear", {"id": first})

    assert first != second
    assert _found(caller) == [second]


def test_stats_is_a_cheap_probe_and_count_takes_one_embed() -> None:
    caller = a_caller()
    ids = _three(caller)
    probe = caller.get(f"{BASE}/stats")
    caller.world.clear_alert(ids[0])

    assert probe["count"] == 3
    assert caller.get(f"{BASE}/stats")["modifiedAt"] > probe["modifiedAt"]
    assert caller.get(f"{BASE}/count")["total"] == 2
    by_severity = caller.get(f"{BASE}/count", embed_severities="true")
    assert by_severity["severities"] == {"error": 1, "critical": 1}
    assert caller.get(f"{BASE}/count", embed_tenants="1")["tenants"][0]["total"] == 2
    twice = caller.send("GET", f"{BASE}/count", embed_types="true", embed_severities="true")
    assert twice.status == 400


def test_types_need_an_operating_system_and_a_disabled_type_hides_its_alerts() -> None:
    caller = a_caller()
    _three(caller)
    assert caller.send("GET", f"{BASE}/types").status == 400

    caller.control("POST", "alert/type", {"id": "BackupFailed", "enabled": False})

    assert len(_found(caller)) == 2
    assert caller.get(f"{BASE}/types/BackupFailed")["enabled"] is False
    kinds = caller.get(f"{BASE}/types", os_type=["windows", "linux"], category="Backup")["items"]
    assert {kind["category"] for kind in kinds} == {"Backup"}
    assert "Backup" in {row["name"] for row in caller.get(f"{BASE}/categories")["items"]}


def test_customers_bridge_numbers_and_names() -> None:
    caller = a_caller()
    ids = _three(caller)
    counted = caller.get(f"{BASE}/customer_alerts_count")["items"]
    listed = caller.get(f"{BASE}/customer_alerts", customer_id=counted[0]["customer_id"])["items"]

    assert counted[0]["parents"] == ["Partner", "Harbor"]
    assert counted[0]["alerts_count"] == 3
    assert {row["id"] for row in listed[0]["alerts"]} == set(ids)


def test_alerts_are_marked_raised_and_carry_uuids_only_by_switch() -> None:
    caller = a_caller()
    ids = _three(caller)
    caller.do("PATCH", f"{ALERTS}/{ids[0]}/false_positive", {"falsePositive": True}, gives=204)
    raised = caller.do("POST", ALERTS, {"type": "cti.a.p.am.alert.v1.0~mine", "details": {}})["id"]
    caller.control("POST", "switches", {"alerts_carry_tenant_uuid": True})

    assert caller.get(f"{ALERTS}/{ids[0]}")["falsePositive"] is True
    assert caller.get(f"{ALERTS}/{raised}")["tenant"]["uuid"] == caller.world.root_id


def test_the_error_body_of_alerts_is_flat() -> None:
    caller = a_caller()
    refused = caller.do("GET", f"{ALERTS}/{caller.world.root_id}", gives=404)

    assert refused["domain"] == "AlertManager"
    assert refused["code"] == refused["reason"] == "NotFound"


def test_a_page_goes_on_where_it_was_though_alerts_went_meanwhile() -> None:
    caller = a_caller()
    ids = _three(caller)
    asked = {"order": "asc(created_at)", "limit": 1}
    first = caller.get(ALERTS, **asked)
    caller.world.clear_alert(ids[0])

    second = caller.get(ALERTS, after=first["paging"]["cursors"]["after"], **asked)

    assert [row["id"] for row in second["items"]] == ids[1:2]
    assert (
        caller.send("GET", ALERTS, after=first["paging"]["cursors"]["after"], order="asc(type)").status == 400
    )
