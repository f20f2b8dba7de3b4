"""What nobody knows about Autotask, as switches: a client has to be right under every setting.

Numbers are those of autotask-rest.md 11 and protocol.md. Set them before the world changes: a switch
says how the next change is done and leaves what already stands as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class Doubts:
    # D1: a row that begins inside a period holds the new total, or only the change.
    rows: Literal["totals", "overlays"] = "totals"
    # D2: an adjustment that reaches into a posted period.
    posted_period: Literal["refused", "extra_row"] = "refused"
    # D3
    zero_units: Literal["allowed", "refused"] = "allowed"
    negative_units: Literal["refused", "allowed"] = "refused"
    zero_change: Literal["refused", "accepted"] = "refused"
    # D5: what a list field carries on the wire.
    list_value: Literal["label", "export", "item_id"] = "label"
    # D6
    completed_date_on_reopen: Literal["cleared", "kept"] = "cleared"
    # D7
    thread_status: Literal[500, 429, 503] = 500
    retry_after: bool = False
    added_latency: bool = False
    # D9
    row_end: Literal["effective_date", "day_before"] = "effective_date"
    # D10
    in_list_counts: bool = True
    # D11: a change of units made through the API writes a contract note.
    api_notes: bool = True
    # D15 and D16, U of protocol.md.
    uniqueness: Literal["start", "row", "inner", "none"] = "start"
    first_day: Literal["in_place", "refused"] = "in_place"
    # D17: a person's change on a date that is taken.
    person_key: Literal["same", "merged", "overwrites"] = "same"
    # D19: what every entity without a lag of its own takes.
    read_lag_seconds: int = 0
    # protocol.md 5: how a split is done; "gap" shows the deletion before the insertion while reads lag.
    split: Literal["update", "delete_insert", "gap"] = "update"
    # A line made without units has rows with 0 units, or none until its first adjustment.
    new_line_rows: Literal["zero", "none"] = "zero"
    # P6: whether an adjustment by line id also needs the contract id.
    adjustment_needs_contract: bool = False
    # autotask-rest.md 2.1, 3, 4: what different sources saw.
    missing_row: Literal["404", "null_item"] = "404"
    collection_patch: Literal["works", "missing"] = "works"
    null_on_create: Literal["refused", "accepted"] = "refused"
    udfs_when_none_set: Literal["nulls", "absent", "text"] = "nulls"
    # 2.4, 6.3: whether a write may choose what was switched off, or a company that is not active.
    inactive_value: Literal["refused", "accepted"] = "refused"
    inactive_company: Literal["refused", "accepted"] = "refused"
    # 6.3: a ticket with the external id of another. "noted": the open one gets a note and answers its id.
    duplicate_external_id: Literal["accepted", "refused", "noted"] = "accepted"
    # 8: how a callout names who acted, and what its signature covers.
    webhook_person_key: Literal["PersonID", "PersonId"] = "PersonID"
    webhook_signature: Literal["raw", "escaped"] = "raw"
    # What becomes of the ticket that a person merges into another.
    merged_ticket: Literal["completed", "deleted"] = "completed"

    def changed(self, settings: Mapping[str, Any]) -> "Doubts":
        """These doubts with some set anew; raises ValueError for an unknown name or value."""
        known = get_type_hints(Doubts)
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"there is no doubt named {name}; known: {', '.join(sorted(known))}")
            _check(name, value, known[name])
        return replace(self, **settings)

    def as_dict(self) -> dict[str, Any]:
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


def _check(name: str, value: object, kind: Any) -> None:  # noqa: ANN401  a type or a Literal
    allowed = get_args(kind)
    if allowed and value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(map(str, allowed))}, not {value}")
    if not allowed and type(value) is not kind:
        raise ValueError(f"{name} is a {kind.__name__}, not {value!r}")
