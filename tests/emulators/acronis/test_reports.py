"""acronis-api.md 7.2 and section 10 items 2, 9, 10."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from tests.emulators.acronis.caller import Caller, a_caller

REPORTS = "/api/2/reports"
FEBRUARY = {"start": "2026-02-01", "end": "2026-02-28"}


def _order(tenant: str, **parameters: object) -> dict[str, Any]:
    return {
        "recipients": [],
        "result_action": "save",
        "schedule": {"type": "once"},
        "parameters": {
            "tenant_id": tenant,
            "level": "all_customers",
            "kind": "usage_summary",
            "formats": ["csv_v2_0"],
            "period": FEBRUARY,
            **parameters,
        },
    }


def _go_to(caller: Caller, moment: datetime) -> None:
    caller.pass_time(seconds=(moment - caller.now).total_seconds())


def _after_february() -> tuple[Caller, str]:
    """A customer whose servers and compute points moved in January, February and March."""
    caller = a_caller(now=datetime(2026, 1, 20, tzinfo=UTC))
    storage = caller.world.add_infra(caller.world.add_location("XYZ"), "XYZ")
    tenant = caller.world.add_tenant("Harbor")
    for month, day, servers, seconds in ((1, 20, 3, 1000), (2, 9, 4, 250), (3, 1, 9, 70)):
        _go_to(caller, datetime(2026, month, day, tzinfo=UTC))
        caller.world.set_usage(tenant, "servers", servers)
        caller.world.set_usage(tenant, "compute_points", seconds, storage)
    _go_to(caller, datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    caller.sign_in()
    return caller, tenant


def _file(caller: Caller, report: str, place: int = 0) -> str:
    caller.pass_time(minutes=5)
    stored = caller.get(f"{REPORTS}/{report}/stored")["items"][place]
    assert stored["status"] == "saved"
    reply = caller.send("GET", f"{REPORTS}/{report}/stored/{stored['id']}")
    assert (reply.status, reply.content_type) == (200, "application/octet-stream")
    assert len(reply.body) == stored["size"]
    return reply.body.decode()


def test_a_closed_month_is_ordered_waited_for_and_fetched() -> None:
    caller, tenant = _after_february()
    report = caller.do("POST", REPORTS, _order(caller.world.root_id))["id"]
    stored = caller.get(f"{REPORTS}/{report}/stored")["items"][0]

    assert stored["status"] == "in_progress"
    assert caller.send("GET", f"{REPORTS}/{report}/stored/{stored['id']}").status == 404
    rows = {row["usage_name"]: row for row in csv.DictReader(io.StringIO(_file(caller, report)))}
    assert {row["tenant.id"] for row in rows.values()} == {tenant}
    assert rows["servers"]["usage.effective.total"] == "4"
    points = rows["compute_points"]
    assert (points["usage.absolute.total"], points["usage.delta.total"]) == ("1250", "250")
    assert points["usage.effective.total"] == "250"
    assert points["infra.backend_type"] == "acronis"
    assert (points["usage.effective.production"], points["usage.effective.trial"]) == ("250", "0")


def test_a_partner_s_row_splits_production_from_trial() -> None:
    caller, _ = _after_february()
    trial = caller.world.add_tenant("Trial", mode="trial")
    caller.world.tenants[trial].readings.update(
        {
            key: levels
            for key, levels in next(
                t.readings for t in caller.world.tenants.values() if t.name == "Harbor"
            ).items()
            if key[0] == "servers"
        }
    )
    order = _order(caller.world.root_id, level="itself", formats=["json_v2_0"])
    report = caller.do("POST", REPORTS, order)["id"]

    rows = json.loads(_file(caller, report))["items"]

    servers = next(row for row in rows if row["usage_name"] == "servers")
    assert servers["usage"]["absolute"] == {"total": 8, "production": 4, "trial": 4}


def test_a_daily_report_has_a_row_a_day() -> None:
    """R17: exact past ranges come from a daily report."""
    caller, _ = _after_february()
    days = {"start": "2026-02-08", "end": "2026-02-10"}
    order = _order(caller.world.root_id, kind="usage_daily", formats=["json_v2_0"], period=days)
    report = caller.do("POST", REPORTS, order)["id"]

    rows = json.loads(_file(caller, report))["items"]

    points = {row["date"]: row["usage"]["delta"]["total"] for row in rows if row["name"] != "pw_base_servers"}
    assert points == {"2026-02-08": 0, "2026-02-09": 250, "2026-02-10": 0}


def test_the_history_is_not_ready_at_night_and_missing_later_by_switch() -> None:
    caller = a_caller(now=datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    order = _order(caller.world.root_id)
    caller.do("POST", REPORTS, order, gives=400)
    caller.pass_time(hours=5)
    caller.sign_in()
    caller.control("POST", "switches", {"report_history_missing": True})
    caller.do("POST", REPORTS, order, gives=500)
    caller.control("POST", "switches", {"report_history_missing": False})
    made = caller.do("POST", REPORTS, order)

    assert made["schedule"] == {"enabled": True, "type": "once"}
    assert caller.get(f"/api/2/tenants/{caller.world.root_id}/reports")["items"] == [made["id"]]
    caller.do("DELETE", f"{REPORTS}/{made['id']}", gives=409, version=1)
    caller.do("DELETE", f"{REPORTS}/{made['id']}", gives=204, version=made["version"])
    assert caller.send("GET", f"{REPORTS}/{made['id']}").status == 404


def test_a_period_that_is_not_over_is_refused() -> None:
    caller = a_caller()
    today = {"start": "2026-03-01", "end": "2026-03-10"}

    caller.do("POST", REPORTS, _order(caller.world.root_id, period=today), gives=400)
    caller.do("POST", REPORTS, _order(caller.world.root_id, period={"start": "2026-03-01"}), gives=400)
    caller.do("POST", REPORTS, _order(caller.world.root_id) | {"title": "x"}, gives=400)


def test_a_format_that_is_not_written_fails() -> None:
    caller, _ = _after_february()
    order = _order(caller.world.root_id, formats=["html"])
    report = caller.do("POST", REPORTS, order)["id"]
    caller.pass_time(minutes=5)

    assert caller.get(f"{REPORTS}/{report}/stored")["items"][0]["status"] == "failed"
