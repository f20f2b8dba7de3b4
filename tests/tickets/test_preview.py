"""What the present mapping would have made of the last days."""

from dataclasses import replace

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from psabridge.rules.tickets.alerts import AlertSeverity, BackupAlert
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.preview import Preview, preview
from psabridge.rules.tickets.settings import Reopening, StormLimit
from psabridge.rules.tickets.stories import NoTicket
from tests.tickets.cast import DAY, HOUR, MINUTE, ON, START, Desk, a_row, an_alert, decided


def acts(found: Preview) -> list[Act]:
    return [one.step.act for one in found.steps]


def test_raised_repeated_cleared_and_back() -> None:
    alerts = [
        an_alert("a1", at=START, cleared=START + HOUR),
        an_alert("a2", at=START + 10 * MINUTE, cleared=START + HOUR),
        an_alert("a3", at=START + 2 * DAY, cleared=START + 3 * DAY),
        an_alert("a4", at=START + 20 * DAY),
    ]
    found = preview(alerts, decided())
    assert acts(found) == [Act.CREATE, Act.NOTE, Act.CLOSE, Act.REOPEN, Act.CLOSE, Act.ANEW]
    assert [one.ticket for one in found.steps] == ["#1"] * 5 + ["#2"]
    assert [one.at for one in found.steps][:3] == [START, START + 10 * MINUTE, START + HOUR]


def test_another_rule_shows_what_it_would_change() -> None:
    alerts = [
        an_alert("a1", cleared=START + HOUR),
        an_alert("a2", at=START + DAY, cleared=START + 2 * DAY),
    ]
    always_new = decided(replace(ON, reopening=Reopening.NEVER))
    assert Act.REOPEN in acts(preview(alerts, decided()))
    assert Act.REOPEN not in acts(preview(alerts, always_new))


def test_a_storm_is_one_ticket_and_closes_when_all_of_it_is_over() -> None:
    alerts = [an_alert(f"a{n}", workload=f"PC-{n}", cleared=START + HOUR + n * MINUTE) for n in range(1, 6)]
    found = preview(alerts, decided(replace(ON, storm=StormLimit(3, 10 * MINUTE))))
    assert acts(found) == [Act.CREATE, Act.NOTE, Act.NOTE, Act.NOTE, Act.NOTE, Act.CLOSE]
    assert {one.ticket for one in found.steps} == {"#1"}


def test_what_makes_no_ticket_has_its_reason() -> None:
    """R53."""
    alerts = [
        an_alert("off", kind="MachineOffline"),
        an_alert("nobody", tenant=9),
        an_alert("low", severity=AlertSeverity.WARNING),
    ]
    found = preview(alerts, decided(replace(ON, rows=(a_row("MachineOffline", creates=False),))))
    assert found.steps == ()
    assert found.without == {
        "off": NoTicket.TYPE_OFF,
        "nobody": NoTicket.UNMAPPED,
        "low": NoTicket.TYPE_OFF,
    }


def test_totals_are_by_company_type_and_act() -> None:
    found = preview([an_alert("a1", cleared=START + HOUR), an_alert("b1", tenant=2)], decided())
    assert found.totals() == {
        (1, "BackupFailed", Act.CREATE): 1,
        (1, "BackupFailed", Act.CLOSE): 1,
        (2, "BackupFailed", Act.CREATE): 1,
    }


@st.composite
def past_alerts(draw: st.DrawFn) -> list[BackupAlert]:
    alerts = []
    for number in range(draw(st.integers(0, 12))):
        raised = START + draw(st.integers(0, 600)) * MINUTE
        lasts = draw(st.one_of(st.none(), st.integers(0, 300)))
        alerts.append(
            an_alert(
                f"a{number}",
                at=raised,
                workload=draw(st.sampled_from(["PC-1", "PC-2", ""])),
                tenant=draw(st.sampled_from([1, 2])),
                cleared=None if lasts is None else raised + lasts * MINUTE,
            )
        )
    return alerts


@effort(deadline=None)
@given(past_alerts())
def test_it_shows_what_cycles_every_minute_would_have_done(alerts: list[BackupAlert]) -> None:
    """Against the desk, which lives through the same minutes."""
    desk = Desk()
    lived: list[tuple[Act, str]] = []
    minutes = {moment for alert in alerts for moment in (alert.raised_at, alert.cleared_at) if moment}
    for now in sorted({*minutes, *(minute + MINUTE for minute in minutes)}):
        desk.now = now
        shown = [alert for alert in alerts if alert.raised_at <= now]
        for alert in shown:
            over = alert.cleared_at is not None and alert.cleared_at <= now
            desk.raises(alert if over else replace(alert, cleared_at=None))
        lived += [(step.act, step.after.external_id) for step in desk.settles()]
    shown_before = [(one.step.act, one.step.after.external_id) for one in preview(alerts, decided()).steps]
    assert sorted(shown_before) == sorted(lived)
