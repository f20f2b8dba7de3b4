"""Two firms that were reported yesterday and use more today, and the judge of what landed since."""

from datetime import date

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

NEXT = date(2026, 3, 11)


def running(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    """Both firms were reported; both use more a day later."""
    journey, (firm, other) = open_shop(two_firms, **{**LOOSE, **settings})
    journey.settle()
    journey.go_to(NEXT)
    journey.use(firm, 15)
    journey.use(other, 22)
    return journey, firm, other


def untouched(journey: Journey, *sales: Sale) -> bool:
    """Nothing landed on these lines after the first report."""
    return all(journey.landed(sale.line)[1:] == [] for sale in sales)
