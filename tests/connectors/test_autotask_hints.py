"""Which callouts are hints (A46): forged ones are refused, useless ones acknowledged (issue 5 item 7)."""

import json
from datetime import UTC, datetime

import pytest

from psabridge.clients.autotask.callouts import signature_of
from psabridge.connectors.autotask.hints import NoHint, hint_in
from psabridge.rules.hints import Hint, HintOf

KEY = "the key"
AT = "2026-03-10T14:57:50Z"
WHOLE = {
    "Action": "Update",
    "Guid": "g",
    "EntityType": "Ticket",
    "Id": 7,
    "EventTime": AT,
    "SequenceNumber": 3,
}


def heard(**changed: object) -> Hint | NoHint:
    body = json.dumps({**WHOLE, **changed}).encode()
    return hint_in(body, signature=signature_of(body, KEY), key=KEY)


@pytest.mark.parametrize("action", ["Create", "Update", "Delete"])
@pytest.mark.parametrize(
    ("entity", "of"), [("Ticket", HintOf.TICKET), ("Account", HintOf.COMPANY), ("Company", HintOf.COMPANY)]
)
def test_what_happens_to_a_ticket_or_a_company_is_a_hint(action: str, entity: str, of: HintOf) -> None:
    at = datetime(2026, 3, 10, 14, 57, 50, tzinfo=UTC)
    assert heard(Action=action, EntityType=entity) == Hint(of, 7, at, "g 3")


@pytest.mark.parametrize(
    "changed",
    [
        {"Action": "Deactivated"},
        {"EntityType": "Contact"},
        {"EntityType": None},
        {"Id": None},
        {"Id": 0},
        {"Id": 2**63},
        {"SequenceNumber": 10**99},
        {"Guid": "g" * 99},
        {"EventTime": None},
        {"SequenceNumber": None},
        {"Guid": 5},
        {"Action": "Explode"},
    ],
)
def test_what_says_too_little_is_of_no_use_and_not_forged(changed: dict[str, object]) -> None:
    """Answered as failed, 25 of them would switch the webhook off."""
    assert heard(**changed) is NoHint.OF_NO_USE


@pytest.mark.parametrize("signature", [None, "", "sha1=", "sha1=AAAA", signature_of(b"another", KEY), "é"])
def test_what_is_not_signed_is_forged(signature: str | None) -> None:
    assert hint_in(json.dumps(WHOLE).encode(), signature=signature, key=KEY) is NoHint.FORGED


def test_another_key_is_forged() -> None:
    body = json.dumps(WHOLE).encode()
    assert hint_in(body, signature=signature_of(body, "other"), key=KEY) is NoHint.FORGED
