import base64
import logging
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from psabridge.clients.acronis.auth import AccessToken, Credentials, token_request
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.kit.errors import AccessDenied, Busy, BusyKind, NotSent, OutcomeUnknown
from tests.clients.acronis.stand_in import (
    CLIENT_ID,
    ROOT,
    SECRET,
    START,
    StandIn,
    StandStillClock,
    a_client,
    a_tenant,
    answer,
    empty,
    page,
    root_tenant,
    tenant_id,
)

TOKEN = "/api/2/idp/token"
OWN = f"/api/2/clients/{CLIENT_ID}"
ONE = f"/api/2/tenants/{tenant_id(1)}"
APP = "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb"
BIND = f"/api/2/applications/{APP}/bindings/tenants/{tenant_id(1)}"
HTML_401 = page("<html><h1>401 Authorization Required</h1></html>", 401)


@pytest.fixture
def acronis() -> StandIn:
    stand_in = StandIn()
    stand_in.lay("GET", ONE, answer(a_tenant(1)))
    return stand_in


def test_the_secret_travels_only_in_the_basic_header_of_the_token_call(acronis: StandIn) -> None:
    a_client(acronis).tenant(tenant_id(1))

    [asked] = acronis.of("POST", TOKEN)
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    assert asked.headers["Authorization"] == f"Basic {basic}"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.body == b"grant_type=client_credentials"
    [read] = acronis.of("GET", ONE)
    assert read.headers["Authorization"] == "Bearer token-1"


def test_one_token_serves_many_calls_and_is_renewed_15_minutes_early(acronis: StandIn) -> None:
    """Ac2."""
    clock = StandStillClock()
    client = a_client(acronis, clock)
    client.tenant(tenant_id(1))
    clock.moment = START + timedelta(hours=2) - timedelta(minutes=15, seconds=1)
    client.tenant(tenant_id(1))
    assert acronis.tokens_issued == 1

    clock.moment = START + timedelta(hours=2) - timedelta(minutes=15)
    client.tenant(tenant_id(1))
    assert acronis.tokens_issued == 2


def test_a_token_of_short_life_is_not_renewed_before_every_call(acronis: StandIn) -> None:
    acronis.token_life = 600
    client = a_client(acronis)
    client.tenant(tenant_id(1))
    client.tenant(tenant_id(1))
    assert acronis.tokens_issued == 1


@pytest.mark.parametrize(
    "life",
    [
        {"expires_in": 10**30},
        {"expires_in": -1},
        {"expires_in": None, "expires_on": 10**30},
        {"expires_in": None, "expires_on": -(10**30)},
        {"expires_in": "7200"},
        {"access_token": ""},
    ],
)
def test_a_token_of_an_impossible_life_is_no_token_yet(life: dict[str, object]) -> None:
    acronis = StandIn()
    acronis.lay("POST", TOKEN, answer({"access_token": "t"} | life))
    with pytest.raises(Busy) as busy:
        a_client(acronis).tenant(tenant_id(1))
    assert busy.value.kind is BusyKind.UNAVAILABLE


def test_a_moment_of_expiry_is_counted_from_the_clock_of_its_own_answer() -> None:
    """Ac2: with our clock three hours ahead, a token would else be over before its first use."""
    acronis = StandIn()
    ends = int((START - timedelta(hours=1)).timestamp())
    token = answer({"access_token": "t", "expires_on": ends})
    dated = {"date": format_datetime(START - timedelta(hours=3), usegmt=True)}
    acronis.lay("POST", TOKEN, replace(token, headers={**token.headers, **dated}))
    acronis.lay("GET", ONE, answer(a_tenant(1)))
    client = a_client(acronis)
    for _ in range(3):
        client.tenant(tenant_id(1))
    assert client.calls.by_name()["sign in"] == 1


def test_a_write_with_a_token_that_once_worked_is_only_late_though_others_use_a_newer_one() -> None:
    """A thread may still hold the token that another one has just seen refused and renewed."""
    acronis = StandIn()
    client = a_client(acronis)

    def renewed_meanwhile(_request: HttpRequest) -> HttpResponse:
        with pytest.raises(Busy):
            client.bind_application(APP, tenant_id(2))
        client.tenant(tenant_id(1))
        return answer({}, 401)

    acronis.lay("GET", ONE, answer(a_tenant(1)))
    acronis.lay("POST", BIND, renewed_meanwhile)
    acronis.lay("POST", BIND.replace(tenant_id(1), tenant_id(2)), answer({}, 401))
    client.tenant(tenant_id(1))
    with pytest.raises(Busy) as busy:
        client.bind_application(APP, tenant_id(1))
    assert not isinstance(busy.value, AccessDenied)
    client.tenant(tenant_id(1))
    assert acronis.tokens_issued == 2


def test_a_client_id_of_another_form_is_refused_by_acronis_and_not_by_a_crash() -> None:
    """R42: a mistyped id must end in what to check."""
    acronis = StandIn()
    acronis.lay("POST", TOKEN, answer({"error": "invalid_client"}, 401))
    client = AcronisClient(
        url="https://eu2-cloud.acronis.test",
        credentials=Credentials("mistyped/id?", SECRET),
        transport=acronis,
        clock=StandStillClock(),
    )
    with pytest.raises(AccessDenied, match="the client id"):
        client.own_tenant()


