"""A contract from 17 January 2026, monthly, with one line of 10 units at 23.10."""

from dataclasses import dataclass
from datetime import date

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.world import AutotaskWorld
from tests.emulators.autotask.caller import NOON, Caller


@dataclass(frozen=True, slots=True)
class Scene:
    caller: Caller
    world: AutotaskWorld
    company: int
    service: int
    contract: int
    line: int

    def adjust(self, day: str, change: int, **more: object) -> tuple[int, str]:
        """An adjustment through the API: status and body."""
        body = {"contractServiceID": self.line, "effectiveDate": day, "unitChange": change, **more}
        reply = self.caller.raw("POST", "/ContractServiceAdjustments", body)
        return reply.status, reply.body.decode()

    def units(self, *days: str) -> list[int | None]:
        return [self.world.units_on(self.line, day) for day in days]

    def rows(self, since: str = "2026-01-01", until: str = "2026-12-31") -> list[tuple[str, str, int]]:
        found = self.caller.find(
            "ContractServiceUnits",
            {"op": "eq", "field": "contractServiceID", "value": self.line},
            {"op": "gte", "field": "startDate", "value": since},
            {"op": "lte", "field": "startDate", "value": until},
        )
        shown = [(row["startDate"][:10], row["endDate"][:10], row["units"]) for row in found]
        return sorted(shown)

    def row_ids(self) -> set[int]:
        return {row["id"] for row in self.caller.find("ContractServiceUnits", {"op": "exist", "field": "id"})}


def a_scene(
    doubts: Doubts | None = None, *, units: int = 10, period_type: int = 2, ends: str = "2027-01-16"
) -> Scene:
    world = AutotaskWorld(now=NOON, doubts=doubts)
    company = world.add_company("Meadow Dental")
    service = world.add_service("Backup", "23.10", period_type=period_type)
    contract = world.add_contract(company, "Backup", date(2026, 1, 17), ends, payg="Yes")
    line = world.add_line(contract, service, units)
    return Scene(Caller(world), world, company, service, contract, line)
