"""Two-way sync of one customer: what follows where Acronis and the contract differ (ACR-TWO-04 to -07)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from psabridge.rules.evidence import Evidence, Reading
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.psa import DefinitionState
from psabridge.rules.settings import DatingPolicy, Measure
from psabridge.rules.wanted.contract_state import SoldLine
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import DesiredUnits, NewLine, NewNote
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.homes import home_of, why_no_line
from psabridge.rules.wanted.quantities import arithmetic
from psabridge.rules.wanted.row_comparison import (
    Compared,
    Table,
    compared,
    meter_of,
    quota_of,
    quotas_told_twice,
)
from psabridge.rules.wanted.sales import Sale, Standing
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.wanted.two_way import (
    OFF,
    Agreed,
    Case,
    Following,
    RowOfTenant,
    Why,
    Winner,
    agree,
    agreed_words,
    decide,
    level_words,
)
from psabridge.rules.words import ItemKey, LineId, ServiceId, TenantId


@dataclass(slots=True)
class BothWays:
    """What two-way sync gives to the desired state. `left`: items in which Acronis has the word."""

    units: list[DesiredUnits] = field(default_factory=list)
    lines: list[NewLine] = field(default_factory=list)
    notes: list[NewNote] = field(default_factory=list)
    left: set[tuple[TenantId, ItemKey]] = field(default_factory=set)
    agreed: list[Agreed] = field(default_factory=list)
    following: list[Following] = field(default_factory=list)
    sold: list[tuple[LineId, int]] = field(default_factory=list)  # prepaid units that a quota agrees with
    findings: list[Finding] = field(default_factory=list)


def both_ways(
    customer: Customer, sales: Sales, ground: Ground, confirmed: Mapping[RowOfTenant, Agreed]
) -> BothWays:
    """Nothing at all where two-way sync is off (ACR-TWO-08), or no contract can be told from another."""
    found = BothWays()
    if not ground.settings.syncs_both_ways or ground.psa.payg.state is not DefinitionState.SOUND:
        return found
    table = Table(customer, sales, ground, home_of(customer, ground), confirmed)
    rows = list(compared(table, found.findings))
    twice = quotas_told_twice(rows)
    for one in rows:
        if quota_of(one) not in twice:
            _note(one, table, found)
    _add_clouds(table, found)
    if ground.why_unreadable(customer.company.id) or ground.has_gap(customer.company.id):
        found.agreed.clear()  # what stands on its contracts is a guess (R20)
        found.following.clear()
    return found


def _note(one: Compared, table: Table, found: BothWays) -> None:
    """What follows from a verdict."""
    winner, why = one.verdict.winner, one.verdict.why
    if winner is Winner.CONTRACT:
        found.findings.extend(_contract_wins(one, why, table))
        found.following.extend(_quota_follows(one))
        return
    is_off_and_sold = one.case.source == OFF and one.case.contract is None
    if winner is Winner.SOURCE or is_off_and_sold:
        _leave(one, found)
    if winner is Winner.NOBODY or (is_off_and_sold and _stands_at_zero(one.sale)):
        found.agreed.append(Agreed(one.at, meter_of(one.mapped), one.case.source, one.case.contract))
        found.sold.extend(_sold(one))
    elif one.sale.standing is Standing.PREPAID:
        _set_units(one, table, found)
    elif one.sale.standing is Standing.ABSENT:
        _add_line(one, table, found)


def _quota_follows(one: Compared) -> Iterator[Following]:
    units, item = one.case.contract, quota_of(one)
    if one.sale.standing is Standing.PREPAID and item is not None:
        yield Following(Agreed(one.at, meter_of(one.mapped), units, units), item=item)


def _sold(one: Compared) -> Iterator[tuple[LineId, int]]:
    if one.sale.standing is Standing.PREPAID and len(one.sale.lines) == 1 and one.case.source is not None:
        yield one.sale.lines[0].line.id, one.case.source


def _leave(one: Compared, found: BothWays) -> None:
    """The table would undo what was done in Acronis, while its contract does not show it yet."""
    found.left.update((one.view.tenant.id, item.key) for item in one.view.items_of(one.mapped))


def _stands_at_zero(sale: Sale) -> bool:
    return all(sold.units == 0 for sold in sale.lines)


_EFFECTS = {
    Why.FIRST: (
        "ACR-TWO-06",
        Severity.NOTE,
        "Bring one side in line with the other; then the bridge follows",
    ),
    Why.BOTH: ("ACR-TWO-06", Severity.WARNING, "Check that the contract is what was sold"),
    Why.NO_COUNT: (
        "ACR-TWO-07",
        Severity.WARNING,
        "Set a quota in Acronis, or change the units on the contract",
    ),
}


def _contract_wins(one: Compared, why: Why, table: Table) -> Iterator[Finding]:
    """Never silently, with the three values; that the contract alone changed is the daily work."""
    if why not in _EFFECTS:
        return
    code, severity, next_act = _EFFECTS[why]
    says = (
        f"Acronis says {level_words(one.case.source)}, the contract {level_words(one.case.contract)}, "
        f"last agreed {agreed_words(one.case.confirmed)}: {why}, so the contract stands"
    )
    yield table.say(one, severity, code, says, next_act)


def _set_units(one: Compared, table: Table, found: BothWays) -> None:
    """The person's change of the quota, as units of the one line (ACR-TWO-04)."""
    wanted = one.case.source
    line = _only_line(one, table, found.findings)
    if line is None or wanted is None:
        return
    refused = _why_not_written(one, table)
    if refused is not None:
        found.findings.append(refused)
        return
    follows = Agreed(one.at, meter_of(one.mapped), wanted, wanted)
    found.following.append(Following(follows, line=line.line.id))
    found.units.append(
        DesiredUnits(
            line=line.line.id,
            contract=line.contract.id,
            company=table.customer.company.id,
            service=one.service,
            units=wanted,
            evidence=Evidence((arithmetic(one.mapped.row, [_reading(one, table)]),), rule="ACR-TWO-04"),
            # What was sold is no usage: it is dated the day it was changed, and never closed by a figure.
            rows=(replace(one.mapped.row, policy=DatingPolicy.AS_IT_CHANGES),),
        )
    )


