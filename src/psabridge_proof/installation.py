"""The bridge as its operator has it: a folder with a database, and a process that remembers until it ends."""

import os
import shutil
import sqlite3
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from psabridge.clients.autotask.governor import Governor, Limits
from psabridge.engine.cycle import Memory, apply_plan, run_cycle
from psabridge.engine.deciding import decide_intent
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Ports
from psabridge.engine.progress import Quiet
from psabridge.engine.report import CycleReport
from psabridge.engine.sorting import Approval
from psabridge.kit.clock import SystemClock
from psabridge.rules.lease import LeaseHeld
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Decision, Intent, IntentState
from psabridge.rules.units.proof import Standing
from psabridge.rules.words import PairingId, StepId
from psabridge.store.journal import DatabaseJournal
from psabridge.store.pairings import DatabasePairings
from psabridge.store.records import DatabaseRecords
from psabridge.store.secrets import Safe
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.config_file import customers_left_out, export_config, import_config
from psabridge.wiring.config_unmapping import Unmapping
from psabridge.wiring.emulated import Emulators, configuration
from psabridge.wiring.environment import Environment
from psabridge.wiring.settings import database_at
from psabridge_proof.direct import DirectTransport
from psabridge_proof.vendors import Vendors

PERSON = "prover"
PAIRING = "acronis-autotask"
DATABASE = "psabridge.sqlite3"
MOST_CYCLES = 20
SECRETS = ("secret", "tracking_identifier")
# What waits for these waits for another day; for anything else, minutes (rules/units/permission.py).
OF_ANOTHER_DAY = {"W8", "W13", "D1"}
# A lease outlives its process by this much at most (engine/cycle.py).
LEASE_ENDS = timedelta(minutes=5, seconds=1)
# Nothing is held for its size: the proof is about what happens after a change was allowed.
LOOSE = {"share_of_lines": "1", "share_of_customer_units": "1", "lines": 100}
_WORLD_CLOCK = "psabridge-proof: the database's clock is the world's"
# Connections of a process that this one was forked from: closing them would touch its database.
_INHERITED: list[object] = []
_opened_by: dict[int, int] = {}


class NotQuiet(AssertionError):
    """The bridge was still busy after many cycles."""


def world_clock(vendors: Vendors) -> None:
    """The database's clock is the world's: a lease left by a dead process ends in emulated minutes."""

    def strftime(form: str, moment: str) -> str:
        assert (form, moment) == ("%Y-%m-%d %H:%M:%f", "NOW"), (form, moment)
        return vendors.emulation.now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]

    def opened(connection: BaseDatabaseWrapper, **_: Any) -> None:  # noqa: ANN401  Django's signal
        plain: sqlite3.Connection = connection.connection
        plain.create_function("strftime", 2, strftime)
        plain.create_function("strftime", -1, strftime)

    machine_clock()
    connection_created.connect(opened, weak=False, dispatch_uid=_WORLD_CLOCK)


def machine_clock() -> None:
    """The database's clock is the machine's again."""
    connection_created.disconnect(dispatch_uid=_WORLD_CLOCK)


def close_database() -> None:
    for known in connections.all(initialized_only=True):
        if _opened_by.pop(id(known), None) == os.getpid():
            known.close()
        else:
            _INHERITED.append(known)
        del connections[known.alias]


