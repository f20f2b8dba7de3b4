"""Walking pages by cursor to the end, or not at all: half a list is worse than none."""

from collections.abc import Callable, Iterator, Sequence

from psabridge.clients.acronis.call import Call
from psabridge.clients.acronis.errors import subject_of
from psabridge.clients.acronis.session import Session
from psabridge.clients.acronis.wire import Page, R, parse_page
from psabridge.kit.errors import RefusalKind, Refused, Unreadable

# Ids per batch: stated for tenants and users, practice for usages, storages and locations (Ac9).
BATCH = 100
# Half a million rows even where a page holds a hundred; beyond it the cursors lead nowhere.
MOST_PAGES = 5000


def batches(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Each id once, in the order given."""
    unique = tuple(dict.fromkeys(ids))
    for start in range(0, len(unique), BATCH):
        yield unique[start : start + BATCH]


def read_page(session: Session, call: Call, model: type[R], *, tenant_key: str) -> Page[R]:
    return session.read(call, page_reader(call, model, tenant_key=tenant_key))


def page_reader(call: Call, model: type[R], *, tenant_key: str = "tenant_id") -> Callable[[bytes], Page[R]]:
    return lambda body: parse_page(model, body, subject_of(call), tenant_key)


def walk(
    session: Session,
    first: Call,
    following: Callable[[str], Call | tuple[Call, Call]],
    model: type[R],
    *,
    tenant_key: str = "tenant_id",
) -> Page[R]:
    """All pages as one. The first page's clock counts: what changes meanwhile is seen next time (Ac8)."""
    page = read_page(session, first, model, tenant_key=tenant_key)
    as_of, items, spoilt, seen = page.as_of, list(page.items), list(page.spoilt), set[str]()
    while page.after:
        refuse_endless(first, page.after, seen)
        page = _read_next(session, following(page.after), model, tenant_key=tenant_key)
        items += page.items
        spoilt += page.spoilt
    return Page(tuple(items), None, as_of, tuple(spoilt))


def _read_next(
    session: Session, call: Call | tuple[Call, Call], model: type[R], *, tenant_key: str
) -> Page[R]:
    """Where the vendor's papers differ on the form of the next page, the other form is tried (Ac8)."""
    if isinstance(call, Call):
        return read_page(session, call, model, tenant_key=tenant_key)
    try:
        return read_page(session, call[0], model, tenant_key=tenant_key)
    except Refused as refused:
        if refused.kind is not RefusalKind.OTHER:
            raise
        return read_page(session, call[1], model, tenant_key=tenant_key)


def refuse_endless(call: Call, cursor: str, seen: set[str]) -> None:
    if cursor in seen:
        raise Unreadable(subject_of(call), "its pages lead back to an earlier one", "Ask again later")
    if len(seen) == MOST_PAGES:
        raise Unreadable(subject_of(call), f"after {MOST_PAGES} pages there is no end", "Ask again later")
    seen.add(cursor)
