"""`psabridge demo`: emulated vendors, a believable small provider, and the bridge at work."""

import fcntl
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from psabridge.engine.cycle import Memory, apply_plan, run_cycle
from psabridge.engine.outcomes import StepState
from psabridge.engine.ports import Ports
from psabridge.engine.progress import Progress, Quiet
from psabridge.engine.report import CycleReport
from psabridge.engine.sorting import Approval
from psabridge.jobs.commands.demo_days import usage_of_tomorrow
from psabridge.jobs.commands.options import AsJson
from psabridge.jobs.exits import reported
from psabridge.jobs.show.customers import customer_table
from psabridge.jobs.show.look import beside, print_json
from psabridge.jobs.show.look import console as results
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.report import exit_of, plain_report, result_table, show_report
from psabridge.jobs.show.tables import outcome_table, show_plan
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import BridgeError
from psabridge.rules.words import PairingId
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.config_file import import_config
from psabridge.wiring.emulated import Emulators, configuration, running
from psabridge.wiring.runs import noted

FOLDER = Path("build/demo")
SCENE = "msp-25"
DEMO = "the demo"
MOST_CYCLES = 4
A_DAY = timedelta(days=1)
PAUSE = timedelta(seconds=5)


class DemoRuns(BridgeError):
    """Another demo holds the folder."""


Once = Annotated[bool, typer.Option("--once", help="Stop when the first cycles are done.")]
Move = Annotated[
    int, typer.Option("--move", min=0, max=2, help="Let usage move to this step of the scene first.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget earlier runs of the demo.")]


def demo(*, once: Once = False, move: Move = 0, fresh: Fresh = False, as_json: AsJson = False) -> None:
    """Start emulated vendors and bill their customers. Run it twice: nothing is written twice."""
    if as_json and not once:
        raise typer.BadParameter("--json needs --once: a demo that goes on has no last document")
    _in_own_folder(fresh=fresh)
    console = results(quiet=as_json)
    with (
        reported(as_json=as_json),
        _alone(),
        open_bridge() as bridge,
        running(SCENE, transport=bridge.transport, keep=FOLDER / "world") as emulators,
    ):
        pairing = _configured(bridge, emulators)
        ports, memory = bridge.ports(pairing), Memory()
        if move:
            ports.clock.wait(A_DAY)
            emulators.control("moves", {"step": move})
            console.print(f"A day has passed and usage has moved (step {move} of the scene).")
        reports = _until_quiet(console, bridge, pairing, ports, memory)
        console.print(customer_table(reports[-1].prepared))
        show_report(console, *reports)
        emulators.control("keep", {})
        if as_json:
            print_json([plain_report(report) for report in reports])
        if not once:
            _go_on(console, bridge, emulators, pairing, ports, memory, reports[-1])
    sys.exit(max(exit_of(report) for report in reports))


def _in_own_folder(*, fresh: bool) -> None:
    """The demo's data lie apart from a real installation's; the process starts again with that folder."""
    if os.environ.get("PSABRIDGE_DATA") != str(FOLDER):
        if fresh:
            shutil.rmtree(FOLDER, ignore_errors=True)
        environment = {**os.environ, "PSABRIDGE_DATA": str(FOLDER)}
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)  # noqa: S606  this program again


@contextmanager
def _alone() -> Iterator[None]:
    """Two demos would share one folder and one world."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRuns(
                f"the demo in {FOLDER}", "is running already", "Stop it with Ctrl+C, or look at its tables"
            ) from error
        yield


def _configured(bridge: Bridge, emulators: Emulators) -> PairingId:
    text = configuration(emulators, mode="automatic")
    import_config(text, bridge.pairings, who=DEMO, at=SystemClock().now())
    return bridge.pairings.by_name(None)


def _until_quiet(
    console: Console, bridge: Bridge, pairing: PairingId, ports: Ports, memory: Memory
) -> tuple[CycleReport, ...]:
    """Cycles until one writes nothing. What is held is shown and released, as a person would."""
    reports: list[CycleReport] = []
    for _ in range(MOST_CYCLES):
        report = _cycle(bridge, pairing, ports, memory)
        if report.plan.steps:
            show_plan(console, report.plan, number=report.plan_id, with_findings=False)
        held = report.count(StepState.HELD)
        if held:
            console.print(f"{held} steps are held for a person. The demo releases them.", style="bold")
            report = _release(bridge, pairing, ports, memory, report)
        reports.append(report)
        if not report.count(StepState.APPLIED):
            break
    return tuple(reports)


def _cycle(bridge: Bridge, pairing: PairingId, ports: Ports, memory: Memory) -> CycleReport:
    with shown(beside()) as progress:
        return _run(bridge, pairing, ports, memory, Approval(person=None), progress)


def _release(
    bridge: Bridge, pairing: PairingId, ports: Ports, memory: Memory, report: CycleReport
) -> CycleReport:
    with shown(beside()) as progress:
        applied, _ = noted(
            bridge,
            pairing,
            ports,
            lambda: apply_plan(
                report.plan_id,
                report.plan,
                settings=bridge.pairings.settings(pairing),
                ports=ports,
                memory=memory,
                approval=Approval(person=DEMO, released=None),
                progress=progress,
            ),
        )
        return applied


def _go_on(
    console: Console,
    bridge: Bridge,
    emulators: Emulators,
    pairing: PairingId,
    ports: Ports,
    memory: Memory,
    report: CycleReport,
) -> None:
    """A day passes every few seconds, usage moves, and the bridge follows, until it is stopped."""
    days = random.Random(1)  # noqa: S311  the demo shall look the same each time
    with _each_day(console) as show, suppress(KeyboardInterrupt):
        while True:
            ports.clock.wait(A_DAY)
            moved = usage_of_tomorrow(report.prepared.observed, days)
            emulators.control("usage", {"items": moved}, vendor="acronis")
            report = _quiet_cycle(bridge, pairing, ports, memory)
            show(_day(report))
            SystemClock().wait(PAUSE)


@contextmanager
def _each_day(console: Console) -> Iterator[Callable[[RenderableType], None]]:
    """A live table in a terminal; where the output is piped, one day below the other."""
    if not console.is_terminal:
        yield console.print
        return
    with Live(console=console, screen=False) as live:
        yield live.update


def _day(report: CycleReport) -> RenderableType:
    heading = Text(f"{report.plan.today}", "bold")
    hint = Text("A day passes every few seconds. Stop with Ctrl+C.", "dim")
    became = outcome_table(report.outcomes) if report.outcomes else Text("Nothing to change today.")
    return Group(heading, became, result_table([report]), report.statement(), hint)


def _quiet_cycle(bridge: Bridge, pairing: PairingId, ports: Ports, memory: Memory) -> CycleReport:
    """One cycle; what is held is released at once, so that the table goes on."""
    return _run(bridge, pairing, ports, memory, Approval(person=DEMO, released=None), Quiet())


def _run(
    bridge: Bridge,
    pairing: PairingId,
    ports: Ports,
    memory: Memory,
    approval: Approval,
    progress: Progress,
) -> CycleReport:
    """A run like any other, so that `psabridge status` knows of it."""
    report, _ = noted(
        bridge,
        pairing,
        ports,
        lambda: run_cycle(
            bridge.pairings.settings(pairing),
            ports=ports,
            memory=memory,
            approval=approval,
            progress=progress,
            waits=True,
        ),
    )
    return report
