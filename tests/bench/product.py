"""The measured process: a bridge beside emulators that run elsewhere. Prints one JSON document.

Usage: PSABRIDGE_DATA=DIR python -m tests.bench.product LINE (what the emulators said when they were ready)
"""

import json
import os
import resource
import sys
import time
import urllib.request
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "psabridge.wiring.settings"

import django

django.setup()

from psabridge.engine.prepare import observe, plan_from, wanted  # noqa: E402  Django is set up first
from psabridge.kit.clock import SystemClock, day_in  # noqa: E402
from psabridge.rules.words import LineKind  # noqa: E402
from psabridge.wiring.bridge import Bridge, open_bridge  # noqa: E402
from psabridge.wiring.config_file import import_config  # noqa: E402
from psabridge.wiring.emulated import Emulators, configuration  # noqa: E402

Json = dict[str, Any]


class Watch:
    """Seconds and calls of what happens between two looks."""

    def __init__(self, description: Json) -> None:
        self._calls_url = f"{description['control']['autotask']}/calls"
        self.start()

    def start(self) -> None:
        self._control("DELETE")
        self._began = time.perf_counter()

    def look(self) -> Json:
        seconds = time.perf_counter() - self._began
        calls = {vendor: told["total"] for vendor, told in self._control("GET")["calls"].items()}
        self.start()
        return {"seconds": round(seconds, 3), "calls": calls}

    def _control(self, method: str) -> Json:
        request = urllib.request.Request(self._calls_url, method=method)  # noqa: S310  loopback
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310  loopback
            content: Json = json.loads(reply.read() or b"{}")
        return content


def measure(bridge: Bridge, description: Json) -> Json:
    emulators = Emulators(description, bridge.transport)
    text = configuration(emulators, mode="observe")
    import_config(text, bridge.pairings, who="bench", at=SystemClock().now())
    pairing = bridge.pairings.by_name(None)
    ports, settings = bridge.ports(pairing), bridge.pairings.settings(pairing)
    today = day_in(settings.zone, ports.clock.now())
    ports.psa.check_codes()  # signs in, and reads what is kept for long
    watch = Watch(description)
    psa = ports.psa.read(settings, today)
    ports.platform.read(settings)
    read = watch.look()
    observed = observe(settings, ports)
    watch.start()
    wanted(observed.settings, observed.psa, observed.platform, ports)
    decided = watch.look()
    ports.records.keep_snapshot(observed.settings, observed.psa, observed.platform)
    kept = watch.look()
    prepared = plan_from(observed, ports, is_recovering=False)
    planned = watch.look()
    lines = [line.kind for line in psa.lines]
    return {
        "customers": len(settings.customers),
        "contracts": len(psa.contracts),
        "lines": lines.count(LineKind.SERVICE),
        "bundle_lines": lines.count(LineKind.BUNDLE),
        "steps": len(prepared.plan.steps),
        "read": read,
        "decide_seconds": decided["seconds"],
        "keep_seconds": kept["seconds"],
        "plan": planned,
        "peak_mib": _peak_mib(),
    }


def _peak_mib() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024**2 if sys.platform == "darwin" else 1024)


def main() -> None:
    description: Json = json.loads(sys.argv[1])
    with open_bridge() as bridge:
        sys.stdout.write(json.dumps(measure(bridge, description)) + "\n")


if __name__ == "__main__":
    main()