def _reading(one: Compared, table: Table) -> Reading:
    item = one.item
    quota = item.quota if item is not None and item.is_on else None
    return Reading(
        tenant=one.view.tenant.id,
        usage_name=item.usage_name if item is not None else "",
        storage=None if item is None else item.key.storage,
        quantity=0 if quota is None else quota.value,
        unit="" if item is None else item.unit,
        read_at=table.ground.platform.read_at,
        note="the quota set in Acronis" if quota is not None else "the item was switched off in Acronis",
    )


def _only_line(one: Compared, table: Table, findings: list[Finding]) -> SoldLine | None:
    """Of several lines none is chosen, and a service inside a bundle has no units of its own."""
    lines = one.sale.lines
    if len(lines) == 1 and not lines[0].is_bundle:
        return lines[0]
    names = " and ".join(dict.fromkeys(f"'{sold.contract.name}'" for sold in lines))
    if any(sold.is_bundle for sold in lines):
        code, what = "ERR-09", f"is sold inside a bundle on {names}"
        act = "Put the service on the contract by itself, or change the bundle's units in Autotask"
    else:
        code, what = "ACR-TWO-04", f"has several prepaid lines, on {names}, and none is chosen for you"
        act = "Change the units of one of them in Autotask"
    says = f"it was changed to {level_words(one.case.source)} in Acronis, but its service {what}"
    findings.append(table.say(one, Severity.STOPS, code, says, act))
    return None


def _why_not_written(one: Compared, table: Table) -> Finding | None:
    company = table.customer.company.id
    why = table.ground.why_unreadable(company)
    if not why and not table.ground.has_gap(company):
        return None
    return table.say(
        one,
        Severity.STOPS,
        "R20",
        f"it was changed to {level_words(one.case.source)} in Acronis, but nothing is written while "
        "contracts of the company cannot be read",
        "Give the API user sight of all contracts of the company",
    )


