"""Refused keys, other zones, hidden rows and a harmed PAYG field: a clear word with its id (must-show 5)."""

from collections.abc import Mapping
from typing import Any

import pytest

from psabridge.kit.errors import AccessDenied, BridgeError
from psabridge.wiring.bridge import OtherDatabase
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale, two_firms
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE
from tests.journeys.used_more import running, untouched

# ---- connections


@pytest.mark.parametrize("state", ["wrong_secret", "locked", "inactive", "ordinary"])
def test_a_refused_sign_in_lists_its_causes_and_writes_nothing(open_shop: OpenShop, state: str) -> None:
    """R42: one message with the causes in order of likelihood; the message is tested, not a diagnosis."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"state": state})

    with pytest.raises(AccessDenied) as refused:
        journey.cycle()

    told = str(refused.value).lower()
    places = [told.index(word) for word in ("secret", "ordinary", "identifier", "locked")]
    assert places == sorted(places)
    assert "emulated-secret" not in told
    assert untouched(journey, firm, other)

    journey.control("user", {"state": "ok"})
    journey.cycle()
    assert journey.units(firm.line) == 15


def test_a_wrong_acronis_secret_is_told_as_such_and_writes_nothing(open_shop: OpenShop) -> None:
    journey, firm, other = running(open_shop)
    journey.connection("acronis", secret="not-the-secret")
    journey.start()

    with pytest.raises(AccessDenied) as refused:
        journey.cycle()

    assert "not-the-secret" not in str(refused.value)
    assert "Acronis" in str(refused.value)
    assert untouched(journey, firm, other)


def test_a_user_that_autotask_does_not_know_is_told_before_anything_is_read(open_shop: OpenShop) -> None:
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.connection("autotask", identity="nobody@msp.example")

    with pytest.raises(BridgeError) as refused:
        journey.cycle()

    assert "nobody@msp.example" in str(refused.value)
    assert journey.ledger() == []


def test_another_database_behind_the_address_stops_everything(open_shop: OpenShop) -> None:
    """R43, ERR-04: mappings of one database mean nothing in another."""
    journey, firm, other = running(open_shop)
    journey.control("zone", {"prefix": "/zone5", "ci": 999})
    journey.start()
    _zone_forgotten(journey)

    with pytest.raises(OtherDatabase) as refused:
        journey.cycle()

    assert refused.value.code == "ERR-04"
    assert untouched(journey, firm, other)


def _zone_forgotten(journey: Journey) -> None:
    """The address in the settings is entered anew, so the zone is looked up again."""
    address = journey.document["connections"]["autotask"]["address"]
    journey.connection("autotask", address=f"{address}/")


def test_the_same_database_in_another_zone_carries_on(open_shop: OpenShop) -> None:
    """R43: same database id, nothing lost."""
    journey, firm, other = running(open_shop)
    journey.control("zone", {"prefix": "/zone5"})
    with pytest.raises(BridgeError):
        journey.cycle()
    assert untouched(journey, firm, other)

    _zone_forgotten(journey)
    journey.start()
    journey.cycle()

    assert (journey.units(firm.line), journey.units(other.line)) == (15, 22)


# ---- what the API user may not see


def test_a_contract_that_vanished_lowers_nothing(open_shop: OpenShop) -> None:
    """R20, ERR-07: contracts cannot be deleted, so one that is gone is unreadable and not ended."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"hidden_contracts": [firm.contract]})

    report = journey.cycle()

    assert "ERR-07" in {f.code for f in report.findings if f.company == firm.customer.company_id}
    assert untouched(journey, firm)
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    assert journey.units(other.line) == 22


@pytest.mark.parametrize("zeroing", [False, True])
def test_a_vanished_prepaid_contract_leaves_the_quota_as_it_is(open_shop: OpenShop, *, zeroing: bool) -> None:
    """R20 before R5: nothing goes to 0 for what cannot be read."""

    def prepaid_too(firms: Firms) -> tuple[Sale, Sale]:
        return firms.sale("Fixed Ltd", units=8, payg="No"), firms.sale("Other & Sons", units=20, used=21)

    journey, (fixed, _) = open_shop(prepaid_too, **LOOSE, set_quotas_to_zero=zeroing)
    journey.settle()
    journey.control("user", {"hidden_contracts": [fixed.contract]})

    report = journey.go()

    assert "ERR-07" in codes(report.findings)
    assert journey.quota(fixed.tenant, fixed.sold.item) == 8


