"""What is kept of customers that leave, and the audit of every act. Written under the lease only.

Every write is counted in the state file, so that a restored database is seen although nothing was sent since.
"""

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from psabridge.rules.lease import Lease
from psabridge.rules.leaving.kept import Disabling, Kept, Noted
from psabridge.rules.words import PairingId, TenantId
from psabridge.store.codec import from_plain, to_plain
from psabridge.store.journal import hold_fence
from psabridge.store.models import LeavingRecord
from psabridge.store.pairings import note
from psabridge.store.state_file import StateFile, count_look

BATCH = 500


class DatabaseLeaving:
    def __init__(self, state_file: Path) -> None:
        self._state_file = StateFile(state_file)

    def kept(self, pairing: PairingId) -> Mapping[TenantId, Kept]:
        rows = LeavingRecord.objects.filter(pairing_id=pairing).values_list("tenant", "body")
        return {TenantId(tenant): from_plain(body, Kept) for tenant, body in rows}

    def keep(self, pairing: PairingId, kept: Mapping[TenantId, Kept], lease: Lease) -> None:
        before = self.kept(pairing)
        changed = {tenant: one for tenant, one in kept.items() if before.get(tenant) != one}
        gone = sorted(before.keys() - kept.keys())
        if not changed and not gone:
            return
        rows = [
            LeavingRecord(pairing_id=pairing, tenant=tenant, body=to_plain(one))
            for tenant, one in sorted(changed.items())
        ]
        with transaction.atomic(durable=True):
            hold_fence(lease)
            count_look()
            LeavingRecord.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["pairing", "tenant"],
                update_fields=["body"],
                batch_size=BATCH,
            )
            for start in range(0, len(gone), BATCH):
                batch = gone[start : start + BATCH]
                LeavingRecord.objects.filter(pairing_id=pairing, tenant__in=batch).delete()
        self._state_file.write_looks()

    def note(
        self,
        pairing: PairingId,
        tenant: TenantId,
        disabling: Disabling | None,
        lease: Lease,
        noted: Noted | None = None,
    ) -> None:
        with transaction.atomic(durable=True):
            hold_fence(lease)
            count_look()
            record = LeavingRecord.objects.get(pairing_id=pairing, tenant=tenant)
            was = from_plain(record.body, Kept)
            record.body = to_plain(Kept(was.count, disabling))
            record.save(update_fields=["body"])
            if noted is not None:
                note(who=noted.who, what=noted.what, subject=noted.subject, at=noted.at, detail=noted.reason)
        self._state_file.write_looks()
