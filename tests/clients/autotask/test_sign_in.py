"""Who may sign in, where, and that a secret is never shown (R42, R43)."""

import io
import logging
import traceback
from datetime import date, timedelta

import pytest

from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.errors import ZoneMoved
from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.records import Company
from psabridge.clients.autotask.zone import api_root, discover_zone, same_zone
from psabridge.clients.transport import HttpTransport
from psabridge.kit.errors import AccessDenied, BridgeError, NotSent, Unreadable
from tests.clients.autotask.fakes import (
    CODE,
    SECRET,
    USER,
    ZONE,
    client_for,
    credentials,
    page,
    refused,
)
from tests.clients.transport.fakes import FakeClock, FakeTransport, Reply, replied

ELSEWHERE = "https://webservices5.autotask.net/ATServicesRest/"


def zone_answer(url: str = ZONE, ci: int = 7) -> dict[str, object]:
    return {"zoneName": "any", "url": url, "webUrl": "https://ww2.autotask.net/", "ci": ci}


def test_every_call_carries_user_secret_and_tracking_identifier() -> None:
    client, autotask = client_for(page())
    client.query(Company)
    headers = dict(autotask.sent[0].headers)
    assert headers == {
        "UserName": USER,
        "Secret": SECRET,
        "ApiIntegrationCode": CODE,
        "Content-Type": "application/json",
    }


def test_r42_a_refused_sign_in_lists_its_causes_in_order_of_likelihood() -> None:
    client, autotask = client_for(replied({}, 401))
    with pytest.raises(AccessDenied) as caught:
        client.query(Company)
    message = str(caught.value)
    causes = ["the secret was changed", "ordinary Autotask user", "tracking identifier", "locked or inactive"]
    assert sorted(causes, key=message.index) == causes
    assert "ERR-01" in message
    assert "Custom (Internal Integration)" in message
    assert caught.value.code == "ERR-02"
    assert len(autotask.sent) == 1


def test_r43_a_read_that_is_refused_finds_out_that_the_tenant_moved() -> None:
    client, autotask = client_for(replied({}, 401))
    autotask.zone = replied(zone_answer(ELSEWHERE, ci=7))
    with pytest.raises(ZoneMoved) as caught:
        client.query(Company)
    moved = caught.value
    assert (moved.code, moved.old_url, moved.new_url, moved.ci) == ("ERR-04", ZONE, ELSEWHERE, 7)
    assert isinstance(moved, AccessDenied)
    assert all(request.url.startswith(ZONE) for request in [*autotask.sent, *autotask.asides])


def test_r43_the_zone_is_asked_for_once_and_without_credentials() -> None:
    client, autotask = client_for(replied({}, 401))
    with pytest.raises(AccessDenied):
        client.query(Company)
    zone_calls = [request for request in autotask.asides if "zoneInformation" in request.url]
    assert len(zone_calls) == 1
    assert dict(zone_calls[0].headers) == {}
    assert zone_calls[0].url.endswith("?user=bridge%40msp.example")


def test_a_zone_that_cannot_be_asked_leaves_the_refusal_as_it_is() -> None:
    client, autotask = client_for(replied({}, 401))
    autotask.zone = NotSent("GET x", "no connection", "check")
    with pytest.raises(AccessDenied) as caught:
        client.query(Company)
    assert caught.value.code == "ERR-02"


def test_a_user_no_server_knows_is_told_so() -> None:
    transport = FakeTransport([refused("Zone information could not be determined")])
    with pytest.raises(AccessDenied, match=r"nobody@msp\.example"):
        discover_zone("nobody@msp.example", transport=transport, deadline=timedelta(seconds=5))


def test_the_zone_is_found_from_any_server() -> None:
    transport = FakeTransport([replied(zone_answer())])
    found = discover_zone(USER, transport=transport, deadline=timedelta(seconds=5))
    assert (found.url, found.ci) == (ZONE, 7)
    assert transport.sent[0].url.startswith(
        "https://webservices.autotask.net/ATServicesRest/v1.0/zoneInformation"
    )


@pytest.mark.parametrize(
    "answer",
    [
        replied(b"<html>"),
        replied({}),
        replied(zone_answer("http://webservices2.autotask.net/ATServicesRest/")),
        replied(zone_answer("https://elsewhere.example/login")),
    ],
)
def test_an_odd_zone_answer_is_not_followed(answer: Reply) -> None:
    with pytest.raises(Unreadable):
        discover_zone(USER, transport=FakeTransport([answer]), deadline=timedelta(seconds=5))


@pytest.mark.parametrize(
    "url",
    [
        "http://webservices2.autotask.net",
        "ftp://127.0.0.1",
        "https://user:pw@host/",
        "https://host/other",
        "",
    ],
)
def test_secrets_go_over_https_or_to_this_machine_only(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        api_root(url)


def test_an_address_has_one_form() -> None:
    assert api_root("https://webservices2.autotask.net") == ZONE
    assert api_root("http://127.0.0.1:9101") == "http://127.0.0.1:9101/ATServicesRest/"
    assert same_zone("https://WebServices2.autotask.net/atservicesrest", ZONE)
    assert not same_zone(ELSEWHERE, ZONE)


@pytest.mark.parametrize("secret", ["", " x", "x\n", "a\r\nX-Evil: 1"])
def test_a_secret_with_a_line_break_is_noticed_when_entered_and_not_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="Secret") as caught:
        Credentials.of(user=USER, secret=secret, integration_code=CODE)
    assert "Evil" not in str(caught.value)


def adjust(client: AutotaskClient) -> int:
    return client.adjust_units(line_id=1, effective_date=date(2026, 3, 10), unit_change=1)


TROUBLES: list[Reply] = [
    replied({}, 401),
    refused(f"Bad credentials: {SECRET} {CODE}"),
    refused(f"Bad credentials: {SECRET}", status=401),
    replied(f"<html>{SECRET}".encode(), 502),
    replied({"items": [{"id": SECRET}], "pageDetails": {"count": 1}}),
    NotSent("GET x", "no connection", "check"),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_secret_appears_in_any_error_repr_or_log(trouble: Reply) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    client, autotask = client_for(trouble)
    try:
        for call in (lambda: client.query(Company), lambda: adjust(client)):
            with pytest.raises(BridgeError) as caught:
                call()
            written.write("".join(traceback.format_exception(caught.value)))
            written.write(repr((caught.value, vars(caught.value))))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    written.write(repr((autotask.sent, client.__dict__, credentials())))
    assert SECRET not in written.getvalue()
    assert CODE not in written.getvalue()


def test_no_secret_appears_when_the_real_network_fails() -> None:
    transport = HttpTransport()
    client = AutotaskClient(
        zone_url="http://127.0.0.1:1",
        credentials=credentials(),
        transport=transport,
        governor=Governor(clock=FakeClock()),
        clock=FakeClock(),
        deadline=timedelta(seconds=1),
    )
    with pytest.raises(BridgeError) as caught:
        adjust(client)
    transport.close()
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert SECRET not in told
    assert CODE not in told


def test_a_secret_is_not_shown_by_its_holder() -> None:
    held = credentials()
    assert SECRET not in f"{held!r}{held}"
    assert held == credentials()
