"""Ordering and fetching usage reports (acronis-api.md 7.2)."""

from datetime import datetime, timedelta
from typing import Any

from psabridge_emulators.acronis import bodies, reporting, stamps
from psabridge_emulators.acronis.errors import RefusedError, bad_request, not_found
from psabridge_emulators.acronis.presenting import report_row
from psabridge_emulators.acronis.records import Report, StoredReport
from psabridge_emulators.acronis.routing import Call, Routes, check_version
from psabridge_emulators.acronis.shapes import whole
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")


@ROUTES.add("POST", "/reports", body=bodies.REPORT_POST)
def create_report(call: Call) -> Reply:
    """Answers 200; the files come later."""
    order, world = call.body, call.world
    call.tenant(order["parameters"]["tenant_id"])
    if not order["recipients"] and not world.switches.recipients_may_be_empty:
        raise bad_request("Recipients must not be empty")
    _check_history(call)
    order["parameters"]["period"] = _period(order["parameters"], call.now)
    report = Report(world.new_id("report"), order, call.now, world.stamp())
    formats = order["parameters"].get("formats") or ["csv_v2_0"]
    report.stored = [StoredReport(world.new_id("stored"), format_) for format_ in formats]
    world.reports[report.id] = report
    return Reply.of(200, report_row(report))


def _check_history(call: Call) -> None:
    """Between 01:00 and 06:00 the history is not ready; missing after that is a fault."""
    if 1 <= call.now.hour < 6:
        raise bad_request("The usage history is not ready yet")
    if call.now.hour >= 6 and call.world.switches.report_history_missing:
        raise RefusedError(500, "The usage history is missing")


def _period(parameters: dict[str, Any], now: datetime) -> dict[str, str]:
    """Closed days only, except for the current usage, which runs to today."""
    given = parameters.get("period")
    if parameters["kind"] == "usage_current" or given is None:
        if parameters["kind"] != "usage_current":
            raise bad_request("A period is required")
        return {"start": stamps.month_start(now).date().isoformat(), "end": now.date().isoformat()}
    if given["start"] > given["end"]:
        raise bad_request("The period ends before it starts")
    if given["end"] > (now - timedelta(days=1)).date().isoformat():
        raise bad_request("The period is not over")
    return {"start": given["start"], "end": given["end"]}


def _report(call: Call) -> Report:
    report = call.world.reports.get(call.path["report_id"])
    if report is None:
        raise not_found()
    call.tenant(report.order["parameters"]["tenant_id"], deleted=True)
    return report


@ROUTES.add("GET", "/reports/{report_id}")
def get_report(call: Call) -> Reply:
    return Reply.of(200, report_row(_report(call)))


@ROUTES.add("DELETE", "/reports/{report_id}", query={"version": whole}, required="version")
def delete_report(call: Call) -> Reply:
    report = _report(call)
    check_version(call.query["version"], report.version)
    del call.world.reports[report.id]
    return Reply.empty()


@ROUTES.add("GET", "/tenants/{tenant_id}/reports")
def reports_of_tenant(call: Call) -> Reply:
    tenant = call.tenant()
    found = [
        report.id
        for report in call.world.reports.values()
        if report.order["parameters"]["tenant_id"] == tenant.id
    ]
    return Reply.of(200, {"items": found})


@ROUTES.add("GET", "/reports/{report_id}/stored")
def list_stored(call: Call) -> Reply:
    report = _report(call)
    return Reply.of(200, {"items": [_stored_row(call, report, stored) for stored in report.stored]})


def _stored_row(call: Call, report: Report, stored: StoredReport) -> dict[str, Any]:
    row: dict[str, Any] = {"id": stored.id, "report_format": stored.format, "status": "in_progress"}
    if call.now < reporting.saved_at(call.world, report):
        return row
    if stored.format not in reporting.WRITTEN:
        return row | {"status": "failed"}
    content = _content(call, report, stored)
    saved_at = reporting.saved_at(call.world, report)
    return row | {"status": "saved", "size": len(content), "created_at": stamps.plain(saved_at)}


def _content(call: Call, report: Report, stored: StoredReport) -> bytes:
    if stored.text is None:
        stored.text = reporting.written(call.world, report, stored.format)
    return stored.text.encode()


@ROUTES.add("GET", "/reports/{report_id}/stored/{stored_report_id}")
def get_stored(call: Call) -> Reply:
    report = _report(call)
    for stored in report.stored:
        ready = call.now >= reporting.saved_at(call.world, report) and stored.format in reporting.WRITTEN
        if stored.id == call.path["stored_report_id"] and ready:
            return Reply(200, _content(call, report, stored), "application/octet-stream")
    raise not_found()
