"""`psabridge customers`: who is billed for which tenant, suggested, mapped, unmapped (ACR-ORG-01 to -08)."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from psabridge.engine.mapping import (
    Keeping,
    among_left,
    find_successors,
    leave_lines,
    map_rows,
    read_directory,
    stayings,
    suggestions,
    take_names,
    unmap,
    zero_lines,
)
from psabridge.engine.ports import Ports
from psabridge.jobs.commands.customer_rows import (
    accepted,
    chosen_lines,
    chosen_rows,
    chosen_unmappings,
    known_type,
    words_on,
)
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import Exit, reported
from psabridge.jobs.show.customer_list import (
    judged_table,
    list_as_csv,
    rename_table,
    show_list,
    show_stayings,
    show_successors,
    show_suggestions,
)
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.kit.wording import counted
from psabridge.rules.customers.directory import Directory
from psabridge.rules.customers.listing import Wanted, Which, list_customers
from psabridge.rules.customers.mapping import Became, Judged
from psabridge.rules.matching.suggestion import Confidence
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import LineId
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import Bridge, open_bridge

app = typer.Typer(help="See and change which company is billed for which tenant.")
FAILED = frozenset({Became.REFUSED})

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
LeftLines = Annotated[list[str], typer.Argument(help="Lines as list shows them, such as service:12.")]
Word = Callable[[Iterable[LineId], PairingSettings, Keeping], tuple[LineId, ...]]


@app.command("list")
def list_(
    *,
    search: Annotated[str, typer.Option("--search", help="Part of a company's or tenant's name or id.")] = "",
    mapped: Annotated[bool, typer.Option("--mapped", help="Only companies with a tenant.")] = False,
    unmapped: Annotated[bool, typer.Option("--unmapped", help="Only companies without one.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Both, which is the preset.")] = False,
    account_type: Annotated[str | None, typer.Option("--type", help="Only this account type.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the companies as CSV.")] = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Companies of Autotask with their tenants, tenants without a company, and lines that were left."""
    if mapped + unmapped + everything > 1:
        raise typer.BadParameter("say one of --mapped, --unmapped and --all")
    which = Which.MAPPED if mapped else Which.UNMAPPED if unmapped else Which.ALL
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        settings, ports = bridge.pairings.settings(chosen), bridge.ports(chosen)
        directory = _read(settings, ports)
        wanted = Wanted(which, search, known_type(account_type, directory))
        found = list_customers(settings, directory, wanted)
        if as_json:
            print_json(to_plain(found))
        elif as_csv:
            sys.stdout.write(list_as_csv(found))
        else:
            show_list(console(), found)


