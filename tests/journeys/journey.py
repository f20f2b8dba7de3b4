"""One provider on its way: the emulated vendors, and the bridge as its operator has it."""

import json
import urllib.request
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from psabridge.clients.transport import HttpTransport
from psabridge.engine.cycle import Memory, apply_plan, run_cycle
from psabridge.engine.outcomes import StepState
from psabridge.engine.ports import Ports
from psabridge.engine.prepare import Prepared, prepare
from psabridge.engine.progress import Quiet
from psabridge.engine.report import CycleReport
from psabridge.engine.sorting import Approval
from psabridge.kit.clock import SystemClock
from psabridge.rules.findings import Finding
from psabridge.rules.plans.plan import Plan, SetUnits
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import PairingId, PlanId, StepId
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.config_file import customers_left_out, import_config
from psabridge.wiring.config_unmapping import Unmapping
from psabridge.wiring.emulated import Emulators as EmulatedVendors
from psabridge.wiring.emulated import configuration
from psabridge.wiring.environment import Environment
from psabridge_emulators.autotask.ledger import LandedAdjustment
from tests.emulated import NearClock, Running
from tests.journeys.firms import Sale

GB = 1024**3
A_DAY = timedelta(days=1)
PERSON = "journey"
MOST_CYCLES = 6
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Landed:
    """One change of units that Autotask took in, as its ledger says."""

    line: int
    day: date
    change: int


