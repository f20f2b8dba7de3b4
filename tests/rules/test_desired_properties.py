"""What holds in every world: order does not matter, unknown is never zero, customers are apart."""

import random
from dataclasses import replace
from typing import TypeVar

from hypothesis import HealthCheck, assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Quota, Usage
from psabridge.rules.psa import Contract, ContractLine, PsaSnapshot, UnitRow
from psabridge.rules.settings import Measure, PairingSettings, ServiceMapping
from psabridge.rules.words import CompanyId
from tests.builders import (
    GIB,
    a_company,
    a_contract,
    a_customer,
    a_line,
    a_mapping_row,
    a_storage_item,
    a_storage_row,
    a_tenant,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
    storage_usages,
)
from tests.rules.asking import desired, of_company, units

ROWS: tuple[ServiceMapping, ...] = (
    a_mapping_row("pw_base_workstations", 1),
    a_mapping_row("pw_base_servers", 2, free=True),
    a_mapping_row("pw_base_vms", 3, unit_size=5),
    a_storage_row(Measure.TOTAL, 4),
    a_storage_row(Measure.CLASS_1, 5),
    a_storage_row(Measure.CLASS_2, 6),
)
COUNTED = (("pw_base_workstations", "workstations"), ("pw_base_servers", "servers"), ("pw_base_vms", "vms"))
amounts = st.one_of(st.none(), st.integers(0, 60))
T = TypeVar("T")
World = tuple[PairingSettings, PsaSnapshot, PlatformSnapshot]


@st.composite
def worlds(draw: st.DrawFn, customers: int = 3) -> World:
    contracts: list[Contract] = []
    lines: list[ContractLine] = []
    rows: list[UnitRow] = []
    items: list[OfferingItem] = []
    usages: list[Usage] = []
    for number in range(1, customers + 1):
        for contract in range(draw(st.integers(0, 2))):
            key = number * 10 + contract
            value = draw(st.sampled_from([None, "No", "Yes", "Yes", "?"]))
            contracts.append(a_contract(key, number, payg_value=value, is_active=draw(st.booleans())))
            for service in draw(st.sets(st.integers(1, 6))):
                line = key * 100 + service
                lines.append(a_line(line, key, service))
                level = draw(amounts)
                rows.extend([] if level is None else [a_unit_row(line, level)])
        items.extend(draw(items_of(number)))
        usages.extend(draw(usages_of(number)))
    decided = settings(
        *ROWS,
        customers=[a_customer(number, number) for number in range(1, customers + 1)],
        set_quotas_to_zero=draw(st.booleans()),
    )
    psa = psa_snapshot(
        companies=[a_company(number) for number in range(1, customers + 1)],
        contracts=contracts,
        lines=lines,
        rows=rows,
    )
    silent = draw(st.sets(st.integers(1, customers), max_size=1))
    tenants = [a_tenant(number, is_managed=draw(st.booleans())) for number in range(1, customers + 1)]
    return decided, psa, platform_snapshot(tenants=tenants, items=items, usages=usages, silent=silent)


@st.composite
def items_of(draw: st.DrawFn, tenant: int) -> list[OfferingItem]:
    quota = draw(st.sampled_from([Quota(None, None), Quota(5, 0), Quota(5, None)]))
    counted = [
        an_item(name, usage, tenant, is_on=draw(st.booleans()), quota=quota) for name, usage in COUNTED
    ]
    return [*counted, a_storage_item(tenant, is_on=draw(st.booleans()), quota=quota)]


@st.composite
def usages_of(draw: st.DrawFn, tenant: int) -> list[Usage]:
    counted = [a_usage(usage, draw(amounts), tenant) for _, usage in COUNTED]
    stored = storage_usages(draw(amounts), draw(amounts), draw(amounts), tenant)
    return [usage for usage in (*counted, *stored) if draw(st.integers(0, 5))]


