"""One ticket cycle after another for a pairing: what becomes of each is noted, chosen codes are looked at."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from psabridge.engine.outcomes import BAD_STATES, StepState
from psabridge.engine.progress import Progress
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.engine.ticketing import Release, TicketReport, run_tickets
from psabridge.kit.errors import BridgeError, Side, asking
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.runs import Run, TicketCounts
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.lacking import lacking
from psabridge.rules.tickets.lists import wrong_codes
from psabridge.rules.words import PairingId
from psabridge.wiring.bridge import Bridge
from psabridge.wiring.runs import failed

# Values are switched off by people, not by the minute; a refused ticket looks at them at once (ERR-18).
CODES_LAST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CodesLooked:
    """The codes of one version of the settings against Autotask's lists, and what was left open."""

    at: datetime
    version: int
    wrong: tuple[Finding, ...]


@dataclass(slots=True)
class TicketRounds:
    """What is known from one round to the next: ports with what they read, and the codes looked at."""

    bridge: Bridge
    pairing: PairingId
    ports: TicketPorts | None = None
    codes: CodesLooked | None = None
    release: Release = field(default_factory=Release)
    hinted: frozenset[int] = frozenset()  # tickets that were told of since the last round that did not fail

    def run(self, settings: PairingSettings, progress: Progress) -> TicketReport:
        """Raises what the cycle raises, once it is noted. One that found the lease taken is none."""
        clock = self.bridge.clock_of(self.pairing)
        began_at = clock.now()
        try:
            report = self._run(settings, progress)
        except BridgeError as error:
            self.bridge.ticket_runs.keep(self.pairing, failed(error, began_at, clock))
            raise
        self.bridge.ticket_runs.keep(self.pairing, Run(began_at, clock.now(), tickets=counts_of(report)))
        return report

    def _run(self, settings: PairingSettings, progress: Progress) -> TicketReport:
        if self.ports is None:
            with asking(Side.PSA):
                self.ports = self.bridge.ticket_ports(self.pairing)
        report = run_tickets(
            settings, ports=self.ports, release=self.release, progress=progress, hinted=self.hinted
        )
        self.hinted = frozenset()
        return replace(report, findings=(*self._codes(settings, self.ports), *report.findings))

    def _codes(self, settings: PairingSettings, ports: TicketPorts) -> Sequence[Finding]:
        """At the start, after a change of settings, and daily (R45). Tickets do not wait for it."""
        now, known = ports.clock.now(), self.codes
        if known is None or known.version != settings.version or now - known.at >= CODES_LAST:
            try:
                lists = ports.desk.lists()
            except BridgeError as error:
                return (_not_looked(error),)
            severities = ports.book.kept(self.pairing).severity_of()
            wrong = *wrong_codes(settings.tickets, lists), *lacking(settings.tickets, lists, severities)
            known = self.codes = CodesLooked(now, settings.version, wrong)
        return known.wrong


def _not_looked(error: BridgeError) -> Finding:
    problem = f"chosen codes could not be looked at: {error.problem}"
    return Finding(error.code or "ERR-18", Severity.WARNING, error.subject, problem, error.next_act)


def counts_of(report: TicketReport) -> TicketCounts:
    states = Counter(one.state for one in report.outcomes)
    waiting = (StepState.WAITING, StepState.STALE, StepState.NOT_ASKED)
    return TicketCounts(
        told=report.told,
        without={str(reason): number for reason, number in Counter(report.without.values()).items()},
        applied=states[StepState.APPLIED],
        held=states[StepState.HELD],
        waiting=sum(states[state] for state in waiting),
        failed=sum(states[state] for state in BAD_STATES),
        findings=report.findings,
        psa_calls=report.psa_calls,
        platform_calls=report.platform_calls,
    )
