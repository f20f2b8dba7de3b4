"""`psabridge tickets …` as a service manager uses it (ACR-TKT-01 to -18, R45, R51 to R53)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.store.models import AuditEntry
from psabridge_emulators.scenes.desk import BACKUP_QUEUE
from tests.journeys.conftest import Begin
from tests.journeys.journey import Journey

runner = CliRunner()
MINUTE = timedelta(minutes=1)


class Desk:
    """The guide's provider with tickets switched on from the shell."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.acronis, self.autotask = journey.vendors.acronis, journey.vendors.autotask
        self.tenant = journey.document["pairings"]["acronis-autotask"]["customers"][0]["tenant"]

    def ask(self, *words: str, code: int = Exit.DONE) -> str:
        shown = runner.invoke(app, ["tickets", *words])
        assert shown.exit_code == code, (shown.output, shown.exception)
        return shown.output

    def plain(self, *words: str, code: int = Exit.DONE) -> Any:  # noqa: ANN401  one JSON document
        return json.loads(self.ask(*words, "--json", code=code).splitlines()[-1])

    def ready(self, mode: str = "automatic") -> "Desk":
        self.journey.configure(modes={"tickets": mode})
        self.ask("map", "--severity", "critical", "--queue", "Backup", "--status", "New")
        self.ask("set", "--close-status", "Complete")
        self.ask("on")
        return self

    def raises(self, kind: str = "BackupFailed", **details: str) -> str:
        told = {"resourceId": "r-1", "resourceName": "PC-1", **details}
        named = self.journey.vendors.do(lambda: self.acronis.raise_alert(self.tenant, kind, details=told))
        return str(named).lower()

    def autotask_tickets(self) -> list[dict[str, Any]]:
        """Those with an external id: ours."""
        rows = self.journey.vendors.do(lambda: list(self.autotask.database["Tickets"].all()))
        return [dict(row) for row in rows if row.get("externalID")]


@pytest.fixture
def desk(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> Desk:
    journey = begin("guide")
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    return Desk(journey)


def test_lists_show_autotask_s_own_names_and_codes(desk: Desk) -> None:
    """ACR-TKT-02."""
    queues = desk.plain("lists", "--list", "queue")["queue"]
    assert any(one["is_active"] for one in queues)
    assert "code" in desk.ask("lists")
    assert "Say one of" in runner.invoke(app, ["tickets", "lists", "--list", "nothing"]).output


def test_types_are_read_from_acronis_and_say_what_is_decided(desk: Desk) -> None:
    """ACR-TKT-03, R51."""
    desk.ask("map", "BackupFailed", "--create")
    found = {one["type"]: one for one in desk.plain("types")}
    assert found["BackupFailed"]["creates"] is True
    assert {one["category"] for one in found.values()} > {found["BackupFailed"]["category"]}
    assert {"error", "critical"} <= {one["severity"] for one in found.values()}
    assert found["BackupFailed"]["why"] == "decided"
    assert any(one["why"].startswith("new") for one in found.values())
    assert "BackupFailed" in desk.ask("types", "--search", "backup")


def test_many_types_are_mapped_at_once_by_name_and_kept_by_code(desk: Desk) -> None:
    """ACR-TKT-02, R45."""
    queue = desk.plain("lists", "--list", "queue")["queue"][0]
    desk.ask("map", "BackupFailed", "NoBackupForXDays", "--create", "--queue", queue["label"])
    rows = desk.journey.settings.tickets.rows
    assert {row.type: row.fields.queue for row in rows} == {
        "BackupFailed": queue["code"],
        "NoBackupForXDays": queue["code"],
    }
    desk.ask("map", "BackupFailed", "--clear", "queue")
    assert desk.journey.settings.tickets.row_of("BackupFailed").fields.queue is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("map", "BackupFailed", "--queue", "No such queue"), "is not in Autotask"),
        (("map", "NoSuchType", "--create"), "Acronis has none of this name"),
        (("map", "--severity", "critical", "--sub-issue-type", "1"), "sub"),
        (("mute", "175", "--reason", " "), "say why"),
    ],
)
def test_what_cannot_be_meant_changes_nothing_and_says_what_would(
    desk: Desk, words: tuple[str, ...], told: str
) -> None:
    before = desk.journey.settings.tickets
    assert told in desk.ask(*words, code=Exit.WRONG_INPUT)
    assert desk.journey.settings.tickets == before


