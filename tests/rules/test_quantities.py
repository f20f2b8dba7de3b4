"""Unit size, rounding, thresholds and limits (ACR-STO-05, R6, R7)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.evidence import Reading
from psabridge.rules.settings import Limit, Rounding, ServiceMapping
from psabridge.rules.wanted.quantities import (
    arithmetic,
    overage_for,
    quota_for,
    refusal,
    turns_round,
    units_for,
)
from tests.builders import GIB, NOW, a_mapping_row, tenant_id

quantities = st.integers(min_value=0, max_value=10**20)
rows = st.builds(
    ServiceMapping,
    item=st.just("pw_base_storage"),
    unit_size=st.one_of(st.integers(1, 10**6), st.sampled_from([GIB, 100 * GIB, 1024 * GIB])),
    rounding=st.sampled_from(Rounding),
    ignore_below=st.integers(0, 10 * GIB),
    limit=st.sampled_from(Limit),
    overage=st.integers(0, 1000),
)


@pytest.mark.parametrize(
    ("quantity", "up", "nearest", "down"),
    [
        (0, 0, 0, 0),
        (1, 1, 0, 0),
        (GIB // 2 - 1, 1, 0, 0),
        (GIB // 2, 1, 1, 0),
        (GIB - 1, 1, 1, 0),
        (GIB, 1, 1, 1),
        (GIB + 1, 2, 1, 1),
        (50 * GIB, 50, 50, 50),
        (1024 * GIB, 1024, 1024, 1024),
        (1024 * GIB + 1, 1025, 1024, 1024),
    ],
)
def test_a_gigabyte_is_1024_cubed_bytes_and_begins_to_count_at_its_first_byte(
    quantity: int, up: int, nearest: int, down: int
) -> None:
    found = [
        units_for(quantity, a_mapping_row(unit_size=GIB, rounding=rounding))
        for rounding in (Rounding.UP, Rounding.NEAREST, Rounding.DOWN)
    ]

    assert found == [up, nearest, down]


@pytest.mark.parametrize("size", [1, 5, 10, 25, 100])
@pytest.mark.parametrize("seats", range(0, 201, 7))
def test_seats_in_packs_round_up_to_whole_packs(size: int, seats: int) -> None:
    packs = units_for(seats, a_mapping_row(unit_size=size))

    assert packs * size >= seats
    assert packs == 0 or (packs - 1) * size < seats


def test_what_lies_below_the_threshold_is_not_billed() -> None:
    row = a_mapping_row(unit_size=GIB, ignore_below=GIB)

    assert units_for(GIB - 1, row) == 0
    assert units_for(GIB, row) == 1


@given(quantity=quantities, row=rows)
def test_units_are_never_negative(quantity: int, row: ServiceMapping) -> None:
    assert units_for(quantity, row) >= 0


@given(quantity=quantities, more=quantities, row=rows)
def test_more_use_never_gives_fewer_units(quantity: int, more: int, row: ServiceMapping) -> None:
    assert units_for(quantity, row) <= units_for(quantity + more, row)


@given(units=st.integers(0, 10**9), row=rows)
def test_a_quota_is_units_times_size_and_measures_back_to_the_same_units(
    units: int, row: ServiceMapping
) -> None:
    quota = quota_for(units, row)

    assert quota == units * row.unit_size
    assert units_for(quota, row) == (0 if quota < row.ignore_below else units)


@given(quantity=quantities, row=rows)
def test_rounding_moves_by_less_than_one_unit(quantity: int, row: ServiceMapping) -> None:
    if quantity >= row.ignore_below:
        assert abs(units_for(quantity, row) * row.unit_size - quantity) < row.unit_size


@given(parts=st.lists(st.integers(0, 10**18), max_size=6), row=rows)
def test_the_arithmetic_shows_the_sum_the_exact_quotient_and_the_units(
    parts: list[int], row: ServiceMapping
) -> None:
    readings = [Reading(tenant_id(1), "storage", None, part, "bytes", NOW) for part in parts]
    shown = arithmetic(row, readings)

    assert shown.quantity == sum(parts)
    assert shown.units == units_for(sum(parts), row)
    assert abs(shown.exact * row.unit_size - shown.quantity) < Decimal("1e-20") * max(shown.quantity, 1)


@pytest.mark.parametrize(
    ("limit", "overage"), [(Limit.HARD, 0), (Limit.ALLOWANCE, 5 * GIB), (Limit.UNLIMITED_OVERAGE, None)]
)
def test_the_limit_of_a_row_says_what_is_allowed_above_the_quota(limit: Limit, overage: int | None) -> None:
    """R6: hard is an overage of 0, written; never restricted is none."""
    assert overage_for(a_mapping_row(unit_size=GIB, limit=limit, overage=5)) == overage


@pytest.mark.parametrize(
    ("changes", "unit"),
    [
        ({"unit_size": 0}, "quantity"),
        ({"unit_size": -1}, "quantity"),
        ({"unit_size": 1}, "bytes"),
        ({"ignore_below": -1}, "quantity"),
        ({"overage": -1}, "quantity"),
    ],
)
def test_meters_that_make_no_sense_are_refused(changes: dict[str, Any], unit: str) -> None:
    assert refusal(a_mapping_row(**changes), unit) is not None


@pytest.mark.parametrize(("size", "unit"), [(1, "quantity"), (GIB, "bytes"), (3600, "seconds"), (1, None)])
def test_meters_that_make_sense_are_not(size: int, unit: str | None) -> None:
    assert refusal(a_mapping_row(unit_size=size), unit) is None


def test_what_starts_again_every_month_cannot_be_a_quota() -> None:
    """R7."""
    assert not turns_round(a_mapping_row(is_range=True))
    assert turns_round(a_mapping_row())
