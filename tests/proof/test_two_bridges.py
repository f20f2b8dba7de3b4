"""Two bridges on one database (I10): one that slept until its lease was taken makes no further write."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db.models.functions import Now

from psabridge.store.models import Connection, IntentRecord
from tests.databases import Database, SqliteFiles
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.proof.rehearsal import drawn

# Shorter than the product's, and still long for this machine: a process that slept longer sends nothing.
DEADLINE = 3.0
# Each of them takes seconds.
SOME = 4
LOOSE = {"bounds": {"share_of_lines": "1", "share_of_customer_units": "1", "lines": 100}}
ADJUSTMENTS = "/ATServicesRest/v1.0/ContractServiceAdjustments"
FIELD = "/ATServicesRest/v1.0/UserDefinedFieldDefinitions"


def _running_firm(open_shop: OpenShop) -> tuple[Journey, Sale]:
    """Reported yesterday; today the usage is 15, and nothing at Autotask stops a second adjustment."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.cycle()
    journey.doubts(uniqueness="none")
    journey.use(firm, 15)
    assert journey.landed(firm.line) == [(date(2026, 3, 10), 2)]
    return journey, firm


class Bridges:
    """Bridge processes on the database and the folder of a journey."""

    def __init__(self, journey: Journey, database: Database) -> None:
        self._environment = {
            **os.environ,
            "PSABRIDGE_DATA": str(journey.folder),
            "PSABRIDGE_DATABASE_URL": database.url,
        }

    def start(self, *options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.proof.writer", *options]
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)

    @contextmanager
    def asleep(self, moment: str) -> Iterator["subprocess.Popen[str]"]:
        """One that has stopped at a moment of its cycle, while its lease ran out."""
        slow = self.start("--stop", moment, "--deadline", str(DEADLINE))
        try:
            _, status = os.waitpid(slow.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status), f"it ended before {moment}"
            # Five minutes later by the database's clock.
            Connection.objects.filter(lease_until__gt=Now()).update(lease_until=Now() - timedelta(seconds=1))
            yield slow
        finally:
            slow.kill()
            slow.communicate()


def _moments(bridges: Bridges) -> list[str]:
    """Every moment of a writing cycle, as one that nobody disturbs meets them."""
    ended, *met = bridges.start("--moments").communicate(timeout=60)[0].splitlines()
    assert ended == "quiet"
    return met


def _sleeps_over_its_lease(journey: Journey, bridges: Bridges, moment: str) -> str:
    """SIGSTOP at a moment; another takes over and is done before the first one wakes: what that one says."""
    with bridges.asleep(moment) as slow:
        since = time.monotonic()
        quick = bridges.start()
        assert quick.communicate(timeout=60)[0] == "quiet\n"
        settled = _written(journey)
        time.sleep(max(since + DEADLINE - time.monotonic(), 0))
        slow.send_signal(signal.SIGCONT)
        ended: str = slow.communicate(timeout=60)[0]

    assert _written(journey) == settled
    return ended


def _written(journey: Journey) -> tuple[object, ...]:
    """Everything written at the vendors, and what the journal says of changes of units."""
    return journey.written(), journey.ledger(), list(IntentRecord.objects.order_by("pk").values())


NAMED = (
    "committed store_installation",  # the intent is in the journal
    "placed current",
    f"writing PATCH {FIELD}",  # the marker
    f"asking POST {ADJUSTMENTS}",
    f"renewing POST {ADJUSTMENTS}",
    f"connecting POST {ADJUSTMENTS}",
    f"writing POST {ADJUSTMENTS}",
    f"reading POST {ADJUSTMENTS}",  # it landed
)


@pytest.mark.parametrize("moment", NAMED)
def test_a_bridge_that_slept_over_its_lease_writes_nothing_more(
    open_shop: OpenShop, sqlite_database: Database, moment: str
) -> None:
    """The moments between the commit of the intent and the answer."""
    journey, firm = _running_firm(open_shop)

    ended = _sleeps_over_its_lease(journey, Bridges(journey, sqlite_database), moment)

    assert ended == "lost its lease\n"
    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert journey.units(firm.line) == 15


def test_so_does_one_that_slept_at_any_other_moment_of_its_writing_cycle(
    open_shop: OpenShop, sqlite_files: SqliteFiles, tell: Callable[[str], None]
) -> None:
    """The moments are met, not named. Some of them in each run; all with PROOF_MOMENTS=all."""
    with sqlite_files.one() as database:
        journey, _ = _running_firm(open_shop)
        met = _moments(Bridges(journey, database))
    assert set(NAMED) <= set(met)
    others = [moment for moment in met if moment not in NAMED]
    seed = int(os.environ["PROOF_SEED"])
    by_lot = sorted(others, key=lambda moment: drawn(seed, others.index(moment)))
    chosen = others if os.environ.get("PROOF_MOMENTS") == "all" else by_lot[:SOME]
    endings = Counter[str]()
    for moment in chosen:
        with sqlite_files.one() as database:
            journey, firm = _running_firm(open_shop)
            ended = _sleeps_over_its_lease(journey, Bridges(journey, database), moment)
            assert ended in {"lost its lease\n", "quiet\n"}, moment
            assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)], moment
            endings[ended.strip()] += 1
    tell(f"{len(met)} moments of a writing cycle: {len(NAMED)} named, {len(chosen)} more; {dict(endings)}")
