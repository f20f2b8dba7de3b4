"""Alerts over real HTTP: whose they are, what is read again, what one dismissal does."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from psabridge.connectors.acronis.alert_tenants import LASTS
from psabridge.connectors.acronis.alerts import AcronisAlerts
from psabridge.engine.ticket_ports import Alerts
from psabridge.kit.errors import OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.tickets.alerts import AlertId, AlertSeverity
from psabridge.rules.words import TenantId
from psabridge_emulators.acronis import alert_life
from psabridge_emulators.acronis.alert_life import Coming
from tests.connectors.bench import Bench, bench_at


class Seen:
    """The connector, and the back door of its vendor."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.world = bench.running.acronis
        self.port: Alerts = self.connector()

    def connector(self) -> AcronisAlerts:
        return AcronisAlerts(self.bench.platform.client, self.bench.platform.clock)

    def customers(self) -> list[str]:
        return [one.tenant for one in self.bench.settings.customers]

    def raises(self, tenant: str, **details: str) -> AlertId:
        told = {"resourceId": "r-1", "resourceName": "PC-1", **details}
        world = self.world
        made = self.bench.running.do(lambda: world.raise_alert(tenant, "BackupFailed", details=told))
        return AlertId(made.lower())

    def adds(self, name: str, kind: str, parent: str) -> str:
        return self.bench.running.do(
            lambda: self.world.add_tenant(name, kind, parent_id=parent, edition=None)
        )

    def renames(self, tenant: str, name: str | None) -> None:
        """None: its row is garbled."""

        def change() -> None:
            self.world.tenants[tenant].name = name  # type: ignore[assignment]

        self.bench.running.do(change)

    def is_live(self, alert: AlertId) -> bool:
        return self.bench.running.do(lambda: self.world.alerts[alert.upper()].deleted is None)

    def switch(self, **values: object) -> None:
        def change() -> None:
            for name, value in values.items():
                setattr(self.world.switches, name, value)

        self.bench.running.do(change)

    def now(self) -> datetime:
        return self.bench.platform.clock.now()

    def fault(self, kind: str, **rule: object) -> None:
        self.bench.running.faults.add(kind, **rule)


@pytest.fixture
def seen(guide: Bench) -> Seen:
    return Seen(guide)


@pytest.fixture(scope="module")
def provider() -> Iterator[Seen]:
    with bench_at("msp-25") as bench:
        yield Seen(bench)


def test_every_customers_alert_is_known_to_be_theirs(provider: Seen) -> None:
    """ACR-TKT-06, Ac31: numbers become tenants by their usage; upwards as the tree stands."""
    world = provider.world
    open_ones = [one for one in provider.customers() if not world.hidden(world.tenants[one])]
    raised = {provider.raises(tenant): tenant for tenant in open_ones}

    found = {one.id: one for one in provider.port.reported().alerts}

    assert {alert: found[alert].tenants[0] for alert in raised} == raised
    for alert, tenant in raised.items():
        above = [one.id for one in world.ancestry(world.tenants[tenant]) if world.in_scope(one)]
        assert list(found[alert].tenants) == above
        assert found[alert].tenant_name == world.tenants[tenant].name


@pytest.mark.parametrize("carries_uuid", [False, True])
def test_an_alert_tells_tenant_subject_time_and_gravity(seen: Seen, *, carries_uuid: bool) -> None:
    seen.switch(alerts_carry_tenant_uuid=carries_uuid)
    tenant = seen.customers()[0]
    seen.raises(tenant, planId="p-1", planName="Nightly", reason="disk full")

    [alert] = seen.port.changed_since(seen.now()).alerts

    assert alert.tenants[0] == tenant
    assert [(one.kind, one.id, one.name) for one in alert.about] == [
        ("resource", "r-1", "PC-1"),
        ("plan", "p-1", "Nightly"),
    ]
    assert (alert.type, alert.category, alert.severity) == ("BackupFailed", "Backup", AlertSeverity.CRITICAL)
    assert alert.details == (("Reason", "disk full"),)
    assert abs(alert.raised_at - seen.now()) < timedelta(seconds=1)


