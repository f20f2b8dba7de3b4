"""Usage reports of closed periods. A file comes late: order, look again, fetch (Ac27)."""

from psabridge.clients.acronis.forms import ReportOrder
from psabridge.clients.acronis.records import Report, StoredReport, StoredReports, TenantIds
from psabridge.clients.acronis.requests import reports as ask
from psabridge.clients.acronis.session import Session


class ReportCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    def order(self, order: ReportOrder) -> Report:
        return self._session.write_record(ask.create_report(order), Report)

    def ids_of(self, tenant_id: str) -> tuple[str, ...]:
        return self._session.read_record(ask.reports_of(tenant_id), TenantIds).items

    def read(self, report_id: str) -> Report:
        return self._session.read_record(ask.report(report_id), Report)

    def stored(self, report_id: str) -> tuple[StoredReport, ...]:
        return self._session.read_record(ask.stored_reports(report_id), StoredReports).items

    def download(self, report_id: str, stored_id: str) -> bytes:
        return self._session.read(ask.download_report(report_id, stored_id), bytes)

    def delete(self, report_id: str, version: int) -> None:
        self._session.write(ask.delete_report(report_id, version))
