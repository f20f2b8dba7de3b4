"""A life of customers: they come, change, leave and come back, each happening a word with its values.

What happens was decided before, by the machine or by a file that was kept; here it is done.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from psabridge.engine.report import CycleReport
from psabridge.rules.units.intent import Intent
from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.faults import FaultKind
from psabridge_emulators.frame.wire import Request
from psabridge_proof.furnished import service_to_make
from psabridge_proof.installation import PAIRING, Installation, world_clock
from psabridge_proof.judge import Violation
from psabridge_proof.living import Happening
from psabridge_proof.wire import Wire
from tests.proof.market import NEW_SERVICE, SERVERS, Market, MarketOpening, open_market
from tests.proof.market_judge import MarketJudge
from tests.proof.market_people import DEAD_AFTER, MarketPeople
from tests.proof.market_rest import at_rest

ALL_AUTOMATIC = dict.fromkeys(("billing", "provisioning", "deprovisioning"), "automatic")
PRESET: Mapping[str, Any] = {
    "modes": ALL_AUTOMATIC,
    "creates_customers": True,
    "writes_tags": True,
    "leaving": {"disables": True, "disable_after": 2, "deletes": True, "delete_after": 4},
    "two_way": {"is_on": True, "billing_code": 1, "period_type": 1},
}
BOUNDS = {"share_of_lines": "1", "share_of_customer_units": "1", "lines": 100, "new_customers": 10}
RESTING_DAYS = 2
# What a write is about, by its path: more than one such write is told apart by nothing else.
KINDS = {"/Contracts/[0-9]+/Services$": "line", "V1.0/Services$": "service", "Adjustments$": "units"}


class MarketBridge(Installation):
    """`chosen`: what its operator set for the pairing, over the preset."""

    chosen: Mapping[str, Any]
    market: Market

    def wanted(self) -> dict[str, Any]:
        document = super().wanted()
        pairing = document["pairings"][PAIRING]
        pairing["services"].append(service_to_make(NEW_SERVICE, SERVERS, self.market.code))
        pairing |= {"bounds": BOUNDS, **self.chosen}
        return document

    def decide(self, **settings: Any) -> None:  # noqa: ANN401  as a configuration file says them
        """The operator changes settings; the mappings the bridge has by now stay, unless they are named."""
        document = self.exported()
        document["pairings"][PAIRING] |= settings
        self.configure(document)


WORDS = (
    "day wait arrive end come_back buy kind status company units price add_line hide show_again order "
    "usage touch remove move settings exempt confirm unmap map show approve_shown restart backup "
    "restore cycle"
)


class MarketLife(MarketPeople):
    """`folder` is a copy of an installation that has never been started, not configured yet."""

    words = frozenset(WORDS.split())
    bridge: MarketBridge

    def __init__(self, folder: Path, opening: MarketOpening) -> None:
        self.market: Market = open_market(opening)
        world_clock(self.market)
        wire = Wire(self.market.emulation)
        super().__init__(MarketBridge(folder, self.market, wire), wire)
        self._meanwhile_at = 0
        self._unclear: dict[str, datetime] = {}
        self.decided = {**PRESET, **opening.settings}
        self.bridge.chosen, self.bridge.market = self.decided, self.market
        self.bridge.use()
        self.bridge.configure(self.bridge.wanted())
        self._begin()
        self.judge = MarketJudge(self.market, self.bridge.settings)

    def happen(self, word: str, values: Mapping[str, Any]) -> None:
        super().happen(word, values)
        self.counted["words"] += 1

    # ---- what the operator does

    def settings(self, **settings: Any) -> None:  # noqa: ANN401  as a configuration file says them
        self.decided.update(settings)
        self._decide(**settings)

    def exempt(self, *, firm: int, exempt: bool) -> None:
        company = self.market.firm(firm).company
        rows = [one for one in self.decided.get("exempt_customers", ()) if one["company"] != company]
        self.settings(
            exempt_customers=rows + ([{"company": company, "reason": "it stays"}] if exempt else [])
        )

    def confirm(self, *, firm: int) -> None:
        company = self.market.firm(firm).company
        rows = [one for one in self.decided.get("leaving_confirmed", ()) if one["company"] != company]
        self.settings(leaving_confirmed=[*rows, {"company": company, "day": f"{self.market.billing_day}"}])

    def unmap(self, *, firm: int) -> None:
        company = self.market.firm(firm).company
        rows = self._mapped()
        self._decide(customers=[row for row in rows if row["company"] != company])

    def map(self, *, firm: int) -> None:
        """By hand, to whichever tenant of it is free."""
        rows = self._mapped()
        taken = {row["tenant"] for row in rows}
        company = self.market.firm(firm).company
        free = [one for one in self._tenants(firm) if one not in taken]
        if free and all(row["company"] != company for row in rows):
            self._decide(customers=[*rows, {"tenant": free[0], "company": company}])

    def _mapped(self) -> list[dict[str, Any]]:
        return [{"tenant": one.tenant, "company": one.company} for one in self.bridge.settings.customers]

    def _decide(self, **settings: Any) -> None:  # noqa: ANN401  as a configuration file says them
        self.bridge.decide(**settings)
        self.judge.settings = self.bridge.settings

    def _configure(self) -> None:
        """Mappings of the lost time are not known any more."""
        self._decide(**self.decided)

    # ---- the bridge

    def cycle(
        self,
        *,
        faults: Sequence[Mapping[str, Any]] = (),
        person: bool = True,
        dies_at: int = 0,
        overtaken_at: int = 0,
        meanwhile: Happening | None = None,
        meanwhile_at: int = 0,
    ) -> None:
        """Somebody else acts `meanwhile`: at the request of that number, or right before the first write."""
        self._meanwhile_at = self._calls + meanwhile_at if meanwhile_at else 0
        self._run(
            faults=faults, person=person, dies_at=dies_at, overtaken_at=overtaken_at, meanwhile=meanwhile
        )
        self.judge.excused.clear()

    def _cycle(self) -> CycleReport:
        with self._looking():
            return super()._cycle()

    def _approve(self, report: CycleReport) -> CycleReport:
        self.judge.person = True
        try:
            with self._looking():
                return super()._approve(report)
        finally:
            self.judge.person = False

    @contextmanager
    def _looking(self) -> Iterator[None]:
        self.judge.begins()
        yield
        self.judge.ended()
        self.judge.settings = self.bridge.settings

    def _is_over(self, intent: Intent) -> bool:
        return self.market.now - intent.armed_at >= DEAD_AFTER

    def _exchanged(self, exchange: Exchange) -> None:
        """What was delivered twice is there twice; what got no clean answer may still come."""
        if exchange.fault is None:
            return
        if exchange.fault == FaultKind.TWICE:
            self.judge.doubled |= _about(exchange.request)
        self._unclear |= dict.fromkeys(_about(exchange.request), self.market.now)

    def _disarm(self, armed: Sequence[int]) -> None:
        super()._disarm(armed)
        self.market.emulation.faults.clear()

    # ---- another process, or somebody, beside this one

    def _watch(self, moment: str, vendor: str, request: Request) -> None:
        super()._watch(moment, vendor, request)
        if moment == "left":
            self.judge.leaves(vendor, request)
            if self.mortal.dies_at:
                self._unclear |= dict.fromkeys(_about(request), self.market.now)

    def _is_time(self, request: Request) -> bool:
        is_write = request.method != "GET" and not request.path.endswith(("/query", "/token"))
        return self._calls >= self._meanwhile_at if self._meanwhile_at else is_write

    def _excuse(self, word: str, values: Mapping[str, Any], request: Request) -> None:
        self.judge.excused.add(self.market.firm(values["firm"]).company)
        if word == "add_line":  # between the look for a line and its making nothing can be seen
            self.judge.doubled |= _about(request)

    def _another(self) -> MarketBridge:
        return MarketBridge(self.bridge.folder, self.market, self.wire)

    # ---- the end of a life

    def rest(self) -> None:
        self._tell("at rest")
        self.market.emulation.faults.clear()
        self.show_again()
        self.market.advance(hours=2)
        if self._is_down:
            self._start()
        self.settings(modes=ALL_AUTOMATIC, creates_customers=True)
        report = None
        for _ in range(RESTING_DAYS):
            self.day(hour=9)
            report = self._until_quiet()
            self.judge.look()
        assert report is not None
        at_rest(self.market, self.judge, report)

    def _until_quiet(self) -> CycleReport:
        for _ in range(20):
            self.cycle()
            report = self._last
            if report is not None and self.bridge._is_quiet(report):
                return report
            self.market.advance(minutes=11)
        raise Violation("I3", "never at rest")


def _about(request: Request) -> set[str]:
    """The tenant that a write is about, and what kind of thing it makes in Autotask."""
    if request.method == "GET":
        return set()
    kinds = {kind for path, kind in KINDS.items() if re.search(path, request.path, re.IGNORECASE)}
    return kinds | set(re.findall("/tenants/([^/]+)", request.path))
