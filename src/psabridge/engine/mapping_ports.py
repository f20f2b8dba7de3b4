"""What the engine asks of the outside to change who is billed for which tenant."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.settings import CustomerMapping, KnownName
from psabridge.rules.words import CompanyId, LineId, PairingId, TenantId


class Mappings(Protocol):
    """Who is billed for which tenant. Each change commits on its own, moves the version, names who made it.

    What two persons decide at once is decided here: each raises MappingMoved where something else stands now.
    """

    def keep(
        self,
        pairing: PairingId,
        mapping: CustomerMapping,
        names: Sequence[KnownName],
        *,
        who: str,
        at: datetime,
    ) -> None:
        """Map a tenant, and keep what both are called (R38)."""

    def take_names(self, pairing: PairingId, names: Sequence[KnownName], *, who: str, at: datetime) -> None:
        """From now on these are the names that are known (R38)."""

    def remove(
        self,
        pairing: PairingId,
        company: CompanyId,
        tenants: frozenset[TenantId],
        left: Sequence[LeftLine],
        *,
        stays: Sequence[LineId] = (),
        who: str,
        at: datetime,
    ) -> None:
        """Unmap, and keep the lines that are left; `stays` are to be billed and listed no longer (R33)."""

    def decide_lines(self, pairing: PairingId, lines: frozenset[LineId], *, who: str, at: datetime) -> None:
        """A person's word that these lines stay billed and are listed no longer (R33)."""

    def zero_lines(
        self, pairing: PairingId, lines: frozenset[LineId], *, day: date, who: str, at: datetime
    ) -> None:
        """A person's word on `day`: these left lines are 0 from the next period (R33)."""
