"""The client over real HTTP against the emulated Acronis: what it says happened is what the world shows."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.clients.acronis.auth import Credentials
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.acronis.forms import (
    ItemChange,
    NewTenant,
    NewUser,
    QuotaForm,
    ReportOrder,
    RoleGrant,
    TenantChange,
    UserContactForm,
)
from psabridge.clients.acronis.records import OfferingItem
from psabridge.clients.acronis.requests import alerts as ask
from psabridge.clients.acronis.user_calls import LoginState
from psabridge.clients.emulated_clock import EmulatedClock
from psabridge.clients.transport import HttpRequest, HttpTransport
from psabridge.clients.wire_json import decode, encode
from psabridge.kit.errors import AccessDenied, Busy, OutcomeUnknown, RefusalKind, Refused, Unreadable
from psabridge_emulators.scenes.running import Running, start


class Acronis:
    """The emulator's back door, and a client at its front door."""

    def __init__(self, running: Running, transport: HttpTransport) -> None:
        told = running.description["acronis"]
        self.url: str = told["url"]
        self._transport = transport
        clock = EmulatedClock(control_url=self.url, transport=transport)
        credentials = Credentials(told["client_id"], told["client_secret"])
        self.client = AcronisClient(url=self.url, credentials=credentials, transport=transport, clock=clock)
        self.clock = clock

    def control(self, path: str, body: object = None, method: str = "POST") -> dict[str, Any]:
        request = HttpRequest(
            method, f"{self.url}/__control/{path}", {}, None if body is None else encode(body)
        )
        reply = self._transport.send(request, timedelta(seconds=10))
        assert reply.status == 200, reply.body
        content = decode(reply.body)
        assert isinstance(content, dict)
        return content

    def fault(self, kind: str, **rule: object) -> None:
        self.control("faults", {"kind": kind, **rule})

    def a_customer(self) -> str:
        tenants = self.client.tenants_below(self.client.own_tenant()).tenants
        return next(tenant.id for tenant in tenants if tenant.kind == "customer")

    def an_item(self, tenant: str, name: str) -> OfferingItem:
        [item] = [each for each in self.client.offering_items_of(tenant).items if each.name == name]
        return item

    def new_customer(self, name: str) -> str:
        form = NewTenant(name=name, parent_id=self.client.own_tenant(), kind="customer")
        return self.client.create_tenant(form).id


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    transport.close()


@pytest.fixture
def acronis(transport: HttpTransport) -> Iterator[Acronis]:
    with start(scene="guide") as running:
        yield Acronis(running, transport)


def turn(item: OfferingItem, value: int | None, *, version: int | None = None, status: int = 1) -> ItemChange:
    known = item.quota.version if item.quota and item.quota.version is not None else 0
    overage = None if value is None else 0
    quota = QuotaForm(value=value, overage=overage, version=known if version is None else version)
    return ItemChange(
        application_id=item.application_id,
        name=item.name,
        infra_id=item.infra_id,
        status=1 if status else 0,
        quota=quota,
    )


def switched_off(item: OfferingItem) -> ItemChange:
    return ItemChange(application_id=item.application_id, name=item.name, infra_id=item.infra_id, status=0)


def test_a_whole_cycle_is_read_and_every_storage_has_its_name_and_place(acronis: Acronis) -> None:
    client = acronis.client
    root = client.own_tenant()
    tenants = client.tenants_below(root)
    items = client.offering_items(root)
    customers = [tenant.id for tenant in tenants.tenants if tenant.kind == "customer"]
    usages = client.usages(customers)
    storages = client.infra([item.infra_id for item in items.items if item.infra_id])
    places = client.locations(
        [storage.location_id for storage in storages.by_id.values() if storage.location_id]
    )

    assert tenants.tenants[0].id == root
    assert (tenants.spoilt, items.spoilt, usages.spoilt, usages.absent) == ((), (), {}, frozenset())
    assert set(items.by_tenant()) <= {tenant.id for tenant in tenants.tenants}
    assert (storages.absent, places.absent) == (frozenset(), frozenset())
    assert [place.name for place in places.by_id.values()] == ["XYZ"]
    assert client.calls.total == 7


