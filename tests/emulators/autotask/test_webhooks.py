"""Webhooks and their callouts, without a socket (autotask-rest.md 8)."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psabridge_emulators.frame.wire import Callout
from tests.emulators.autotask.caller import EVERYTHING, eq
from tests.emulators.autotask.desk import Desk, a_desk

SECRET = "emulated-webhook-secret"
URL = "http://127.0.0.1:9/hook"
FIELDS = ("title", "status", "queueID")


@pytest.fixture
def desk() -> Desk:
    return a_desk()


def hook_body(**more: object) -> dict[str, Any]:
    events = {f"isSubscribedTo{event}Events": True for event in ("Create", "Update", "Delete")}
    addresses = {"webhookUrl": URL, "deactivationUrl": f"{URL}/gone", "secretKey": SECRET}
    flags = {"isActive": True, "sendThresholdExceededNotification": False}
    return {"name": "Hints", **addresses, **flags, **events} | more


def field_ids(desk: Desk, family: str) -> dict[str, int]:
    fields = desk.caller.ok("GET", f"/{family}WebhookFields/entityInformation/fields")["fields"]
    values = next(field for field in fields if field["name"] == "fieldID")["picklistValues"]
    return {entry["label"]: int(entry["value"]) for entry in values}


def a_hook(desk: Desk, family: str = "Ticket", *, fields: tuple[str, ...] = FIELDS, **more: object) -> int:
    hook: int = desk.caller.ok("POST", f"/{family}Webhooks", hook_body(**more))["itemId"]
    for name in fields:
        body = {"fieldID": field_ids(desk, family)[name], "isSubscribedField": True, "webhookID": hook}
        desk.caller.ok("POST", f"/{family}Webhooks/{hook}/Fields", body)
    return hook


def shown(desk: Desk, hook: int, family: str = "Ticket") -> dict[str, Any]:
    item: dict[str, Any] = desk.caller.ok("GET", f"/{family}Webhooks/{hook}")["item"]
    return item


def due(desk: Desk) -> list[Callout]:
    return desk.caller.emulator.callouts(desk.caller.now)


def answer(desk: Desk, callout: Callout, error: str | None = None) -> None:
    desk.caller.emulator.called_out(callout.number, error, desk.caller.now)


def told(desk: Desk) -> list[dict[str, Any]]:
    """Everything that is said now, taken in at once."""
    heard: list[dict[str, Any]] = []
    while calls := due(desk):
        heard += [json.loads(call.body) for call in calls]
        for call in calls:
            answer(desk, call)
    return heard


def fail(desk: Desk, attempts: int = 5) -> None:
    for _ in range(attempts):
        for call in due(desk):
            answer(desk, call, "The answer was 500.")
        desk.caller.passes(seconds=30)


def test_a_webhook_is_ready_once_a_field_is_subscribed_to(desk: Desk) -> None:
    hook = a_hook(desk, fields=())
    assert shown(desk, hook)["isReady"] is False
    body = {"fieldID": field_ids(desk, "Ticket")["status"], "isDisplayAlwaysField": True}
    field = desk.caller.ok("POST", f"/TicketWebhooks/{hook}/Fields", body)["itemId"]
    assert shown(desk, hook)["isReady"] is False

    desk.make()
    assert told(desk) == []
    desk.caller.ok("PATCH", f"/TicketWebhooks/{hook}/Fields", {"id": field, "isSubscribedField": True})
    assert shown(desk, hook)["isReady"] is True
    desk.caller.ok("DELETE", f"/TicketWebhooks/{hook}/Fields/{field}")
    assert shown(desk, hook)["isReady"] is False


def test_the_name_and_type_of_a_company_are_fields_7_and_24(desk: Desk) -> None:
    ids = field_ids(desk, "Company")
    assert (ids["companyName"], ids["companyType"]) == (7, 24)
    fields = desk.caller.ok("GET", "/Companies/entityInformation/fields")["fields"]
    assert {field["name"] for field in fields if field["isSupportedWebhookField"]} == set(ids)


def test_a_callout_says_what_changed_and_by_whom(desk: Desk) -> None:
    hook = a_hook(desk)
    ticket = desk.make()
    desk.act(ticket, "close", by=desk.technician)
    desk.act(ticket, "delete")

    created, updated, deleted = told(desk)
    guid, api = shown(desk, hook)["webhookGUID"], desk.world.user.resource_id
    same = {"Guid": guid, "EntityType": "Ticket", "Id": ticket, "EventTime": "2026-02-10T12:00:00Z"}
    fields = {"Title": "Backup failed", "Status": 1, "QueueID": 8}
    assert created == same | {"Action": "Create", "Fields": fields, "SequenceNumber": 1, "PersonID": api}
    assert updated == same | {
        "Action": "Update",
        "Fields": {"Status": 5},
        "SequenceNumber": 2,
        "PersonID": desk.technician,
    }
    assert (deleted["Action"], deleted["Fields"], deleted["SequenceNumber"]) == ("Delete", {}, 3)


def test_only_subscribed_changes_are_told_and_fields_always_shown_go_with_them(desk: Desk) -> None:
    hook = a_hook(desk, fields=("status",))
    body = {"fieldID": field_ids(desk, "Ticket")["ticketNumber"], "isDisplayAlwaysField": True}
    desk.caller.ok("POST", f"/TicketWebhooks/{hook}/Fields", body)
    ticket = desk.make()
    told(desk)

    desk.patch(ticket, title="Other")
    desk.note(ticket)
    assert told(desk) == []
    desk.patch(ticket, status=8)
    assert [call["Fields"] for call in told(desk)] == [{"TicketNumber": "T20260210.0001", "Status": 8}]


def test_companies_are_told_as_accounts(desk: Desk) -> None:
    a_hook(desk, "Company", fields=("companyName",))
    desk.caller.ok("PATCH", "/Companies", {"id": desk.company, "companyName": "Meadow"})
    desk.caller.control("edit", {"entity": "Companies", "id": desk.company, "values": {"fax": "1"}})
    assert [(call["EntityType"], call["Fields"]) for call in told(desk)] == [
        ("Account", {"CompanyName": "Meadow"})
    ]


def test_user_defined_fields_are_told_by_their_names(desk: Desk) -> None:
    definition = {"name": "Rank", "udfType": 4, "dataType": 1}
    other = {"name": "Other", "udfType": 1, "dataType": 1}
    rank, wrong = (
        desk.caller.ok("POST", "/UserDefinedFieldDefinitions", body)["itemId"] for body in (definition, other)
    )
    hook = a_hook(desk, fields=())
    path = f"/TicketWebhooks/{hook}/UdfFields"
    assert desk.caller.refused("POST", path, {"udfFieldID": wrong, "isSubscribedField": True})[0] == 500
    desk.caller.ok("POST", path, {"udfFieldID": rank, "isSubscribedField": True})
    ticket = desk.make()
    told(desk)

    desk.patch(ticket, userDefinedFields=[{"name": "Rank", "value": "A"}])
    assert [call["Fields"] for call in told(desk)] == [{"Rank": "A"}]


def test_an_excluded_resource_is_not_told_of(desk: Desk) -> None:
    """A product leaves out its own writes, so that they do not call it back."""
    hook = a_hook(desk)
    api = desk.world.user.resource_id
    desk.caller.ok("POST", f"/TicketWebhooks/{hook}/ExcludedResources", {"resourceID": api})
    ticket = desk.make()
    desk.patch(ticket, status=8)
    assert told(desk) == []
    desk.act(ticket, "close")
    assert [call["Action"] for call in told(desk)] == ["Update"]


def test_workflow_is_told_of_too(desk: Desk) -> None:
    desk.caller.control("workflow", {"values": {"queueID": 6}})
    a_hook(desk)
    desk.make()
    assert [(call["Action"], call["Fields"]["QueueID"]) for call in told(desk)] == [
        ("Create", 8),
        ("Update", 6),
    ]


def test_subscriptions_decide_which_events_are_told(desk: Desk) -> None:
    a_hook(desk, isSubscribedToCreateEvents=False, isSubscribedToDeleteEvents=False)
    ticket = desk.make()
    desk.patch(ticket, status=8)
    desk.act(ticket, "delete")
    assert [call["Action"] for call in told(desk)] == ["Update"]


def sign(text: bytes) -> str:
    digest = hmac.new(SECRET.encode(), text, hashlib.sha1).digest()
    return f"sha1={base64.b64encode(digest).decode()}"


def test_the_signature_covers_the_bytes_that_are_sent(desk: Desk) -> None:
    a_hook(desk)
    desk.make(title='Bück"up & <more>')
    call = due(desk)[0]
    assert call.headers["X-Hook-Signature"] == sign(call.body)


def test_or_the_same_text_with_signs_escaped() -> None:
    desk = a_desk(webhook_signature="escaped", webhook_person_key="PersonId")
    a_hook(desk, fields=("title",))
    desk.make(title="B\u00fc\"u'p & <`+\n\U0001f600")
    call = due(desk)[0]
    escaped = r"B\u00FC\u0022u\u0027p \u0026 \u003C\u0060\u002B\n\uD83D\uDE00"
    text = call.body.decode()
    signed = text.replace("B\u00fc\\\"u'p & <`+\\n\U0001f600", escaped)

    assert signed != text
    assert call.headers["X-Hook-Signature"] == sign(signed.encode())
    assert json.loads(text)["PersonId"] == desk.world.user.resource_id


def test_events_of_one_webhook_come_in_order_and_are_tried_five_times(desk: Desk) -> None:
    a_hook(desk)
    first = desk.make()
    desk.make()
    for _ in range(4):
        call = due(desk)[0]
        assert json.loads(call.body)["Id"] == first
        assert due(desk) == [], "one at a time"
        answer(desk, call, "The answer was 500.")
        assert due(desk) == [], "not before 30 seconds"
        desk.caller.passes(seconds=30)
    answer(desk, due(desk)[0], "The answer was 503.")

    assert [call["SequenceNumber"] for call in told(desk)] == [2]
    logs = desk.caller.find("WebhookEventErrorLogs", EVERYTHING)
    assert [(log["errorMessage"], log["sequenceNumber"]) for log in logs] == [("The answer was 503.", 1)]
    assert json.loads(logs[0]["payload"])["Id"] == first
    assert len(desk.caller.control("callouts")["dropped"]) == 1


def test_the_error_log_is_kept_for_30_days_and_can_be_emptied(desk: Desk) -> None:
    hook = a_hook(desk, "Company", fields=("phone",))
    for phone in ("1", "2"):
        desk.caller.ok("PATCH", "/Companies", {"id": desk.company, "phone": phone})
        fail(desk)
    logs = desk.caller.find("WebhookEventErrorLogs", eq("accountWebhookID", hook))
    desk.caller.ok("DELETE", f"/WebhookEventErrorLogs/{logs[0]['id']}")
    assert len(desk.caller.find("WebhookEventErrorLogs", EVERYTHING)) == 1
    desk.caller.passes(days=31)
    assert desk.caller.find("WebhookEventErrorLogs", EVERYTHING) == []


def test_25_failed_events_in_a_row_switch_a_webhook_off(desk: Desk) -> None:
    hook = a_hook(desk)
    for _ in range(24):
        desk.make()
        fail(desk)
    desk.make()
    told(desk)
    for _ in range(24):
        desk.make()
        fail(desk)
    assert shown(desk, hook)["isActive"] is True

    desk.make()
    desk.make()
    fail(desk)
    assert shown(desk, hook)["isActive"] is False
    notice = due(desk)[0]
    assert (notice.url, "X-Hook-Signature" in notice.headers) == (f"{URL}/gone", False)
    said = json.loads(notice.body)
    assert (said["Action"], "EntityType" in said) == ("Deactivated", False)
    answer(desk, notice)
    desk.make()
    assert told(desk) == []
    desk.caller.ok("PATCH", "/TicketWebhooks", {"id": hook, "isActive": True})
    desk.make()
    assert len(told(desk)) == 1


@pytest.mark.parametrize("how", ["deleted", "switched off", "creator inactive", "user inactive"])
def test_an_end_of_a_webhook_is_told_at_its_other_address(desk: Desk, how: str) -> None:
    hook = a_hook(desk)
    api = desk.world.user.resource_id
    match how:
        case "deleted":
            desk.caller.ok("DELETE", f"/TicketWebhooks/{hook}")
            assert desk.caller.find("TicketWebhookFields", EVERYTHING) == []
        case "switched off":
            desk.caller.ok("PATCH", "/TicketWebhooks", {"id": hook, "isActive": False})
        case "creator inactive":
            desk.caller.control("edit", {"entity": "Resources", "id": api, "values": {"isActive": False}})
        case _:
            desk.caller.control("user", {"state": "inactive"})

    assert [(call.url, json.loads(call.body)["Action"]) for call in due(desk)] == [
        (f"{URL}/gone", "Deactivated")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"secretKey": None},
        {"secretKey": "x" * 65},
        {"webhookUrl": "ftp://x"},
        {"isActive": 1},
    ],
)
def test_a_webhook_that_is_not_whole_is_refused(desk: Desk, change: dict[str, object]) -> None:
    body = {name: value for name, value in hook_body(**change).items() if value is not None}
    assert desk.caller.refused("POST", "/TicketWebhooks", body)[0] == 500


def test_an_address_is_given_once_per_entity_also_by_inactive_webhooks(desk: Desk) -> None:
    hook = a_hook(desk)
    desk.caller.ok("PATCH", "/TicketWebhooks", {"id": hook, "isActive": False})
    again = hook_body(webhookUrl=URL.upper().replace("HTTP", "http"))
    assert "already exists" in desk.caller.refused("POST", "/TicketWebhooks", again)[1]
    a_hook(desk, "Company", fields=("companyName",))
    desk.caller.ok("PATCH", "/TicketWebhooks", {"id": hook, "webhookUrl": URL})


def test_a_level_makes_so_many_webhooks_and_no_more(desk: Desk) -> None:
    desk.caller.control("user", {"max_webhooks": 1})
    a_hook(desk)
    assert "permissions" in desk.caller.refused("POST", "/CompanyWebhooks", hook_body())[1]


def test_what_is_sent_late_twice_or_never_is_said_at_the_back_door(desk: Desk) -> None:
    a_hook(desk)
    desk.caller.control("webhooks", {"delay_seconds": 90, "copies": 2, "lose": 1})
    desk.make()
    desk.make()
    assert told(desk) == []
    desk.caller.passes(seconds=90)
    assert [call["SequenceNumber"] for call in told(desk)] == [2, 2]
    lists = desk.caller.control("callouts")
    assert {name: len(events) for name, events in lists.items()} == {
        "waiting": 0,
        "delivered": 2,
        "dropped": 0,
    }


@given(st.lists(st.sampled_from(["change", "taken in", "refused"]), max_size=24))
@settings(max_examples=60, deadline=None)
def test_in_any_order_each_event_is_delivered_or_logged_once_and_in_its_turn(steps: list[str]) -> None:
    desk = a_desk()
    a_hook(desk)
    for step in steps:
        if step == "change":
            desk.make()
            continue
        for call in due(desk):
            answer(desk, call, None if step == "taken in" else "The answer was 500.")
        desk.caller.passes(seconds=30)
    fail(desk, attempts=5 * len(steps))

    lists = desk.caller.control("callouts")
    heard, logged = (
        [event["body"]["SequenceNumber"] for event in lists[name]] for name in ("delivered", "dropped")
    )
    assert (heard, logged, lists["waiting"]) == (sorted(heard), sorted(logged), [])
    assert sorted(heard + logged) == list(range(1, steps.count("change") + 1))
    assert [row["sequenceNumber"] for row in desk.caller.find("WebhookEventErrorLogs", EVERYTHING)] == logged
