"""The connector of tickets beside the back door of its vendor."""

from datetime import datetime
from typing import Any

import pytest

from psabridge.connectors.autotask.tickets import AutotaskHelpDesk
from psabridge.engine.ticket_ports import HelpDesk
from psabridge.rules.tickets.alerts import ConditionKey
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import Code, TicketFields, TicketSettings
from psabridge.rules.tickets.stories import Ticket, TicketId, external_id
from psabridge.rules.words import CompanyId, ContractId
from psabridge_emulators.scenes.desk import BACKUP_QUEUE
from tests.connectors.bench import Bench

FIELDS = TicketFields(queue=Code(BACKUP_QUEUE))


def a_key(number: int) -> ConditionKey:
    return ConditionKey(f"{number:032x}")


class Desk:
    """The connector, and the back door of its vendor."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.world = bench.running.autotask
        self.port: HelpDesk = self.connector()
        self.company = bench.settings.customers[0].company

    def connector(self) -> AutotaskHelpDesk:
        return AutotaskHelpDesk(self.bench.psa.client, self.bench.psa.governor, self.bench.psa.clock)

    def now(self) -> datetime:
        return self.bench.psa.clock.now()

    def makes(
        self,
        name: str = "",
        *,
        fields: TicketFields = FIELDS,
        settings: TicketSettings | None = None,
        company: CompanyId | None = None,
        contract: ContractId | None = None,
    ) -> TicketId:
        return self.port.create(
            CreateTicket("Backup failed: PC-1", "where and what", fields),
            external_id=name or external_id(a_key(1), 1),
            company=company or self.company,
            contract=contract,
            settings=settings or TicketSettings(),
            now=self.now(),
        )

    def row(self, ticket: TicketId) -> dict[str, Any]:
        return self.bench.running.do(lambda: dict(self.world.database.row("Tickets", ticket) or {}))

    def notes(self, ticket: TicketId) -> list[dict[str, Any]]:
        return [dict(one) for one in self.bench.rows("TicketNotes") if one["ticketID"] == ticket]

    def person(self, ticket: TicketId, **values: object) -> None:
        by = self.world.person_id
        self.bench.running.do(lambda: self.world.desk.change(ticket, dict(values), by=by))

    def deletes(self, ticket: TicketId) -> None:
        self.bench.running.do(lambda: self.world.desk.delete(ticket, by=self.world.person_id))

    def read(self, ticket: TicketId) -> Ticket:
        return self.port.tickets([ticket])[ticket]

    def fault(self, kind: str, **rule: object) -> None:
        self.bench.running.faults.add(kind, vendor="autotask", **rule)

    def picks(self, name: str, code: int, *, active: bool) -> None:
        picklists = self.world.database.picklists
        self.bench.running.do(lambda: picklists.change(name, code, label=None, active=active, parent=""))


@pytest.fixture
def desk(guide: Bench) -> Desk:
    return Desk(guide)