def test_small_pages_give_the_same_items_as_one_large_one(acronis: Acronis) -> None:
    """Ac8: the cursor keeps the filters."""
    root = acronis.client.own_tenant()
    whole = acronis.client.offering_items(root)
    assert acronis.client.offering_items(root, rows_per_page=7).items == whole.items
    assert {item.edition for item in whole.items} > {"pck_per_workload"}


def test_only_what_changed_since_the_last_snapshot_is_read(acronis: Acronis) -> None:
    client = acronis.client
    root, customer = client.own_tenant(), acronis.a_customer()
    first = client.tenants_below(root)
    acronis.control("clock", {"advance": 60})
    tenant = client.tenant(customer)
    client.update_tenant(customer, TenantChange(version=tenant.version, internal_tag="psabridge:1:7"))

    later = client.tenants_below(root, updated_since=first.as_of)
    assert [(each.id, each.internal_tag) for each in later.tenants if each.kind == "customer"] == [
        (customer, "psabridge:1:7")
    ]


def test_a_500_customer_read_costs_no_more_than_the_formula(transport: HttpTransport) -> None:
    """Design 10, at the emulator: 2 x ceil(500/100) + 1 = 11."""
    with start(scene="msp-500") as running:
        client = Acronis(running, transport).client
        root = client.own_tenant()
        tenants = client.tenants_below(root).tenants
        items = client.offering_items(root).items
        client.usages([tenant.id for tenant in tenants if tenant.kind == "customer"])
        client.infra([item.infra_id for item in items if item.infra_id])
        assert client.calls.total <= 11


def test_a_quota_is_set_read_back_and_a_stale_version_is_refused(acronis: Acronis) -> None:
    tenant = acronis.new_customer("Quota")
    acronis.control("item", {"tenant": tenant, "name": "pw_base_workstations", "quota": 3, "overage": 0})
    before = acronis.an_item(tenant, "pw_base_workstations")

    acronis.client.put_offering_items(tenant, [turn(before, 9)])
    after = acronis.an_item(tenant, "pw_base_workstations")
    assert after.quota is not None
    assert (after.quota.value, after.quota.overage) == (9, 0)

    with pytest.raises(Refused) as refused:
        acronis.client.put_offering_items(tenant, [turn(before, 5)])
    assert refused.value.kind is RefusalKind.STALE
    assert acronis.an_item(tenant, "pw_base_workstations").quota == after.quota


def test_an_unlimited_quota_is_set_and_read_as_unlimited(acronis: Acronis) -> None:
    """ACR-PAY-04."""
    tenant = acronis.new_customer("Unlimited")
    acronis.control("item", {"tenant": tenant, "name": "pw_base_servers", "quota": 3, "overage": 0})

    acronis.client.put_offering_items(tenant, [turn(acronis.an_item(tenant, "pw_base_servers"), None)])
    quota = acronis.an_item(tenant, "pw_base_servers").quota
    assert quota is not None
    assert (quota.value, quota.overage, quota.stated) == (None, None, True)


@pytest.mark.parametrize("status", [400, 409])
def test_an_item_with_usage_cannot_be_switched_off_whatever_the_status(acronis: Acronis, status: int) -> None:
    """ERR-10, Ac19."""
    acronis.control("switches", {"refusal_with_usage": status})
    tenant = acronis.new_customer("In use")
    acronis.control("item", {"tenant": tenant, "name": "pw_base_servers"})
    acronis.control(
        "usage", {"tenant": tenant, "usage_name": "servers", "value": 2, "edition": "pck_per_workload"}
    )

    with pytest.raises(Refused) as refused:
        acronis.client.put_offering_items(tenant, [switched_off(acronis.an_item(tenant, "pw_base_servers"))])
    assert (refused.value.kind, refused.value.code) == (RefusalKind.IN_USE, "ERR-10")
    assert acronis.an_item(tenant, "pw_base_servers").on


def test_what_the_parent_lacks_is_refused_for_another_reason_than_usage(acronis: Acronis) -> None:
    """R4."""
    tenant, client = acronis.new_customer("Wants too much"), acronis.client
    acronis.control("item", {"tenant": tenant, "name": "pw_base_servers"})
    row = acronis.an_item(tenant, "pw_base_servers")
    acronis.control("item", {"tenant": client.own_tenant(), "name": "pw_base_vms", "status": 0})
    wanted = ItemChange(application_id=row.application_id, name="pw_base_vms", infra_id=None, status=1)

    with pytest.raises(Refused) as refused:
        client.put_offering_items(tenant, [wanted])
    assert refused.value.kind is RefusalKind.OTHER
    assert "parent" in (refused.value.vendor_text or "")


