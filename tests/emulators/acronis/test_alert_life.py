"""How alerts come, repeat, change, go and are seen late (acronis-api.md 8.1, 8.2)."""

from collections import Counter
from typing import Any

import pytest

from psabridge_emulators.acronis import stamps
from tests.emulators.acronis.caller import Caller, a_caller

BASE = "/api/alert_manager/v1"
ALERTS = f"{BASE}/alerts"
ABOUT = {"resourceId": "r-1", "resourceName": "PC-1", "planId": "p-1"}


def _raise(caller: Caller, **told: object) -> str:
    tenant = next((t.id for t in caller.world.tenants.values() if t.name == "Harbor"), None)
    told = {"tenant": tenant or caller.world.add_tenant("Harbor"), "type": "BackupFailed", **told}
    return str(caller.control("POST", "alert", told)["id"])


def _live(caller: Caller) -> list[str]:
    return [row["id"] for row in caller.get(ALERTS, order="asc(created_at)")["items"]]


def _since(caller: Caller, moment: int) -> list[dict[str, Any]]:
    asked = {"updated_at": f"ge({moment})", "show_deleted": "true", "order": "asc(updated_at)"}
    return list(caller.get(ALERTS, **asked)["items"])


def _told(caller: Caller, alert_id: str) -> dict[str, Any]:
    alerts = caller.control("GET", "world")["alerts"]
    return next(one for one in alerts if one["id"] == alert_id)


def test_a_condition_that_comes_again_is_a_new_alert_about_the_same() -> None:
    """ACR-TKT-07, R47."""
    caller = a_caller()
    first = _raise(caller, details=ABOUT)
    caller.pass_time(hours=1)

    second = caller.control("POST", "alert/repeat", {"id": first, "details": {"daysPassed": 2}})["id"]

    assert _live(caller) == [first, second]
    again = caller.get(f"{ALERTS}/{second}")
    assert again["details"] == {**ABOUT, "daysPassed": 2}
    assert again["createdAt"] > caller.get(f"{ALERTS}/{first}")["createdAt"]
    assert caller.get(f"{ALERTS}/{first}")["details"] == ABOUT


def test_by_switch_a_condition_that_comes_again_keeps_its_id() -> None:
    """ACR-TKT-07: other accounts tell that it keeps its id with new details."""
    caller = a_caller()
    caller.control("POST", "switches", {"alert_repeats_keep_id": True})
    first = _raise(caller, details=ABOUT)
    before = stamps.nanoseconds(caller.now)
    caller.pass_time(hours=1)

    second = caller.control("POST", "alert/repeat", {"id": first, "details": {"daysPassed": 2}})["id"]

    assert second == first
    [row] = _since(caller, before + 1000)
    assert row["details"] == {**ABOUT, "daysPassed": 2}
    assert row["updatedAt"] > row["receivedAt"]
    caller.control("POST", "alert/clear", {"id": first})
    assert caller.control("POST", "alert/repeat", {"id": first})["id"] != first


def test_an_alert_changes_in_place_until_it_is_dismissed() -> None:
    caller = a_caller()
    one = _raise(caller, details=ABOUT)
    caller.control("POST", "alert/change", {"id": one, "severity": "warning", "details": {"planId": "p-2"}})

    row = caller.get(f"{ALERTS}/{one}")
    assert (row["severity"], row["details"]) == ("warning", {**ABOUT, "planId": "p-2"})
    caller.control("POST", "alert/clear", {"id": one})
    with pytest.raises(AssertionError, match="does not change any more"):
        caller.control("POST", "alert/change", {"id": one, "severity": "ok"})


def test_who_dismissed_an_alert_is_told_at_the_back_door_only() -> None:
    """R52: a person, the alert itself, or the API client."""
    caller = a_caller()
    by_person, by_client, by_itself = (
        _raise(caller),
        _raise(caller),
        _raise(caller, gone_after=600, details=None),
    )
    caller.control("POST", "alert/clear", {"id": by_person})
    caller.do("DELETE", f"{ALERTS}/{by_client}", gives=204)
    caller.pass_time(minutes=30)

    rows = {row["id"]: row for row in caller.get(ALERTS, show_deleted_only="true")["items"]}
    assert [_told(caller, one)["cleared_by"] for one in (by_person, by_client, by_itself)] == [
        "person",
        "client",
        "itself",
    ]
    assert not any("cleared_by" in row for row in rows.values())
    # It went at its own moment, not when somebody looked.
    assert rows[by_itself]["deletedAt"].startswith("2026-03-10T12:10:00")


