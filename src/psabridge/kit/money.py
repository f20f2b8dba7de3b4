"""Money: an amount in a currency. Amounts of two currencies are never added (R26)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """Net, before tax."""

    currency: str  # "" for the only currency of a tenant that names none
    amount: Decimal

    def rounded(self) -> "Money":
        return Money(self.currency, self.amount.quantize(CENT, ROUND_HALF_UP))

    def __str__(self) -> str:
        return f"{self.amount.quantize(CENT, ROUND_HALF_UP):,} {self.currency}".strip()


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum per currency, in the order of their names."""
    sums: dict[str, Decimal] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
    return tuple(Money(currency, amount) for currency, amount in sorted(sums.items()))
