"""Two-way sync: an item is switched on whose service the contract lacks (ACR-TWO-07, R9)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.words import ServiceId
from tests.builders import (
    a_contract,
    a_line,
    a_mapping_row,
    a_service,
    a_unit_row,
    an_item,
    line_id,
    psa_snapshot,
)
from tests.rules.asking import codes, finding
from tests.rules.two_way_cast import OFF, ROW, both, having, judged, of, payg, prepaid, units, with_quota


def test_an_item_switched_on_adds_its_service_with_the_quota_as_units() -> None:
    """ACR-TWO-04."""
    desired = judged(prepaid(None), having(with_quota(12)), (0, 0))

    (line,) = desired.new_lines
    assert (line.contract, line.service, line.units) == (a_contract().id, ServiceId(1000), 12)
    assert desired.items == ()


def test_an_item_switched_on_adds_its_service_to_a_contract_paid_by_use() -> None:
    """ACR-TWO-04: its units are the usage."""
    desired = judged(payg(None), having(an_item()), (0, 0))

    (line,) = desired.new_lines
    assert line.units is None


def test_what_was_on_before_two_way_sync_was_is_listed_and_gets_no_line() -> None:
    desired = judged(prepaid(None), having(with_quota(12)))

    assert desired.new_lines == ()
    assert finding(desired, "ACR-TWO-06").severity is Severity.NOTE


def test_an_unlimited_item_that_is_switched_on_gets_no_prepaid_line() -> None:
    """ACR-TWO-07: there is no number to sell."""
    desired = judged(prepaid(None), having(with_quota(None)), (0, 0))

    assert desired.new_lines == ()
    assert "ACR-TWO-07" in codes(desired)


def test_without_an_active_recurring_contract_nothing_is_written() -> None:
    """ACR-TWO-05, ERR-17."""
    for contracts in ([], [a_contract(is_recurring=False)], [a_contract(is_active=False)]):
        psa = psa_snapshot(contracts=contracts, services=[a_service()])

        desired = judged(psa, having(with_quota(12)), (0, 0))

        assert desired.new_lines == ()
        told = finding(desired, "ERR-17")
        assert told.severity is Severity.STOPS
        assert "Company 1" in told.subject


def test_of_several_contracts_the_one_with_mapped_services_is_taken() -> None:
    psa = psa_snapshot(
        contracts=[a_contract(10), a_contract(11)],
        lines=[a_line(101, 11, service=1001)],
        rows=[a_unit_row(101, 3)],
        services=[a_service(), a_service(1001)],
    )
    rows = (ROW, a_mapping_row("pw_base_servers", 1001))

    desired = judged(psa, having(with_quota(12)), (0, 0), both(*rows))

    assert [line.contract for line in desired.new_lines] == [a_contract(11).id]


def test_of_several_contracts_alike_none_is_chosen() -> None:
    psa = psa_snapshot(contracts=[a_contract(10), a_contract(11)], services=[a_service()])

    desired = judged(psa, having(with_quota(12)), (0, 0))

    assert desired.new_lines == ()
    assert "Contract 10" in finding(desired, "ACR-TWO-04").problem


@pytest.mark.parametrize("free_on_purpose", [True, False])
def test_a_service_at_price_0_gets_no_line_unless_it_is_free_on_purpose(*, free_on_purpose: bool) -> None:
    """R9."""
    psa = of(a_contract(), None, price=Decimal(0))
    free = frozenset({ServiceId(1000)} if free_on_purpose else set())

    desired = judged(psa, having(with_quota(12)), (0, 0), both(ROW, free_on_purpose=free))

    assert bool(desired.new_lines) is free_on_purpose
    assert ("R9" in codes(desired)) is not free_on_purpose


@pytest.mark.parametrize(
    ("price", "free", "is_listed"),
    [(Decimal(0), False, True), (Decimal(0), True, False), (Decimal(5), False, False), (None, False, False)],
)
def test_a_mapped_service_without_a_price_is_listed_until_it_has_one(
    price: Decimal | None, *, free: bool, is_listed: bool
) -> None:
    """ACR-TWO-02: it was created at 0.00, or somebody took its price away."""
    psa = psa_snapshot(contracts=[a_contract()], services=[a_service(unit_price=price)])
    on_purpose = frozenset({ServiceId(1000)} if free else set())

    desired = judged(psa, having(OFF), None, both(ROW, free_on_purpose=on_purpose))

    assert ("ACR-TWO-02" in {told.code for told in desired.findings}) is is_listed


def test_an_inactive_service_gets_no_line() -> None:
    """R45."""
    psa = psa_snapshot(contracts=[a_contract()], services=[a_service(is_active=False)])

    desired = judged(psa, having(with_quota(12)), (0, 0))

    assert desired.new_lines == ()


def test_a_free_item_gets_no_line() -> None:
    """ACR-MAP-08: Free is given though it is not sold."""
    desired = judged(prepaid(None), having(with_quota(12)), None, both(replace(ROW, free=True)))

    assert desired.new_lines == ()
    assert "ACR-TWO-06" not in {told.code for told in desired.findings}


def test_a_line_of_ours_without_unit_rows_still_gets_the_quota() -> None:
    """A new line may have no rows (a doubt): a person confirms that it is new (W10)."""
    psa = replace(prepaid(10), rows={})

    assert units(judged(psa, having(with_quota(12)), (0, 0))) == {line_id(100): 12}
    assert units(judged(psa, having(with_quota(12)), (10, 10))) == {}
