"""Pages and their addresses (autotask-rest.md 2.3)."""

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from psabridge_emulators.autotask.errors import Invalid
from psabridge_emulators.autotask.query import BEFORE_ALL

REMEMBERED_QUERIES = 300


@dataclass(slots=True)
class QueryMemory:
    """The queries behind the addresses of next pages, so that a POST without a body finds its own."""

    _documents: OrderedDict[str, Any] = field(default_factory=OrderedDict)

    def keep(self, document: object) -> str:
        text = json.dumps(document, sort_keys=True, default=str)
        key = hashlib.sha256(text.encode()).hexdigest()[:24]
        self._documents[key] = document
        self._documents.move_to_end(key)
        while len(self._documents) > REMEMBERED_QUERIES:
            self._documents.popitem(last=False)
        return key

    def find(self, key: str) -> object:
        if key not in self._documents:
            raise Invalid("Invalid query syntax. The page is no longer known.")
        return self._documents[key]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins, and where those before it began."""

    size: int
    previous: tuple[int, ...] = ()
    after: int = BEFORE_ALL
    query_key: str | None = None  # of a query that was POSTed

    @classmethod
    def from_parameter(cls, text: str | None) -> "Page":
        try:
            content = json.loads(text or "")
            size, before, after = content["pageSize"], content["previousIds"], content["nextIds"]
            return cls(int(size), tuple(map(int, before)), int(after[-1]), content.get("queryKey"))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise Invalid("Invalid query syntax. The paging parameter could not be read.") from error

    def following(self, last_id: int) -> "Page":
        return Page(self.size, (*self.previous, self.after), last_id, self.query_key)

    def preceding(self) -> "Page":
        return Page(self.size, self.previous[:-1], self.previous[-1], self.query_key)

    def parameter(self) -> str:
        content: dict[str, Any] = {
            "pageSize": self.size,
            "previousIds": list(self.previous),
            "nextIds": [self.after],
        }
        if self.query_key is not None:
            content["queryKey"] = self.query_key
        return "paging=" + quote(json.dumps(content, separators=(",", ":")), safe="")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The absolute addresses of neighbouring pages; a GET query carries its `search` along."""

    base: str
    search: str | None = None

    def of(self, page: Page) -> str:
        tail = "" if self.search is None else "&search=" + quote(self.search, safe="")
        return f"{self.base}?{page.parameter()}{tail}"


def page_details(page: Page, addresses: Addresses, ids: list[int], *, more: bool) -> dict[str, Any]:
    return {
        "count": len(ids),
        "requestCount": page.size,
        "prevPageUrl": addresses.of(page.preceding()) if page.previous else None,
        "nextPageUrl": addresses.of(page.following(ids[-1])) if more else None,
    }
