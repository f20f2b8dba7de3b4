"""The measured process of the burst of alerts: tickets from a bridge beside emulators that run elsewhere.

Usage: PSABRIDGE_DATA=DIR python -m tests.bench.burst LINE MS (as tests.bench.product). Both sides follow the
machine's clock. The alerts come in the minute before the first cycle, and cycles begin a minute apart.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "psabridge.wiring.settings"

import django

django.setup()

import yaml  # noqa: E402  Django is set up first
from django.db import connection  # noqa: E402

from psabridge.engine.prepare import prepare  # noqa: E402
from psabridge.engine.progress import Quiet  # noqa: E402
from psabridge.engine.ticketing import Release, TicketReport, run_tickets  # noqa: E402
from psabridge.kit.clock import SystemClock  # noqa: E402
from psabridge.rules.lease import Lease  # noqa: E402
from psabridge.rules.tickets.alerts import AlertId  # noqa: E402
from psabridge.rules.tickets.errands import Errand  # noqa: E402
from psabridge.rules.tickets.stories import Story  # noqa: E402
from psabridge.rules.words import CompanyId, PairingId  # noqa: E402
from psabridge.store.tickets import DatabaseTicketBook  # noqa: E402
from psabridge.wiring.bridge import Bridge, open_bridge  # noqa: E402
from psabridge.wiring.config_file import import_config  # noqa: E402
from psabridge.wiring.emulated import Emulators, configuration  # noqa: E402
from psabridge_emulators.scenes.desk import BACKUP_QUEUE  # noqa: E402
from tests.bench.emulators import BackDoor, Watch  # noqa: E402
from tests.bench.product import peak_mb  # noqa: E402

Json = dict[str, Any]
MOST_CYCLES = 6
COMPLETE, IN_PROGRESS = 5, 8
CHANGING = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Burst:
    """How many alerts of how many customers, and of how many of them one customer."""

    customers: int = 200
    alerts: int = 10_000
    of_one: int = 9_000
    over_seconds: int = 60
    cycle_seconds: int = 60


class WatchedBook(DatabaseTicketBook):
    """Notes when the last write that tells of an alert was settled."""

    def __init__(self) -> None:
        self.told_at: dict[AlertId, tuple[CompanyId, datetime]] = {}

    def finish(self, pairing: PairingId, errand: Errand, story: Story, lease: Lease) -> None:
        super().finish(pairing, errand, story, lease)
        now = SystemClock().now()
        for alert in errand.step.told:
            self.told_at.setdefault(alert, (story.company, now))


class Commits:
    """Counts transactions that change something: each waits for the disk."""

    def __init__(self) -> None:
        self.count = 0
        self._changes = False

    @contextmanager
    def counted(self) -> Iterator[None]:
        commit = connection.commit

        def committed() -> None:
            commit()
            self.count += self._changes
            self._changes = False

        connection.commit = committed
        try:
            with connection.execute_wrapper(self._execute):
                yield
        finally:
            del connection.commit

    def _execute(self, run: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ANN401  Django's own
        if sql.startswith(CHANGING):
            alone = not connection.in_atomic_block
            self.count += alone
            self._changes = self._changes or not alone
        return run(sql, *rest)


class Desk:
    """A provider's tickets, written without asking."""

    def __init__(self, bridge: Bridge, description: Json, burst: Burst) -> None:
        document: Json = yaml.safe_load(
            configuration(Emulators(description, bridge.transport), mode="observe")
        )
        del document["connections"]["autotask"]["clock_url"]
        pairing = document["pairings"]["acronis-autotask"]
        pairing["customers"] = pairing["customers"][: burst.customers]
        pairing["modes"]["tickets"] = "automatic"
        pairing["tickets"] = _tickets(pairing["customers"])
        text = yaml.safe_dump(document, sort_keys=False)
        import_config(text, bridge.pairings, who="bench", at=SystemClock().now())
        self.pairing = bridge.pairings.by_name(None)
        self.settings = bridge.pairings.settings(self.pairing)
        self.book, self.commits = WatchedBook(), Commits()
        self.ports = replace(bridge.ticket_ports(self.pairing), book=self.book)
        prepare(self.settings, bridge.ports(self.pairing))  # contracts, as the billing cycle reads them

    def cycle(self) -> TicketReport:
        with self.commits.counted():
            return run_tickets(self.settings, ports=self.ports, release=Release(), progress=Quiet())


