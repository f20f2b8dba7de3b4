"""One line of twelve units, asked and changed over real HTTP like the product and a person would."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from psabridge_emulators.scenes.running import Running, start

Json: TypeAlias = Any
ROOT = "/ATServicesRest/v1.0"
# What a caller meets whose answer is lost: a reset, or a polite end without a word.
LOST = (ConnectionResetError, http.client.RemoteDisconnected)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Json:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A contract from 17 January 2026, monthly; `line` holds 12 units of `service`."""

    running: Running
    contract: int
    service: int
    line: int

    def ask(self, method: str, path: str, body: object = None, *, vendor: str = "autotask") -> Answer:
        """One request on a connection of its own, never tried twice."""
        told = self.running.description["autotask"]
        headers = {
            "UserName": told["user"],
            "Secret": told["secret"],
            "ApiIntegrationCode": told["integration_code"],
            "Content-Type": "application/json",
        }
        connection = http.client.HTTPConnection(urlsplit(self.running.urls[vendor]).netloc, timeout=10)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            reply = connection.getresponse()
            return Answer(reply.status, reply.read(), dict(reply.headers))
        finally:
            connection.close()

    def control(self, route: str, body: object = None, method: str | None = None) -> Json:
        verb = method or ("GET" if body is None else "POST")
        answer = self.ask(verb, f"/__control/{route}", body)
        assert answer.status == 200, answer.body
        return answer.json()

    def fault(self, kind: str, path: str = "Adjustments", **rule: object) -> None:
        self.control("faults", {"kind": kind, "path": path, **rule})

    def adjust(self, day: str, change: int, **more: object) -> Answer:
        body = {"contractServiceID": self.line, "effectiveDate": day, "unitChange": change, **more}
        return self.ask("POST", f"{ROOT}/ContractServiceAdjustments", body)

    def taken(self, day: str, change: int, **more: object) -> bool:
        """Whether the adjustment was taken in; a refusal must be the duplicate of protocol.md's U."""
        answer = self.adjust(day, change, **more)
        assert answer.status == 200 or b"contract_service_period" in answer.body, answer.body
        return answer.status == 200

    def edit(self, day: str, change: int, **more: object) -> None:
        """Somebody else's change of the line."""
        self.control("foreign-edit", {"line": self.line, "day": day, "change": change, **more})

    def act(self, name: str) -> dict[str, object]:
        """What a fault's hook may do to the line or its contract behind our back."""
        renewal = {"starts": "2027-01-17", "ends": "2028-01-16"}
        routes: dict[str, tuple[str, dict[str, object]]] = {
            "foreign edit": ("foreign-edit", {"line": self.line, "day": "2026-03-19", "change": 3}),
            "posting": ("post-period", {"line": self.line, "through": "2026-03-17"}),
            "end date": ("contract", {"contract": self.contract, "end": "2026-03-18"}),
            "line removed": ("contract", {"remove_line": self.line}),
            "renewal": ("contract", {"contract": self.contract, "renewal": renewal}),
        }
        path, body = routes[name]
        return {"path": path, "body": body}

    def query(
        self, entity: str, *conditions: Mapping[str, object], **options: object
    ) -> list[dict[str, Any]]:
        body = {"filter": list(conditions) or [{"op": "gte", "field": "id", "value": 0}], **options}
        answer = self.ask("POST", f"{ROOT}/{entity}/query", body)
        assert answer.status == 200, answer.body
        rows: list[dict[str, Any]] = answer.json()["items"]
        return rows

    def rows(self, line: int | None = None, until: str = "2026-04-16") -> list[tuple[str, str, int]]:
        """First day, last day and units of the rows from 17 March on, by start and id."""
        found = self.query(
            "ContractServiceUnits",
            {"op": "eq", "field": "contractServiceID", "value": line or self.line},
            {"op": "gte", "field": "startDate", "value": "2026-03-17"},
            {"op": "lte", "field": "startDate", "value": until},
        )
        found.sort(key=lambda row: (row["startDate"], row["id"]))
        return [(row["startDate"][:10], row["endDate"][:10], row["units"]) for row in found]

    def units(self, day: str) -> int | None:
        """What is in force on a day, whatever readers see."""
        told: int | None = self.control(f"units?line={self.line}&day={day}")["units"]
        return told

    def landed(self) -> list[tuple[str, int, str]]:
        """The judge: day, change and author of everything that landed on the line."""
        return [
            (entry["effectiveDate"], entry["unitChange"], entry["by"])
            for entry in self.control(f"ledger?line={self.line}")["adjustments"]
        ]


@contextmanager
def a_tenant(**doubts: object) -> Iterator[Tenant]:
    with start("empty") as running:
        world = running.autotask

        def furnish() -> tuple[int, int, int]:
            company = world.add_company("Meadow Dental")
            service = world.add_service("Backup", "23.10")
            contract = world.add_contract(company, "Backup", "2026-01-17", "2027-01-16", payg="Yes")
            return contract, service, world.add_line(contract, service, 12)

        tenant = Tenant(running, *running.do(furnish))
        tenant.control("doubts", doubts)
        yield tenant