def test_planned_run_listed_and_closed_again(desk: Desk) -> None:
    """ACR-TKT-07, ACR-TKT-08, ACR-TKT-16; R53: the count is printed."""
    desk.ready()
    desk.ask("run")
    desk.journey.advance(seconds=60)
    alert = desk.raises()
    assert [one["act"] for one in desk.plain("plan")["steps"]] == ["create"]
    assert desk.autotask_tickets() == []
    ran = desk.plain("run")
    assert [one["outcome"] for one in ran["steps"]] == ["applied"]
    (ticket,) = desk.autotask_tickets()
    (listed,) = desk.plain("list")
    assert (listed["ticket"], listed["stands"]) == (ticket["ticketNumber"], "open")
    assert ticket["ticketNumber"] in desk.ask("list", "--csv")
    assert "1 of 1 alert: 1 open" in desk.ask("list", "--search", "pc-1")
    desk.journey.vendors.do(lambda: desk.acronis.clear_alert(alert))
    desk.journey.advance(seconds=60)
    desk.ask("run")
    (ticket,) = desk.autotask_tickets()
    assert ticket["status"] == 5


def test_under_approve_a_step_is_written_when_it_is_released(desk: Desk) -> None:
    desk.ready("approve")
    desk.ask("run")
    desk.journey.advance(seconds=60)
    desk.raises()
    (held,) = desk.plain("run")["steps"]
    assert held["outcome"] == "held"
    assert "held" in desk.ask("list")
    (done,) = desk.plain("run", "--release", held["id"])["steps"]
    assert done["outcome"] == "applied"
    assert AuditEntry.objects.get(what="ticket steps released").subject == held["id"]
    assert desk.journey.bridge.ticket_runs.last(desk.journey.pairing) is not None


def test_nothing_is_planned_while_tickets_are_off(desk: Desk) -> None:
    assert "psabridge tickets on" in desk.ask("run", code=Exit.WRONG_INPUT)


def test_muted_alerts_are_listed_as_such_until_they_are_unmuted(desk: Desk) -> None:
    desk.ready()
    desk.ask("run")
    company = desk.journey.document["pairings"]["acronis-autotask"]["customers"][0]["company"]
    desk.ask("mute", str(company), "--reason", "they move house")
    desk.journey.advance(seconds=60)
    desk.raises()
    desk.ask("run")
    assert [one["stands"] for one in desk.plain("list", "--without")] == ["muted"]
    desk.ask("unmute", str(company))
    desk.ask("run")
    assert [one["stands"] for one in desk.plain("list", "--in-tickets")] == ["open"]


def test_the_preview_shows_what_the_mapping_would_have_made_and_writes_nothing(desk: Desk) -> None:
    """Before anything is switched on."""
    first = desk.raises()
    desk.journey.advance(seconds=3600)
    desk.journey.vendors.do(lambda: desk.acronis.clear_alert(first))
    desk.journey.advance(seconds=3600)
    desk.raises("MachineOffline30", resourceName="PC-2")
    found = desk.plain("preview", "--days", "2")
    assert "create" in [one["act"] for one in found["steps"]]
    assert "Nothing was written" in desk.ask("preview", "--days", "2")
    assert desk.autotask_tickets() == []


