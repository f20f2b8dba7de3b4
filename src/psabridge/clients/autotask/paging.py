"""Pages by id: nothing is skipped or read twice while rows come and go (docs/vendors/autotask.md A8)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from psabridge.clients.autotask.query import MOST_ROWS
from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.spoilt import Sifted, row_id, sifted
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
    found: Sifted[R]
    last_id: int | None
    more: bool

    @property
    def is_full(self) -> bool:
        return self.more or len(self.found.rows) + len(self.found.spoilt) >= MOST_ROWS


def page_of(model: type[R], content: object, *, after: int | None, strict: bool) -> Page[R]:
    """The page an answer holds, or Unreadable: half a page must never pass for all there is.

    `strict` takes no page with a row that does not fit; otherwise such rows are kept apart.
    """
    subject = f"Autotask {model.entity}"
    envelope = validated(_Envelope, content, subject)
    items = envelope.items
    found = Sifted(tuple(validated_all(model, items, subject))) if strict else sifted(model, items)
    if envelope.page_details.count != len(items):
        problem = f"the page announces {envelope.page_details.count} rows and holds {len(items)}"
        raise Unreadable(subject, problem, _NEXT)
    ids = [number for number in map(row_id, items) if number is not None]
    _check_order(subject, ids, after)
    more = _more_follows(envelope, len(items))
    if more and not ids:
        raise Unreadable(subject, "a page without a readable row announces a next one", _NEXT)
    return Page(found, ids[-1] if ids else None, more)


def all_pages(ask: Callable[[int | None], Page[R]]) -> Iterator[Sifted[R]]:
    """Every page, asking for what comes after the last id until a page is the last."""
    after: int | None = None
    while True:
        page = ask(after)
        yield page.found
        if not page.more:
            return
        after = page.last_id


def batches(values: Sequence[V], size: int) -> Iterator[Sequence[V]]:
    """The values once each, in order, `size` at most at a time."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]


def in_one_page(ids: Sequence[int], ask: Callable[[Sequence[int]], Page[R]], subject: str) -> Sifted[R]:
    """Protocol W10: a batch that fills its page is halved and read again, so no row moves between pages."""
    page = ask(ids)
    if not page.is_full:
        return page.found
    if len(ids) == 1:
        raise Unreadable(
            f"{subject} of line {ids[0]}", "more rows than a page holds", "Ask for a shorter time"
        )
    middle = len(ids) // 2
    halves = (ids[:middle], ids[middle:])
    return Sifted.joined(in_one_page(half, ask, subject) for half in halves)


def refuse_strangers(model: type[Record], lines: Iterable[int | None], asked: Iterable[int]) -> None:
    """A condition the vendor drops widens the result without a word (A6): no row of another line is taken."""
    strangers = sorted({line for line in lines if line is not None} - set(asked))
    if strangers:
        problem = f"rows of lines that were not asked for: {strangers[:5]}"
        raise Unreadable(f"Autotask {model.entity}", problem, _NEXT)


def _check_order(subject: str, ids: Sequence[int], after: int | None) -> None:
    """Rows come by ascending id; paging by id would lose rows if they did not (A8)."""
    last = -1 if after is None else after
    for one in ids:
        if one <= last:
            raise Unreadable(subject, f"row {one} comes after row {last}, against the order", _NEXT)
        last = one


def _more_follows(envelope: _Envelope, rows: int) -> bool:
    """The vendor says null on the last page; where it says nothing, a full page has a successor."""
    if "next_page_url" in envelope.page_details.model_fields_set:
        return envelope.page_details.next_page_url is not None
    return rows >= MOST_ROWS
