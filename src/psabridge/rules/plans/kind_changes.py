"""A contract turned from prepaid to pay as you go or back: everything that follows is listed and held first.

ACR-PAY-10, R24. The kind compared with is the one last settled: the one under which a plan was carried out
with nothing of the contract left to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import Labels
from psabridge.rules.plans.plan import Change, KindChange, SetItem, SetUnits, Step, Wish
from psabridge.rules.plans.step_words import company_name, item_state, sold_name, wanted_state
from psabridge.rules.psa import Contract, ContractLine, PsaSnapshot
from psabridge.rules.settings import ServiceMapping
from psabridge.rules.wanted.contract_state import is_live, kind_of, services_of, units_today
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import BillingKind, CompanyId, ContractId, LineId, ServiceId, StepId


@dataclass(frozen=True, slots=True)
class KindGround:
    """What a plan would do, seen from its contracts."""

    psa: PsaSnapshot
    desired: Desired
    rows: tuple[ServiceMapping, ...]
    labels: Labels
    steps: Sequence[Step]
    wishes: Sequence[Wish]
    open_lines: frozenset[LineId]


def kind_changes(settled: Mapping[ContractId, BillingKind], ground: KindGround) -> tuple[KindChange, ...]:
    """Running contracts of another kind than last settled, new ones among them once all is known of them."""
    lines, steps = _lines_by_contract(ground.psa), _steps_by_company(ground.steps)
    found: list[KindChange] = []
    for contract in sorted(ground.psa.contracts.values(), key=lambda each: each.id):
        now, before = kind_of(contract, ground.psa.payg), settled.get(contract.id)
        is_told = contract.id in ground.desired.told
        if now in {BillingKind.UNKNOWN, before} or not _is_running(contract, ground.psa):
            continue
        if before is None and not is_told:
            continue
        sold = lines.get(contract.id, ())
        follows = [step.id for step in _following(contract, sold, steps.get(contract.company, ()), ground)]
        found.append(KindChange(contract.id, before, now, tuple(follows), is_told, _waits(sold, ground)))
    return tuple(found)


def _is_running(contract: Contract, psa: PsaSnapshot) -> bool:
    return contract.is_recurring and is_live(contract, psa.today)


def _lines_by_contract(psa: PsaSnapshot) -> dict[ContractId, tuple[ContractLine, ...]]:
    found: dict[ContractId, list[ContractLine]] = {}
    for line in psa.lines.values():
        found.setdefault(line.contract, []).append(line)
    return {contract: tuple(lines) for contract, lines in found.items()}


def _steps_by_company(steps: Iterable[Step]) -> dict[CompanyId | None, list[Step]]:
    found: dict[CompanyId | None, list[Step]] = {}
    for step in steps:
        found.setdefault(step.company, []).append(step)
    return found


def _waits(lines: Iterable[ContractLine], ground: KindGround) -> bool:
    waiting = {wish.line for wish in ground.wishes} | ground.open_lines
    return any(line.id in waiting for line in lines)


def _following(
    contract: Contract, lines: Iterable[ContractLine], steps: Iterable[Step], ground: KindGround
) -> Iterator[Step]:
    """Its lines, other lines of its services, the quotas they set, and what is taken away beside them."""
    services = {service for line in lines for service in services_of(line, ground.psa)}
    yield from (step for step in steps if _follows(step.change, contract, services, ground))


def _follows(change: Change, contract: Contract, services: set[ServiceId], ground: KindGround) -> bool:
    match change:
        case SetUnits():
            return change.contract == contract.id or change.service in services
        case SetItem():
            return _takes_away(change) or _is_set_by(services, change, ground)
        case _:
            return False


def _takes_away(change: SetItem) -> bool:
    """Quotas of what is not sold go to 0 by what else is sold (ACR-DEP-01, R5)."""
    return not change.wanted.is_on or (change.wanted.has_quota and change.wanted.quota == 0)


def _is_set_by(services: set[ServiceId], change: SetItem, ground: KindGround) -> bool:
    key = change.wanted.key
    return any(
        row.item == key.name and row.storage in {None, key.storage} and row.service in services
        for row in ground.rows
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """What the plan does, looked up by line and by step."""

    lines: Mapping[ContractId, tuple[ContractLine, ...]]
    units: Mapping[LineId, SetUnits]
    items: Mapping[StepId, SetItem]
    wishes: Mapping[LineId, Wish]
    used: Mapping[LineId, int]


def _planned(ground: KindGround) -> _Planned:
    return _Planned(
        lines=_lines_by_contract(ground.psa),
        units={s.change.line: s.change for s in ground.steps if isinstance(s.change, SetUnits)},
        items={s.id: s.change for s in ground.steps if isinstance(s.change, SetItem)},
        wishes={wish.line: wish for wish in ground.wishes},
        used={wanted.line: wanted.units for wanted in ground.desired.units},
    )


def kind_findings(changes: Iterable[KindChange], ground: KindGround) -> Iterator[Finding]:
    """The list of consequences, before anything of it is done."""
    planned = _planned(ground)
    yield from (_finding(change, planned, ground) for change in changes if change.is_change)


def _finding(change: KindChange, planned: _Planned, ground: KindGround) -> Finding:
    contract = ground.psa.contracts[change.contract]
    listed = "; ".join((*_line_words(change, planned, ground), *_item_words(change, planned, ground.labels)))
    is_open = bool(change.steps) or change.waits or not change.is_told
    return Finding(
        "ACR-PAY-10",
        Severity.STOPS if is_open else Severity.NOTE,
        f"{company_name(contract.company, ground.psa)}, contract '{contract.name}'",
        f"it was {change.before} and is {change.now} now. What follows: {listed or 'nothing'}",
        "Release the held steps if this is meant, or set the field back"
        if is_open
        else "Nothing to do: everything is as the new kind wants it",
        contract.company,
    )


def _line_words(change: KindChange, planned: _Planned, ground: KindGround) -> Iterator[str]:
    lines = planned.lines.get(change.contract, ())
    for line in sorted(lines, key=lambda each: (sold_name(each, ground.psa).casefold(), each.id)):
        yield f"{sold_name(line, ground.psa)}: {_what_becomes(line.id, change.now, planned, ground)}"


def _what_becomes(line: LineId, kind: BillingKind, planned: _Planned, ground: KindGround) -> str:
    step, wish = planned.units.get(line), planned.wishes.get(line)
    if step is not None:
        return f"{step.before} → {step.after} units from {step.day}"
    if wish is not None:
        return f"{wish.now} → {wish.wanted} units, due {wish.due}"
    now = units_today(ground.psa.rows.get(line, ()), ground.psa.today)
    units = "units unknown" if now is None else f"{now} units"
    if kind is BillingKind.PREPAID:
        return f"{units} stay, and are what was sold"
    if line in ground.open_lines:
        return f"{units}, a change is on its way"
    if now is not None and planned.used.get(line) == now:
        return f"{units} stay, as used"
    return f"{units}, not known yet what is used"


def _item_words(change: KindChange, planned: _Planned, labels: Labels) -> Iterator[str]:
    for step in change.steps:
        item = planned.items.get(step)
        if item is not None:
            then = wanted_state(item.wanted, item.before, labels)
            yield f"{labels.key(item.wanted.key)}: {item_state(item.before)} → {then}"