def test_companies_are_shown_by_name_and_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a plan, a cycle and a preview, before any billing cycle has read them and after."""
    company = desk.journey.document["pairings"]["acronis-autotask"]["customers"][0]["company"]
    rows = desk.journey.vendors.do(lambda: list(desk.autotask.database["Companies"].all()))
    name = next(row["companyName"] for row in rows if row["id"] == company)
    monkeypatch.setenv("COLUMNS", "300")
    desk.ready()
    desk.ask("run")
    desk.journey.advance(seconds=60)
    desk.raises()
    for command in ("plan", "preview"):
        assert {one["company_name"] for one in desk.plain(command)["steps"]} == {name}
        assert f"{name} ({company})" in desk.ask(command)
    assert {one["company_name"] for one in desk.plain("preview")["totals"]} == {name}
    desk.journey.cycle()
    desk.journey.advance(seconds=60)
    assert {one["company_name"] for one in desk.plain("run")["steps"]} == {name}
    (listed,) = desk.plain("list")
    assert f"Company {name} ({company})" in desk.plain("show", listed["ticket"])["facts"][0]


def test_a_test_ticket_for_a_company_that_is_not_there_says_what_to_do(desk: Desk) -> None:
    desk.ready()
    shown = desk.ask("test", "99999", code=Exit.WRONG_INPUT)
    assert "Company 99999" in shown
    assert "psabridge customers list" in " ".join(shown.split())
    assert desk.autotask_tickets() == []
    assert not AuditEntry.objects.filter(what="test ticket").exists()


def test_a_test_ticket_is_made_noted_and_closed_and_tells_what_autotask_made_of_it(desk: Desk) -> None:
    desk.ready()
    company = desk.journey.document["pairings"]["acronis-autotask"]["customers"][0]["company"]
    shown = desk.ask("test", str(company))
    (ticket,) = desk.autotask_tickets()
    assert ticket["ticketNumber"] in shown
    assert ticket["status"] == 5
    found = desk.plain("test", str(company))
    assert found["was_there"] is False
    assert len(desk.autotask_tickets()) == 2


def test_a_story_is_told_with_its_alerts_and_notes(desk: Desk) -> None:
    desk.ready()
    desk.ask("run")
    desk.journey.advance(seconds=60)
    desk.raises()
    desk.ask("run")
    desk.journey.advance(seconds=60)
    desk.raises()
    desk.ask("run")
    (ticket,) = desk.autotask_tickets()
    told = desk.ask("show", ticket["ticketNumber"])
    assert "The alert was raised again" in told
    assert "the condition has an open ticket" in told
    assert len(desk.plain("show", ticket["ticketNumber"])["alerts"]) == 2
    assert "is no alert or ticket" in desk.ask("show", "T99", code=Exit.WRONG_INPUT)


def test_always_reopen_says_how_old_the_oldest_ticket_is_that_it_would_touch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R50, ACR-TKT-09, ACR-TKT-10: before it is chosen in preview and status, and where it is chosen."""
    monkeypatch.setenv("COLUMNS", "300")
    desk.ready()
    desk.ask("run")
    assert "of those kept here it is none now" in desk.ask("preview")
    desk.journey.advance(seconds=60)
    alert = desk.raises()
    desk.ask("run")
    desk.journey.vendors.do(lambda: desk.acronis.clear_alert(alert))
    desk.journey.advance(seconds=60)
    desk.ask("run")
    (ticket,) = desk.autotask_tickets()
    for _ in range(40):
        desk.journey.advance(days=1)
    desk.ask("run")
    oldest = desk.plain("preview")["oldest_for_always_reopen"]
    assert (oldest["ticket"], oldest["type"], oldest["days"]) == (ticket["ticketNumber"], "BackupFailed", 40)
    would = f"would reopen a ticket of any age; the oldest kept here is {ticket['ticketNumber']}"
    assert would in desk.ask("preview")
    assert would in CliRunner().invoke(app, ["status"]).stdout
    chosen = desk.ask("set", "--reopening", "always reopen")
    assert f"A ticket of any age is reopened; the oldest kept here is {ticket['ticketNumber']}" in chosen
    assert "40 days ago" in chosen
    desk.raises()
    assert [one["act"] for one in desk.plain("run")["steps"]] == ["reopen"]
    (status,) = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert status["tickets"]["oldest_for_always_reopen"] is None


def test_a_type_ticked_without_a_queue_is_named_before_autotask_refuses_its_tickets(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ERR-18, ACR-TKT-02: where it is decided, in the list of types, by the doctor and by the next cycle."""
    monkeypatch.setenv("COLUMNS", "300")
    desk.journey.configure(modes={"tickets": "automatic"})
    desk.ask("set", "--new-types", "wait")
    shown = desk.ask("map", "BackupFailed", "--create")
    assert "no queue was chosen for the tickets" in shown
    assert "psabridge tickets map BackupFailed --queue NAME" in shown
    assert [one["code"] for one in desk.plain("set", "--reopen-days", "5")["findings"]] == ["ERR-18"]
    (failed,) = desk.plain("types", "--search", "BackupFailed")
    assert (failed["creates"], failed["lacks"]) == (True, ["queue"])
    assert "lacks queue" in desk.ask("types", "--search", "BackupFailed")
    desk.ask("on")
    doctor = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    assert [one["code"] for one in doctor if one["subject"].endswith("fields of tickets")] == ["ERR-18"]
    assert "ERR-18" in [one["code"] for one in desk.plain("run")["findings"]]
    desk.journey.advance(seconds=60)
    desk.raises()
    desk.journey.advance(seconds=60)
    (step,) = desk.plain("run", code=Exit.STEP_FAILED)["steps"]
    assert (step["outcome"], step["code"]) == ("rejected", "ERR-18")
    assert desk.plain("map", "BackupFailed", "--queue", "Backup")["findings"] == []
    desk.journey.advance(seconds=3600)
    assert "ERR-18" not in [one["code"] for one in desk.plain("run")["findings"]]
    assert [row["queueID"] for row in desk.autotask_tickets()] == [BACKUP_QUEUE]
    assert [one["lacks"] for one in desk.plain("types", "--search", "BackupFailed")] == [[]]
