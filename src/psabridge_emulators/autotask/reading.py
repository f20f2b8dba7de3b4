"""Answers to reads: one row, the rows below a parent, queries and their pages (autotask-rest.md 2)."""

from collections.abc import Sequence
from typing import Any

from psabridge_emulators.autotask import metadata, wire
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import Invalid, NotAllowed, NotFound
from psabridge_emulators.autotask.paging import Addresses, Page, page_details
from psabridge_emulators.autotask.query import PAGE, Query, Search, parse
from psabridge_emulators.autotask.routes import Route
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.wire import Presenter
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.autotask.zone import ROOT
from psabridge_emulators.frame.wire import Reply, Request


class Reading:
    def __init__(self, world: AutotaskWorld, request: Request, route: Route, entity: Entity) -> None:
        self._world = world
        self._request = request
        self._route = route
        self._entity = entity

    def answer(self) -> Reply:
        match self._route.kind:
            case "item":
                return self._item()
            case "collection":
                return self._children()
            case "query":
                return self._query()
            case "next":
                return self._next()
            case "count":
                return self._count()
            case _:
                return wire.reply(self._metadata())

    def _metadata(self) -> dict[str, Any]:
        if self._route.kind == "info":
            return metadata.information(self._entity, self._world.user)
        if self._route.kind == "fields":
            return metadata.fields(self._world.database, self._entity)
        return metadata.user_defined_fields(self._world.database, self._entity)

    def _item(self) -> Reply:
        view = self._world.database.read(self._entity.name)
        row = view.get(self._route.row_id or 0)
        if row is not None and self._is_there(row):
            return wire.reply({"item": self._presenter().item(row)})
        # Sources saw both (autotask-rest.md 2.1).
        if self._world.doubts.missing_row == "null_item":
            return wire.reply({"item": None})
        raise NotFound

    def _is_there(self, row: Row) -> bool:
        child = self._entity.child
        below = self._route.parent_id
        if below is not None and child is not None and row.get(child.parent_field) != below:
            return False
        return self._world.user.sees(self._world.database, self._entity.name, row)

    def _children(self) -> Reply:
        """The rows below a parent. No filter is possible there."""
        child = self._entity.child
        if child is None:
            raise NotFound
        document = {"filter": [{"op": "eq", "field": child.parent_field, "value": self._route.parent_id}]}
        base = self._base(f"{child.parent}/{self._route.parent_id}/{child.segment}")
        paging = self._request.parameter("paging")
        page = Page.from_parameter(paging) if paging else Page(PAGE)
        return self._page(self._parsed(document), page, Addresses(base))

    def _query(self) -> Reply:
        document, search = self._document()
        query = self._parsed(document)
        key = self._world.queries.keep(document) if search is None else None
        page = Page(query.page_size, query_key=key)
        return self._page(query, page, Addresses(self._base(f"{self._entity.name}/query/next"), search))

    def _next(self) -> Reply:
        """A page after the first: by the verb of the query it belongs to."""
        page = Page.from_parameter(self._request.parameter("paging"))
        search = self._request.parameter("search")
        if self._request.method == "GET" and (search is None or page.query_key is not None):
            raise NotAllowed("GET")
        query = self._parsed(self._document_of_next(page, search))
        return self._page(query, page, Addresses(self._base(f"{self._entity.name}/query/next"), search))

    def _document_of_next(self, page: Page, search: str | None) -> object:
        if self._request.method == "POST" and self._request.body.strip():
            return wire.body_of(self._request.body)
        if page.query_key is not None:
            return self._world.queries.find(page.query_key)
        return wire.body_of((search or "").encode())

    def _count(self) -> Reply:
        document, _ = self._document()
        found = Search(self._world.database, self._world.user, self._parsed(document)).count()
        return wire.reply({"queryCount": found})

    def _document(self) -> tuple[object, str | None]:
        """The query and, for a GET, the text it came in."""
        if self._request.method == "POST":
            return wire.body_of(self._request.body), None
        search = self._request.parameter("search")
        if search is None:
            raise Invalid("Invalid query syntax. The search parameter is missing.")
        return wire.body_of(search.encode()), search

    def _parsed(self, document: object) -> Query:
        return parse(self._world.database, self._entity, document)

    def _page(self, query: Query, page: Page, addresses: Addresses) -> Reply:
        rows, more = Search(self._world.database, self._world.user, query).page(page.after)
        details = page_details(page, addresses, [row["id"] for row in rows], more=more)
        return wire.reply({"items": self._shown(rows, query), "pageDetails": details})

    def _shown(self, rows: Sequence[Row], query: Query) -> list[dict[str, object]]:
        return self._presenter().items(rows, query.include)

    def _presenter(self) -> Presenter:
        return Presenter(self._world.database, self._entity, sees_costs=self._world.user.sees_costs)

    def _base(self, path: str) -> str:
        return f"{self._request.base_url}{self._world.zone.prefix}{ROOT}/V1.0/{path}"
