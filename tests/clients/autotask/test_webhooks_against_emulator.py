"""Webhooks made by the client, and what then arrives, over real HTTP (A45, A46; issue 5 item 7)."""

from collections.abc import Iterator

import pytest

from psabridge.clients.autotask.callouts import (
    Callout,
    CalloutAction,
    Disbelief,
    read_callout,
)
from psabridge.clients.autotask.query import eq, noteq
from psabridge.clients.autotask.records import Company
from psabridge.clients.autotask.ticket_records import Resource, Ticket
from psabridge.clients.autotask.ticket_writes import NewTicket, PatchTicket
from psabridge.clients.autotask.webhooks import COMPANIES, TICKETS
from psabridge.kit.errors import OutcomeUnknown, RefusalKind, Refused
from tests.called_out import Receiver, receiving
from tests.clients.autotask.test_against_emulator import Bench, bench

__all__ = ["bench"]

KEY = "kéy of the webhook"


@pytest.fixture
def door() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def read(door: Receiver, secret_key: str = KEY) -> list[Callout | Disbelief]:
    return [
        read_callout(body, signature=signature, secret_key=secret_key) for _, body, signature in door.heard
    ]


def a_hook(bench: Bench, door: Receiver) -> int:
    wanted = TICKETS.new(
        name="n", webhook_url=f"{door.url}/t", deactivation_url=f"{door.url}/d", secret_key=KEY
    )
    hook = bench.client.create(wanted)
    lists = bench.client.picklists("TicketWebhookFields")
    for label in ("title", "status"):
        field_id = lists.value("fieldID", label)
        assert field_id is not None
        bench.client.create(TICKETS.new_field(webhook_id=hook, field_id=field_id))
    return hook


def a_ticket(bench: Bench) -> int:
    company = bench.client.query(Company, noteq("id", 0))[0].id
    return bench.client.create(
        NewTicket(
            company_id=company,
            title="Müller & Söhne <1>",
            status=1,
            priority=2,
            external_id="k-1",
            queue_id=8,
        )
    )


def test_a_webhook_is_ready_once_a_field_hangs_below_it(bench: Bench, door: Receiver) -> None:
    hook = a_hook(bench, door)
    [found] = bench.client.query(TICKETS.hook)
    assert (found.id, found.is_ready, found.is_active, found.webhook_url) == (
        hook,
        True,
        True,
        f"{door.url}/t",
    )
    assert len(bench.client.query(TICKETS.field, eq("webhookID", hook))) == 2


@pytest.mark.parametrize("how", ["raw", "escaped"])
@pytest.mark.parametrize("person", ["PersonID", "PersonId"])
def test_what_happens_to_a_ticket_is_believed_in_every_dress(
    bench: Bench, door: Receiver, how: str, person: str
) -> None:
    bench.control("doubts", webhook_signature=how, webhook_person_key=person)
    hook = a_hook(bench, door)
    made = a_ticket(bench)
    bench.control("ticket", ticket=made, act="close")
    bench.emulation.settle_callouts()

    created, updated = read(door)

    assert isinstance(created, Callout)
    assert isinstance(updated, Callout)
    guid = bench.client.query(TICKETS.hook, eq("id", hook))[0].webhook_guid
    assert [(one.action, one.entity, one.record_id, one.webhook_guid) for one in (created, updated)] == [
        (CalloutAction.CREATE, "Ticket", made, guid),
        (CalloutAction.UPDATE, "Ticket", made, guid),
    ]
    assert created.fields["Title"] == "Müller & Söhne <1>"
    assert created.happened_at == bench.clock.now().replace(microsecond=0)
    assert created.person_id != updated.person_id is not None
    assert read(door, "another key") == [Disbelief.UNSIGNED] * 2


def test_our_own_doing_is_not_told_once_we_are_excluded(bench: Bench, door: Receiver) -> None:
    """A45: else every ticket we write would bring the next cycle forward."""
    hook = a_hook(bench, door)
    user = bench.emulation.description["autotask"]["user"]
    [own] = [one for one in bench.client.query(Resource) if one.email == user]
    bench.client.create(TICKETS.new_excluded(webhook_id=hook, resource_id=own.id))
    made = a_ticket(bench)
    bench.client.patch(PatchTicket(id=made, status=5))
    bench.control("ticket", ticket=made, act="reopen")
    bench.emulation.settle_callouts()

    [told] = read(door)
    assert isinstance(told, Callout)
    assert told.record_id == made


def test_a_company_is_told_as_an_account(bench: Bench, door: Receiver) -> None:
    wanted = COMPANIES.new(
        name="n", webhook_url=f"{door.url}/c", deactivation_url=f"{door.url}/d", secret_key=KEY
    )
    hook = bench.client.create(wanted)
    name = bench.client.picklists("CompanyWebhookFields").value("fieldID", "companyName")
    assert name is not None
    bench.client.create(COMPANIES.new_field(webhook_id=hook, field_id=name))
    company = bench.client.query(Company, noteq("id", 0))[0]
    bench.control("edit", entity="Companies", id=company.id, values={"companyName": "Renamed"})
    bench.emulation.settle_callouts()

    [told] = read(door)
    assert isinstance(told, Callout)
    assert (told.entity, told.record_id) == ("Account", company.id)
    assert bench.client.query(COMPANIES.hook)[0].is_ready


def test_a_webhook_taken_away_is_gone_and_says_so_unsigned(bench: Bench, door: Receiver) -> None:
    hook = a_hook(bench, door)
    bench.client.patch(TICKETS.patch(id=hook, is_active=False))
    assert not bench.client.query(TICKETS.hook)[0].is_active
    assert bench.client.remove(TICKETS.remove(id=hook)) == hook
    assert bench.client.query(TICKETS.hook) == []
    bench.emulation.settle_callouts()

    assert {path for path, _, _ in door.heard} == {"/d"}
    assert set(read(door)) == {Disbelief.UNSIGNED}
    with pytest.raises(Refused) as caught:
        bench.client.remove(TICKETS.remove(id=hook))
    assert caught.value.kind is RefusalKind.MISSING


def test_a_second_webhook_of_one_address_is_refused(bench: Bench, door: Receiver) -> None:
    a_hook(bench, door)
    with pytest.raises(Refused) as caught:
        a_hook(bench, door)
    assert KEY not in str(caught.value.vendor_text)
    assert len(bench.client.query(TICKETS.hook)) == 1


def test_a_webhook_whose_answer_was_lost_is_found_by_its_address(bench: Bench, door: Receiver) -> None:
    bench.emulation.faults.add("reset_after", method="POST", path="TicketWebhooks$")
    with pytest.raises(OutcomeUnknown):
        a_hook(bench, door)
    [found] = bench.client.query(TICKETS.hook, eq("webhookUrl", f"{door.url}/t"))
    assert found.is_ready is False


def test_a_user_whose_level_allows_no_webhooks_is_told_so(bench: Bench, door: Receiver) -> None:
    bench.control("user", max_webhooks=0)
    with pytest.raises(Refused) as caught:
        a_hook(bench, door)
    assert caught.value.kind is RefusalKind.RIGHTS
    assert bench.client.count(Ticket) == 0
