"""What an alert's record means: its subject, its details, its gravity. Nothing of it is promised (Ac43)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from psabridge.clients.acronis.alert_records import Alert
from psabridge.connectors.acronis.alert_words import about_of, alert_of, details_of, severity_of
from psabridge.rules.tickets.alerts import About, AlertSeverity, BackupAlert
from psabridge.rules.words import TenantId

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ID = "0F8FAD5B-D9CB-469F-8165-70867728950E"


def an_alert(details: dict[str, JsonValue] | None = None, **changes: object) -> BackupAlert:
    told: dict[str, object] = {
        "id": ID,
        "type": "BackupFailed",
        "severity": "critical",
        "category": "Backup",
        "tenant": {"id": "53", "locator": "/1/50/53/"},
        "createdAt": NOON,
        "receivedAt": NOON,
        "updatedAt": NOON,
        "details": details,
    }
    return alert_of(Alert.model_validate(told | changes, strict=False), [TenantId("t-1")], "Acme")


def test_workload_and_plan_are_what_an_alert_is_about() -> None:
    """ACR-TKT-07, R47: a repeat of the next night is the same condition."""
    names: dict[str, JsonValue] = {"resourceName": "PC-1", "planName": "Nightly"}
    one = an_alert({"resourceId": "R-1", "planId": "P-1", "activityId": "a-1", **names})
    repeated = an_alert({"resourceId": "r-1", "planId": "p-1", "activityId": "a-2", "daysPassed": 2})

    assert one.about == (About("resource", "r-1", "PC-1"), About("plan", "p-1", "Nightly"))
    assert one.condition == repeated.condition
    assert one.condition != an_alert({"resourceId": "r-1", "planId": "p-2"}).condition
    assert one.condition != an_alert({"resourceId": "r-2", "planId": "p-1"}).condition


@pytest.mark.parametrize(
    "details",
    [
        None,
        {},
        {"activityId": "a-1", "activity": {"id": "a-1", "type": "backup"}},
        {"resourceId": None, "planId": "", "resourceName": " "},
        {"resourceId": ["r-1", "r-2"], "planId": {"id": "p"}},
    ],
)
def test_what_names_no_subject_is_only_like_itself(details: dict[str, JsonValue] | None) -> None:
    """R48: activities are of one run, and are no subject."""
    alert = an_alert(details)

    assert alert.about == ()
    assert not alert.is_told_apart
    assert alert.condition != an_alert(details, id=ID.replace("0F8", "1F8")).condition


@pytest.mark.parametrize(
    ("details", "about"),
    [
        ({"workloadId": "W-1", "machineName": "PC-1"}, About("resource", "w-1", "PC-1")),
        ({"agentId": 17}, About("resource", "17")),
        ({"machineName": "PC-1"}, About("resource", "name:pc-1", "PC-1")),
        ({"planName": "Nightly"}, About("plan", "name:nightly", "Nightly")),
    ],
)
def test_other_keys_stand_in_for_a_missing_one(details: dict[str, JsonValue], about: About) -> None:
    assert about_of(details) == (about,)


def test_reasons_come_first_and_nothing_is_left_out() -> None:
    """ACR-TKT-18."""
    details: dict[str, JsonValue] = {
        "resourceId": "r-1",
        "resourceName": "PC-1",
        "machineName": "HV-1",
        "daysPassed": 30,
        "isServer": True,
        "errorMessage": {
            "reason": "The disk is full.",
            "kbLink": {"serCode": "KB12"},
            "context": {"path": "C:\\"},
        },
        "list": ["a", 2, {"x": None}],
        "empty": None,
    }

    assert details_of(details) == (
        ("Reason", "The disk is full."),
        ("Context, path", "C:\\"),
        ("Knowledge base, ser code", "KB12"),
        ("Days passed", "30"),
        ("Is server", "yes"),
        ("List", 'a, 2, {"x": null}'),
        ("Machine name", "HV-1"),
    )


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(details=st.dictionaries(st.text(max_size=12) | st.sampled_from(["reason", "resourceId"]), JSON))
def test_the_order_on_the_wire_says_nothing(details: dict[str, JsonValue]) -> None:
    """Else an alert that did not change would be told again (ACR-TKT-07)."""
    turned = dict(reversed(details.items()))

    assert an_alert(details).fingerprint == an_alert(turned).fingerprint
    assert an_alert(details).condition == an_alert(turned).condition


def test_a_gravity_nobody_knows_is_the_gravest() -> None:
    """R51: the presets make a ticket of it, so it is not lost (Ac44)."""
    alert = an_alert(severity="catastrophic")

    assert alert.severity is AlertSeverity.CRITICAL
    assert ("Severity as Acronis names it", "catastrophic") in alert.details
    assert severity_of("Warning") is AlertSeverity.WARNING
    assert severity_of("catastrophic") is None


def test_a_producers_wrong_clock_hides_nothing() -> None:
    """R47, Ac45: occurrences are ordered by the server's clock; the producer's time is told."""
    ahead = an_alert(createdAt=NOON + timedelta(days=400))

    assert ahead.raised_at == NOON
    assert ("Time of its producer", "2027-12-07 12:00 UTC") in ahead.details
    assert an_alert(createdAt=NOON - timedelta(seconds=20)).details == ()


def test_a_dismissed_alert_is_cleared_and_its_id_has_one_spelling() -> None:
    """Ac32, R52."""
    alert = an_alert(deletedAt=NOON)

    assert (alert.id, alert.cleared_at, alert.is_reported) == (ID.lower(), NOON, False)
