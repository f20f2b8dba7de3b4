"""What the tenant says about itself is read, not assumed (R45, R22)."""

from datetime import timedelta

import pytest

from psabridge.clients.autotask.records import BillingCode
from psabridge.kit.errors import Unreadable
from tests.clients.autotask.fakes import ROOT, ZONE, FakeAutotask, client_for, client_of, page
from tests.clients.transport.fakes import FakeClock, replied


def value(number: str, label: str, *, active: bool = True) -> dict[str, object]:
    return {
        "value": number,
        "label": label,
        "isDefaultValue": False,
        "sortOrder": 1,
        "parentValue": "",
        "isActive": active,
        "isSystem": False,
    }


FIELDS = replied(
    {
        "fields": [
            {"name": "id", "dataType": "long", "isPickList": False, "picklistValues": None},
            {
                "name": "contractType",
                "dataType": "integer",
                "isPickList": True,
                "picklistValues": [
                    value("70", "Recurring Service", active=False),
                    value("7", "Recurring Service"),
                    value("-3", "Odd"),
                    value("many", "Words"),
                ],
            },
        ]
    }
)


def test_a_label_finds_the_number_behind_it() -> None:
    client, autotask = client_for(FIELDS)
    lists = client.picklists("Contracts")
    assert lists.value("contractType", " recurring service ") == 7
    assert lists.value("contractType", "Odd") == -3
    assert lists.value("contractType", "Words") is None
    assert lists.value("contractType", "Retainer") is None
    assert lists.value("colour", "red") is None
    assert autotask.sent[0].url == f"{ROOT}Contracts/entityInformation/fields"


def test_what_an_entity_asks_for_is_known_whether_it_has_a_picklist_or_not() -> None:
    """A40: of tickets a due date was required in older metadata; what the system writes is not."""
    members = {
        "dueDateTime": (True, False),
        "id": (True, True),
        "queueID": (False, False),
        "title": (None, None),
    }
    fields = [
        {"name": name, "isPickList": False, "isRequired": required, "isReadOnly": read_only}
        for name, (required, read_only) in members.items()
    ]
    client, _ = client_for(replied({"fields": fields}))
    assert client.picklists("Tickets").required == {"dueDateTime"}


def test_picklists_are_kept_for_their_lifetime_only() -> None:
    clock, autotask = FakeClock(), FakeAutotask([FIELDS])
    client = client_of(autotask, clock=clock)
    client.picklists("Contracts")
    client.for_subject("Acme").picklists("Contracts")
    assert len(autotask.sent) == 1
    clock.moment += timedelta(hours=1)
    client.picklists("Contracts")
    assert len(autotask.sent) == 2
    client.forget_picklists()
    client.picklists("Contracts")
    assert len(autotask.sent) == 3


def test_user_defined_fields_are_asked_for_each_time() -> None:
    field = {"name": "Acronis PAYG", "label": "", "type": "string", "isPickList": True}
    field |= {"picklistValues": [value("1", "Yes"), value("2", "No")]}
    client, autotask = client_for(replied({"fields": [field]}))
    for _ in range(2):
        found = client.user_defined_fields("Contracts")
    assert [one.label for one in found[0].picklist_values] == ["Yes", "No"]
    assert len(autotask.sent) == 2


def test_an_entity_without_user_defined_fields_has_none() -> None:
    client, _ = client_for(replied({}, 404))
    assert client.user_defined_fields("BillingCodes") == ()


def test_a_garbled_description_is_no_description() -> None:
    client, _ = client_for(replied({"fields": [{"label": "nameless"}]}))
    with pytest.raises(Unreadable):
        client.user_defined_fields("Contracts")


def test_versions_zone_and_threshold_can_be_asked() -> None:
    client, autotask = client_for(replied({"apiVersions": ["v1.0"]}))
    assert client.versions() == ("v1.0",)
    assert autotask.sent[0].url == f"{ZONE}versioninformation"
    assert dict(autotask.sent[0].headers) == {}
    assert client.zone_information().ci == 7
    assert client.threshold().current_timeframe_request_count == 100


def test_billing_codes_are_rows_like_others() -> None:
    client, _ = client_for(page({"id": 3, "name": "Backup", "useType": 5, "isActive": True}))
    assert client.query(BillingCode)[0].use_type == 5
