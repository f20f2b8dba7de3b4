"""The fenced write lease of an Autotask connection, timed by the database's own clock (R27)."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from psabridge.rules.lease import Lease, LeaseHeld, LeaseLost
from psabridge.rules.words import PairingId
from psabridge.store.models import Connection, Pairing

# The lease of the cycle under way, with its length.
_held: ContextVar[tuple[Lease, timedelta] | None] = ContextVar("held", default=None)


class DatabaseLeases:
    @contextmanager
    def hold(self, pairing: PairingId, *, length: timedelta) -> Iterator[Lease]:
        lease = self._take(Pairing.objects.get(pk=pairing).psa_id, length)
        _held.set((lease, length))
        try:
            yield lease
        finally:
            _held.set(None)
            still_ours(lease).update(lease_until=Now())

    def _take(self, connection: int, length: timedelta) -> Lease:
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
        taken = Connection.objects.filter(free, pk=connection).update(
            lease_until=Now() + length, lease_fence=F("lease_fence") + 1, lease_holder=_this_process()
        )
        row = Connection.objects.get(pk=connection)
        if not taken:
            raise LeaseHeld(f"{row.name}: {row.lease_holder} is working on it until {row.lease_until}")
        return Lease(connection, row.lease_fence)

    def renew(self, lease: Lease, *, length: timedelta) -> None:
        if not still_ours(lease).filter(lease_until__gt=Now()).update(lease_until=Now() + length):
            raise LeaseLost(f"the write lease with fence {lease.fence} is no longer ours")


def keep_held() -> None:
    """Renew the lease of the cycle under way, right before a write leaves. Raises LeaseLost.

    A request ends at its deadline, which is far shorter than the lease: one that leaves after this leaves
    while the lease is ours, even if the process was stopped in between (I10).
    """
    held = _held.get()
    if held is not None:
        lease, length = held
        DatabaseLeases().renew(lease, length=length)


def still_ours(lease: Lease) -> QuerySet[Connection]:
    return Connection.objects.filter(pk=lease.connection, lease_fence=lease.fence)


def _this_process() -> str:
    return f"{socket.gethostname()} process {os.getpid()}"
