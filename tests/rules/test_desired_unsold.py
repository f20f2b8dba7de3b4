"""What no prepaid contract sells: free, set to zero, exempt, undecided, or in no row."""

from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.findings import Severity
from psabridge.rules.platform import Quota
from psabridge.rules.psa import PsaSnapshot
from tests.builders import (
    TODAY,
    a_contract,
    a_line,
    a_mapping_row,
    a_unit_row,
    an_item,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import desired, finding, items, quotas
from tests.rules.prepaid_cast import FREE, OFF, SEATS, SERVERS, both, having, run, sold

# -- Free, zero, undecided, exempt


def test_free_is_unlimited_though_it_is_not_sold() -> None:
    assert quotas(run(settings(a_mapping_row(), FREE))) == {SEATS: 10, SERVERS: None}


def test_the_contract_wins_over_free() -> None:
    assert quotas(run(settings(a_mapping_row(free=True)), 4, an_item())) == {SEATS: 4}


def test_what_is_not_sold_is_left_unless_quotas_are_set_to_zero() -> None:
    assert quotas(run(settings(a_mapping_row(), OFF))) == {SEATS: 10}
    found = run(settings(a_mapping_row(), OFF, set_quotas_to_zero=True))
    assert quotas(found) == {SEATS: 10, SERVERS: 0}
    assert items(found)[SERVERS].is_on  # ERR-10 cannot happen to a zero
    assert not items(found)[SERVERS].needs_person


def test_a_company_whose_last_addition_ended_is_zeroed_for_a_person_free_items_named() -> None:
    """R5, ACR-DEP-01, ACR-DEP-02."""
    psa = psa_snapshot(
        contracts=[a_contract(ends=TODAY - timedelta(days=1))], lines=[a_line()], rows=[a_unit_row()]
    )
    found = desired(settings(a_mapping_row(), FREE, set_quotas_to_zero=True), psa, both(), ended=[1])

    assert quotas(found) == {SEATS: 0, SERVERS: 0}
    assert all(item.needs_person for item in found.items)
    assert all("Free items among them: Servers" in item.reason for item in found.items)


@pytest.mark.parametrize(
    "psa",
    [
        psa_snapshot(),
        psa_snapshot(
            contracts=[
                a_contract(10, ends=TODAY - timedelta(1)),
                a_contract(11, starts=TODAY + timedelta(1)),
            ],
            lines=[a_line()],
        ),
        psa_snapshot(contracts=[a_contract(is_active=False)], lines=[a_line()], rows=[a_unit_row()]),
        psa_snapshot(contracts=[a_contract()], lines=[a_line()]),
        psa_snapshot(contracts=[a_contract(ends=TODAY - timedelta(1))], lines=[a_line()]),
    ],
    ids=[
        "never had one",
        "one begins tomorrow",
        "inactive and not ended",
        "units unread",
        "ended before the bridge looked",
    ],
)
def test_without_proof_that_additions_ended_nothing_is_zeroed(psa: PsaSnapshot) -> None:
    """R21, R19, ACR-DEP-06."""
    found = desired(settings(a_mapping_row(), set_quotas_to_zero=True), psa, both())

    assert found.items == ()


def test_contracts_out_of_sight_zero_nothing() -> None:
    """R20."""
    decided = settings(a_mapping_row(), OFF, set_quotas_to_zero=True)

    assert quotas(desired(decided, sold(), both(), seen={77: 1})) == {}
    assert quotas(desired(decided, sold(), having(an_item(quota=Quota(5, 0))), seen={77: 1})) == {SEATS: 10}


def test_a_company_that_lost_all_its_contracts_keeps_its_quotas() -> None:
    found = desired(settings(set_quotas_to_zero=True), psa_snapshot(), both(), seen={10: 1})

    assert (found.items, found.units) == ((), ())
    assert finding(found, "ERR-07").severity is Severity.STOPS


def test_an_exempt_item_is_left() -> None:
    """R10: with its end and its reason in the plan of every day."""
    exempt = (ExemptItem(tenant_id(1), an_item().key, TODAY, "moves house"),)

    found = run(settings(exempt_items=exempt), 4, an_item())

    assert found.items == ()
    told = finding(found, "R10")
    assert (told.severity, told.company) == (Severity.NOTE, 1)
    assert f"until {TODAY}" in told.problem
    assert "moves house" in told.problem


def test_the_day_after_its_end_the_plan_restores_what_was_sold() -> None:
    """R10, ACR-PRE-04."""
    over = ExemptItem(tenant_id(1), an_item().key, TODAY - timedelta(days=1), "moves house")

    found = run(settings(exempt_items=(over,)), 4, an_item(quota=Quota(40, 0)))

    assert quotas(found) == {SEATS: 4}
    assert "ended" in finding(found, "R10").problem
    longer = replace(over, until=TODAY)
    assert quotas(run(settings(exempt_items=(over, longer)), 4, an_item(quota=Quota(40, 0)))) == {}


def test_an_exemption_nobody_said_an_end_of_is_named() -> None:
    """R10: as it could be said before, without end and reason."""
    endless = ExemptItem(tenant_id(1), an_item().key, None, "")

    found = run(settings(exempt_items=(endless,)), 4, an_item())

    assert found.items == ()
    assert "nobody said until when" in finding(found, "R10").problem


def test_an_undecided_item_is_not_lowered_and_may_be_raised() -> None:
    """R8."""
    row = a_mapping_row(undecided=True)

    assert run(settings(row), 4, an_item(quota=Quota(5, 0))).items == ()
    assert quotas(run(settings(row), 6, an_item(quota=Quota(5, 0)))) == {SEATS: 6}
    unsold = a_mapping_row(SERVERS, None, undecided=True)
    assert SERVERS not in quotas(run(settings(a_mapping_row(), unsold, set_quotas_to_zero=True)))


def test_an_item_in_no_row_is_found_and_never_touched() -> None:
    """R8."""
    found = run(settings(set_quotas_to_zero=True))

    assert quotas(found) == {SEATS: 10}
    assert finding(found, "R8").subject == "item Servers"


# -- sharing, modes, receivers


def test_prepaid_at_0_units_is_no_live_addition() -> None:
    """ACR-DEP-06: on it with more than 0 units."""
    found = desired(settings(a_mapping_row(), FREE, set_quotas_to_zero=True), sold(0), both(), ended=[1])

    assert quotas(found) == {SEATS: 0, SERVERS: 0}
    assert all(item.needs_person for item in found.items)
