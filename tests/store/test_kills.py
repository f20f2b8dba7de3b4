"""A process killed at the worst moment: what was committed stands, what was not is as if never begun (I9)."""

import signal
from pathlib import Path

from psabridge.rules.units.intent import IntentState
from psabridge.store.journal import DatabaseJournal
from psabridge.store.models import IntentRecord
from tests.databases import Database
from tests.store import processes
from tests.store.cast import a_lease, a_pairing, an_intent


def test_an_intent_stands_though_its_process_was_killed_right_after_arming(
    database: Database, tmp_path: Path
) -> None:
    """Protocol 2.2.1: a crash from here on counts as in doubt."""
    pairing = a_pairing()
    killed = processes.start(ARM_AND_DIE, database, pairing, tmp_path / "current")
    told = processes.line_of(killed)
    killed.communicate(timeout=20)
    journal = DatabaseJournal(tmp_path / "current")

    assert killed.returncode == -signal.SIGKILL
    (left,) = journal.open_intents(pairing)
    assert told == f"armed {left.id}"
    assert (left.state, left.change, journal.proof().counter) == (IntentState.ARMED, 5, 1)


def test_an_intent_killed_before_its_commit_never_was(database: Database, tmp_path: Path) -> None:
    pairing = a_pairing()
    killed = processes.start(DIE_INSIDE, database, pairing, tmp_path / "current")
    assert processes.line_of(killed) == "inside"
    killed.communicate(timeout=20)
    journal = DatabaseJournal(tmp_path / "current")

    assert killed.returncode == -signal.SIGKILL
    assert not IntentRecord.objects.exists()
    assert journal.proof().counter == 0


def test_the_line_is_free_again_after_a_commit_that_never_was(database: Database, tmp_path: Path) -> None:
    pairing, other = a_pairing(), a_pairing("other")
    killed = processes.start(DIE_INSIDE, database, pairing, tmp_path / "current")
    assert processes.line_of(killed) == "inside"
    killed.communicate(timeout=20)
    journal = DatabaseJournal(tmp_path / "current")
    with a_lease(other) as lease:
        armed = journal.arm(an_intent(other), lease)

    assert journal.open_intents(other) == (armed,)


ARM_AND_DIE = """
journal = DatabaseJournal(Path(sys.argv[2]))
with DatabaseLeases().hold(pairing, length=timedelta(minutes=1)) as lease:
    armed = journal.arm(an_intent(pairing), lease)
    say("armed", armed.id)
    os.kill(os.getpid(), signal.SIGKILL)
"""

DIE_INSIDE = """
from psabridge.store import journal as module

def die():
    say("inside")
    os.kill(os.getpid(), signal.SIGKILL)

journal = DatabaseJournal(Path(sys.argv[2]))
journal.proof()
module.installation = die
with DatabaseLeases().hold(pairing, length=timedelta(minutes=1)) as lease:
    journal.arm(an_intent(pairing), lease)
"""
