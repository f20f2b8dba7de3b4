"""Everything already right: nothing to do, and every number explains itself (R40)."""

import pytest

from psabridge.engine.explaining import explain_lines
from psabridge.rules.explaining.asked_lines import find_lines
from tests.journeys.conftest import Begin


@pytest.mark.parametrize("policy", ["as_it_changes", "period_close", "next_period"])
def test_an_adopted_provider_has_no_step_and_no_hold(begin: Begin, policy: str) -> None:
    journey = begin("adopted").configure(policy=policy)

    report = journey.cycle()

    assert (report.plan.steps, report.plan.holds, report.plan.wishes) == ((), (), ())
    assert report.findings == ()
    assert journey.written() == (0, 0)
    assert journey.ledger() == []


def test_a_statement_says_how_much_was_checked(begin: Begin) -> None:
    """Promise 7: never "all good" alone."""
    done = begin("adopted").cycle().plan.completeness

    assert (done.customers_checked, done.customers_mapped, done.tenants_unmapped) == (12, 12, 0)
    assert done.lines_checked == done.lines_right > 0
    assert done.items_checked == done.items_right > 0


def test_every_line_explains_itself_as_found_so(begin: Begin) -> None:
    """R40: adopted lines were never written by us, and the chain says that they were found as they are."""
    journey = begin("adopted")
    psa = journey.cycle().prepared.observed.psa
    lines = sorted(psa.lines)

    for line in lines:
        sold = psa.lines[line].service
        assert sold is not None
        company = psa.companies[psa.contracts[psa.lines[line].contract].company].name
        service = psa.services[sold].name
        assert line in find_lines(psa, company, service).lines
        found = explain_lines(company, service, on=None, settings=journey.settings, ports=journey.ports)
        assert all("found so" in one.verdict for one in found.lines), found
