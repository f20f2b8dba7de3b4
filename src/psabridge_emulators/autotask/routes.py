"""Which routes exist and which verbs they take (autotask-rest.md 2.1, 2.4, 3.1). Paths ignore letter case."""

from dataclasses import dataclass
from typing import Literal

from psabridge_emulators.autotask import entities
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import NotAllowed, NotFound

Kind = Literal["collection", "item", "query", "next", "count", "info", "fields", "udfs", "threshold"]

API_ROOT = "atservicesrest"
VERSION = "v1.0"
GET_AND_POST = frozenset({"GET", "POST"})
GET = frozenset({"GET"})
METADATA: dict[tuple[str, ...], Kind] = {
    ("entityinformation",): "info",
    ("entityinformation", "fields"): "fields",
    ("entityinformation", "userdefinedfields"): "udfs",
}
QUERY: dict[tuple[str, ...], Kind] = {
    ("query",): "query",
    ("query", "next"): "next",
    ("query", "count"): "count",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A path split into what stands before the API, and the words below it."""

    prefix: str
    words: tuple[str, ...]  # in lower case

    @property
    def is_version(self) -> bool:
        return self.words in {("versioninformation",), (VERSION, "versioninformation")}

    @property
    def is_zone(self) -> bool:
        return self.words == (VERSION, "zoneinformation")


@dataclass(frozen=True, slots=True)
class Route:
    kind: Kind
    verbs: frozenset[str]
    entity: Entity | None = None
    parent_id: int | None = None
    row_id: int | None = None

    def check(self, method: str) -> None:
        if method not in self.verbs:
            raise NotAllowed(method)


def place_of(path: str) -> Place:
    words = [word for word in path.split("/") if word]
    lower = [word.lower() for word in words]
    if API_ROOT not in lower:
        raise NotFound
    start = lower.index(API_ROOT)
    return Place("".join(f"/{word}" for word in words[:start]), tuple(lower[start + 1 :]))


def route_of(place: Place) -> Route:
    match place.words:
        case (version, "thresholdinformation") if version == VERSION:
            return Route("threshold", GET)
        case (version, name, *rest) if version == VERSION:
            return _entity_route(name, tuple(rest))
    raise NotFound


def _entity_route(name: str, rest: tuple[str, ...]) -> Route:
    # List items hang below "UserDefinedFields", which is no entity (section 3.1).
    if len(rest) >= 2 and rest[0].isdigit():
        return _child_route(name, int(rest[0]), rest[1], rest[2:])
    entity = entities.BY_ROUTE.get(name)
    if entity is None:
        raise NotFound
    if rest in METADATA:
        return Route(METADATA[rest], GET, entity)
    if rest in QUERY and entity.queryable:
        return Route(QUERY[rest], GET_AND_POST, entity)
    if not rest and entity.root_verbs:
        return Route("collection", entity.root_verbs, entity)
    if len(rest) == 1 and entity.item_verbs:
        return Route("item", entity.item_verbs, entity, row_id=_id(rest[0]))
    raise NotFound


def _child_route(parent: str, parent_id: int, segment: str, rest: tuple[str, ...]) -> Route:
    entity = entities.BY_CHILD_ROUTE.get((parent, segment))
    if entity is None or entity.child is None:
        raise NotFound
    if rest in METADATA:
        return Route(METADATA[rest], GET, entity, parent_id)
    if not rest:
        return Route("collection", entity.child.verbs, entity, parent_id)
    if len(rest) == 1 and entity.child.item_verbs:
        return Route("item", entity.child.item_verbs, entity, parent_id, _id(rest[0]))
    raise NotFound


def _id(word: str) -> int:
    if not word.isdigit():
        raise NotFound
    return int(word)
