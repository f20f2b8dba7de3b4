"""A service desk with one customer, one technician of the backup queue and a work type."""

from dataclasses import dataclass
from typing import Any

import pytest

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.world import AutotaskWorld
from tests.emulators.autotask.caller import NOON, Caller


@dataclass(frozen=True, slots=True)
class Desk:
    caller: Caller
    world: AutotaskWorld
    company: int
    role: int
    technician: int
    work_type: int

    def body(self, **more: object) -> dict[str, Any]:
        body = {"companyID": self.company, "title": "Backup failed", "status": 1, "priority": 2, "queueID": 8}
        return {name: value for name, value in (body | more).items() if value is not None}

    def make(self, **more: object) -> int:
        made: int = self.caller.ok("POST", "/Tickets", self.body(**more))["itemId"]
        return made

    def refused(self, **more: object) -> str:
        status, text = self.caller.refused("POST", "/Tickets", self.body(**more))
        assert status == 500
        return text

    def patch(self, ticket: int, **values: object) -> None:
        self.caller.ok("PATCH", "/Tickets", {"id": ticket, **values})

    def patch_refused(self, ticket: int, **values: object) -> str:
        return self.caller.refused("PATCH", "/Tickets", {"id": ticket, **values})[1]

    def note(self, ticket: int, **more: object) -> int:
        body = {"description": "Again", "noteType": 1, "publish": 2, "title": "Again"} | more
        sent = {name: value for name, value in body.items() if value is not None}
        made: int = self.caller.ok("POST", f"/Tickets/{ticket}/Notes", sent)["itemId"]
        return made

    def ticket(self, ticket: int) -> dict[str, Any]:
        item: dict[str, Any] = self.caller.ok("GET", f"/Tickets/{ticket}")["item"]
        return item

    def notes(self, ticket: int) -> list[str]:
        page = self.caller.ok("GET", f"/Tickets/{ticket}/Notes")
        return [note["description"] for note in page["items"]]

    def act(self, ticket: int, act: str, **more: object) -> Any:  # noqa: ANN401  JSON
        return self.caller.control("ticket", {"ticket": ticket, "act": act, **more})


def a_desk(**doubts: object) -> Desk:
    world = AutotaskWorld(now=NOON, doubts=Doubts().changed(doubts))
    company, role = world.add_company("Meadow Dental"), world.add_role("Backup Engineer")
    technician = world.add_technician("Tara", "Tech", [role], queue_id=8)
    work_type = world.add_billing_code("Remote Support", use_type=1)
    return Desk(Caller(world), world, company, role, technician, work_type)


@pytest.fixture
def desk() -> Desk:
    return a_desk()
