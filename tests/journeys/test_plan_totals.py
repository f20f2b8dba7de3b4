"""What a plan adds up (R26)."""

from datetime import date

from psabridge.jobs.show.tables import money_line
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.test_lost_answers import LOOSE

QUARTERLY = 3


def _sells_by_month_and_by_quarter(firms: Firms) -> tuple[Sale, Sale]:
    seats = firms.furnishing.sell(
        "Seats, quarterly", "8.00", "pw_base_m365_seats", usage_name="mailboxes", period_type=QUARTERLY
    )
    quarter = firms.sale(
        "Other & Sons", units=20, used=22, sold=seats, starts=date(2026, 1, 1), period_type=QUARTERLY
    )
    return firms.sale("Meadow Dental", units=10, used=12), quarter


def test_a_quarters_amount_is_not_added_to_a_months(open_shop: OpenShop) -> None:
    journey, _ = open_shop(_sells_by_month_and_by_quarter, **LOOSE)

    plan = journey.plan().plan

    assert len(plan.steps) == 2
    assert money_line(plan).plain == "Each period: 9.00 a month, 16.00 a quarter"
