"""Two-way sync over real HTTP, judged by what both vendors hold (ACR-TWO-01 to -08, ACR-STO-14, -17)."""

from datetime import date
from typing import Any

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans.plan import AddLine
from psabridge_emulators.scenes.furnishing import GB
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import SERVERS, Firms, Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE

ON = {"two_way": {"is_on": True, "billing_code": 1, "period_type": 1}, **LOOSE}
POST_LINE = {"vendor": "autotask", "method": "POST", "path": "/Contracts/[0-9]+/Services$"}
POST_UNITS = {"vendor": "autotask", "method": "POST", "path": "/ContractServiceAdjustments$"}
POST_NOTE = {"vendor": "autotask", "method": "POST", "path": "/Contracts/[0-9]+/Notes$"}
APRIL = date(2026, 4, 1)


def _prepaid(firms: Firms) -> Sale:
    return firms.sale("Fixed Ltd", units=10, used=3, payg="No")


def _payg(firms: Firms) -> Sale:
    return firms.sale("Meadow Dental", units=10, used=12)


def _opened(open_shop: OpenShop, furnish: Any = _prepaid, **settings: Any) -> tuple[Journey, Any]:  # noqa: ANN401
    """Two-way sync is on, and both sides have agreed once."""
    journey, cast = open_shop(furnish, **{**ON, **settings})
    journey.settle()
    return journey, cast


def _set(journey: Journey, sale: Sale, quota: int | None, item: str = "") -> None:
    """A person at the provider sets a quota in Acronis, or none."""
    acronis, name = journey.vendors.acronis, item or sale.sold.item
    journey.vendors.do(lambda: acronis.enable_item(sale.tenant, name, quota=quota, overage=0))


def _switch_off(journey: Journey, sale: Sale) -> None:
    acronis = journey.vendors.acronis
    journey.vendors.do(lambda: acronis.enable_item(sale.tenant, sale.sold.item, status=0))


def _lines(journey: Journey, contract: int) -> list[int]:
    """The services on a contract, each as often as it stands there."""
    rows = journey.vendors.do(lambda: list(journey.vendors.autotask.database["ContractServices"].all()))
    return [row["serviceID"] for row in rows if row["contractID"] == contract]


# ---- prepaid


def test_a_quota_raised_in_acronis_becomes_units_and_stays(open_shop: OpenShop) -> None:
    """ACR-TWO-04."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 15)

    journey.settle()

    assert journey.units(firm.line) == 15
    assert journey.quota(firm.tenant, firm.sold.item) == 15
    assert sum(one.change for one in journey.ledger()) == 5
    assert journey.cycle().plan.steps == ()


def test_a_lowered_quota_waits_for_the_next_period_with_its_units(open_shop: OpenShop) -> None:
    """ACR-TWO-04, R16: nobody sets the quota back meanwhile."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 6)

    for _ in range(3):
        journey.go()
        journey.advance(days=1)
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (10, 6)
    journey.go_to(APRIL)
    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (6, 6)


def test_units_sold_on_the_contract_still_become_the_quota(open_shop: OpenShop) -> None:
    """ACR-TWO-06: one side changed."""
    journey, firm = _opened(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 4})
    journey.advance(hours=2)

    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert journey.ledger() == []


def test_of_changes_on_both_sides_the_contract_wins_and_it_is_said(open_shop: OpenShop) -> None:
    """ACR-TWO-06: also where the change in Autotask is seen only with the whole picture of the line."""
    journey, firm = _opened(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 4})
    _set(journey, firm, 12)

    reports = journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert journey.ledger() == []
    assert "ACR-TWO-06" in {code for report in reports for code in codes(report.findings)}