def test_a_read_answered_401_is_replayed_once_with_a_new_token() -> None:
    """Ac3."""
    acronis = StandIn()
    acronis.lay("GET", ONE, answer({}, 401), answer(a_tenant(1)))

    assert a_client(acronis).tenant(tenant_id(1)).name == "Customer 1"
    assert acronis.tokens_issued == 2
    assert [each.headers["Authorization"] for each in acronis.of("GET", ONE)] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_read_refused_twice_with_401_denies_access_and_asks_no_more() -> None:
    acronis = StandIn()
    acronis.lay("GET", ONE, HTML_401)

    with pytest.raises(AccessDenied) as denied:
        a_client(acronis).tenant(tenant_id(1))
    assert denied.value.code == "ERR-02"
    assert len(acronis.of("GET", ONE)) == 2


def test_a_write_answered_401_is_not_sent_again_and_the_next_call_signs_in_anew(acronis: StandIn) -> None:
    """A write answered 401 was not performed; only its caller may repeat it."""
    acronis.lay("POST", BIND, answer({}, 401), empty())
    client = a_client(acronis)
    client.tenant(tenant_id(1))

    with pytest.raises(Busy) as busy:
        client.bind_application(APP, tenant_id(1))
    assert busy.value.kind is BusyKind.SIGN_IN
    assert not isinstance(busy.value, AccessDenied)
    assert len(acronis.of("POST", BIND)) == 1

    client.bind_application(APP, tenant_id(1))
    assert acronis.of("POST", BIND)[1].headers["Authorization"] == "Bearer token-2"


def test_a_write_refused_with_a_token_that_never_worked_denies_access() -> None:
    acronis = StandIn()
    acronis.lay("POST", BIND, answer({}, 401))

    with pytest.raises(AccessDenied):
        a_client(acronis).bind_application(APP, tenant_id(1))


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_client_is_denied_at_once_with_what_to_check(status: int) -> None:
    """Ac5: the token service has an error shape of its own."""
    acronis = StandIn()
    refused = {"error": "invalid_client", "error_description": f"bad {SECRET}", "domain": "Access"}
    acronis.lay("POST", TOKEN, answer(refused, status))

    with pytest.raises(AccessDenied) as denied:
        a_client(acronis).own_tenant()
    assert "secret" in denied.value.next_act
    assert "invalid_client" in (denied.value.vendor_text or "")
    assert len(acronis.arrived) == 1


@pytest.mark.parametrize("trouble", [OutcomeUnknown("x", "lost", "y"), page("<html>", 200), answer({}, 503)])
def test_trouble_at_sign_in_before_a_write_says_that_nothing_was_written(
    trouble: HttpResponse | Exception,
) -> None:
    acronis = StandIn()
    acronis.lay("POST", TOKEN, trouble)

    with pytest.raises(Busy):
        a_client(acronis).bind_application(APP, tenant_id(1))
    assert acronis.of("POST", BIND) == []
    assert len(acronis.of("POST", TOKEN)) == 3


def test_no_connection_at_sign_in_is_not_sent() -> None:
    acronis = StandIn()
    acronis.lay("POST", TOKEN, NotSent("x", "no connection", "y"))

    with pytest.raises(NotSent):
        a_client(acronis).bind_application(APP, tenant_id(1))


def test_secrets_show_in_no_repr_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    credentials = Credentials(CLIENT_ID, SECRET)
    request = token_request("https://x", credentials)
    shown = [repr(credentials), repr(request), repr(AccessToken("token-1", START)), str(credentials)]

    def echo(asked: HttpRequest) -> HttpResponse:
        return answer({"error": {"code": 400, "message": f"{asked.headers} {SECRET}"}}, 400)

    acronis = StandIn()
    acronis.lay("POST", BIND, echo)
    acronis.lay("POST", TOKEN, echo, StandIn()._token())
    for _ in range(2):
        with pytest.raises(Exception, match="Acronis") as caught:
            a_client(acronis).bind_application(APP, tenant_id(1))
        error = caught.value
        shown += [str(error), repr(error), str(getattr(error, "vendor_text", "")), str(error.__dict__)]
    everything = "\n".join([*shown, caplog.text])
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    for secret in (SECRET, basic, "token-1"):
        assert secret not in everything


def test_the_own_tenant_is_asked_for_once() -> None:
    """Ac4."""
    acronis = StandIn()
    acronis.lay("GET", OWN, answer({"client_id": CLIENT_ID, "tenant_id": ROOT, "status": "enabled"}))
    client = a_client(acronis)

    assert client.own_tenant() == client.own_tenant() == ROOT
    assert len(acronis.of("GET", OWN)) == 1


@pytest.mark.parametrize("url", ["http://eu2-cloud.acronis.test", "eu2-cloud.acronis.test", "ftp://x"])
def test_secrets_never_leave_over_an_open_line(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        AcronisClient(
            url=url, credentials=Credentials(CLIENT_ID, SECRET), transport=StandIn(), clock=StandStillClock()
        )


def test_every_attempt_is_counted_by_name() -> None:
    acronis = StandIn()
    acronis.lay("GET", ONE, answer({}, 503), answer(a_tenant(1)))
    acronis.lay(
        "GET", "/api/2/tenants", answer({"timestamp": "2026-11-22T10:00:00", "items": [root_tenant()]})
    )
    client = a_client(acronis)
    client.tenant(tenant_id(1))
    client.tenants_below(ROOT)

    assert client.calls.by_name() == {"sign in": 1, "read tenant": 2, "list tenants": 1}
    assert client.calls.total == len(acronis.arrived)
    client.calls.start_cycle()
    assert client.calls.total == 0
