# ruff: noqa: ARG002 -- a double takes all that its port hands over
"""A journal in memory that forgets nothing between calls, and can be copied and put back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from psabridge.rules.lease import Lease, LeaseLost, ProofOfCurrent
from psabridge.rules.plans.plan import Step
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.words import IntentId, LineId, PairingId, PlanId


class MemoryJournal:
    """`database` is what a backup holds; the proof file lies beside it."""

    def __init__(self, installation: str = "home") -> None:
        self._intents: dict[IntentId, Intent] = {}
        self._proof = ProofOfCurrent(installation, 1, 0)
        self._canary = False
        self.file: ProofOfCurrent | None = None
        self.fence = 1

    def copy(self) -> "MemoryJournal":
        """The database as a backup or a clone has it, without the file outside the backup."""
        twin = MemoryJournal()
        twin.put_back(self)
        return twin

    def put_back(self, backup: "MemoryJournal") -> None:
        self._intents = dict(backup._intents)
        self._proof = backup._proof
        self._canary = backup._canary

    def all(self) -> tuple[Intent, ...]:
        return tuple(self._intents.values())

    def armed_as(self, intent: Intent) -> Intent:
        """The intent as it was when its process died before it heard the answer."""
        return replace(intent, state=IntentState.ARMED, answered_at=None, doubtful_since=None, looks=())

    def arm(self, intent: Intent, lease: Lease) -> Intent:
        self._hold(lease)
        assert not any(i.line == intent.line and not i.state.is_final for i in self._intents.values())
        armed = replace(intent, id=IntentId(len(self._intents) + 1))
        self._intents[armed.id] = armed
        self._proof = replace(self._proof, counter=self._proof.counter + 1)
        return armed

    def save(self, intent: Intent, lease: Lease) -> None:
        self._hold(lease)
        assert intent.id in self._intents
        self._intents[intent.id] = intent

    def _hold(self, lease: Lease) -> None:
        if lease.fence != self.fence:
            raise LeaseLost("the write lease is no longer ours")

    def decide(self, intent: Intent) -> None:
        if self._intents[intent.id].state is not IntentState.PARKED:
            raise LookupError("no longer parked")
        self._intents[intent.id] = intent

    def open_intents(self, pairing: PairingId) -> tuple[Intent, ...]:
        return tuple(intent for intent in self._intents.values() if not intent.state.is_final)

    def histories(self, lines: Iterable[LineId], pairing: PairingId) -> Mapping[LineId, LineHistory]:
        found = {line: tuple(i for i in self._intents.values() if i.line == line) for line in lines}
        return {line: LineHistory(line, intents) for line, intents in found.items() if intents}

    def intent(self, intent: IntentId) -> Intent | None:
        return self._intents.get(intent)

    def record_step(self, plan: PlanId, step: Step, outcome: str, text: str, at: datetime) -> None:
        raise AssertionError("unit changes are kept as intents")

    def proof(self) -> ProofOfCurrent:
        return self._proof

    def proof_in_file(self) -> ProofOfCurrent | None:
        return self.file

    def write_proof_file(self) -> None:
        self.file = self._proof

    def raise_epoch(self) -> None:
        self._proof = replace(self._proof, epoch=self._proof.epoch + 1)

    def canary_passed(self, lease: Lease) -> bool:
        return self._canary

    def remember_canary(self, lease: Lease, at: datetime) -> None:
        self._canary = True

    def claimed(self, pairing: PairingId) -> frozenset[LineId]:
        return frozenset()

    def claim_lines(self, lines: Sequence[LineId], pairing: PairingId) -> Mapping[LineId, str]:
        return {}
