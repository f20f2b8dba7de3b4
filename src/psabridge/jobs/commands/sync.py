"""`psabridge sync`: whole cycles, as the modes allow."""

import sys
from datetime import timedelta
from typing import Annotated, NoReturn

import typer

from psabridge.engine.cycle import Memory, run_cycle
from psabridge.engine.ports import Ports
from psabridge.engine.report import CycleReport
from psabridge.engine.sorting import Approval
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import Exit, reported
from psabridge.jobs.show.look import beside, console, print_json, say_beside
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.report import exit_of, plain_report, show_report
from psabridge.jobs.show.tables import show_plan
from psabridge.jobs.stopping import stopped_by_signal
from psabridge.jobs.ticket_rounds import TicketLoop, after_billing, beside_billing
from psabridge.kit.errors import BridgeError
from psabridge.rules.hints import HintOf
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.runs import alert
from psabridge.rules.words import PairingId
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.hints import HintWatch
from psabridge.wiring.hooks import HookLook
from psabridge.wiring.runs import noted, opened

KeepGoing = Annotated[bool, typer.Option("--keep-going", help="Run a cycle every few minutes until stopped.")]
EVERY, TICKETS_EVERY = 5, 60
Every = Annotated[
    int | None, typer.Option("--every", min=1, max=10, help=f"Minutes between cycles, preset {EVERY} (R18).")
]
TicketsEvery = Annotated[
    int | None,
    typer.Option(
        "--tickets-every",
        min=10,
        max=600,
        help=f"Seconds between ticket cycles, preset {TICKETS_EVERY} (TIM-07).",
    ),
]

Company = Annotated[
    str | None, typer.Option("--company", help="Write for this customer alone, by name or number (TIM-02).")
]


def sync(
    *,
    keep_going: KeepGoing = False,
    every: Every = None,
    tickets_every: TicketsEvery = None,
    company: Company = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Run one cycle: settle what is open, read, plan, apply what the modes allow, verify, report."""
    code = Exit.DONE
    if keep_going and company is not None:
        raise typer.BadParameter("a run that goes on is for every customer: leave out --company")
    if not keep_going and (every is not None or tickets_every is not None):
        raise typer.BadParameter(
            "--every and --tickets-every go with --keep-going: without it one cycle runs"
        )
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        if keep_going:
            loop = TicketLoop(bridge, chosen, timedelta(seconds=tickets_every or TICKETS_EVERY), as_json)
            _keep_going(loop, timedelta(minutes=every or EVERY))
        code = _once(bridge, chosen, company, as_json=as_json)
    sys.exit(code)


def _once(bridge: Bridge, pairing: PairingId, company: str | None, *, as_json: bool) -> Exit:
    """Tickets do not wait for a billing cycle that failed; for one customer alone there are none."""
    try:
        report = _one(bridge, pairing, _opened(bridge, pairing), Memory(), company)
    except (BridgeError, LeaseHeld, LeaseLost):
        _tickets(bridge, pairing, company, as_json=as_json)
        raise
    _print(report, as_json=as_json)
    tickets = _tickets(bridge, pairing, company, as_json=as_json)
    return exit_of(report) or tickets


def _tickets(bridge: Bridge, pairing: PairingId, company: str | None, *, as_json: bool) -> Exit:
    if company is not None:
        return Exit.DONE
    with shown(beside()) as progress:
        return after_billing(bridge, pairing, progress, as_json=as_json)


def _keep_going(loop: TicketLoop, every: timedelta) -> NoReturn:
    """Billing cycles here, ticket cycles in their thread, until somebody stops them or one has a defect."""
    with stopped_by_signal() as stopping:
        bridge, pairing = loop.bridge, loop.pairing
        ports, memory = _opened(bridge, pairing), Memory()
        watch, hooks = HintWatch(bridge, pairing, HintOf.COMPANY), HookLook(bridge, pairing)
        with beside_billing(loop) as tickets:
            while True:
                _one_of_many(bridge, pairing, ports, memory, as_json=loop.as_json)
                stopping.end_if_asked()
                _look_at_hooks(hooks, ports)
                watch.wait(ports.clock, every)
                if tickets.done():
                    tickets.result()


def _cycle(
    bridge: Bridge,
    pairing: PairingId,
    ports: Ports,
    memory: Memory,
    *,
    waits: bool,
    company: str | None = None,
) -> CycleReport:
    with shown(beside()) as progress:
        report, _ = noted(
            bridge,
            pairing,
            ports,
            lambda: run_cycle(
                bridge.pairings.settings(pairing),
                ports=ports,
                memory=memory,
                approval=Approval(person=None, only=company),
                progress=progress,
                waits=waits,
            ),
        )
        return report


def _one(
    bridge: Bridge, pairing: PairingId, ports: Ports, memory: Memory, company: str | None
) -> CycleReport:
    """From the third failure in a row on, since when and which side is said beside the error (ERR-20)."""
    try:
        return _cycle(bridge, pairing, ports, memory, waits=True, company=company)
    except BridgeError:
        _tell_alert(bridge, pairing)
        raise


def _opened(bridge: Bridge, pairing: PairingId) -> Ports:
    try:
        return opened(bridge, pairing)
    except BridgeError:
        _tell_alert(bridge, pairing)
        raise


def _tell_alert(bridge: Bridge, pairing: PairingId) -> None:
    told = alert(bridge.runs.last(pairing))
    if told is not None:
        say_beside(f"{told.code} {told.subject}: {told.problem}", "red")


def _one_of_many(bridge: Bridge, pairing: PairingId, ports: Ports, memory: Memory, *, as_json: bool) -> None:
    """One cycle's failure is shown and the next is tried at its time: the bridge works from what is."""
    try:
        _print(_cycle(bridge, pairing, ports, memory, waits=False), as_json=as_json)
    except (LeaseHeld, LeaseLost) as error:
        say_beside(f"{error}", "yellow", "; tried again with the next cycle")
    except BridgeError as error:
        say_beside(f"{error}", "red")
        _tell_alert(bridge, pairing)


def _look_at_hooks(hooks: HookLook, ports: Ports) -> None:
    """They only hasten what polling does: what is wrong with them is told and ends nothing."""
    try:
        for state in hooks.troubles(ports.clock.now()):
            say_beside(f"{state.subject}: {state.text}.", "yellow", f" {state.next_act}")
    except BridgeError as error:
        say_beside(f"{error}", "yellow")


def _print(report: CycleReport, *, as_json: bool) -> None:
    if as_json:
        print_json(plain_report(report))
        sys.stdout.flush()
        return
    out = console()
    if report.plan.steps:
        show_plan(out, report.plan, number=report.plan_id, with_findings=False)
    show_report(out, report)
