"""A write is sent once; what its answer proves, and what it leaves open (protocol 2.2, 2.3)."""

from datetime import date
from decimal import Decimal

import pytest

from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.records import UserDefinedField
from psabridge.clients.autotask.writes import (
    NewContractNote,
    NewContractService,
    NewService,
    NewUserDefinedFieldListItem,
    PatchContract,
    PatchContractService,
    PatchService,
)
from psabridge.clients.transport import HttpResponse
from psabridge.kit.errors import (
    AccessDenied,
    BridgeError,
    Busy,
    BusyKind,
    NotSent,
    OutcomeUnknown,
    RefusalKind,
    Refused,
)
from tests.clients.autotask.fakes import ROOT, FakeAutotask, client_for, refused
from tests.clients.transport.fakes import replied

MARCH_10 = date(2026, 3, 10)
DONE = replied({"itemId": 123})


def adjust(client: AutotaskClient) -> int:
    return client.adjust_units(line_id=10, effective_date=MARCH_10, unit_change=5)


def a_service() -> NewService:
    return NewService(name="Backup 1 GB", billing_code_id=8, period_type=2, unit_price=Decimal("0.10"))


def outcome_of_adjustment(answer: HttpResponse | Exception) -> tuple[BridgeError, FakeAutotask]:
    client, autotask = client_for(answer)
    with pytest.raises(BridgeError) as caught:
        adjust(client)
    return caught.value, autotask


def test_a_unit_change_carries_line_day_and_change_and_nothing_else() -> None:
    """Protocol 2.2, rule 3: a service id could create a line, a price would change one."""
    client, autotask = client_for(DONE)
    assert adjust(client) == 123
    assert autotask.sent[0].url == f"{ROOT}ContractServiceAdjustments"
    assert autotask.sent[0].body == (
        b'{"contractServiceID":10,"effectiveDate":"2026-03-10","unitChange":5,"allowRepeatService":false}'
    )


def test_p6_the_contract_is_named_only_where_it_is_needed() -> None:
    client, autotask = client_for(DONE)
    client.adjust_units(line_id=10, effective_date=MARCH_10, unit_change=5, contract_id=4)
    assert (autotask.sent[0].body or b"").endswith(b'"allowRepeatService":false,"contractID":4}')


def test_a_bundles_unit_change_names_the_bundle_line() -> None:
    client, autotask = client_for(DONE)
    client.adjust_bundle_units(line_id=10, effective_date=MARCH_10, unit_change=-2)
    assert autotask.sent[0].url == f"{ROOT}ContractServiceBundleAdjustments"
    assert autotask.bodies() == [
        {
            "contractServiceBundleID": 10,
            "effectiveDate": "2026-03-10",
            "unitChange": -2,
            "allowRepeatServiceBundle": False,
        }
    ]


def test_a_write_travels_on_a_connection_of_its_own_and_a_read_does_not() -> None:
    client, autotask = client_for(DONE)
    adjust(client)
    client.create(a_service())
    client.patch(PatchService(id=1, is_active=False))
    assert all(request.fresh for request in autotask.sent)
    assert not any(request.fresh for request in autotask.asides)


@pytest.mark.parametrize(
    "trouble",
    [
        OutcomeUnknown("POST x", "the answer was lost", "Read back"),
        NotSent("POST x", "refused", "Check"),
        replied({}, 429),
        replied(b"", 503),
        replied({}, 401),
        refused("strange", status=500),
    ],
)
def test_no_trouble_makes_a_write_leave_twice(trouble: HttpResponse | Exception) -> None:
    _, autotask = outcome_of_adjustment(trouble)
    assert len(autotask.sent) == 1


@pytest.mark.parametrize(
    "answer",
    [
        replied(b""),
        replied(b'{"itemId":1'),
        replied(b"<html>ok</html>"),
        replied({}),
        replied({"itemId": None}),
        replied({"itemId": 0}),
        replied({"itemId": "123"}),
        replied({"itemId": True}),
        replied({"item": None}),
        replied({"errors": []}),
        replied([]),
        replied({}, 201),
        replied({}, 302, location="/login"),
        replied({}, 307, location="/x"),
        replied(b"<html>", 500),
        replied(b"", 500),
        replied({"errors": []}, 500),
        replied({"errors": "text"}, 500),
        replied({"errors": ["fine", 3]}, 500),
        replied({"Message": "An error has occurred."}, 500),
        replied({}, 502),
        refused("Attempt to insert duplicate data into contract_service_period", status=504),
        replied(b"", 503),
        replied({}, 408),
        refused("The request was not finished in time", status=408),
        refused("The time threshold of this request was exceeded", status=504),
        replied(b"", 409),
        OutcomeUnknown("POST x", "the answer was lost", "Read back"),
    ],
)
def test_a_unit_change_whose_answer_proves_nothing_is_in_doubt(answer: HttpResponse | Exception) -> None:
    error, _ = outcome_of_adjustment(answer)
    assert type(error) is OutcomeUnknown


@pytest.mark.parametrize(
    "text",
    [
        "The contract could not be updated outside of office hours",
        "Could not validate: the value must be between 1 and 5",
        "The opportunity cannot be negative",
        "Community edition: less than 0 licences left",
    ],
)
def test_a_known_word_inside_another_word_proves_nothing(text: str) -> None:
    """A18: "update" names no date, "opportunity" no unit."""
    error, _ = outcome_of_adjustment(refused(text, "Error updating entity for record number [1]."))
    assert type(error) is OutcomeUnknown


