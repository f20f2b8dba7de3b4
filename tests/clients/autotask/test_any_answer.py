"""Whatever Autotask, or something in its place, answers: a result or an error of ours, never a secret."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.records import Company, Contract
from psabridge.clients.autotask.ticket_calls import TicketCalls
from psabridge.clients.autotask.webhooks import TICKETS
from psabridge.clients.autotask.writes import NewContractNote
from psabridge.clients.transport import HttpResponse
from tests.clients.autotask.fakes import ZONE
from tests.clients.odd_answers import answers, leaks, told
from tests.clients.transport.fakes import FakeClock, FakeTransport

SECRETS = ('pass"wörd\\<of>&the msp', "CODE27CHARACTERSOFTHETENANT")
KEYS = [
    *["items", "pageDetails", "count", "nextPageUrl", "item", "itemId", "id", "queryCount", "errors"],
    *[
        "Message",
        "fields",
        "name",
        "isPickList",
        "picklistValues",
        "value",
        "label",
        "apiVersions",
        "url",
        "ci",
    ],
    *[
        "companyName",
        "ticketNumber",
        "ticketID",
        "externalID",
        "startDate",
        "endDate",
        "units",
        "userDefinedFields",
        "lastTrackedModifiedDateTime",
    ],
    *["externalRequestThreshold", "currentTimeframeRequestCount", "contractServiceID", "contractID"],
]


def a_client(transport: FakeTransport) -> AutotaskClient:
    clock = FakeClock()
    return AutotaskClient(
        zone_url=ZONE,
        credentials=Credentials.of(user="u@msp.example", secret=SECRETS[0], integration_code=SECRETS[1]),
        transport=transport,
        governor=Governor(clock=clock, monotonic=clock.seconds),
        clock=clock,
        deadline=timedelta(seconds=5),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(answers(SECRETS, KEYS), min_size=1, max_size=4))
def test_no_answer_brings_out_a_secret_or_an_error_nobody_can_act_upon(
    laid: list[HttpResponse | Exception],
) -> None:
    client = a_client(FakeTransport(list(laid)))
    note = NewContractNote(contract_id=1, title="x", description="y")
    tickets = TicketCalls(client)
    for act in (
        lambda: client.adjust_units(line_id=1, effective_date=date(2026, 3, 1), unit_change=1),
        lambda: client.create(note),
        lambda: client.remove(TICKETS.remove(id=1)),
        lambda: tickets.with_external_ids(["k-1"]),
        lambda: tickets.notes_of([1]),
        lambda: client.query(Company) if len(laid) > 1 else client.get(Company, 1),
        lambda: client.get(Contract, 1),
        lambda: client.count(Company),
        lambda: client.read_units([1]),
        lambda: client.picklists("Services"),
        lambda: client.information("Tickets"),
        lambda: client.user_defined_fields("Contracts"),
        client.threshold,
        client.zone_information,
        client.versions,
    ):
        assert leaks(told(act), SECRETS) == []