def _add_line(one: Compared, table: Table, found: BothWays) -> None:
    wanted = one.case.source
    reason = f"{table.ground.labels.row(one.mapped.row)} was switched on in Acronis (ACR-TWO-04)"
    _line_for(one.service, wanted, reason, table.subject(one), table, found)


def _line_for(
    service: ServiceId, units: int | None, reason: str, subject: str, table: Table, found: BothWays
) -> None:
    if any(line.service == service for line in found.lines):
        return  # another tenant or row of the customer wants the same line
    if table.home.contract is None:
        code, problem, act = table.home.why_not
        says = f"it is on in Acronis, and the company {problem}"
        found.findings.append(table.customer.finding(Severity.STOPS, code, subject, says, act))
        return
    refused = why_no_line(service, table.customer, table.ground, subject)
    if refused is not None:
        found.findings.append(refused)
        return
    found.lines.append(NewLine(table.home.contract.id, table.customer.company.id, service, units, reason))


def _add_clouds(table: Table, found: BothWays) -> None:
    """A public cloud in use has its service on the contract, whoever took it off (ACR-STO-14, ACR-TWO-06)."""
    for mapped in table.ground.mapping.rows:
        sale = table.sales.of(mapped)
        told = sale.standing in {Standing.ABSENT, Standing.PAYG, Standing.PREPAID}
        if mapped.row.measure is Measure.PUBLIC_CLOUD and mapped.service is not None and told:
            _note_cloud(mapped, mapped.service, sale, table, found)


def _note_cloud(mapped: MappedRow, service: ServiceId, sale: Sale, table: Table, found: BothWays) -> None:
    """Storages of a vendor are there or not, and so is its line: one way, and a conflict is listed."""
    views = table.customer.views
    is_used = any(item.is_on for view in views for item in view.items_of(mapped))
    if not views or (not is_used and any(view.items is None for view in views)):
        return
    row = table.ground.labels.row(mapped.row)
    subject = f"{row}, service '{table.name(service)}'"
    at = RowOfTenant(views[0].tenant.id, mapped.row.key)
    confirmed = table.confirmed.get(at)
    if confirmed is not None and confirmed.meter != meter_of(mapped):
        confirmed = None
    is_sold = sale.standing is not Standing.ABSENT
    case = Case(None if is_used else OFF, None if is_sold else OFF, confirmed, is_counted=False)
    if agree(case) or (is_sold and _stands_at_zero(sale)):
        found.agreed.append(Agreed(at, meter_of(mapped), case.source, case.contract))
    elif decide(case).winner is Winner.CONTRACT:
        found.findings.append(_cloud_wins(case, subject, table))
        found.notes.extend(_notes_of(service, sale, row, table))
    if is_used and not is_sold:
        _line_for(service, None, f"{row} is in use in Acronis (ACR-STO-14)", subject, table, found)


def _notes_of(service: ServiceId, sale: Sale, row: str, table: Table) -> Iterator[NewNote]:
    """For those who changed the contract: it follows Acronis (ACR-STO-16)."""
    if not table.ground.settings.two_way.writes_notes:
        return
    for sold in sale.lines:
        title = f"{table.name(service)}: follows Acronis, not used ({sold.units} units)"
        text = (
            f"{row} is not in use in Acronis. Nothing is given in a public cloud from a contract, so the "
            f"{sold.units} units of {table.name(service)} go to 0. Written by PSA Bridge"
        )
        yield NewNote(sold.contract.id, table.customer.company.id, title, text)


def _cloud_wins(case: Case, subject: str, table: Table) -> Finding:
    says = (
        f"Acronis says {level_words(case.source)}, the contract {level_words(case.contract)}, "
        f"last agreed {agreed_words(case.confirmed)}: nothing is given in a public cloud from here, so the "
        "contract follows Acronis"
    )
    is_first = case.confirmed is None
    severity = Severity.NOTE if is_first else Severity.WARNING
    return table.customer.finding(severity, "ACR-STO-16", subject, says, "Check why the contract was changed")
