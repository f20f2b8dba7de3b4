"""Tickets over real HTTP: what the emulated service desk holds afterwards, and what is read of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from psabridge.connectors.autotask.ticket_lists import NOT_SOONER
from psabridge.kit.errors import NotSent, OutcomeUnknown, RefusalKind, Refused, Unreadable
from psabridge.rules.tickets.settings import Code, TicketFields, TicketSettings
from psabridge.rules.tickets.stories import TicketId, external_id
from psabridge.rules.words import ContractId
from psabridge_emulators.scenes.desk import BACKUP_QUEUE
from tests.connectors.service_desk import Desk, a_key, desk

__all__ = ["desk"]


COMPLETE, IN_PROGRESS = 5, 8
MONTH = timedelta(days=30)


def test_a_ticket_is_made_with_all_that_was_chosen(desk: Desk) -> None:
    """ACR-TKT-02, -06, -12, -14: the world holds it, with a queue, a contract and a due date."""
    contract = next(one for one in desk.bench.rows("Contracts") if one["companyID"] == desk.company)
    fields = TicketFields(
        queue=Code(BACKUP_QUEUE), priority=Code(4), issue_type=Code(24), sub_issue_type=Code(251),
        due_after=timedelta(hours=8),
    )  # fmt: skip
    due = desk.now() + timedelta(hours=8)

    made = desk.makes(
        fields=fields, settings=TicketSettings(source=Code(8)), contract=ContractId(contract["id"])
    )

    row = desk.row(made)
    assert (row["companyID"], row["contractID"], row["queueID"]) == (
        desk.company,
        contract["id"],
        BACKUP_QUEUE,
    )
    assert (row["priority"], row["issueType"], row["subIssueType"], row["source"]) == (4, 24, 251, 8)
    assert (row["status"], row["title"], row["description"]) == (1, "Backup failed: PC-1", "where and what")
    assert abs(datetime.fromisoformat(row["dueDateTime"]) - due) < timedelta(seconds=5)
    ticket = desk.read(made)
    assert (ticket.external_id, ticket.company, ticket.contract) == (
        external_id(a_key(1), 1),
        desk.company,
        contract["id"],
    )
    assert (ticket.number, ticket.status, ticket.queue) == (row["ticketNumber"], 1, BACKUP_QUEUE)


def test_without_a_queue_the_setting_is_named_and_nothing_is_sent(desk: Desk) -> None:
    """ERR-18: this Autotask has no queue that could stand for one."""
    before = len(desk.bench.rows("Tickets"))

    with pytest.raises(Refused) as refused:
        desk.makes(fields=TicketFields())

    assert refused.value.code == "ERR-18"
    assert "no queue was chosen" in refused.value.problem
    assert len(desk.bench.rows("Tickets")) == before


def test_a_value_switched_off_since_is_named_in_the_refusal(desk: Desk) -> None:
    """ERR-18, R45: also where the lists were read just before."""
    desk.makes()
    desk.bench.psa.clock.wait(NOT_SOONER)
    desk.picks("queue", BACKUP_QUEUE, active=False)

    with pytest.raises(Refused) as refused:
        desk.makes(external_id(a_key(2), 1))

    assert refused.value.code == "ERR-18"
    assert refused.value.problem == "queue Backup is no longer active in Autotask"
    assert "queueID" in str(refused.value.vendor_text)


def test_many_refused_tickets_do_not_read_the_lists_each(desk: Desk) -> None:
    desk.picks("queue", BACKUP_QUEUE, active=False)
    with pytest.raises(Refused):
        desk.makes()
    before = desk.port.calls()

    for number in range(2, 7):
        with pytest.raises(Refused):
            desk.makes(external_id(a_key(number), 1))

    assert desk.port.calls() - before == 5


def test_what_a_category_wants_is_refused_in_autotasks_words(desk: Desk) -> None:
    """ERR-21: no chosen value is wrong, so nothing else is blamed."""
    category = next(one for one in desk.bench.rows("TicketCategories") if one["isGlobalDefault"])
    desk.bench.edit("TicketCategories", category["id"], _requires=("dueDateTime",))

    with pytest.raises(Refused) as refused:
        desk.makes()

    assert refused.value.code == "ERR-21"
    assert "dueDateTime" in str(refused.value.vendor_text)
    in_a_day = TicketFields(queue=Code(BACKUP_QUEUE), due_after=timedelta(days=1))
    assert desk.row(desk.makes(fields=in_a_day))["dueDateTime"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("reset_after", OutcomeUnknown), ("html", OutcomeUnknown), ("error_not_applied", Refused)],
)
def test_a_ticket_whose_answer_is_lost_is_found_by_its_external_id(
    desk: Desk, kind: str, error: type[Exception]
) -> None:
    """Design 7: nothing is sent again; what is there is there once."""
    desk.fault(kind, method="POST", path="v1.0/Tickets$")

    with pytest.raises(error):
        desk.makes()

    found = desk.port.find([external_id(a_key(1), 1), external_id(a_key(9), 1)])
    there = [one for one in desk.bench.rows("Tickets") if one.get("externalID")]
    assert {key: [one.id for one in tickets] for key, tickets in found.items()} == (
        {external_id(a_key(1), 1): [there[0]["id"]]} if there else {}
    )
    assert len(there) == (kind != "error_not_applied")


def test_a_closed_door_is_nothing_sent(desk: Desk) -> None:
    desk.makes()
    desk.bench.running.stop()

    with pytest.raises(NotSent):
        desk.port.set_status(TicketId(1), COMPLETE)


def test_doubles_of_one_external_id_are_all_seen_lowest_first(desk: Desk) -> None:
    """R49, A40."""
    name = external_id(a_key(1), 1)
    made = [desk.makes(name), desk.makes(name)]

    assert [one.id for one in desk.port.find([name])[name]] == made


def test_stories_of_a_condition_are_found_whatever_their_number(desk: Desk) -> None:
    """R49: after a lost database."""
    made = [desk.makes(external_id(a_key(1), number)) for number in (1, 2)]
    desk.makes(external_id(a_key(2), 1))
    desk.makes(f"{a_key(1)}-note")

    assert [one.id for one in desk.port.stories_of([a_key(1)])] == made


def test_more_tickets_than_a_page_are_asked_for_in_pages(desk: Desk) -> None:
    company, world = desk.company, desk.world
    names = [external_id(a_key(number), 1) for number in range(501)]
    made = desk.bench.running.do(lambda: [world.add_ticket(company, "t", externalID=name) for name in names])

    desk.port.find(names[:1])
    before = desk.port.calls()
    assert {one.id for tickets in desk.port.find(names).values() for one in tickets} == set(made)
    assert set(desk.port.tickets(TicketId(one) for one in made)) == set(made)
    assert desk.port.calls() - before == 4


def test_only_our_tickets_count_as_changed(desk: Desk) -> None:
    """ACR-TKT-07: by the shape of the external id; tickets of people and of other tools are not ours."""
    closed, noted, idle = (desk.makes(external_id(a_key(number), 1)) for number in range(3))
    other_tool = desk.makes("RMM-77")
    of_people = TicketId(desk.bench.running.do(lambda: desk.world.add_ticket(desk.company, "Printer")))
    desk.bench.psa.clock.wait(timedelta(minutes=10))
    since = desk.now()
    desk.person(closed, status=COMPLETE)
    desk.person(other_tool, status=COMPLETE)
    desk.person(of_people, status=COMPLETE)
    desk.bench.running.do(lambda: desk.world.desk.note(noted, "called", by=desk.world.person_id))

    found = {one.id: one for one in desk.port.changed_since(since)}

    assert set(found) == {closed, noted}
    assert idle not in found
    assert all(one.changed_at is not None and one.changed_at >= since - timedelta(seconds=1)
               for one in found.values())  # fmt: skip


def test_who_closed_a_ticket_is_told_by_name(desk: Desk) -> None:
    """R47: a person's closing acknowledges, ours does not."""
    by_us, by_person = desk.makes(), desk.makes(external_id(a_key(2), 1))
    desk.port.set_status(by_us, COMPLETE)
    desk.person(by_person, status=COMPLETE)

    found = desk.port.tickets([by_us, by_person])

    assert [found[one].is_completed_by_us for one in (by_us, by_person)] == [True, False]
    assert found[by_person].completed_by == "Pat Person"
    assert all(one.completed_at is not None for one in found.values())