def _having_written(open_shop: OpenShop) -> tuple[Journey, Any]:
    """The first change of units was let go by a person; from now on a cycle is all."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 11)
    journey.settle()
    journey.advance(days=1)
    journey.cycle()
    return journey, firm


@pytest.mark.parametrize("fault", [None, "reset_after"])
def test_a_second_change_right_after_the_first_is_no_conflict(open_shop: OpenShop, fault: str | None) -> None:
    """ACR-TWO-06, W7: the contract moved because the bridge moved it, also where the answer was lost."""
    journey, firm = _having_written(open_shop)
    _set(journey, firm, 12)
    if fault is not None:
        journey.vendors.faults.add(fault, **POST_UNITS)
    reports = [journey.cycle(waits=False)]
    _set(journey, firm, 14)

    reports += [journey.advance(minutes=5).cycle(waits=False) for _ in range(20)]
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (12, 14)
    reports.append(journey.advance(days=1).cycle(waits=False))

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert "ACR-TWO-06" not in {code for report in reports for code in codes(report.findings)}


def test_a_change_that_is_taken_back_right_after_it_was_written_goes_down_again(open_shop: OpenShop) -> None:
    """ACR-TWO-06, R16: nobody sets the quota up again meanwhile."""
    journey, firm = _having_written(open_shop)
    _set(journey, firm, 12)
    journey.cycle(waits=False)
    _set(journey, firm, 11)

    journey.advance(minutes=5).cycle(waits=False)
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (12, 11)
    journey.go_to(APRIL)
    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (11, 11)


def test_a_quota_changed_right_after_the_contract_set_it_counts(open_shop: OpenShop) -> None:
    """ACR-TWO-06: it was the contract's change that came to Acronis, not a person's."""
    journey, firm = _having_written(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 1})
    journey.advance(hours=2)
    reports = [journey.cycle(waits=False)]
    assert journey.quota(firm.tenant, firm.sold.item) == 12
    _set(journey, firm, 14)

    journey.advance(days=1)
    reports += [journey.cycle(waits=False), journey.cycles(minutes=20)]

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert "ACR-TWO-06" not in {code for report in reports for code in codes(report.findings)}


def test_what_both_sides_changed_after_the_bridge_wrote_is_still_a_conflict(open_shop: OpenShop) -> None:
    """ACR-TWO-06: the contract wins, and it is said."""
    journey, firm = _having_written(open_shop)
    _set(journey, firm, 12)
    journey.cycle(waits=False)
    journey.advance(days=1)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 1})
    _set(journey, firm, 14)
    journey.advance(hours=2)

    report = journey.cycle(waits=False)

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (13, 13)
    [told] = [finding for finding in report.findings if finding.code == "ACR-TWO-06"]
    assert "Acronis says 14, the contract 13, last agreed 11 and 11" in told.problem


def test_an_unlimited_quota_is_set_back_to_what_was_sold(open_shop: OpenShop) -> None:
    """ACR-TWO-07."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, None)

    reports = journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (10, 10)
    assert "ACR-TWO-07" in codes(reports[0].findings)


@pytest.mark.parametrize("zero_units", ["allowed", "refused"])
def test_an_item_switched_off_ends_at_0_or_says_that_it_should(open_shop: OpenShop, zero_units: str) -> None:
    """ACR-TWO-04, R25: with the monthly value and the way by hand, and the item stays off."""
    journey, firm = _opened(open_shop, decreases_wait=False)
    journey.doubts(zero_units=zero_units)
    _switch_off(journey, firm)

    journey.settle()
    report = journey.go()

    assert journey.quota(firm.tenant, firm.sold.item) == "off"
    if zero_units == "allowed":
        assert journey.units(firm.line) == 0
    else:
        assert journey.units(firm.line) == 10
        [told] = [finding for finding in report.findings if finding.code == "R25"]
        assert "45.00" in told.problem
        assert "by hand" in told.next_act


@pytest.mark.parametrize("fault", ["reset_after", "reset_before", "error_applied", "truncated"])
def test_a_lost_answer_to_the_new_units_changes_them_once(open_shop: OpenShop, fault: str) -> None:
    """Promise 1, for units that came from a quota."""
    journey, firm = _opened(open_shop)
    journey.advance(days=1)
    journey.cycle()
    _set(journey, firm, 15)
    journey.vendors.faults.add(fault, **POST_UNITS, text="An unexpected error occurred.")

    journey.go()
    last = journey.cycles(minutes=100)

    assert sum(one.change for one in journey.ledger()) == 5
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (15, 15)
    assert last.open_intents == ()


def test_with_two_way_sync_off_the_contract_sets_the_quota_back(open_shop: OpenShop) -> None:
    """ACR-TWO-08."""
    journey, firm = open_shop(_prepaid, **LOOSE)
    journey.settle()
    _set(journey, firm, 15)

    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (10, 10)
    assert journey.ledger() == []


# ---- a service that the contract lacks


@pytest.mark.parametrize("new_line_rows", ["zero", "none"])
def test_an_item_switched_on_gets_a_line_that_a_person_let_go(
    open_shop: OpenShop, new_line_rows: str
) -> None:
    """ACR-TWO-04, R61: held whatever the mode; then the quota as its units."""
    journey, firm = _opened(open_shop)
    journey.doubts(new_line_rows=new_line_rows)
    _set(journey, firm, 4, SERVERS)

    report = journey.cycle()
    [step] = [step for step in report.plan.steps if isinstance(step.change, AddLine)]
    assert report.count(StepState.HELD) == 1
    assert "88.00" in step.reason
    assert len(_lines(journey, firm.contract)) == 1
    journey.settle()
    journey.advance(hours=1)
    journey.settle()

    line = journey.lines(firm.contract)["Server backup"]
    assert len(_lines(journey, firm.contract)) == 2
    assert (journey.units(line), journey.quota(firm.tenant, SERVERS)) == (4, 4)
    assert journey.quota(firm.tenant, firm.sold.item) == 10


