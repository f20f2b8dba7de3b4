"""Live contracts, their kind, and the units in force (R19, R22, ACR-PRE-02, ACR-PRE-04)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.psa import DefinitionState, PaygDefinition
from psabridge.rules.wanted.contract_state import index_contracts, is_live, kind_of, units_today
from psabridge.rules.words import BillingKind, CompanyId, LineKind, ServiceId
from tests.builders import (
    SOUND,
    TODAY,
    a_bundle,
    a_bundle_line,
    a_contract,
    a_line,
    a_unit_row,
    line_id,
    psa_snapshot,
)

DAY = timedelta(days=1)
UNSOUND = [state for state in DefinitionState if state is not DefinitionState.SOUND]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Yes", BillingKind.PAYG),
        ("No", BillingKind.PREPAID),
        (None, BillingKind.PREPAID),
        ("", BillingKind.PREPAID),
        ("Maybe", BillingKind.UNKNOWN),
        ("yes ", BillingKind.UNKNOWN),
        ("0", BillingKind.UNKNOWN),
    ],
)
def test_the_field_tells_the_kind_and_empty_is_prepaid(value: str | None, kind: BillingKind) -> None:
    assert kind_of(a_contract(payg_value=value), SOUND) is kind


@pytest.mark.parametrize("state", UNSOUND)
@pytest.mark.parametrize("value", ["Yes", "No", "", None, "Maybe"])
def test_without_a_sound_definition_no_kind_is_known(state: DefinitionState, value: str | None) -> None:
    """R22: empty is prepaid only while the definition is sound."""
    assert kind_of(a_contract(payg_value=value), PaygDefinition(state)) is BillingKind.UNKNOWN


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize(
    ("starts", "ends", "live"),
    [
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY, True),
        (TODAY, TODAY + DAY, True),
        (TODAY + DAY, TODAY + 9 * DAY, False),
        (TODAY - 9 * DAY, TODAY - DAY, False),
    ],
)
def test_live_is_within_start_and_end_whatever_the_status(
    starts: date, ends: date, live: bool, is_active: bool
) -> None:
    assert is_live(a_contract(starts=starts, ends=ends, is_active=is_active), TODAY) is live


def test_no_rows_is_unknown_and_not_zero() -> None:
    """W10."""
    assert units_today([], TODAY) is None
    assert units_today([a_unit_row(starts=TODAY + DAY, ends=TODAY + 9 * DAY)], TODAY) is None
    assert units_today([a_unit_row(starts=TODAY - 9 * DAY, ends=TODAY - DAY)], TODAY) is None


def test_zero_units_are_zero() -> None:
    assert units_today([a_unit_row(units=0)], TODAY) == 0


@pytest.mark.parametrize("end_day", [9, 10])
def test_of_totals_the_row_with_the_latest_start_wins_on_the_boundary_day(end_day: int) -> None:
    """D9: whether the first row ends on the boundary day or the day before."""
    rows = [
        a_unit_row(units=10, starts=date(2026, 3, 1), ends=date(2026, 3, end_day)),
        a_unit_row(units=15, starts=date(2026, 3, 10), ends=date(2026, 3, 31)),
    ]

    assert units_today(rows, TODAY) == 15


def test_overlays_are_added() -> None:
    """Protocol 2.5: rows that share more than a boundary day."""
    rows = [
        a_unit_row(units=10, starts=date(2026, 3, 1), ends=date(2026, 3, 31)),
        a_unit_row(units=5, starts=date(2026, 3, 5), ends=date(2026, 3, 31)),
        a_unit_row(units=-2, starts=date(2026, 3, 8), ends=date(2026, 3, 31)),
    ]

    assert {units_today(order, TODAY) for order in permutations(rows)} == {13}


def test_a_row_of_the_last_day_alone_is_no_number() -> None:
    """D1, D9, protocol 2.5; found by lives of the simulation: 21 units were read as -4, and 28 as 3."""
    month = a_unit_row(units=25, starts=TODAY - 30 * DAY, ends=TODAY)

    assert units_today([month, a_unit_row(units=-4, starts=TODAY, ends=TODAY)], TODAY) is None
    assert units_today([month, a_unit_row(units=3, starts=TODAY, ends=TODAY)], TODAY) is None
    nothing = a_unit_row(units=0, starts=TODAY - 30 * DAY, ends=TODAY)
    assert units_today([nothing, a_unit_row(units=3, starts=TODAY, ends=TODAY)], TODAY) == 3


def test_a_row_inside_a_posted_one_is_no_number_unless_both_ways_agree() -> None:
    """D2, protocol 2.5; found by the machine of lives: a total of 22 in an extra row was read as 25 + 22."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    posted = replace(a_unit_row(units=25, starts=TODAY - 9 * DAY, ends=TODAY + 9 * DAY), posted_at=noon)

    assert (
        units_today([posted, a_unit_row(units=22, starts=TODAY - DAY, ends=TODAY + 9 * DAY)], TODAY) is None
    )
    later = replace(a_unit_row(units=22, starts=TODAY, ends=TODAY + 9 * DAY), posted_at=noon + DAY)
    assert units_today([posted, later], TODAY) is None
    both = replace(a_unit_row(units=5, starts=TODAY - DAY, ends=TODAY + 9 * DAY), posted_at=noon)
    assert units_today([posted, both], TODAY) == 30
    nothing = replace(posted, units=0)
    assert units_today([nothing, a_unit_row(units=22, starts=TODAY, ends=TODAY + 9 * DAY)], TODAY) == 22