def test_an_alert_seen_late_carries_its_early_stamp() -> None:
    """TIM-07: a poll that asks from its last look on does not see it."""
    caller = a_caller()
    late = _raise(caller, seen_after=300)
    raised = caller.now
    assert _live(caller) == []
    assert caller.send("GET", f"{ALERTS}/{late}").status == 404
    caller.pass_time(minutes=2)
    looked = stamps.nanoseconds(caller.now)
    caller.pass_time(minutes=3)

    assert _live(caller) == [late]
    assert _since(caller, looked) == []
    [row] = _since(caller, stamps.nanoseconds(raised))
    assert row["updatedAt"] == row["receivedAt"] < stamps.zulu(looked)


def test_a_lagging_read_shows_a_dismissed_alert_as_live_and_the_vendor_knows_better() -> None:
    caller = a_caller()
    one = _raise(caller)
    caller.control("POST", "switches", {"alerts_lag_seconds": 90})
    caller.pass_time(seconds=10)
    before = caller.get(f"{ALERTS}/{one}")
    caller.control("POST", "alert/clear", {"id": one})

    assert caller.get(f"{ALERTS}/{one}") == before
    caller.do("DELETE", f"{ALERTS}/{one}", gives=404)
    caller.pass_time(seconds=90)
    assert _live(caller) == []
    assert _told(caller, one)["cleared_by"] == "person"


def test_the_probe_may_lag_behind_the_list() -> None:
    caller = a_caller()
    caller.control("POST", "switches", {"alert_stats_lag_seconds": 60})
    _raise(caller)

    assert len(_live(caller)) == 1
    assert caller.get(f"{BASE}/stats") == {"count": 0}
    caller.pass_time(seconds=60)
    assert caller.get(f"{BASE}/stats")["count"] == 1


def test_a_burst_is_about_one_each_about_a_few_or_about_nothing() -> None:
    """R48: what is about nothing cannot be told apart."""
    caller = a_caller()
    tenants = [caller.world.add_tenant(name) for name in ("Harbor", "Mill")]
    for resources, count in ((None, 10), (3, 9), (0, 4)):
        told = {"tenants": tenants, "type": "BackupFailed", "count": count}
        caller.control("POST", "alert/burst", told | ({} if resources is None else {"resources": resources}))

    rows = caller.get(ALERTS, limit=100)["items"]
    about = [row["details"].get("resourceId") for row in rows]
    assert Counter(row["tenant"]["id"] for row in rows).most_common() == [("51", 12), ("52", 11)]
    assert about.count(None) == 4
    assert len(set(about)) == 11


def test_a_burst_of_thousands_comes_as_time_passes_and_is_read_in_pages() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    told = {"tenants": [tenant], "type": "BackupFailed", "count": 5000, "over_seconds": 600}
    caller.control("POST", "alert/burst", told)
    assert caller.get(f"{BASE}/count")["total"] == 1
    caller.pass_time(minutes=5)
    half = caller.get(f"{BASE}/count")["total"]
    caller.pass_time(minutes=5)

    ids, asked = set[str](), {"order": "asc(updated_at)", "limit": 1000}
    page = caller.get(ALERTS, **asked)
    while page["items"]:
        ids |= {row["id"] for row in page["items"]}
        after = page["paging"]["cursors"].get("after")
        page = caller.get(ALERTS, after=after, **asked) if after else {"items": []}
    assert half == 2501
    assert len(ids) == 5000


def test_a_stream_is_believable_and_the_same_for_the_same_seed() -> None:
    callers = [a_caller(), a_caller()]
    for caller in callers:
        for name in ("Harbor Dental", "Mill Bakery", "Quay Legal"):
            caller.world.add_tenant(name)
        caller.control("POST", "alert/stream", {"per_day": 20, "seed": 7})
        for _ in range(14):
            caller.pass_time(days=1)

    first, second = (caller.control("GET", "world")["alerts"] for caller in callers)
    assert first == second
    kinds = Counter(row["type"] for row in first)
    assert 200 < len(first) < 800
    assert kinds.most_common(1)[0][0] == "BackupFailed"
    assert {row["cleared_by"] for row in first} == {None, "itself", "person"}
    assert all(row["type"] in callers[0].world.alert_types for row in first)
    about = Counter((row["tenant"]["id"], row["type"], row["details"].get("resourceId")) for row in first)
    assert about.most_common(1)[0][1] > 1


