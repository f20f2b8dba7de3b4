"""The file outside the backup of the database: how far this installation went (protocol 2.6)."""

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import F

from psabridge.rules.lease import ProofOfCurrent
from psabridge.store.models import Installation


@dataclass(frozen=True, slots=True)
class StateFile:
    path: Path

    def read(self) -> ProofOfCurrent | None:
        """None where it is missing or unreadable: then nothing proves the database current."""
        if not self.path.exists():
            return None
        name, *numbers = self.path.read_text(errors="replace").split() or [""]
        if len(numbers) not in {2, 3} or not all(one.isdecimal() for one in numbers):
            return None
        return ProofOfCurrent(name, *(int(one) for one in numbers))

    def write(self) -> None:
        """As the database is now."""
        self._put(proof_of_current())

    def write_looks(self) -> None:
        """No more than that: a file that was missing or behind proves nothing before the next intent."""
        ours, told = proof_of_current(), self.read()
        if told is not None:
            self._put(replace(told, looks=ours.looks))
        elif ours.counter == 0:
            self._put(ours)

    def _put(self, proof: ProofOfCurrent) -> None:
        """On the disk before the next request; half a file is never seen."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        with draft.open("w") as file:
            file.write(f"{proof.installation} {proof.epoch} {proof.counter} {proof.looks}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)


def installation() -> Installation:
    """The one row. Two processes that make it at once agree on it, for its key is given."""
    row, _ = Installation.objects.get_or_create(pk=1, defaults={"installation": secrets.token_hex(4)})
    return row


def proof_of_current() -> ProofOfCurrent:
    row = installation()
    return ProofOfCurrent(row.installation, row.epoch, row.counter, row.looks)


def count_look() -> None:
    """In the transaction of what was kept."""
    installation()
    Installation.objects.update(looks=F("looks") + 1)
