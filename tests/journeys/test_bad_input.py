"""Bad input: a clear word with its id, nothing written wrongly, other customers unaffected (must-show 5)."""

import pytest

from psabridge.kit.errors import BridgeError
from psabridge_emulators.frame.calls import Exchange
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes, unit_steps
from tests.journeys.test_lost_answers import LOOSE
from tests.journeys.used_more import running, untouched

# ---- answers that cannot be trusted

READS = {
    "companies": ("autotask", "POST", "/Companies/query"),
    "contracts": ("autotask", "POST", "/Contracts/query"),
    "lines": ("autotask", "POST", "/ContractServices/query"),
    "units": ("autotask", "POST", "/ContractServiceUnits/query"),
    "services": ("autotask", "POST", "/Services/query"),
    "field": ("autotask", "POST", "/UserDefinedFieldDefinitions/query"),
    "options": ("autotask", "GET", "/Contracts/entityInformation/userDefinedFields"),
    "threshold": ("autotask", "GET", "/ThresholdInformation"),
    "tenants": ("acronis", "GET", "/api/2/tenants$"),
    "items": ("acronis", "GET", "offering_items"),
    "usages": ("acronis", "GET", "usages"),
    "client": ("acronis", "GET", "/clients/"),
    "token": ("acronis", "POST", "/idp/token"),
}


def _asked(journey: Journey, where: tuple[str, str | None, str]) -> bool:
    vendor, _, path = where
    last: list[Exchange] = journey.vendors.last_calls(1000)
    return any(one.vendor == vendor and path.strip("$/") in one.request.path for one in last)


NOT_A_LIST = {"options", "threshold", "client", "token"}


@pytest.mark.parametrize("what", READS)
def test_a_read_that_stays_garbled_or_empty_writes_nothing(open_shop: OpenShop, what: str) -> None:
    """Promise 3: an answer that cannot be trusted is no answer; never a zero, never an empty list.

    Half a body with rubbish, no body, a page of HTML; and of lists one without the rows that were there.
    """
    journey, firm, other = running(open_shop)
    vendor, method, path = READS[what]
    assert _asked(journey, READS[what]), "the product reads this at all"
    before = journey.quota(firm.tenant, firm.sold.item)
    for kind in ("garbled", "empty", "html", *(() if what in NOT_A_LIST else ("drop_rows",))):
        journey.start()
        journey.vendors.faults.add(
            kind,
            vendor=vendor,
            method=method,
            path=path,
            times=None,
            size=1000 if kind == "drop_rows" else 20,
        )

        assert _said(journey), kind
        assert untouched(journey, firm, other), kind
        assert journey.quota(firm.tenant, firm.sold.item) == before
        journey.vendors.faults.clear()

    journey.cycle()
    assert (journey.units(firm.line), journey.units(other.line)) == (15, 22)


def _said(journey: Journey) -> str:
    """The error that stopped the cycle, or the findings that explain why nothing was written."""
    try:
        return " ".join(sorted(codes(journey.cycle().findings)))
    except BridgeError as error:
        return error.next_act


# ---- contracts


def test_a_contract_of_another_type_is_left_alone(open_shop: OpenShop) -> None:
    """ACR-PRV-13: ignored without an error."""

    def hourly(firms: Firms) -> tuple[Sale, Sale]:
        return (
            firms.sale("Hourly Ltd", units=3, used=9, contractType=1),
            firms.sale("Other & Sons", units=20, used=21),
        )

    journey, (hourly_firm, other) = open_shop(hourly, **LOOSE)

    journey.settle()

    assert journey.landed(hourly_firm.line) == []
    assert journey.units(other.line) == 21


def test_a_service_twice_on_one_contract_is_written_on_neither_line(open_shop: OpenShop) -> None:
    """P7: two lines of one service cannot be told apart by what is used."""

    def doubled(firms: Firms) -> tuple[Sale, Sale, Sale]:
        firm = firms.sale("Double Ltd", units=3, used=9)
        twin = firms.second_line(firm, firms.workstations, units=2, used=9)
        return firm, twin, firms.sale("Other & Sons", units=20, used=21)

    journey, (firm, twin, other) = open_shop(doubled, **LOOSE)

    reports = journey.settle()

    about = {f.code for f in reports[-1].findings if f.company == firm.customer.company_id}
    assert about
    assert (journey.landed(firm.line), journey.landed(twin.line)) == ([], [])
    assert journey.units(other.line) == 21


