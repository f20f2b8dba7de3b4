"""The fenced write lease of an Autotask connection, timed by the database's own clock (R27)."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from psabridge.rules.lease import Lease, LeaseHeld, LeaseLost
from psabridge.rules.words import PairingId
from psabridge.store.models import Connection, Pairing


class DatabaseLeases:
    @contextmanager
    def hold(self, pairing: PairingId, *, length: timedelta) -> Iterator[Lease]:
        lease = self._take(Pairing.objects.get(pk=pairing).psa_id, length)
        try:
            yield lease
        finally:
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


def still_ours(lease: Lease) -> QuerySet[Connection]:
    return Connection.objects.filter(pk=lease.connection, lease_fence=lease.fence)


def _this_process() -> str:
    return f"{socket.gethostname()} process {os.getpid()}"
