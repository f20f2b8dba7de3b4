"""What a read of Acronis says is what the emulated Acronis holds; what could not be read is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from psabridge.kit.errors import Busy, OutcomeUnknown, RefusalKind, Refused, Unreadable
from psabridge.rules.evidence import Evidence
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, TenantKind
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import CompanyId, TenantId
from psabridge_emulators.acronis.records import Tenant as HeldTenant
from tests.connectors.bench import Bench, with_customer


@pytest.fixture(scope="module")
def snapshot(scene: Bench) -> PlatformSnapshot:
    return scene.platform.read(scene.settings)


def held_tenants(bench: Bench) -> dict[str, HeldTenant]:
    world = bench.running.acronis
    return bench.running.do(lambda: {one.id: one for one in world.subtree(world.root_id)})


def test_all_tenants_below_the_partner_are_there(scene: Bench, snapshot: PlatformSnapshot) -> None:
    held = held_tenants(scene)

    assert {one.id: (one.name, one.is_enabled) for one in snapshot.tenants.values()} == {
        id_: (one.name, one.enabled) for id_, one in held.items()
    }
    mapped = {customer.tenant for customer in scene.settings.customers}
    assert all(snapshot.tenants[one].kind is TenantKind.CUSTOMER for one in mapped)


def test_items_of_all_mapped_tenants_are_there_with_status_and_quota(
    scene: Bench, snapshot: PlatformSnapshot
) -> None:
    world = scene.running.acronis
    mapped = {customer.tenant for customer in scene.settings.customers}

    assert set(snapshot.items) == mapped
    for tenant in mapped:
        for item in snapshot.items[tenant]:
            row = scene.running.do(
                lambda tenant=tenant, item=item: world.item(tenant, item.key.name, item.key.storage)
            )
            assert item.is_on == (row["status"] == 1)
            assert quota_of(item) == held_quota(row)


def test_usage_of_all_mapped_tenants_is_there_to_the_byte(scene: Bench, snapshot: PlatformSnapshot) -> None:
    world = scene.running.acronis
    mapped = {customer.tenant for customer in scene.settings.customers}

    assert set(snapshot.usages) == mapped
    for tenant in mapped:
        for usage in snapshot.usages[tenant]:
            value = scene.running.do(
                lambda tenant=tenant, usage=usage: world.usage(
                    tenant, usage.usage_name, usage.storage, usage.edition
                )
            )
            # The vendor itself answers 0 for an item that is on and was never used.
            assert usage.value == (value or 0)
    assert any(snapshot.usages.values())


def test_storages_are_named_with_their_location(scene: Bench, snapshot: PlatformSnapshot) -> None:
    wanted = {row.storage for row in scene.settings.services if row.storage is not None}

    assert wanted <= set(snapshot.storages)
    assert all(one.name and one.location for one in snapshot.storages.values())
    assert "location not readable" not in {one.location for one in snapshot.storages.values()}


def test_storages_are_asked_for_once_an_hour(guide: Bench) -> None:
    """Their names are for people, and cost two calls."""
    first = guide.platform.read(guide.settings)
    guide.running.clock.advance(59 * 60)
    again = guide.platform.read(guide.settings)
    guide.running.clock.advance(60)
    later = guide.platform.read(guide.settings)

    assert again.storages == first.storages == later.storages
    assert (again.calls, later.calls) == (3, 5)


def test_another_storage_is_asked_for_at_once(guide: Bench) -> None:
    snapshot = guide.platform.read(guide.settings)
    storage = next(iter(snapshot.storages))
    fewer = replace(
        guide.settings,
        services=tuple(row for row in guide.settings.services if row.storage != storage),
        customers=guide.settings.customers[:1],
    )
    guide.platform.read(fewer)

    assert guide.platform.read(guide.settings).storages == snapshot.storages


def test_nothing_is_missing_and_what_the_partner_can_give_is_known(
    scene: Bench, snapshot: PlatformSnapshot
) -> None:
    assert snapshot.gaps == ()
    assert {item.key.name for item in snapshot.offered} >= {"pw_base_storage", "pw_base_workstations"}
    assert snapshot.calls > 0


# ---- what could not be read


def test_a_tenant_whose_usage_is_withheld_is_unread_not_unused(guide: Bench) -> None:
    """Promise 3, ERR-22."""
    tenant = guide.settings.customers[0].tenant
    guide.running.do(lambda: setattr(guide.running.acronis.tenants[tenant], "unreported", True))
    snapshot = guide.platform.read(guide.settings)

    assert tenant not in snapshot.usages
    assert [(gap.what, gap.code) for gap in snapshot.gaps] == [(f"usage of tenant {tenant}", "ERR-22")]
    assert len(snapshot.usages) == len(guide.settings.customers) - 1


def test_a_tenant_that_answers_without_rows_has_no_reading_and_no_zero(guide: Bench) -> None:
    tenant = guide.settings.customers[0].tenant
    guide.running.do(lambda: guide.running.acronis.withhold_usage(tenant))

    assert guide.platform.read(guide.settings).usages[tenant] == ()


def test_a_mapped_tenant_out_of_our_sight_has_no_items_and_no_usage(guide: Bench) -> None:
    """R38: unreadable, which is not "nothing is on"."""
    stranger = TenantId("00000000-0000-4000-8000-000000000000")
    snapshot = guide.platform.read(with_customer(guide.settings, stranger, CompanyId(1)))

    assert stranger not in snapshot.tenants
    assert stranger not in snapshot.items
    assert stranger not in snapshot.usages
    assert {gap.what for gap in snapshot.gaps} == {f"usage of tenant {stranger}"}


def spoilt(guide: Bench, path: str, spoil: Callable[[list[Any]], object]) -> PlatformSnapshot:
    """A read in which the rows of one answer come spoilt."""
    guide.platform.read(guide.settings)
    answers = [one.reply for one in guide.running.last_calls() if one.request.path.endswith(path)]
    assert answers[-1] is not None
    content = json.loads(answers[-1].body)
    spoil(content["items"])
    guide.running.faults.add("refuse", vendor="acronis", path=f"{path}$", status=200, json=content)
    return guide.platform.read(guide.settings)


def test_one_garbled_item_closes_its_tenant_and_no_other(guide: Bench) -> None:
    victim = guide.running.mapping["rows"][0]["tenant_id"]

    def spoil(rows: list[Any]) -> None:
        next(one for one in rows if one["tenant_id"] == victim)["status"] = "perhaps"

    snapshot = spoilt(guide, "/tenants/offering_items", spoil)

    assert victim not in snapshot.items
    assert len(snapshot.items) == len(guide.settings.customers) - 1
    assert [gap.what for gap in snapshot.gaps] == [f"offering items of tenant {victim}"]


def test_a_garbled_item_of_nobody_closes_all(guide: Bench) -> None:
    """It could be anybody's."""

    def spoil(rows: list[Any]) -> None:
        rows[0] = {"name": "pw_base_servers"}

    snapshot = spoilt(guide, "/tenants/offering_items", spoil)

    assert snapshot.items == {}
    assert len(snapshot.gaps) == len(guide.settings.customers)


