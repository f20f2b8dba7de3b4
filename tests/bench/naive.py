"""A script as people write it: customer after customer, line after line. Prints one JSON document.

Usage: python -m tests.bench.naive LINE MS (what the emulators said when they were ready)

It keeps its connections open and asks for nothing twice within a line; it has no plan, no journal and no
proof. Usage of one line in twenty moves before it runs, as for the bridge.
"""

import base64
import http.client
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.bench.emulators import BackDoor, Watch

Json = dict[str, Any]
API = "/ATServicesRest/v1.0/"
FIELD = "Acronis PAYG"
COUNTED, USAGE = "pw_base_workstations", "workstations"
CHANGING_OF_LINES = 20
A_DAY = 24 * 3600


class Site:
    """One vendor over one connection."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._headers = headers

    def ask(self, method: str, path: str, body: object = None) -> Json:
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, self._headers)
        reply = self._connection.getresponse()
        text = reply.read()
        if reply.status != 200:
            raise SystemExit(f"{method} {path} answered {reply.status}: {text[:200]!r}")
        answer: Json = json.loads(text)
        return answer


def autotask(description: Json) -> Site:
    told = description["autotask"]
    headers = {
        "UserName": told["user"],
        "Secret": told["secret"],
        "ApiIntegrationCode": told["integration_code"],
        "Content-Type": "application/json",
    }
    return Site(told["url"], headers)


def acronis(description: Json) -> Site:
    told = description["acronis"]
    pair = base64.b64encode(f"{told['client_id']}:{told['client_secret']}".encode()).decode()
    form = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection(urlsplit(told["url"]).netloc, timeout=60)
    connection.request("POST", "/api/2/idp/token", "grant_type=client_credentials", form)
    token = json.loads(connection.getresponse().read())["access_token"]
    connection.close()
    return Site(told["url"], {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    customer: Json
    row: Json
    units: int
    used: int
    is_payg: bool

    @property
    def must_change(self) -> bool:
        return self.is_payg and self.units != self.used


@dataclass(frozen=True, slots=True)
class Script:
    psa: Site
    platform: Site
    mapping: Json
    today: str

    def run(self) -> list[Line]:
        """All lines, those brought in order among them."""
        lines = list(self.lines())
        for line in lines:
            if line.must_change:
                self._adjust(line)
        return lines

    def lines(self) -> Iterator[Line]:
        for customer in self.mapping["customers"]:
            self._query("Companies", id=customer["company_id"])
            contracts = self._query("Contracts", companyID=customer["company_id"])
            amounts = self._amounts(customer["tenant_id"])
            for contract in contracts:
                fields = {one["name"]: one["value"] for one in contract["userDefinedFields"]}
                for row in self.mapping["services"]:
                    yield from self._sold(
                        customer, contract, row, amounts, is_payg=fields.get(FIELD) == "Yes"
                    )

    def _sold(
        self,
        customer: Json,
        contract: Json,
        row: Json,
        amounts: dict[tuple[str, str | None], int],
        *,
        is_payg: bool,
    ) -> Iterator[Line]:
        service = row["service_id"]
        for line in self._query("ContractServices", contractID=contract["id"], serviceID=service):
            amount = amounts.get((row["item"], row["infra_id"]), 0)
            used = -(-amount // row["unit_size"])
            yield Line(line["id"], customer, row, self._units(line["id"]), used, is_payg)

    def _amounts(self, tenant: str) -> dict[tuple[str, str | None], int]:
        """Usage of each item that is on, by item and storage."""
        items = self.platform.ask("GET", f"/api/2/tenants/{tenant}/offering_items?edition=*")["items"]
        usages = self.platform.ask("GET", f"/api/2/tenants/{tenant}/usages")["items"]
        values = {(one["usage_name"], one["infra_id"]): one["value"] for one in usages}
        return {
            (one["name"], one["infra_id"]): values.get((one["usage_name"], one["infra_id"]), 0)
            for one in items
            if one["status"] == 1
        }

    def _units(self, line: int) -> int:
        """Those of the row that began last."""
        rows = self._query("ContractServiceUnits", contractServiceID=line)
        begun = [one for one in rows if one["startDate"][:10] <= self.today]
        return max(begun, key=lambda one: str(one["startDate"]))["units"] if begun else 0

    def _adjust(self, line: Line) -> None:
        body = {
            "contractServiceID": line.id,
            "effectiveDate": self.today,
            "unitChange": line.used - line.units,
            "allowRepeatService": False,
        }
        self.psa.ask("POST", f"{API}ContractServiceAdjustments", body)
        if self._units(line.id) != line.used:
            raise SystemExit(f"line {line.id} was not changed")

    def _query(self, entity: str, **values: int) -> list[Json]:
        conditions = [{"op": "eq", "field": name, "value": value} for name, value in values.items()]
        found: list[Json] = self.psa.ask("POST", f"{API}{entity}/query", {"filter": conditions})["items"]
        return found


def measure(description: Json, latency_ms: int) -> Json:
    """Lines are brought in order first, so that exactly those change whose usage moves."""
    door = BackDoor(description)
    door.lift_the_hour()
    lines = _script(description, door).run()
    door.advance(A_DAY)
    wanted = len(lines) // CHANGING_OF_LINES
    counted = [one for one in lines if one.is_payg and one.row["item"] == COUNTED][:wanted]
    door.use([_reading(one) for one in counted])
    script, watch = _script(description, door), Watch(door, latency_ms)
    changed = sum(line.must_change for line in script.run())
    told = watch.look()
    if changed != wanted:
        raise SystemExit(f"the naive script changed {changed} lines of {wanted}")
    return {**told, "changed": changed}


def _script(description: Json, door: BackDoor) -> Script:
    """Signed in anew: a token lives for two hours."""
    return Script(autotask(description), acronis(description), door.mapping(), door.today())


def _reading(line: Line) -> Json:
    return {"tenant": line.customer["tenant_id"], "usage_name": USAGE, "value": line.used + 1}


def main() -> None:
    sys.stdout.write(json.dumps(measure(json.loads(sys.argv[1]), int(sys.argv[2]))) + "\n")


if __name__ == "__main__":
    main()
