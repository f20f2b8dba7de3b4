"""What tickets and notes say (ACR-TKT-18)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.tickets.alerts import AlertSeverity, BackupAlert
from psabridge.rules.tickets.plan import AddNote, CreateTicket
from psabridge.rules.tickets.stories import external_id, of_external_id
from psabridge.rules.tickets.texts import (
    NOT_GROUPED,
    NOTE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    in_pages,
    note_of,
    notes_of,
    texts_of,
    title_of,
)
from tests.tickets.cast import HOUR, MINUTE, START, Desk, an_alert


def test_acr_tkt_18_title_is_alert_and_workload_and_the_text_tells_the_rest() -> None:
    alert = an_alert()
    assert title_of(alert) == "BackupFailed: PC-1"
    (text,) = texts_of([alert])
    told = ("Tenant 1", "PC-1", "critical", "2026-11-02 08:00 UTC", "Reason: disk full", "a1")
    assert all(word in text for word in told)


def test_r48_without_a_subject_the_text_says_that_grouping_was_not_possible() -> None:
    assert NOT_GROUPED in texts_of([an_alert(workload="")])[0]
    assert NOT_GROUPED not in texts_of([an_alert()])[0]


def test_an_alert_that_waited_is_told_with_its_real_time() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.passes(72 * HOUR)
    (step,) = desk.settles()
    create = step.writes[0]
    assert isinstance(create, CreateTicket)
    assert "Raised: 2026-11-02 08:00 UTC" in create.text


def test_a_new_ticket_names_the_one_before_and_the_rule() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.clears()
    desk.settles()
    desk.passes(8 * 24 * HOUR)
    desk.raises(an_alert("a2", at=desk.now))
    (step,) = desk.settles()
    create = step.writes[0]
    assert isinstance(create, CreateTicket)
    assert "T20261102.0001" in create.text
    assert "after more than 7 days" in create.text


def test_a_note_ends_with_its_rule_and_marker() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.raises(an_alert("a2", at=START + HOUR))
    (step,) = desk.settles()
    note = step.writes[0]
    assert isinstance(note, AddNote)
    assert note.text.endswith(f"Rule: the condition has an open ticket.\n\n{note.marker}")


def test_different_news_have_different_markers() -> None:
    marks = set()
    for name in ("a2", "a3"):
        desk = Desk()
        desk.raises(an_alert())
        desk.settles()
        desk.raises(an_alert(name, at=START + HOUR))
        (step,) = desk.settles()
        note = step.writes[0]
        assert isinstance(note, AddNote)
        marks.add(note.marker)
    assert len(marks) == 2


def test_what_an_alert_tells_again_has_a_marker_of_its_own() -> None:
    """The machine found it: a note whose answer was lost was taken for an earlier one of the same words."""
    desk = Desk()
    desk.raises(an_alert(reason="one"))
    desk.settles()
    marks = []
    for hour, reason in enumerate(("two", "one", "two"), start=1):
        desk.raises(replace(an_alert(reason=reason), updated_at=START + hour * HOUR))
        (step,) = desk.settles()
        note = step.writes[0]
        assert isinstance(note, AddNote)
        marks.append(note.marker)
    assert len(set(marks)) == 3


@given(st.text(max_size=400), st.text(max_size=40000))
def test_nothing_is_longer_than_autotask_takes_and_a_marker_is_never_cut(name: str, reason: str) -> None:
    alert = an_alert(workload=name, reason=reason)
    note = note_of("The alert changed.", "a rule", notes_of([alert])[0], "[psabridge 0123]")
    assert len(title_of(alert)) <= TITLE_LENGTH
    assert max(len(text) for text in texts_of([alert])) <= TEXT_LENGTH
    assert len(note) <= NOTE_LENGTH
    assert note.endswith("[psabridge 0123]")


@given(st.lists(st.text(alphabet="ab ", max_size=30)), st.integers(30, 80))
def test_pages_hold_every_line(lines: list[str], length: int) -> None:
    pages = in_pages(lines, length)
    assert "\n".join(pages).split("\n") == lines if lines else pages == []
    assert all(len(page) <= length for page in pages)


def test_a_key_is_made_of_whose_alert_it_is_its_type_and_subject_only() -> None:
    """Design section 7: never a title, a message or a time."""
    alert = an_alert()
    same: list[BackupAlert] = [
        an_alert("other"),
        an_alert(at=START + HOUR),
        an_alert(reason="no route"),
        an_alert(severity=AlertSeverity.WARNING),
        replace(alert, tenant_name="Renamed", about=(replace(alert.about[0], name="New name"),)),
    ]
    different = [an_alert(workload="PC-2"), an_alert(kind="MachineOffline"), an_alert(tenant=2)]
    assert {one.condition for one in same} == {alert.condition}
    assert alert.condition not in {one.condition for one in different}


@given(st.integers(1, 10**9))
def test_an_external_id_fits_and_reads_back(number: int) -> None:
    """R49: 50 characters (autotask-rest.md 6.3)."""
    key = an_alert().condition
    assert len(external_id(key, number)) <= 50
    assert of_external_id(external_id(key, number)) == (key, number)


def test_the_external_id_of_somebody_else_is_not_ours() -> None:
    assert [of_external_id(text) for text in ("", "4711", "a-1", "x" * 32 + "-1", "0" * 32 + "-")] == [
        None
    ] * 5


def test_what_a_ticket_s_text_cannot_hold_follows_in_notes() -> None:
    """R53: after an outage one workload may have failed a hundred times; each time is told."""
    desk = Desk()
    desk.raises(*(an_alert(f"a{n}.", at=START + n * MINUTE, reason="no route " * 30) for n in range(300)))
    (step,) = desk.settles()
    create, *notes = step.writes
    assert isinstance(create, CreateTicket)
    told = [create.text, *(note.text for note in notes if isinstance(note, AddNote))]
    for n in range(300):
        assert sum(f"Id: a{n}.\n" in text for text in told) == 1
    assert len(create.text) <= TEXT_LENGTH
    assert max(map(len, told)) <= NOTE_LENGTH
    assert len({note.marker for note in notes if isinstance(note, AddNote)}) == len(notes) > 1


def test_what_one_note_cannot_hold_goes_on_in_the_next() -> None:
    """R53: when it comes back, and when it is over."""
    desk = Desk()
    desk.raises(an_alert("first"))
    desk.settles()
    desk.raises(*(an_alert(f"a{n}.", at=START + n * MINUTE, reason="no route " * 30) for n in range(300)))
    (raised,) = desk.settles()
    desk.clears()
    (cleared,) = desk.settles()
    for step in (raised, cleared):
        notes = [write for write in step.writes if isinstance(write, AddNote)]
        text = "\n".join(note.text for note in notes)
        assert all(f"Id: a{n}.\n" in text for n in range(1, 300))
        assert max(len(note.text) for note in notes) <= NOTE_LENGTH
        assert all(note.text.endswith(f"{note.marker}") and "Rule: " in note.text for note in notes)
        assert len({note.marker for note in notes}) == len(notes)


def test_a_long_text_leaves_room_for_why_the_ticket_is_there() -> None:
    """R48: the rule and what could not be grouped are told however much the platform says."""
    (text,) = texts_of([an_alert(workload="", reason="x" * 20_000)], rule="a rule", before="T20261102.0001")
    assert len(text) <= TEXT_LENGTH
    assert text.endswith(f"Rule: a rule.\n\nThe ticket before this one: T20261102.0001.\n\n{NOT_GROUPED}")


def test_an_alert_that_is_told_once_more_is_not_called_raised_again() -> None:
    """A technician would look for something that did not happen (R47)."""
    desk = Desk()
    desk.raises(an_alert(at=START + HOUR))
    desk.settles()
    desk.raises(an_alert("a0", at=START))
    (step,) = desk.settles()
    (note,) = step.writes
    assert isinstance(note, AddNote)
    assert note.text.startswith("The alert is still reported; it was raised before")
