"""Ticket cycles beside the billing cycles of a running bridge (decision 0017, TIM-07)."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connections

from psabridge.engine.progress import Progress, Quiet
from psabridge.engine.ticketing import TicketReport
from psabridge.jobs.exits import Exit, code_of
from psabridge.jobs.show.look import say_beside
from psabridge.jobs.show.ticket_rounds import tell_round
from psabridge.jobs.show.tickets import exit_of
from psabridge.kit.clock import Clock
from psabridge.kit.errors import BridgeError
from psabridge.rules.findings import Finding
from psabridge.rules.hints import HintOf, brings_forward
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.runs import NO_TICKETS, alert
from psabridge.rules.words import PairingId
from psabridge.wiring.bridge import Bridge
from psabridge.wiring.hints import HintWatch
from psabridge.wiring.ticket_rounds import TicketRounds

SLICE = timedelta(seconds=1)  # the end of the bridge does not wait for it, hints do


class Stopped(Exception):
    """Between two steps: what is committed is settled by the next process."""


class Bell:
    """Rung by any thread when the bridge ends: a wait is over at once."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    @property
    def has_rung(self) -> bool:
        return self._rung.is_set()

    def ring(self) -> None:
        self._rung.set()

    def wait(self, clock: Clock, duration: timedelta, watch: HintWatch | None = None) -> list[int]:
        """Until it rings, a hint is heard, or the duration has passed, by the clock or in real time.

        Answers which tickets were told of.

        The clock is only looked at: that of emulators belongs to the billing cycles beside it.
        """
        until = clock.now() + duration
        heard: list[int] = []
        for number in range(1, max(duration // SLICE, 1) + 1):
            if self._rung.wait(SLICE.total_seconds()) or clock.now() >= until:
                break
            heard += () if watch is None else watch.news()
            if brings_forward(HintOf.TICKET, heard, number * SLICE):
                break
        return heard


@dataclass(frozen=True, slots=True)
class UntilStopped:
    """A progress that ends the round between two steps once the bridge is asked to stop."""

    bell: Bell
    shown: Progress = field(default_factory=Quiet)

    def phase(self, text: str, total: int | None = None) -> None:
        self._look()
        self.shown.phase(text, total)

    def advance(self) -> None:
        self._look()
        self.shown.advance()

    def waiting(self, duration: timedelta, why: str) -> None:
        self._look()
        self.shown.waiting(duration, why)

    def _look(self) -> None:
        if self.bell.has_rung:
            raise Stopped


@dataclass(slots=True)
class TicketLoop:
    """Rounds in a thread of their own, with ports and a database connection of their own."""

    bridge: Bridge
    pairing: PairingId
    every: timedelta
    as_json: bool
    bell: Bell = field(default_factory=Bell)
    shown: Sequence[Finding] = ()

    def go(self) -> None:
        """Its failure is told and tried again; a defect ends it, and `beside_billing` raises it."""
        rounds = TicketRounds(self.bridge, self.pairing)
        clock = self.bridge.clock_of(self.pairing)
        watch = HintWatch(self.bridge, self.pairing, HintOf.TICKET)
        try:
            while not self.bell.has_rung:
                self._one(rounds)
                heard = self.bell.wait(clock, self.every, watch if watch.may_hear else None)
                rounds.hinted |= frozenset(heard)
        except Stopped:
            return
        finally:
            connections.close_all()

    def _one(self, rounds: TicketRounds) -> None:
        report, _ = one_round(rounds, UntilStopped(self.bell))
        if report is None:
            return
        if self.as_json or report.outcomes or report.findings != self.shown:
            tell_round(report, as_json=self.as_json)
        self.shown = report.findings


def one_round(rounds: TicketRounds, progress: Progress) -> tuple[TicketReport | None, Exit]:
    """None: tickets are off, or the round failed and was told."""
    settings = rounds.bridge.pairings.settings(rounds.pairing)
    if not settings.tickets.is_on:
        return None, Exit.DONE
    try:
        report = rounds.run(settings, progress)
    except (LeaseHeld, LeaseLost) as error:
        say_beside(f"{error}", "yellow", "; tried again with the next ticket cycle")
        return None, Exit.ELSEWHERE
    except BridgeError as error:
        _tell_failure(rounds, error)
        return None, code_of(error)
    return report, exit_of(report)


def _tell_failure(rounds: TicketRounds, error: BridgeError) -> None:
    """From the third in a row on, since when and which side (TIM-08, ERR-20)."""
    say_beside(f"Tickets: {error}", "red")
    told = alert(rounds.bridge.ticket_runs.last(rounds.pairing), left=NO_TICKETS)
    if told is not None:
        say_beside(f"{told.code} {told.subject}: {told.problem}", "red")


def after_billing(bridge: Bridge, pairing: PairingId, progress: Progress, *, as_json: bool) -> Exit:
    """One ticket cycle of a single `sync`, where tickets are on."""
    report, code = one_round(TicketRounds(bridge, pairing), progress)
    if report is not None:
        tell_round(report, as_json=as_json)
    return code


@contextmanager
def beside_billing(loop: TicketLoop) -> Iterator["Future[None]"]:
    """The rounds go on until the block is left. Whoever has the future may ask whether they still do."""
    with ThreadPoolExecutor(1, thread_name_prefix="tickets") as pool:
        going = pool.submit(loop.go)
        try:
            yield going
        finally:
            loop.bell.ring()