def test_where_resources_are_closed_to_us_our_tickets_tell_who_we_are(desk: Desk) -> None:
    """A47: whoever made the ticket is us."""
    by_us, by_person = desk.makes(), desk.makes(external_id(a_key(2), 1))
    desk.port.set_status(by_us, COMPLETE)
    desk.person(by_person, status=COMPLETE)
    desk.fault("refuse", path="Resources/query", status=403, times=None)

    found = desk.port.tickets([by_us, by_person])

    assert [found[one].is_completed_by_us for one in (by_us, by_person)] == [True, False]
    assert found[by_person].completed_by == f"resource {desk.world.person_id}"


def test_names_are_read_once(desk: Desk) -> None:
    made = desk.makes()
    desk.person(made, status=COMPLETE)
    desk.read(made)
    before = desk.port.calls()

    desk.read(made)

    assert desk.port.calls() - before == 1


def test_a_note_is_internal_and_found_by_its_text(desk: Desk) -> None:
    """ACR-TKT-13."""
    made = desk.makes()
    assert desk.port.notes(made) == ()

    desk.port.add_note(made, title="Raised again", text="again [n-7]", settings=TicketSettings())

    assert desk.port.notes(made) == ("again [n-7]",)
    [note] = desk.notes(made)
    assert (note["title"], note["publish"], note["noteType"]) == ("Raised again", 2, 3)


