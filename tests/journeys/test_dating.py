"""When changes take effect, over months (design section 8, R12 to R17)."""

from datetime import date, timedelta

import pytest

from psabridge.store.models import SnapshotRecord
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import WORKSTATIONS, Firms, Sale, two_firms
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE

MARCH_10, APRIL = date(2026, 3, 10), date(2026, 4, 1)


def _days(journey: Journey, until: date) -> None:
    """A cycle on each day up to and with the last."""
    while journey.today < until:
        journey.advance(days=1)
        journey.go()


def test_a_decrease_waits_here_and_is_posted_on_the_next_periods_first_day(open_shop: OpenShop) -> None:
    """R16, W8: nothing of it is at Autotask before its day."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 9)

    [wish] = journey.cycle().plan.wishes
    assert (wish.line.number, wish.now, wish.wanted, wish.due) == (firm.line, 12, 9, APRIL)
    _days(journey, date(2026, 3, 31))
    assert journey.landed(firm.line)[1:] == []
    assert journey.units(firm.line, APRIL) == 12

    _days(journey, APRIL)

    assert journey.landed(firm.line)[1:] == [(APRIL, -3)]


def test_a_decrease_that_is_taken_back_is_never_posted(open_shop: OpenShop) -> None:
    """C8: wanted 8, then 12 again: today's level stays, and so does next month's."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 8)
    journey.cycle()
    journey.advance(days=1)
    journey.use(firm, 13)
    journey.cycle()

    _days(journey, APRIL + timedelta(days=1))

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 12), 1)]
    assert journey.units(firm.line, date(2026, 5, 1)) == 13


def test_a_decrease_on_a_first_day_that_is_smaller_than_the_one_waiting_is_posted_in_part(
    open_shop: OpenShop,
) -> None:
    """The part that waited since last month goes down on the first; what came later waits again."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 10)
    _days(journey, date(2026, 3, 31))
    journey.go_to(date(2026, 4, 2))
    journey.use(firm, 7)

    report = journey.go()

    assert journey.landed(firm.line)[1:] == [(APRIL, -2)]
    assert [(wish.now, wish.wanted) for wish in report.plan.wishes] == [(10, 7)]


def test_decreases_are_made_at_once_where_the_provider_wants_it(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE, decreases_wait=False)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 9)

    journey.cycle()

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), -3)]


def test_a_second_change_of_a_day_waits_for_tomorrow(open_shop: OpenShop) -> None:
    """R18, W7: one adjustment per line and day."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 13)
    journey.cycle()
    journey.use(firm, 15)
    [wish] = journey.cycle().plan.wishes

    journey.advance(days=1)
    journey.cycle()

    assert wish.due == date(2026, 3, 12)
    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 1), (date(2026, 3, 12), 2)]


@pytest.mark.parametrize(("figure", "units"), [("last", 16), ("highest", 19), ("average", 15)])
def test_period_close_posts_one_figure_a_period_from_its_first_day(
    open_shop: OpenShop, figure: str, units: int
) -> None:
    """Collected every day, shown, and posted once on the chosen day, dated the first day of the period."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.configure(policy="period_close", close_figure=figure)
    _days(journey, APRIL)
    for day in range(1, 31):
        journey.use(firm, 19 if day == 12 else 12 if day < 15 else 16)
        journey.go()
        assert journey.landed(firm.line)[1:] == [] or day == 30
        if day < 30:
            journey.advance(days=1)

    assert journey.landed(firm.line)[1:] == [(APRIL, units - 12)]
    assert journey.units(firm.line, APRIL) == units


def test_period_close_takes_the_last_complete_day_although_usage_goes_on(open_shop: OpenShop) -> None:
    """R30: the posting day itself is not complete; what it uses goes to the next figure."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.configure(policy="period_close")
    _days(journey, APRIL)
    journey.use(firm, 16)
    _days(journey, date(2026, 4, 29))
    journey.use(firm, 16)
    journey.advance(days=1)
    journey.use(firm, 18)

    journey.go()

    assert journey.today == date(2026, 4, 30)
    assert journey.landed(firm.line)[1:] == [(APRIL, 4)]
    _days(journey, date(2026, 5, 31))
    assert journey.landed(firm.line)[2:] == [(date(2026, 5, 1), 2)]


