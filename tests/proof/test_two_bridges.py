"""Two bridges on one database (I10): one that slept until its lease was taken makes no further write."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db.models.functions import Now

from psabridge.store.models import Connection
from tests.databases import Database
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey

# Shorter than the product's, and still long for this machine: a process that slept longer sends nothing.
DEADLINE = 3.0
LOOSE = {"bounds": {"share_of_lines": "1", "share_of_customer_units": "1", "lines": 100}}
ADJUSTMENTS = "/ContractServiceAdjustments"
FIELD = "/UserDefinedFieldDefinitions"


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


@pytest.mark.parametrize(
    "moment",
    [
        "committed store_installation",  # the intent is in the journal
        "placed current",
        f"writing PATCH {{url}}{FIELD}",  # the marker
        f"asking POST {{url}}{ADJUSTMENTS}",
        f"renewing POST {{url}}{ADJUSTMENTS}",
        f"connecting POST {{url}}{ADJUSTMENTS}",
        f"writing POST {{url}}{ADJUSTMENTS}",
        f"reading POST {{url}}{ADJUSTMENTS}",  # it landed
    ],
)
def test_a_bridge_that_slept_over_its_lease_writes_nothing_more(
    open_shop: OpenShop, sqlite_database: Database, moment: str
) -> None:
    """SIGSTOP in the middle of a write; another bridge takes over and is done before the first one wakes."""
    journey, firm = _running_firm(open_shop)
    root = f"{journey.vendors.urls['autotask']}/ATServicesRest/v1.0"
    bridges = Bridges(journey, sqlite_database)

    with bridges.asleep(moment.format(url=root)) as slow:
        since = time.monotonic()
        quick = bridges.start()
        assert quick.communicate(timeout=60)[0] == "quiet\n"
        settled = journey.written(), journey.ledger()
        time.sleep(max(since + DEADLINE - time.monotonic(), 0))
        slow.send_signal(signal.SIGCONT)
        ended = slow.communicate(timeout=60)[0]

    assert ended == "lost its lease\n"
    assert (journey.written(), journey.ledger()) == settled
    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert journey.units(firm.line) == 15
