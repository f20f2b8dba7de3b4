"""Callouts of webhooks over real HTTP: they arrive, are tried again, and go nowhere but to this machine."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from psabridge_emulators.scenes.running import start
from tests.called_out import Receiver, receiving
from tests.emulators.tenant import ROOT, Tenant, a_tenant

SECRET = "emulated-webhook-secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with a_tenant() as tenant:
        yield tenant


def post(tenant: Tenant, path: str, body: dict[str, Any]) -> int:
    answer = tenant.ask("POST", f"{ROOT}/{path}", body)
    assert answer.status == 200, answer.body
    made: int = answer.json()["itemId"]
    return made


def a_hook(tenant: Tenant, url: str) -> int:
    body = {"name": "Hints", "webhookUrl": f"{url}/hook", "deactivationUrl": f"{url}/gone", "isActive": True}
    body |= {"secretKey": SECRET, "sendThresholdExceededNotification": False}
    body |= {"isSubscribedToCreateEvents": True, "isSubscribedToUpdateEvents": True}
    hook = post(tenant, "TicketWebhooks", body)
    fields = tenant.ask("GET", f"{ROOT}/TicketWebhookFields/entityInformation/fields").json()["fields"]
    values = next(field for field in fields if field["name"] == "fieldID")["picklistValues"]
    status = next(int(value["value"]) for value in values if value["label"] == "status")
    post(tenant, f"TicketWebhooks/{hook}/Fields", {"fieldID": status, "isSubscribedField": True})
    return hook


def a_ticket(tenant: Tenant) -> int:
    company = tenant.query("Contracts")[0]["companyID"]
    body = {"companyID": company, "title": "Backup failed", "status": 1, "priority": 2, "queueID": 8}
    return post(tenant, "Tickets", body)


def test_a_callout_arrives_signed(tenant: Tenant, receiver: Receiver) -> None:
    a_hook(tenant, receiver.url)
    ticket = a_ticket(tenant)
    tenant.running.settle_callouts()

    [(path, body, signature)] = receiver.heard
    digest = hmac.new(SECRET.encode(), body, hashlib.sha1).digest()
    assert (path, json.loads(body)["Id"]) == ("/hook", ticket)
    assert signature == f"sha1={base64.b64encode(digest).decode()}"


def test_a_person_s_change_is_told_without_any_request_of_the_product(
    tenant: Tenant, receiver: Receiver
) -> None:
    a_hook(tenant, receiver.url)
    ticket = a_ticket(tenant)
    tenant.control("ticket", {"ticket": ticket, "act": "close"})
    tenant.running.settle_callouts()
    assert [json.loads(body)["Action"] for _, body, _ in receiver.heard] == ["Create", "Update"]


@pytest.mark.parametrize("status", [500, 302])
def test_what_is_not_taken_in_is_sent_again_after_30_seconds_five_times(
    tenant: Tenant, receiver: Receiver, status: int
) -> None:
    a_hook(tenant, receiver.url)
    receiver.status = status
    a_ticket(tenant)
    for _ in range(6):
        tenant.running.settle_callouts()
        tenant.running.clock.advance(30)

    assert {path for path, _, _ in receiver.heard} == {"/hook"}
    assert len(receiver.heard) == 5
    assert len({body for _, body, _ in receiver.heard}) == 1
    assert len(tenant.query("WebhookEventErrorLogs")) == 1


@pytest.mark.parametrize("url", ["http://webhook.example", "http://127.0.0.1:1"])
def test_nobody_answers_and_nothing_leaves_this_machine(tenant: Tenant, url: str) -> None:
    a_hook(tenant, url)
    a_ticket(tenant)
    tenant.running.settle_callouts()
    [event] = tenant.control("callouts")["waiting"]
    says = "calls this machine only" if "example" in url else "There was no answer"
    assert (event["attempts"], says in event["errors"][0]) == (1, True)


def test_what_was_on_its_way_arrives_after_a_start(receiver: Receiver, tmp_path: Path) -> None:
    with start("empty", keep=tmp_path) as running:
        tenant = Tenant(running, 0, 0, 0)
        a_hook(tenant, receiver.url)
        tenant.control("webhooks", {"delay_seconds": 60})
        company = running.do(lambda: running.autotask.add_company("Meadow"))
        body = {"companyID": company, "title": "Failed", "status": 1, "priority": 2, "queueID": 8}
        ticket = post(tenant, "Tickets", body)
    assert receiver.heard == []

    with start("empty", keep=tmp_path) as running:
        running.clock.advance(60)
        running.settle_callouts()
    assert [json.loads(body)["Id"] for _, body, _ in receiver.heard] == [ticket]