@app.command("suggest")
def suggest(
    *,
    accept: Annotated[
        Confidence | None,
        typer.Option("--accept", help="Map those at least this sure: sure, likely, possible."),
    ] = None,
    yes: Yes = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Which tenants unmapped companies could be, the surest first, each with its reasons. Ties are shown."""
    became: tuple[Judged, ...] = ()
    with reported(as_json=as_json), open_bridge() as bridge:
        settings, ports = _opened(bridge, pairing)
        directory = _read(settings, ports, with_contacts=True)
        found = suggestions(settings, directory)
        after = find_successors(settings, directory, ports)
        elsewhere = directory.taken_elsewhere(settings)
        rows = () if accept is None else accepted(found, accept)
        if not as_json:
            show_suggestions(console(), found, directory, elsewhere.values())
            show_successors(console(), after, directory)
        if rows and _may(f"Map {counted(len(rows), 'company', 'companies')} as suggested?", yes, as_json):
            keeping = Keeping(bridge.mappings, ports, person())
            became = map_rows(rows, settings, directory, keeping, may_add=False)
        if as_json:
            plain = {"suggestions": to_plain(found), "successors": to_plain(after)}
            print_json({**plain, "elsewhere": dict(elsewhere), "rows": [_plain(one) for one in became]})
        elif became:
            console().print(judged_table(became))
    sys.exit(_exit(became))


@app.command("map")
def map_(
    company: Annotated[str | None, typer.Argument(help="The company, by name or number.")] = None,
    tenants: Annotated[list[str] | None, typer.Argument(help="Its tenants, by name or id.")] = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="Many rows: CSV as list --csv prints it."),
    ] = None,
    receiver: Annotated[
        str | None, typer.Option("--receiver", help="The one of the tenants that takes the quotas.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="A company may have several tenants; their usage adds up.")
    ] = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Map tenants to a company. Each row is carried out and told by itself."""
    with reported(as_json=as_json), open_bridge() as bridge:
        rows = chosen_rows(company, tenants or [], file, receiver)
        settings, ports = _opened(bridge, pairing)
        directory = _read(settings, ports)
        became = map_rows(rows, settings, directory, Keeping(bridge.mappings, ports, person()), may_add=yes)
        _tell(became, as_json=as_json)
    sys.exit(_exit(became))


@app.command("unmap")
def unmap_(
    companies: Annotated[list[str], typer.Argument(help="Companies, by name or number.")],
    *,
    tenant: Annotated[
        str | None, typer.Option("--tenant", help="Only this tenant of the company; the others stay.")
    ] = None,
    zero: Annotated[
        list[str] | None, typer.Option("--zero", help="This line is 0 from the next period; repeatable.")
    ] = None,
    leaves: Annotated[
        list[str] | None,
        typer.Option("--leave", help="This line stays billed and is not listed; repeatable."),
    ] = None,
    yes: Yes = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Show what stays billed, then take the mapping away. Quotas and tickets stay; for units say --zero."""
    words = words_on(zero or [], leaves or [])
    became: tuple[Judged, ...] = ()
    with reported(as_json=as_json), open_bridge() as bridge:
        settings, ports = _opened(bridge, pairing)
        directory = _read(settings, ports)
        chosen, refused = chosen_unmappings(companies, tenant, settings, directory)
        found = stayings(chosen, settings, ports) if chosen else ()
        among_left({*words.zero, *words.leave}, (line for one in found for line in one.left))
        if not as_json:
            show_stayings(console(), found, directory, words)
        if found and _may(f"Unmap {counted(len(found), 'company', 'companies')}?", yes, as_json):
            keeping = Keeping(bridge.mappings, ports, person())
            became = tuple(unmap(one, settings, keeping, words) for one in found)
        _tell((*became, *refused), as_json=as_json, stays=to_plain(found))
    sys.exit(_exit((*became, *refused)))


@app.command("leave")
def leave(lines: LeftLines, *, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """A person's word on lines of unmapped customers: they stay billed, and are listed no longer."""
    means = "stay billed as they are, and are no longer listed."
    _say(leave_lines, lines, pairing, told_as="left", means=means, as_json=as_json)


@app.command("zero")
def zero_(lines: LeftLines, *, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """A person's word on lines of unmapped customers: 0 from the next period, as a step of the plan."""
    means = "to be 0 from the next period: a held step of the plan then."
    _say(zero_lines, lines, pairing, told_as="zero", means=means, as_json=as_json)


def _say(
    word: Word, lines: list[str], pairing: str | None, *, told_as: str, means: str, as_json: bool
) -> None:
    wanted = chosen_lines(lines)
    with reported(as_json=as_json), open_bridge() as bridge:
        settings, ports = _opened(bridge, pairing)
        said = word(wanted, settings, Keeping(bridge.mappings, ports, person()))
        if as_json:
            print_json({told_as: [f"{line}" for line in said]})
        else:
            console().print(f"{counted(len(said), 'line')} {means}")


@app.command("names")
def names(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Take over what mapped companies and tenants are called now, so that a later rename is told (R38)."""
    with reported(as_json=as_json), open_bridge() as bridge:
        settings, ports = _opened(bridge, pairing)
        directory = _read(settings, ports)
        renamed = take_names(settings, directory, Keeping(bridge.mappings, ports, person()))
        if as_json:
            print_json({"renamed": to_plain(renamed)})
        else:
            console().print(rename_table(renamed))


def _opened(bridge: Bridge, pairing: str | None) -> tuple[PairingSettings, Ports]:
    chosen = bridge.pairings.by_name(pairing)
    return bridge.pairings.settings(chosen), bridge.ports(chosen)


def _read(settings: PairingSettings, ports: Ports, *, with_contacts: bool = False) -> Directory:
    with shown(beside()) as progress:
        progress.phase("Reading companies and tenants")
        return read_directory(settings, ports, with_contacts=with_contacts)


def _may(question: str, yes: bool, as_json: bool) -> bool:  # noqa: FBT001  two answers that were given
    """A program is not asked: without --yes nothing is changed for it."""
    return yes or (not as_json and typer.confirm(question, abort=True))


def _tell(became: tuple[Judged, ...], *, as_json: bool, stays: object = None) -> None:
    if as_json:
        rows = [_plain(one) for one in became]
        print_json({"rows": rows} if stays is None else {"stays": stays, "rows": rows})
    elif became:
        console().print(judged_table(became))


def _plain(one: Judged) -> dict[str, object]:
    return {
        "company": one.company,
        "tenant": one.tenant,
        "became": one.became,
        "text": one.text,
        "code": one.code,
    }


def _exit(became: tuple[Judged, ...]) -> Exit:
    return Exit.STEP_FAILED if any(one.became in FAILED for one in became) else Exit.DONE
