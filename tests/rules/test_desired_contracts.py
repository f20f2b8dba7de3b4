# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""Which contract and which line takes the usage, and which is left alone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.psa import Contract, DefinitionState, PaygDefinition
from psabridge.rules.words import LineKind
from tests.builders import (
    TODAY,
    a_bundle,
    a_bundle_line,
    a_contract,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
)
from tests.rules.asking import codes, desired, finding, items, quotas, units
from tests.rules.payg_cast import SERVERS_ROW, sold, using

# -- which contract


@pytest.mark.parametrize("state", [state for state in DefinitionState if state is not DefinitionState.SOUND])
def test_an_unsound_field_writes_to_no_contract_and_sets_no_quota_from_one(state: DefinitionState) -> None:
    """ERR-14, R22."""
    psa = psa_snapshot(
        contracts=[a_payg_contract(10), a_contract(11)],
        lines=[a_line(100, 10), a_line(110, 11, service=1001)],
        rows=[a_unit_row(100), a_unit_row(110)],
        payg=PaygDefinition(state, id=500),
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(), a_usage("servers")]
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW, set_quotas_to_zero=True), psa, platform)

    assert (found.units, found.items) == ((), ())
    ours = state is DefinitionState.UNFINISHED  # made by the bridge and cut off: a plan finishes it
    assert found.create_definition is ours
    told = finding(found, "ACR-PAY-02" if ours else "ERR-14")
    assert told.severity is (Severity.NOTE if ours else Severity.STOPS)


def test_a_missing_field_that_was_never_seen_is_to_be_created_and_nothing_is_known_before() -> None:
    """ACR-PAY-02, R22."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line()],
        rows=[a_unit_row()],
        payg=PaygDefinition(DefinitionState.MISSING),
    )
    found = desired(settings(payg_definition_id=None), psa, using())

    assert found.create_definition
    assert (found.units, found.items) == ((), ())
    assert "ERR-14" not in codes(found, Severity.NOTE)


def test_a_value_that_is_neither_option_is_left_and_named() -> None:
    """ERR-14 for one contract: the others go on."""
    psa = psa_snapshot(
        contracts=[a_payg_contract(10), a_contract(11, payg_value="Maybe")],
        lines=[a_line(100, 10), a_line(110, 11, service=1001)],
        rows=[a_unit_row(100), a_unit_row(110)],
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(), a_usage("servers")]
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform)

    assert units(found) == {line_id(100): 7}
    assert list(items(found)) == ["pw_base_workstations"]
    assert "Maybe" in finding(found, "ERR-14").problem


def test_one_service_on_both_kinds_is_left_alone_with_both_contracts_named() -> None:
    """ERR-15, R24."""
    found = desired(settings(), sold(a_payg_contract(10), a_contract(11)), using())

    assert (found.units, found.items) == ((), ())
    assert "'Contract 10'" in finding(found, "ERR-15").problem
    assert "'Contract 11'" in finding(found, "ERR-15").problem


def test_both_kinds_beside_each_other_with_different_services_are_fine() -> None:
    """ACR-PAY-03: the sentence limits a contract, not a company."""
    psa = psa_snapshot(
        contracts=[a_payg_contract(10), a_contract(11)],
        lines=[a_line(100, 10), a_line(110, 11, service=1001)],
        rows=[a_unit_row(100), a_unit_row(110, 4)],
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(), a_usage("servers", 2)]
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform)

    assert units(found) == {line_id(100): 7}
    assert quotas(found) == {"pw_base_workstations": None, "pw_base_servers": 4}


def test_two_payg_contracts_with_one_service_are_both_left() -> None:
    """ERR-16, ACR-PAY-09: guessing hides a double charge."""
    found = desired(settings(), sold(a_payg_contract(10), a_payg_contract(11)), using())

    assert found.units == ()
    assert "'Contract 10' and 'Contract 11'" in finding(found, "ERR-16").problem


def renewal(**changes: Any) -> Contract:
    presets: dict[str, Any] = {"starts": date(2026, 3, 5), "ends": date(2027, 3, 4)}
    return a_payg_contract(11, **{**presets, **changes})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (a_payg_contract(10, ends=date(2026, 12, 31)), renewal(renews=10)),
        (a_payg_contract(10, ends=date(2026, 3, 20)), renewal()),
        (a_payg_contract(10, ends=TODAY), renewal(starts=TODAY)),
        (a_payg_contract(10, ends=date(2026, 4, 5)), renewal()),
    ],
    ids=["linked", "within 31 days", "last day", "31 days exactly"],
)
def test_of_an_overlapping_renewal_the_later_starting_contract_takes_the_usage(
    old: Contract, new: Contract
) -> None:
    """R23."""
    found = desired(settings(), sold(old, new), using())

    assert units(found) == {line_id(110): 12}
    assert "'Contract 11' takes the usage" in finding(found, "R23").problem


def test_two_linked_contracts_that_start_together_are_a_conflict() -> None:
    """R23 needs a later-starting one."""
    psa = sold(a_payg_contract(10), a_payg_contract(11, renews=10))

    assert "ERR-16" in codes(desired(settings(), psa, using()))


def test_an_overlap_longer_than_a_renewal_is_a_conflict() -> None:
    old = a_payg_contract(10, ends=date(2026, 4, 6))

    assert "ERR-16" in codes(desired(settings(), sold(old, renewal()), using()))


def test_a_renewal_with_the_field_forgotten_is_held_for_a_person() -> None:
    """R23: standing units do not become quotas silently."""
    old = a_payg_contract(10, ends=date(2026, 2, 28))
    new = a_contract(11, starts=date(2026, 3, 1), ends=date(2027, 2, 28))
    found = desired(settings(), sold(old, new, level=0), using())

    (item,) = found.items
    assert (item.quota, item.needs_person) == (0, True)
    assert "'Contract 10'" in finding(found, "R23").problem


def test_a_contract_that_ended_or_has_not_begun_takes_nothing() -> None:
    ended = a_payg_contract(10, ends=TODAY - timedelta(days=1))
    future = a_payg_contract(11, starts=TODAY + timedelta(days=1))

    assert desired(settings(), sold(ended, future), using()).units == ()


def test_an_inactive_contract_that_has_not_ended_gets_nothing_new_and_still_bills() -> None:
    """R19."""
    found = desired(settings(set_quotas_to_zero=True), sold(a_payg_contract(is_active=False)), using())

    assert (found.units, found.items) == ((), ())
    assert "still bills" in finding(found, "R19").problem


def test_an_inactive_contract_leaves_the_active_one_its_usage() -> None:
    psa = sold(a_payg_contract(10, is_active=False), a_payg_contract(11))

    assert units(desired(settings(), psa, using())) == {line_id(110): 12}


def test_a_service_only_in_a_bundle_is_refused() -> None:
    """ERR-09, ACR-MAP-12."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_bundle_line()],
        rows=[a_unit_row(line_id(100, LineKind.BUNDLE), 1)],
        bundles=[a_bundle()],
    )
    found = desired(settings(), psa, using())

    assert found.units == ()
    assert quotas(found) == {"pw_base_workstations": None}
    assert finding(found, "ERR-09").severity is Severity.STOPS


