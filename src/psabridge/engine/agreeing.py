"""What the two sides of two-way sync agree on because the bridge brought one of them in line (ACR-TWO-06).

Whoever changes the other side again before the next cycle is alone with that change, and it counts.
"""

from collections.abc import Iterable, Iterator, Mapping

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.rules.plans.plan import SetItem, SetUnits, Step
from psabridge.rules.wanted.two_way import Agreed, Following, RowOfTenant


def units_sent(steps: Iterable[Step], following: Iterable[Following]) -> Mapping[RowOfTenant, int]:
    """To be kept before they leave: a lost answer is settled in a later cycle, which must know them."""
    rows = {one.line: one.agreed for one in following if one.line is not None}
    changes = (step.change for step in steps)
    return {
        rows[change.line].at: change.after
        for change in changes
        if isinstance(change, SetUnits) and change.line in rows and rows[change.line].contract == change.after
    }


def followed(outcomes: Iterable[StepOutcome], following: Iterable[Following]) -> Iterator[Agreed]:
    """Quotas that were set and read back; those that may have been are compared again by the next cycle."""
    rows = {one.item: one.agreed for one in following if one.item is not None}
    for one in outcomes:
        change = one.step.change
        if one.state is StepState.APPLIED and isinstance(change, SetItem):
            key = change.wanted.tenant, change.wanted.key
            if key in rows:
                yield rows[key]
