"""Good neighbour: a whole cycle with its writes stays within the budget (design section 10, R62)."""

from math import ceil

from psabridge.engine.outcomes import StepState
from tests.bench import formula
from tests.journeys.conftest import Begin
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

# Rows of a line in the window of a change, as protocol 2.5 allows for.
ROWS_A_LINE = 6


def _writes(changed: int) -> int:
    """Pictures before and after, the changes, and the marker read and written."""
    return changed + 2 * ceil(changed * ROWS_A_LINE / formula.PAGE) + 2


def _grow(journey: Journey, count: int) -> None:
    """The first customers that pay by use have one workstation more."""
    report = journey.plan()
    lines = [one for one in report.observed.desired.units if one.rows[0].item == "pw_base_workstations"]
    tenants = {one.company: one.tenant for one in journey.settings.customers}

    def grow() -> None:
        for one in lines[:count]:
            journey.vendors.acronis.set_usage(tenants[one.company], "workstations", one.units + 1)

    journey.vendors.do(grow)


def test_a_cycle_that_changes_lines_of_500_customers_stays_within_the_budget(begin: Begin) -> None:
    journey = begin("msp-500", judged=False).configure(**LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.cycle()
    _grow(journey, 40)
    journey.vendors.forget_calls()

    report = journey.cycle()

    used = {vendor: told["total"] for vendor, told in journey.vendors.calls().items()}
    size = formula.Size(customers=500, contracts=500, lines=2000, bundle_lines=0)
    assert report.count(StepState.APPLIED) == 40
    assert used["autotask"] * 10 <= (formula.autotask(size) + _writes(40)) * formula.FACTOR_TENTHS
    assert used["acronis"] * 10 <= formula.acronis(size) * formula.FACTOR_TENTHS
    assert report.calls.psa > 0
