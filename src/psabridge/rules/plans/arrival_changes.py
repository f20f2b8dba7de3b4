"""What is written for a company that has no tenant yet, in the order in which it is done.

`asks` says why a person lets it go first; empty: nobody needs to. Only the first step of a company asks,
for the others come after it.
"""

from dataclasses import dataclass

from psabridge.rules.platform import OfferingItem
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The company, and the mark of its tenant (R32). `by_hand`: a person named it (ACR-ORG-03)."""

    company: CompanyId
    name: str
    tag: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class CreateTenant:
    who: Newcomer
    asks: str = ""


@dataclass(frozen=True, slots=True)
class EnableApplication:
    who: Newcomer
    application: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class GiveItem:
    """As `SetItem`, for a tenant that may not be there yet: the id in `wanted` stands for it."""

    who: Newcomer
    wanted: DesiredItem
    before: OfferingItem | None
    asks: str = ""


@dataclass(frozen=True, slots=True)
class CreateUser:
    """The first administrator. `login` gets a number where it is taken (R36)."""

    who: Newcomer
    login: str
    email: str
    first_name: str
    last_name: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class SendActivation:
    who: Newcomer
    asks: str = ""


@dataclass(frozen=True, slots=True)
class RequireSecondFactor:
    who: Newcomer
    asks: str = ""


@dataclass(frozen=True, slots=True)
class BeginProduction:
    """It cannot be undone (LIM-14)."""

    who: Newcomer
    asks: str = ""


@dataclass(frozen=True, slots=True)
class MapCustomer:
    """Kept in the bridge; from then on the company is a customer like the others."""

    who: Newcomer
    asks: str = ""


# What is done to a tenant that is there.
InTenant = EnableApplication | GiveItem | CreateUser | SendActivation | RequireSecondFactor | BeginProduction
ArrivalChange = CreateTenant | InTenant | MapCustomer
