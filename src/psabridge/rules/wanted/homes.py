"""The contract a new line would stand on, and whether there may be one (ACR-TWO-04, -05, R9, R20, R45)."""

from dataclasses import dataclass

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.psa import Contract
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground
from psabridge.rules.words import BillingKind, ServiceId


@dataclass(frozen=True, slots=True)
class Home:
    """None where there is no contract to choose, or more than one: then `why_not` says it."""

    contract: Contract | None
    kind: BillingKind = BillingKind.UNKNOWN
    why_not: tuple[str, str, str] = ("", "", "")  # id, problem, next act


_NONE = (
    "ERR-17",
    "has no active recurring contract, so nothing is written",
    "Make a recurring contract for the company in Autotask",
)


def home_of(customer: Customer, ground: Ground) -> Home:
    """The only active contract with mapped services; without any such, the only active contract."""
    contracts = ground.contracts.of(customer.company.id)
    active = [c for c in contracts.live if c.is_active and contracts.kinds[c.id] is not BillingKind.UNKNOWN]
    sold = {sold.contract.id for lines in contracts.sold.values() for sold in lines}
    candidates = [c for c in active if c.id in sold] or active
    if len(candidates) == 1:
        return Home(candidates[0], contracts.kinds[candidates[0].id])
    if not candidates:
        return Home(None, why_not=_NONE)
    names = " and ".join(f"'{contract.name}'" for contract in candidates)
    problem = f"has several contracts it could stand on, {names}, and none is chosen for you"
    return Home(None, why_not=("ACR-TWO-04", problem, "Put the service on one of them in Autotask"))


def why_no_line(service: ServiceId, customer: Customer, ground: Ground, subject: str) -> Finding | None:
    """What stands against a new line, whatever contract it would stand on."""
    found = ground.psa.services.get(service)
    unreadable = ground.why_unreadable(customer.company.id)
    if unreadable or ground.has_gap(customer.company.id):
        why = "; ".join(unreadable) or "a row of its contracts cannot be read"
        return customer.finding(
            Severity.STOPS,
            "R20",
            subject,
            f"no line is added: {why}",
            "Give the API user sight of all contracts of the company",
        )
    if found is None or not found.is_active:
        return customer.finding(
            Severity.STOPS,
            "R45",
            subject,
            "no line is added: the service is gone or inactive in Autotask",
            "Activate it or map another service",
        )
    if found.unit_price == 0 and service not in ground.settings.free_on_purpose:
        return customer.finding(
            Severity.STOPS,
            "R9",
            subject,
            "no line is added: the service has the price 0",
            "Give it a price, or mark the service as free on purpose",
        )
    return None
