"""Who may say at our door that something happened in Autotask (A46, issue 5 item 7)."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.clients.autotask.callouts import (
    Callout,
    CalloutAction,
    Disbelief,
    is_signed,
    read_callout,
)

KEY = "key of this webhook"
TOLD = {
    "Action": "Update",
    "Guid": "6b4a3b52-5c0f-4d1e-9d3f-2f1f0a6f7d10",
    "EntityType": "Ticket",
    "Id": 351181,
    "Fields": {"TicketNumber": "T20250915.0001", "Title": 'Müller & Söhne "backup"'},
    "EventTime": "2025-09-15T14:57:50Z",
    "SequenceNumber": 1,
    "PersonID": 30691780,
}


def wire(**changes: object) -> bytes:
    return json.dumps({**TOLD, **changes}, ensure_ascii=False).encode()


def signed(body: bytes, key: str = KEY) -> str:
    """As the vendor's page tells it, in the test's own words."""
    return "sha1=" + base64.b64encode(hmac.new(key.encode(), body, hashlib.sha1).digest()).decode()


def read(body: bytes, signature: str | None) -> Callout | Disbelief:
    return read_callout(body, signature=signature, secret_key=KEY)


def test_a_signed_callout_tells_what_happened_to_which_ticket() -> None:
    callout = read(wire(), signed(wire()))

    assert callout == Callout(
        action=CalloutAction.UPDATE,
        webhook_guid="6b4a3b52-5c0f-4d1e-9d3f-2f1f0a6f7d10",
        entity="Ticket",
        record_id=351181,
        happened_at=datetime(2025, 9, 15, 14, 57, 50, tzinfo=UTC),
        sequence_number=1,
        person_id=30691780,
        fields={"TicketNumber": "T20250915.0001", "Title": 'Müller & Söhne "backup"'},
    )


def test_a_signature_known_to_be_right_is_taken() -> None:
    """A value worked out by another program than this one's libraries."""
    body = b'{"Action":"Create","Guid":"g"}'
    assert is_signed(body, signature="sha1=5TeWXePFKqFaLu9WngGJ4pkjAWk=", secret_key="s3cret")


def test_the_persons_id_is_read_in_both_spellings() -> None:
    body = wire().replace(b"PersonID", b"PersonId")
    callout = read(body, signed(body))
    assert isinstance(callout, Callout)
    assert callout.person_id == 30691780


def test_a_signature_over_the_escaped_text_is_taken() -> None:
    """One client saw Autotask hash the body with risky characters of its texts as codes."""
    body = '{"Fields":{"T":"a & b <c> \'d\' \\"e\\" `f` + ü 😀 \\\\"},"Action":"Create","Guid":"&"}'.encode()
    hashed = (
        b'{"Fields":{"T":"a \\u0026 b \\u003Cc\\u003E \\u0027d\\u0027 \\u0022e\\u0022 \\u0060f\\u0060'
        b' \\u002B \\u00FC \\uD83D\\uDE00 \\\\"},"Action":"Create","Guid":"\\u0026"}'
    )
    assert json.loads(hashed) == json.loads(body)

    assert isinstance(read(body, signed(hashed)), Callout)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha1=",
        "sha1",
        signed(wire(), "another key"),
        signed(wire() + b" "),
        signed(wire()).removeprefix("sha1="),
        signed(wire()).lower(),
        signed(wire()) + "\n",
        "sha1=ü",
        "sha256=" + signed(wire()).removeprefix("sha1="),
    ],
)
def test_without_the_right_signature_nothing_is_believed(signature: str | None) -> None:
    assert read(wire(), signature) is Disbelief.UNSIGNED


def test_an_unsigned_notice_of_deactivation_is_not_believed() -> None:
    """A46: it must never change anything."""
    notice = json.dumps({"Action": "Deactivated", "Guid": TOLD["Guid"]}).encode()
    assert read(notice, None) is Disbelief.UNSIGNED
    callout = read(notice, signed(notice))
    assert isinstance(callout, Callout)
    assert (callout.action, callout.entity, callout.record_id) == (CalloutAction.DEACTIVATED, None, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"<html>",
        b"\xff\xfe",
        wire(Action="Explode"),
        wire(Action=None),
        wire(Guid=None),
        wire(Id="351181"),
        wire(EventTime="yesterday"),
        wire(Fields="none"),
        b"[" * 100_000,
    ],
)
def test_what_is_signed_and_no_callout_is_told_apart(body: bytes) -> None:
    assert read(body, signed(body)) is Disbelief.UNREADABLE


def test_a_body_made_to_keep_us_busy_is_refused_at_once() -> None:
    """Anybody may knock: what they send is read in a time that grows with its length only."""
    endless = b'"' + b'\\"' * 400_000
    assert read(endless, signed(endless, "another key")) is Disbelief.UNSIGNED
    long = wire(Fields={"Description": "x" * 1_000_000})
    assert read(long, signed(long)) is Disbelief.UNSIGNED
    full = wire(Fields={"Description": "ü" * 32_000, "Resolution": "&" * 32_000})
    assert isinstance(read(full, signed(full)), Callout)


def test_a_webhook_without_a_key_believes_nobody() -> None:
    with pytest.raises(ValueError, match="without a key"):
        is_signed(wire(), signature=signed(wire(), ""), secret_key="")


@given(st.binary(max_size=200), st.binary(max_size=200), st.text(min_size=1, max_size=64))
def test_a_signature_holds_for_its_own_bytes_and_key_only(body: bytes, other: bytes, key: str) -> None:
    try:
        signature = signed(body, key)
    except UnicodeEncodeError:
        return
    assert is_signed(body, signature=signature, secret_key=key)
    assert not is_signed(body, signature=signature, secret_key=f"{key}x")
    if other != body:
        assert not is_signed(other, signature=signature, secret_key=key)


def code(character: str) -> str:
    """As that client saw it hashed."""
    if character in "\"&<>'`+" or not character.isascii():
        units = character.encode("utf-16-be").hex().upper()
        return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
    return json.dumps(character, ensure_ascii=False)[1:-1]


@given(st.text())
def test_any_text_hashed_as_its_codes_is_recognised(title: str) -> None:
    body = json.dumps({"T": title}, ensure_ascii=False).encode()
    hashed = f'{{"T": "{"".join(map(code, title))}"}}'.encode()
    assert json.loads(hashed) == {"T": title}
    assert is_signed(body, signature=signed(hashed), secret_key=KEY)
