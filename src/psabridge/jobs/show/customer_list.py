"""Customers, suggestions, and what an unmapping leaves, as a person reads them in a terminal."""

import csv
import io
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from psabridge.jobs.show.look import table
from psabridge.kit.wording import counted
from psabridge.rules.customers.directory import Directory
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.listing import CompanyRow, CustomerList, FreeTenant, TenantCell
from psabridge.rules.customers.mapping import Became, Judged
from psabridge.rules.customers.renames import Rename
from psabridge.rules.customers.staying import STAYS, Staying, Words
from psabridge.rules.matching.successors import Successor
from psabridge.rules.matching.suggestion import Confidence, Suggestion
from psabridge.rules.words import LineId

NOT_MAPPED = "Not mapped"
OFFER = (
    "For each line: --zero LINE makes it 0 from the next period, --leave LINE leaves it billed. "
    "The others stay listed until psabridge customers zero or leave."
)
COLUMNS = (
    "company_id",
    "company",
    "type",
    "active",
    "tenant_id",
    "tenant",
    "receives_quotas",
    "partner_id",
    "note",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BECAME_STYLE = {
    Became.MAPPED: "green",
    Became.UNMAPPED: "green",
    Became.UNCHANGED: "dim",
    Became.REFUSED: "red",
}
CONFIDENCE_STYLE = {Confidence.SURE: "green", Confidence.LIKELY: "yellow", Confidence.POSSIBLE: "dim"}


def show_list(console: Console, found: CustomerList) -> None:
    console.print(_company_table(found.rows))
    if found.free:
        console.print(_free_table(found.free))
    if found.left:
        console.print(line_table("Billed, no longer measured (R33)", found.left))
    unmapped = sum(1 for one in found.free if not one.elsewhere)
    elsewhere = len(found.free) - unmapped
    console.print(
        f"{counted(len(found.rows), 'company', 'companies')} shown of {found.companies}, "
        f"{found.mapped} of them mapped; {counted(unmapped, 'tenant')} mapped to no company"
        f"{f', {elsewhere} in another pairing' if elsewhere else ''}."
    )
    console.print(f"Acronis partner: {found.partner_name} ({found.partner}).")
    _print_gaps(console, found.gaps)


def _company_table(rows: Iterable[CompanyRow]) -> Table:
    listed = table("Companies", ("id", "company", "type", "tenant", "note"), right=("id",))
    for row in rows:
        tenants = [Text(NOT_MAPPED, "yellow")] if not row.tenants else [_tenant(one) for one in row.tenants]
        name = Text(row.name, "" if row.is_active else "dim")
        listed.add_row(f"{row.id}", name, row.type, Text("\n").join(tenants), "\n".join(_notes(row)))
    return listed


def _tenant(cell: TenantCell) -> Text:
    """Greyed where it cannot be managed (ACR-ORG-06)."""
    return Text(cell.name, "" if cell.why_not is None else "dim")


def _notes(row: CompanyRow) -> Iterable[str]:
    if not row.is_readable:
        yield "R38: Autotask does not show this company"
    elif not row.is_active:
        yield "R38: inactive in Autotask"
    for one in row.tenants:
        if one.why_not is not None:
            yield f"{one.name}: {one.why_not}"
        if one.mode:
            yield f"{one.name}: {one.mode}"
        if one.children:
            yield f"ACR-ORG-07: {one.name} is the sum of what is below it, also of {', '.join(one.children)}"
    if len(row.tenants) > 1:
        receivers = [one.name for one in row.tenants if one.receives_quotas]
        yield f"usage adds up; quotas go to {', '.join(receivers) or 'nobody'} (R31)"


def _free_table(free: Iterable[FreeTenant]) -> Table:
    listed = table("Tenants mapped to no company", ("tenant", "id", "kind", "note"))
    for one in free:
        style = "" if one.why_not is None and not one.elsewhere else "dim"
        elsewhere = f"mapped in the pairing {one.elsewhere}" if one.elsewhere else ""
        why_not = "" if one.why_not is None else f"{one.why_not}"
        note = "; ".join(filter(None, (elsewhere, why_not, one.mode)))
        listed.add_row(Text(one.name, style), Text(one.id, style), Text(one.kind, style), Text(note, style))
    return listed


def line_table(title: str, lines: Iterable[LeftLine], stays: Container[LineId] = frozenset()) -> Table:
    columns = ("line", "what", "units", "each month", "since", "decided")
    listed = table(title, columns, right=("units", "each month"))
    for line in lines:
        units = "unknown" if line.units is None else f"{line.units}"
        monthly = "unknown" if line.monthly is None else f"{line.monthly}"
        listed.add_row(f"{line.line}", line.subject, units, monthly, f"{line.since}", _decided(line, stays))
    return listed


def _decided(line: LeftLine, stays: Container[LineId]) -> str:
    if line.line in stays:
        return "stays billed"
    return "not yet" if line.zero_after is None else f"0 from the period after {line.zero_after}"


def list_as_csv(found: CustomerList) -> str:
    """One line per company and tenant. `customers map --file` takes the same columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in found.rows:
        company = (f"{row.id}", row.name, row.type, "yes" if row.is_active else "no")
        note = "; ".join(_notes(row))
        for cell in row.tenants or (None,):
            tenant = ("", "", "", "") if cell is None else _csv_tenant(cell)
            writer.writerow([_quiet(text) for text in (*company, *tenant, note)])
    return out.getvalue()


def _csv_tenant(cell: TenantCell) -> tuple[str, str, str, str]:
    return cell.id, cell.name, "yes" if cell.receives_quotas else "no", cell.partner or ""


def _quiet(text: str) -> str:
    """A name that a spreadsheet would reckon with stays a text."""
    return f"'{text}" if text.startswith(FORMULA) else text


def show_suggestions(
    console: Console, found: Sequence[Suggestion], directory: Directory, elsewhere: Iterable[str]
) -> None:
    """`elsewhere`: of each tenant that is left out for it, the pairing that bills it."""
    columns = ("company", "tenant", "", "why", "as good, or nearly")
    listed = table(counted(len(found), "suggestion"), columns, lines=True)
    for one in found:
        listed.add_row(
            f"{directory.company_name(one.company)}\n{one.company}",
            f"{directory.tenant_name(one.tenant)}\n{one.tenant}",
            Text(
                f"tie, {one.confidence}" if one.is_tie else one.confidence, CONFIDENCE_STYLE[one.confidence]
            ),
            "\n".join(one.reasons),
            "\n".join(one.rivals),
        )
    console.print(listed)
    numbers = (f"{sum(one.confidence is each for one in found)} {each}" for each in Confidence)
    ties = sum(one.is_tie for one in found)
    console.print(f"{', '.join(numbers)}; {ties} of them beside others as good, which nothing accepts.")
    for pairing, number in sorted(Counter(elsewhere).items()):
        console.print(f"{counted(number, 'tenant')} not suggested: mapped in the pairing {pairing} (R31).")
    _print_gaps(console, [f"{gap.what}: {gap.why}" for gap in directory.gaps])


def show_successors(console: Console, found: Sequence[Successor], directory: Directory) -> None:
    """Of companies that are inactive or gone: nothing accepts these but a person (R38)."""
    if not found:
        return
    columns = ("company", "successor", "", "why", "as good, or nearly")
    listed = table("Companies that are inactive or gone, and who could go on", columns, lines=True)
    for one in found:
        listed.add_row(
            f"{one.name}\n{one.company}",
            f"{directory.company_name(one.successor)}\n{one.successor}",
            Text(one.confidence, CONFIDENCE_STYLE[one.confidence]),
            "\n".join(one.reasons),
            "\n".join(one.rivals),
        )
    console.print(listed)
    console.print(
        "To follow one: psabridge customers unmap the company, then map its tenants to the successor."
    )


def show_stayings(console: Console, found: Iterable[Staying], directory: Directory, words: Words) -> None:
    """What stays is read before the question (ERR-23), with what is said of each line (R33)."""
    for one in found:
        tenants = ", ".join(directory.tenant_name(tenant) for tenant in one.tenants)
        console.print(Text(f"{one.name}: no longer mapped to {tenants}", "bold"))
        console.print(f"ERR-23 {STAYS}")
        if one.keeps:
            keeps = ", ".join(directory.tenant_name(tenant) for tenant in one.keeps)
            console.print(f"{keeps} stays mapped to it, and its lines are measured by that alone.")
        if one.lines:
            listed = one.decided(replace(words, leave=frozenset())) if one.left else one.lines
            console.print(line_table("Lines that stay billed", listed, words.leave))
        if one.left:
            console.print(OFFER)
        money = ", ".join(f"{amount}" for amount in one.monthly) or "nothing"
        unknown = f"; {one.unpriced} of unknown value" if one.unpriced else ""
        console.print(f"{counted(len(one.lines), 'line')} billed as they stand, {money} a month{unknown}.")
        if one.prepaid:
            console.print(f"Units that no longer become quotas: {'; '.join(one.prepaid)}.")
        _print_gaps(console, one.gaps)


def rename_table(renamed: Sequence[Rename]) -> Table:
    rows = table(f"{counted(len(renamed), 'name')} taken over that changed", ("what", "was", "is"))
    for one in renamed:
        rows.add_row(one.of, one.before, one.now)
    return rows


def judged_table(became: Iterable[Judged]) -> Table:
    rows = table("What became of the rows", ("company", "tenant", "was", "said"))
    for one in became:
        said = f"{one.code}: {one.text}" if one.code else one.text
        rows.add_row(one.company, one.tenant, Text(one.became, BECAME_STYLE[one.became]), said)
    return rows


def _print_gaps(console: Console, gaps: Iterable[str]) -> None:
    for gap in gaps:
        console.print(f"[yellow]Not read[/yellow]: {gap}")