def test_a_user_that_sees_no_contracts_at_all_changes_nothing(open_shop: OpenShop) -> None:
    """Missing rows instead of errors: everything vanishes at once."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"sees_contracts": False})

    report = journey.go()

    assert "ERR-07" in codes(report.findings)
    assert report.plan.steps == ()
    assert untouched(journey, firm, other)


def test_a_company_out_of_sight_is_held_and_said(open_shop: OpenShop) -> None:
    """R38: the others go on."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"hidden_companies": [firm.customer.company_id]})

    report = journey.cycle()

    assert {f.code for f in report.findings if f.company == firm.customer.company_id} & {"R38", "ERR-07"}
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


# ---- the PAYG field (R22)


def _definition(journey: Journey) -> int:
    found: int | None = journey.vendors.do(journey.vendors.autotask.payg_definition)
    assert found is not None
    return found


def _options(journey: Journey) -> list[Mapping[str, Any]]:
    rows = journey.vendors.do(
        lambda: list(journey.vendors.autotask.database["UserDefinedFieldListItems"].all())
    )
    return [row for row in rows if row["udfFieldId"] == _definition(journey)]


FIELD = "UserDefinedFieldDefinitions"


@pytest.mark.parametrize(
    "harm",
    [
        {"delete": True},
        {"values": {"isActive": False}},
        {"values": {"dataType": 1}},
    ],
    ids=["missing", "inactive", "retyped"],
)
def test_a_field_that_is_not_sound_makes_every_contract_unknown(
    open_shop: OpenShop, harm: dict[str, object]
) -> None:
    """ERR-14: nothing is written to any contract, no quota follows, and no second field is made."""
    journey, firm, other = running(open_shop)
    journey.control("edit", {"entity": FIELD, "id": _definition(journey), **harm})

    report = journey.go()

    assert "ERR-14" in codes(report.findings)
    assert report.plan.steps == ()
    assert untouched(journey, firm, other)


def test_a_renamed_field_is_still_known_by_its_id(open_shop: OpenShop) -> None:
    """R22, R45: labels are used once, to find."""
    journey, firm, other = running(open_shop)
    journey.control("edit", {"entity": FIELD, "id": _definition(journey), "values": {"name": "Old PAYG"}})

    report = journey.cycle()

    wrong = "ERR-14" in codes(report.findings) and untouched(journey, firm, other)
    right = (journey.units(firm.line), journey.units(other.line)) == (15, 22)
    assert wrong or right
    assert right, report.findings


def test_options_that_are_neither_yes_nor_no_make_every_contract_unknown(open_shop: OpenShop) -> None:
    journey, firm, other = running(open_shop)
    option = _options(journey)[0]
    changed = {"valueForDisplay": "Perhaps", "valueForExport": "Perhaps"}
    journey.control("edit", {"entity": "UserDefinedFieldListItems", "id": option["id"], "values": changed})

    report = journey.go()

    assert "ERR-14" in codes(report.findings)
    assert untouched(journey, firm, other)


def test_a_field_nobody_ever_made_is_made_by_the_bridge_and_contracts_wait_for_it(
    open_shop: OpenShop,
) -> None:
    """ACR-PAY-02: with exactly Yes and No; made once, also after a new start."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    definition = _definition(journey)
    journey.control("edit", {"entity": FIELD, "id": definition, "delete": True})

    journey.settle()
    journey.start()
    journey.settle()

    fields = journey.vendors.do(lambda: list(journey.vendors.autotask.database[FIELD].all()))
    assert [row["name"] for row in fields] == ["Acronis PAYG"]
    assert sorted(option["valueForDisplay"] for option in _options(journey)) == ["No", "Yes"]
    assert journey.landed(firm.line) == []
