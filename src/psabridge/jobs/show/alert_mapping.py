"""The alert mapping, and Autotask's lists, for a person and for a program."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from psabridge.jobs.show.look import table
from psabridge.kit.wording import counted
from psabridge.rules.tickets.alerts import AlertSeverity, AlertType
from psabridge.rules.tickets.lacking import lacking_of
from psabridge.rules.tickets.lists import CODED, Choice, TicketLists
from psabridge.rules.tickets.looking import Kept
from psabridge.rules.tickets.placing import is_undecided, makes_tickets
from psabridge.rules.tickets.settings import TicketFields, TicketSettings


@dataclass(frozen=True, slots=True)
class TypeShown:
    """`why`: decided, or by its severity."""

    type: str
    category: str
    severity: str
    creates: bool
    why: str
    alerts: int  # kept now
    fields: str
    lacks: tuple[str, ...]  # its tickets would be refused without these (ERR-18)


def types_of(
    types: Iterable[AlertType], kept: Kept, settings: TicketSettings, lists: TicketLists
) -> tuple[TypeShown, ...]:
    """Those Acronis lists, and those it does not list although alerts of them came (R51)."""
    alerts = Counter(one.alert.type for one in kept.alerts)
    listed = {one.name: one for one in types}
    for one in kept.alerts:
        listed.setdefault(one.alert.type, AlertType(one.alert.type, one.alert.category, one.alert.severity))
    for row in settings.rows:
        listed.setdefault(row.type, AlertType(row.type, "not in Acronis any more", None))
    return tuple(
        _shown(one, alerts[one.name], settings, lists)
        for one in sorted(listed.values(), key=lambda it: (it.category, it.name))
    )


def _shown(one: AlertType, alerts: int, settings: TicketSettings, lists: TicketLists) -> TypeShown:
    row = settings.row_of(one.name)
    severity = one.severity or AlertSeverity.CRITICAL
    return TypeShown(
        type=one.name,
        category=one.category,
        severity="not known" if one.severity is None else str(one.severity),
        creates=makes_tickets(one.name, severity, settings),
        why=_why(one, settings),
        alerts=alerts,
        fields="" if row is None else ", ".join(_told(row.fields, lists)),
        lacks=lacking_of(one.name, severity, settings, lists),
    )


def _why(one: AlertType, settings: TicketSettings) -> str:
    if not one.is_enabled:
        return "switched off in Acronis"
    return "new: by its severity" if is_undecided(one.name, settings) else "decided"


def _told(fields: TicketFields, lists: TicketLists) -> Iterator[str]:
    for name in CODED:
        code = getattr(fields, name)
        if code is not None:
            yield f"{name.replace('_', ' ')} {lists.label(name, code)}"
    if fields.due_after is not None:
        yield f"due after {fields.due_after}"


def show_types(console: Console, types: Sequence[TypeShown], total: int) -> None:
    """Names of types are long: they are folded where the terminal is narrow, never cut."""
    rows = table("Alert types", ("type", "severity", "tickets", "alerts", "fields"), right=("alerts",))
    rows.columns[0].overflow = "fold"
    for one in types:
        makes = Text("yes", "green") if one.creates else Text("no", "dim")
        rows.add_row(
            Text.assemble(one.type, "\n", (one.category, "dim")),
            one.severity,
            Text.assemble(makes, f", {one.why}"),
            f"{one.alerts}",
            Text.assemble(one.fields, ", " if one.fields and one.lacks else "", (_lacks(one), "red")),
        )
    if types:
        console.print(rows)
    new = sum(one.why.startswith("new") for one in types)
    console.print(f"{len(types)} of {counted(total, 'alert type')}; nobody decided about {new}.")
    if any(one.lacks for one in types):
        console.print(
            "Autotask would refuse tickets that lack a field, and they would wait (ERR-18): "
            "choose it with psabridge tickets map.",
            style="red",
            soft_wrap=True,
        )


def _lacks(one: TypeShown) -> str:
    return f"lacks {', '.join(name.replace('_', ' ') for name in one.lacks)}" if one.lacks else ""


def show_lists(console: Console, lists: Mapping[str, Sequence[Choice]]) -> None:
    for name, choices in lists.items():
        rows = table(name.replace("_", " "), ("code", "name", "active", "belongs to"), right=("code",))
        for one in choices:
            rows.add_row(
                f"{one.code}",
                one.label,
                "yes" if one.is_active else "no",
                "" if one.parent is None else f"{one.parent}",
            )
        console.print(rows)
