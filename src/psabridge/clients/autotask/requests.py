"""Every request the product can send to Autotask, each built by a pure function.

So a test can build them all and hold them against the vendor's description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.zone import api_root
from psabridge.clients.transport import HttpRequest
from psabridge.clients.wire_json import encode

ADJUSTMENTS = "ContractServiceAdjustments"
BUNDLE_ADJUSTMENTS = "ContractServiceBundleAdjustments"


@dataclass(frozen=True, slots=True)
class Door:
    """Where the tenant is, and who knocks."""

    root: str
    credentials: Credentials

    @classmethod
    def at(cls, zone_url: str, credentials: Credentials) -> "Door":
        return cls(api_root(zone_url), credentials)


def versions(root: str) -> HttpRequest:
    return HttpRequest("GET", f"{root}versioninformation")


def threshold(door: Door) -> HttpRequest:
    return _get(door, "ThresholdInformation")


def one(door: Door, entity: str, record_id: int) -> HttpRequest:
    return _get(door, f"{entity}/{record_id}")


def query(door: Door, entity: str, document: Mapping[str, object]) -> HttpRequest:
    """By POST: a long filter in an address ends in 404 (docs/vendors/autotask.md A5)."""
    return _send(door, "POST", f"{entity}/query", document)


def count(door: Door, entity: str, document: Mapping[str, object]) -> HttpRequest:
    return _send(door, "POST", f"{entity}/query/count", document)


def fields(door: Door, entity: str) -> HttpRequest:
    return _get(door, f"{entity}/entityInformation/fields")


def information(door: Door, entity: str) -> HttpRequest:
    return _get(door, f"{entity}/entityInformation")


def user_defined_fields(door: Door, entity: str) -> HttpRequest:
    return _get(door, f"{entity}/entityInformation/userDefinedFields")


def create(door: Door, route: str, body: Mapping[str, object]) -> HttpRequest:
    return _send(door, "POST", route, body, fresh=True)


def patch(door: Door, route: str, body: Mapping[str, object]) -> HttpRequest:
    """The id travels in the body: there is no PATCH of an address with an id (A9)."""
    return _send(door, "PATCH", route, body, fresh=True)


def remove(door: Door, route: str, record_id: int) -> HttpRequest:
    headers = door.credentials.headers()
    return HttpRequest("DELETE", f"{door.root}v1.0/{route}/{record_id}", headers, fresh=True)


def adjust_units(
    door: Door, *, line_id: int, effective_date: date, unit_change: int, contract_id: int | None = None
) -> HttpRequest:
    """Exactly protocol 2.2, rule 3: no service id, which could create a line; no price.

    The contract's id only where a sandbox has shown that it is needed (P6).
    """
    body: dict[str, object] = {
        "contractServiceID": line_id,
        "effectiveDate": effective_date.isoformat(),
        "unitChange": unit_change,
        "allowRepeatService": False,
    }
    return create(door, ADJUSTMENTS, body | _contract(contract_id))


def adjust_bundle_units(
    door: Door, *, line_id: int, effective_date: date, unit_change: int, contract_id: int | None = None
) -> HttpRequest:
    body: dict[str, object] = {
        "contractServiceBundleID": line_id,
        "effectiveDate": effective_date.isoformat(),
        "unitChange": unit_change,
        "allowRepeatServiceBundle": False,
    }
    return create(door, BUNDLE_ADJUSTMENTS, body | _contract(contract_id))


def _contract(contract_id: int | None) -> dict[str, object]:
    return {} if contract_id is None else {"contractID": contract_id}


def _get(door: Door, path: str) -> HttpRequest:
    return HttpRequest("GET", f"{door.root}v1.0/{path}", door.credentials.headers())


def _send(
    door: Door, method: str, path: str, content: Mapping[str, object], *, fresh: bool = False
) -> HttpRequest:
    headers = {**door.credentials.headers(), "Content-Type": "application/json"}
    return HttpRequest(method, f"{door.root}v1.0/{path}", headers, encode(content), fresh=fresh)
