"""Who may write now, and which installation this is (protocol 2.6, R27)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for one Autotask connection, until it ends or somebody else takes it (R27)."""

    connection: int
    fence: int


class LeaseHeld(Exception):
    """Another process is writing for this connection. Nothing was read or written."""


class LeaseLost(Exception):
    """Another process holds the lease now: this one makes no further write."""


@dataclass(frozen=True, slots=True)
class ProofOfCurrent:
    """Kept in the database, in a file outside its backup, and at the vendor (protocol 2.6)."""

    installation: str
    epoch: int
    counter: int
    looks: int = 0  # how often counts of customers that leave were kept; never at the vendor

    @property
    def told(self) -> str:
        return f"{self} l{self.looks}" if self.looks else str(self)

    def __str__(self) -> str:
        """As the marker at the vendor says it."""
        return f"psabridge {self.installation} e{self.epoch} n{self.counter}"