def _open_file(database: Path) -> None:
    """A connection of this process's own; one it was forked with belongs to another that goes on."""
    close_database()
    settings = database_at(f"sqlite:///{database}")
    settings["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # processes are killed, power is not cut
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    _opened_by[id(connections["default"])] = os.getpid()


@cache
def _empty_tables() -> bytes:
    """A database with all tables and nothing in them, made once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / DATABASE
        _open_file(database)
        call_command("migrate", verbosity=0, interactive=False)
        close_database()
        return database.read_bytes()


class Installation:
    """One installation. `start` forgets everything a process knew; the folder stays."""

    def __init__(self, folder: Path, vendors: Vendors, transport: DirectTransport) -> None:
        self.folder = folder
        self.vendors = vendors
        self.transport = transport
        self.decided: list[tuple[Intent, Decision]] = []
        self.cycles = 0  # begun, by whichever process of this installation

    # ---- the installation

    def install(self, document: dict[str, Any] | None = None) -> None:
        """A fresh database, configured as its operator would, or by an exported document."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / DATABASE).write_bytes(_empty_tables())
        self._open_database()
        with open_bridge(self._environment()) as bridge:
            text = yaml.safe_dump(document or self.wanted(), sort_keys=False)
            import_config(text, bridge.pairings, who=PERSON, at=SystemClock().now())

    def wanted(self) -> dict[str, Any]:
        emulators = Emulators(self.vendors.document(), self.transport)
        document: dict[str, Any] = yaml.safe_load(configuration(emulators, mode="automatic"))
        document["pairings"][PAIRING]["bounds"] = LOOSE
        return document

    def clone(self, folder: Path) -> "Installation":
        """A copy of the whole folder, as of a virtual machine: database, key and state file."""
        shutil.copytree(self.folder, folder)
        return type(self)(folder, self.vendors, self.transport)

    def exported(self) -> dict[str, Any]:
        """The configuration as `config export` writes it, with the secrets entered by hand."""
        document: dict[str, Any] = yaml.safe_load(export_config(self.bridge.pairings))
        for name, connection in self.wanted()["connections"].items():
            secrets = {key: connection[key] for key in SECRETS if key in connection}
            document["connections"][name].update(secrets)
        return document

    # ---- the process

    def start(self) -> None:
        """A process starts: nothing it knew before is in memory; its folder is."""
        self._open_database()
        self.begin()

    def begin(self) -> None:
        """The start itself, on the database that is open: another process may be at work on it, too."""
        self.bridge = Bridge(
            environment=self._environment(),
            transport=self.transport,
            pairings=self._pairings(),
            journal=DatabaseJournal(self._environment().state_file),
            records=DatabaseRecords(),
        )
        self.pairing: PairingId = self.bridge.pairings.by_name(None)
        _, psa = self.bridge.pairings.connections(self.pairing)
        # Slots of the thread gate are physical; without a network nothing is in flight beside a call.
        unhurried = Governor(clock=SystemClock(), limits=Limits(slot_lag=timedelta()))
        self.bridge.governors[psa.id] = unhurried
        self.ports: Ports = self.bridge.ports(self.pairing)
        self.memory = Memory()

    def configure(self, document: dict[str, Any]) -> None:
        """What `config import --unmap` does, into the database that is open."""
        text, pairings = yaml.safe_dump(document, sort_keys=False), self._pairings()
        gone = {one.settings.name: Unmapping(one.pairs) for one in customers_left_out(text, pairings)}
        import_config(text, pairings, who=PERSON, at=SystemClock().now(), unmapping=gone)

    def _open_database(self) -> None:
        _open_file(self.folder / DATABASE)

    def use(self) -> None:
        """Work with this installation's database again, after another's; the process remembers all."""
        self._open_database()

    def _environment(self) -> Environment:
        return Environment.read({"PSABRIDGE_DATA": str(self.folder)})

    def _pairings(self) -> DatabasePairings:
        return DatabasePairings(Safe(self._environment().keys()))

    @property
    def settings(self) -> PairingSettings:
        return self.bridge.pairings.settings(self.pairing)

    # ---- what it does

    def cycle(self) -> CycleReport:
        self.cycles += 1
        return run_cycle(
            self.settings,
            ports=self.ports,
            memory=self.memory,
            approval=Approval(person=None),
            progress=Quiet(),
            waits=True,
        )

    def first_standing(self) -> Standing:
        """What the first cycle after a start finds, when the lease of a process that is gone has ended."""
        try:
            return self.cycle().currency.standing
        except LeaseHeld:
            self.vendors.advance(seconds=LEASE_ENDS.total_seconds())
            return self.cycle().currency.standing

    def approve(
        self, report: CycleReport, *, takes_over: bool = False, released: frozenset[StepId] | None = None
    ) -> CycleReport:
        """A person read the plan and lets go whatever is held, or these steps of it."""
        return apply_plan(
            report.plan_id,
            report.plan,
            settings=self.settings,
            ports=self.ports,
            memory=self.memory,
            approval=Approval(person=PERSON, released=released, takes_over=takes_over),
            progress=Quiet(),
        )

    def until_quiet(self, *, takes_over: bool = False) -> CycleReport:
        """Cycles until one leaves nothing open; a person releases, decides, approves after a restore."""
        report = None
        for _ in range(MOST_CYCLES):
            report = self._one_more(takes_over=takes_over)
            if report is not None and self._is_quiet(report):
                return report
            self.vendors.advance(minutes=11)
        raise NotQuiet(f"{self.vendors.today}, after {MOST_CYCLES} cycles: {_left_open(report)}")

    def _one_more(self, *, takes_over: bool) -> CycleReport | None:
        try:
            report = self.cycle()
        except LeaseHeld:
            self.vendors.advance(seconds=LEASE_ENDS.total_seconds())
            return None
        standing = report.currency.standing
        stopped = {Standing.RECOVERING} | ({Standing.FOREIGN} if takes_over else set())
        if report.count(StepState.HELD) or standing in stopped:
            report = self.approve(report, takes_over=takes_over)
        for intent in report.open_intents:
            if intent.state is IntentState.PARKED:
                self._decide(intent)
        return report

    def _is_quiet(self, report: CycleReport) -> bool:
        busy = any(one.state is StepState.WAITING and _passes(one) for one in report.outcomes)
        unsure = report.count(StepState.APPLIED, StepState.UNKNOWN, StepState.STALE, StepState.PARKED)
        return not (report.open_intents or busy or unsure)

    def _decide(self, intent: Intent) -> None:
        """What a person says who looked at the line in Autotask, and knows what is there (protocol 2.3)."""
        word = Decision.IT_LANDED if self._has_landed(intent) else Decision.SEND_AGAIN
        self.decided.append((intent, word))
        decide_intent(intent.id, word, settings=self.settings, ports=self.ports, who=PERSON)

    def _has_landed(self, intent: Intent) -> bool:
        mine = (intent.line.number, intent.day, intent.change)
        history = self.ports.journal.histories([intent.line], self.pairing)[intent.line]
        others = [one for one in history.confirmed if (one.day, one.change) == (intent.day, intent.change)]
        ledger = self.vendors.autotask.ledger.adjustments
        landed = [
            one
            for one in ledger
            if (one.line_id, one.effective_date, one.unit_change, one.by) == (*mine, "api")
        ]
        return len(landed) > len(others)


def _passes(outcome: StepOutcome) -> bool:
    """It waits for minutes, not for another day: for a lease, a second read, the first change to be seen."""
    return outcome.code not in OF_ANOTHER_DAY


def _left_open(report: CycleReport | None) -> str:
    if report is None:
        return "the lease is held"
    steps = [f"{one.step.subject} {one.state}: {one.text}" for one in report.outcomes]
    intents = [f"change {one.id} of {one.line} {one.state}: {one.why}" for one in report.open_intents]
    return "; ".join([str(report.currency.standing), *steps, *intents])
