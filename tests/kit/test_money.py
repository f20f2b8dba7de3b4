from decimal import Decimal

import pytest

from psabridge.kit.money import Money, totals


def test_amounts_of_two_currencies_are_never_added() -> None:
    """R26."""
    sums = totals([Money("EUR", Decimal("1.10")), Money("USD", Decimal(2)), Money("EUR", Decimal("0.90"))])

    assert sums == (Money("EUR", Decimal("2.00")), Money("USD", Decimal(2)))


def test_nothing_to_add_gives_no_total_rather_than_zero() -> None:
    assert totals([]) == ()


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("7", "7.00")]
)
def test_half_a_cent_is_rounded_away_from_zero(amount: str, cents: str) -> None:
    assert Money("EUR", Decimal(amount)).rounded().amount == Decimal(cents)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("EUR", Decimal("1234.5")), "1,234.50 EUR"),
        (Money("", Decimal(-3)), "-3.00"),
        (Money("AUD", Decimal(0)), "0.00 AUD"),
    ],
)
def test_money_is_printed_with_two_places_and_its_currency(money: Money, text: str) -> None:
    assert str(money) == text
