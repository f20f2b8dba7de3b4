"""Two-way sync: what a change made in Acronis does to the contract (ACR-TWO-04 to -08, ERR-17, R44)."""

from dataclasses import replace
from datetime import timedelta

from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.findings import Severity
from psabridge.rules.platform import Quota
from psabridge.rules.settings import Measure
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import LineKind, Mode, WorkKind
from tests.builders import (
    GIB,
    TODAY,
    a_bundle,
    a_bundle_line,
    a_contract,
    a_customer,
    a_feature,
    a_line,
    a_mapping_row,
    a_service,
    a_storage_item,
    a_storage_row,
    a_tenant,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, finding, quotas
from tests.rules.two_way_cast import (
    OFF,
    ROW,
    WRITES,
    both,
    having,
    judged,
    payg,
    prepaid,
    remembered,
    units,
    with_quota,
)


def test_a_quota_raised_for_a_time_is_not_sold_when_the_time_is_over() -> None:
    """R10, ACR-TWO-06: what was set meanwhile is no change of what is sold; the contract stands."""
    raised, key = with_quota(40), with_quota(40).key
    in_force, over = (
        both(ROW, exempt_items=(ExemptItem(tenant_id(1), key, last, "moves house"),))
        for last in (TODAY, TODAY - timedelta(days=1))
    )

    meanwhile = judged(prepaid(10), having(raised), (10, 10), in_force)
    after = judged(prepaid(10), having(raised), (10, 10), over)

    assert (meanwhile.units, meanwhile.items) == ((), ())
    assert after.units == ()
    assert [item.quota for item in after.items] == [10]
    assert {"R10", "ACR-TWO-06"} <= {one.code for one in after.findings}


# ---- prepaid


def test_a_quota_raised_in_acronis_raises_the_units_and_is_left_alone_meanwhile() -> None:
    """ACR-TWO-04."""
    desired = judged(prepaid(10), having(with_quota(15)), (10, 10))

    assert units(desired) == {line_id(100): 15}
    assert desired.items == ()
    assert desired.units[0].evidence.rule == "ACR-TWO-04"


def test_a_quota_lowered_in_acronis_lowers_the_units() -> None:
    """ACR-TWO-04."""
    assert units(judged(prepaid(10), having(with_quota(4)), (10, 10))) == {line_id(100): 4}


def test_an_item_switched_off_in_acronis_ends_at_0_units() -> None:
    """ACR-TWO-04, R25: the line stays, its units go to 0."""
    desired = judged(prepaid(10), having(OFF), (10, 10))

    assert units(desired) == {line_id(100): 0}
    assert desired.items == ()


def test_units_changed_on_the_contract_set_the_quota_as_ever() -> None:
    """ACR-TWO-06: one side changed, it wins."""
    desired = judged(prepaid(15), having(with_quota(10)), (10, 10))

    assert quotas(desired) == {"pw_base_workstations": 15}
    assert desired.units == ()
    assert "ACR-TWO-06" not in codes(desired)


def test_of_two_changes_the_contract_wins_and_both_are_told_with_the_agreed_state() -> None:
    """ACR-TWO-06: never silently, with the three values."""
    desired = judged(prepaid(15), having(with_quota(12)), (10, 10))

    assert quotas(desired) == {"pw_base_workstations": 15}
    assert desired.units == ()
    told = finding(desired, "ACR-TWO-06")
    assert told.severity is Severity.WARNING
    assert "Acronis says 12, the contract 15, last agreed 10 and 10" in told.problem


def test_the_first_time_the_contract_wins_and_says_so() -> None:
    desired = judged(prepaid(15), having(with_quota(12)))

    assert quotas(desired) == {"pw_base_workstations": 15}
    assert finding(desired, "ACR-TWO-06").severity is Severity.NOTE
    assert desired.agreed == ()


def test_an_unlimited_quota_restores_what_the_contract_says() -> None:
    """ACR-TWO-07."""
    desired = judged(prepaid(10), having(with_quota(None)), (10, 10))

    assert quotas(desired) == {"pw_base_workstations": 10}
    assert desired.units == ()
    assert finding(desired, "ACR-TWO-07").severity is Severity.WARNING


def test_what_both_sides_say_is_remembered() -> None:
    (agreed,) = judged(prepaid(10), having(with_quota(10))).agreed

    assert (agreed.at.tenant, agreed.source, agreed.contract) == (tenant_id(1), 10, 10)


def test_a_row_that_counts_in_another_size_has_never_agreed() -> None:
    """R7: 100 GB in units of 10 are not a change a person made."""
    row = a_storage_row(Measure.TOTAL, 1000)
    item = a_storage_item(quota=Quota(100 * GIB, 0))
    psa, platform = prepaid(100), platform_snapshot(items=[item])
    known = {one.at: one for one in desired_state(both(row), psa, platform, contracts_seen={}).agreed}
    assert known

    tens = both(replace(row, unit_size=10 * GIB))
    desired = desired_state(tens, psa, platform, contracts_seen={}, confirmed=known)

    assert desired.units == ()
    assert finding(desired, "ACR-TWO-06").severity is Severity.NOTE


def test_a_quota_between_two_units_is_rounded_as_the_row_says() -> None:
    """R7: both directions."""
    row = a_storage_row(Measure.TOTAL, 1000)
    item = a_storage_item(quota=Quota(3 * GIB // 2, 0))

    desired = judged(prepaid(1), platform_snapshot(items=[item]), (1, 1), both(row))

    assert units(desired) == {line_id(100): 2}


def test_of_several_prepaid_lines_none_is_chosen() -> None:
    psa = psa_snapshot(
        contracts=[a_contract(10), a_contract(11)],
        lines=[a_line(100, 10), a_line(101, 11)],
        rows=[a_unit_row(100, 6), a_unit_row(101, 4)],
    )

    desired = judged(psa, having(with_quota(15)), (10, 10))

    assert (desired.units, desired.items) == ((), ())
    assert finding(desired, "ACR-TWO-04").severity is Severity.STOPS


def test_the_units_of_a_bundle_are_not_changed_for_one_service() -> None:
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_bundle_line()],
        rows=[a_unit_row(line_id(100, LineKind.BUNDLE), 10)],
        services=[a_service()],
        bundles=[a_bundle()],
    )

    desired = judged(psa, having(with_quota(15)), (10, 10))

    assert desired.units == ()
    assert "ERR-09" in codes(desired)


def test_only_the_tenant_that_receives_quotas_is_compared() -> None:
    """R31."""
    customers = (a_customer(1), a_customer(2, receives_quotas=False))
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)],
        items=[with_quota(10), with_quota(7, tenant=2)],
        usages=[a_usage(), a_usage(tenant=2)],
    )

    desired = judged(prepaid(10), platform, None, both(ROW, customers=customers))

    assert {one.at.tenant for one in desired.agreed} == {tenant_id(1)}
    assert "ACR-TWO-06" not in codes(desired)


