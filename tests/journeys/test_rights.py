"""Rights in Autotask, asked one by one before anything is written (ROL-05)."""

from collections.abc import Mapping

import pytest

from psabridge.connectors.autotask.rights import (
    CREATING_SERVICES,
    CREATING_THE_FIELD,
    NEEDS,
    Act,
)
from psabridge.wiring.checks import Check, examine
from psabridge_emulators.frame.calls import Exchange
from tests.journeys.conftest import Begin, OpenShop
from tests.journeys.firms import Firms, Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE


def _wrong(journey: Journey) -> Mapping[str, Check]:
    return {check.subject: check for check in examine(journey.bridge) if not check.is_right}


def test_a_user_with_every_right_is_told_so_right_by_right(open_shop: OpenShop) -> None:
    """ROL-05: reading six kinds of record, and writing units."""
    journey, _ = open_shop(two_firms, **LOOSE)
    told = {
        check.subject.partition(": ")[2] for check in examine(journey.bridge) if "right to" in check.subject
    }

    assert {"right to read Contracts", "right to create ContractServiceAdjustments"} <= told
    assert _wrong(journey) == {}


@pytest.mark.parametrize(
    ("user", "missing"),
    [
        ({"may_not_create": ["ContractServiceAdjustments"]}, "create ContractServiceAdjustments"),
        ({"sees_contracts": False}, "read Contracts"),
        ({"line_of_business": 1}, "read ContractServices"),
    ],
)
def test_the_right_that_is_missing_is_named(
    open_shop: OpenShop, user: Mapping[str, object], missing: str
) -> None:
    """ROL-05: with what it is needed for and where it is given."""
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.control("user", user)

    check = _wrong(journey)[f"acronis-autotask: right to {missing}"]

    assert check.code == "ROL-05"
    assert "needed to" in check.text
    assert "security level" in check.next_act


def test_the_right_to_create_services_is_asked_only_where_the_mapping_creates_one(
    open_shop: OpenShop,
) -> None:
    """ROL-05, ACR-CON-10: services prepared in Autotask need no rights of an administrator."""
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.control("user", {"may_not_create": ["Services"]})
    assert _wrong(journey) == {}

    new = {"name": "Mobile backup", "billing_code": 1, "period_type": 1}
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    journey.configure(services=[*rows, {"item": "pw_base_mobile", "service": new}])

    assert "acronis-autotask: right to create Services" in _wrong(journey)


def test_the_right_to_add_lines_is_asked_only_where_sync_is_two_way(open_shop: OpenShop) -> None:
    """ROL-05, ACR-TWO-04."""
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.control("user", {"may_not_create": ["ContractServices"]})
    assert _wrong(journey) == {}

    code = journey.vendors.do(lambda: journey.vendors.autotask.add_billing_code("Recurring too"))
    journey.configure(two_way={"is_on": True, "billing_code": code, "period_type": 1})

    assert set(_wrong(journey)) == {"acronis-autotask: right to create ContractServices"}


def test_the_right_to_leave_notes_is_asked_only_where_notes_are_left(open_shop: OpenShop) -> None:
    """ROL-05, ACR-STO-16."""
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.control("user", {"may_not_create": ["ContractNotes"]})
    code = journey.vendors.do(lambda: journey.vendors.autotask.add_billing_code("Recurring too"))
    two_way = {"is_on": True, "billing_code": code, "period_type": 1}
    journey.configure(two_way=two_way)
    assert _wrong(journey) == {}

    journey.configure(two_way={**two_way, "writes_notes": True})

    assert set(_wrong(journey)) == {"acronis-autotask: right to create ContractNotes"}


def test_contracts_that_no_company_has_point_to_a_line_of_business(open_shop: OpenShop) -> None:
    """ACR-CON-04, ERR-07: Autotask gives no error, the contracts are simply missing."""

    def tied(firms: Firms) -> Sale:
        return firms.sale("Meadow Dental", units=10, organizationalLevelAssociationID=7)

    journey, _ = open_shop(tied, **LOOSE)
    journey.control("user", {"line_of_business": 3})

    checks = _wrong(journey)

    assert checks["acronis-autotask: contracts"].code == "ERR-07"
    assert "line of business" in checks["acronis-autotask: contracts"].next_act
    assert "Meadow Dental" in checks["acronis-autotask: contracts"].text


def test_nothing_is_asked_of_autotask_that_no_check_speaks_of(begin: Begin) -> None:
    """ROL-05: whoever passes every check is not stopped by a right later on."""
    journey = begin("msp-25")
    journey.settle()
    told = {(need.act, need.entity.lower()) for need in (*NEEDS, CREATING_SERVICES, CREATING_THE_FIELD)}

    used = {one for one in map(_used, journey.vendors.last_calls(5000)) if one is not None}

    assert (Act.READ, "contracts") in used
    assert (Act.CREATE, "contractserviceadjustments") in used
    assert used - told == set()


def _used(call: Exchange) -> tuple[Act, str] | None:
    """What a request needs of an entity; the marker and the threshold are no entity's."""
    parts = call.request.path.lower().strip("/").split("/")
    if call.vendor != "autotask" or call.request.method != "POST" or "v1.0" not in parts:
        return None
    entity = parts[parts.index("v1.0") + 1]
    return (Act.READ if parts[-1] == "query" else Act.CREATE, entity)


def test_an_allocation_code_that_cannot_be_used_is_named(open_shop: OpenShop) -> None:
    """R45: before a service is to be made with it."""
    journey, _ = open_shop(two_firms, **LOOSE)
    code = journey.vendors.do(lambda: journey.vendors.autotask.add_billing_code("Old", active=False))
    new = {"name": "Mobile backup", "billing_code": code, "period_type": 1}
    rows = journey.document["pairings"]["acronis-autotask"]["services"]

    journey.configure(services=[*rows, {"item": "pw_base_mobile", "service": new}])

    check = _wrong(journey)[f"acronis-autotask: allocation code {code}"]
    assert check.code == "R45"
    assert "billing_code" in check.next_act


def test_a_sandbox_is_named_by_the_doctor(open_shop: OpenShop) -> None:
    """R46: welcome."""
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.control("zone", {"name": "Sandbox East"})
    told = {check.subject: check for check in examine(journey.bridge)}

    assert told["acronis-autotask: Autotask server"].is_right
    assert "a sandbox" in told["acronis-autotask: Autotask server"].text
