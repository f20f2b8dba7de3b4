"""acronis-api.md 1, 2 and section 10 item 1: tokens, error bodies, routes."""

import json

from psabridge_emulators.frame.wire import Request
from tests.emulators.acronis.caller import FORM, START, Caller, a_caller


def _token(caller: Caller, form: str, content_type: str = FORM) -> tuple[int, dict[str, object]]:
    request = Request("POST", "/api/2/idp/token", headers={"content-type": content_type}, body=form.encode())
    reply = caller.emulator.answer(request, caller.now)
    return reply.status, json.loads(reply.body)


def test_a_client_gets_a_token_for_about_two_hours_by_basic_or_by_form() -> None:
    caller = Caller()
    world = caller.world
    by_basic = json.loads(caller.sign_in().body)
    form = f"grant_type=client_credentials&client_id={world.client_id}&client_secret={world.client_secret}"
    status, by_form = _token(caller, form)

    assert status == 200
    assert by_basic["token_type"] == by_form["token_type"] == "bearer"
    assert by_form["expires_in"] == 7200
    assert by_form["expires_on"] == int(START.timestamp()) + 7200


def test_a_wrong_secret_gives_the_flat_invalid_client() -> None:
    status, body = _token(Caller(), "grant_type=client_credentials&client_id=x&client_secret=y")

    assert status == 401
    assert body["error"] == "invalid_client"
    assert (body["domain"], body["reason"]) == ("Access", "InvalidClient")


def test_the_token_call_takes_a_form_and_client_credentials_only() -> None:
    assert _token(Caller(), "{}", "application/json")[0] == 415
    assert _token(Caller(), "grant_type=password") == (
        400,
        {
            "error": "invalid_request",
            "error_description": "Only grant_type client_credentials is emulated",
            "domain": "Access",
            "reason": "InvalidRequest",
        },
    )


def test_a_token_ends_by_emulated_time() -> None:
    caller = a_caller()
    path = f"/api/2/clients/{caller.world.client_id}"
    assert caller.get(path)["tenant_id"] == caller.world.root_id

    caller.pass_time(hours=2)

    assert caller.send("GET", path).status == 401


def test_a_revoked_client_gets_nothing_and_no_new_token() -> None:
    caller = a_caller()
    caller.control("POST", "client/revoke", {"enabled": False})

    refused = caller.send("GET", "/api/2/applications")
    world = caller.world
    form = f"grant_type=client_credentials&client_id={world.client_id}&client_secret={world.client_secret}"

    assert refused.status == 401
    assert json.loads(refused.body)["error"]["code"] == 401
    assert _token(caller, form)[0] == 403


def test_a_missing_token_reads_as_a_page_of_text_at_the_alerts() -> None:
    reply = Caller().send("GET", "/api/alert_manager/v1/alerts")

    assert (reply.status, reply.content_type) == (401, "text/plain")
    assert b"<html>" in reply.body


def test_an_unknown_path_a_wrong_verb_and_a_wrong_content_type_are_told_apart() -> None:
    caller = a_caller()
    body = {"name": "A", "kind": "customer", "parent_id": caller.world.root_id}

    unknown = caller.send("GET", "/api/2/planets")

    assert unknown.status == 404
    assert json.loads(unknown.body) == {"error": {"code": 404, "message": "Not found"}}
    assert caller.send("DELETE", "/api/2/tenants").status == 405
    assert caller.send("POST", "/api/2/tenants", body, content_type="text/plain").status == 415
    assert caller.send("GET", "/api/2/tenants", colour="red").status == 400
