"""Everything one process emulates: vendors, their time, their faults, what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from psabridge_emulators.frame.calls import Calls, Exchange
from psabridge_emulators.frame.clock import WorldClock
from psabridge_emulators.frame.delivery import Delivery
from psabridge_emulators.frame.faults import Faults
from psabridge_emulators.frame.gate import ThreadGate
from psabridge_emulators.frame.held import HeldRequests
from psabridge_emulators.frame.keeping import Keeper
from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.frame.wire import Reply, Request, Vendor


@dataclass(slots=True)
class Place:
    """One vendor with its own gate, latency and clock error."""

    vendor: Vendor
    gate: ThreadGate = field(default_factory=ThreadGate)
    latency_ms: int = 0
    skew_seconds: float = 0.0  # how far the `Date` header is off the vendor's own time


class Emulation:
    """Free of sockets; everything here runs on one thread, so no world needs a lock."""

    def __init__(
        self,
        *,
        vendors: Sequence[Vendor],
        scene: Scene,
        runs: bool = False,
        latency_ms: int = 0,
        keeper: Keeper | None = None,
    ) -> None:
        self.places = {vendor.name: Place(vendor, latency_ms=latency_ms) for vendor in vendors}
        self.scene = scene
        self.clock = WorldClock(scene.now, runs=runs)
        self._keeper = keeper
        self.faults = Faults()
        self.calls = Calls()
        self.held = HeldRequests(self.land)
        self.changes = 0  # grows with everything that may have changed a world
        for vendor in vendors:
            self.clock.listen(vendor.passes_time)

    @property
    def now(self) -> datetime:
        return self.clock.now

    def vendor(self, name: str) -> Vendor:
        return self.places[name].vendor

    def shown_time(self, name: str) -> datetime:
        """What the vendor's `Date` header says."""
        return self.now + timedelta(seconds=self.places[name].skew_seconds)

    def land(self, name: str, request: Request) -> Reply:
        """The vendor itself acts on a request."""
        if request.method != "GET":
            self.changes += 1
        return self.vendor(name).answer(request, self.now)

    def hold(self, name: str, request: Request, *, seconds: float, trigger: str | None) -> None:
        """Keep a request on the way, until its time has come or its trigger is called."""
        due = self.now + timedelta(seconds=seconds) if seconds else None
        held = self.held.keep(name, request, trigger, due)
        if due is not None:
            self.clock.at(due, lambda: self.held.arrive(held.id))

    def record(self, name: str, request: Request, delivery: Delivery, fault: str | None) -> None:
        self.calls.record(Exchange(name, request, delivery.reply, self.now, fault))

    def keep(self) -> bool:
        """Write the worlds to disk now; False when nobody named a place for them."""
        if self._keeper is None:
            return False
        self.scene.now = self.now
        self._keeper.save(self.scene, self.changes)
        return True

    def keep_if_due(self) -> None:
        if self._keeper is not None and self._keeper.due(self.changes):
            self.keep()