def test_next_period_is_posted_late_and_dated_the_first_day_to_come(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.configure(policy="next_period")
    journey.advance(days=1)
    journey.use(firm, 16)

    _days(journey, date(2026, 3, 30))
    assert journey.landed(firm.line)[1:] == []
    _days(journey, date(2026, 3, 31))

    assert journey.landed(firm.line)[1:] == [(APRIL, 4)]
    assert (journey.units(firm.line), journey.units(firm.line, APRIL)) == (12, 16)


def test_a_quarterly_line_on_a_monthly_bill_follows_its_own_periods(open_shop: OpenShop) -> None:
    """R12: periods are read from the line's rows; a decrease of a quarterly line waits for the quarter."""

    def quarterly(firms: Firms) -> Sale:
        seats = firms.furnishing.sell(
            "Seats, quarterly", "9.00", "pw_base_m365_seats", usage_name="mailboxes", period_type=3
        )
        return firms.sale("Meadow Dental", units=10, used=12, sold=seats, period_type=3)

    journey, firm = open_shop(quarterly, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 9)

    [wish] = journey.cycle().plan.wishes

    assert wish.due == APRIL
    _days(journey, date(2026, 3, 12))
    journey.go_to(date(2026, 4, 1))
    journey.go()
    assert journey.landed(firm.line)[1:] == [(APRIL, -3)]


def test_a_posted_period_is_left_alone_and_the_next_one_takes_the_change(open_shop: OpenShop) -> None:
    """R13, D2: moving a date is shown in the plan."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.control("post-period", {"contract": firm.contract, "through": "2026-03-01"})
    journey.advance(days=1)
    journey.use(firm, 15)
    journey.use(other, 22)

    report = journey.cycle()

    assert "R13" in codes(report.findings)
    assert journey.landed(firm.line)[1:] == []
    assert journey.units(other.line) == 22
    _days(journey, APRIL)
    assert journey.landed(firm.line)[1:] == [(APRIL, 3)]


def test_the_day_is_the_billing_zones_day(open_shop: OpenShop) -> None:
    """R29: at 20:00 UTC on the 11th it is the 12th in Sydney."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.connection("autotask", billing_zone="Australia/Sydney")
    journey.go_to(date(2026, 3, 11), hour=20)
    journey.use(firm, 15)

    journey.go()

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 12), 3)]


# ---- a row that is changed inside a period


def _size(journey: Journey, units: int) -> None:
    """How many workstations are one unit from now on."""
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    for row in rows:
        row["unit_size"] = units if row["item"] == WORKSTATIONS else row["unit_size"]
    journey.configure(services=rows)


def _april(open_shop: OpenShop, figure: str, size: int) -> tuple[Journey, Sale]:
    """In April 12 workstations, 19 on the 12th, 16 from the 15th on; until the 20th counted by this size."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    _size(journey, size)
    journey.use(firm, 10 * size)
    journey.settle()
    journey.configure(policy="period_close", close_figure=figure)
    _days(journey, date(2026, 3, 31))
    for day in range(1, 21):
        journey.go_to(date(2026, 4, day))
        journey.use(firm, 19 if day == 12 else 12 if day < 15 else 16)
        journey.go()
    return journey, firm


@pytest.mark.parametrize(("figure", "units"), [("last", 16), ("highest", 19), ("average", 15)])
def test_days_before_a_change_of_the_row_are_counted_anew_for_the_close(
    open_shop: OpenShop, figure: str, units: int
) -> None:
    """R7, W13: units of two sizes make no figure together."""
    journey, firm = _april(open_shop, figure, 3)
    _size(journey, 1)

    _days(journey, date(2026, 4, 30))

    assert journey.units(firm.line, APRIL) == units


def test_a_close_that_is_over_is_not_counted_anew(open_shop: OpenShop) -> None:
    """R7, R30: March was billed by the size it had, on its day and when the row is changed a day later."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    _size(journey, 3)
    journey.use(firm, 30)
    journey.settle()
    journey.configure(policy="period_close", close_figure="last")
    journey.use(firm, 48)
    _days(journey, date(2026, 3, 31))
    landed = journey.landed(firm.line)
    assert journey.units(firm.line, date(2026, 3, 1)) == 16
    _size(journey, 1)

    journey.go()
    _days(journey, date(2026, 4, 29))
    assert journey.landed(firm.line) == landed
    _days(journey, date(2026, 4, 30))

    assert (journey.units(firm.line, date(2026, 3, 31)), journey.units(firm.line, APRIL)) == (16, 48)