def test_nothing_is_written_while_contracts_cannot_be_read() -> None:
    """R20."""
    psa, platform = prepaid(10), having(with_quota(4))
    known = {one.at: one for one in remembered(both(ROW), psa, platform, (10, 10))}

    desired = desired_state(both(ROW), psa, platform, contracts_seen={_GONE: _COMPANY}, confirmed=known)

    assert (desired.units, desired.items, desired.agreed) == ((), (), ())
    assert "R20" in codes(desired)


_GONE, _COMPANY = a_contract(77).id, a_contract().company


def test_an_item_that_is_not_in_the_answer_any_more_is_not_off() -> None:
    """Promise 3: unknown is not zero."""
    psa = prepaid(10)
    known = {one.at: one for one in remembered(both(ROW), psa, having(OFF), (10, 10))}
    other = platform_snapshot(
        items=[an_item("pw_base_servers", "servers")], usages=[a_usage()], offered=[an_item()]
    )

    desired = desired_state(both(ROW), psa, other, contracts_seen={}, confirmed=known)

    assert desired.units == ()
    assert "was on and is not among" in finding(desired, "ERR-22").problem


def test_a_feature_switched_off_ends_at_0_units() -> None:
    row = a_mapping_row("pw_base_google_mail")
    feature = a_feature(is_on=False)

    desired = judged(prepaid(10), platform_snapshot(items=[feature]), (None, 10), both(row))

    assert units(desired) == {line_id(100): 0}
    assert desired.items == ()


# ---- paid by use


def test_an_item_switched_off_stays_off_and_its_line_goes_to_0_with_its_use() -> None:
    """ACR-TWO-04: the table alone would switch it on again."""
    desired = judged(payg(3), having(OFF, used=0), (None, None))

    assert units(desired) == {line_id(100): 0}
    assert desired.items == ()


def test_an_item_that_is_off_on_a_line_at_0_is_agreed_and_stays_off() -> None:
    desired = judged(payg(0), having(OFF, used=0), (None, None))

    (agreed,) = desired.agreed
    assert (agreed.source, agreed.contract) == (0, None)
    assert judged(payg(0), having(OFF, used=0), (0, None)).items == ()


def test_a_new_sale_by_use_switches_the_item_on() -> None:
    """ACR-STO-19: the contract alone changed."""
    for confirmed in (None, (0, 0)):
        desired = judged(payg(0), having(OFF, used=0), confirmed)

        assert [item.is_on for item in desired.items] == [True]


# ---- off


def test_off_a_change_made_in_acronis_is_undone_by_the_contract() -> None:
    """ACR-TWO-08."""
    for changed in (with_quota(15), with_quota(None), OFF):
        off = settings(ROW, modes=WRITES)

        desired = judged(prepaid(10), having(changed), (10, 10), off)

        assert quotas(desired) == {"pw_base_workstations": 10}
        assert (desired.units, desired.new_lines, desired.agreed) == ((), (), ())


def test_with_billing_observed_it_does_nothing_and_says_so() -> None:
    """R44."""
    modes = {WorkKind.BILLING: Mode.OBSERVE, WorkKind.PROVISIONING: Mode.AUTOMATIC}

    desired = judged(prepaid(10), having(with_quota(15)), (10, 10), both(ROW, modes=modes))

    assert quotas(desired) == {"pw_base_workstations": 10}
    assert "does nothing" in finding(desired, "R44").problem
