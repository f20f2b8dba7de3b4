"""What an Autotask entity is: its fields, the verbs of its routes, and how it hangs below another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

NUMBER_TYPES = frozenset({"integer", "long", "decimal"})
DATE_TYPES = frozenset({"date", "datetime"})
_TYPE = re.compile(r"(?P<type>[a-z]+)(?:\((?P<length>\d+)\))?$")


@dataclass(frozen=True, slots=True)
class Field:
    """One field as `entityInformation/fields` describes it (autotask-rest.md 2.4)."""

    name: str
    type: str  # integer, long, decimal, string, boolean, datetime, date
    length: int = 0
    required: bool = False
    access: str = "rw"  # rw, ro (read only), co (settable on create), wo (accepted, never returned)
    queryable: bool = True
    picklist: str | None = None
    refers_to: str | None = None
    checked: bool = True  # whether a reference to nothing is refused before any rule of the entity

    @property
    def readable(self) -> bool:
        return self.access != "wo"

    @property
    def settable_on_create(self) -> bool:
        return self.access != "ro"

    @property
    def settable_on_update(self) -> bool:
        return self.access in {"rw", "wo"}


@dataclass(frozen=True, slots=True)
class Child:
    """The route below a parent: `/{parent}/{id}/{segment}`."""

    parent: str  # the parent's route segment, which for list items is not an entity (section 3.1)
    parent_field: str
    segment: str
    verbs: frozenset[str] = frozenset({"GET"})
    item_verbs: frozenset[str] = frozenset({"GET"})


@dataclass(frozen=True)
class Entity:
    """One entity: a table of fields and the routes that Autotask registers for it (section 3.1)."""

    name: str
    singular: str  # the old singular name that error texts use
    first_id: int
    columns: tuple[Field, ...]
    root_verbs: frozenset[str] = frozenset()
    item_verbs: frozenset[str] = frozenset({"GET"})
    queryable: bool = True
    child: Child | None = None
    udf_type: str | None = None  # the label in the `udfType` picklist, None without UDFs
    indexes: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return {column.name: column for column in self.columns}

    @cached_property
    def fields_by_lower_name(self) -> Mapping[str, Field]:
        return {column.name.lower(): column for column in self.columns}

    @cached_property
    def readable_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.readable)

    @property
    def creatable(self) -> bool:
        return "POST" in self.root_verbs or (self.child is not None and "POST" in self.child.verbs)

    @property
    def updatable(self) -> bool:
        return "PATCH" in self.root_verbs or (self.child is not None and "PATCH" in self.child.verbs)

    @property
    def deletable(self) -> bool:
        below = self.child is not None and "DELETE" in self.child.item_verbs
        return below or "DELETE" in self.item_verbs


def id_field(singular: str) -> str:
    """The field in which others name a row: `contractServiceID` (autotask-rest.md 3.3)."""
    return f"{singular[0].lower()}{singular[1:]}ID"


def columns(text: str) -> tuple[Field, ...]:
    """Fields from a table, one a line: `name type(length) flags`.

    Flags: `*` required, `ro`, `co`, `wo`, `nq` not queryable, `pick=NAME`, `ref=ENTITY`, `unchecked`.
    """
    return tuple(_column(line.split()) for line in text.splitlines() if line.strip())


def _column(words: list[str]) -> Field:
    name, type_word, *flags = words
    matched = _TYPE.match(type_word)
    if matched is None:
        raise ValueError(f"field {name}: {type_word} is not a type")
    named = dict(flag.split("=", 1) for flag in flags if "=" in flag)
    access = next((flag for flag in flags if flag in {"ro", "co", "wo"}), "rw")
    return Field(
        name=name,
        type=matched["type"],
        length=int(matched["length"] or 0),
        required="*" in flags,
        access=access,
        queryable="nq" not in flags and access != "wo",
        picklist=named.get("pick"),
        refers_to=named.get("ref"),
        checked="unchecked" not in flags,
    )


WRITE = frozenset({"POST", "PATCH", "PUT"})
READ_AND_WRITE = WRITE | {"GET"}
ONLY_POST = frozenset({"POST"})
ONLY_GET = frozenset({"GET"})
GET_AND_POST = frozenset({"GET", "POST"})
NO_VERB: frozenset[str] = frozenset()
