"""`psabridge tickets types|lists|map|on|off|set|mute|unmute`: which alerts make tickets, and with what."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.commands.tickets import Opened, opened
from psabridge.jobs.show.alert_mapping import show_lists, show_types, types_of
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.tables import finding_table
from psabridge.kit.errors import BridgeError
from psabridge.rules.findings import Finding
from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.deciding import (
    Edit,
    mistakes,
    muted,
    switched,
    unmuted,
    with_severity,
    with_types,
)
from psabridge.rules.tickets.lacking import lacking
from psabridge.rules.tickets.lists import CODED, TicketLists, code_of, wrong_codes
from psabridge.rules.tickets.looking import known_severities
from psabridge.rules.tickets.reopening import told_of
from psabridge.rules.tickets.settings import (
    Mute,
    NewTypes,
    Reopening,
    StormLimit,
    TicketFields,
    TicketSettings,
)
from psabridge.rules.words import CompanyId
from psabridge.store.codec import to_plain
from psabridge.wiring.reopening import oldest_ticket

Value = str | None
Named = Annotated[Value, typer.Option(help="By name or code, as `psabridge tickets lists` has them.")]
Types = Annotated[list[str] | None, typer.Argument(help="Alert types, as `tickets types` names them.")]
OfSeverity = Annotated[
    AlertSeverity | None, typer.Option("--severity", help="The defaults of this severity instead.")
]
Creates = Annotated[bool | None, typer.Option("--create/--no-create", help="Whether they make tickets.")]
A_YEAR, A_CENTURY = 365, 36_500  # in days
DueAfter = Annotated[int | None, typer.Option(min=1, max=A_YEAR * 24, help="Hours after the ticket is made.")]
Clear = Annotated[
    list[str] | None, typer.Option("--clear", help="Leave this field open again.", metavar="FIELD")
]
CloseStatus = Annotated[
    Value, typer.Option(help="Status of cleared alerts' tickets; `none`: they are left open.")
]
DismissStatus = Annotated[
    Value, typer.Option(help="A ticket in this status dismisses its alerts; `none`: never.")
]
ComingBack = Annotated[Reopening | None, typer.Option(help="What becomes of alerts that come back.")]
ForNewTypes = Annotated[NewTypes | None, typer.Option(help="Types nobody decided about.")]
ReopenDays = Annotated[int | None, typer.Option(min=1, max=A_CENTURY, help="For `within days`.")]
StormConditions = Annotated[int | None, typer.Option(min=1, help="More than these are a storm.")]
StormMinutes = Annotated[
    int | None, typer.Option(min=1, max=A_YEAR * 24 * 60, help="Raised within so many minutes.")
]
Vanished = Annotated[
    bool | None,
    typer.Option("--close-vanished/--keep-vanished", help="Tickets of alerts that vanished (R52)."),
]

_commands: dict[str, Callable[..., None]] = {}


def _command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def noted(command: Callable[..., None]) -> Callable[..., None]:
        _commands[name] = command
        return command

    return noted


def add_to(app: typer.Typer) -> None:
    """These commands stand beside those of `tickets`."""
    for name, command in _commands.items():
        app.command(name)(command)


@_command("types")
def types(
    *,
    search: Annotated[str, typer.Option("--search", help="Part of a type or category.")] = "",
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Every alert type of Acronis: whether it makes tickets, why, and with which fields (ACR-TKT-03)."""
    with opened(pairing, as_json=as_json) as here:
        lists = _lists(here)
        kept = here.ports.book.kept(here.pairing)
        found = types_of(here.ports.alerts.types(), kept, here.settings.tickets, lists)
        fitting = [one for one in found if search.casefold() in f"{one.type} {one.category}".casefold()]
        if as_json:
            print_json([to_plain(one) for one in fitting])
        else:
            show_types(console(), fitting, len(found))


