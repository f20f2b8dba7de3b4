"""Values no sound vendor sends, and sound ones that look odd. Nothing is bent, nothing escapes raw."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from psabridge.clients.autotask.metadata import Picklists, PicklistValue
from psabridge.clients.autotask.records import (
    Company,
    Contract,
    UserDefinedField,
)
from psabridge.clients.autotask.writes import NewContractNote, PatchService
from psabridge.kit.errors import Unreadable
from tests.clients.autotask.fakes import client_for, page, unit_row


def contract_row(**members: object) -> dict[str, object]:
    row: dict[str, object] = {"id": 9, "companyID": 2, "contractName": "Backup", "contractType": 7}
    return row | {"startDate": "2026-03-01", "endDate": "2027-02-28T00:00:00Z", "status": 1} | members


def read_contract(**members: object) -> Contract:
    client, _ = client_for(page(contract_row(**members)))
    return client.query(Contract)[0]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026-03-01T00:00:00",
        "2026-03-01T00:00:00Z",
        "2026-03-01T00:00:00.000Z",
        "2026-03-01T00:00:00+02:00",
        "2026-03-01T05:00:00.000Z",  # midnight in Chicago
        "2026-03-01T11:59:59Z",
        "2026-03-01T23:59:59",  # the day's end
    ],
)
def test_a_day_is_its_first_ten_characters(text: str) -> None:
    """A11."""
    assert read_contract(startDate=text).start_date == date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-28T23:00:00Z",  # midnight of 1 March in Berlin, or the 28th?
        "2026-02-28T13:00:00Z",  # midnight of 1 March in Sydney, or the 28th?
        "2026-02-28T12:00:00",
    ],
)
def test_a_day_that_could_be_the_next_one_elsewhere_is_refused_and_named(text: str) -> None:
    """A11: units booked on the wrong day land in the wrong period, so it is not guessed."""
    with pytest.raises(Unreadable, match=r"Contracts 9.*startDate \(day_in_doubt\)"):
        read_contract(startDate=text)


@pytest.mark.parametrize(
    "text", ["", "2026-03-01garbage", "2026-13-01", "01.03.2026", "2026-03", 20260301, None]
)
def test_what_is_no_day_is_refused(text: object) -> None:
    with pytest.raises(Unreadable, match="startDate"):
        read_contract(startDate=text)


def test_a_contract_without_an_end_is_refused_by_name_and_gets_no_end_of_ours() -> None:
    with pytest.raises(Unreadable, match=r"Contracts 9.*endDate"):
        read_contract(endDate=None)


@pytest.mark.parametrize("given", [None, "", [], "absent"])
def test_no_user_defined_fields_is_said_in_four_ways(given: object) -> None:
    """A20."""
    members = {} if given == "absent" else {"userDefinedFields": given}
    assert read_contract(**members).user_defined_fields == ()


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ("Yes", "Yes"),
        ("", ""),
        (None, None),
        (0, "0"),
        (Decimal("1.5"), "1.5"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_a_field_of_somebody_else_costs_no_contract_whatever_its_value(
    wire: object, value: str | None
) -> None:
    contract = read_contract(userDefinedFields=[{"name": "Their field", "value": wire}])
    assert contract.user_defined_fields == (UserDefinedField(name="Their field", value=value),)


@pytest.mark.parametrize("units", ["5", Decimal("5.0"), True, None, [5]])
def test_units_of_another_type_are_kept_apart_and_never_bent(units: object) -> None:
    client, _ = client_for(page(unit_row(1) | {"units": units}, unit_row(2)))
    found = client.read_units([10])
    assert [row.id for row in found.rows] == [2]
    [spoilt] = found.spoilt
    assert (spoilt.id, spoilt.line_id) == (1, 10)
    assert "units (int_type)" in spoilt.why


def test_units_below_zero_are_read_as_they_are() -> None:
    """An overlay may hold a change instead of a total (A30)."""
    client, _ = client_for(page(unit_row(1, units=-3)))
    assert [row.units for row in client.read_units([10]).rows] == [-3]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "", "soon"])
def test_a_moment_outside_all_calendars_is_refused_like_any_other_misfit(moment: str) -> None:
    client, _ = client_for(page({"id": 1, "companyName": "Acme", "lastTrackedModifiedDateTime": moment}))
    with pytest.raises(Unreadable, match="lastTrackedModifiedDateTime"):
        client.query(Company)


def test_the_vendor_s_first_and_last_moment_are_moments() -> None:
    row = unit_row(1) | {"approveAndPostDate": "9999-12-31T23:59:59.9999999Z"}
    client, _ = client_for(page(row))
    found = client.read_units([10]).rows
    assert found[0].approve_and_post_date == datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize("value", ["²", "--2", "", "2.0", "two"])
def test_a_picklist_value_that_is_no_number_is_no_number(value: str) -> None:
    one = PicklistValue(value=value, label="Monthly")
    lists = Picklists("Services", datetime(2026, 3, 1, tzinfo=UTC), {"periodType": (one,)})
    assert lists.value("periodType", "Monthly") is None


def test_a_misspelt_member_of_a_write_is_refused_here_because_the_vendor_would_ignore_it() -> None:
    """A9."""
    with pytest.raises(ValidationError, match="extra_forbidden"):
        PatchService.model_validate({"id": 1, "unit_prise": 5})
    with pytest.raises(ValidationError, match="extra_forbidden"):
        NewContractNote.model_validate({"contract_id": 1, "title": "x", "description": "y", "text": "z"})
