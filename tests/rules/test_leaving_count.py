"""Which days count for a customer without a live addition (ACR-DEP-05, ACR-DEP-06, R19 to R21)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.leaving.due import Leavers
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.psa import Contract
from psabridge.rules.settings import Confirmation, Exemption, Leaving
from psabridge.rules.words import CompanyId
from tests.builders import a_contract, a_customer, a_payg_contract, a_unit_row, settings
from tests.rules.leaving_cast import A_DAY, BOTH, COMPANY, NOT_READ, TENANT, Firm, codes, due


def test_while_it_is_off_nothing_is_kept_and_nothing_is_said() -> None:
    firm = Firm(decided=settings())
    assert firm.left(60) == Leavers()
    assert firm.kept == {}


def test_days_count_from_the_first_look_without_a_live_addition() -> None:
    """ACR-DEP-05."""
    firm = Firm()
    firm.left(0)
    assert firm.days == 0
    firm.pass_days(1)
    assert firm.days == 1
    firm.pass_days(8)
    assert firm.days == 9


def test_the_day_on_which_it_is_first_seen_is_not_whole() -> None:
    """ACR-DEP-05: something was live on it, or nobody looked."""
    firm = Firm()
    firm.look()
    firm.ends()
    firm.look(hour=10)
    firm.pass_days(1)
    assert firm.days == 0
    firm.pass_days(1)
    assert firm.days == 1


def test_a_day_counts_once_however_often_it_is_looked_at() -> None:
    firm = Firm()
    firm.left(1)
    for hour in (10, 11, 23):
        firm.look(hour=hour)
    assert firm.days == 1


def test_days_on_which_nobody_looked_do_not_count() -> None:
    """ACR-DEP-05: an outage delays; dates are never subtracted."""
    firm = Firm()
    firm.left(3)
    firm.pass_days(200, looks=False)
    assert firm.days == 4


@pytest.mark.parametrize("hours", [(9,), (9, 10), (10, 9)], ids=str)
def test_a_day_that_could_not_be_read_completely_once_does_not_count(hours: tuple[int, ...]) -> None:
    """ACR-DEP-05, R20: other looks of the same day do not make it whole."""
    firm = Firm()
    firm.left(3)
    firm.today += A_DAY
    for hour in hours:
        firm.look(hour=hour, gaps=[NOT_READ] if hour == 9 else [])
    firm.pass_days(1)
    assert firm.days == 4


def test_a_contract_seen_once_and_now_absent_is_unreadable_and_pauses() -> None:
    """R20: contracts cannot be deleted."""
    firm = Firm()
    firm.left(3)
    gone, firm.contracts = firm.contracts, ()
    firm.pass_days(50)
    assert firm.days == 4
    firm.contracts = gone
    firm.pass_days(2)
    assert firm.days == 5


def test_a_contract_that_vanishes_while_it_is_live_starts_nothing() -> None:
    """R20, R21."""
    firm = Firm()
    firm.look()
    firm.contracts = ()
    found = firm.pass_days(60)
    assert not firm.kept[TENANT].count.is_running
    assert due(found) == []


def test_it_is_cleared_as_soon_as_something_is_live_again() -> None:
    """ACR-DEP-05: also where the rest could not be read."""
    firm = Firm()
    firm.left(9)
    firm.returns()
    firm.look(gaps=[NOT_READ])
    assert firm.days == 0
    firm.ends()
    assert due(firm.pass_days(9)) == []


def test_a_contract_that_begins_later_pauses_the_count() -> None:
    """ACR-DEP-06."""
    firm = Firm()
    firm.left(5)
    later = a_payg_contract(11, starts=date(2027, 1, 1), ends=date(2027, 12, 31))
    firm.contracts = (*firm.contracts, later)
    firm.pass_days(100)
    assert firm.days == 6


def inactive(contract: Contract) -> Contract:
    return replace(contract, is_active=False)


def test_an_inactive_contract_that_has_not_ended_is_live() -> None:
    """R19: Autotask goes on billing it."""
    firm = Firm()
    firm.look()
    firm.contracts = tuple(map(inactive, firm.contracts))
    firm.pass_days(60)
    assert not firm.kept[TENANT].count.is_running


@pytest.mark.parametrize(("units", "is_live"), [(3, True), (0, False)])
def test_prepaid_is_live_with_more_than_0_units(units: int, is_live: bool) -> None:
    """ACR-DEP-06; its end was seen where the line stands at 0 (R21)."""
    firm = Firm(contracts=(a_contract(),))
    firm.look()
    firm.rows = (a_unit_row(units=units),)
    firm.pass_days(2)
    assert firm.kept[TENANT].count.is_running is not is_live


def test_payg_is_live_with_0_units_too() -> None:
    """ACR-DEP-06: on it at all."""
    firm = Firm(rows=(a_unit_row(units=0),))
    firm.pass_days(2)
    assert not firm.kept[TENANT].count.is_running


def test_a_line_without_rows_is_live_for_unknown_is_not_zero() -> None:
    firm = Firm(contracts=(a_contract(),), rows=())
    firm.pass_days(2)
    assert firm.kept[TENANT].count.sold


def test_nothing_counts_before_the_bridge_saw_a_live_addition_end() -> None:
    """R21: the contract was over before the bridge came."""
    firm = Firm().ends()
    found = firm.pass_days(60)
    assert (firm.days, due(found), codes(found)) == (0, [], {"R21"})


def test_a_person_may_confirm_that_it_left() -> None:
    """R21."""
    firm = Firm().ends()
    firm.look()
    firm.decided = replace(firm.decided, leaving_confirmed=(Confirmation(COMPANY, firm.today),))
    firm.look()
    assert due(firm.pass_days(10)) == []
    assert due(firm.pass_days(1)) == [TenantState.DISABLED]


def test_a_confirmation_taken_back_ends_the_count() -> None:
    firm = Firm(decided=settings(leaving=BOTH, leaving_confirmed=(Confirmation(COMPANY, date(2026, 3, 1)),)))
    firm.ends()
    firm.pass_days(5)
    firm.decided = settings(leaving=BOTH)
    firm.pass_days(1)
    assert not firm.kept[TENANT].count.is_running


def test_what_is_sold_after_a_confirmation_makes_it_void() -> None:
    """A customer confirmed years ago and sold to since is not on the list any more."""
    confirmed = (Confirmation(COMPANY, date(2026, 3, 1)),)
    firm = Firm(decided=settings(leaving=BOTH, leaving_confirmed=confirmed))
    firm.look()
    firm.lines = ()
    firm.pass_days(60)
    assert not firm.kept[TENANT].count.is_running


@pytest.mark.parametrize("what", ["line out of sight", "row of the mapping taken away"])
def test_a_live_addition_that_is_only_out_of_sight_has_not_ended(what: str) -> None:
    """R21: a line that is not read any more says nothing about the customer."""
    firm = Firm()
    firm.look()
    if what.startswith("line"):
        firm.lines = ()
    else:
        firm.lines, firm.decided = (), replace(firm.decided, services=())
    found = firm.pass_days(60)
    assert (firm.days, due(found)) == (0, [])


def test_an_exempt_customer_is_not_counted_and_begins_anew_when_that_is_over() -> None:
    """ACR-DEP-07."""
    firm = Firm()
    firm.left(9)
    exempt = replace(firm.decided, exempt_customers=(Exemption(COMPANY, "keeps its archive"),))
    plain, firm.decided = firm.decided, exempt
    assert due(firm.pass_days(90)) == []
    firm.decided = plain
    assert due(firm.pass_days(10)) == []
    assert firm.days == 8


def test_switched_off_and_on_again_it_begins_anew() -> None:
    firm = Firm()
    firm.left(9)
    plain, firm.decided = firm.decided, settings()
    firm.pass_days(1)
    assert firm.kept == {}
    firm.decided = plain
    assert due(firm.pass_days(30)) == []


def test_with_the_database_lost_it_begins_at_0() -> None:
    """ACR-DEP-05: even what was about to be deleted."""
    firm = Firm()
    firm.left(29)
    firm.kept = {}
    found = firm.pass_days(60)
    assert (firm.days, due(found)) == (0, [])


def test_after_a_restore_it_begins_at_0() -> None:
    """Protocol 2.6: what happened in the lost time is not known."""
    firm = Firm()
    firm.left(9)
    firm.epoch += 1
    firm.pass_days(1)
    assert firm.days == 0
    firm.pass_days(9)
    assert firm.days == 8


def test_another_company_of_the_tenant_begins_at_0_and_without_what_was_sold() -> None:
    firm = Firm()
    firm.left(9)
    firm.decided = replace(firm.decided, customers=(a_customer(1, 2),))
    firm.look()
    count = firm.kept[TENANT].count
    assert (count.company, count.days, count.sold) == (CompanyId(2), 0, ())


def test_unmapping_forgets_the_count() -> None:
    """ACR-ORG-05: the timers of the tenant are cancelled."""
    firm = Firm()
    firm.left(9)
    firm.decided = replace(firm.decided, customers=())
    firm.pass_days(1)
    assert firm.kept == {}


def test_a_clock_set_back_counts_no_day_twice() -> None:
    firm = Firm()
    firm.left(3)
    for _ in range(5):
        firm.today -= A_DAY
        firm.look()
        firm.today += A_DAY
        firm.look()
    assert firm.days == 3
    firm.pass_days(2)
    assert firm.days == 5


def test_a_clock_that_jumps_years_ahead_counts_one_day() -> None:
    firm = Firm()
    firm.left(3)
    firm.today = date(2031, 1, 1)
    firm.look()
    assert firm.days == 4


@pytest.mark.parametrize(
    ("leaving", "first"),
    [
        (Leaving(disables=True, disable_after=3), 3),
        (Leaving(deletes=True, delete_after=5), 5),
        (Leaving(disables=True, disable_after=2, deletes=True, delete_after=4), 2),
    ],
)
def test_it_is_disabled_on_the_day_the_count_is_full(leaving: Leaving, first: int) -> None:
    """ACR-DEP-03; where only deletion is on, ACR-DEP-04 begins with disabling."""
    firm = Firm(decided=settings(leaving=leaving))
    assert due(firm.left(first - 1)) == []
    assert due(firm.pass_days(1)) == [TenantState.DISABLED]
