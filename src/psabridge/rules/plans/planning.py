"""The plan: every difference between what is and what should be, as steps a person can read.

Pure. Planning twice gives the same plan; planning after the plan was applied gives no step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import Labels
from psabridge.rules.leaving.due import Leavers
from psabridge.rules.plans.ended_lines import plan_former
from psabridge.rules.plans.fingerprint import Target, inputs_print
from psabridge.rules.plans.item_planning import plan_item
from psabridge.rules.plans.kind_changes import KindGround, kind_changes, kind_findings
from psabridge.rules.plans.line_adding import plan_new_line, plan_note
from psabridge.rules.plans.line_planning import LineGround, plan_line
from psabridge.rules.plans.plan import (
    Completeness,
    CreateDefinition,
    CreateService,
    CustomerUnits,
    Plan,
    Step,
    Wish,
)
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.step_words import line_subject, step_id
from psabridge.rules.plans.tag_planning import plan_tag
from psabridge.rules.plans.tenant_planning import plan_tenant
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.units.ghosts import Sight, ghost_findings
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.wanted.contract_state import units_today
from psabridge.rules.wanted.desired import DayFigure, Desired
from psabridge.rules.words import BillingKind, CompanyId, ContractId, LineId, SnapshotId, StepKind

_NONE_SETTLED: Mapping[ContractId, BillingKind] = MappingProxyType({})
_ORDER = {kind: number for number, kind in enumerate(StepKind)}


def make_plan(  # noqa: PLR0913  each is another source, handed in by name
    *,
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    desired: Desired,
    pictures: Mapping[LineId, Picture],
    histories: Mapping[LineId, LineHistory],
    figures: Mapping[LineId, tuple[DayFigure, ...]],
    snapshot: SnapshotId,
    made_at: datetime,
    reading: RowReading | None = None,
    kinds: Mapping[ContractId, BillingKind] = _NONE_SETTLED,
    leavers: Leavers | None = None,
    arriving: Sequence[Made] = (),
) -> Plan:
    """`kinds`: as last settled (R24). `leavers`: who leaves or left. `arriving`: who becomes a customer."""
    labels = Labels.of(settings, platform)
    ground = LineGround(settings, psa, pictures, histories, figures, labels, reading)
    lines = [plan_line(wanted, ground) for wanted in desired.units]
    items = [plan_item(wanted, psa, platform, labels) for wanted in desired.items]
    completeness = _completeness(settings, psa, platform, desired, lines=lines, items=items)
    inputs = inputs_print(
        settings_version=settings.version, today=psa.today, snapshot=snapshot, completeness=completeness
    )
    made = [*_first(desired, psa, leavers), *items, *_tags(desired, psa, platform), *arriving, *lines]
    steps, wishes = _steps(made, inputs), _wishes(made)
    kind_ground = KindGround(psa, desired, settings.services, labels, steps, wishes, _open_lines(histories))
    changes = kind_changes(kinds, kind_ground)
    said = [
        *_moved_never_write(settings, psa, desired, histories),
        *kind_findings(changes, kind_ground),
        *_of_leavers(desired, leavers or Leavers()),
        *_looking_back(desired, ground),
    ]
    return Plan(
        pairing=settings.pairing,
        made_at=made_at,
        today=psa.today,
        settings_version=settings.version,
        snapshot=snapshot,
        steps=steps,
        holds=(),
        wishes=wishes,
        findings=_findings(desired, made, said),
        completeness=completeness,
        customer_units=_customer_units(desired, psa),
        kind_changes=changes,
        late_months=tuple(part.late for part in lines if part.late is not None),
    )


def _looking_back(desired: Desired, ground: LineGround) -> Iterator[Finding]:
    """Of changes that were given up, and of contracts that are over."""
    sight = Sight(ground.pictures, ground.histories, ground.reading)
    yield from ghost_findings(ground.settings, ground.psa, sight)
    for former in desired.former:
        yield from plan_former(former, ground).findings


def _tags(desired: Desired, psa: PsaSnapshot, platform: PlatformSnapshot) -> Iterator[Made]:
    return (plan_tag(wanted, psa, platform) for wanted in desired.tags)


def _steps(made: Iterable[Made], inputs: str) -> tuple[Step, ...]:
    steps = [found.draft.as_step(inputs) for found in made if found.draft is not None]
    return tuple(sorted(steps, key=lambda step: (_ORDER[step.kind], step.subject.casefold(), step.id)))


def _wishes(made: Iterable[Made]) -> tuple[Wish, ...]:
    found = (part.wish for part in made if part.wish is not None)
    return tuple(sorted(found, key=lambda wish: (wish.due, wish.subject)))


def _open_lines(histories: Mapping[LineId, LineHistory]) -> frozenset[LineId]:
    return frozenset(line for line, history in histories.items() if history.open)


def _first(desired: Desired, psa: PsaSnapshot, leavers: Leavers | None) -> Iterator[Made]:
    yield from _creations(desired, psa)
    yield from (plan_tenant(due) for due in (leavers.due if leavers else ()))


def _creations(desired: Desired, psa: PsaSnapshot) -> Iterator[Made]:
    """What must be there before other steps can work: the field, the services, the lines."""
    if desired.create_definition:
        name = psa.payg.name
        yield Made(
            Draft(
                id=step_id(StepKind.CREATE_DEFINITION, name),
                kind=StepKind.CREATE_DEFINITION,
                subject=f"contract field '{name}'",
                change=CreateDefinition(name),
                reason="contracts say with it whether they are pay as you go or prepaid (ACR-PAY-02)",
                evidence=Evidence(rule="ACR-PAY-02"),
                target=Target(),
            )
        )
    for service in dict.fromkeys(desired.new_services):
        yield Made(_service_draft(service))
    yield from (plan_new_line(wanted, psa) for wanted in desired.new_lines)
    yield from (plan_note(wanted, psa) for wanted in desired.new_notes)


def _service_draft(service: NewService) -> Draft:
    return Draft(
        id=step_id(StepKind.CREATE_SERVICE, service.name, service.billing_code, service.period_type),
        kind=StepKind.CREATE_SERVICE,
        subject=f"service '{service.name}'",
        change=CreateService(service),
        reason="a mapping row names it and Autotask does not have it yet (ACR-MAP-05)",
        evidence=Evidence(rule="ACR-MAP-05"),
        target=Target(),
    )


def _of_leavers(desired: Desired, leavers: Leavers) -> Iterator[Finding]:
    """One thing is said of a disabled tenant: what becomes of it, else that somebody may enable it (R34)."""
    yield from leavers.findings
    yield from (finding for tenant, finding in desired.disabled if tenant not in leavers.told)


def _findings(desired: Desired, made: Iterable[Made], said: Iterable[Finding]) -> tuple[Finding, ...]:
    """Gravest first, each once."""
    found = {*desired.findings, *said, *(finding for part in made for finding in part.findings)}
    return tuple(sorted(found, key=lambda f: (-f.severity, f.subject.casefold(), f.code, f.problem)))


def _moved_never_write(
    settings: PairingSettings,
    psa: PsaSnapshot,
    desired: Desired,
    histories: Mapping[LineId, LineHistory],
) -> Iterator[Finding]:
    """A line that we once wrote and must not write now, and that another system changed since (design 8)."""
    judged = {wanted.line for wanted in desired.units}
    for line in sorted(settings.never_write - judged):
        confirmed = histories[line].confirmed if line in histories else ()
        now = units_today(psa.rows.get(line, ()), psa.today)
        if confirmed and now is not None and now != confirmed[-1].wanted:
            yield Finding(
                "R57",
                Severity.WARNING,
                line_subject(line, psa),
                f"it is marked never to be written; we left it at {confirmed[-1].wanted} and it shows {now}",
                "Check what writes to the line",
                confirmed[-1].company,
            )


def _customer_units(desired: Desired, psa: PsaSnapshot) -> tuple[CustomerUnits, ...]:
    units: dict[CompanyId, int] = {}
    for wanted in desired.units:
        there = units_today(psa.rows.get(wanted.line, ()), psa.today)
        units[wanted.company] = units.get(wanted.company, 0) + (there or 0)
    return tuple(CustomerUnits(company, number) for company, number in sorted(units.items()))


def _completeness(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    desired: Desired,
    *,
    lines: list[Made],
    items: list[Made],
) -> Completeness:
    return Completeness(
        as_of=min(psa.read_at, platform.read_at),
        customers_checked=desired.checked_customers,
        customers_mapped=len(settings.customers),
        lines_checked=len(lines),
        lines_right=sum(made.is_right for made in lines),
        items_checked=len(items),
        items_right=sum(made.is_right for made in items),
        tenants_unmapped=desired.unmapped_tenants,
        rows_as_of=psa.carried_from,
    )