def test_a_customer_is_made_in_trial_switched_disabled_and_only_then_deleted(acronis: Acronis) -> None:
    """Ac13, Ac14."""
    client = acronis.client
    tenant = acronis.new_customer("Bakery")
    pricing = client.pricing(tenant)
    assert pricing.mode == "trial"
    assert client.set_pricing(tenant, version=pricing.version, mode="production").mode == "production"

    record = client.tenant(tenant)
    with pytest.raises(Refused, match="Disable it first"):
        client.delete_tenant(tenant, record.version)
    disabled = client.update_tenant(tenant, TenantChange(version=record.version, enabled=False))
    with pytest.raises(Refused) as stale:
        client.update_tenant(tenant, TenantChange(version=record.version, enabled=True))
    assert stale.value.kind is RefusalKind.STALE
    client.delete_tenant(tenant, disabled.version)

    assert client.tenant(tenant, with_deleted=True).deleted_at is not None
    assert client.tenants([tenant]).absent_of([tenant]) == {tenant}


def test_a_second_tenant_of_one_name_is_a_duplicate(acronis: Acronis) -> None:
    acronis.new_customer("Twin")
    with pytest.raises(Refused) as refused:
        acronis.new_customer("Twin")
    assert refused.value.kind is RefusalKind.DUPLICATE


def test_a_revoked_token_costs_a_read_nothing_and_a_write_one_more_try(acronis: Acronis) -> None:
    """Ac3."""
    client, customer = acronis.client, acronis.a_customer()
    version = client.tenant(customer).version
    acronis.control("client/revoke", {})
    assert client.tenant(customer).version == version

    acronis.control("client/revoke", {})
    change = TenantChange(version=version, internal_tag="psabridge:1:8")
    with pytest.raises(Busy) as busy:
        client.update_tenant(customer, change)
    assert not isinstance(busy.value, AccessDenied)
    assert client.update_tenant(customer, change).internal_tag == "psabridge:1:8"


def test_a_disabled_client_is_denied(acronis: Acronis) -> None:
    customer = acronis.a_customer()
    acronis.control("client/revoke", {"enabled": False})
    with pytest.raises(AccessDenied):
        acronis.client.tenant(customer)


@pytest.mark.parametrize(
    ("kind", "written"), [("reset_after", True), ("reset_before", False), ("truncated", True)]
)
def test_after_a_lost_answer_the_outcome_is_unknown_and_a_read_settles_it(
    acronis: Acronis, kind: str, *, written: bool
) -> None:
    customer = acronis.a_customer()
    version = acronis.client.tenant(customer).version
    acronis.fault(kind, method="PUT")

    with pytest.raises(OutcomeUnknown):
        acronis.client.update_tenant(customer, TenantChange(version=version, internal_tag="lost"))
    assert (acronis.client.tenant(customer).internal_tag == "lost") is written
    assert (acronis.client.tenant(customer).version > version) is written


@pytest.mark.parametrize(
    "kind", ["busy", "reset_before", "reset_after", "truncated", "html", "empty", "garbled"]
)
def test_a_fault_met_once_does_not_stop_a_read(acronis: Acronis, kind: str) -> None:
    root = acronis.client.own_tenant()
    before = acronis.client.tenants_below(root).tenants
    acronis.fault(kind, method="GET", path="/tenants")
    assert acronis.client.tenants_below(root).tenants == before


@pytest.mark.parametrize("kind", ["reset_after", "truncated", "html", "empty", "garbled"])
def test_a_fault_that_stays_gives_nothing_instead_of_half(acronis: Acronis, kind: str) -> None:
    root = acronis.client.own_tenant()
    acronis.fault(kind, method="GET", path="/tenants", times=None)
    with pytest.raises((Unreadable, Busy)):
        acronis.client.tenants_below(root)


