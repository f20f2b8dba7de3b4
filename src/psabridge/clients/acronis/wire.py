"""How Acronis' answers become records: unknown keys ignored, wrong types refused, moments in UTC."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue, ValidationError

from psabridge.kit.errors import Unreadable

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?")


def read_moment(text: object) -> datetime:
    """Without a zone it means UTC; nanoseconds are cut, not rounded (docs/vendors/acronis.md Ac7)."""
    if isinstance(text, datetime):
        return text
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("not a moment")
    seconds, fraction, zone = found.groups()
    moment = datetime.fromisoformat(f"{seconds}{(fraction or '.0')[:7].ljust(7, '0')}{zone or 'Z'}")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside all calendars") from error


Moment = Annotated[datetime, BeforeValidator(read_moment)]


class Record(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Cursors(Record):
    after: str | None = None


class Paging(Record):
    cursors: Cursors = Cursors()


R = TypeVar("R", bound=Record)


class PageRecord(Record, Generic[R]):
    items: tuple[R, ...]
    timestamp: Moment | None = None
    paging: Paging = Paging()


class RawPage(Record):
    items: tuple[JsonValue, ...]
    timestamp: Moment | None = None
    paging: Paging = Paging()


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row that could not be read. Its tenant must be left alone, not counted as empty."""

    tenant_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    items: tuple[R, ...]
    after: str | None
    as_of: datetime | None
    spoilt: tuple[Spoilt, ...] = ()


def parse(model: type[R], body: bytes, where: str) -> R:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _unreadable(where, error) from None


def parse_page(model: type[R], body: bytes, where: str, tenant_key: str) -> Page[R]:
    """A whole page, or its good rows and the names of the spoilt ones: one tenant's fault stays its own."""
    try:
        page = _page_record(model).model_validate_json(body)
    except ValidationError:
        return _parse_rows(model, body, where, tenant_key)
    return Page(page.items, page.paging.cursors.after, page.timestamp)


@cache
def _page_record(model: type[Record]) -> type[PageRecord[Any]]:
    """Kept: the library forgets a generic record that nobody holds, and a new one takes milliseconds."""
    return PageRecord[model]  # type: ignore[valid-type]  # made at run time


def _parse_rows(model: type[R], body: bytes, where: str, tenant_key: str) -> Page[R]:
    raw = parse(RawPage, body, where)
    good: list[R] = []
    spoilt: list[Spoilt] = []
    for row in raw.items:
        try:
            good.append(model.model_validate_json(json.dumps(row)))
        except ValidationError as error:
            tenant = row.get(tenant_key) if isinstance(row, dict) else None
            spoilt.append(Spoilt(tenant if isinstance(tenant, str) else None, problems(error)))
    return Page(tuple(good), raw.paging.cursors.after, raw.timestamp, tuple(spoilt))


def problems(error: ValidationError) -> str:
    """Which keys were wrong and how, without the values: they are the customer's."""
    found = [
        f"{'.'.join(str(part) for part in each['loc']) or 'body'}: {each['type']}" for each in error.errors()
    ]
    return "; ".join(found[:5])


def reader(model: type[R], where: str) -> Callable[[bytes], R]:
    return lambda body: parse(model, body, where)


def _unreadable(where: str, error: ValidationError) -> Unreadable:
    return Unreadable(
        where, f"the answer cannot be trusted ({problems(error)})", "Ask again later; nothing is lowered"
    )
