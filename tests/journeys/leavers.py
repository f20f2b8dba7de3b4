"""A customer that leaves and one that stays, day by day, asked at Acronis."""

from datetime import date, timedelta
from typing import Any

from psabridge.engine.report import CycleReport
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

LEAVING = {"disables": True, "disable_after": 2, "deletes": True, "delete_after": 3}
AUTOMATIC = {"billing": "automatic", "provisioning": "automatic", "deprovisioning": "automatic"}
PUT = {"vendor": "acronis", "method": "PUT", "path": "/tenants/[^/]+$"}
LATER = date(2028, 12, 31)


def firms(shop: Firms) -> tuple[Sale, Sale]:
    """One that will leave, and one that stays."""
    return shop.sale("Meadow Dental", units=10, used=12), shop.sale("Other & Sons", units=20, used=21)


def running(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    """Both were reported, and seen with what is sold to them."""
    chosen = {**LOOSE, "modes": AUTOMATIC, "leaving": LEAVING, **settings}
    journey, (firm, other) = open_shop(firms, **chosen)
    journey.settle()
    return journey, firm, other


def ends(journey: Journey, sale: Sale, day: date | None = None) -> None:
    """A person dates the contract's end; without a day it was yesterday."""
    over = day or journey.today - timedelta(days=1)
    journey.vendors.do(lambda: journey.vendors.autotask.life.move_end(sale.contract, over))


def days_pass(journey: Journey, days: int) -> CycleReport:
    """A cycle each day."""
    report = None
    for _ in range(days):
        report = journey.go_to(journey.today + timedelta(days=1)).cycle(waits=False)
    assert report is not None
    return report


def left(open_shop: OpenShop, days: int, **settings: object) -> tuple[Journey, Sale, Sale, CycleReport]:
    """The first firm's contract is over, and so many whole days were counted."""
    journey, firm, other = running(open_shop, **settings)
    ends(journey, firm, journey.today)
    return journey, firm, other, days_pass(journey, days + 2)


def tenant(journey: Journey, sale: Sale) -> Any:  # noqa: ANN401  the emulator's own record
    return journey.vendors.do(lambda: journey.vendors.acronis.tenants[sale.tenant])


def state(journey: Journey, sale: Sale) -> str:
    found = tenant(journey, sale)
    if found.deleted_at is not None:
        return "deleted"
    return "enabled" if found.enabled else "disabled"


def tenant_writes(journey: Journey) -> list[str]:
    return [one["method"] for one in journey.acronis_writes() if "/offering_items" not in one["path"]]


def disabled(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    journey, firm, other, _ = left(open_shop, 2, **settings)
    assert state(journey, firm) == "disabled"
    return journey, firm, other
