"""The back door: usage, foreign edits, alerts, switches. Not part of the vendor; see README.md."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from psabridge_emulators.acronis import alert_controls, offering
from psabridge_emulators.acronis.dump import dump_tenant, dump_world
from psabridge_emulators.acronis.records import Switches, Tenant
from psabridge_emulators.acronis.shapes import WrongValueError
from psabridge_emulators.acronis.tenant_routes import bury
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply, Request

PREFIX = "/__control/"
_READING = "tenant usage_name value infra_id edition absolute_value"
# What a body may hold. The others check their own.
KNOWN_KEYS = {
    "world": "tenant part",
    "ledger": "",
    "mails": "",
    "usage": f"items {_READING}",
    "usage/withhold": "tenant usage_name infra_id whole_tenant",
    "usage/return": "tenant",
    "tenant/edit": "tenant fields",
    "tenant/move": "tenant parent",
    "tenant/delete": "tenant",
    "item": "tenant name infra_id quota overage status",
    "quota": "tenant name infra_id quota overage",
    **alert_controls.KNOWN_KEYS,
    "client/revoke": "enabled",
}
Act = Callable[[AcronisWorld, dict[str, Any]], object]


def control_reply(world: AcronisWorld, request: Request) -> Reply:
    """Errors name what was wrong: the reader is a test or a person, not the product."""
    path = request.path.removeprefix(PREFIX)
    act = ACTS.get((request.method, path))
    if act is None:
        return Reply.of(404, {"error": f"no control route {request.method} {request.path}"})
    try:
        told = request.json() if request.body else dict(request.query)
        if not isinstance(told, dict):
            raise WrongValueError("an object is expected")
        _only(told, KNOWN_KEYS.get(path))
        return Reply.of(200, act(world, told))
    except KeyError as error:
        return Reply.of(400, {"error": f"missing or unknown: {error.args[0]}"})
    except (ValueError, TypeError, AttributeError) as error:
        return Reply.of(400, {"error": str(error)})


def _only(told: dict[str, Any], known: str | None) -> None:
    """A key nobody reads is a test that means something else than it does."""
    unknown = set() if known is None else told.keys() - set(known.split())
    if unknown:
        raise WrongValueError(f"unknown: {', '.join(sorted(unknown))}; known: {known}")


def _world(world: AcronisWorld, told: dict[str, Any]) -> object:
    """All of it; `?tenant=` one tenant with its rows, `?part=` one part."""
    if "tenant" in told:
        return dump_tenant(world, world.tenants[told["tenant"]])
    whole = dump_world(world)
    return {told["part"]: whole[told["part"]]} if "part" in told else whole


def _ledger(world: AcronisWorld, _told: dict[str, Any]) -> object:
    return {"items": world.ledger}


def _mails(world: AcronisWorld, _told: dict[str, Any]) -> object:
    return {"items": world.mails}


def _set_usage(world: AcronisWorld, told: dict[str, Any]) -> object:
    """One reading, or many under `items`."""
    for one in told.get("items", [told]):
        _only(one, _READING)
        world.set_usage(
            one["tenant"],
            one["usage_name"],
            int(one["value"]),
            one.get("infra_id"),
            one.get("edition"),
            one.get("absolute_value"),
        )
    return {}


def _withhold_usage(world: AcronisWorld, told: dict[str, Any]) -> object:
    if told.get("whole_tenant"):
        world.tenants[told["tenant"]].unreported = True
    else:
        world.withhold_usage(told["tenant"], told.get("usage_name"), told.get("infra_id"))
    return {}


def _return_usage(world: AcronisWorld, told: dict[str, Any]) -> object:
    tenant = world.tenants[told["tenant"]]
    tenant.unreported = False
    tenant.withheld.clear()
    return {}


def _add_tenant(world: AcronisWorld, told: dict[str, Any]) -> object:
    return {"id": world.add_tenant(**told)}


def _touched(world: AcronisWorld, told: dict[str, Any]) -> Tenant:
    tenant = world.tenants[told["tenant"]]
    world.touch(tenant)
    return tenant


_EDITABLE = {
    "name",
    "enabled",
    "internal_tag",
    "customer_id",
    "customer_type",
    "language",
    "contact",
    "ancestral_access",
    "locked",
    "lock_owner",
    "mfa",
    "mfa_update_allowed",
    "mode",
}


def _edit_tenant(world: AcronisWorld, told: dict[str, Any]) -> object:
    """What a person in the vendor's portal may change."""
    wanted = told["fields"]
    unknown = sorted(wanted.keys() - _EDITABLE)
    if unknown:
        raise WrongValueError(f"unknown {', '.join(unknown)}; known: {', '.join(sorted(_EDITABLE))}")
    tenant = _touched(world, told)
    if "mode" in wanted:
        world.set_mode(tenant, wanted["mode"], world.now)
    for field, value in wanted.items():
        setattr(tenant, field, value)
    return {"version": tenant.version}