def test_a_customer_without_usage_is_known_by_its_name(seen: Seen) -> None:
    """Ac31: where usage says nothing, names and the names above them do; two of one name too."""
    root = seen.world.root_id
    partners = [seen.adds(name, "partner", root) for name in ("North", "South")]
    alone = seen.adds("Alone Ltd", "customer", root)
    twins = [seen.adds("Twin Ltd", "customer", one) for one in partners]
    unreported = [alone, *twins]

    def hide() -> None:
        for one in unreported:
            seen.world.tenants[one].unreported = True

    seen.bench.running.do(hide)
    raised = {seen.raises(tenant): tenant for tenant in unreported}

    found = {one.id: one.tenants[0] for one in seen.port.reported().alerts}

    assert {alert: found[alert] for alert in raised} == raised


def test_whose_nobody_can_tell_is_nobodys_and_not_lost(seen: Seen) -> None:
    """R53: it stands under its reason; two namesakes without usage are not told apart by luck."""
    twins = [seen.adds("Twin Ltd", "customer", seen.world.root_id) for _ in range(2)]

    def hide() -> None:
        for one in twins:
            seen.world.tenants[one].unreported = True

    seen.bench.running.do(hide)
    raised = {seen.raises(tenant) for tenant in twins}

    read = seen.port.reported()

    assert {one.id for one in read.alerts} == raised
    assert {one.tenants for one in read.alerts} == {()}
    assert all(one.tenant_name.startswith("number ") for one in read.alerts)


def test_an_alert_whose_tenant_could_not_be_read_waits(seen: Seen) -> None:
    """Unknown is not nobody: the cursor stays before it, and the next look finds it."""
    tenant, other = seen.customers()[:2]
    alert, sound = seen.raises(tenant), seen.raises(other)
    name = seen.world.tenants[tenant].name

    seen.renames(tenant, None)
    read = seen.port.changed_since(seen.now())

    assert ([one.id for one in read.alerts], read.unreadable) == ([sound], (alert,))
    seen.renames(tenant, name)
    found = {one.id: one.tenants[0] for one in seen.port.changed_since(seen.now()).alerts}
    assert found == {alert: tenant, sound: other}


def test_an_alert_whose_number_could_not_be_read_waits(seen: Seen) -> None:
    twins = [seen.adds("Twin Ltd", "customer", seen.world.root_id) for _ in range(2)]
    raised = [seen.raises(tenant) for tenant in twins]
    seen.fault(
        "refuse", path="/tenants/usages", status=200, json={"items": [{"tenant": twins[0], "usages": "?"}]}
    )

    read = seen.port.changed_since(seen.now())

    assert (read.alerts, set(read.unreadable)) == ((), set(raised))


def test_a_garbled_row_is_told_and_does_not_hide_the_others(seen: Seen) -> None:
    """ERR-22."""
    good, bad = (seen.raises(tenant) for tenant in seen.customers()[:2])

    def garble() -> None:
        seen.world.alerts[bad.upper()].category = None  # type: ignore[assignment]

    seen.bench.running.do(garble)
    read = seen.port.reported()

    assert ([one.id for one in read.alerts], [one.lower() for one in read.unreadable]) == ([good], [bad])


def test_tenants_are_read_once_and_again_for_a_new_one(seen: Seen) -> None:
    """A cycle without anything new costs its own read only."""
    tenant = seen.customers()[0]
    seen.raises(tenant)
    seen.port.reported()

    before = seen.port.calls()
    seen.port.reported()
    assert seen.port.calls() - before == 1

    new = seen.adds("New Ltd", "customer", seen.world.root_id)
    alert = seen.raises(new)
    found = {one.id: one.tenants for one in seen.port.reported().alerts}
    assert found[alert] == (new, seen.world.root_id)

    seen.bench.platform.clock.wait(LASTS)
    before = seen.port.calls()
    seen.port.reported()
    assert seen.port.calls() - before > 1