def _tickets(customers: list[Json]) -> Json:
    since = (SystemClock().now() - timedelta(days=1)).isoformat()
    fields = {"queue": BACKUP_QUEUE, "status": IN_PROGRESS}
    return {
        "is_on": True,
        "since": since,
        "close_status": COMPLETE,
        "severities": [{"severity": one, "creates": True, "fields": fields} for one in ("error", "critical")],
        "mapped_since": [{"tenant": one["tenant"], "since": since} for one in customers],
    }


def measure(bridge: Bridge, description: Json, latency_ms: int, burst: Burst) -> Json:
    door = BackDoor(description)
    door.set_clock(SystemClock().now() - timedelta(seconds=burst.over_seconds))
    desk = Desk(bridge, description, burst)
    desk.cycle()
    noisy, *others = [one.tenant for one in desk.settings.customers]
    door.burst([noisy], burst.of_one, burst.over_seconds)
    door.burst(others, burst.alerts - burst.of_one, burst.over_seconds)
    door.set_clock(SystemClock().now())
    watch = Watch(door, latency_ms)
    cycles = list(_cycles(desk, watch, burst))
    quiet = _measured(desk, watch)
    if quiet["written"] or quiet["held"]:
        raise SystemExit("the quiet cycle was not quiet")
    return {
        "customers": burst.customers,
        "alerts": burst.alerts,
        "of_one": burst.of_one,
        "latency_ms": latency_ms,
        "cycle_seconds": burst.cycle_seconds,
        "cycles": cycles,
        "quiet": quiet,
        "waits": _waits(desk, desk.settings.customers[0].company),
        **_stands(desk, door),
        "peak_mb": peak_mb(),
    }


def _cycles(desk: Desk, watch: Watch, burst: Burst) -> Iterator[Json]:
    """Until nothing is left to write."""
    for _ in range(MOST_CYCLES):
        began = time.monotonic()
        told = _measured(desk, watch)
        yield told
        if not told["held"] and told["alerts"] == burst.alerts:
            return
        time.sleep(max(0, burst.cycle_seconds - (time.monotonic() - began)))
    raise SystemExit("the burst does not come to rest")


def _measured(desk: Desk, watch: Watch) -> Json:
    before = desk.commits.count
    watch.start()
    report = desk.cycle()
    told = watch.look()
    written = sum(one.state == "applied" for one in report.outcomes)
    held = len(report.outcomes) - written
    alerts = report.told + len(report.without)
    return {
        **told,
        "commits": desk.commits.count - before,
        "written": written,
        "held": held,
        "alerts": alerts,
    }


def _waits(desk: Desk, noisy: CompanyId) -> Json:
    """Seconds from the raise time of an alert to the end of what tells of it."""
    raised = {one.alert.id: one.alert.raised_at for one in desk.book.kept(desk.pairing).alerts}
    of_noisy, of_others = list[float](), list[float]()
    for alert, (company, at) in desk.book.told_at.items():
        seconds = (at - raised[alert]).total_seconds()
        (of_noisy if company == noisy else of_others).append(seconds)
    return {"others": _spread(of_others), "noisy": _spread(of_noisy)}


def _spread(seconds: list[float]) -> Mapping[str, float]:
    ordered = sorted(seconds)
    names = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {name: round(ordered[max(0, int(len(ordered) * part) - 1)], 1) for name, part in names.items()}


def _stands(desk: Desk, door: BackDoor) -> Json:
    """Where every alert stands in Autotask (R53), by the ids in the texts of our tickets and their notes."""
    tickets = {row["id"]: row for row in door.rows("Tickets") if row.get("externalID")}
    notes = [row for row in door.rows("TicketNotes") if row["ticketID"] in tickets]
    texts = "\n".join(row["description"] or "" for row in (*tickets.values(), *notes))
    kept = desk.book.kept(desk.pairing).alerts
    named = Counter(_ids(texts))
    external = Counter(row["externalID"] for row in tickets.values())
    return {
        "tickets": len(tickets),
        "notes": len(notes),
        "told": sum(one.told is not None for one in kept),
        "without": sum(one.told is None and one.reason is not None for one in kept),
        "not_once": sum(named[one.alert.id] != (one.told is not None) for one in kept),
        "doubled": sum(count > 1 for count in external.values()),
    }


def _ids(texts: str) -> Iterator[str]:
    """As the last word of a line, bare in a ticket and in brackets in a list."""
    return (line.split()[-1].strip("()") for line in texts.splitlines() if line.strip())


def main() -> None:
    description: Json = json.loads(sys.argv[1])
    with open_bridge() as bridge:
        sys.stdout.write(json.dumps(measure(bridge, description, int(sys.argv[2]), Burst())) + "\n")


if __name__ == "__main__":
    main()