def test_units_dated_ahead_do_not_count_today() -> None:
    """ACR-PRE-04: a change dated next month must not raise the quota now."""
    rows = [
        a_unit_row(units=10, starts=date(2026, 3, 1), ends=date(2026, 3, 11)),
        a_unit_row(units=99, starts=TODAY + DAY, ends=date(2026, 3, 31)),
    ]

    assert units_today(rows, TODAY) == 10
    assert units_today(rows, TODAY + DAY) == 99


@given(
    levels=st.lists(st.integers(0, 500), min_size=1, max_size=8),
    lengths=st.lists(st.integers(1, 9), min_size=8, max_size=8),
)
def test_rows_that_tile_the_time_are_read_day_by_day(levels: list[int], lengths: list[int]) -> None:
    start, rows, days = TODAY, [], {}
    for level, length in zip(levels, lengths, strict=False):
        ends = start + length * DAY
        rows.append(a_unit_row(units=level, starts=start, ends=ends - DAY))
        days.update({start + n * DAY: level for n in range(length)})
        start = ends

    assert {day: units_today(rows, day) for day in days} == days


def test_contracts_of_other_types_are_ignored() -> None:
    """ACR-PRV-13."""
    psa = psa_snapshot(contracts=[a_contract(is_recurring=False)], lines=[a_line()], rows=[a_unit_row()])
    company = index_contracts(psa).of(CompanyId(1))

    assert company.sold == {}
    assert not company.has_none


def test_a_bundle_sells_each_of_its_services_with_the_bundles_units() -> None:
    """ACR-MAP-12."""
    key = line_id(100, LineKind.BUNDLE)
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_bundle_line()],
        rows=[a_unit_row(key, 7)],
        bundles=[a_bundle(services=(1, 2))],
    )
    company = index_contracts(psa).of(CompanyId(1))

    assert {service: [sold.units for sold in lines] for service, lines in company.sold.items()} == {
        ServiceId(1): [7],
        ServiceId(2): [7],
    }


def test_a_bundle_that_was_not_read_makes_the_company_unreadable() -> None:
    psa = psa_snapshot(contracts=[a_contract()], lines=[a_bundle_line()])

    assert index_contracts(psa).of(CompanyId(1)).unreadable


def test_a_service_and_a_bundle_line_of_one_number_are_two_lines() -> None:
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(100), a_bundle_line(100)],
        rows=[a_unit_row(100, 3), a_unit_row(line_id(100, LineKind.BUNDLE), 4)],
        bundles=[a_bundle(services=(1000,))],
    )

    assert sorted(s.units or 0 for s in index_contracts(psa).of(CompanyId(1)).sold[ServiceId(1000)]) == [3, 4]
