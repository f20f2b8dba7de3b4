"""Pay-as-you-go lines whose contract is over or gave way to a renewal, and whose use they bill (R23)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from psabridge.kit.periods import Period
from psabridge.rules.wanted.contract_state import SoldLine
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground
from psabridge.rules.wanted.sales import Sale, Standing, renews
from psabridge.rules.words import BillingKind, ServiceId

A_DAY = timedelta(days=1)
# Long enough for a person to see what was left, and to bill it by hand.
LOOKED_AFTER = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class FormerLine:
    sold: SoldLine
    until: date  # the last day whose use is billed on it

    def took(self, month: Period) -> bool:
        """A month belongs to the contract that its last day lies in (R17)."""
        return self.sold.contract.starts <= month.last_day <= self.until


@dataclass(frozen=True, slots=True)
class FormerLines:
    """`unclear`: lines that overlap without a renewal, or stand twice on a contract; none is written."""

    lines: tuple[FormerLine, ...] = ()
    unclear: tuple[SoldLine, ...] = ()


def former_lines(service: ServiceId, sale: Sale, customer: Customer, ground: Ground) -> FormerLines:
    receiver = sale.receiver if sale.standing is Standing.PAYG else None
    found = _candidates(service, sale, receiver, customer, ground)
    ordered = sorted(found, key=lambda sold: (sold.contract.starts, sold.line.id))
    if any(_is_unclear(*pair) for pair in pairwise(ordered)):
        return FormerLines(unclear=tuple(ordered))
    after = [*ordered[1:], receiver]
    return FormerLines(tuple(FormerLine(one, _until(one, after[at])) for at, one in enumerate(ordered)))


def _candidates(
    service: ServiceId, sale: Sale, receiver: SoldLine | None, customer: Customer, ground: Ground
) -> Iterator[SoldLine]:
    since = ground.psa.today - LOOKED_AFTER
    gave_way = () if receiver is None else sale.lines
    for sold in (*ground.contracts.of(customer.company.id).over.get(service, ()), *gave_way):
        is_other = receiver is None or sold.contract.id != receiver.contract.id
        is_ours = sold.kind is BillingKind.PAYG and sold.line.id not in ground.settings.never_write
        if is_other and is_ours and not sold.is_bundle and sold.contract.ends >= since:
            yield sold


def _is_unclear(one: SoldLine, later: SoldLine) -> bool:
    overlaps = later.contract.starts <= one.contract.ends
    return one.contract.id == later.contract.id or (overlaps and not renews(later.contract, one.contract))


def _until(sold: SoldLine, after: SoldLine | None) -> date:
    return sold.contract.ends if after is None else min(sold.contract.ends, after.contract.starts - A_DAY)


def names_of(lines: Sequence[SoldLine]) -> str:
    return " and ".join(dict.fromkeys(f"'{sold.contract.name}'" for sold in lines))
