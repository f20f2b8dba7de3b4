"""Pay-as-you-go lines whose contract is over or gave way to a renewal, and whose use they bill (R23)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from psabridge.kit.periods import Period
from psabridge.rules.wanted.contract_state import SoldLine
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import FormerUnits
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.sales import Sale, Standing, renews
from psabridge.rules.words import BillingKind, LineId, ServiceId

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


def former_levels(customer: Customer, sales: Sales, ground: Ground) -> Iterator[FormerUnits]:
    """Of services that are levels; what becomes of the months of range items is told by themselves."""
    for service, sale in sorted(sales.by_service.items()):
        rows = tuple(mapped.row for mapped in ground.mapping.by_service[service])
        if any(row.is_range for row in rows):
            continue
        for one in former_lines(service, sale, customer, ground).lines:
            if one.until < ground.psa.today:
                sold = one.sold
                yield FormerUnits(
                    sold.line.id,
                    sold.contract.id,
                    customer.company.id,
                    service,
                    rows,
                    one.until,
                    _heir(one, sale),
                )


def _heir(former: FormerLine, sale: Sale) -> LineId | None:
    receiver = sale.receiver
    follows = receiver is not None and receiver.contract.starts == former.until + A_DAY
    return receiver.line.id if receiver is not None and follows else None


def follower_of(sold: SoldLine, service: ServiceId, ground: Ground) -> str:
    """The contract that renews it without a day between and sells it pay as you go, by name (R23)."""
    coming = ground.contracts.of(sold.contract.company).coming.get(service, ())
    for one in coming:
        is_in_time = one.contract.starts <= sold.contract.ends + A_DAY
        if is_in_time and one.kind is BillingKind.PAYG and renews(one.contract, sold.contract):
            return one.contract.name
    return ""


def names_of(lines: Sequence[SoldLine]) -> str:
    return " and ".join(dict.fromkeys(f"'{sold.contract.name}'" for sold in lines))
