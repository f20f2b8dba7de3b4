"""One cycle: settle what is open, read, plan, apply what is allowed, verify, report (design section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from psabridge.engine.agreeing import followed, units_sent
from psabridge.engine.arriving import Reception, arrivals_of, receive
from psabridge.engine.baselines import Baselines
from psabridge.engine.channel import Channel, open_channel
from psabridge.engine.creations import Creating, create
from psabridge.engine.currency import take_back
from psabridge.engine.items import set_items, verify_items
from psabridge.engine.kinds import settled_kinds
from psabridge.engine.newcomers import remember_list
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Lease, Ports
from psabridge.engine.prepare import Observed, Prepared, histories_of, observe, plan_from
from psabridge.engine.progress import Progress
from psabridge.engine.report import Calls, CycleReport, report_of
from psabridge.engine.settlement import settle_open_intents
from psabridge.engine.sorting import Approval, sort_steps
from psabridge.engine.tags import set_tags, verify_tags
from psabridge.engine.tenants import Acting, change_tenants
from psabridge.engine.units import send_steps, verify_steps
from psabridge.engine.usage_reports import fetch_usage_report
from psabridge.kit.errors import BridgeError, Busy, NotSent, Unreadable
from psabridge.rules.arriving.planning import named_by_hand
from psabridge.rules.plans.plan import Plan, SetUnits, Step
from psabridge.rules.reading import Carried
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.proof import Standing
from psabridge.rules.words import CompanyId, Mode, PlanId, StepKind, WorkKind

# By the database's clock. A process that waits renews it; one that sleeps longer has lost it.
LEASE = timedelta(minutes=5)
CREATIONS = frozenset({StepKind.CREATE_DEFINITION, StepKind.CREATE_SERVICE, StepKind.ADD_LINE})
UNTOUCHED = frozenset({StepState.HELD, StepState.NOT_ASKED})
# A long wait is cut into pieces of this length, so that the lease is renewed between them.
PIECE = timedelta(minutes=1)
ABSOLUTES = {
    StepKind.SET_ITEM: ("Setting quotas", set_items, verify_items),
    StepKind.SET_TAG: ("Setting tags", set_tags, verify_tags),
}
_FORGOTTEN = "is not kept any more: it is of an earlier day, and others were made since"


class PlanForgotten(BridgeError):
    """What was shown is out of date, and what became of it could not be noted. Nothing was written."""


@dataclass(slots=True)
class Memory:
    """What one process remembers between its cycles, and nothing of it is believed after a start."""

    baselines: Baselines | None = None
    carried: Carried | None = None
    tidied: date | None = None

    def of(self, ports: Ports) -> Baselines:
        if self.baselines is None:
            self.baselines = Baselines(ports.clock.now())
        return self.baselines

    def take(self) -> Carried | None:
        """What the last cycle left; a cycle that does not come to its end leaves nothing."""
        carried, self.carried = self.carried, None
        return carried

    def leave(self, report: CycleReport) -> CycleReport:
        """To the next cycle what this one read, unless it made something that only a full read shows."""
        observed = report.prepared.observed
        made = any(one.step.kind in CREATIONS and one.state not in UNTOUCHED for one in report.outcomes)
        standing = report.currency.standing
        self.carried = None if made else Carried.of(observed.settings, observed.psa, standing)
        return report

    def tidy(self, settings: PairingSettings, ports: Ports) -> None:
        """Once a day: forget what is older than the retention setting."""
        now = ports.clock.now()
        if self.tidied != now.date():
            ports.records.forget_before(settings.pairing, now - settings.keep_snapshots)
            self.tidied = now.date()


@dataclass(frozen=True, slots=True)
class Run:
    """One cycle under way."""

    ports: Ports
    lease: Lease
    observed: Observed
    channel: Channel
    progress: Progress
    approval: Approval
    waits: bool  # a run that stays until the waiting times of the protocol are over
    calls_before: Calls

    def renew(self) -> None:
        self.ports.leases.renew(self.lease, length=LEASE)


def run_cycle(
    settings: PairingSettings,
    *,
    ports: Ports,
    memory: Memory,
    approval: Approval,
    progress: Progress,
    waits: bool,
) -> CycleReport:
    """Raises LeaseHeld, LeaseLost, and what a vendor's read raises."""
    with ports.leases.hold(settings.pairing, length=LEASE) as lease:
        carried = memory.take()
        run = _begin(settings, ports, lease, memory, approval, progress, carried=carried, waits=waits)
        progress.phase("Planning")
        prepared = plan_from(run.observed, ports, is_recovering=not run.channel.currency.may_write)
        report = memory.leave(_carry_out(run, prepared))
        memory.tidy(settings, ports)
        return report


