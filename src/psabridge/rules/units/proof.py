"""Whether the database is the current one, and the only one that writes (protocol.md 2.6)."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psabridge.rules.lease import ProofOfCurrent
from psabridge.rules.settings import Waits

_MARKER = re.compile(r"psabridge (?P<installation>\S+) e(?P<epoch>\d+) n(?P<counter>\d+)")


class Standing(StrEnum):
    FIRST_EVER = "first ever"  # no intent, no file, no marker: nobody wrote here before
    CURRENT = "current"  # database, file and marker agree
    UNPROVED = "unproved"  # nothing disagrees, but the file outside the backup is missing or behind
    RECOVERING = "recovering"  # the database is older than what was written: observe, a person approves
    FOREIGN = "foreign marker"  # another bridge writes here


@dataclass(frozen=True, slots=True)
class Currency:
    """What the three places say, and from when unit changes may leave."""

    standing: Standing
    writes_from: datetime
    text: str

    @property
    def may_write(self) -> bool:
        """Our marker was found, or nobody's (W1). Otherwise only observe, until a person approves (2.6.2)."""
        return self.standing not in {Standing.RECOVERING, Standing.FOREIGN}


def marker_in(text: str | None) -> ProofOfCurrent | None:
    """The marker in a field's text; None when it holds none."""
    found = _MARKER.search(text or "")
    if found is None:
        return None
    return ProofOfCurrent(found["installation"], int(found["epoch"]), int(found["counter"]))


def prove_current(
    *,
    proof: ProofOfCurrent,
    in_file: ProofOfCurrent | None,
    marker: str | None,
    started_at: datetime,
    waits: Waits,
) -> Currency:
    """Compare database, file and vendor. Proved current: wait λ after the start; else μ and λ (2.6.1).

    A request of the lost time may arrive as μ ends; only after λ more does every read show it.
    """
    standing, text = _standing(proof, in_file, marker_in(marker))
    is_proved = standing in {Standing.CURRENT, Standing.FIRST_EVER}
    wait = waits.read_bound if is_proved else waits.delivery_bound + waits.read_bound
    return Currency(standing, started_at + wait, text)


def _standing(
    proof: ProofOfCurrent, in_file: ProofOfCurrent | None, marker: ProofOfCurrent | None
) -> tuple[Standing, str]:
    if marker is not None and marker.installation != proof.installation:
        return Standing.FOREIGN, f"another bridge writes here: its marker is '{marker}'"
    for place, other in (("Autotask", marker), ("the file outside the backup", in_file)):
        if other is not None and is_ahead(other, proof):
            text = f"the database says '{proof.told}', {place} says '{other.told}': it was restored or copied"
            return Standing.RECOVERING, text
    if marker is None:
        return _without_marker(proof)
    return _beside_file(proof, in_file)


def _without_marker(proof: ProofOfCurrent) -> tuple[Standing, str]:
    if proof.counter == 0:
        return Standing.FIRST_EVER, "nobody wrote here before"
    return Standing.RECOVERING, "changes were sent before, and our marker is gone from Autotask"


def _beside_file(proof: ProofOfCurrent, in_file: ProofOfCurrent | None) -> tuple[Standing, str]:
    if in_file is None:
        return Standing.UNPROVED, "the file outside the backup is missing"
    if proof.counter - in_file.counter > 1:
        return Standing.UNPROVED, "the file outside the backup is behind the database"
    return Standing.CURRENT, "database, file and marker agree"


def is_ahead(other: ProofOfCurrent, proof: ProofOfCurrent) -> bool:
    """Places are written after the database, so they may be behind it, never ahead or of another epoch."""
    is_other = (other.installation, other.epoch) != (proof.installation, proof.epoch)
    return is_other or other.counter > proof.counter or other.looks > proof.looks
