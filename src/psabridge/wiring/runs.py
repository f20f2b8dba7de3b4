"""Notes what becomes of a run, so that a person finds it later (ERR-20, ERR-25)."""

from collections.abc import Callable
from datetime import datetime

from psabridge.engine.outcomes import BAD_STATES, StepState
from psabridge.engine.ports import Ports
from psabridge.engine.report import CycleReport
from psabridge.kit.clock import Clock
from psabridge.kit.errors import (
    BridgeError,
    Busy,
    NotSent,
    OutcomeUnknown,
    Side,
    Unreadable,
    asking,
)
from psabridge.rules.runs import Counts, Run, Trouble
from psabridge.rules.words import PairingId
from psabridge.wiring.bridge import Bridge

AWAY = (Busy, NotSent, OutcomeUnknown, Unreadable)


def noted(
    bridge: Bridge, pairing: PairingId, ports: Ports, run: Callable[[], CycleReport]
) -> tuple[CycleReport, Run]:
    """Raises what the run raises, once it is noted. A run that found the lease taken is none."""
    began_at = ports.clock.now()
    try:
        report = run()
    except BridgeError as error:
        bridge.runs.keep(pairing, failed(error, began_at, ports.clock))
        raise
    ended = Run(began_at, ports.clock.now(), counts=counts_of(report))
    return report, bridge.runs.keep(pairing, ended)


def opened(bridge: Bridge, pairing: PairingId) -> Ports:
    """The ports of a pairing. Where Autotask's server cannot be found out, the run has failed already."""
    clock = bridge.clock_of(pairing)
    began_at = clock.now()
    try:
        with asking(Side.PSA):
            return bridge.ports(pairing)
    except BridgeError as error:
        bridge.runs.keep(pairing, failed(error, began_at, clock))
        raise


def failed(error: BridgeError, began_at: datetime, clock: Clock) -> Run:
    trouble = Trouble(
        error.subject, error.problem, error.next_act, error.code, error.side, isinstance(error, AWAY)
    )
    return Run(began_at, clock.now(), trouble=trouble)


def counts_of(report: CycleReport) -> Counts:
    done = report.plan.completeness
    return Counts(
        customers_checked=done.customers_checked,
        customers_mapped=done.customers_mapped,
        tenants_unmapped=done.tenants_unmapped,
        applied=report.count(StepState.APPLIED),
        held=report.count(StepState.HELD),
        waiting=report.count(StepState.WAITING, StepState.STALE, StepState.NOT_ASKED)
        + len(report.plan.wishes),
        failed=report.count(*BAD_STATES),
        findings=len(report.findings),
        psa_calls=report.calls.psa,
        platform_calls=report.calls.platform,
    )