def test_an_item_switched_on_is_billed_by_its_use(open_shop: OpenShop) -> None:
    """ACR-TWO-04."""
    journey, firm = _opened(open_shop, _payg)
    _set(journey, firm, None, SERVERS)
    journey.vendors.do(lambda: journey.vendors.acronis.set_usage(firm.tenant, "servers", 3, None))

    journey.settle()

    assert journey.units(journey.lines(firm.contract)["Server backup"]) == 3
    assert len(_lines(journey, firm.contract)) == 2


def test_an_item_switched_off_is_not_switched_on_again_by_its_line(open_shop: OpenShop) -> None:
    """ACR-TWO-04."""
    journey, firm = _opened(open_shop, _payg, decreases_wait=False)
    journey.use(firm, 0)
    _switch_off(journey, firm)

    for _ in range(3):
        journey.advance(days=1)
        journey.settle()

    assert journey.quota(firm.tenant, firm.sold.item) == "off"
    assert journey.units(firm.line) == 0


@pytest.mark.parametrize(
    ("fault", "restarts"),
    [
        ("reset_after", False),
        ("reset_after", True),
        ("reset_before", False),
        ("lost_before", False),
        ("error_applied", False),
        ("error_not_applied", True),
        ("truncated", False),
        ("empty", False),
        ("busy", False),
    ],
)
def test_no_line_is_added_twice_after_a_lost_answer(
    open_shop: OpenShop, fault: str, *, restarts: bool
) -> None:
    """Promise 1, design section 7: adopted if it is there, asked for again once the first one is dead."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 4, SERVERS)
    journey.vendors.faults.add(fault, **POST_LINE, text="An unexpected error occurred.")

    journey.go()
    if restarts:
        journey.start()
    for _ in range(9):
        journey.go()
        journey.advance(minutes=10)
    journey.settle()

    assert len(_lines(journey, firm.contract)) == 2
    assert journey.units(journey.lines(firm.contract)["Server backup"]) == 4


def test_a_line_that_is_shown_late_is_not_added_again(open_shop: OpenShop) -> None:
    """D19: what was made may be shown late."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 4, SERVERS)
    journey.doubts(read_lag_seconds=1500)

    for _ in range(6):
        journey.go()
        journey.advance(minutes=10)

    assert len(_lines(journey, firm.contract)) == 2


def test_a_request_for_a_line_that_arrives_late_is_the_only_one(open_shop: OpenShop) -> None:
    """Design section 7: within the delivery bound nothing is asked for again."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 4, SERVERS)
    journey.vendors.faults.add("hold", **POST_LINE, trigger="late")

    journey.go()
    for _ in range(4):
        journey.advance(minutes=10)
        journey.go()
    journey.vendors.faults.release("late")
    journey.settle()
    journey.advance(hours=1)
    journey.settle()

    assert len(_lines(journey, firm.contract)) == 2


def test_a_line_that_somebody_added_meanwhile_is_taken(open_shop: OpenShop) -> None:
    """Design section 7: never a second."""
    journey, firm = _opened(open_shop)
    _set(journey, firm, 4, SERVERS)
    report = journey.cycle()
    service = next(step.change for step in report.plan.steps if isinstance(step.change, AddLine)).line.service
    journey.vendors.do(lambda: journey.vendors.autotask.add_line(firm.contract, service, units=4))

    journey.approve(report)
    journey.settle()

    assert len(_lines(journey, firm.contract)) == 2
    assert journey.units(journey.lines(firm.contract)["Server backup"]) == 4


def test_without_an_active_contract_nothing_is_written_and_the_company_is_named(open_shop: OpenShop) -> None:
    """ACR-TWO-05, ERR-17."""
    journey, firm = _opened(open_shop)
    journey.control("contract", {"contract": firm.contract, "status": 0})
    journey.cycle()
    before = journey.written()
    _set(journey, firm, 4, SERVERS)

    reports = journey.settle()

    [told] = {finding for finding in reports[-1].findings if finding.code == "ERR-17"}
    assert "Fixed Ltd" in told.subject
    assert journey.written() == before


# ---- public clouds


def _clouds(firms: Firms) -> dict[str, Any]:
    """A customer with a storage of ours, and three vendors' services that no contract has yet."""
    furnishing, acronis = firms.furnishing, firms.furnishing.acronis
    prices = {"Microsoft Azure": "0.10", "Amazon S3": "0.20", "S3 compatible": "0.30"}
    services = {name: furnishing.autotask.add_service(name, price) for name, price in prices.items()}
    place = acronis.add_location("Customer's own")
    azure = [acronis.add_infra(place, f"azure {n}", backend_type="microsoft_azure") for n in (1, 2)]
    firm = firms.sale("Meadow Dental", units=10)
    for infra, gib in zip(azure, (11, 7), strict=True):
        acronis.enable_item(firm.tenant, "pw_base_storage", infra)
        acronis.set_usage(firm.tenant, "storage", gib * GB, infra)
    return {"firm": firm, "services": services, "azure": azure}