@_command("lists")
def lists_(
    *,
    name: Annotated[str, typer.Option("--list", help="Only this list, such as queue.")] = "",
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Autotask's own lists for the fields of tickets, with their codes."""
    with opened(pairing, as_json=as_json) as here:
        lists = _lists(here)
        chosen = {key: choices for key, choices in lists.choices.items() if name in {"", key}}
        if not chosen:
            raise BridgeError(name, "is no list of tickets", f"Say one of {', '.join(lists.choices)}")
        if as_json:
            print_json(to_plain(chosen))
        else:
            show_lists(console(), chosen)


def _lists(here: Opened) -> TicketLists:
    with shown(beside()) as progress:
        progress.phase("Reading Autotask's lists")
        return here.ports.desk.lists()


@_command("map")
def map_(  # noqa: PLR0913  one option for each field of a ticket
    types: Types = None,
    *,
    severity: OfSeverity = None,
    create: Creates = None,
    queue: Named = None,
    status: Named = None,
    priority: Named = None,
    ticket_type: Named = None,
    category: Named = None,
    issue_type: Named = None,
    sub_issue_type: Named = None,
    work_type: Named = None,
    resource: Named = None,
    role: Named = None,
    due_after: DueAfter = None,
    clear: Clear = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Decide about many alert types at once: what is not named stays as it is (ACR-TKT-02)."""
    values = (queue, status, priority, ticket_type, category, issue_type, sub_issue_type, work_type, resource)
    said = dict(zip(CODED, (*values, role), strict=True))
    if bool(types) == (severity is not None):
        raise typer.BadParameter("name alert types, or --severity")
    _refuse_unknown_fields(clear or [])
    with opened(pairing, as_json=as_json) as here:
        lists = _lists(here)
        edit = Edit(create, _fields(said, due_after, lists), frozenset(clear or ()))
        _refuse_unknown_types(here, types or [])
        before = here.settings.tickets
        if severity is not None:
            after = with_severity(before, severity, edit)
        else:
            after = with_types(before, types or [], edit, here.ports.clock.now())
        _keep(here, after, "alert mapping changed", lists, as_json=as_json)


def _fields(said: Mapping[str, Value], due_after: int | None, lists: TicketLists) -> TicketFields:
    """Labels are used once, to find (R45)."""
    codes: dict[str, Any] = {
        name: code_of(lists, name, value) for name, value in said.items() if value is not None
    }
    if due_after is not None:
        codes["due_after"] = timedelta(hours=due_after)
    return TicketFields(**codes)


def _refuse_unknown_fields(cleared: list[str]) -> None:
    known = [one.name for one in fields(TicketFields)]
    unknown = [name for name in cleared if name not in known]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is no field of a ticket: say one of {', '.join(known)}")


def _refuse_unknown_types(here: Opened, types: list[str]) -> None:
    """A type that Acronis lists, that raised an alert, or that was decided about before."""
    if not types:
        return
    known = {one.name for one in here.ports.alerts.types()}
    known |= {one.alert.type for one in here.ports.book.kept(here.pairing).alerts}
    known |= {row.type for row in here.settings.tickets.rows}
    for name in types:
        if name not in known:
            raise BridgeError(
                f"Alert type {name}", "Acronis has none of this name", "See psabridge tickets types"
            )


@_command("on")
def on(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Make tickets from alerts that are raised from now on. The mode of tickets still decides who writes."""
    with opened(pairing, as_json=as_json) as here:
        after = switched(here.settings.tickets, is_on=True, at=here.ports.clock.now())
        _keep(here, after, "tickets switched on", None, as_json=as_json)


@_command("off")
def off(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Write nothing more; tickets stay as they are (ACR-CON-07)."""
    with opened(pairing, as_json=as_json) as here:
        after = switched(here.settings.tickets, is_on=False, at=here.ports.clock.now())
        _keep(here, after, "tickets switched off", None, as_json=as_json)


@_command("set")
def set_(  # noqa: PLR0913  one option for each setting
    *,
    close_status: CloseStatus = None,
    dismiss_status: DismissStatus = None,
    reopening: ComingBack = None,
    reopen_days: ReopenDays = None,
    new_types: ForNewTypes = None,
    source: Named = None,
    note_type: Named = None,
    note_publish: Named = None,
    storm_conditions: StormConditions = None,
    storm_minutes: StormMinutes = None,
    closes_vanished: Vanished = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Change what holds for all tickets; what is not named stays."""
    plain = {"reopening": reopening, "reopen_days": reopen_days, "new_types": new_types}
    coded = {"source": source, "note_type": note_type, "note_publish": note_publish}
    statuses = {"close_status": close_status, "dismiss_status": dismiss_status}
    with opened(pairing, as_json=as_json) as here:
        lists, before = _lists(here), here.settings.tickets
        changes: dict[str, Any] = {
            **{name: value for name, value in plain.items() if value is not None},
            **{name: _code(lists, name, value) for name, value in coded.items() if value is not None},
            **{name: _code(lists, "status", value) for name, value in statuses.items() if value is not None},
            "storm": _storm(before, storm_conditions, storm_minutes),
            "closes_vanished": before.closes_vanished if closes_vanished is None else closes_vanished,
        }
        after = replace(before, **changes)
        reach = None if reopening is None else _reach(here, after)
        _keep(here, after, "ticket settings changed", lists, as_json=as_json, reach=reach)


def _reach(here: Opened, after: TicketSettings) -> str:
    """What "always reopen" means today, said where the rule is chosen (R50)."""
    now = here.ports.clock.now()
    return told_of(oldest_ticket(replace(here.settings, tickets=after), here.ports.contracts, now), after)


def _storm(before: TicketSettings, conditions: int | None, minutes: int | None) -> StormLimit:
    within = before.storm.within if minutes is None else timedelta(minutes=minutes)
    return StormLimit(conditions or before.storm.conditions, within)


def _code(lists: TicketLists, name: str, value: str) -> int | None:
    return None if value == "none" else code_of(lists, name, value)


@_command("mute")
def mute(
    company: Annotated[int, typer.Argument(help="Number of the company.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    alert_type: Annotated[Value, typer.Option("--type", help="Only this alert type.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", help="In UTC; without it for good.")] = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """A company's new alerts make no tickets for a time; each is listed as muted (R53)."""
    end = None if until is None else until.replace(tzinfo=UTC)
    if not reason.strip():
        raise typer.BadParameter("say why: whoever misses a ticket reads it")
    with opened(pairing, as_json=as_json) as here:
        if end is not None and end <= here.ports.clock.now():
            raise typer.BadParameter(f"--until {end:%Y-%m-%d %H:%M} UTC is over already")
        after = muted(here.settings.tickets, Mute(CompanyId(company), reason, alert_type, end))
        _keep(here, after, f"company {company} muted", None, as_json=as_json)


@_command("unmute")
def unmute(
    company: Annotated[int, typer.Argument(help="Number of the company.")],
    *,
    alert_type: Annotated[Value, typer.Option("--type", help="Only this alert type.")] = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Its alerts make tickets again."""
    with opened(pairing, as_json=as_json) as here:
        after = unmuted(here.settings.tickets, CompanyId(company), alert_type)
        _keep(here, after, f"company {company} unmuted", None, as_json=as_json)


def _keep(
    here: Opened,
    after: TicketSettings,
    what: str,
    lists: TicketLists | None,
    *,
    as_json: bool,
    reach: str | None = None,
) -> None:
    """Refused as a whole where it cannot be meant; codes are checked against Autotask's lists."""
    wrong = list(mistakes(after))
    if lists is not None:
        wrong += [f"{one.subject}: {one.problem}" for one in wrong_codes(after, lists)]
    if wrong:
        raise BridgeError("the alert mapping", "; ".join(wrong), "Nothing was changed; say it otherwise")
    now = here.ports.clock.now()
    changed = replace(here.settings, tickets=after)
    if changed != here.settings:
        here.bridge.pairings.save_settings(changed, who=person(), at=now, what=what, mapped_at=now)
    open_fields = () if lists is None else _open_fields(here, after, lists)
    if as_json:
        print_json({**to_plain(after), "findings": to_plain(open_fields), "reach": reach})
        return
    console().print(what.capitalize() if changed != here.settings else "Nothing changed")
    if reach is not None:
        console().print(f"{reach}.", soft_wrap=True)
    if open_fields:
        console().print(finding_table(open_fields))


def _open_fields(here: Opened, after: TicketSettings, lists: TicketLists) -> tuple[Finding, ...]:
    """What Autotask would refuse is said where it is decided (ERR-18)."""
    kept = here.ports.book.kept(here.pairing)
    return tuple(lacking(after, lists, known_severities(here.ports.alerts.types(), kept)))