def apply_plan(
    prepared_id: PlanId,
    plan: Plan,
    *,
    settings: PairingSettings,
    ports: Ports,
    memory: Memory,
    approval: Approval,
    progress: Progress,
) -> CycleReport:
    """Exactly the plan that was shown: a step whose inputs changed since is refused and planned anew.

    Raises PlanForgotten, and what `run_cycle` raises.
    """
    with ports.leases.hold(settings.pairing, length=LEASE) as lease:
        memory.take()  # a person acts: everything is read
        by_hand = named_by_hand(plan)
        run = _begin(settings, ports, lease, memory, approval, progress, by_hand=by_hand, waits=True)
        if ports.records.plan(prepared_id) is None:
            raise PlanForgotten(f"plan {prepared_id}", _FORGOTTEN, "Make a new one with psabridge plan")
        run = _taken_back(run, memory)
        histories = histories_of(run.observed, ports)
        report = memory.leave(_carry_out(run, Prepared(prepared_id, plan, run.observed, {}, histories)))
        memory.tidy(settings, ports)
        return report


def _begin(  # noqa: PLR0913  each is another source, handed in by name
    settings: PairingSettings,
    ports: Ports,
    lease: Lease,
    memory: Memory,
    approval: Approval,
    progress: Progress,
    *,
    carried: Carried | None = None,
    by_hand: frozenset[CompanyId] = frozenset(),
    waits: bool,
) -> Run:
    """Read both sides, then settle what earlier cycles left open."""
    progress.phase("Reading both sides")
    calls_before = Calls.so_far(ports)
    observed = observe(settings, ports, carried, by_hand=by_hand)
    channel = _channel(observed, ports, lease, memory, progress)
    if channel.currency.may_write:  # what a restored database counts would hide the restore (protocol 2.6)
        ports.leaving.keep(settings.pairing, observed.leavers.kept, lease)
    if observed.settings.mode_of(WorkKind.BILLING) is not Mode.OBSERVE:
        fetch_usage_report(observed.settings, observed.platform, ports)
    run = Run(ports, lease, observed, channel, progress, approval, waits, calls_before)
    progress.phase("Settling open changes")
    settle_open_intents(run.channel, may_send=observed.settings.mode_of(WorkKind.BILLING) is not Mode.OBSERVE)
    return run


def _channel(observed: Observed, ports: Ports, lease: Lease, memory: Memory, progress: Progress) -> Channel:
    channel = open_channel(
        ports,
        lease=lease,
        settings=observed.settings,
        side=observed.psa,
        desired=observed.desired,
        baselines=memory.of(ports),
        histories=histories_of(observed, ports),
        figures=observed.figures,
    )
    return replace(
        channel, renew_lease=lambda: ports.leases.renew(lease, length=LEASE), step_done=progress.advance
    )


def _taken_back(run: Run, memory: Memory) -> Run:
    """A person applied a plan after a restore, or took over from another bridge (protocol 2.6.2)."""
    standing = run.channel.currency.standing
    allowed = {Standing.RECOVERING} | ({Standing.FOREIGN} if run.approval.takes_over else set())
    definition = run.observed.settings.payg_definition_id
    if run.approval.person is None or standing not in allowed or definition is None:
        return run
    _wait_until_ripe(run, ())
    ports = run.ports
    refusal = take_back(
        run.channel.currency,
        psa=ports.psa,
        journal=ports.journal,
        definition_id=definition,
        now=ports.clock.now(),
    )
    if refusal is not None:
        return run
    again = observe(run.observed.settings, ports, by_hand=run.observed.arrivals.by_hand)
    ports.leaving.keep(again.settings.pairing, again.leavers.kept, run.lease)
    return replace(run, observed=again, channel=_channel(again, ports, run.lease, memory, run.progress))


def _carry_out(run: Run, prepared: Prepared) -> CycleReport:
    run.channel.baselines.look(prepared.pictures.values(), read_bound=run.channel.waits.read_bound)
    todo, left = sort_steps(
        prepared.plan, run.observed, prepared.histories, run.approval, run.channel.currency
    )
    made = _create(run, prepared, todo)
    enabled = _change_tenants(run, todo, StepKind.ENABLE_TENANT)
    items = _set(run, todo, StepKind.SET_ITEM)
    tags = _set(run, todo, StepKind.SET_TAG)
    arrived = _receive(run, prepared, left)
    units = _set_units(run, prepared, todo)
    ended = _change_tenants(run, todo, StepKind.DISABLE_TENANT, StepKind.DELETE_TENANT)
    outcomes = (*made, *enabled, *items, *tags, *arrived, *units, *ended, *left)
    _note(run, prepared, outcomes)
    return report_of(prepared, outcomes, run.channel.currency, run.ports, calls_before=run.calls_before)


def _create(run: Run, prepared: Prepared, todo: Sequence[Step]) -> tuple[StepOutcome, ...]:
    steps = [step for step in todo if step.kind in CREATIONS or step.kind is StepKind.ADD_NOTE]
    run.renew()
    return create(steps, _creating(run, prepared))


def _creating(run: Run, prepared: Prepared) -> Creating:
    bound = run.channel.waits.delivery_bound
    return Creating(run.ports, run.observed.settings.pairing, prepared.plan_id, bound)


