"""Bugs planted in the product on purpose: the machine has to find every one of them (`hunt.py`)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from psabridge.engine import posting, sorting, units
from psabridge.kit.errors import BridgeError, OutcomeUnknown
from psabridge.kit.periods import Period
from psabridge.rules.evidence import Reading
from psabridge.rules.plans.line_view import LineView
from psabridge.rules.reading import Carried
from psabridge.rules.settings import ServiceMapping
from psabridge.rules.units.intent import Answer, AnswerKind
from psabridge.rules.wanted import quantities
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.wanted.usage_readings import Meter, Unknown
from psabridge.store import journal, leaving
from psabridge.store.leases import DatabaseLeases

A_DAY = timedelta(days=1)


def resend_after_a_lost_answer() -> None:
    """What was not answered counts as never sent, and is planned anew at once."""
    answer_of = posting.answer_of

    def wrong(error: BridgeError, at: datetime) -> Answer:
        lost = isinstance(error, OutcomeUnknown)
        return Answer(AnswerKind.NEVER_CONNECTED, at, str(error)) if lost else answer_of(error, at)

    posting.answer_of = wrong


def zero_for_unknown() -> None:
    """A usage that was not read counts as 0."""
    read = Meter._read

    def wrong(self: Meter, mapped: MappedRow, view: TenantView) -> tuple[Reading, ...] | Unknown:
        found = read(self, mapped, view)
        if isinstance(found, Unknown):
            return (Reading(view.tenant.id, "", mapped.row.storage, 0, "", self.read_at),)
        return found

    put(Meter, "_read", wrong)


def sum_twice() -> None:
    """What was read goes into the sum a second time."""
    units_for = quantities.units_for

    def wrong(quantity: int, row: ServiceMapping) -> int:
        return units_for(2 * quantity, row)

    quantities.units_for = wrong


def wrong_period_boundary() -> None:
    """Periods begin and end a day too early."""

    def wrong(self: LineView) -> Period:
        right = self.grid.holding(self.today + A_DAY)
        return Period(right.start - A_DAY, right.end - A_DAY)

    put(LineView, "period", property(wrong))


def cursor_moved_early() -> None:
    """What changed is asked for since a moment that was not reached yet."""
    put(Carried, "companies_since", property(lambda self: self.psa.full_read_at + A_DAY))


def fingerprint_ignored() -> None:
    """A plan is applied although what it was made from has changed."""
    put(sorting, "moved_since", lambda *_: None)
    put(units, "is_stale", lambda *_, **__: None)


def lease_not_checked() -> None:
    """Whoever has lost the lease goes on."""
    put(DatabaseLeases, "renew", lambda *_, **__: None)
    for module in (journal, leaving):
        put(module, "hold_fence", lambda _: None)


def put(owner: Any, name: str, wrong: object) -> None:  # noqa: ANN401  a module or a class
    assert hasattr(owner, name), f"{owner} has no {name} to plant a bug in"
    setattr(owner, name, wrong)


MUTANTS: dict[str, Callable[[], None]] = {
    plant.__name__: plant
    for plant in (
        resend_after_a_lost_answer,
        zero_for_unknown,
        sum_twice,
        wrong_period_boundary,
        cursor_moved_early,
        fingerprint_ignored,
        lease_not_checked,
    )
}
# The seed of a search that is short today.
FOUND_FROM: dict[str, int] = {
    "resend_after_a_lost_answer": 26,
    "zero_for_unknown": 5,
    "sum_twice": 1,
    "wrong_period_boundary": 1,
    "cursor_moved_early": 12,
    "fingerprint_ignored": 11,
    "lease_not_checked": 6,
}