def _cloud_rows(journey: Journey, services: dict[str, int]) -> list[dict[str, Any]]:
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    clouds = [
        {
            "item": "pw_base_storage",
            "measure": "public cloud",
            "cloud": cloud,
            "service": service,
            "edition": "pck_per_workload",
            "unit_size": GB,
        }
        for cloud, service in services.items()
    ]
    return [*rows, *clouds]


def test_the_storages_of_a_vendor_are_one_line_and_their_sum(open_shop: OpenShop) -> None:
    """ACR-STO-13, -14, -17: over the wire, from no line to 18 GB, to 7 and to 0."""
    journey, cast = open_shop(_clouds, **ON, decreases_wait=False)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    firm, acronis = cast["firm"], journey.vendors.acronis

    journey.settle()
    lines = journey.lines(firm.contract)
    assert set(lines) == {"Workstation backup", "Microsoft Azure"}
    assert journey.units(lines["Microsoft Azure"]) == 18

    for infra, left in zip(cast["azure"], (7, 0), strict=True):
        journey.vendors.do(lambda infra=infra: acronis.set_usage(firm.tenant, "storage", 0, infra))
        journey.vendors.do(
            lambda infra=infra: acronis.enable_item(firm.tenant, "pw_base_storage", infra, status=0)
        )
        journey.advance(days=1)
        journey.settle()
        assert journey.units(lines["Microsoft Azure"]) == left


def _notes(journey: Journey, contract: int) -> list[str]:
    rows = journey.vendors.do(lambda: list(journey.vendors.autotask.database["ContractNotes"].all()))
    return [row["title"] for row in rows if row["contractID"] == contract and "follows" in row["title"]]


def _put_on_by_hand(journey: Journey, cast: dict[str, Any]) -> int:
    """A person puts 5 units of Amazon S3 on the contract; the customer has no storage there."""
    autotask, contract = journey.vendors.autotask, cast["firm"].contract
    service = cast["services"]["Amazon S3"]
    return journey.vendors.do(lambda: autotask.add_line(contract, service, units=5))


def test_a_cloud_put_on_the_contract_by_hand_goes_to_0_with_a_note_on_the_contract(
    open_shop: OpenShop,
) -> None:
    """ACR-STO-16: one note, however often the bridge looks, restarts or is released."""
    journey, cast = open_shop(_clouds, **ON)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    journey.configure(two_way={**ON["two_way"], "writes_notes": True})
    journey.settle()
    line = _put_on_by_hand(journey, cast)

    journey.settle()
    journey.start()
    journey.settle()
    journey.advance(days=1)
    journey.settle()

    assert _notes(journey, cast["firm"].contract) == ["Amazon S3: follows Acronis, not used (5 units)"]
    journey.go_to(date(2026, 4, 1))
    journey.settle()
    assert journey.units(line) == 0
    assert len(_notes(journey, cast["firm"].contract)) == 1


def test_a_note_whose_answer_was_lost_is_not_written_twice(open_shop: OpenShop) -> None:
    """ACR-STO-16, design section 7: looked for before it is made, and again after an unknown outcome."""
    journey, cast = open_shop(_clouds, **ON)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    journey.configure(two_way={**ON["two_way"], "writes_notes": True})
    journey.settle()
    _put_on_by_hand(journey, cast)
    journey.vendors.faults.add("reset_after", **POST_NOTE)

    journey.settle()
    journey.advance(minutes=70)
    journey.settle()

    assert len(_notes(journey, cast["firm"].contract)) == 1


def test_no_note_is_written_where_nobody_asked_for_notes(open_shop: OpenShop) -> None:
    """ACR-STO-16: off by preset; the finding says it, and nothing more is asked of Autotask."""
    journey, cast = open_shop(_clouds, **ON)
    journey.configure(services=_cloud_rows(journey, cast["services"]))
    journey.settle()
    _put_on_by_hand(journey, cast)

    reports = journey.settle()

    assert "ACR-STO-16" in codes(reports[-1].findings)
    assert _notes(journey, cast["firm"].contract) == []