def test_one_service_on_a_payg_and_a_prepaid_contract_is_left_alone_on_both(open_shop: OpenShop) -> None:
    """ERR-15, R24: neither usage is written nor a quota set for it."""

    def both(firms: Firms) -> tuple[Sale, Sale, Sale]:
        firm = firms.sale("Both Ltd", units=3, used=9)
        fixed = firms.sale(firm.customer, units=5, used=9, payg="No")
        firms.furnishing.switch_on(firm.customer, firm.sold, 7)
        return firm, fixed, firms.sale("Other & Sons", units=20, used=21)

    journey, (firm, fixed, other) = open_shop(both, **LOOSE)

    reports = journey.settle()

    assert "ERR-15" in codes(reports[-1].findings)
    assert (journey.landed(firm.line), journey.landed(fixed.line)) == ([], [])
    assert journey.quota(firm.tenant, firm.sold.item) == 7
    assert journey.units(other.line) == 21


def test_two_payg_contracts_with_one_service_are_written_on_neither(open_shop: OpenShop) -> None:
    """ERR-16: guessing would hide a double charge."""

    def two(firms: Firms) -> tuple[Sale, Sale, Sale]:
        firm = firms.sale("Twice Ltd", units=3, used=9)
        again = firms.sale(firm.customer, units=4, used=9)
        return firm, again, firms.sale("Other & Sons", units=20, used=21)

    journey, (firm, again, other) = open_shop(two, **LOOSE)

    reports = journey.settle()

    [finding] = [f for f in reports[-1].findings if f.code == "ERR-16"]
    assert "workstations contract" in str(finding)
    assert (journey.landed(firm.line), journey.landed(again.line)) == ([], [])
    assert journey.units(other.line) == 21


@pytest.mark.parametrize("whole", [True, False], ids=["the whole tenant", "one reading"])
def test_incomplete_usage_writes_nothing_for_its_customer(open_shop: OpenShop, *, whole: bool) -> None:
    """ERR-22, ACR-PAY-11: unknown is not zero."""
    journey, firm, other = running(open_shop)
    about = {"whole_tenant": True} if whole else {"usage_name": firm.sold.usage_name}
    journey.control("usage/withhold", {"tenant": firm.tenant, **about}, vendor="acronis")

    report = journey.cycle()

    assert "ERR-22" in {f.code for f in report.findings if f.company == firm.customer.company_id}
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


def test_usage_for_a_service_that_is_only_in_a_bundle_is_not_written(open_shop: OpenShop) -> None:
    """ERR-09: Autotask changes a bundle's units only as a whole."""

    def bundled(firms: Firms) -> tuple[Sale, int, Sale]:
        firm = firms.sale("Bundle Ltd", units=3, used=3, sold=firms.servers)
        autotask = firms.furnishing.autotask
        bundle = autotask.add_bundle("Care bundle", [firms.workstations.service_id], "9.00")
        line = autotask.add_bundle_line(firm.contract, bundle, units=4)
        firms.furnishing.use(firm.customer, firms.workstations, 9)
        firms.furnishing.switch_on(firm.customer, firms.workstations)
        return firm, line, firms.sale("Other & Sons", units=20, used=21)

    journey, (firm, bundle_line, other) = open_shop(bundled, **LOOSE)

    reports = journey.settle()

    assert "ERR-09" in {f.code for f in reports[-1].findings if f.company == firm.customer.company_id}
    assert journey.landed(bundle_line) == []
    assert journey.units(other.line) == 21


def test_a_line_that_autotask_does_not_take_to_zero_is_marked_and_not_asked_again(
    open_shop: OpenShop,
) -> None:
    """R25, D3: "should be 0", with what it costs and the way by hand."""
    journey, firm, other = running(open_shop, decreases_wait=False)
    journey.doubts(zero_units="refused")
    journey.use(firm, 0)
    first = journey.go()
    journey.advance(days=1)

    report = journey.go()

    assert "rejected" in {one.state for one in first.outcomes}
    [finding] = [f for f in report.findings if f.code == "R25"]
    assert "should be 0" in finding.problem
    assert "54.00" in finding.problem
    assert firm.line not in unit_steps(report.plan)
    assert journey.units(firm.line) == 12
    assert journey.units(other.line) == 22


def test_a_deleted_line_is_left_alone_and_not_created_again(open_shop: OpenShop) -> None:
    """P6: a body with contract and service would make a new billed line."""
    journey, firm, other = running(open_shop)
    prepared = journey.plan()
    journey.control("contract", {"remove_line": firm.line})

    journey.apply(prepared.plan_id, prepared.plan)
    journey.advance(days=1)
    journey.go()

    assert journey.lines(firm.contract) == {}
    assert journey.units(other.line) == 22
