"""What may be said of one line today: right, write now, wait until a day, or stop and tell a person."""

from dataclasses import dataclass
from datetime import date

from psabridge.kit.periods import Period
from psabridge.rules.findings import Severity
from psabridge.rules.words import IntentId


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of the line, short of its name."""

    code: str
    severity: Severity
    problem: str
    next_act: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Units that a period was billed too few of. Listed with their value, never added (R28).

    Of a month of range items they may also be too many: then `units` is below 0.
    """

    units: int
    days: int
    period: Period
    why: str = ""


@dataclass(frozen=True, slots=True)
class Late:
    """A month that counts otherwise since it was written; a person says what becomes of it (ACR-USE-04)."""

    days: Period
    written: int
    counted: int
    units: int  # of the difference, what nobody has decided about
    change: IntentId  # that wrote the month
    has_next: bool  # whether the contract has another month, which could take the difference


@dataclass(frozen=True, slots=True)
class Wait:
    """A change that has its own day (W8, R16)."""

    due: date
    now: int
    wanted: int
    why: str


@dataclass(frozen=True, slots=True)
class Write:
    """A change that may be posted today."""

    day: date
    before: int
    after: int
    is_first_report: bool
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Neither `write` nor `wait`, no note that stops, no amount left to a person: the line is right."""

    write: Write | None = None
    wait: Wait | None = None
    notes: tuple[Note, ...] = ()
    missed: Missed | None = None
    left: tuple[Missed, ...] = ()  # of days that take no change any more
    late: Late | None = None

    @property
    def is_right(self) -> bool:
        return self.is_settled and not self.left and self.late is None

    @property
    def is_settled(self) -> bool:
        """Nothing is to be done by the bridge, now or later."""
        return self.write is None and self.wait is None and not self.stops

    @property
    def stops(self) -> bool:
        return any(note.severity is Severity.STOPS for note in self.notes)


RIGHT = Verdict()


def stop(code: str, problem: str, next_act: str) -> Verdict:
    return Verdict(notes=(Note(code, Severity.STOPS, problem, next_act),))