def test_a_tenant_without_usage_rows_in_the_answer_is_absent(acronis: Acronis) -> None:
    """Ac22, ERR-22."""
    customer = acronis.a_customer()
    acronis.control("usage/withhold", {"tenant": customer, "whole_tenant": True})
    usages = acronis.client.usages([customer])
    assert usages.absent == {customer}
    assert usages.by_tenant == {}


def test_a_first_administrator_is_made_and_written_to(acronis: Acronis) -> None:
    """Ac25, Ac26."""
    tenant, users = acronis.new_customer("With a person"), acronis.client.users
    assert users.check_login("ada@b.example") is LoginState.FREE
    contact = UserContactForm(email="ada@b.example", firstname="Ada")
    made = users.create(NewUser(tenant_id=tenant, login="ada@b.example", contact=contact))
    assert users.check_login("ada@b.example") is LoginState.TAKEN
    assert users.roles(made.id) == ()
    users.replace_roles(made.id, [RoleGrant(trustee_id=made.id, tenant_id=tenant, role_id="company_admin")])
    users.send_activation_mail(made.id)

    assert [role.role_id for role in users.roles(made.id)] == ["company_admin"]
    assert len(acronis.control("mails", method="GET")["items"]) == 1
    assert made.id in {user.id for user in users.of_tenant(tenant).items}


def test_a_report_of_a_closed_month_comes_late_and_can_be_fetched(acronis: Acronis) -> None:
    """Ac27."""
    reports, now = acronis.client.reports, acronis.clock.now()
    end = date(now.year, now.month, 1) - timedelta(days=1)
    acronis.control("clock", {"set": now.replace(hour=12).isoformat()})
    order = ReportOrder(
        tenant_id=acronis.client.own_tenant(),
        level="all_customers",
        kind="usage_summary",
        start=end.replace(day=1),
        end=end,
    )
    ordered = reports.order(order)
    assert {each.status for each in reports.stored(ordered.id)} <= {"in_progress"}
    acronis.control("clock", {"advance": 3600})
    [ready] = reports.stored(ordered.id)
    assert ready.status == "saved"
    assert b"tenant" in reports.download(ordered.id, ready.id)


def test_an_alert_is_seen_raised_dismissed_and_then_cleared(acronis: Acronis) -> None:
    """Ac30, Ac32."""
    alerts, since = acronis.client.alerts, acronis.clock.now()
    assert alerts.changed_since(since).items == ()
    acronis.control("alert", {"tenant": acronis.a_customer(), "type": "BackupFailed"})
    [raised] = alerts.changed_since(since).items
    assert (raised.type, raised.cleared) == ("BackupFailed", False)
    assert alerts.count(embed=ask.Embed.TYPES).total == 1
    assert alerts.read(raised.id).key == raised.key

    acronis.control("clock", {"advance": 5})
    alerts.dismiss(raised.id)
    assert alerts.list().items == ()
    [cleared] = alerts.changed_since(since).items
    assert (cleared.key, cleared.cleared) == (raised.key, True)
    assert "BackupFailed" in {each.id for each in alerts.types()}
    assert {each.name for each in alerts.categories()} >= {"Backup"}


def test_many_alerts_are_walked_by_cursor_without_loss(acronis: Acronis) -> None:
    """Ac29."""
    customer = acronis.a_customer()
    for number in range(230):
        acronis.control(
            "alert", {"tenant": customer, "type": "BackupFailed", "details": {"resourceId": str(number)}}
        )
    found = acronis.client.alerts.list().items
    assert len({alert.key for alert in found}) == 230
    assert acronis.client.calls.by_name()["list alerts"] >= 3


def read_settings(acronis: Acronis) -> list[Callable[[], object]]:
    client, customer = acronis.client, acronis.a_customer()
    application = client.applications()[0].id
    return [
        client.own_client,
        lambda: client.children(client.own_tenant()),
        lambda: client.search(client.own_tenant(), "a"),
        lambda: client.available_for_child(client.own_tenant()),
        lambda: client.item_prices(customer),
        lambda: client.bindings([customer]),
        lambda: client.mfa(customer),
        lambda: client.bind_application(application, customer),
        lambda: client.owned_locations(client.own_tenant()),
        client.alerts.stats,
        client.alerts.by_customer,
        lambda: client.reports.ids_of(customer),
    ]


def test_every_other_question_is_understood(acronis: Acronis) -> None:
    for ask_it in read_settings(acronis):
        ask_it()
