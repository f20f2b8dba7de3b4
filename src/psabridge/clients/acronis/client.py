"""The Acronis client: what the platform holds, in Acronis' words. Alone usable, knows no PSA."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from psabridge.clients.acronis.alert_calls import AlertCalls
from psabridge.clients.acronis.answers import ItemList, PlaceList, UsageList
from psabridge.clients.acronis.auth import Credentials
from psabridge.clients.acronis.call import Call
from psabridge.clients.acronis.counting import CallCounter
from psabridge.clients.acronis.forms import ItemChange
from psabridge.clients.acronis.paging import batches, page_reader, read_page, walk
from psabridge.clients.acronis.records import (
    Application,
    Applications,
    Bindings,
    ClientRecord,
    Infra,
    InfraIds,
    ItemPrice,
    ItemPrices,
    Location,
    LocationIds,
    OfferingItem,
    TenantApplications,
    TenantUsages,
)
from psabridge.clients.acronis.report_calls import ReportCalls
from psabridge.clients.acronis.requests import items as ask
from psabridge.clients.acronis.requests import tenants as ask_tenants
from psabridge.clients.acronis.session import Session
from psabridge.clients.acronis.tenant_calls import TenantCalls
from psabridge.clients.acronis.user_calls import UserCalls
from psabridge.clients.acronis.wire import Page, Spoilt
from psabridge.clients.transport import Transport
from psabridge.kit.clock import Clock

DEADLINE = timedelta(seconds=60)


class AcronisClient(TenantCalls):
    """Tenants, offering items, usages and places here; users, reports and alerts beside."""

    def __init__(
        self,
        *,
        url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Clock,
        deadline: timedelta = DEADLINE,
        counter: CallCounter | None = None,
    ) -> None:
        self.calls = counter or CallCounter()
        session = Session(
            url=url,
            credentials=credentials,
            transport=transport,
            clock=clock,
            deadline=deadline,
            counter=self.calls,
        )
        super().__init__(session)
        self.users = UserCalls(session)
        self.reports = ReportCalls(session)
        self.alerts = AlertCalls(session)
        self._client_id = credentials.client_id
        self._own_tenant: str | None = None

    def own_tenant(self) -> str:
        """The tenant this API client belongs to. It never moves, so it is asked once (Ac4)."""
        if self._own_tenant is None:
            self._own_tenant = self.own_client().tenant_id
        return self._own_tenant

    def own_client(self) -> ClientRecord:
        return self._session.read_record(ask_tenants.own_client(self._client_id), ClientRecord)

    def offering_items(
        self, subtree_root: str, *, updated_since: datetime | None = None, rows_per_page: int | None = None
    ) -> ItemList:
        """Of every tenant in the subtree, every edition (Ac17)."""
        first = ask.offering_items(subtree_root, updated_since=updated_since, rows_per_page=rows_per_page)

        def following(cursor: str) -> tuple[Call, Call]:
            with_root = ask.offering_items_after(cursor, subtree_root=subtree_root)
            return with_root, ask.offering_items_after(cursor)

        return ItemList.of(walk(self._session, first, following, OfferingItem))

    def offering_items_of(self, tenant_id: str, *, include_secondary: bool = False) -> ItemList:
        call = ask.offering_items_of(tenant_id, include_secondary=include_secondary)
        return ItemList.of(read_page(self._session, call, OfferingItem, tenant_key="tenant_id"))

    def available_for_child(self, parent_id: str, *, kind: str = "customer") -> ItemList:
        call = ask.available_for_child(parent_id, kind=kind)
        return ItemList.of(read_page(self._session, call, OfferingItem, tenant_key="tenant_id"))

    def put_offering_items(
        self, tenant_id: str, rows: Sequence[ItemChange], *, check_usage: bool | None = None
    ) -> ItemList:
        """Absolute: sent again it does nothing more. Rows not named stay (Ac18)."""
        call = ask.put_offering_items(tenant_id, rows, check_usage=check_usage)
        return ItemList.of(self._session.write_understood(call, page_reader(call, OfferingItem)))

    def item_prices(self, tenant_id: str) -> tuple[ItemPrice, ...]:
        return self._session.read_record(ask.item_prices(tenant_id), ItemPrices).items

    def usages(self, tenant_ids: Sequence[str]) -> UsageList:
        """The running period of each tenant asked for, or that it was absent from the answer (Ac22)."""
        rows: list[TenantUsages] = []
        spoilt: list[Spoilt] = []
        for batch in batches(tenant_ids):
            page = read_page(self._session, ask.usages(batch), TenantUsages, tenant_key="tenant")
            rows += page.items
            spoilt += page.spoilt
        return UsageList.of(tenant_ids, rows, spoilt)

    def infra(self, ids: Sequence[str]) -> PlaceList[Infra]:
        pages: list[Page[Infra]] = [
            read_page(self._session, ask.infra(batch), Infra, tenant_key="id") for batch in batches(ids)
        ]
        return PlaceList.of(ids, pages)

    def locations(self, ids: Sequence[str]) -> PlaceList[Location]:
        pages: list[Page[Location]] = [
            read_page(self._session, ask.locations(batch), Location, tenant_key="id")
            for batch in batches(ids)
        ]
        return PlaceList.of(ids, pages)

    def location_infra(self, location_id: str) -> tuple[str, ...]:
        return self._session.read_record(ask.location_infra(location_id), InfraIds).infras

    def owned_locations(self, tenant_id: str) -> tuple[str, ...]:
        return self._session.read_record(ask.owned_locations(tenant_id), LocationIds).locations

    def applications(self) -> tuple[Application, ...]:
        return self._session.read_record(ask.applications(), Applications).items

    def bindings(self, tenant_ids: Sequence[str]) -> tuple[TenantApplications, ...]:
        found: list[TenantApplications] = []
        for batch in batches(tenant_ids):
            found += self._session.read_record(ask.bindings(batch), Bindings).items
        return tuple(found)

    def bind_application(self, application_id: str, tenant_id: str) -> None:
        """Before its items are switched on; where they do it by themselves, it does no harm (Ac38)."""
        self._session.write(ask.bind_application(application_id, tenant_id))

    def unbind_application(self, application_id: str, tenant_id: str) -> None:
        self._session.write(ask.unbind_application(application_id, tenant_id))