def test_a_lost_note_is_there_once(desk: Desk) -> None:
    made = desk.makes()
    desk.fault("reset_after", method="POST", path="/Notes")

    with pytest.raises(OutcomeUnknown):
        desk.port.add_note(made, title="t", text="again [n-7]", settings=TicketSettings())

    assert desk.port.notes(made) == ("again [n-7]",)


@pytest.mark.parametrize("missing_row", ["404", "null_item"])
def test_a_ticket_that_is_gone_is_missing_to_every_write(desk: Desk, missing_row: str) -> None:
    """ACR-TKT-17."""
    desk.bench.doubts(missing_row=missing_row)
    made = desk.makes()
    desk.deletes(made)
    settings = TicketSettings()
    acts: list[Callable[[], object]] = [
        lambda: desk.port.notes(made),
        lambda: desk.port.add_note(made, title="t", text="x", settings=settings),
        lambda: desk.port.set_status(made, COMPLETE),
    ]

    assert desk.port.tickets([made]) == {}
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.kind is RefusalKind.MISSING


def test_a_status_that_is_off_does_not_pass_for_a_ticket_that_is_gone(desk: Desk) -> None:
    """ERR-18: else the next alert would make a second ticket beside the open one."""
    made = desk.makes()
    desk.picks("ticket_status", IN_PROGRESS, active=False)

    with pytest.raises(Refused) as refused:
        desk.port.set_status(made, IN_PROGRESS)

    assert (refused.value.kind, refused.value.code) == (RefusalKind.OTHER, "ERR-18")
    assert "status In Progress is no longer active" in refused.value.problem


def test_words_about_a_value_do_not_pass_for_a_ticket_that_is_gone(desk: Desk) -> None:
    """A48: Autotask says the same of both, so the ticket itself is asked for."""
    made = desk.makes()
    text = "Reference value on field: status of type: Status does not exist or is invalid"
    desk.fault("refuse", method="PATCH", status=500, text=text)

    with pytest.raises(Refused) as refused:
        desk.port.set_status(made, IN_PROGRESS)

    assert refused.value.kind is RefusalKind.OTHER


def test_a_hidden_ticket_does_not_pass_for_a_deleted_one(desk: Desk) -> None:
    """ACR-TKT-17, restricted rights: what we may not see is not gone."""
    made = desk.makes()

    def hide() -> None:
        desk.world.user = type(desk.world.user)(
            desk.world.user.credentials, desk.world.user.resource_id, sees_tickets=False
        )

    desk.bench.running.do(hide)

    with pytest.raises(Refused) as refused:
        desk.port.tickets([made])

    assert (refused.value.kind, refused.value.code) == (RefusalKind.RIGHTS, "ROL-05")


def test_a_garbled_ticket_is_neither_there_nor_gone(desk: Desk) -> None:
    """ERR-22."""
    good, bad = desk.makes(), desk.makes(external_id(a_key(2), 1))
    desk.bench.edit("Tickets", bad, status=None)

    with pytest.raises(Unreadable) as unreadable:
        desk.port.tickets([good, bad])

    assert str(bad) in unreadable.value.subject
    assert set(desk.port.tickets([good])) == {good}


def test_lists_are_autotasks_own_and_read_once(desk: Desk) -> None:
    """ACR-TKT-02, R45, A43, A44."""
    lists = desk.port.lists()
    before = desk.port.calls()
    assert desk.port.lists() == lists
    assert desk.port.calls() == before

    old = lists.choice("queue", 29_683_490)
    assert (old is not None and old.label, old is not None and old.is_active) == ("Old Queue", False)
    failure = lists.choice("sub_issue_type", 251)
    assert failure is not None
    assert failure.parent == 24
    assert lists.label("note_publish", 2) == "Internal Users"
    assert [one.label for one in lists.choices["priority"] if one.is_default] == ["Medium"]
    assert lists.required == {"status", "priority"}
    assert {one.label for one in lists.choices["resource"]} == {"Tara Tech", "Dan Desk", "Gus Gone"}
    assert [one.label for one in lists.choices["resource"] if not one.is_active] == ["Gus Gone"]
    roles = {one.label: one.code for one in lists.choices["role"]}
    people = {one.label: one.code for one in lists.choices["resource"]}
    assert lists.roles_of[people["Tara Tech"]] == {roles["Backup Engineer"], roles["Dispatcher"]}
    work = {one.label: one.is_active for one in lists.choices["work_type"]}
    assert work["Remote Support"]
    assert not work["On-site, no longer sold"]
    assert set(lists.choices) >= {"status", "priority", "ticket_type", "category", "issue_type", "source",
                                  "note_type"}  # fmt: skip
