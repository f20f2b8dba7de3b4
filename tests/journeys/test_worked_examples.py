"""Small examples of what is promised, each named after its id, read back from the vendors."""

from datetime import date, timedelta

import pytest

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import SERVERS, Firms, Sale, two_firms
from tests.journeys.journey import unit_steps
from tests.journeys.test_lost_answers import LOOSE

LAST_OF_MARCH = date(2026, 3, 31)


def _one(firms: Firms) -> Sale:
    return firms.sale("Meadow Dental", units=40, used=50)


def test_acr_pay_06_the_difference_is_written_and_the_next_run_writes_nothing(open_shop: OpenShop) -> None:
    """ACR-PAY-06: contract 40, usage 50: a change of +10; run again: nothing."""
    journey, firm = open_shop(_one, **LOOSE)

    journey.settle()
    assert [change for _, change in journey.landed(firm.line)] == [10]
    assert journey.units(firm.line) == 50

    journey.advance(days=1)
    again = journey.cycle()

    assert unit_steps(again.plan) == {}
    assert len(journey.landed(firm.line)) == 1


def test_acr_pay_07_a_month_of_daily_changes_is_one_change_dated_the_periods_first_day(
    open_shop: OpenShop,
) -> None:
    """ACR-PAY-07, R15: up to thirty prorated lines on an invoice become one that is not prorated."""
    journey, firm = open_shop(_one, **LOOSE, policy="period_close")
    journey.settle()
    first = journey.landed(firm.line)
    day = journey.today
    while day < LAST_OF_MARCH:
        day += timedelta(days=1)
        journey.go_to(day)
        journey.use(firm, 50 + day.day)
        journey.go()

    closing = journey.landed(firm.line)[len(first) :]

    assert len(closing) == 1
    assert closing[0][0] == date(2026, 3, 1)


def test_acr_sto_02_usage_reaches_the_contract_day_by_day_without_further_action(
    open_shop: OpenShop,
) -> None:
    """ACR-STO-02, TIM-03: whatever is chosen once is reported every day from then on."""
    journey, firm = open_shop(_one, **LOOSE)
    journey.settle()

    billed = []
    for used in (51, 53, 56):
        journey.advance(days=1)
        journey.use(firm, used)
        journey.cycle()
        billed.append(journey.units(firm.line))

    assert billed == [51, 53, 56]


def test_tim_03_a_changed_mapping_is_reported_with_the_next_cycle(open_shop: OpenShop) -> None:
    """TIM-03: once right after a mapping is applied, not only after the day."""

    def unmapped_servers(firms: Firms) -> Sale:
        return firms.sale("Meadow Dental", units=1, used=4, sold=firms.servers)

    journey, firm = open_shop(unmapped_servers, **LOOSE)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    journey.configure(services=[row for row in rows if row["item"] != SERVERS]).settle()
    assert journey.landed(firm.line) == []

    journey.configure(services=rows).settle()

    assert journey.units(firm.line) == 4


def test_acr_map_07_a_mapping_takes_effect_when_the_plan_is_applied(open_shop: OpenShop) -> None:
    """ACR-MAP-07: what is not applied yet is visible as such."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.modes("approve")

    shown = journey.cycle()
    assert unit_steps(shown.plan)[firm.line].after == 12
    assert journey.written() == (0, 0)

    journey.approve(shown)
    assert journey.units(firm.line) == 12


def test_acr_map_09_free_gives_an_item_that_nobody_is_charged_for(open_shop: OpenShop) -> None:
    """ACR-MAP-09: one label, one meaning: provisioned although it is not sold."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    free = [{**row, "free": True} if row["item"] == SERVERS else row for row in rows]
    with pytest.raises(KeyError, match=SERVERS):  # Acronis has no such row for the tenant
        journey.quota(firm.tenant, SERVERS)

    journey.configure(services=free).settle()

    assert journey.quota(firm.tenant, SERVERS) == "unlimited"
    assert len(journey.lines(firm.contract)) == 1


def test_lim_07_an_advanced_pack_alone_is_warned_of(open_shop: OpenShop) -> None:
    """LIM-07, ACR-MAP-10: refused per workload inside Acronis, so it is given and warned of."""

    def advanced(firms: Firms) -> Sale:
        sell = firms.furnishing.sell
        item = "pw_pack_adv_management"
        pack = sell("Advanced management", "2.00", item, usage_name="pack_adv_management")
        return firms.sale("Meadow Dental", units=5, payg="No", sold=pack)

    journey, firm = open_shop(advanced, **LOOSE)

    report = journey.settle()[-1]

    [told] = [one for one in report.findings if one.code == "ACR-MAP-10"]
    assert "Meadow Dental" in told.subject
    assert "Advanced Management" in told.problem
    assert journey.quota(firm.tenant, firm.sold.item) == 5
