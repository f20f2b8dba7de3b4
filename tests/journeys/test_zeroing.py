"""Quotas to 0 for a customer to whom nothing is sold any more (R5, R21, ACR-DEP-01, ACR-DEP-02)."""

from datetime import date

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE

ENDS = date(2026, 3, 20)


def leaving_and_gone(firms: Firms) -> tuple[Sale, Sale, Sale]:
    """One whose contract runs to its end, one whose contract is over, one that stays."""
    gone = firms.sale("Gone Bakery", units=4, payg="No", starts=date(2025, 1, 1), months=12)
    leaving = firms.sale("Meadow Dental", units=8, payg="No", endDate="2026-03-20T00:00:00")
    return leaving, gone, firms.sale("Other & Sons", units=20, used=21)


def opened(open_shop: OpenShop) -> tuple[Journey, Sale, Sale]:
    journey, (leaving, gone, _) = open_shop(leaving_and_gone, **LOOSE, set_quotas_to_zero=True)
    journey.settle()
    return journey, leaving, gone


def quota(journey: Journey, sale: Sale) -> int | str:
    return journey.quota(sale.tenant, sale.sold.item)


def test_only_an_end_that_was_seen_sets_quotas_to_0(open_shop: OpenShop) -> None:
    """R21: a contract that was over when the bridge first looked proves nothing."""
    journey, leaving, gone = opened(open_shop)
    assert (quota(journey, leaving), quota(journey, gone)) == (8, 4)
    assert "R21" in codes(journey.plan().plan.findings)

    journey.go_to(date(2026, 3, 23))
    report = journey.cycle()
    assert quota(journey, leaving) == 8, "a person always releases it (R5)"
    journey.approve(report)

    assert (quota(journey, leaving), quota(journey, gone)) == (0, 4)


def test_an_end_that_came_while_no_cycle_ran_is_seen_too(open_shop: OpenShop) -> None:
    """R21: what was live is kept; a new process knows it."""
    journey, leaving, _ = opened(open_shop)
    journey.go_to(date(2026, 5, 4))
    journey.start()
    journey.settle()

    assert quota(journey, leaving) == 0


def test_a_persons_word_sets_them_to_0(open_shop: OpenShop) -> None:
    """R21: the customer is confirmed as having left."""
    journey, _, gone = opened(open_shop)
    company = gone.customer.company_id
    journey.configure(leaving_confirmed=[{"company": company, "day": "2026-03-10"}])
    journey.settle()

    assert quota(journey, gone) == 0
    told = [one.company for one in journey.plan().plan.findings if one.code == "R21"]
    assert company not in told