class Journey:
    """`configure` says what the operator decided; `plan`, `cycle`, `apply`, `settle` act; the rest asks."""

    def __init__(self, vendors: Running, folder: Path, stack: ExitStack) -> None:
        self.vendors = vendors
        self.folder = folder
        self._stack = stack
        self._opened: ExitStack | None = None
        self.document = self._scene_document()
        self.start()

    # ---- what the operator decides

    def _scene_document(self) -> dict[str, Any]:
        transport = HttpTransport()
        try:
            text = configuration(EmulatedVendors(self.vendors.description, transport), mode="automatic")
        finally:
            transport.close()
        document: dict[str, Any] = yaml.safe_load(text)
        return document

    def configure(self, **settings: object) -> "Journey":
        """Change settings of the pairing, as `config import` takes them."""
        self.document["pairings"]["acronis-autotask"].update(settings)
        return self.take_in()

    def connection(self, name: str, **fields: object) -> "Journey":
        self.document["connections"][name].update(fields)
        return self.take_in()

    def take_in(self) -> "Journey":
        """Whoever is not in the document any more is unmapped, and leaves nothing to decide about."""
        pairings = self.bridge.pairings
        gone = {one.settings.name: Unmapping(one.pairs) for one in customers_left_out(self.text, pairings)}
        import_config(self.text, pairings, who=PERSON, at=SystemClock().now(), unmapping=gone)
        return self

    @property
    def text(self) -> str:
        return yaml.safe_dump(self.document, sort_keys=False)

    def modes(self, billing: str, provisioning: str | None = None) -> "Journey":
        return self.configure(modes={"billing": billing, "provisioning": provisioning or billing})

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> "Journey":
        """Only these rows of the service mapping, as a scene describes them."""
        wanted = [(row["item"], row["infra_id"], row["service_id"]) for row in rows]
        kept = [
            row
            for row in self.document["pairings"]["acronis-autotask"]["services"]
            if (row["item"], row["storage"], row["service"]) in wanted
        ]
        return self.configure(services=kept)

    def only(self, *companies: int) -> "Journey":
        """Only these companies are mapped."""
        rows = self.document["pairings"]["acronis-autotask"]["customers"]
        return self.configure(customers=[row for row in rows if row["company"] in companies])

    # ---- the process

    def start(self) -> None:
        """A process starts: nothing it knew before is in memory; its database and files are."""
        self.stop()
        self._opened = ExitStack()
        self._stack.push(self._opened.__exit__)
        environment = Environment.read({"PSABRIDGE_DATA": str(self.folder)})
        opened = self._opened.enter_context(open_bridge(environment))
        self.bridge: Bridge = replace(opened, transport=NearClock(self.vendors, opened.transport))
        self.take_in()
        self.pairing: PairingId = self.bridge.pairings.by_name(None)
        self.memory = Memory()
        self._ports: Ports | None = None

    def stop(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def ports(self) -> Ports:
        if self._ports is None:
            self._ports = self.bridge.ports(self.pairing)
        return self._ports

    @property
    def settings(self) -> PairingSettings:
        return self.bridge.pairings.settings(self.pairing)

    # ---- what the bridge does

    def plan(self) -> Prepared:
        return prepare(self.settings, self.ports)

    def cycle(self, *, waits: bool = True, person: str | None = None) -> CycleReport:
        return run_cycle(
            self.settings,
            ports=self.ports,
            memory=self.memory,
            approval=Approval(person=person),
            progress=Quiet(),
            waits=waits,
        )

    def apply(
        self, plan_id: PlanId, plan: Plan, *, released: Iterable[StepId] | None = None, holds: bool = True
    ) -> CycleReport:
        """A person applies a plan and releases these of its held steps; with `holds` False, all."""
        return apply_plan(
            plan_id,
            plan,
            settings=self.settings,
            ports=self.ports,
            memory=self.memory,
            approval=Approval(person=PERSON, released=frozenset(released or ()) if holds else None),
            progress=Quiet(),
        )

    def approve(self, report: CycleReport) -> CycleReport:
        """A person read the holds and lets them all go."""
        return self.apply(report.plan_id, report.plan, holds=False)

    def settle(self) -> list[CycleReport]:
        """Cycles until one writes nothing; a person reads and releases whatever is held."""
        reports: list[CycleReport] = []
        for _ in range(MOST_CYCLES):
            report = self.cycle()
            reports.append(report)
            if report.count(StepState.HELD):
                report = self.approve(report)
                reports.append(report)
            if report.open_intents:
                self.advance(minutes=10)
            elif not report.count(StepState.APPLIED):
                break
        return reports

    def go(self) -> CycleReport:
        """One cycle; a person lets go what it holds."""
        report = self.cycle()
        return self.approve(report) if report.count(StepState.HELD) else report

    def cycles(self, *, minutes: int, every: int = 10) -> CycleReport:
        """Cycles as a timer runs them, each without waiting; the last one's report."""
        report = self.cycle(waits=False)
        for _ in range(minutes // every):
            self.advance(minutes=every)
            report = self.cycle(waits=False)
        return report

    # ---- time, and what happens at the vendors

    @property
    def today(self) -> date:
        return self.vendors.clock.now.date()

    def advance(self, **duration: float) -> "Journey":
        self.vendors.clock.advance(timedelta(**duration).total_seconds())
        return self

    def go_to(self, day: date, hour: int = 8) -> "Journey":
        """To a later day, without a cycle on the way."""
        now = self.vendors.clock.now
        then = now.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=0, second=0)
        return self.advance(seconds=(then - now).total_seconds())

    def control(self, route: str, body: object, *, vendor: str = "autotask") -> Any:  # noqa: ANN401  JSON
        """The back door, as a person or the vendor would use it."""
        url = f"{self.vendors.description['control'][vendor]}/{route}"
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310  loopback
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310  loopback
            return json.loads(reply.read())

    def use(self, sale: Sale, value: int) -> None:
        """From now on the customer uses so many."""
        sold = sale.sold
        self.vendors.do(
            lambda: self.vendors.acronis.set_usage(sale.tenant, sold.usage_name, value, sold.infra_id)
        )

    def doubts(self, **switches: object) -> None:
        self.control("doubts", switches)

    # ---- what the world holds

    def ledger(self, by: str = "api") -> list[Landed]:
        landed: list[LandedAdjustment] = self.vendors.do(
            lambda: list(self.vendors.autotask.ledger.adjustments)
        )
        return [Landed(one.line_id, one.effective_date, one.unit_change) for one in landed if one.by == by]

    def landed(self, line: int, by: str = "api") -> list[tuple[date, int]]:
        return [(one.day, one.change) for one in self.ledger(by) if one.line == line]

    def units(self, line: int, day: date | None = None) -> int | None:
        on = day or self.today
        return self.vendors.do(lambda: self.vendors.autotask.units_on(line, on))

    def item(self, tenant: str, name: str, infra_id: str | None = None) -> dict[str, Any]:
        """The offering item as Acronis would answer it."""
        return self.vendors.do(lambda: self.vendors.acronis.item(tenant, name, infra_id))

    def quota(self, tenant: str, name: str, infra_id: str | None = None) -> int | str:
        """The quota of an item that is on: a number, or "unlimited"; "off" otherwise."""
        item = self.item(tenant, name, infra_id)
        if item["status"] != 1:
            return "off"
        value = (item.get("quota") or {}).get("value")
        return "unlimited" if value is None else int(value)

    def acronis_writes(self) -> list[dict[str, Any]]:
        return self.vendors.do(lambda: list(self.vendors.acronis.ledger))

    def written(self) -> tuple[int, int]:
        """How many writes landed at each vendor; our marker is no business of a customer's."""
        writes = self.vendors.do(lambda: list(self.vendors.autotask.ledger.writes))
        ours = [one for one in writes if one.entity != "UserDefinedFieldDefinitions"]
        return len(ours), len(self.acronis_writes())

    def tenant(self, company: int) -> str:
        rows = self.document["pairings"]["acronis-autotask"]["customers"]
        return str(next(row["tenant"] for row in rows if row["company"] == company))

    def company(self, name: str) -> int:
        rows = self.vendors.do(lambda: list(self.vendors.autotask.database["Companies"].all()))
        return int(next(row["id"] for row in rows if row["companyName"].startswith(name)))

    def contracts(self, company: int) -> list[int]:
        rows = self.vendors.do(lambda: list(self.vendors.autotask.database["Contracts"].all()))
        return [row["id"] for row in rows if row["companyID"] == company]

    def lines(self, contract: int) -> dict[str, int]:
        """Line ids of a contract by the name of their service."""

        def look() -> dict[str, int]:
            database = self.vendors.autotask.database
            names = {row["id"]: row["name"] for row in database["Services"].all()}
            rows = database["ContractServices"].all()
            return {names[row["serviceID"]]: row["id"] for row in rows if row["contractID"] == contract}

        return self.vendors.do(look)


def codes(findings: Iterable[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def unit_steps(plan: Plan) -> dict[int, SetUnits]:
    """Changes of units of a plan, by line."""
    changes = (step.change for step in plan.steps)
    return {change.line.number: change for change in changes if isinstance(change, SetUnits)}
