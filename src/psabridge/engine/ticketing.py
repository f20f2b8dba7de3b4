"""One ticket cycle: look, settle, plan, carry out what the mode allows, report (decision 0017)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from psabridge.engine.outcomes import StepState
from psabridge.engine.progress import Progress
from psabridge.engine.ticket_adopting import adopt_known
from psabridge.engine.ticket_errands import Desk, begin, carry_on, settle
from psabridge.engine.ticket_looking import Looked, Looking, keep_endings, look, read_hinted, read_tickets
from psabridge.engine.ticket_names import known_names
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.kit.errors import Busy, Side, asking
from psabridge.rules.findings import Finding
from psabridge.rules.lease import Lease
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.errands import Errand, ErrandState
from psabridge.rules.tickets.looking import Kept, back_again, seen_of
from psabridge.rules.tickets.plan import TicketPlan, TicketStep
from psabridge.rules.tickets.planning import plan_tickets
from psabridge.rules.tickets.stories import NoTicket, Telling
from psabridge.rules.tickets.telling import findings_of
from psabridge.rules.tickets.turns import Turn, beginning_with_oldest, in_turns
from psabridge.rules.words import CompanyId, Mode, WorkKind

LEASE = timedelta(minutes=5)
AT_ONCE = 3  # writes: a ticket, and a farewell on the one before


@dataclass(frozen=True, slots=True)
class Release:
    """A person who asked, and the steps that person let go. None: all that were shown."""

    person: str | None = None
    steps: frozenset[str] | None = frozenset()

    def lets(self, step: TicketStep) -> bool:
        return self.person is not None and (self.steps is None or step.id in self.steps)


@dataclass(frozen=True, slots=True)
class TicketOutcome:
    step: TicketStep
    state: StepState
    text: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TicketReport:
    """What one ticket cycle did. `without` and `told` count every alert that is kept (R53).

    Of those told, `in_storms` stand in the list of a storm.
    """

    plan: TicketPlan
    outcomes: tuple[TicketOutcome, ...]
    looked: Looked
    told: int
    in_storms: int
    without: Mapping[AlertId, NoTicket]
    findings: tuple[Finding, ...]
    psa_calls: int
    platform_calls: int
    names: Mapping[CompanyId, str]  # of companies in the steps, as far as they are known


@dataclass(frozen=True, slots=True)
class _Run:
    settings: PairingSettings
    ports: TicketPorts
    lease: Lease
    release: Release
    progress: Progress

    @property
    def mode(self) -> Mode:
        return self.settings.mode_of(WorkKind.TICKETS)

    @property
    def looking(self) -> Looking:
        return Looking(self.settings, self.ports, self.lease, self.ports.clock.now())

    @property
    def desk(self) -> Desk:
        return Desk(self.settings, self.ports, self.lease, self.renew)

    def lets(self, turn: Turn) -> bool:
        """Whether its mode lets it go now. What was begun is brought to its end."""
        is_released = self.mode is Mode.APPROVE and self.release.lets(turn.step)
        return turn.errand is not None or self.mode is Mode.AUTOMATIC or is_released

    def renew(self) -> None:
        self.ports.leases.renew(self.lease, length=LEASE)


def run_tickets(
    settings: PairingSettings,
    *,
    ports: TicketPorts,
    release: Release,
    progress: Progress,
    hinted: Iterable[int] = (),
) -> TicketReport:
    """Looks at `hinted` tickets whatever the other reads show.

    Raises LeaseHeld, LeaseLost, and what a vendor's read raises, with the side it came from.
    """
    with ports.leases.hold(settings.pairing, length=LEASE) as lease, asking(Side.PSA):
        calls = ports.desk.calls(), ports.alerts.calls()
        run = _Run(_with_mappings(settings, ports), ports, lease, release, progress)
        progress.phase("Reading alerts and tickets")
        looked = look(run.looking)
        read_hinted(run.looking, hinted)
        settled, begun = _settle_open(run)
        progress.phase("Planning")
        plan = _plan(run)
        outcomes = (*settled, *_carry_out(run, plan, begun))
        return _report(run, plan, outcomes, looked, calls)


def _with_mappings(settings: PairingSettings, ports: TicketPorts) -> PairingSettings:
    """Since when each tenant is mapped, noted when it is first seen (ACR-TKT-04)."""
    tenants = [mapping.tenant for mapping in settings.customers]
    since = ports.book.remember_mapped(settings.pairing, tenants, ports.clock.now())
    return replace(settings, tickets=replace(settings.tickets, mapped_since=since))


def _settle_open(run: _Run) -> tuple[tuple[TicketOutcome, ...], tuple[Errand, ...]]:
    """What earlier cycles left open comes first; long lists that were begun wait for their turn.

    Under `observe` nothing is sent.
    """
    if run.mode is Mode.OBSERVE:
        return (), ()
    kept = run.ports.book.kept(run.settings.pairing)
    errands = kept.errands
    desk = replace(run.desk, at_once=AT_ONCE, back=back_again(kept))
    outcomes, begun = [], []
    for errand in sorted(errands, key=lambda one: (one.armed_at, one.external_id)):
        try:
            now = settle(errand, desk)
        except Busy as error:
            outcomes.append(TicketOutcome(errand.step, StepState.WAITING, str(error), error.code))
            continue
        if now is not None and now.state is ErrandState.TO_SEND and now.left > AT_ONCE:
            begun.append(now)
        elif now is not None:
            outcomes.append(_outcome(now))
    return tuple(outcomes), tuple(begun)


def _plan(run: _Run) -> TicketPlan:
    """Tickets it would write to are read first, those it would make are looked for; then planned anew."""
    kept = keep_endings(run.looking)
    plan = _plan_of(run, kept)
    if run.mode is Mode.OBSERVE:
        return plan
    targets = {story.after.ticket for story in plan.steps if story.after.ticket is not None}
    if targets:
        read_tickets(run.looking, targets)
        kept = keep_endings(run.looking)
        plan = _plan_of(run, kept)
    if adopt_known(run.looking, plan, kept):
        plan = _plan_of(run, keep_endings(run.looking))
    return plan


def _plan_of(run: _Run, kept: Kept) -> TicketPlan:
    contracts, over = run.ports.contracts.contracts(run.settings.pairing)
    seen = seen_of(kept, at=run.ports.clock.now(), contracts=contracts, contracts_over=over)
    return plan_tickets(seen, run.settings)


def _carry_out(run: _Run, plan: TicketPlan, begun: Iterable[Errand]) -> tuple[TicketOutcome, ...]:
    """A vendor that is busy ends the round: what is left is planned again in the next cycle."""
    turns = _turns(run, plan, begun)
    run.progress.phase("Writing tickets", len(turns))
    outcomes: list[TicketOutcome] = []
    busy: Busy | None = None
    stopped: Turn | None = None
    for turn in turns:
        if busy is None and run.lets(turn):
            try:
                outcomes.append(_taken(turn, run))
            except Busy as error:
                busy, stopped = error, turn
        elif busy is None:
            outcomes.append(_left(turn.step, run.mode))
        if busy is not None:
            outcomes.append(TicketOutcome(turn.step, StepState.WAITING, str(busy), busy.code))
        run.progress.advance()
    _remember_turn(run, outcomes, stopped)
    _confirm(run, outcomes)
    return tuple(outcomes)


def _turns(run: _Run, plan: TicketPlan, begun: Iterable[Errand]) -> list[Turn]:
    steps = [Turn(step) for step in plan.steps]
    turns = in_turns([*steps, *(Turn(errand.step, errand) for errand in begun)])
    looks = run.ports.book.looks(run.settings.pairing)
    return beginning_with_oldest(turns, run.lets) if looks.begins_with_oldest else turns


def _taken(turn: Turn, run: _Run) -> TicketOutcome:
    errand = begin(turn.step, run.desk) if turn.errand is None else carry_on(turn.errand, run.desk)
    if errand is None:
        return TicketOutcome(turn.step, StepState.STALE, "its ticket is gone: planned anew", "ACR-TKT-17")
    return _outcome(errand)


def _remember_turn(run: _Run, outcomes: Iterable[TicketOutcome], stopped: Turn | None) -> None:
    """Busy rounds that wrote something are begun by turns and by what waits longest, one after the other."""
    book, pairing = run.ports.book, run.settings.pairing
    looks = book.looks(pairing)
    begins = looks.begins_with_oldest
    if stopped is None:
        begins = False
    elif any(one.state is StepState.APPLIED for one in outcomes) or _has_written(run, stopped):
        begins = not begins
    if begins != looks.begins_with_oldest:
        book.take_in(pairing, (), replace(looks, begins_with_oldest=begins), run.lease)


def _has_written(run: _Run, stopped: Turn) -> bool:
    """Before it was stopped by a vendor that is busy."""
    open_now = run.ports.book.kept(run.settings.pairing).errands
    left = (one.left for one in open_now if one.key == stopped.step.key)
    return any(one < stopped.left for one in left)


def _left(step: TicketStep, mode: Mode) -> TicketOutcome:
    if mode is Mode.OBSERVE:
        return TicketOutcome(step, StepState.NOT_ASKED, "the mode of tickets is observe")
    return TicketOutcome(step, StepState.HELD, "the mode of tickets is approve: a person releases it")


def _outcome(errand: Errand) -> TicketOutcome:
    if errand.is_over:
        return TicketOutcome(errand.step, StepState.APPLIED)
    if errand.state is ErrandState.REFUSED:
        text = f"{errand.text}; tried again at {errand.again_at:%Y-%m-%d %H:%M} UTC"
        return TicketOutcome(errand.step, StepState.REJECTED, text, errand.code)
    if errand.state is ErrandState.SENT:
        text = (
            "its answer was lost: it is looked for, and sent again when no late request can arrive any more"
        )
        return TicketOutcome(errand.step, StepState.UNKNOWN, text)
    return TicketOutcome(
        errand.step, StepState.WAITING, "it could not be sent; tried again with the next cycle"
    )


def _confirm(run: _Run, outcomes: Iterable[TicketOutcome]) -> None:
    """One read of everything written: numbers for people, and what a workflow made of new tickets."""
    written = {one.step.after.external_id for one in outcomes if one.state is StepState.APPLIED}
    if not written:
        return
    stories = run.ports.book.kept(run.settings.pairing).stories
    read_tickets(run.looking, (story.ticket for story in stories if story.external_id in written))


def _report(
    run: _Run, plan: TicketPlan, outcomes: tuple[TicketOutcome, ...], looked: Looked, calls: tuple[int, int]
) -> TicketReport:
    book, pairing = run.ports.book, run.settings.pairing
    kept = book.kept(pairing)
    untold = {one.alert.id for one in kept.alerts if one.told is None}
    storms = {story.external_id for story in kept.stories if story.telling is Telling.STORM}
    undone = [one.step for one in outcomes if one.state is not StepState.APPLIED]
    held = {alert: NoTicket.HELD for step in undone for alert in step.told if alert in untold}
    without = {**plan.without, **held}
    book.keep_reasons(pairing, without, run.lease)
    return TicketReport(
        plan=plan,
        outcomes=outcomes,
        looked=looked,
        told=sum(one.told is not None for one in kept.alerts),
        in_storms=sum(one.told is not None and one.story in storms for one in kept.alerts),
        without=without,
        findings=tuple(
            findings_of(kept, without, run.settings, unreadable=looked.unreadable, doubled=looked.doubled)
        ),
        psa_calls=run.ports.desk.calls() - calls[0],
        platform_calls=run.ports.alerts.calls() - calls[1],
        names=known_names(run.ports, pairing, (one.step.company for one in outcomes)),
    )
