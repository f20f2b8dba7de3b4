"""Writes the script of a life by the dice: all troubles at once, over months, the same for the same seed.

A script holds no chance any more: kept as JSON it can be lived again for ever, whatever is drawn tomorrow.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from psabridge_proof.living import Happening
from psabridge_proof.provider import OPENING, Opening
from psabridge_proof.script_of_customers import WriterOfCustomers

# Just before a change of clocks, of the year, of a leap February; and the scenes' own day.
STARTS = (
    datetime(2026, 3, 10, 8, tzinfo=UTC),
    datetime(2026, 9, 20, 8, tzinfo=UTC),
    datetime(2026, 12, 5, 8, tzinfo=UTC),
    datetime(2028, 1, 20, 8, tzinfo=UTC),
)
ZONES = ("UTC", "UTC", "Australia/Sydney", "America/Los_Angeles")
DAYS_OF_A_MONTH = 30
DOUBTS: dict[str, tuple[Any, ...]] = {
    "rows": ("totals", "overlays"),
    "posted_period": ("refused", "extra_row"),
    "zero_units": ("allowed", "refused"),
    "zero_change": ("refused", "accepted"),
    "list_value": ("label", "export", "item_id"),
    "thread_status": (500, 429, 503),
    "retry_after": (False, True),
    "row_end": ("effective_date", "day_before"),
    "api_notes": (True, False),
    "uniqueness": ("start", "row", "inner", "none"),
    "first_day": ("in_place", "refused"),
    "person_key": ("same", "merged", "overwrites"),
    "split": ("update", "delete_insert", "gap"),
    "missing_row": ("404", "null_item"),
    "udfs_when_none_set": ("nulls", "absent", "text"),
}
# What pays as it goes moves most.
USED = [one for one in OPENING.items() for _ in range(1 if one[0][0] == "birch" else 4)]
ADJUSTMENTS = "Adjustments$"
UNITS = "Units/query"
# What strikes a request, wherever it goes.
STRIKES = (
    "busy",
    "fourth_thread",
    "error_applied",
    "error_not_applied",
    "reset_before",
    "reset_after",
    "lost_before",
    "truncated",
    "html",
    "empty",
    "null_item",
    "garbled",
)
REFUSALS = (
    "The effective date must be within the start date and end date of the contract.",
    "Unable to find the contract service.",
    "An error nobody has ever seen.",
)


def opening_of(seed: int) -> Opening:
    dice = Random(seed)
    return Opening(
        start=dice.choice(STARTS),
        zone=dice.choice(ZONES),
        contract_day=dice.choice((1, 1, 15)),
        cedar_months=dice.choice((0, 1, 2, 24, 24)),
        lines_at=dice.choice((0, 0, 10)),
        doubts={name: dice.choice(values) for name, values in DOUBTS.items()},
    )


def write_script(seed: int, months: int) -> tuple[Happening, ...]:
    return tuple(_Writer(Random(seed + 1), months, WriterOfCustomers(seed)).write())


class _Writer:
    """`calm`: how much of the trouble there is, drawn once, so that some lives are wild and some are not."""

    def __init__(self, dice: Random, months: int, customers: WriterOfCustomers) -> None:
        self._dice = dice
        self._customers = customers
        self._days = months * DAYS_OF_A_MONTH
        self._trouble = dice.choice((0.2, 0.5, 0.9))
        self._undo: list[tuple[int, Happening]] = []  # what ends by itself, and on which day

    def write(self) -> Iterator[Happening]:
        yield self._settings()
        yield from self._customers.opening()
        day = 0
        while day < self._days:
            gap = self._dice.choice((1, 5, 9, 14, 20))
            for _ in range(gap):
                day += 1
                yield (
                    "day",
                    {"hour": self._dice.choice((1, 7, 8, 12, 23)), "minute": self._dice.choice((0, 52))},
                )
                if self._dice.random() < 0.6:
                    yield self._usage()
            yield from self._ended(day)
            if self._dice.random() < self._trouble * 0.5:
                yield from self._happening(day)
            yield from self._customers.scene()
            yield from self._cycles()

    def _settings(self) -> Happening:
        dice = self._dice
        policy = dice.choice(("as_it_changes", "as_it_changes", "period_close", "next_period"))
        return "settings", {
            "policy": policy,
            "decreases_wait": dice.random() < 0.6,
            "retry_on": dice.random() < 0.8,
            "close_figure": dice.choice(("last", "highest")),
            "close_day": dice.choice((1, 3)),
        }

    # ---- what people do

    def _usage(self) -> Happening:
        (customer, name), usual = self._dice.choice(USED)
        amount = 0 if self._dice.random() < 0.02 else usual + self._dice.randint(-usual // 2, usual)
        return "usage", {"customer": customer, "name": name, "amount": amount}

    def _happening(self, day: int) -> Iterator[Happening]:
        yield from self._dice.choice(
            (
                self._edit,
                self._edit,
                self._edit,
                self._contract,
                self._contract,
                self._operator,
                self._operator,
                self._conditions,
                self._conditions,
                self._conditions,
            )
        )(day)

    def _edit(self, _day: int) -> Iterator[Happening]:
        dice = self._dice
        edit = {
            "line": dice.randrange(5),
            "days": dice.choice((-3, -1, 0, 0, 0, 1, 5)),
            "change": dice.choice((-4, -1, 2, 3, 7)),
            "by": dice.choice(("person", "person", "api:other")),
        }
        yield "edit", edit

    def _contract(self, day: int) -> Iterator[Happening]:
        dice, contract = self._dice, self._dice.randrange(3)
        match dice.randrange(7):
            case 0 | 1:
                yield "post", {"contract": contract, "days": dice.choice((-20, 0, 20))}
                self._later(day, 6, ("unpost", {"contract": contract}))
            case 2:
                yield "end", {"contract": contract, "days": dice.choice((0, 5, 30))}
                yield "renew", {"contract": contract, "linked": dice.choice(("new", "old", "none"))}
            case 3:
                yield "status", {"contract": contract, "active": False}
                self._later(day, 4, ("status", {"contract": contract, "active": True}))
            case 4:
                yield "kind", {"contract": contract, "payg": dice.choice(("No", None))}
                self._later(day, 4, ("kind", {"contract": contract, "payg": "Yes"}))
            case 5:
                customer = dice.choice(("acme", "birch", "cedar"))
                yield "company", {"customer": customer, "active": False}
                self._later(day, 4, ("company", {"customer": customer, "active": True}))
            case _:
                customer = dice.choice(("acme", "birch", "cedar"))
                yield "withhold", {"customer": customer}
                self._later(day, 3, ("give_back", {"customer": customer}))

    def _operator(self, day: int) -> Iterator[Happening]:
        dice = self._dice
        match dice.randrange(8):
            case 0:
                yield "unmap", {"customer": "cedar"}
                self._later(day, 5, ("map", {"customer": "cedar"}))
            case 1:
                mode = dice.choice(("observe", "approve"))
                yield "settings", {"modes": {"billing": mode, "provisioning": mode}}
                back = {"modes": {"billing": "automatic", "provisioning": "automatic"}}
                self._later(day, 4, ("settings", back))
            case 2:
                yield self._settings()
            case 3:
                yield "backup", {}
                self._later(day, dice.choice((1, 3, 9)), ("restore", {}))
            case 4:
                item = dice.choice(("pw_base_workstations", "pw_base_mobiles"))
                yield "quota", {"customer": "birch", "item": item, "units": dice.randrange(40)}
            case 5 | 6:
                yield "show", {}
                self._later(day, 3, ("approve_shown", {}))
            case _:
                yield "restart", {}

    def _conditions(self, day: int) -> Iterator[Happening]:
        dice, vendor = self._dice, self._dice.choice(("autotask", "acronis"))
        match dice.randrange(5):
            case 0 | 1:
                yield "lag", {"seconds": dice.choice((30, 240, 540)), "alternating": dice.random() < 0.5}
                self._later(day, 4, ("lag", {"seconds": 0}))
            case 2:
                yield "wrong_clock", {"minutes": dice.choice((-1500, -40, -3, 3, 70))}
                self._later(day, 2, ("wrong_clock", {"minutes": 0}))
            case 3:
                yield "refuse", {"vendor": vendor}
                self._later(day, 2, ("admit", {"vendor": vendor}))
            case _:
                yield "outage", {"vendor": vendor}
                self._later(day, 2, ("back", {"vendor": vendor}))

    def _later(self, day: int, most: int, happening: Happening) -> None:
        self._undo.append((day + self._dice.randint(1, most), happening))

    def _ended(self, day: int) -> Iterator[Happening]:
        yield from (happening for due, happening in self._undo if due <= day)
        self._undo = [one for one in self._undo if one[0] > day]

    # ---- cycles and what strikes them

    def _cycles(self) -> Iterator[Happening]:
        yield self._cycle()
        while self._dice.random() < 0.25:
            yield "wait", {"minutes": self._dice.choice((5, 11, 11, 40, 75))}
            yield self._cycle()

    def _cycle(self) -> Happening:
        dice, values = self._dice, dict[str, Any]()
        if dice.random() < 0.2:
            values["person"] = False
        if dice.random() < self._trouble:
            values["faults"] = [self._fault() for _ in range(dice.choice((1, 1, 2)))]
        if dice.random() < self._trouble * 0.25:
            values["dies_at"] = dice.randint(1, 90)
        elif dice.random() < self._trouble * 0.1:
            values["overtaken_at"] = dice.randint(1, 30)
        elif dice.random() < self._trouble * 0.1:
            values["meanwhile"] = self._meanwhile()
        return "cycle", values

    def _fault(self) -> dict[str, Any]:
        draw = self._dice.choice(
            (
                self._strike,
                self._strike,
                self._strike_at_post,
                self._strike_at_post,
                self._held,
                self._slow,
                self._twice,
                self._refused,
                self._limited,
                self._paged,
            )
        )
        return draw()

    def _strike(self) -> dict[str, Any]:
        vendor = self._dice.choice(("autotask", "acronis"))
        rule = {"kind": self._dice.choice(STRIKES), "vendor": vendor, "nth": self._dice.randint(1, 20)}
        return rule | {"times": self._dice.choice((1, 1, 3))}

    def _strike_at_post(self) -> dict[str, Any]:
        """At a change of units, where it matters most."""
        rule = {
            "kind": self._dice.choice(STRIKES),
            "vendor": "autotask",
            "method": "POST",
            "path": ADJUSTMENTS,
        }
        return rule | {"nth": self._dice.choice((1, 1, 1, 2))}

    def _slow(self) -> dict[str, Any]:
        """An answer that comes after the deadline, of a vendor that acted or did not."""
        rule = {"kind": "slow", "vendor": "autotask", "method": "POST", "path": ADJUSTMENTS, "seconds": 45}
        return rule | {"applied": self._dice.random() < 0.5}

    def _held(self) -> dict[str, Any]:
        seconds = self._dice.choice((20, 400, 1900, 3480))
        return {
            "kind": "hold",
            "vendor": "autotask",
            "method": "POST",
            "path": ADJUSTMENTS,
            "seconds": seconds,
        }

    def _twice(self) -> dict[str, Any]:
        return {"kind": "twice", "vendor": "autotask", "method": "POST", "path": ADJUSTMENTS}

    def _refused(self) -> dict[str, Any]:
        rule = {"kind": "refuse", "vendor": "autotask", "method": "POST", "path": ADJUSTMENTS}
        return rule | {"text": self._dice.choice(REFUSALS)}

    def _limited(self) -> dict[str, Any]:
        dice = self._dice
        rule = {"kind": "hourly_limit", "vendor": "autotask", "nth": dice.randint(1, 15)}
        how = dice.choice(
            ({}, {"retry_after": 30}, {"retry_after": 900}, {"retry_after": 120, "retry_after_date": True})
        )
        return rule | how

    def _paged(self) -> dict[str, Any]:
        """Rows that are missing, repeated or shown by another page, while they move."""
        dice = self._dice
        rule = {"kind": dice.choice(("repeat_page", "skip_page", "drop_rows")), "vendor": "autotask"}
        return rule | {
            "path": dice.choice((UNITS, "query")),
            "nth": dice.randint(1, 4),
            "size": dice.randint(1, 3),
        }

    def _meanwhile(self) -> Happening:
        """Somebody acts between the last look at a line and its change (P3, P15)."""
        dice = self._dice
        contract = dice.choice((0, 2))
        edit = {"line": dice.randrange(5), "days": dice.choice((-1, 0, 1)), "change": dice.choice((-2, 3))}
        acts: tuple[Happening, ...] = (
            ("edit", edit | {"by": "person"}),
            ("edit", edit | {"by": "api:other"}),
            ("post", {"contract": contract, "days": 0}),
            ("end", {"contract": contract, "days": 10}),
        )
        return dice.choice(acts)
