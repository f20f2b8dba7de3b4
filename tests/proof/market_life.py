"""A life of customers: they come, change, leave and come back, each happening a word with its values.

What happens was decided before, by the machine or by a file that was kept; here it is done.
"""

import contextvars
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.kit.errors import BridgeError
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.units.intent import IntentState
from psabridge.rules.units.proof import Standing
from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.faults import FaultKind, FaultRule
from psabridge_emulators.frame.wire import Request
from psabridge_proof.death import Killed, Mortal, mortal
from psabridge_proof.installation import PAIRING, Installation, close_database, world_clock
from psabridge_proof.judge import Violation
from psabridge_proof.life import DATABASE, LEASE, Happening, Script
from psabridge_proof.wire import Wire
from tests.proof.market import Market, MarketOpening, new_service, open_market
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
        pairing["services"].append(new_service(self.market.code))
        pairing |= {"bounds": BOUNDS, **self.chosen}
        return document

    def decide(self, **settings: Any) -> None:  # noqa: ANN401  as a configuration file says them
        """The operator changes settings; the mappings the bridge has by now stay, unless they are named."""
        document = self.exported()
        document["pairings"][PAIRING] |= settings
        self.configure(document)


class MarketLife(MarketPeople):
    """`folder` is a copy of an installation that has never been started, not configured yet."""

    def __init__(self, folder: Path, opening: MarketOpening) -> None:
        self.folder = folder
        self.counted: Counter[str] = Counter()
        self.trace: list[str] = []
        self.market: Market = open_market(opening)
        world_clock(self.market)
        self.mortal = Mortal()
        self._calls = self._overtaken_at = self._meanwhile_at = 0
        self._meanwhile: Happening | None = None
        self.wire = Wire(self.market.emulation)
        self.bridge = MarketBridge(folder, self.market, self.wire)
        self.decided = {**PRESET, **opening.settings}
        self.bridge.chosen, self.bridge.market = self.decided, self.market
        self.bridge.use()
        self.bridge.configure(self.bridge.wanted())
        self.bridge.start()
        self.judge = MarketJudge(self.market, self.bridge.settings)
        self.wire.watch, self.wire.asleep = self._watch, self._count_request
        self.market.emulation.calls.observe(self._exchanged)
        self._unclear: dict[str, datetime] = {}
        self._writes_when_overtaken: int | None = None
        self._is_down = False
        self._backup: Path | None = None
        self._last: CycleReport | None = None
        self._shown: CycleReport | None = None

    def live(self, script: Script) -> None:
        """Raises Violation. Whatever else is raised is one, too: nothing here may break the program."""
        with mortal(Mortal()) as born:
            self.mortal = born
            for word, values in script:
                self.happen(word, values)
            self.rest()

    def happen(self, word: str, values: Mapping[str, Any]) -> None:
        self._tell(f"{word} {dict(values) or ''}".rstrip())
        WORDS[word](self, **values)
        self.judge.look()
        self.counted["words"] += 1

    def _tell(self, text: str) -> None:
        self.trace.append(f"{self.market.now:%Y-%m-%d %H:%M} {text}")

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

    def show(self) -> None:
        """A person reads the last plan, and goes away with it."""
        self._shown = self._last

    def approve_shown(self) -> None:
        """… comes back, and applies it as it was shown (W12)."""
        if self._shown is None or self._is_down:
            return
        shown, self._shown = self._shown, None
        self.counted["plans applied later"] += 1
        self._attempt(lambda: self._approve(shown))

    def restart(self) -> None:
        self._start()

    @property
    def has_backup(self) -> bool:
        return self._backup is not None

    def backup(self) -> None:
        """The database as it is now, aside; the state file is not part of it (protocol 2.6)."""
        self._backup = self.folder / "backup"
        shutil.rmtree(self._backup, ignore_errors=True)
        self._backup.mkdir()
        for name in DATABASE:
            if (self.folder / name).exists():
                shutil.copyfile(self.folder / name, self._backup / name)

    def restore(self) -> None:
        """The settings are made again by hand; mappings of the lost time are not known any more."""
        if self._backup is None:
            return
        close_database()
        for name in DATABASE:
            (self.folder / name).unlink(missing_ok=True)
        shutil.copytree(self._backup, self.folder, dirs_exist_ok=True)
        self.counted["restores"] += 1
        self._last = self._shown = None
        self._start()
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
        """One cycle under these faults. A person reads it, releases what is held, decides what is parked.

        Somebody else acts `meanwhile`: at the request of that number, or right before the first write.
        """
        armed = [self.market.emulation.faults.add(FaultRule.read(rule)) for rule in faults]
        self.mortal.dies_at = self.mortal.moments + dies_at if dies_at else 0
        self._overtaken_at = self._calls + overtaken_at if overtaken_at else 0
        self._writes_when_overtaken, self._meanwhile = None, meanwhile
        self._meanwhile_at = self._calls + meanwhile_at if meanwhile_at else 0
        report = self._attempt(lambda: self._run(person=person))
        self._disarm(armed)
        self._meanwhile, self._overtaken_at, self.mortal.dies_at = None, 0, 0
        self.judge.excused.clear()
        if report is not None and not self._is_down:
            self._last = report

    def _run(self, *, person: bool) -> CycleReport:
        if self._is_down:
            self._start()
        report = self._cycle()
        if not person:
            return report
        if report.count(StepState.HELD) or report.currency.standing is Standing.RECOVERING:
            report = self._approve(report)
        for intent in report.open_intents:
            if intent.state is IntentState.PARKED and self.market.now - intent.armed_at >= DEAD_AFTER:
                self.bridge._decide(intent)
        return report

    def _cycle(self) -> CycleReport:
        with self._looking():
            try:
                return self.bridge.cycle()
            finally:
                self._never_after_the_lease()

    def _approve(self, report: CycleReport) -> CycleReport:
        self.judge.person = True
        try:
            with self._looking():
                return self.bridge.approve(report)
        finally:
            self.judge.person = False

    @contextmanager
    def _looking(self) -> Iterator[None]:
        self.judge.begins()
        yield
        self.judge.ended()
        self.judge.settings = self.bridge.settings

    def _attempt(self, act: Callable[[], CycleReport]) -> CycleReport | None:
        """None when the cycle did not come to its end, whatever the reason that is told."""
        try:
            return act()
        except Killed:
            self.counted["kills"] += 1
            self._tell(f"killed, {self.mortal.where}")
            self._is_down = True
            close_database()
            self.mortal.is_dead, self.mortal.dies_at = False, 0
        except LeaseLost:
            self.counted["leases lost"] += 1
        except LeaseHeld:
            self.market.advance(seconds=LEASE.total_seconds())
        except BridgeError as error:
            self._tell(f"ended: {error}")
            self.counted["cycles that could not read"] += 1
        return None

    def _start(self) -> None:
        self.bridge.start()
        self._is_down = False

    def _exchanged(self, exchange: Exchange) -> None:
        """What was delivered twice is there twice; what got no clean answer may still come."""
        if exchange.fault is None:
            return
        if exchange.fault == FaultKind.TWICE:
            self.judge.doubled |= _about(exchange.request)
        self._unclear |= dict.fromkeys(_about(exchange.request), self.market.now)

    def _disarm(self, armed: Sequence[int]) -> None:
        """What has struck is counted."""
        faults = self.market.emulation.faults
        assert not faults.failures, faults.failures
        for fault in list(faults.rules):
            if fault.id in armed and fault.met:
                self.counted[f"fault {fault.rule.kind}"] += fault.met
        faults.clear()

    # ---- other processes and people beside this one

    def _watch(self, moment: str, vendor: str, request: Request) -> None:
        self.mortal.call(moment, vendor, request)
        if moment == "before" and self._meanwhile is not None and self._is_time(request):
            self._act_meanwhile(self._meanwhile, request)
        if moment == "left":
            self.judge.leaves(vendor, request)
            if self.mortal.dies_at:
                self._unclear |= dict.fromkeys(_about(request), self.market.now)

    def _is_time(self, request: Request) -> bool:
        is_write = request.method != "GET" and not request.path.endswith(("/query", "/token"))
        return self._calls >= self._meanwhile_at if self._meanwhile_at else is_write

    def _act_meanwhile(self, happening: Happening, request: Request) -> None:
        (word, values), self._meanwhile = happening, None
        self._tell(f"meanwhile: {word} {values}")
        self.judge.excused.add(self.market.firm(values["firm"]).company)
        if word == "add_line":  # between the look for a line and its making nothing can be seen
            self.judge.doubled |= _about(request)
        WORDS[word](self, **values)

    def _count_request(self) -> None:
        self._calls += 1
        if self._calls == self._overtaken_at:
            self._overtaken_at = 0
            self._overtake()

    def _overtake(self) -> None:
        """This process sleeps until its lease is over; another takes it and goes through a whole cycle."""
        self._tell("sleeps, and is overtaken")
        self.counted["overtaken"] += 1
        self.market.advance(seconds=LEASE.total_seconds())
        other = MarketBridge(self.folder, self.market, self.wire)
        other.begin()
        context = contextvars.copy_context()
        self._attempt(lambda: context.run(other.cycle))
        self._writes_when_overtaken = self.wire.writes

    def _never_after_the_lease(self) -> None:
        """I10: a process that was overtaken writes nothing more."""
        if self._writes_when_overtaken is not None:
            later = self.wire.writes - self._writes_when_overtaken
            self._writes_when_overtaken = None
            self.judge.hold("I10", f"{later} writes after the lease was lost", holds=later == 0)

    # ---- the end of a life

    def rest(self) -> None:
        """Nothing goes wrong any more: in a few days every customer is complete, or a person is told."""
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


def _words() -> dict[str, Callable[..., None]]:
    names = (
        "day wait arrive end come_back buy kind status company units price add_line hide show_again order "
        "usage touch remove move settings exempt confirm unmap map show approve_shown restart backup "
        "restore cycle"
    )
    return {name: getattr(MarketLife, name) for name in names.split()}


WORDS = _words()
