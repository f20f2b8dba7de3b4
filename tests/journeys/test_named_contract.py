"""Where a tenant wants the contract named beside the line, a setting names it (protocol P6)."""

from datetime import date

import pytest

from psabridge.rules.words import CompanyId
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.test_lost_answers import LOOSE


@pytest.mark.parametrize("names_contract", [False, True])
def test_units_are_written_where_the_contract_must_be_named_and_the_setting_says_so(
    open_shop: OpenShop, *, names_contract: bool
) -> None:
    journey, (firm, _) = open_shop(two_firms, names_contract=names_contract, **LOOSE)
    journey.doubts(adjustment_needs_contract=True)

    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 15)
    journey.cycle()

    landed = journey.landed(firm.line)
    assert bool(landed) is names_contract
    assert not names_contract or landed[-1][0] == date(2026, 3, 11)


def test_calls_made_for_one_customer_are_counted_for_that_customer(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 15)

    assert journey.cycle().calls.for_companies == {CompanyId(firm.customer.company_id): 1}
