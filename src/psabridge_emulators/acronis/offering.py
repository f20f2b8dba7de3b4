"""The rules of offering items: who may have what, what may be switched off, and quota versions.

A request is checked whole before anything of it is done [assumed]. Rules: acronis-api.md 6.1 and 10.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from psabridge_emulators.acronis import metering
from psabridge_emulators.acronis.catalogue import ITEM_BY_KEY, ItemKind
from psabridge_emulators.acronis.errors import RefusedError, bad_request, conflict
from psabridge_emulators.acronis.records import Item, ItemKey, Quota, Tenant
from psabridge_emulators.acronis.world import PROVIDERS, AcronisWorld


@dataclass(frozen=True, slots=True)
class Change:
    """What one named row of a request asks for; None leaves that part as it is."""

    kind: ItemKind
    infra_id: str | None
    status: int | None
    quota: Mapping[str, int | None] | None

    @property
    def key(self) -> ItemKey:
        return (self.kind.application_id, self.kind.name, self.infra_id)


def put_items(
    world: AcronisWorld, tenant: Tenant, rows: Iterable[Mapping[str, Any]], *, check_usage: bool = True
) -> list[Item]:
    changes = [_read(world, row) for row in rows]
    after = {key: item.status for key, item in tenant.items.items()}
    for change in changes:
        after[change.key] = change.status if change.status is not None else after.get(change.key, 0)
    for change in changes:
        _check_quota_version(world, tenant, change)
    for change in changes:
        if _turns_on(tenant, change):
            _check_on(world, tenant, change, after)
        elif change.status == 0:
            _check_off(world, tenant, change, after, check_usage=check_usage)
    if tenant.kind not in PROVIDERS:
        _check_alone(world, tenant, changes, after)
    return [_apply(world, tenant, change) for change in changes]


def _read(world: AcronisWorld, row: Mapping[str, Any]) -> Change:
    name, infra_id = row["name"], row.get("infra_id")
    kind = ITEM_BY_KEY.get((row["application_id"], name))
    if kind is None:
        raise bad_request(f"There is no offering item {name} of this application", name=name)
    if (kind.capability is None) != (infra_id is None):
        raise bad_request(
            f"The offering item {name} and its infra_id do not fit", name=name, infra_id=infra_id
        )
    if infra_id is not None:
        infra = world.infras.get(infra_id)
        if infra is None or kind.capability not in infra.capabilities:
            raise bad_request(f"The storage cannot be used for {name}", name=name, infra_id=infra_id)
    return Change(kind, infra_id, row.get("status"), None if kind.type == "feature" else row.get("quota"))


def _check_quota_version(world: AcronisWorld, tenant: Tenant, change: Change) -> None:
    """Version 0 while both figures are empty, otherwise the last one read (acronis-api.md 6.1)."""
    if change.quota is None:
        return
    item = tenant.items.get(change.key)
    current = 0 if item is None or item.quota is None else item.quota.version
    given = change.quota.get("version")
    if given is None and world.switches.quota_version_optional:
        return
    if (given or 0) != current:
        raise conflict(
            f"The quota of {change.kind.name} was changed: the version is stale",
            name=change.kind.name,
            infra_id=change.infra_id,
            version=current,
        )


def _turns_on(tenant: Tenant, change: Change) -> bool:
    """A row that is on already, however it came to be, is not asked again whether it may be."""
    item = tenant.items.get(change.key)
    return change.status == 1 and (item is None or item.status == 0)


def _refused(change: Change, why: str) -> RefusedError:
    return bad_request(f"{change.kind.name}: {why}", name=change.kind.name, infra_id=change.infra_id)


def _check_on(world: AcronisWorld, tenant: Tenant, change: Change, after: Mapping[ItemKey, int]) -> None:
    kind = change.kind
    above = world.provider(tenant).items.get(change.key)
    if above is None or above.status == 0:
        raise _refused(change, "the parent tenant does not have this offering item")
    if kind.partners_only and tenant.kind not in PROVIDERS:
        raise _refused(change, f"not for a {tenant.kind}")
    if kind.above is not None and after.get((kind.application_id, kind.above, None), 0) == 0:
        raise _refused(change, f"needs {kind.above}")
    if world.switches.items_need_binding and kind.application_id not in tenant.applications:
        raise _refused(change, "the application is not enabled for the tenant")


def _check_off(
    world: AcronisWorld,
    tenant: Tenant,
    change: Change,
    after: Mapping[ItemKey, int],
    *,
    check_usage: bool,
) -> None:
    item = tenant.items.get(change.key)
    if item is None or item.status == 0:
        return
    for other in tenant.items.values():
        if other.kind.above == change.kind.name and after[other.key] == 1:
            raise _refused(change, f"{other.kind.name} needs it")
    for child in world.live_children(tenant.id):
        given = child.items.get(change.key)
        if tenant.kind in PROVIDERS and given is not None and given.status == 1:
            raise _refused(change, "a child tenant has it")
    skipped = world.switches.check_usage_false_skips and not check_usage
    if not skipped and metering.in_use(world, tenant, item.reading_key) > 0:
        raise RefusedError(
            world.switches.refusal_with_usage,
            f"{change.kind.name}: the offering item has usage and cannot be switched off",
            context={"name": change.kind.name, "infra_id": change.infra_id},
        )


def _check_alone(
    world: AcronisWorld, tenant: Tenant, changes: list[Change], after: Mapping[ItemKey, int]
) -> None:
    """A customer has one edition per application and one storage per item kind active (6.1, sample)."""
    active = [(ITEM_BY_KEY[key[:2]], key) for key, status in after.items() if status == 1]
    for change in changes:
        if not _turns_on(tenant, change):
            continue
        for kind, key in active:
            if kind.name == change.kind.name and key[2] != change.infra_id:
                raise _refused(change, "another storage of this kind is active")
            same_application = kind.application_id == change.kind.application_id
            editions = {kind.edition, change.kind.edition} - {None}
            if same_application and len(editions) > 1 and not world.switches.several_editions:
                raise _refused(change, f"the tenant has the edition {kind.edition}")
    if tenant.edition is None:
        tenant.edition = world.active_edition(tenant)


def _apply(world: AcronisWorld, tenant: Tenant, change: Change) -> Item:
    item = tenant.items.get(change.key)
    if item is None:
        item = world.put_item(tenant, change.kind, change.infra_id, status=0)
    if change.status is not None:
        item.status = change.status
        if change.status == 1 and change.kind.application_id not in tenant.applications:
            tenant.applications.append(change.kind.application_id)
    if change.quota is not None:
        item.quota = written_quota(world, item.quota, change.quota)
    item.updated_at, item.text = world.now, ""
    return item


def written_quota(world: AcronisWorld, before: Quota | None, wanted: Mapping[str, int | None]) -> Quota:
    value, overage = wanted.get("value"), wanted.get("overage")
    if value is None and overage is None:
        return Quota()
    return Quota(value, overage, world.stamp(0 if before is None else before.version))


def available_for_child(world: AcronisWorld, tenant: Tenant, *, kind: str | None, edition: str) -> list[Item]:
    """What this tenant may give, as rows ready to be sent back with status 1 [sample practice]."""
    giver = world.provider(tenant) if tenant.kind == "folder" else tenant
    return [
        Item(item.kind, tenant.id, item.infra_id, 0, _unlimited(item.kind), item.updated_at)
        for item in giver.items.values()
        if item.status == 1
        and not item.kind.secondary
        and of_edition(item.kind, edition)
        and not (item.kind.partners_only and kind in ("customer", "unit"))
    ]


def _unlimited(kind: ItemKind) -> Quota | None:
    return None if kind.type == "feature" else Quota()


def of_edition(kind: ItemKind, edition: str) -> bool:
    """Rows without an edition always pass; `*` passes all (acronis-api.md 6.2)."""
    return edition == "*" or kind.edition is None or kind.edition == edition
