"""Alerts over real HTTP: bursts, late sights, lost answers; what was told is what the world shows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from psabridge.clients.acronis.requests import alerts as ask
from psabridge.clients.transport import HttpTransport
from psabridge.kit.errors import OutcomeUnknown, RefusalKind, Refused
from psabridge_emulators.scenes.running import start
from tests.clients.acronis.test_against_the_emulator import Acronis


@pytest.fixture
def vendor() -> Iterator[Acronis]:
    transport = HttpTransport()
    with start(scene="guide") as running:
        yield Acronis(running, transport)
    transport.close()


def burst(vendor: Acronis, count: int, **told: object) -> None:
    told = {"tenants": [vendor.a_customer()], "type": "BackupFailed", "count": count, **told}
    vendor.control("alert/burst", told)


def a_raised(vendor: Acronis, **told: object) -> str:
    raised = vendor.control("alert", {"tenant": vendor.a_customer(), "type": "BackupFailed", **told})
    return str(raised["id"])


def test_a_burst_of_thousands_is_read_whole_in_pages_of_any_size(vendor: Acronis) -> None:
    """Issue 5, item 4: nothing is dropped; thousands may carry nearly one stamp."""
    since = vendor.clock.now()
    burst(vendor, 3000)

    found = vendor.client.alerts.changed_since(since, limit=1000)

    assert len({alert.key for alert in found.items}) == 3000
    assert len({(alert.details or {})["resourceId"] for alert in found.items}) == 3000
    assert len(vendor.client.alerts.changed_since(since, limit=700).items) == 3000
    assert vendor.client.alerts.stats().count == 3000


def test_pages_lose_nothing_while_alerts_come_and_go(vendor: Acronis) -> None:
    since = vendor.clock.now()
    burst(vendor, 250)
    first = vendor.client.alerts.changed_since(since).items[0]
    after_a_page = {"path": "alert/clear", "body": {"id": first.id}}
    vendor.fault("pass", method="GET", path="/alerts", after=[after_a_page])

    found = vendor.client.alerts.changed_since(since).items

    assert len(found) == 250
    assert [alert.key for alert in found if alert.cleared] == [first.key]


def test_what_reads_show_late_is_found_by_an_overlap_as_long(vendor: Acronis) -> None:
    """Ac42, TIM-07."""
    late = a_raised(vendor, seen_after=600)
    vendor.clock.wait(timedelta(minutes=5))
    looked = vendor.clock.now()
    assert vendor.client.alerts.changed_since(looked).items == ()
    vendor.clock.wait(timedelta(minutes=5))

    assert vendor.client.alerts.changed_since(looked).items == ()
    found = vendor.client.alerts.changed_since(looked, overlap=timedelta(minutes=10)).items
    assert [alert.id for alert in found] == [late]


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "html", "status": 200}])
def test_a_dismissal_whose_answer_was_lost_is_settled_by_a_read(
    vendor: Acronis, fault: dict[str, Any]
) -> None:
    """ACR-TKT-15: exactly that alert, and never twice."""
    one, other = a_raised(vendor), a_raised(vendor)
    vendor.fault(method="DELETE", **fault)

    with pytest.raises(OutcomeUnknown):
        vendor.client.alerts.dismiss(one)

    assert vendor.client.alerts.read(one).cleared
    assert not vendor.client.alerts.read(other).cleared
    assert len(vendor.control("ledger", method="GET")["items"]) == 1


def test_a_dismissal_that_never_arrived_leaves_the_alert_and_is_unknown(vendor: Acronis) -> None:
    one = a_raised(vendor)
    vendor.fault("reset_before", method="DELETE")

    with pytest.raises(OutcomeUnknown):
        vendor.client.alerts.dismiss(one)

    assert not vendor.client.alerts.read(one).cleared


def test_what_a_person_dismissed_first_is_missing_though_a_read_still_shows_it(vendor: Acronis) -> None:
    one = a_raised(vendor)
    vendor.control("alert/clear", {"id": one, "seen_after": 60})
    assert not vendor.client.alerts.read(one).cleared

    with pytest.raises(Refused) as refused:
        vendor.client.alerts.dismiss(one)

    assert refused.value.kind is RefusalKind.MISSING


def test_a_condition_that_comes_again_is_seen_with_its_new_details(vendor: Acronis) -> None:
    """ACR-TKT-07: whether its id stays or not."""
    for keeps in (False, True):
        vendor.control("switches", {"alert_repeats_keep_id": keeps})
        one = a_raised(vendor, details={"resourceId": f"r-{keeps}"})
        vendor.clock.wait(timedelta(hours=1))
        again = vendor.control("alert/repeat", {"id": one, "details": {"daysPassed": 2}})["id"]

        found = vendor.client.alerts.changed_since(vendor.clock.now()).items

        assert [(alert.id, alert.details) for alert in found] == [
            (again, {"resourceId": f"r-{keeps}", "daysPassed": 2})
        ]
        assert (again == one) is keeps


def test_the_alerts_of_one_customer_are_asked_for_by_its_number(vendor: Acronis) -> None:
    """Ac31."""
    tenants = [
        tenant
        for tenant in vendor.client.tenants_below(vendor.client.own_tenant()).tenants
        if tenant.kind == "customer"
    ][:2]
    for tenant in tenants:
        vendor.control("alert", {"tenant": tenant.id, "type": "BackupFailed"})
    counted = vendor.client.alerts.by_customer()
    wanted = next(one for one in counted if one.customer_name == tenants[0].name)

    found = vendor.client.alerts.list(ask.AlertFilter(tenants=(wanted.customer_id,))).items

    assert [alert.tenant.id for alert in found] == [wanted.customer_id]


@pytest.mark.parametrize("kind", ["busy", "reset_before", "reset_after", "truncated", "html", "empty"])
def test_a_fault_met_once_does_not_stop_a_read_of_alerts(vendor: Acronis, kind: str) -> None:
    one = a_raised(vendor)
    vendor.fault(kind, method="GET", path="/alerts")

    assert [alert.id for alert in vendor.client.alerts.list().items] == [one]
