"""Renewals and last days of contracts, under each dating policy (R23, R28, R30)."""

from datetime import date

import pytest

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)


def renewed_on_time(firms: Firms) -> tuple[Sale, Sale]:
    return _renewed(firms, MAY)


def renewed_early(firms: Firms) -> tuple[Sale, Sale]:
    return _renewed(firms, date(2026, 4, 15))


def _renewed(firms: Firms, begins: date) -> tuple[Sale, Sale]:
    """To the end of April, and a contract after it that starts without units."""
    customer = firms.customer("Meadow Dental")
    return (
        firms.sale(customer, units=12, used=12, months=4),
        firms.sale(customer, units=0, used=12, starts=begins),
    )


def _days(journey: Journey, until: date, *, approves: bool = True) -> None:
    while journey.today < until:
        journey.advance(days=1)
        if approves:
            journey.go()
        else:
            journey.cycle()


def _told(journey: Journey, code: str) -> list[str]:
    return [one.problem for one in journey.cycle().plan.findings if one.code == code]


def test_what_is_billed_a_period_behind_goes_on_with_the_renewal(open_shop: OpenShop) -> None:
    """R23: April's 30 units are May's invoice. The renewal began with a month at 0; April was lost."""
    journey, (old, new) = open_shop(renewed_on_time, **LOOSE, policy="next_period")
    journey.settle()
    _days(journey, APRIL)
    journey.use(old, 30)
    _days(journey, date(2026, 4, 30))
    assert "begins with it on 2026-05-01" in _told(journey, "R23")[0]
    assert _told(journey, "R13") == []

    _days(journey, JUNE)

    assert (journey.landed(old.line), journey.landed(new.line)) == ([], [(MAY, 30)])
    assert (journey.units(new.line, MAY), journey.units(new.line, JUNE)) == (30, 30)
    assert _told(journey, "R28") == []


def test_an_early_renewal_begins_with_what_the_old_contract_collected(open_shop: OpenShop) -> None:
    journey, (old, new) = open_shop(renewed_early, **LOOSE, policy="next_period")
    journey.settle()
    _days(journey, date(2026, 4, 10))
    journey.use(old, 30)

    _days(journey, date(2026, 4, 20))

    assert journey.landed(new.line) == [(date(2026, 4, 15), 30)]


def test_without_a_renewal_the_last_period_is_told_with_its_value(open_shop: OpenShop) -> None:
    """R13 on the last day, R28 afterwards: 30 units of 4.50, and not only what they are more than before."""
    journey, firm = open_shop(
        lambda firms: firms.sale("Meadow Dental", units=12, used=12, months=4), **LOOSE, policy="next_period"
    )
    journey.settle()
    _days(journey, APRIL)
    journey.use(firm, 30)
    _days(journey, date(2026, 4, 30))
    assert "says 30" in _told(journey, "R13")[0]

    _days(journey, date(2026, 5, 3))

    (told,) = _told(journey, "R28")
    assert told.startswith("30 units of 2026-04-01 to 2026-04-30 were not on the contract, worth 135.00")


def test_a_close_that_the_last_day_of_a_contract_missed_is_told(open_shop: OpenShop) -> None:
    """R28, R30: no cycle ran on 30 April; on 1 May nothing is measured any more."""
    journey, firm = open_shop(
        lambda firms: firms.sale("Meadow Dental", units=12, used=12, months=4), **LOOSE, policy="period_close"
    )
    journey.settle()
    _days(journey, APRIL)
    journey.use(firm, 30)
    _days(journey, date(2026, 4, 29))

    journey.go_to(MAY)

    (told,) = _told(journey, "R28")
    assert told.startswith("18 units of 2026-04-01 to 2026-04-30 were not on the contract, worth 81.00")
    assert journey.landed(firm.line) == []


@pytest.mark.parametrize("approves", [True, False])
def test_a_rise_that_nobody_approved_before_the_end_is_told(open_shop: OpenShop, *, approves: bool) -> None:
    """R28: 18 units on the 11 days from 20 to 30 April, 198 unit days of 30 at 4.50."""
    journey, firm = open_shop(lambda firms: firms.sale("Meadow Dental", units=10, used=12, months=4), **LOOSE)
    journey.settle()
    journey.modes("approve")
    _days(journey, date(2026, 4, 19))
    journey.advance(days=1)
    journey.use(firm, 30)
    _days(journey, date(2026, 5, 2), approves=approves)

    told = _told(journey, "R28")

    if approves:
        # Seen on the 20th, written with the cycle of the 21st: one day is missing and was told then.
        assert told == []
        assert journey.units(firm.line, date(2026, 4, 30)) == 30
    else:
        (problem,) = told
        assert problem.startswith("180 unit days of 2026-04-01 to 2026-04-30")
