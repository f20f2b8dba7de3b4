"""Usage reports of closed periods: order, look for the file, fetch it."""

from psabridge.clients.acronis.call import Call, json_body, path_id
from psabridge.clients.acronis.forms import ReportOrder

REPORTS = "/api/2/reports"


def create_report(order: ReportOrder) -> Call:
    return Call("order report", "POST", REPORTS, body=json_body(order.wire()))


def report(report_id: str) -> Call:
    return Call("read report", "GET", f"{REPORTS}/{path_id(report_id)}")


def reports_of(tenant_id: str) -> Call:
    return Call("list reports", "GET", f"/api/2/tenants/{path_id(tenant_id)}/reports")


def stored_reports(report_id: str) -> Call:
    return Call("list report files", "GET", f"{REPORTS}/{path_id(report_id)}/stored")


def download_report(report_id: str, stored_id: str) -> Call:
    return Call("fetch report file", "GET", f"{REPORTS}/{path_id(report_id)}/stored/{path_id(stored_id)}")


def delete_report(report_id: str, version: int) -> Call:
    path = f"{REPORTS}/{path_id(report_id)}"
    return Call("delete report", "DELETE", path, (("version", str(version)),), versioned=True)