def test_raised_and_cleared_come_in_one_stream_oldest_change_first(seen: Seen) -> None:
    """R52: whoever cleared it."""
    tenant = seen.customers()[0]
    since = seen.now()
    first, second = seen.raises(tenant), seen.raises(tenant, resourceId="r-2")
    seen.bench.platform.clock.wait(timedelta(minutes=1))
    seen.bench.running.do(lambda: seen.world.clear_alert(first))

    found = seen.port.changed_since(since).alerts

    assert [(one.id, one.is_reported) for one in found] == [(second, True), (first, False)]
    assert [one.id for one in seen.port.reported().alerts] == [second]
    assert seen.port.changed_since(since + timedelta(minutes=2)).alerts == ()


def test_thousands_are_read_in_few_calls_and_none_is_lost(seen: Seen) -> None:
    """Issue 5, item 4."""
    tenant = seen.customers()[0]
    since = seen.now()

    def burst() -> None:
        alert_life.burst(
            seen.world, [tenant], Coming(tenant, "BackupFailed"), count=2500, resources=None, over_seconds=0
        )

    seen.bench.running.do(burst)
    seen.port.types()
    before = seen.port.calls()
    read = seen.port.changed_since(since)

    assert len({one.condition for one in read.alerts}) == 2500
    assert seen.port.calls() - before <= 8
    assert seen.port.probe().count == 2500


def test_where_a_large_page_is_refused_a_small_one_is_asked_for(seen: Seen) -> None:
    """Ac29: the vendor names no maximum."""
    alert = seen.raises(seen.customers()[0])
    seen.fault("refuse", path="/alerts", query="limit=1000", status=400, times=None)

    assert [one.id for one in seen.port.reported().alerts] == [alert]


def test_the_probe_changes_with_every_alert(seen: Seen) -> None:
    tenant = seen.customers()[0]
    nothing = seen.port.probe()
    alert = seen.raises(tenant)
    one = seen.port.probe()
    seen.bench.running.do(lambda: seen.world.clear_alert(alert))

    assert (nothing.count, one.count, seen.port.probe().count) == (0, 1, 0)
    assert one.modified_at is not None


def test_types_are_read_and_a_disabled_one_says_so(seen: Seen) -> None:
    """ACR-TKT-03."""
    seen.bench.running.do(lambda: seen.world.disabled_alert_types.add("BackupFailed"))

    types = {one.name: one for one in seen.port.types()}

    assert set(types) == set(seen.world.alert_types)
    assert [name for name, one in types.items() if not one.is_enabled] == ["BackupFailed"]
    assert types["BackupFailed"].severity is AlertSeverity.CRITICAL


def test_exactly_one_alert_is_dismissed_and_one_that_is_gone_is_as_good(seen: Seen) -> None:
    """ACR-TKT-15, Ac33."""
    tenant = seen.customers()[0]
    one, other = seen.raises(tenant), seen.raises(tenant)

    seen.port.dismiss(one)
    seen.port.dismiss(one)

    assert (seen.is_live(one), seen.is_live(other)) == (False, True)


@pytest.mark.parametrize("strange", ["", "*", "../alerts"])
def test_an_id_that_could_mean_all_alerts_never_leaves(seen: Seen, strange: str) -> None:
    """Ac33."""
    alert = seen.raises(seen.customers()[0])

    with pytest.raises(Refused) as refused:
        seen.port.dismiss(AlertId(strange))

    assert refused.value.kind is RefusalKind.OTHER
    assert seen.is_live(alert)


def test_a_lost_answer_to_a_dismissal_is_in_doubt_and_may_be_asked_again(seen: Seen) -> None:
    alert = seen.raises(seen.customers()[0])
    seen.fault("reset_after", method="DELETE")

    with pytest.raises(OutcomeUnknown):
        seen.port.dismiss(alert)
    seen.port.dismiss(alert)

    assert not seen.is_live(alert)


def test_a_unit_belongs_to_the_customer_above_it(seen: Seen) -> None:
    """ACR-TKT-06."""
    customer = TenantId(seen.customers()[0])
    unit = seen.adds("Branch", "unit", customer)
    seen.switch(alerts_carry_tenant_uuid=True)
    alert = seen.raises(unit)

    found = {one.id: one.tenants for one in seen.port.reported().alerts}

    assert found[alert][:2] == (unit, customer)
