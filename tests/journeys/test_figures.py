"""Figures of closes, where the rows of one pairing differ (R7, W13)."""

from datetime import date

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import WORKSTATIONS, two_firms
from tests.journeys.test_lost_answers import LOOSE


def test_a_row_that_bills_the_last_day_is_closed_although_another_day_is_missing(
    open_shop: OpenShop,
) -> None:
    """W13: the pairing bills the highest day and lacks one; the row needs its own only. It waited."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    own = [row | {"meter": {"figure": "last"}} if row["item"] == WORKSTATIONS else row for row in rows]
    journey.go_to(date(2026, 4, 2))
    journey.configure(policy="period_close", close_figure="highest", services=own)
    journey.use(firm, 30)
    journey.go_to(date(2026, 4, 29)).go()
    journey.advance(days=1)

    journey.settle()

    assert journey.landed(firm.line)[1:] == [(date(2026, 4, 1), 18)]
