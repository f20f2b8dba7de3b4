"""What is done at the moment when a call is about to leave: to the wire, to the vendors, and by people."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from psabridge.clients.emulated_clock import EmulatedClock
from psabridge_emulators.autotask.database import NO_LAG, ReadLag
from psabridge_emulators.frame.control import act
from psabridge_emulators.frame.delivery import Delivery
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.faults import ControlAction, FaultRule
from psabridge_emulators.frame.play import ask
from psabridge_emulators.frame.wire import Request
from psabridge_proof import direct
from psabridge_proof.direct import DirectTransport
from tests.proof.spots import Spot
from tests.proof.world import Landed, World


@dataclass(slots=True)
class Strike:
    """One call that a fault strikes, and what goes on at that moment."""

    spot: Spot
    month: World
    transport: DirectTransport
    vendor: str
    request: Request
    others: list[Landed] = field(default_factory=list)  # what somebody else changed
    over: tuple[int, date] | None = None  # a contract that was ended, and its last day
    landed_before: int = 0

    def rule(self, kind: str, **values: Any) -> None:  # noqa: ANN401  members of a rule
        """A fault rule for this very request."""
        own = {"kind": kind, "vendor": self.vendor, "method": self.request.method}
        path = f"^{re.escape(self.request.path)}$"
        self.month.emulation.faults.add(FaultRule.read({**own, "path": path, "times": 1, **values}))

    def do(self, path: str, **body: Any) -> None:  # noqa: ANN401  whatever the back door takes
        reply = act(self.month.emulation, self.vendor, ControlAction(path, body))
        assert reply.status == 200, reply

    def contract(self) -> int:
        row = self.month.autotask.database.row("ContractServices", self.line())
        assert row is not None
        contract: int = row["contractID"]
        return contract

    def line(self) -> int:
        assert self.spot.line is not None
        return self.spot.line


Act = Callable[[Strike], None]


def rule(kind: str, **values: Any) -> Act:  # noqa: ANN401  members of a rule
    return lambda strike: strike.rule(kind, **values)


# ---- conditions


def unreachable(strike: Strike) -> None:
    strike.transport.unreachable.add(strike.vendor)


def reachable(strike: Strike) -> None:
    strike.transport.unreachable.discard(strike.vendor)


def revoke(strike: Strike) -> None:
    if strike.vendor == "autotask":
        strike.do("user", state="revoked")
    else:
        strike.do("client/revoke", enabled=False)


def restore(strike: Strike) -> None:
    if strike.vendor == "autotask":
        strike.do("user", state="ok")
    else:
        strike.do("client/revoke", enabled=True)


def hour_is_used(strike: Strike) -> None:
    """Others used up the hour of Autotask; Acronis answers 429 for as long."""
    if strike.vendor == "autotask":
        strike.do("requests", others=10_000)
    else:
        strike.rule("hourly_limit", path=None, method=None, times=None)


def nothing(_strike: Strike) -> None:
    """It ends by itself."""


def lag(minutes: int) -> Act:
    """Reads of what is written are so far behind, the field with our marker too."""

    def begin(strike: Strike) -> None:
        for name in LAGGING:
            strike.month.autotask.database.set_lag(name, ReadLag(timedelta(minutes=minutes)))

    return begin


LAGGING = ("ContractServiceUnits", "ContractServiceBundleUnits", "Services", "UserDefinedFieldDefinitions")


def no_lag(strike: Strike) -> None:
    for name in LAGGING:
        strike.month.autotask.database.set_lag(name, ReadLag(NO_LAG))


def acronis_behind(strike: Strike) -> None:
    """What Acronis is asked about is answered as it stood before this write, until the end of it."""
    world, real = strike.month.acronis, direct.ask
    before = copy.deepcopy(world, {id(world.tokens): world.tokens})

    def behind(emulation: Emulation, name: str, request: Request) -> Delivery:
        if name != "acronis" or request.method != "GET":
            return real(emulation, name, request)
        before.advance(emulation.now)
        emulation.scene.worlds["acronis"] = before
        try:
            return real(emulation, name, request)
        finally:
            emulation.scene.worlds["acronis"] = world

    direct.ask = behind  # type: ignore[attr-defined]


def acronis_current(_strike: Strike) -> None:
    direct.ask = ask  # type: ignore[attr-defined]


def skew(seconds: int) -> Act:
    return lambda strike: strike.do("skew", seconds=seconds)


def time_passes(**duration: float) -> Act:
    return lambda strike: strike.month.advance(**duration)


def own_clock(hours: int) -> Act:
    """The bridge's own clock jumps; the vendors' go on."""
    right = EmulatedClock.now

    def begin(_strike: Strike) -> None:
        EmulatedClock.now = lambda self: right(self) + timedelta(hours=hours)  # type: ignore[method-assign]

    return begin


# ---- what people do meanwhile


def foreign_edit(strike: Strike) -> None:
    """Somebody sells three more of it, on the very day."""
    line, day = strike.line(), strike.spot.dated
    assert day is not None
    strike.month.autotask.adjust(line, day, 3)
    strike.others.append((strike.month.places()[line], day, 3))


def foreign_quota(strike: Strike) -> None:
    """A person changes the quota that is about to be set."""
    body = strike.request.json()["offering_items"][0]
    tenant = strike.request.path.split("/")[-2]
    named = {"name": body["name"], "infra_id": body.get("infra_id")}
    strike.do("item", tenant=tenant, **named, quota=7, overage=None, status=1)


def touch_tenant(strike: Strike) -> None:
    """A person writes another customer number to the tenant."""
    strike.do("tenant/edit", tenant=strike.request.path.split("/")[-1], fields={"customer_id": "7"})


def post_period(strike: Strike) -> None:
    strike.month.autotask.post_through(strike.contract(), strike.month.today)


def end_contract(strike: Strike) -> None:
    ends = strike.month.today - timedelta(days=1)
    strike.over = (strike.contract(), ends)
    strike.do("contract", contract=strike.contract(), end=str(ends))


def renew_contract(strike: Strike) -> None:
    """Renewed from today on, with the same lines: nothing belongs on the old one any more."""
    contract = strike.contract()
    end_contract(strike)
    ends = strike.month.today + timedelta(days=364)
    strike.do("contract", contract=contract, renewal={"starts": str(strike.month.today), "ends": str(ends)})


# ---- the table


def rows_missing(strike: Strike) -> None:
    strike.rule("drop_rows", size=1, times=None)


def faults_over(strike: Strike) -> None:
    strike.month.emulation.faults.clear()