thorough = effort(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def shuffled(world: World, seed: int) -> World:
    mix = random.Random(seed)

    def mixed(values: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(mix.sample(values, len(values)))

    decided, psa, platform = world
    return (
        replace(decided, services=mixed(decided.services), customers=mixed(decided.customers)),
        replace(
            psa,
            contracts=dict(mixed(tuple(psa.contracts.items()))),
            lines=dict(mixed(tuple(psa.lines.items()))),
            rows={line: mixed(rows) for line, rows in mixed(tuple(psa.rows.items()))},
        ),
        replace(
            platform,
            items={tenant: mixed(items) for tenant, items in mixed(tuple(platform.items.items()))},
            usages={tenant: mixed(usages) for tenant, usages in mixed(tuple(platform.usages.items()))},
        ),
    )


@thorough
@given(world=worlds(), seed=st.integers())
def test_the_order_of_what_was_read_does_not_matter(world: World, seed: int) -> None:
    assert desired(*shuffled(world, seed)) == desired(*world)


@thorough
@given(world=worlds())
def test_judging_twice_gives_the_same(world: World) -> None:
    assert desired(*world) == desired(*world)


@thorough
@given(world=worlds(), ill=st.integers(1, 3))
def test_whatever_happens_to_one_customer_leaves_the_others_as_they_were(world: World, ill: int) -> None:
    decided, psa, platform = world
    contracts = {key: c for key, c in psa.contracts.items() if c.company != CompanyId(ill)}
    without = replace(psa, contracts=contracts)
    silent = replace(platform, usages={t: u for t, u in platform.usages.items() if t != f"tenant-{ill}"})
    before, after = desired(decided, psa, platform), desired(decided, without, silent, seen={999: ill})

    for other in {1, 2, 3} - {ill}:
        assert of_company(after, other) == of_company(before, other)


@thorough
@given(world=worlds())
def test_units_come_only_from_complete_known_readings(world: World) -> None:
    """Promise 3: what is missing never becomes a number."""
    found = desired(*world)

    for wanted in found.units:
        assert wanted.units == sum(part.units for part in wanted.evidence.parts) >= 0
        for part in wanted.evidence.parts:
            assert part.readings
            assert all(reading.quantity is not None for reading in part.readings)
            assert part.quantity == sum(reading.quantity or 0 for reading in part.readings)


@thorough
@given(world=worlds(customers=1), data=st.data())
def test_taking_a_reading_away_never_changes_a_number_it_only_removes_it(
    world: World, data: st.DataObject
) -> None:
    """Unknown is never zero: with one value unknown a line keeps its figure or gets none."""
    decided, psa, platform = world
    usages = platform.usages.get(a_tenant(1).id, ())
    assume(usages)
    lost = data.draw(st.sampled_from(usages))
    blank = replace(lost, value=None, absolute_value=None)
    blanked = tuple(blank if usage is lost else usage for usage in usages)
    before = units(desired(*world))
    after = units(desired(decided, psa, replace(platform, usages={a_tenant(1).id: blanked})))

    assert all(before[line] == figure for line, figure in after.items())


@thorough
@given(world=worlds(), missing=st.integers(1, 3))
def test_with_contracts_out_of_sight_nothing_of_a_company_is_lowered(world: World, missing: int) -> None:
    """R20."""
    _, psa, platform = world
    found = of_company(desired(*world, seen={9999: missing}), missing)

    for wanted in found.units:
        rows = psa.rows.get(wanted.line, ())
        assert rows
        assert wanted.units >= rows[-1].units
    for item in found.items:
        now = platform.item(item.tenant, item.key)
        if now is not None and now.is_on:
            assert item.is_on
            assert item.quota is None or (now.quota is not None and item.quota >= (now.quota.value or 10**20))


@thorough
@given(world=worlds())
def test_no_line_of_a_prepaid_contract_and_no_quota_from_a_pay_as_you_go_one(world: World) -> None:
    """ACR-PRE-03, ACR-PAY-04."""
    _, psa, _ = world
    for wanted in desired(*world).units:
        contract = psa.contracts[wanted.contract]
        assert contract.payg_value == "Yes"
        assert contract.is_active


@thorough
@given(world=worlds())
def test_every_finding_names_its_subject_the_problem_the_next_act_and_its_id(world: World) -> None:
    for each in desired(*world).findings:
        assert each.subject
        assert each.problem
        assert each.next_act
        assert each.code.startswith(("ACR-", "ERR-", "R", "W"))


@thorough
@given(world=worlds(), factor=st.integers(1, 3))
def test_more_use_never_lowers_a_line(world: World, factor: int) -> None:
    decided, psa, platform = world

    def grown(usage: Usage) -> Usage:
        value = None if usage.absolute_value is None else usage.absolute_value * factor
        return replace(usage, value=value, absolute_value=value)

    more = replace(platform, usages={t: tuple(map(grown, u)) for t, u in platform.usages.items()})
    before, after = units(desired(*world)), units(desired(decided, psa, more))

    assert before.keys() == after.keys()
    assert all(after[line] >= figure for line, figure in before.items())


def a_large_world(customers: int) -> World:
    """Four lines each."""
    numbers = range(1, customers + 1)
    psa = psa_snapshot(
        companies=[a_company(number) for number in numbers],
        contracts=[
            a_contract(number, number, payg_value="Yes" if number % 2 else None) for number in numbers
        ],
        lines=[a_line(n * 10 + service, n, service) for n in numbers for service in (1, 2, 3, 4)],
        rows=[a_unit_row(n * 10 + service, 5) for n in numbers for service in (1, 2, 3, 4)],
    )
    platform = platform_snapshot(tenants=[a_tenant(number) for number in numbers])
    items = {
        tenant: (
            *(an_item(name, usage, number) for name, usage in COUNTED),
            a_storage_item(number),
            *(an_item(f"pw_pack_{extra}", f"pack_{extra}", number, is_on=False) for extra in range(30)),
        )
        for number, tenant in zip(numbers, platform.tenants, strict=True)
    }
    usages = {
        tenant: (
            *(a_usage(usage, 7, number) for _, usage in COUNTED),
            *storage_usages(60, 10, 50, number),
        )
        for number, tenant in zip(numbers, platform.tenants, strict=True)
    }
    decided = settings(*ROWS, customers=[a_customer(number, number) for number in numbers])
    return decided, psa, replace(platform, items=items, usages=usages)


def test_two_thousand_customers_are_judged_each_by_its_own_rows() -> None:
    world = a_large_world(2000)
    found = desired(*world)

    assert len(found.units) == 4000
    assert len(found.items) == 8000
    assert found.units[0].evidence.parts[0].quantity in {7, 60 * GIB}
    assert found.checked_customers == 2000
