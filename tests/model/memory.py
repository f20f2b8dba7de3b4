"""What a bridge knows, as a value: journal, baselines, how long it has run. Times are kept as ages."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from psabridge.engine.baselines import Baselines
from psabridge.rules.lease import ProofOfCurrent
from psabridge.rules.settings import Waits
from psabridge.rules.units.intent import Intent, IntentState, Look
from psabridge.rules.units.picture import Picture
from psabridge.rules.words import PairingId
from tests.model.days import ENDS, noon
from tests.model.vendor import LINE, rows_of

WAIT = timedelta(minutes=30)
WAITS = Waits(read_bound=WAIT, delivery_bound=2 * WAIT)  # λ is one wait, μ is two
LONG = 3  # waits: μ and λ are over, more says nothing new
NOW = noon(0)
HOME = ProofOfCurrent("home", 1, 7)


@dataclass(frozen=True, slots=True)
class Database:
    """What a backup holds."""

    intents: tuple[Intent, ...] = ()
    proof: ProofOfCurrent = HOME


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything of the bridge but the database is beside it: the file, the marker, the running process."""

    database: Database
    file: ProofOfCurrent | None = HOME
    marker: str = str(HOME)
    baseline: Picture | None = None
    first: Picture | None = None  # the oldest of the latest reads that were all equal
    had_rows: bool = True
    took_over: bool = True
    runs_for: int = LONG  # waits since the process started
    sent: int = 0  # intents ever armed, in any life of the database

    @property
    def open(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.database.intents if not intent.state.is_final)


def at_rest(day: int) -> Memory:
    """A bridge that has run for a while and knows the line as it stands on a day."""
    since, until = (date(2026, 2, 1), date(2026, 5, 31)) if day < 3 else (date(2026, 3, 1), ENDS)
    rows = tuple(row for row in rows_of(()) if since <= row.starts <= until)
    known = Picture(LINE, rows, NOW - WAIT, since, until)
    return Memory(Database(), baseline=known, first=known)


def started(memory: Memory, database: Database | None = None) -> Memory:
    """A new process: nothing is remembered."""
    return replace(
        memory,
        database=memory.database if database is None else database,
        baseline=None,
        first=None,
        had_rows=False,
        took_over=False,
        runs_for=0,
    )


def waited(memory: Memory) -> Memory:
    """Half an hour older: λ."""
    return canonical(
        replace(
            memory,
            database=replace(memory.database, intents=tuple(_aged(i) for i in memory.database.intents)),
            first=memory.first and replace(memory.first, read_at=memory.first.read_at - WAIT),
            runs_for=memory.runs_for + 1,
        )
    )


def _aged(intent: Intent) -> Intent:
    return intent if intent.state.is_final else shifted(intent, -WAIT)


def shifted(intent: Intent, by: timedelta) -> Intent:
    if intent.state.is_final and not intent.is_ghost:
        return intent
    return replace(
        intent,
        armed_at=intent.armed_at + by,
        doubtful_since=intent.doubtful_since and intent.doubtful_since + by,
        answered_at=intent.answered_at and intent.answered_at + by,
        looks=tuple(Look(look.at + by, look.step) for look in intent.looks),
    )


def canonical(memory: Memory) -> Memory:
    """The same memory without what can never matter again, so that equal knowledge is one state."""
    return replace(
        memory,
        database=canonical_database(memory.database),
        baseline=memory.baseline and replace(memory.baseline, read_at=NOW - WAIT),
        first=memory.first and replace(memory.first, read_at=max(memory.first.read_at, NOW - WAIT)),
        runs_for=min(memory.runs_for, LONG),
    )


def canonical_database(database: Database) -> Database:
    return replace(database, intents=tuple(_canonical(intent) for intent in database.intents))


def _canonical(intent: Intent) -> Intent:
    if intent.state.is_final or intent.state is IntentState.PARKED:
        return _settled(intent)
    return replace(
        intent,
        why="",
        vendor_text="",
        told=None,
        item_id=intent.item_id and 1,
        picture=intent.picture if intent.picture.read_at == NOW else replace(intent.picture, read_at=NOW),
        armed_at=NOW,
        answered_at=intent.answered_at and max(intent.answered_at, NOW - WAIT * LONG),
        doubtful_since=intent.doubtful_since and max(intent.doubtful_since, NOW - WAIT * LONG),
        looks=_late(intent),
    )


def _settled(intent: Intent) -> Intent:
    """No reading judges it again: its day and its step are all that others ask for."""
    if not intent.why and intent.armed_at == NOW:
        return intent
    return replace(
        intent,
        why="",
        vendor_text="",
        told=None,
        item_id=None,
        picture=Picture(LINE, (), NOW, intent.day, intent.day),
        armed_at=NOW,
        answered_at=None,
        doubtful_since=None,
        looks=(),
        tries=1,
    )


def _late(intent: Intent) -> tuple[Look, ...]:
    """Looks that can decide: late ones, of which nothing older than λ is told apart."""
    since = intent.doubtful_since
    bound = WAITS.delivery_bound
    if since is None or intent.state in {IntentState.ACCEPTED, IntentState.CONTESTED}:
        since, bound = intent.answered_at or intent.armed_at, WAITS.read_bound
    late = [look for look in intent.looks if look.at >= since + bound]
    return tuple(dict.fromkeys(Look(max(look.at, NOW - WAIT), look.step) for look in late))


def baselines_of(memory: Memory, now: datetime) -> Baselines:
    """The real ones, with what this process knows."""
    made = Baselines(now - memory.runs_for * WAIT)
    if memory.took_over:
        made.take_over(PairingId(1))
    if memory.had_rows:
        made._with_rows.add(LINE)
    if memory.baseline is not None:
        made._baselines[LINE] = memory.baseline
    if memory.first is not None:
        made._firsts[LINE] = replace(memory.first, read_at=memory.first.read_at + (now - NOW))
    return made


def with_baselines(memory: Memory, baselines: Baselines, now: datetime) -> Memory:
    first = baselines._firsts.get(LINE)
    return replace(
        memory,
        baseline=baselines._baselines.get(LINE),
        first=first and replace(first, read_at=first.read_at - (now - NOW)),
        had_rows=baselines.had_rows(LINE),
        took_over=PairingId(1) in baselines._taken_over,
    )