def test_an_unknown_500_leaves_a_unit_change_in_doubt_with_the_vendors_words() -> None:
    """Protocol 2.3: only a known text is a verdict."""
    error, _ = outcome_of_adjustment(refused("Deadlocked on lock resources", "Record number [1]."))
    assert type(error) is OutcomeUnknown
    assert error.vendor_text == "Deadlocked on lock resources | Record number [1]."


def test_an_unknown_500_refuses_an_ordinary_record_with_the_vendors_words_unshortened() -> None:
    """ERR-21; an ordinary record can be looked up afterwards."""
    long_text = "Something about the service " * 40
    client, _ = client_for(refused(long_text))
    with pytest.raises(Refused) as caught:
        client.create(a_service())
    assert (caught.value.kind, caught.value.code) == (RefusalKind.OTHER, "ERR-21")
    assert long_text in str(caught.value)
    assert caught.value.vendor_text == long_text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Attempt to insert duplicate data into contract_service_period", RefusalKind.DUPLICATE),
        ("Attempt to insert DUPLICATE data into contract_service_bundle_period.", RefusalKind.DUPLICATE),
        (
            "Unable to make changes as it would result in the deletion of an approved and posted period",
            RefusalKind.POSTED,
        ),
        ("The effectiveDate is outside the contract's start and end date.", RefusalKind.OUTSIDE_WINDOW),
        ("Effective date must be between contract start date and end date", RefusalKind.OUTSIDE_WINDOW),
        ("The logged in Resource does not have the adequate permissions to create this", RefusalKind.RIGHTS),
        ("Units cannot be negative.", RefusalKind.BELOW_ZERO),
        ("The number of units must be greater than 0", RefusalKind.BELOW_ZERO),
        (
            "Reference value on field: contractServiceID of type: X does not exist or is invalid",
            RefusalKind.MISSING,
        ),
        ("Data violation: contractServiceID", RefusalKind.OTHER),
    ],
)
def test_known_words_refuse_a_unit_change(text: str, kind: RefusalKind) -> None:
    error, _ = outcome_of_adjustment(refused(text, "Error updating entity for record number [1]."))
    assert isinstance(error, Refused)
    assert error.kind is kind
    assert text in (error.vendor_text or "")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (replied(b"", 403), RefusalKind.RIGHTS),
        (replied(b"<html>", 404), RefusalKind.MISSING),
        (
            replied({"Message": "The requested resource does not support http method 'POST'."}, 405),
            RefusalKind.OTHER,
        ),
        (refused("A reason nobody has met", status=400), RefusalKind.OTHER),
    ],
)
def test_a_status_that_turns_away_refuses_a_unit_change(answer: HttpResponse, kind: RefusalKind) -> None:
    error, _ = outcome_of_adjustment(answer)
    assert isinstance(error, Refused)
    assert error.kind is kind


def test_a_busy_vendor_has_written_nothing() -> None:
    error, _ = outcome_of_adjustment(replied({}, 429))
    assert isinstance(error, Busy)
    assert error.kind is BusyKind.HOURLY_LIMIT
    error, _ = outcome_of_adjustment(refused("... Itgenatr005 ...", status=500))
    assert isinstance(error, Busy)
    assert error.kind is BusyKind.THREADS


def test_a_refused_sign_in_of_a_write_looks_for_no_other_zone() -> None:
    """R43: re-discovery is for reads and first set-up."""
    error, autotask = outcome_of_adjustment(replied({}, 401))
    assert isinstance(error, AccessDenied)
    assert autotask.asides == []


def test_nothing_else_is_asked_between_the_last_look_and_the_change() -> None:
    """Protocol P15: not even how much of the hour is used."""
    client, autotask = client_for(DONE)
    adjust(client)
    assert autotask.asides == []


def test_a_new_line_is_made_below_its_contract_without_units_and_without_nulls() -> None:
    client, autotask = client_for(DONE)
    client.create(NewContractService(contract_id=5, service_id=3, adjusted_price=Decimal("0.12")))
    assert autotask.sent[0].url == f"{ROOT}Contracts/5/Services"
    assert autotask.sent[0].body == b'{"contractID":5,"serviceID":3,"adjustedPrice":0.12}'


def test_a_list_item_is_made_below_its_field() -> None:
    client, autotask = client_for(DONE)
    client.create(
        NewUserDefinedFieldListItem(udf_field_id=9, value_for_display="Yes", value_for_export="Yes")
    )
    assert autotask.sent[0].url == f"{ROOT}UserDefinedFields/9/ListItems"
    assert autotask.bodies() == [
        {"udfFieldId": 9, "valueForDisplay": "Yes", "valueForExport": "Yes", "isActive": True}
    ]


def test_a_note_is_made_below_its_contract() -> None:
    client, autotask = client_for(DONE)
    client.create(NewContractNote(contract_id=5, title="PSA Bridge", description="a b"))
    assert autotask.sent[0].url == f"{ROOT}Contracts/5/Notes"


def test_a_patch_carries_its_id_in_the_body_and_only_what_was_given() -> None:
    client, autotask = client_for(DONE)
    client.patch(PatchContractService(id=10, contract_id=5, invoice_description=None))
    assert (autotask.sent[0].method, autotask.sent[0].url) == ("PATCH", f"{ROOT}Contracts/5/Services")
    assert autotask.bodies() == [{"id": 10, "contractID": 5, "invoiceDescription": None}]


def test_a_user_defined_field_is_set_by_name_and_the_others_are_left() -> None:
    client, autotask = client_for(DONE)
    client.patch(
        PatchContract(id=5, user_defined_fields=(UserDefinedField(name="Acronis PAYG", value="Yes"),))
    )
    assert autotask.sent[0].url == f"{ROOT}Contracts"
    assert autotask.bodies() == [{"id": 5, "userDefinedFields": [{"name": "Acronis PAYG", "value": "Yes"}]}]
