"""Intents and outcomes. Every call is a durable transaction: an intent cannot hide in an outer one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from psabridge.rules.lease import Lease, ProofOfCurrent
from psabridge.rules.plans.plan import Step
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.words import IntentId, LineId, PairingId, PlanId, StepId
from psabridge.store.codec import from_plain, line_from, to_plain
from psabridge.store.leases import DatabaseLeases, psa_of
from psabridge.store.models import Connection, Installation, IntentRecord, LineClaim, StepRecord
from psabridge.store.state_file import StateFile, installation, proof_of_current

# Lines asked about in one query; SQLite takes 250,000 variables, older builds 999.
BATCH = 500


class DatabaseJournal:
    """`state_file` lies outside the backup of the database (protocol 2.6)."""

    def __init__(self, state_file: Path) -> None:
        self._state_file = StateFile(state_file)

    def arm(self, intent: Intent, lease: Lease) -> Intent:
        with transaction.atomic(durable=True):
            hold_fence(lease)
            record = IntentRecord.objects.create(connection_id=lease.connection, **_columns(intent))
            armed = from_plain({**to_plain(intent), "id": record.pk}, Intent)
            IntentRecord.objects.filter(pk=record.pk).update(body=to_plain(armed))
            installation()
            Installation.objects.update(counter=F("counter") + 1)
        return armed

    def save(self, intent: Intent, lease: Lease) -> None:
        with transaction.atomic(durable=True):
            hold_fence(lease)
            if IntentRecord.objects.filter(pk=intent.id).update(**_columns(intent)) != 1:
                raise LookupError(f"intent {intent.id} is not in the journal")

    def decide(self, intent: Intent) -> None:
        """Commit a person's decision on a parked intent, if it is still parked as it was shown."""
        with transaction.atomic(durable=True):
            parked = IntentRecord.objects.filter(pk=intent.id, state="parked")
            if parked.update(**_columns(intent)) != 1:
                raise LookupError(f"intent {intent.id} is no longer parked")

    def open_intents(self, pairing: PairingId) -> tuple[Intent, ...]:
        records = IntentRecord.objects.filter(pairing_id=pairing, is_open=True).order_by("pk")
        return tuple(from_plain(record.body, Intent) for record in records)

    def histories(self, lines: Iterable[LineId], pairing: PairingId) -> Mapping[LineId, LineHistory]:
        """What the journal knows of each line, by whichever pairing of this connection."""
        wanted = sorted({str(line) for line in lines})
        connection = psa_of(pairing)
        found: dict[LineId, list[Intent]] = {}
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            records = IntentRecord.objects.filter(connection_id=connection, line__in=batch).order_by("pk")
            for body in records.values_list(Cast("body", TextField()), flat=True):
                intent = _read(body)
                found.setdefault(intent.line, []).append(intent)
        return {line: LineHistory(line, tuple(intents)) for line, intents in found.items()}

    def intent(self, intent: IntentId) -> Intent | None:
        record = IntentRecord.objects.filter(pk=intent).first()
        return None if record is None else from_plain(record.body, Intent)

    def record_step(self, plan: PlanId, step: Step, outcome: str, text: str, at: datetime) -> None:
        StepRecord.objects.create(
            plan_id=plan,
            step=step.id,
            kind=step.kind,
            subject=step.subject,
            outcome=outcome,
            text=text,
            at=at,
        )

    def sent_at(self, step: StepId, pairing: PairingId) -> datetime | None:
        """When a request of this step left that was not answered with a refusal."""
        records = StepRecord.objects.filter(step=step, plan__pairing_id=pairing)
        last = records.filter(outcome__in=("sent", "answered")).order_by("-pk").first()
        return last.at if last is not None and last.outcome == "sent" else None

    def proof(self) -> ProofOfCurrent:
        return proof_of_current()

    def proof_in_file(self) -> ProofOfCurrent | None:
        """None where it is missing or unreadable: then nothing proves the database current."""
        return self._state_file.read()

    def write_proof_file(self) -> None:
        """On the disk before the next request leaves; a file half written is never seen."""
        self._state_file.write()

    def raise_epoch(self) -> None:
        """A restore, or a person who approved the first plan after one (protocol 2.6)."""
        installation()
        Installation.objects.update(epoch=F("epoch") + 1)

    def canary_passed(self, lease: Lease) -> bool:
        return Connection.objects.filter(pk=lease.connection, canary_passed_at__isnull=False).exists()

    def remember_canary(self, lease: Lease, at: datetime) -> None:
        Connection.objects.filter(pk=lease.connection).update(canary_passed_at=at)

    def claimed(self, pairing: PairingId) -> frozenset[LineId]:
        lines = LineClaim.objects.filter(pairing_id=pairing).values_list("line", flat=True)
        return frozenset(line_from(line) for line in lines)

    def claim_lines(self, lines: Sequence[LineId], pairing: PairingId) -> Mapping[LineId, str]:
        connection = psa_of(pairing)
        LineClaim.objects.bulk_create(
            [LineClaim(connection_id=connection, line=str(line), pairing_id=pairing) for line in lines],
            ignore_conflicts=True,
            batch_size=BATCH,
        )
        by_text = {str(line): line for line in lines}
        others = (
            LineClaim.objects.filter(connection_id=connection)
            .exclude(pairing_id=pairing)
            .values_list("line", "pairing__name")
        )
        return {by_text[line]: name for line, name in others if line in by_text}


@lru_cache(maxsize=50_000)
def _read(body: str) -> Intent:
    """Most of a history never changes again: the same text is the same frozen intent."""
    return from_plain(json.loads(body), Intent)


def _columns(intent: Intent) -> dict[str, object]:
    return {
        "pairing_id": intent.pairing,
        "plan_id": intent.plan,
        "line": str(intent.line),
        "day": intent.day,
        "change": intent.change,
        "state": intent.state.value,
        "is_open": not intent.state.is_final,
        "armed_at": intent.armed_at,
        "body": to_plain(intent),
    }


def hold_fence(lease: Lease) -> None:
    """The lease of the Autotask connection, inside the caller's transaction (W1)."""
    DatabaseLeases.prove(lease)