def test_a_garbled_tenant_is_a_gap_and_the_others_are_read(guide: Bench) -> None:
    victim = guide.settings.customers[0].tenant

    def spoil(rows: list[Any]) -> None:
        row = next(one for one in rows if one["id"] == victim)
        row["version"] = "new"

    snapshot = spoilt(guide, "/tenants", spoil)

    assert victim not in snapshot.tenants
    assert victim not in snapshot.items
    assert len(snapshot.items) == len(guide.settings.customers) - 1
    assert f"tenant {victim}" in {gap.what for gap in snapshot.gaps}


def test_one_garbled_usage_closes_its_tenant_and_no_other(guide: Bench) -> None:
    victim = guide.settings.customers[0].tenant

    def spoil(rows: list[Any]) -> None:
        row = next(one for one in rows if one["tenant"] == victim)
        row["usages"][0]["value"] = "much"

    snapshot = spoilt(guide, "/tenants/usages", spoil)

    assert victim not in snapshot.usages
    assert len(snapshot.usages) == len(guide.settings.customers) - 1
    assert [gap.what for gap in snapshot.gaps] == [f"usage of tenant {victim}"]


@pytest.mark.parametrize("fault", ["garbled", "empty", "html", "truncated"])
@pytest.mark.parametrize("path", ["/tenants$", "/tenants/offering_items$", "/tenants/usages$"])
def test_an_answer_that_stays_broken_ends_the_read(guide: Bench, path: str, fault: str) -> None:
    """An error is never turned into an empty list."""
    guide.running.faults.add(fault, vendor="acronis", path=path, times=None)
    with pytest.raises((Unreadable, Busy)):
        guide.platform.read(guide.settings)


