from datetime import UTC, datetime

import pytest

from psabridge.clients.acronis.requests import alerts as ask
from psabridge.kit.errors import AccessDenied, RefusalKind, Refused, Unreadable
from tests.clients.acronis.stand_in import StandIn, a_client, an_alert, answer, empty, page, query_of

ALERTS = "/api/alert_manager/v1/alerts"
SINCE = datetime(2026, 11, 22, 9, 0, 30, 250000, tzinfo=UTC)


def alerts(*rows: object, after: str | None = None) -> object:
    return {"items": list(rows), "paging": {"cursors": {"after": after} if after else {}}}


def test_moments_are_filtered_in_whole_nanoseconds_with_an_operator() -> None:
    """Ac30."""
    assert ask.nanoseconds(SINCE) == 1795338030250000000
    assert ask.When(ask.Compare.FROM, SINCE).wire() == "ge(1795338030250000000)"


def test_raised_and_cleared_alerts_come_in_one_stream_with_a_minute_of_overlap() -> None:
    acronis = StandIn()
    cleared = an_alert(2, deletedAt="2026-11-22T09:05:00Z")
    acronis.lay("GET", ALERTS, answer(alerts(an_alert(1), cleared)))

    found = a_client(acronis).alerts.changed_since(SINCE).items

    assert [alert.cleared for alert in found] == [False, True]
    assert found[0].created_at == datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)
    assert found[0].details is None
    asked = query_of(acronis.of("GET", ALERTS)[0])
    assert asked["updated_at"] == ["ge(1795337970250000000)"]
    assert asked["show_deleted"] == ["true"]
    assert asked["order"] == ["asc(updated_at)"]


def test_the_cursor_of_alerts_travels_with_the_same_filters() -> None:
    """Ac29: unlike in account management. Ids are compared without case (Ac32)."""
    acronis = StandIn()
    again = an_alert(1, id="d0000000-0000-4000-8000-000000000001", severity="ok")
    acronis.lay(
        "GET", ALERTS, answer(alerts(an_alert(1), after="c1")), answer(alerts(again, an_alert(2), after="c2"))
    )
    acronis.lay("GET", ALERTS, answer(alerts(after="c3")))
    wanted = ask.AlertFilter(severity=(ask.Compare.FROM, ask.Severity.ERROR), types=("BackupFailed", "X"))

    found = a_client(acronis).alerts.list(wanted).items

    assert [(alert.key[-1], alert.severity) for alert in found] == [("1", "ok"), ("2", "critical")]
    asked = [query_of(each) for each in acronis.of("GET", ALERTS)]
    assert [each.pop("after", None) for each in asked] == [None, ["c1"], ["c2"]]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0]["severity"] == ["ge(error)"]
    assert asked[0]["type"] == ["BackupFailed", "X"]


def test_pages_of_alerts_that_lead_back_are_refused() -> None:
    acronis = StandIn()
    acronis.lay("GET", ALERTS, answer(alerts(an_alert(1), after="c1")))

    with pytest.raises(Unreadable):
        a_client(acronis).alerts.list()


def test_one_alert_is_dismissed_and_never_all() -> None:
    """Ac33."""
    acronis = StandIn()
    one = an_alert(1)["id"]
    assert isinstance(one, str)
    acronis.lay(
        "DELETE", f"{ALERTS}/{one}", empty(), answer({"domain": "AlertManager", "code": "NotFound"}, 404)
    )
    client = a_client(acronis)

    client.alerts.dismiss(one)
    with pytest.raises(Refused) as gone:
        client.alerts.dismiss(one)
    assert gone.value.kind is RefusalKind.MISSING
    for nothing in ("", "/", "?", " "):
        with pytest.raises(ValueError, match="not an id"):
            client.alerts.dismiss(nothing)
    assert all(each.url.endswith(one) for each in acronis.arrived if each.method == "DELETE")


def test_a_401_page_of_the_proxy_is_never_taken_for_json() -> None:
    """Ac28."""
    acronis = StandIn()
    acronis.lay("GET", ALERTS, page('{"items": []}<html>', 401))

    with pytest.raises(AccessDenied):
        a_client(acronis).alerts.list()


def test_a_403_page_in_plain_text_is_described_and_not_quoted() -> None:
    acronis = StandIn()
    acronis.lay("GET", ALERTS, page("<html>secret internals</html>", 403))

    with pytest.raises(Refused) as refused:
        a_client(acronis).alerts.list()
    assert refused.value.vendor_text == "HTTP 403, text/plain, 29 bytes"


def test_types_are_asked_for_every_system_and_counts_by_one_kind() -> None:
    acronis = StandIn()
    base = "/api/alert_manager/v1"
    backup = {
        "id": "BackupFailed",
        "enabled": True,
        "severity": "critical",
        "category": "Backup",
        "supportedOS": ["linux"],
    }
    acronis.lay("GET", f"{base}/types", answer({"items": [backup]}))
    acronis.lay("GET", f"{base}/count", answer({"total": 2, "types": {"BackupFailed": 2}}))
    acronis.lay("GET", f"{base}/stats", answer({"count": 2, "modifiedAt": "2026-11-22T09:00:01.000000001Z"}))
    acronis.lay("GET", f"{base}/categories", answer({"items": [{"name": "Backup"}]}))
    acronis.lay(
        "GET",
        f"{base}/customer_alerts_count",
        answer({"items": [{"customer_id": "4711", "alerts_count": 2}]}),
    )
    client = a_client(acronis).alerts

    assert client.types()[0].supported_os == ("linux",)
    assert client.count(embed=ask.Embed.TYPES).types == {"BackupFailed": 2}
    assert client.stats().count == 2
    assert client.categories()[0].name == "Backup"
    assert client.by_customer()[0].customer_id == "4711"
    assert query_of(acronis.of("GET", f"{base}/types")[0])["os_type"] == ["ios", "linux", "macos", "windows"]