def _receive(run: Run, prepared: Prepared, left: Sequence[StepOutcome]) -> tuple[StepOutcome, ...]:
    """New customers, before units: those may wait for minutes."""
    number = sum(map(len, arrivals_of(prepared.plan).values()))
    if not number:
        return ()
    run.progress.phase("Making new customers", number)
    reception = Reception(
        creating=_creating(run, prepared),
        who=run.approval.person or "psabridge",
        before_each=run.renew,
        after_each=run.progress.advance,
    )
    return receive(prepared.plan, {one.step.id: one for one in left}, reception)


def _change_tenants(run: Run, todo: Sequence[Step], *kinds: StepKind) -> tuple[StepOutcome, ...]:
    steps = [step for step in todo if step.kind in kinds]
    if not steps:
        return ()
    run.progress.phase("Changing tenants", len(steps))
    acting = Acting(
        ports=run.ports,
        pairing=run.observed.settings.pairing,
        lease=run.lease,
        who=run.approval.person or "psabridge",
        kept=run.observed.leavers.kept,
        renew=run.renew,
        done=run.progress.advance,
    )
    return change_tenants(steps, acting)


def _set(run: Run, todo: Sequence[Step], kind: StepKind) -> tuple[StepOutcome, ...]:
    """Absolute values, read back."""
    steps = [step for step in todo if step.kind is kind]
    if not steps:
        return ()
    phase, set_all, verify_all = ABSOLUTES[kind]
    run.progress.phase(phase, len(steps))
    platform = run.ports.platform
    outcomes = set_all(steps, platform, before_each=run.renew, after_each=run.progress.advance)
    return verify_all(outcomes, platform)


def _set_units(run: Run, prepared: Prepared, todo: Sequence[Step]) -> tuple[StepOutcome, ...]:
    steps = [step for step in todo if isinstance(step.change, SetUnits)]
    if not steps:
        return ()
    if run.waits:
        _first_looks(run, prepared, steps)
        _wait_until_ripe(run, steps)
    run.progress.phase("Setting units", len(steps))
    sent = units_sent(steps, prepared.observed.desired.following)
    run.ports.records.remember_sent(run.observed.settings.pairing, sent)
    outcomes = send_steps(steps, plan=prepared.plan, plan_id=prepared.plan_id, channel=run.channel)
    run.progress.phase("Reading back what was set")
    return _verified(outcomes, run.channel)


def _verified(outcomes: tuple[StepOutcome, ...], channel: Channel) -> tuple[StepOutcome, ...]:
    """A change that could not be read back stays open; the next cycle settles it."""
    try:
        return verify_steps(outcomes, channel)
    except (Busy, NotSent, Unreadable) as error:
        return tuple(_not_read_back(one, error) for one in outcomes)


def _not_read_back(outcome: StepOutcome, error: BridgeError) -> StepOutcome:
    if outcome.state is not StepState.APPLIED:
        return outcome
    return StepOutcome(outcome.step, StepState.UNKNOWN, f"sent, and not read back yet: {error}", error.code)


def _first_looks(run: Run, prepared: Prepared, steps: Sequence[Step]) -> None:
    """Lines this process has not read yet are read once, so that a second equal read can follow (W3).

    Those of a plan just made were read for it.
    """
    changes = [step.change for step in steps if isinstance(step.change, SetUnits)]
    unread = [
        one
        for one in changes
        if run.channel.baselines.of(one.line) is None and one.line not in prepared.pictures
    ]
    windows = sorted({(one.picture.covers_from, one.picture.covers_to) for one in unread})
    for since, until in windows:
        lines = [
            one.line for one in unread if (one.picture.covers_from, one.picture.covers_to) == (since, until)
        ]
        run.channel.read(lines, since, until)


def _wait_until_ripe(run: Run, steps: Sequence[Step]) -> None:
    """After a start: until a second equal read may come, and until late requests are dead (protocol 2.6)."""
    lines = [step.change.line for step in steps if isinstance(step.change, SetUnits)]
    ripe = run.channel.baselines.ripe_at(lines, read_bound=run.channel.waits.read_bound)
    until = max(filter(None, (ripe, run.channel.currency.writes_from)))
    while (left := until - run.ports.clock.now()) > timedelta():
        run.progress.waiting(left, "two equal reads come before the first change of units")
        run.ports.clock.wait(min(left, PIECE))
        run.renew()


def _note(run: Run, prepared: Prepared, outcomes: Sequence[StepOutcome]) -> None:
    """Keep what became of the steps, and what was found out beside them."""
    now = run.ports.clock.now()
    for one in outcomes:
        if one.state not in UNTOUCHED:
            run.ports.journal.record_step(prepared.plan_id, one.step, one.state, one.text, now)
    settings = run.observed.settings
    remember_list(settings, run.observed.arrivals, run.ports)
    run.ports.records.remember_kinds(settings.pairing, settled_kinds(prepared, outcomes))
    desired = prepared.observed.desired
    agreed = (*desired.agreed, *followed(outcomes, desired.following))
    run.ports.records.remember_agreed(settings.pairing, agreed)
