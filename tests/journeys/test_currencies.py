"""Customers billed in two currencies, from Autotask to what a person reads (R26)."""

import pytest

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.test_lost_answers import LOOSE

__all__ = ["shell"]

Shop = tuple[Journey, Sale, Sale]


def _name_currencies(journey: Journey, *companies: int) -> None:
    """The first is billed in the provider's own dollars, the second in euros."""

    def happens() -> None:
        euro = journey.vendors.autotask.add_currency("EUR")
        for company, currency in zip(companies, (1, euro), strict=True):
            journey.vendors.autotask.database.change("Companies", company, currencyID=currency)

    journey.vendors.do(happens)


@pytest.fixture
def shop(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Two firms a day after everything was right."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")
    journey.settle()
    journey.advance(days=1)
    return journey, firm, other


def test_a_plan_adds_up_dollars_and_euros_apart(shop: Shop, shell: Shell) -> None:
    """R26: two workstations at 4.50 in dollars and one in euros."""
    journey, firm, other = shop
    _name_currencies(journey, firm.customer.company_id, other.customer.company_id)
    journey.use(firm, 14)
    journey.use(other, 22)

    shown = shell.run("plan")

    assert "Each period: 4.50 EUR, 9.00 USD" in shown


def test_without_currencies_the_total_is_one(shop: Shop, shell: Shell) -> None:
    """R26"""
    journey, firm, other = shop
    journey.use(firm, 14)
    journey.use(other, 22)

    assert "Each period: 13.50" in [line.strip() for line in shell.run("plan").splitlines()]


def test_what_an_unmapped_customer_leaves_is_in_its_currency(shop: Shop, shell: Shell) -> None:
    """R26: 21 workstations at 4.50, in the findings of the plan."""
    journey, firm, other = shop
    _name_currencies(journey, firm.customer.company_id, other.customer.company_id)
    shell.run("customers", "unmap", "Other & Sons", "--yes")

    assert "94.50 EUR" in shell.run("plan")
