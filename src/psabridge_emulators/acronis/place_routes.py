"""Storages and their locations (acronis-api.md 7.4)."""

from typing import Any

from psabridge_emulators.acronis import bodies
from psabridge_emulators.acronis.errors import conflict, forbidden, not_found
from psabridge_emulators.acronis.presenting import infra_row, location_row
from psabridge_emulators.acronis.records import Infra, Location
from psabridge_emulators.acronis.routing import Call, Routes, check_version
from psabridge_emulators.acronis.shapes import comma_list, flag, identity, whole
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")
_BY_ID = {"uuids": comma_list(identity)}


def _infra(call: Call, *, to_write: bool = False) -> Infra:
    infra = call.world.infras.get(call.path["infra_id"])
    if infra is None:
        raise not_found()
    if to_write and infra.platform_owned:
        raise forbidden("The storage belongs to the platform")
    return infra


def _location(call: Call, *, to_write: bool = False) -> Location:
    location = call.world.locations.get(call.path["location_id"])
    if location is None:
        raise not_found()
    if to_write and location.platform_owned:
        raise forbidden("The location belongs to the platform")
    return location


@ROUTES.add("GET", "/infra", query=_BY_ID, required="uuids")
def list_infra(call: Call) -> Reply:
    """Ids unreadable to the caller are left out (acronis-api.md 7.3)."""
    known = call.world.infras
    return Reply.of(200, {"items": [infra_row(known[one]) for one in call.query["uuids"] if one in known]})


@ROUTES.add("GET", "/infra/{infra_id}")
def get_infra(call: Call) -> Reply:
    return Reply.of(200, infra_row(_infra(call)))


@ROUTES.add("POST", "/infra", body=bodies.INFRA_POST)
def create_infra(call: Call) -> Reply:
    body, world = call.body, call.world
    owner = call.tenant(body["owner_tenant_id"])
    if any(infra.name == body["name"] and infra.owner_id == owner.id for infra in world.infras.values()):
        raise conflict("A storage with this name already exists", name=body["name"])
    location_id = body.get("location_id")
    if location_id is None:
        location_id = world.new_id("location")
        world.locations[location_id] = Location(location_id, body["name"], owner.id, platform_owned=False)
    elif location_id not in world.locations:
        raise not_found()
    infra = Infra(
        id=world.new_id("infra"),
        name=body["name"],
        location_id=location_id,
        owner_id=owner.id,
        platform_owned=False,
        backend_type=body.get("backend_type"),
        capabilities=tuple(body["capabilities"]),
        url=body["url"],
        content_url=body.get("content_url"),
        content_mobile_url=body.get("content_mobile_url"),
    )
    world.keep_infra(infra)
    return Reply.of(201, infra_row(infra))


@ROUTES.add("PUT", "/infra/{infra_id}", body=bodies.INFRA_PUT)
def change_infra(call: Call) -> Reply:
    infra, body = _infra(call, to_write=True), call.body
    check_version(body["version"], infra.version)
    if body.get("location_id", infra.location_id) not in call.world.locations:
        raise not_found()
    changed: dict[str, Any] = {key: value for key, value in body.items() if key != "version"}
    if "capabilities" in changed:
        changed["capabilities"] = tuple(changed["capabilities"])
    for key, value in changed.items():
        setattr(infra, key, value)
    infra.version += 1
    return Reply.of(200, infra_row(infra))


@ROUTES.add("DELETE", "/infra/{infra_id}", query={"version": whole, "force": flag}, required="version")
def delete_infra(call: Call) -> Reply:
    """Not while customers have its items on; `force` only looks past their usage (acronis-api.md 7.4)."""
    infra = _infra(call, to_write=True)
    check_version(call.query["version"], infra.version)
    for tenant in call.world.subtree(call.world.root_id):
        rows = [item for item in tenant.items.values() if item.infra_id == infra.id]
        used = any(key[2] == infra.id and levels[-1].value for key, levels in tenant.readings.items())
        if tenant.kind == "customer" and any(item.status == 1 for item in rows):
            raise conflict("Customers have offering items of the storage", tenant=tenant.numeric_id)
        if used and not call.query.get("force", False):
            raise conflict("The storage is in use", tenant=tenant.numeric_id)
    for tenant in call.world.subtree(call.world.root_id):
        tenant.items = {key: item for key, item in tenant.items.items() if item.infra_id != infra.id}
    del call.world.infras[infra.id]
    return Reply.empty()


@ROUTES.add("GET", "/locations", query=_BY_ID, required="uuids")
def list_locations(call: Call) -> Reply:
    known = call.world.locations
    return Reply.of(200, {"items": [location_row(known[one]) for one in call.query["uuids"] if one in known]})


@ROUTES.add("GET", "/locations/{location_id}")
def get_location(call: Call) -> Reply:
    return Reply.of(200, location_row(_location(call)))


def _check_location_name(call: Call, owner_id: str, but: str = "") -> None:
    for location in call.world.locations.values():
        if location.name == call.body["name"] and location.owner_id == owner_id and location.id != but:
            raise conflict("A location with this name already exists", name=location.name)


@ROUTES.add("POST", "/locations", body=bodies.LOCATION_POST)
def create_location(call: Call) -> Reply:
    owner = call.tenant(call.body["owner_tenant_id"])
    _check_location_name(call, owner.id)
    location = Location(call.world.new_id("location"), call.body["name"], owner.id, platform_owned=False)
    call.world.locations[location.id] = location
    return Reply.of(201, location_row(location))


@ROUTES.add("PUT", "/locations/{location_id}", body=bodies.LOCATION_PUT)
def change_location(call: Call) -> Reply:
    location = _location(call, to_write=True)
    check_version(call.body["version"], location.version)
    _check_location_name(call, location.owner_id, but=location.id)
    location.name = call.body["name"]
    location.version += 1
    return Reply.of(200, location_row(location))


@ROUTES.add("DELETE", "/locations/{location_id}", query={"version": whole}, required="version")
def delete_location(call: Call) -> Reply:
    location = _location(call, to_write=True)
    check_version(call.query["version"], location.version)
    if any(infra.location_id == location.id for infra in call.world.infras.values()):
        raise conflict("The location has storages")
    del call.world.locations[location.id]
    return Reply.empty()


@ROUTES.add("GET", "/locations/{location_id}/infra")
def infra_of_location(call: Call) -> Reply:
    location = _location(call)
    found = [infra.id for infra in call.world.infras.values() if infra.location_id == location.id]
    return Reply.of(200, {"infras": found})


@ROUTES.add("GET", "/tenants/{tenant_id}/locations")
def locations_of_tenant(call: Call) -> Reply:
    """Only the owned ones: the platform's are found through storages (acronis-api.md 7.4)."""
    tenant = call.tenant()
    owned = [location.id for location in call.world.locations.values() if location.owner_id == tenant.id]
    return Reply.of(200, {"locations": owned})
