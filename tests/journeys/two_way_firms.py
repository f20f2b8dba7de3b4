"""Firms of which both sides may change, and people who change them."""

from typing import Any

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

ON = {"two_way": {"is_on": True, "billing_code": 1, "period_type": 1}, **LOOSE}


def prepaid(firms: Firms) -> Sale:
    return firms.sale("Fixed Ltd", units=10, used=3, payg="No")


def payg(firms: Firms) -> Sale:
    return firms.sale("Meadow Dental", units=10, used=12)


def opened(open_shop: OpenShop, furnish: Any = prepaid, **settings: Any) -> tuple[Journey, Any]:  # noqa: ANN401
    """Two-way sync is on, and both sides have agreed once."""
    journey, cast = open_shop(furnish, **{**ON, **settings})
    journey.settle()
    return journey, cast


def set_quota(journey: Journey, sale: Sale, quota: int | None, item: str = "") -> None:
    """A person at the provider sets a quota in Acronis, or none."""
    acronis, name = journey.vendors.acronis, item or sale.sold.item
    journey.vendors.do(lambda: acronis.enable_item(sale.tenant, name, quota=quota, overage=0))


def switch_off(journey: Journey, sale: Sale) -> None:
    acronis = journey.vendors.acronis
    journey.vendors.do(lambda: acronis.enable_item(sale.tenant, sale.sold.item, status=0))


def services_on(journey: Journey, contract: int) -> list[int]:
    """The services on a contract, each as often as it stands there."""
    rows = journey.vendors.do(lambda: list(journey.vendors.autotask.database["ContractServices"].all()))
    return [row["serviceID"] for row in rows if row["contractID"] == contract]