def _move_tenant(world: AcronisWorld, told: dict[str, Any]) -> object:
    """Without `parent`: out of the client's subtree."""
    world.move(_touched(world, told), told.get("parent") or world.vendor_id)
    return {}


def _delete_tenant(world: AcronisWorld, told: dict[str, Any]) -> object:
    tenant = _touched(world, told)
    tenant.enabled = False
    bury(world, tenant)
    return {}


def _set_item(world: AcronisWorld, told: dict[str, Any]) -> object:
    """A row and its quota as a person sets them: no parent, usage or version is asked."""
    world.enable_item(
        told["tenant"],
        told["name"],
        told.get("infra_id"),
        told.get("quota"),
        told.get("overage"),
        told.get("status", 1),
    )
    return world.item(told["tenant"], told["name"], told.get("infra_id"))


def _set_quota(world: AcronisWorld, told: dict[str, Any]) -> object:
    tenant = world.tenants[told["tenant"]]
    key = (world.kind_of(told["name"]).application_id, told["name"], told.get("infra_id"))
    item = tenant.items[key]
    wanted = {"value": told.get("quota"), "overage": told.get("overage")}
    item.quota = offering.written_quota(world, item.quota, wanted)
    item.updated_at, item.text = world.now, ""
    return world.item(told["tenant"], told["name"], told.get("infra_id"))


def _client(world: AcronisWorld, told: dict[str, Any]) -> object:
    """Revoke: every token ends now. Disable: no new one either, until enabled again."""
    world.tokens.clear()
    world.client_enabled = told.get("enabled", world.client_enabled)
    return {"enabled": world.client_enabled}


def _switches(world: AcronisWorld, told: dict[str, Any]) -> object:
    known = {field.name: type(getattr(world.switches, field.name)) for field in fields(Switches)}
    for name, value in told.items():
        if name not in known or not isinstance(value, known[name]):
            raise ValueError(f"no switch {name} that takes {value!r}; known: {', '.join(known)}")
    for name, value in told.items():
        setattr(world.switches, name, value)
    return {name: getattr(world.switches, name) for name in known}


ACTS: dict[tuple[str, str], Act] = {
    ("GET", "world"): _world,
    ("GET", "ledger"): _ledger,
    ("GET", "mails"): _mails,
    ("POST", "usage"): _set_usage,
    ("POST", "usage/withhold"): _withhold_usage,
    ("POST", "usage/return"): _return_usage,
    ("POST", "tenant"): _add_tenant,
    ("POST", "tenant/edit"): _edit_tenant,
    ("POST", "tenant/move"): _move_tenant,
    ("POST", "tenant/delete"): _delete_tenant,
    ("POST", "item"): _set_item,
    ("POST", "quota"): _set_quota,
    **alert_controls.ACTS,
    ("POST", "client/revoke"): _client,
    ("GET", "switches"): _switches,
    ("POST", "switches"): _switches,
}
