"""The measured process: a bridge beside emulators that run elsewhere. Prints one JSON document.

Usage: PSABRIDGE_DATA=DIR python -m tests.bench.product LINE MS (what the emulators said when they were ready)
"""

import json
import os
import resource
import sys
from datetime import timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "psabridge.wiring.settings"

import django

django.setup()

import yaml  # noqa: E402  Django is set up first
from django.db import connection  # noqa: E402

from psabridge.engine.cycle import Memory, apply_plan, run_cycle  # noqa: E402
from psabridge.engine.outcomes import StepState  # noqa: E402
from psabridge.engine.ports import Ports  # noqa: E402
from psabridge.engine.prepare import prepare  # noqa: E402
from psabridge.engine.progress import Quiet  # noqa: E402
from psabridge.engine.report import CycleReport  # noqa: E402
from psabridge.engine.sorting import Approval  # noqa: E402
from psabridge.kit.clock import SystemClock, day_in  # noqa: E402
from psabridge.rules.settings import PairingSettings  # noqa: E402
from psabridge.rules.words import LineKind  # noqa: E402
from psabridge.wiring.bridge import Bridge, open_bridge  # noqa: E402
from psabridge.wiring.config_file import import_config  # noqa: E402
from psabridge.wiring.emulated import Emulators, configuration  # noqa: E402
from tests.bench.emulators import BackDoor, Watch  # noqa: E402

Json = dict[str, Any]
# A bench is no reason to ask a person: what it moves may pass.
LOOSE = {"bounds": {"share_of_lines": "1", "share_of_customer_units": "1", "lines": 100_000}}
MOST_CYCLES = 6
CHANGING_OF_LINES = 20  # every twentieth line: 5 %
A_YEAR_OF_FIGURES = """
    WITH RECURSIVE back(days) AS (SELECT 1 UNION ALL SELECT days + 1 FROM back WHERE days < 365)
    INSERT OR IGNORE INTO store_linefigure (pairing_id, line, day, units, meter)
    SELECT pairing_id, line, date(day, '-' || days || ' days'), units, meter FROM store_linefigure, back
"""
COUNTED, USAGE = "pw_base_workstations", "workstations"


class Provider:
    """One installation in automatic mode, in one process."""

    def __init__(self, bridge: Bridge, description: Json) -> None:
        emulators = Emulators(description, bridge.transport)
        document: Json = yaml.safe_load(configuration(emulators, mode="automatic"))
        document["pairings"]["acronis-autotask"].update(LOOSE)
        text = yaml.safe_dump(document, sort_keys=False)
        import_config(text, bridge.pairings, who="bench", at=SystemClock().now())
        self._bridge = bridge
        self._pairing = bridge.pairings.by_name(None)
        self.ports: Ports = bridge.ports(self._pairing)
        self._memory = Memory()

    @property
    def settings(self) -> PairingSettings:
        return self._bridge.pairings.settings(self._pairing)

    def cycle(self) -> CycleReport:
        return run_cycle(
            self.settings,
            ports=self.ports,
            memory=self._memory,
            approval=Approval(person=None),
            progress=Quiet(),
            waits=True,
        )

    def settle(self) -> None:
        """The first sync, released by a person, and cycles until one finds nothing to do."""
        for _ in range(MOST_CYCLES):
            report = self.cycle()
            if report.count(StepState.HELD):
                report = self._release(report)
            self.ports.clock.wait(timedelta(minutes=10))
            if not report.open_intents and not report.count(StepState.APPLIED):
                return
        raise SystemExit("the scene does not come to rest")

    def _release(self, report: CycleReport) -> CycleReport:
        return apply_plan(
            report.plan_id,
            report.plan,
            settings=self.settings,
            ports=self.ports,
            memory=self._memory,
            approval=Approval(person="bench", released=None),
            progress=Quiet(),
        )

    def another_day(self) -> CycleReport:
        """A day later, with today's first cycle done."""
        self.ports.clock.wait(timedelta(days=1))
        return self.cycle()


def measure(bridge: Bridge, description: Json, latency_ms: int) -> Json:
    provider, door = Provider(bridge, description), BackDoor(description)
    provider.ports.psa.check_codes()  # signs in, and reads what is kept for long
    watch = Watch(door, latency_ms)
    prepared = prepare(provider.settings, provider.ports)
    planned = watch.look()
    provider.settle()
    grow_old()
    report = provider.another_day()
    full = _full(provider, watch)
    idle = _idle(provider, watch)
    changing = _changing(provider, watch, door, report)
    lines = [line.kind for line in report.prepared.observed.psa.lines]
    return {
        "customers": len(provider.settings.customers),
        "contracts": len(report.prepared.observed.psa.contracts),
        "lines": lines.count(LineKind.SERVICE),
        "bundle_lines": lines.count(LineKind.BUNDLE),
        "plan": {**planned, "steps": len(prepared.plan.steps)},
        "full": full,
        "incremental": idle,
        "changing": changing,
        "peak_mb": peak_mb(),
    }


def grow_old() -> None:
    """What an installation holds of figures of days after a year."""
    with connection.cursor() as cursor:
        cursor.execute(A_YEAR_OF_FIGURES)


def _full(provider: Provider, watch: Watch) -> Json:
    """Both sides, as the first cycle of a day reads them."""
    settings, ports = provider.settings, provider.ports
    today = day_in(settings.zone, ports.clock.now())
    watch.start()
    ports.psa.read(settings, today)
    ports.platform.read(settings)
    return watch.look()


def _idle(provider: Provider, watch: Watch) -> Json:
    """A whole cycle five minutes later that finds nothing to do."""
    provider.ports.clock.wait(timedelta(minutes=5))
    watch.start()
    report = provider.cycle()
    told = watch.look()
    if report.plan.steps or report.plan.completeness.rows_as_of is None:
        raise SystemExit("the idle cycle was not idle, or read everything")
    return told


def _changing(provider: Provider, watch: Watch, door: BackDoor, known: CycleReport) -> Json:
    """A whole cycle five minutes later in which every twentieth line changes."""
    observed = known.prepared.observed
    wanted = len(observed.psa.lines) // CHANGING_OF_LINES
    tenants = {one.company: str(one.tenant) for one in provider.settings.customers}
    counted = [one for one in observed.desired.units if one.rows[0].item == COUNTED][:wanted]
    readings = [
        {"tenant": tenants[one.company], "usage_name": USAGE, "value": one.units + 1} for one in counted
    ]
    door.use(readings)
    provider.ports.clock.wait(timedelta(minutes=5))
    watch.start()
    report = provider.cycle()
    told = watch.look()
    if report.count(StepState.APPLIED) != wanted:
        raise SystemExit(f"{report.count(StepState.APPLIED)} of {wanted} lines were changed")
    return {**told, "changed": wanted}


def peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) // 10**6 + 1


def main() -> None:
    description: Json = json.loads(sys.argv[1])
    with open_bridge() as bridge:
        sys.stdout.write(json.dumps(measure(bridge, description, int(sys.argv[2]))) + "\n")


if __name__ == "__main__":
    main()