def test_a_stream_that_ends_leaves_what_it_raised_to_its_end() -> None:
    caller = a_caller()
    caller.world.add_tenant("Harbor")
    caller.control("POST", "alert/stream", {"per_day": 48})
    caller.pass_time(days=1)
    caller.control("POST", "alert/stream", {"per_day": 0})
    raised = len(caller.world.alerts)
    caller.pass_time(days=20)

    assert 0 < len(caller.world.alerts) < 3 * raised
    assert {alert.type for alert in caller.world.alerts.values() if alert.deleted is None} <= {
        "MachineOffline30",
        "ArchiveCorrupted",
    }


def test_a_type_nobody_knew_appears_in_the_list_of_types() -> None:
    """ACR-TKT-03, R51."""
    caller = a_caller()
    told = {"id": "BackupPlanSuspended", "category": "Backup", "severity": "error"}
    caller.control("POST", "alert/type", told)

    found = {row["id"]: row for row in caller.get(f"{BASE}/types", os_type="windows")["items"]}
    assert found["BackupPlanSuspended"]["severity"] == "error"
    one = _raise(caller, type="BackupPlanSuspended")
    assert caller.get(f"{ALERTS}/{one}")["category"] == "Backup"
    with pytest.raises(AssertionError, match="BackupPlanX"):
        caller.control("POST", "alert/type", {"id": "BackupPlanX", "enabled": True})


def test_the_producers_clock_may_be_days_behind() -> None:
    """R47: an agent that was offline tells late what happened long ago."""
    caller = a_caller()
    one = _raise(caller, created_at="2026-03-01T03:00:00Z")

    row = caller.get(f"{ALERTS}/{one}")
    assert row["createdAt"].startswith("2026-03-01T03:00:00")
    assert row["receivedAt"].startswith("2026-03-10T12:00:00")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("alert", {"type": "BackupFailed", "tenant": "?"}),
        ("alert/clear", {"by": "nobody"}),
        ("alert/clear", {"id": "?"}),
        ("alert/burst", {"tenants": [], "type": "BackupFailed", "count": 1}),
        ("alert/stream", {"per_day": -1}),
        ("alert", {"type": "BackupFailed", "severity": "loud"}),
        ("alert", {"type": "BackupFailed", "gone_by": "nobody"}),
        ("alert/repeat", {"details": {}}),
    ],
)
def test_a_wrong_act_at_the_back_door_is_refused(path: str, told: dict[str, object]) -> None:
    caller = a_caller()
    one = _raise(caller)
    tenant = caller.world.alerts[one].tenant_id
    known = {"tenant": tenant} if path == "alert" else {"id": one} if "clear" in path else {}

    with pytest.raises(AssertionError, match="400"):
        caller.control("POST", path, known | told)
    assert list(caller.world.alerts) == [one]


def test_alerts_are_seen_in_our_subtree_and_nowhere_else() -> None:
    """ACR-TKT-06, R38: below a customer and a sub-partner, too; not in self-service, not elsewhere."""
    caller = a_caller()
    world = caller.world
    reseller = world.add_tenant("Reseller", kind="partner")
    below = {
        name: world.add_tenant(name, kind=kind, parent_id=parent)
        for name, kind, parent in (
            ("Harbor", "customer", None),
            ("Below reseller", "customer", reseller),
            ("Self-service", "customer", None),
            ("Leaving", "customer", None),
        )
    }
    below["Unit"] = world.add_tenant("Unit", kind="unit", parent_id=below["Harbor"])
    names = {_raise(caller, tenant=tenant): name for name, tenant in below.items()}
    caller.control(
        "POST", "tenant/edit", {"tenant": below["Self-service"], "fields": {"ancestral_access": False}}
    )
    caller.control("POST", "tenant/move", {"tenant": below["Leaving"]})

    assert {names[one] for one in _live(caller)} == {"Harbor", "Below reseller", "Unit"}
    counted = {row["customer_name"]: row["alerts_count"] for row in _counted(caller)}
    assert counted == {"Harbor": 2, "Below reseller": 1}
    hidden = next(one for one, name in names.items() if name == "Leaving")
    assert caller.send("GET", f"{ALERTS}/{hidden}").status == 404
    caller.do("DELETE", f"{ALERTS}/{hidden}", gives=404)
    assert _told(caller, hidden)["cleared_by"] is None


def _counted(caller: Caller) -> list[dict[str, Any]]:
    return list(caller.get(f"{BASE}/customer_alerts_count")["items"])