# ---- writes


def wanted(item: OfferingItem, **changes: Any) -> DesiredItem:  # noqa: ANN401  any field
    return replace(
        DesiredItem(
            tenant=item.tenant,
            company=CompanyId(1),
            key=item.key,
            is_on=True,
            has_quota=True,
            quota=12,
            overage=0,
            reason="sold",
            evidence=Evidence(),
        ),
        **changes,
    )


def row_2(bench: Bench) -> OfferingItem:
    """The mapped, prepaid item of the guide's decision rows."""
    row = next(one for one in bench.running.mapping["rows"] if one["row"] == 1)
    items = bench.platform.items([row["tenant_id"]])[row["tenant_id"]]
    return next(one for one in items if one.key.name == row["item"])


@pytest.mark.parametrize(("quota", "overage"), [(12, 0), (0, 0), (12, 3), (12, None), (None, None)])
def test_a_quota_is_set_in_absolute_values(guide: Bench, quota: int | None, overage: int | None) -> None:
    """R6: hard is overage 0, an allowance is n, None is never restricted. 0 is not unlimited."""
    now = row_2(guide)
    guide.platform.set_item(wanted(now, quota=quota, overage=overage), now)
    found = row_2(guide)

    assert found.quota is not None
    assert (found.is_on, found.quota.value, found.quota.overage) == (True, quota, overage)


def test_rows_that_are_not_named_stay_as_they_are(guide: Bench) -> None:
    now = row_2(guide)
    before = guide.platform.items([now.tenant])[now.tenant]
    guide.platform.set_item(wanted(now), now)
    after = guide.platform.items([now.tenant])[now.tenant]

    assert [one for one in after if one.key != now.key] == [one for one in before if one.key != now.key]


def test_a_quota_somebody_else_changed_is_not_overwritten(guide: Bench) -> None:
    """Design 7: absolute values with the version last read."""
    now = row_2(guide)
    guide.platform.set_item(wanted(now, quota=20), now)
    with pytest.raises(Refused) as caught:
        guide.platform.set_item(wanted(now, quota=30), now)

    assert caught.value.kind is RefusalKind.STALE
    found = row_2(guide).quota
    assert found is not None
    assert found.value == 20


def test_a_lost_answer_is_told_as_unknown_and_reads_back(guide: Bench) -> None:
    now = row_2(guide)
    guide.running.faults.add("reset_after", vendor="acronis", method="PUT", path="offering_items")
    with pytest.raises(OutcomeUnknown):
        guide.platform.set_item(wanted(now, quota=33), now)

    found = row_2(guide).quota
    assert found is not None
    assert found.value == 33


def test_an_item_in_use_cannot_be_switched_off(guide: Bench) -> None:
    """ERR-10."""
    now = row_2(guide)
    guide.running.do(lambda: guide.running.acronis.set_usage(now.tenant, "workstations", 3))
    with pytest.raises(Refused) as caught:
        guide.platform.set_item(wanted(now, is_on=False, has_quota=False), now)

    assert caught.value.kind is RefusalKind.IN_USE
    assert row_2(guide).is_on


def test_items_of_a_tenant_out_of_sight_are_absent_or_refused(guide: Bench) -> None:
    with pytest.raises(Refused):
        guide.platform.items([TenantId("00000000-0000-4000-8000-000000000000")])


def quota_of(item: OfferingItem) -> tuple[int | None, int | None] | None:
    return None if item.quota is None else (item.quota.value, item.quota.overage)


def held_quota(row: Any) -> tuple[int | None, int | None] | None:  # noqa: ANN401  a row of the emulator
    quota = row.get("quota")
    return None if quota is None else (quota["value"], quota["overage"])