def test_a_row_that_is_changed_and_changed_back_leaves_the_figure_as_it_was(open_shop: OpenShop) -> None:
    """R7: a slip of an afternoon costs nothing."""
    journey, firm = _april(open_shop, "highest", 1)
    _size(journey, 100)
    journey.go()
    _size(journey, 1)

    _days(journey, date(2026, 4, 30))

    assert journey.units(firm.line, APRIL) == 19


def test_days_that_cannot_be_counted_anew_close_no_period(open_shop: OpenShop) -> None:
    """W13: what was read on them is gone, and the rest would come out too low."""
    journey, firm = _april(open_shop, "highest", 3)
    landed = journey.landed(firm.line)
    SnapshotRecord.objects.filter(day__range=(APRIL, date(2026, 4, 13))).delete()
    _size(journey, 1)

    _days(journey, date(2026, 4, 30))
    report = journey.go()

    assert journey.landed(firm.line) == landed
    told = [one for one in report.findings if one.code == "W13" and "Meadow" in one.subject]
    assert told
    assert "2026-04-01" in told[0].problem


# ---- nothing is lost between two changes, nor at a contract's end


def _missed(journey: Journey) -> list[str]:
    return [one.problem for one in journey.cycle().plan.findings if one.code == "R28"]


def test_what_a_late_approval_missed_is_listed_with_that_change_and_not_with_the_next(
    open_shop: OpenShop,
) -> None:
    """R28: 8 units on 11 to 13 March. Listed again on the 16th, they were billed twice by hand."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.modes("approve").advance(days=1)
    journey.use(firm, 20)
    for _day in range(3):
        journey.cycle()
        journey.advance(days=1)

    assert [one.split(" were")[0] for one in _missed(journey)] == ["24 unit days of 2026-03-01 to 2026-03-31"]
    journey.approve(journey.cycle())
    journey.advance(days=2)
    journey.use(firm, 22)

    assert _missed(journey) == []
    journey.approve(journey.cycle())
    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 14), 8), (date(2026, 3, 16), 2)]


def test_a_period_that_is_posted_in_advance_says_what_it_lacks_and_is_worth(open_shop: OpenShop) -> None:
    """R13, R28: 8 units of 4.50 from 29 to 31 March stand nowhere; they are told, never added."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.control("post-period", {"contract": firm.contract, "through": "2026-03-31"})
    journey.go_to(date(2026, 3, 29))
    journey.use(firm, 20)
    for day in (29, 30, 31):
        journey.go_to(date(2026, 3, day))
        (told,) = _missed(journey)

    assert "24 unit days of 2026-03-01 to 2026-03-31 were not on the contract, worth 3.48" in told
    journey.go_to(APRIL)
    assert "24 unit days of 2026-03-01 to 2026-03-31" in _missed(journey)[0]
    journey.settle()
    assert (journey.landed(firm.line)[1:], _missed(journey)) == ([(APRIL, 8)], [])


@pytest.mark.parametrize("figure", ["last", "highest", "average"])
def test_a_period_that_the_contracts_end_cuts_is_closed_before_that_end(
    open_shop: OpenShop, figure: str
) -> None:
    """R23, R30: the close waited for 30 April, with nothing measured any more; 18 units were never billed."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    _days(journey, date(2026, 3, 31))
    journey.configure(policy="period_close", close_figure=figure).use(firm, 30)
    journey.control("contract", {"contract": firm.contract, "end": "2026-04-15"})

    _days(journey, date(2026, 4, 20))

    assert journey.landed(firm.line)[1:] == [(APRIL, 18)]
    assert journey.units(firm.line, date(2026, 4, 15)) == 30
