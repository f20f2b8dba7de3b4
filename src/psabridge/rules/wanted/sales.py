"""How one service is sold to one company today: prepaid, pay as you go, not at all, or not to be told.

Two homes for one service are never guessed between (ERR-15, ERR-16): a guess hides a double charge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.psa import Contract
from psabridge.rules.wanted.contract_state import CompanyContracts, SoldLine
from psabridge.rules.words import BillingKind, ContractId, LineId, ServiceId

RENEWAL_GAP = timedelta(days=31)  # R23


class Standing(StrEnum):
    """Where a service stands for a company."""

    NOT_MAPPED = "the row has no service"
    ABSENT = "on no live contract"
    PREPAID = "prepaid"
    PAYG = "pay as you go"
    HELD = "not to be told"


@dataclass(frozen=True, slots=True)
class Sale:
    standing: Standing
    units: int | None = None  # prepaid: the sum over the lines (ACR-PRE-05)
    lines: tuple[SoldLine, ...] = ()
    receiver: SoldLine | None = None  # the one line that takes usage
    is_live_addition: bool = False  # R19, ACR-DEP-06
    changed_kind_from: Contract | None = None  # the contract it renews is of the other kind (R23)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Seller:
    """The names that findings need, and the lines never to be written."""

    company: CompanyContracts
    company_name: str
    never_write: frozenset[LineId]

    def stop(self, code: str, subject: str, problem: str, next_act: str) -> Finding:
        return self.say(Severity.STOPS, code, subject, problem, next_act)

    def say(self, severity: Severity, code: str, subject: str, problem: str, next_act: str) -> Finding:
        return Finding(
            code, severity, f"{self.company_name}, {subject}", problem, next_act, self.company.company
        )


def sale_of(service: ServiceId, name: str, seller: Seller) -> Sale:
    lines = tuple(seller.company.sold.get(service, ()))
    if not lines:
        return Sale(Standing.ABSENT)
    active = tuple(sold for sold in lines if sold.contract.is_active)
    is_live = any(_is_addition(sold) for sold in lines)
    if not active:
        # Billing goes on, nothing new is written; the contract itself is a finding (R19).
        return Sale(Standing.HELD, lines=lines, is_live_addition=is_live)
    kinds = {sold.kind for sold in active}
    if BillingKind.UNKNOWN in kinds:
        # The contract or the definition is a finding of its own (ERR-14).
        return Sale(Standing.HELD, lines=active, is_live_addition=is_live)
    if len(kinds) > 1:
        return _on_both_kinds(name, active, seller)
    changed = _changed_kind(service, active, seller)
    if BillingKind.PAYG in kinds:
        return _payg(name, active, seller, changed)
    return _prepaid(name, active, seller, changed, is_live=is_live)


def _is_addition(sold: SoldLine) -> bool:
    """Prepaid with more than 0 units, pay as you go at all; what is not known counts (ACR-DEP-06)."""
    return sold.kind is not BillingKind.PREPAID or sold.units is None or sold.units > 0


def _names(lines: Sequence[SoldLine]) -> str:
    return " and ".join(dict.fromkeys(f"'{sold.contract.name}'" for sold in lines))


def _on_both_kinds(name: str, lines: tuple[SoldLine, ...], seller: Seller) -> Sale:
    payg = [sold for sold in lines if sold.kind is BillingKind.PAYG]
    prepaid = [sold for sold in lines if sold.kind is BillingKind.PREPAID]
    finding = seller.stop(
        "ERR-15",
        f"service '{name}'",
        f"it is on the pay-as-you-go contract {_names(payg)} and on the prepaid contract {_names(prepaid)}",
        "Leave it on one of the two kinds; until then neither units nor quota are changed",
    )
    return Sale(Standing.HELD, lines=lines, is_live_addition=True, findings=(finding,))


def _prepaid(
    name: str, lines: tuple[SoldLine, ...], seller: Seller, changed: Contract | None, *, is_live: bool
) -> Sale:
    unclear = [sold for sold in lines if sold.units is None or sold.units < 0]
    if unclear:
        finding = seller.stop(
            "ACR-PRE-04",
            f"service '{name}' on contract {_names(unclear)}",
            "its units of today are missing, below 0, or can be read in two ways",
            "Check the units of the service on the contract; the quota is left as it is",
        )
        return Sale(Standing.HELD, lines=lines, is_live_addition=True, findings=(finding,))
    units = sum(sold.units for sold in lines if sold.units is not None)
    twice = _twice_on_one(name, lines, seller, "the units of all its lines are added")
    return Sale(Standing.PREPAID, units, lines, None, is_live, changed, twice)


def _payg(name: str, lines: tuple[SoldLine, ...], seller: Seller, changed: Contract | None) -> Sale:
    single = [sold for sold in lines if not sold.is_bundle]
    if not single:
        finding = seller.stop(
            "ERR-09",
            f"service '{name}' on contract {_names(lines)}",
            "usage cannot be written to a service that is only inside a bundle",
            "Put the service on the contract by itself",
        )
        return Sale(Standing.PAYG, None, lines, None, True, changed, (finding,))
    receiver, findings = _receiver(name, single, seller)
    if receiver is not None and receiver.line.id in seller.never_write:
        findings = (*findings, _never_written(name, receiver, seller))
        receiver = None
    return Sale(Standing.PAYG, None, lines, receiver, True, changed, findings)


def _never_written(name: str, line: SoldLine, seller: Seller) -> Finding:
    return seller.say(
        Severity.NOTE,
        "R57",
        f"service '{name}' on contract '{line.contract.name}'",
        "the line is marked never to be written",
        "Take the mark away if the bridge should report usage here",
    )


def _receiver(
    name: str, lines: list[SoldLine], seller: Seller
) -> tuple[SoldLine | None, tuple[Finding, ...]]:
    """The one line that takes the usage, and what there is to say about the others."""
    contracts = {sold.contract.id: sold.contract for sold in lines}
    later, findings = _renewal(name, list(contracts.values()), seller)
    if later is None:
        return None, findings
    here = [sold for sold in lines if sold.contract.id == later.id]
    if len(here) == 1:
        return here[0], findings
    open_lines = [sold for sold in here if sold.line.id not in seller.never_write]
    if len(open_lines) == 1:
        return open_lines[0], findings
    twice = _twice_on_one(name, here, seller, "usage is written to none of them")
    return None, (*findings, *twice)


def _renewal(
    name: str, contracts: list[Contract], seller: Seller
) -> tuple[Contract | None, tuple[Finding, ...]]:
    """The later-starting contract of an overlapping renewal (R23); None of any other two (ERR-16)."""
    ordered = sorted(contracts, key=lambda contract: (contract.starts, contract.id))
    if len(ordered) == 1:
        return ordered[0], ()
    *earlier, later = ordered
    names = " and ".join(f"'{contract.name}'" for contract in ordered)
    if not all(renews(later, old) for old in earlier) or earlier[-1].starts == later.starts:
        conflict = seller.stop(
            "ERR-16",
            f"service '{name}'",
            f"it is on the pay-as-you-go contracts {names}",
            "Take it off one of them; until then usage is written to neither",
        )
        return None, (conflict,)
    overlap = seller.say(
        Severity.WARNING,
        "R23",
        f"service '{name}'",
        f"the contracts {names} overlap; '{later.name}' takes the usage from its start on",
        "Check the units that the earlier contract still bills until its end",
    )
    return later, (overlap,)


def renews(later: Contract, earlier: Contract) -> bool:
    """Linked as renewal, or following within 31 days (R23)."""
    if later.renews == earlier.id:
        return True
    return later.starts > earlier.starts and abs(later.starts - earlier.ends) <= RENEWAL_GAP


def _changed_kind(service: ServiceId, lines: Sequence[SoldLine], seller: Seller) -> Contract | None:
    """A contract with this service that a live one renews, and that was of the other kind (R23)."""
    same_or_unknown = {lines[0].kind, BillingKind.UNKNOWN, None}
    for old in seller.company.ever_sold.get(service, ()):
        is_of_other_kind = seller.company.kinds.get(old.id) not in same_or_unknown
        if is_of_other_kind and any(renews(sold.contract, old) for sold in lines):
            return old
    return None


def _twice_on_one(name: str, lines: Sequence[SoldLine], seller: Seller, effect: str) -> tuple[Finding, ...]:
    """Lines are told apart by line id only (P7, W9)."""
    here: dict[ContractId, list[SoldLine]] = {}
    for sold in lines:
        if not sold.is_bundle:
            here.setdefault(sold.contract.id, []).append(sold)
    return tuple(
        seller.say(
            Severity.WARNING,
            "W9",
            f"service '{name}' on contract '{same[0].contract.name}'",
            f"the contract has {len(same)} lines of it; {effect}",
            "Keep one line, or mark the others never to be written",
        )
        for same in here.values()
        if len(same) > 1
    )
