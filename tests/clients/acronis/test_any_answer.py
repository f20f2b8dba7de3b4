"""Whatever Acronis, or something in its place, answers: a result or an error of ours, never a secret."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from psabridge.clients.acronis.auth import Credentials
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.acronis.forms import NewTenant
from psabridge.clients.transport import HttpRequest, HttpResponse
from tests.clients.acronis.stand_in import CLIENT_ID, ROOT, StandStillClock, tenant_id
from tests.clients.odd_answers import answers, leaks, told
from tests.clients.transport.fakes import FakeTransport, Reply

SECRET, TOKEN = 'sec"rét\\<of>&the client', "eyJ-token-of-the-session"
KEYS = [
    *[
        "items",
        "paging",
        "cursors",
        "after",
        "timestamp",
        "id",
        "version",
        "name",
        "kind",
        "parent_id",
        "enabled",
    ],
    *["error", "code", "message", "access_token", "expires_in", "expires_on", "tenant", "usages", "value"],
    *["range_start", "tenant_id", "client_id", "updated_at", "quota", "createdAt", "details", "count"],
]


class _SigningIn(FakeTransport):
    """Gives a token for the sign-in, so that the odd answers meet the calls behind it."""

    def send(self, request: HttpRequest, deadline: object) -> HttpResponse:
        if request.url.endswith("/idp/token"):
            body = json.dumps({"access_token": TOKEN, "expires_in": 7200}).encode()
            return HttpResponse(200, {"content-type": "application/json"}, body)
        return super().send(request, deadline)  # type: ignore[arg-type]  # handed through


def a_client(transport: FakeTransport) -> AcronisClient:
    return AcronisClient(
        url="https://eu2-cloud.acronis.test",
        credentials=Credentials(CLIENT_ID, SECRET),
        transport=transport,
        clock=StandStillClock(),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(answers((SECRET, TOKEN), KEYS), min_size=1, max_size=4), st.booleans())
def test_no_answer_brings_out_a_secret_or_an_error_nobody_can_act_upon(
    laid: list[Reply], signs_in: bool
) -> None:
    transport = _SigningIn(list(laid)) if signs_in else FakeTransport(list(laid))
    client, one = a_client(transport), tenant_id(1)
    secrets = (SECRET, TOKEN) if signs_in else (SECRET,)
    for act in (
        client.own_client,
        lambda: client.create_tenant(NewTenant(name="x", parent_id=ROOT, kind="customer")),
        lambda: client.tenants_below(ROOT),
        lambda: client.usages([one]),
        lambda: client.offering_items(ROOT),
        lambda: client.bind_application(one, one),
        lambda: client.tenant(one),
        client.alerts.list,
        client.alerts.stats,
        lambda: client.reports.download(one, one),
    ):
        assert leaks(told(act), secrets) == []
