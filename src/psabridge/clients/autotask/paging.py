"""Pages by id: nothing is skipped or read twice while rows come and go (docs/vendors/autotask.md A8)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from psabridge.clients.autotask.query import MOST_ROWS
from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.wire_model import WireModel, validated, validated_all
from psabridge.kit.errors import Unreadable

R = TypeVar("R", bound=Record)
V = TypeVar("V")

_NEXT = "Nothing of this answer is used; read again in the next cycle"


class _PageDetails(WireModel):
    count: Annotated[int, Field(ge=0)]
    next_page_url: str | None = None


class _Envelope(WireModel):
    items: list[Any]
    page_details: _PageDetails


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    rows: Sequence[R]
    more: bool


def page_of(model: type[R], content: object, *, after: int | None) -> Page[R]:
    """The page an answer holds, or Unreadable: half a page must never pass for all there is."""
    subject = f"Autotask {model.entity}"
    envelope = validated(_Envelope, content, subject)
    rows = validated_all(model, envelope.items, subject)
    if envelope.page_details.count != len(rows):
        problem = f"the page announces {envelope.page_details.count} rows and holds {len(rows)}"
        raise Unreadable(subject, problem, _NEXT)
    _check_order(subject, [row.id for row in rows], after)
    more = _more_follows(envelope, len(rows))
    if more and not rows:
        raise Unreadable(subject, "an empty page announces a next one", _NEXT)
    return Page(rows, more)


def all_pages(ask: Callable[[int | None], Page[R]]) -> Iterator[R]:
    """Every row, asking for what comes after the last id until a page is the last."""
    after: int | None = None
    while True:
        page = ask(after)
        yield from page.rows
        if not page.more:
            return
        after = page.rows[-1].id


def batches(values: Sequence[V], size: int) -> Iterator[Sequence[V]]:
    """The values once each, in order, `size` at most at a time."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]


def in_one_page(ids: Sequence[int], ask: Callable[[Sequence[int]], Page[R]], subject: str) -> list[R]:
    """Protocol W10: a batch that fills its page is halved and read again, so no row moves between pages."""
    page = ask(ids)
    if not page.more and len(page.rows) < MOST_ROWS:
        return list(page.rows)
    if len(ids) == 1:
        raise Unreadable(
            f"{subject} of line {ids[0]}", "more rows than a page holds", "Ask for a shorter time"
        )
    middle = len(ids) // 2
    return [*in_one_page(ids[:middle], ask, subject), *in_one_page(ids[middle:], ask, subject)]


def refuse_strangers(model: type[Record], lines: Mapping[int, int], asked: Iterable[int]) -> None:
    """A condition the vendor drops widens the result without a word (A6): no row of another line is taken."""
    strangers = sorted(set(lines.values()) - set(asked))
    if strangers:
        problem = f"rows of lines that were not asked for: {strangers[:5]}"
        raise Unreadable(f"Autotask {model.entity}", problem, _NEXT)


def _check_order(subject: str, ids: Sequence[int], after: int | None) -> None:
    """Rows come by ascending id; paging by id would lose rows if they did not (A8)."""
    last = -1 if after is None else after
    for row_id in ids:
        if row_id <= last:
            raise Unreadable(subject, f"row {row_id} comes after row {last}, against the order", _NEXT)
        last = row_id


def _more_follows(envelope: _Envelope, rows: int) -> bool:
    """The vendor says null on the last page; where it says nothing, a full page has a successor."""
    if "next_page_url" in envelope.page_details.model_fields_set:
        return envelope.page_details.next_page_url is not None
    return rows >= MOST_ROWS
