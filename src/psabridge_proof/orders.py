"""What the operator ordered, read from the configuration itself, and whom people mapped by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class LeavingOrders:
    disables: bool = False
    disable_after: int = 10
    deletes: bool = False
    delete_after: int = 30
    deletes_unasked: bool = False

    @property
    def is_on(self) -> bool:
        return self.disables or self.deletes


@dataclass(frozen=True, slots=True)
class Orders:
    modes: Mapping[str, str] = field(default_factory=dict)
    creates: bool = False
    wants_production: bool = True
    syncs_both_ways: bool = False
    leaving: LeavingOrders = field(default_factory=LeavingOrders)
    exempt: frozenset[int] = frozenset()  # companies
    confirmed: frozenset[int] = frozenset()
    mapped_by_hand: frozenset[str] = frozenset()  # newcomers, by name

    @classmethod
    def of(cls, pairing: Mapping[str, Any], mapped_by_hand: frozenset[str]) -> Self:
        new, both = pairing.get("new_customers", {}), pairing.get("two_way", {})
        return cls(
            modes=pairing.get("modes", {}),
            creates=pairing.get("creates_customers", False),
            wants_production=new.get("mode", "production") == "production",
            syncs_both_ways=both.get("is_on", False),
            leaving=LeavingOrders(**pairing.get("leaving", {})),
            exempt=frozenset(one["company"] for one in pairing.get("exempt_customers", [])),
            confirmed=frozenset(one["company"] for one in pairing.get("leaving_confirmed", [])),
            mapped_by_hand=mapped_by_hand,
        )

    def mode(self, work: str) -> str:
        return self.modes.get(work, "observe")
