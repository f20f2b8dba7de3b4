"""A provider whose alerts become tickets: the whole bridge beside both emulated vendors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psabridge.engine.progress import Quiet
from psabridge.engine.ticketing import TicketReport
from psabridge.rules.tickets.alerts import AlertId
from psabridge.store.tickets import open_errands
from psabridge.wiring.ticket_rounds import TicketRounds
from psabridge_emulators.scenes.desk import BACKUP_QUEUE, add_service_desk
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey

COMPLETE, IN_PROGRESS, WAITING = 5, 8, 7
FIELDS = {"queue": BACKUP_QUEUE, "status": IN_PROGRESS}
MADE = [{"severity": word, "creates": True, "fields": FIELDS} for word in ("error", "critical")]
LEFT = [{"severity": word, "creates": False} for word in ("ok", "information", "warning")]
SINCE = "2026-01-01T00:00:00+00:00"  # switched on by the emulators' clock, not by the machine's
TICKETS: Mapping[str, Any] = {
    "is_on": True,
    "since": SINCE,
    "close_status": COMPLETE,
    "severities": [*MADE, *LEFT],
}
MODES = {"billing": "observe", "provisioning": "observe", "tickets": "automatic"}


def office_of_two(firms: Firms) -> tuple[Sale, Sale]:
    """One that the test is about, one that must not notice, and technicians."""
    add_service_desk(firms.running.autotask)
    return firms.sale("Meadow Dental", units=10), firms.sale("Other & Sons", units=20)


class TicketOffice:
    def __init__(self, journey: Journey, firm: Sale, other: Sale) -> None:
        self.journey, self.firm, self.other = journey, firm, other
        self.acronis, self.autotask = journey.vendors.acronis, journey.vendors.autotask
        self.rounds = TicketRounds(journey.bridge, journey.pairing)
        self.cycle()

    # ---- the bridge

    def decide(self, **changes: object) -> None:
        """Other settings of tickets, as `config import` takes them."""
        self.journey.configure(tickets={**TICKETS, **changes})

    def cycle(self, **later: float) -> TicketReport:
        self.journey.advance(**(later or {"minutes": 1}))
        return self.rounds.run(self.journey.settings, Quiet())

    def restart(self) -> None:
        self.journey.start()
        self.rounds = TicketRounds(self.journey.bridge, self.journey.pairing)

    @property
    def on_their_way(self) -> list[str]:
        return [f"{one.step.act.name} {one.state}" for one in open_errands(self.journey.pairing)]

    # ---- what happens at the vendors

    @property
    def now(self) -> datetime:
        return self.journey.vendors.clock.now

    def raises(self, sale: Sale | None = None, kind: str = "BackupFailed", **details: str) -> AlertId:
        told = {"resourceId": "r-1", "resourceName": "PC-1", **details}
        tenant = (sale or self.firm).tenant
        made = self.journey.vendors.do(lambda: self.acronis.raise_alert(tenant, kind, details=told))
        return AlertId(made.lower())

    def clears(self, *alerts: AlertId) -> None:
        self.journey.vendors.do(lambda: [self.acronis.clear_alert(one) for one in alerts])

    def reported(self) -> set[str]:
        alerts = self.journey.vendors.do(lambda: dict(self.acronis.alerts))
        return {key.lower() for key, one in alerts.items() if one.deleted is None}

    def acts(self, act: str, ticket: int, **told: object) -> None:
        """What a technician does at the screen."""
        self.journey.control("ticket", {"act": act, "ticket": ticket, **told})

    def by_phone(self, act: str, ticket: Mapping[str, Any]) -> dict[str, int]:
        """The ticket that somebody merges ours into."""
        if act != "merge":
            return {}
        company = ticket["companyID"]
        return {"into": self.journey.vendors.do(lambda: self.autotask.add_ticket(company, "By phone"))}

    def fault(self, kind: str, vendor: str = "autotask", **rule: object) -> None:
        self.journey.vendors.faults.add(kind, vendor=vendor, **rule)

    def mend(self) -> None:
        self.journey.vendors.faults.clear()

    # ---- what Autotask holds

    def tickets(self, sale: Sale | None = None) -> list[dict[str, Any]]:
        """Those of the bridge, oldest first; of one customer."""
        found = [row for row in self._rows("Tickets") if row.get("externalID")]
        return [row for row in found if sale is None or row["companyID"] == sale.customer.company_id]

    def states(self) -> list[int]:
        return [row["status"] for row in self.tickets()]

    def notes(self) -> list[str]:
        ids = {row["id"] for row in self.tickets()}
        return [row["description"] for row in self._rows("TicketNotes") if row["ticketID"] in ids]

    def told(self, alert: AlertId) -> int:
        """In how many texts of tickets and notes an alert stands."""
        texts = [*(row["description"] for row in self.tickets()), *self.notes()]
        return sum(f"Id: {alert}" in text for text in texts)

    def _rows(self, entity: str) -> list[dict[str, Any]]:
        database = self.autotask.database
        rows = self.journey.vendors.do(lambda: [dict(row) for row in database[entity].all()])
        return sorted(rows, key=lambda row: row["id"])
