"""Fenced leases, timed by the database's own clock: of an Autotask connection (R27), and of ticket cycles."""

import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import ClassVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from psabridge.rules.lease import Lease, LeaseHeld, LeaseLost
from psabridge.rules.words import PairingId
from psabridge.store.models import Connection, Pairing, TicketWatch


class FencedLeases(ABC):
    """Leases on the rows of one table."""

    table: ClassVar[type[Connection] | type[TicketWatch]]

    @contextmanager
    def hold(self, pairing: PairingId, *, length: timedelta) -> Iterator[Lease]:
        lease = self._take(self._row_of(pairing), length)
        _held.set((self, lease, length))
        try:
            yield lease
        finally:
            _held.set(None)
            self.still_ours(lease).update(lease_until=Now())

    @abstractmethod
    def _row_of(self, pairing: PairingId) -> int:
        """Whose lease a cycle of this pairing takes."""

    def _take(self, row_id: int, length: timedelta) -> Lease:
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
        taken = self.table.objects.filter(free, pk=row_id).update(
            lease_until=Now() + length, lease_fence=F("lease_fence") + 1, lease_holder=_this_process()
        )
        row = self.table.objects.get(pk=row_id)
        if not taken:
            raise LeaseHeld(f"{row.name}: {row.lease_holder} is working on it until {row.lease_until}")
        return Lease(row_id, row.lease_fence)

    def renew(self, lease: Lease, *, length: timedelta) -> None:
        if not self.still_ours(lease).filter(lease_until__gt=Now()).update(lease_until=Now() + length):
            raise LeaseLost(f"the write lease with fence {lease.fence} is no longer ours")

    @classmethod
    def prove(cls, lease: Lease) -> None:
        """Lock its row and prove the fence, inside the caller's transaction (W1)."""
        if not cls.still_ours(lease).filter(lease_until__gt=Now()).update(lease_fence=lease.fence):
            name = cls.table.objects.get(pk=lease.connection).name
            raise LeaseLost(f"{name}: the write lease with fence {lease.fence} is no longer ours")

    @classmethod
    def still_ours(cls, lease: Lease) -> QuerySet[Connection] | QuerySet[TicketWatch]:
        return cls.table.objects.filter(pk=lease.connection, lease_fence=lease.fence)


class DatabaseLeases(FencedLeases):
    """One writer for an Autotask connection, whichever pairing it works for (R27)."""

    table = Connection

    def _row_of(self, pairing: PairingId) -> int:
        return psa_of(pairing)


class DatabaseTicketLeases(FencedLeases):
    """One ticket cycle of a pairing, beside its billing cycle (decision 0017)."""

    table = TicketWatch

    def _row_of(self, pairing: PairingId) -> int:
        row, _ = TicketWatch.objects.get_or_create(pairing_id=pairing)
        return row.pk


# The lease of the cycle under way, with its length.
_held: ContextVar[tuple[FencedLeases, Lease, timedelta] | None] = ContextVar("held", default=None)


def keep_held() -> None:
    """Renew the lease of the cycle under way, right before a write leaves. Raises LeaseLost.

    A request ends at its deadline, which is far shorter than the lease: one that leaves after this leaves
    while the lease is ours, even if the process was stopped in between (I10).
    """
    held = _held.get()
    if held is not None:
        leases, lease, length = held
        leases.renew(lease, length=length)


def psa_of(pairing: PairingId) -> int:
    """The Autotask connection a pairing works on; its settings are not read for that."""
    return Pairing.objects.values_list("psa_id", flat=True).get(pk=pairing)


def _this_process() -> str:
    return f"{socket.gethostname()} process {os.getpid()}"