def test_a_service_in_a_bundle_and_by_itself_is_written_to_its_own_line() -> None:
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_bundle_line(100), a_line(101)],
        rows=[a_unit_row(line_id(100, LineKind.BUNDLE), 1), a_unit_row(101, 1)],
        bundles=[a_bundle()],
    )

    assert units(desired(settings(), psa, using())) == {line_id(101): 12}


def test_a_service_twice_on_one_contract_is_written_to_neither_line() -> None:
    """P7, W9."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100), a_line(101)],
        rows=[a_unit_row(100), a_unit_row(101)],
    )
    found = desired(settings(), psa, using())

    assert found.units == ()
    assert "2 lines" in finding(found, "W9").problem
    marked = settings(never_write=frozenset({line_id(101)}))
    assert units(desired(marked, psa, using())) == {line_id(100): 12}


def test_a_line_marked_never_write_is_not_written() -> None:
    """R57, design section 8."""
    found = desired(settings(never_write=frozenset({line_id(100)})), sold(), using())

    assert found.units == ()
    assert finding(found, "R57").severity is Severity.NOTE


# -- nothing is lowered on a doubt


def test_lines_at_price_0_with_units_are_listed_and_still_written() -> None:
    """R9."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()], lines=[a_line(unit_price=Decimal(0))], rows=[a_unit_row(100, 3)]
    )
    found = desired(settings(), psa, using(4))

    assert units(found) == {line_id(100): 4}
    assert "Company 1 (3)" in finding(found, "R9").problem
    on_purpose = settings(free_on_purpose=frozenset({a_line().service}))
    assert "R9" not in codes(desired(on_purpose, psa, using(4)), Severity.NOTE)


def test_what_is_used_after_the_last_contract_is_over_is_listed() -> None:
    """R23: no change of units can bill it."""
    over = a_payg_contract(ends=TODAY - timedelta(days=1))
    found = desired(settings(), sold(over), using(12))

    assert found.units == ()
    assert "Service 1000 (12)" in finding(found, "R23").problem
    assert str(TODAY - timedelta(days=1)) in finding(found, "R23").problem


def test_a_contract_that_is_over_is_not_mentioned_beside_its_successor_or_without_usage() -> None:
    over = a_payg_contract(ends=TODAY - timedelta(days=1))

    assert "R23" not in codes(desired(settings(), sold(over, a_payg_contract(11, starts=TODAY)), using(12)))
    assert "R23" not in codes(desired(settings(), sold(over), using(0)))
