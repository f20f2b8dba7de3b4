"""Makes services, the PAYG field, lines, notes: each is looked for before it is made (design section 7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from psabridge.engine.outcomes import Sending, StepOutcome, StepState
from psabridge.engine.ports import Ports
from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, Refused, Unreadable
from psabridge.rules.plans.plan import AddLine, AddNote, CreateDefinition, CreateService, Step
from psabridge.rules.wanted.desired import NewLine, NewNote
from psabridge.rules.words import PairingId, PlanId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Creating:
    """What the creations of one cycle go through. `delivery_bound`: μ, after it a lost request is dead."""

    ports: Ports
    pairing: PairingId
    plan_id: PlanId
    delivery_bound: timedelta

    def note(self, step: Step, what: Sending) -> None:
        self.ports.journal.record_step(self.plan_id, step, what, "", self.ports.clock.now())


def create(steps: Sequence[Step], creating: Creating) -> tuple[StepOutcome, ...]:
    return tuple(outcome for step in steps for outcome in (_create(step, creating),) if outcome is not None)


def _create(step: Step, creating: Creating) -> StepOutcome | None:
    change = step.change
    if isinstance(change, CreateDefinition):
        return attempt(step, lambda: _definition(step, creating))
    if isinstance(change, CreateService):
        return attempt(step, lambda: _service(step, change, creating))
    if isinstance(change, AddLine):
        return attempt(step, lambda: _line(step, change.line, creating))
    if isinstance(change, AddNote):
        return attempt(step, lambda: _note(step, change.note, creating))
    return None


def attempt(step: Step, act: Callable[[], StepOutcome]) -> StepOutcome:
    try:
        return act()
    except (Busy, NotSent, Unreadable) as error:
        return StepOutcome(step, StepState.WAITING, str(error), error.code)
    except Refused as error:
        return StepOutcome(step, StepState.REJECTED, str(error), error.code)
    except OutcomeUnknown as error:
        return StepOutcome(step, StepState.UNKNOWN, str(error), error.code)


def _definition(step: Step, creating: Creating) -> StepOutcome:
    ports = creating.ports
    waiting = on_its_way(step, creating)
    if waiting is not None:
        return waiting
    definition = sent_once(step, ports.psa.create_payg_definition, creating)
    ports.decisions.remember_definition(creating.pairing, definition)
    return StepOutcome(step, StepState.APPLIED)


def _service(step: Step, change: CreateService, creating: Creating) -> StepOutcome:
    psa, name = creating.ports.psa, change.service.name
    found = psa.find_services(name)
    if len(found) > 1:
        text = f'{len(found)} services are named "{name}". Choose one in the mapping'
        return StepOutcome(step, StepState.REJECTED, text, "R45")
    if found:
        return StepOutcome(step, StepState.APPLIED, "it was there already")
    waiting = on_its_way(step, creating)
    if waiting is not None:
        return waiting
    sent_once(step, lambda: psa.create_service(change.service), creating)
    return StepOutcome(step, StepState.APPLIED, "made at price 0.00: give it a price in Autotask")


def _line(step: Step, wanted: NewLine, creating: Creating) -> StepOutcome:
    """A line of the service that stands on the contract is the line; never a second."""
    psa = creating.ports.psa
    if psa.find_lines(wanted.contract, wanted.service):
        return StepOutcome(step, StepState.APPLIED, "it was there already")
    waiting = on_its_way(step, creating)
    if waiting is not None:
        return waiting
    sent_once(step, lambda: psa.add_line(wanted.contract, wanted.service, company=wanted.company), creating)
    return StepOutcome(step, StepState.APPLIED, "added without units; they follow with the next cycle")


def _note(step: Step, wanted: NewNote, creating: Creating) -> StepOutcome:
    """Told apart by its title; never a second (design section 7)."""
    psa = creating.ports.psa
    if (wanted.contract, wanted.title) in psa.notes_on([wanted.contract]):
        return StepOutcome(step, StepState.APPLIED, "it was there already")
    waiting = on_its_way(step, creating)
    if waiting is not None:
        return waiting
    sent_once(
        step,
        lambda: psa.add_note(wanted.contract, wanted.title, wanted.text, company=wanted.company),
        creating,
    )
    return StepOutcome(step, StepState.APPLIED)


def on_its_way(step: Step, creating: Creating) -> StepOutcome | None:
    """What is not there may still arrive, or be shown late: before that is over it is not made again."""
    sent = creating.ports.journal.sent_at(step.id, creating.pairing)
    if sent is None or creating.ports.clock.now() >= sent + creating.delivery_bound:
        return None
    until = sent + creating.delivery_bound
    text = f"it was asked for before, and may still arrive or be shown until {until:%H:%M} UTC"
    return StepOutcome(step, StepState.WAITING, text)


def sent_once(step: Step, send: Callable[[], T], creating: Creating) -> T:
    """Noted before it leaves; only a refusal takes the note back. What was made may be shown late (D19)."""
    creating.note(step, Sending.SENT)
    try:
        return send()
    except (Busy, NotSent, Unreadable, Refused):
        creating.note(step, Sending.ANSWERED)
        raise
