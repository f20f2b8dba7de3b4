"""What arrives at our door in Autotask's name: believed only when signed, and even then only a hint.

An event may come late, twice, out of order or not at all (docs/vendors/autotask.md A46): a believed callout
says where to look, never what is true.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from psabridge.clients.autotask.records import Moment
from psabridge.clients.wire_json import decode

SIGNATURE_HEADER = "X-Hook-Signature"
# The longest text of a ticket's field has 32,000 characters (A40); what is far longer is not read at all.
MOST_BYTES = 1_000_000


class CalloutAction(StrEnum):
    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"
    DEACTIVATED = "Deactivated"  # comes unsigned as a rule, and changes nothing by itself


class Disbelief(StrEnum):
    UNSIGNED = "its signature is missing or wrong"
    UNREADABLE = "it is signed, but is no callout as Autotask describes it"


@dataclass(frozen=True, slots=True)
class Callout:
    action: CalloutAction
    webhook_guid: str
    entity: str | None  # as told: "Ticket"; a company is an "Account"
    record_id: int | None
    happened_at: datetime | None
    sequence_number: int | None
    person_id: int | None  # the resource whose doing it was
    fields: Mapping[str, object]


def read_callout(body: bytes, *, signature: str | None, secret_key: str) -> Callout | Disbelief:
    if not is_signed(body, signature=signature, secret_key=secret_key):
        return Disbelief.UNSIGNED
    try:
        content = decode(body)
        told = _Told.model_validate(_lower(content))
        action = CalloutAction(told.action.capitalize())
    except ValueError:
        return Disbelief.UNREADABLE
    return Callout(
        action=action,
        webhook_guid=told.guid,
        entity=told.entitytype,
        record_id=told.id,
        happened_at=told.eventtime,
        sequence_number=told.sequencenumber,
        person_id=told.personid,
        fields=told.fields or {},
    )


def is_signed(body: bytes, *, signature: str | None, secret_key: str) -> bool:
    """In constant time. The bytes as they came, or as another client saw Autotask hash them (A46)."""
    if not secret_key:
        raise ValueError("without a key everybody could sign")
    if len(body) > MOST_BYTES:
        return False
    given = (signature or "").encode("utf-8", "replace")
    as_came = hmac.compare_digest(given, signature_of(body, secret_key).encode())
    escaped = hmac.compare_digest(given, signature_of(_escaped(body), secret_key).encode())
    return as_came or escaped


def signature_of(body: bytes, secret_key: str) -> str:
    digest = hmac.new(secret_key.encode(), body, "sha1").digest()
    return f"sha1={base64.b64encode(digest).decode()}"


_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_RISKY = re.compile(r"""\\"|[&<>'`+]|[^\x00-\x7f]""")


def _escaped(body: bytes) -> bytes:
    """The body with risky characters inside its texts written as \\uXXXX.

    Only where it is JSON: anybody may send a body, and a text without an end would be searched for ever.
    """
    try:
        decode(body)
        text = body.decode()
    except ValueError:
        return body
    return _TEXT.sub(lambda found: f'"{_RISKY.sub(_as_code, found[0][1:-1])}"', text).encode()


def _as_code(found: re.Match[str]) -> str:
    units = found[0].removeprefix("\\").encode("utf-16-be")
    pairs = (units[place : place + 2] for place in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair, 'big'):04X}" for pair in pairs)


class _Told(BaseModel):
    """Members are spelled in either case, PersonID in two ways (A46): all are read in small letters."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)

    action: str
    guid: str
    entitytype: str | None = None
    id: int | None = None
    eventtime: Moment | None = None
    sequencenumber: int | None = None
    personid: int | None = None
    fields: dict[str, Any] | None = None


def _lower(content: object) -> object:
    return {name.lower(): value for name, value in content.items()} if isinstance(content, dict) else content
