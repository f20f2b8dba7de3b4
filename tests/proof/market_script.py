"""Writes the script of a life of customers by the dice, the same for the same seed.

Scenes are weighed so that creations, orders and ends are common and each meets trouble at its own requests;
what else people do happens between them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from psabridge_proof.living import Happening
from psabridge_proof.script import STRIKES, ZONES
from tests.proof.market import MarketOpening

STARTS = (datetime(2026, 3, 10, 8, tzinfo=UTC), datetime(2026, 3, 26, 22, tzinfo=UTC))
DOUBTS: dict[str, tuple[Any, ...]] = {
    "rows": ("totals", "overlays"),
    "new_line_rows": ("zero", "none"),
    "zero_units": ("allowed", "refused"),
}
ALL_AUTOMATIC = dict.fromkeys(("billing", "provisioning", "deprovisioning"), "automatic")
ALL_APPROVE = dict.fromkeys(ALL_AUTOMATIC, "approve")
ACRONIS, AUTOTASK = {"vendor": "acronis"}, {"vendor": "autotask"}
MAKING = (
    {**ACRONIS, "method": "POST", "path": "/tenants$"},
    {**ACRONIS, "method": "POST", "path": "/users$"},
    {**ACRONIS, "method": "PUT", "path": "/access_policies$"},
    {**ACRONIS, "method": "PUT", "path": "/pricing$"},
    {**ACRONIS, "method": "POST", "path": "/send-activation-email$"},
    {**ACRONIS, "method": "PUT", "path": "/offering_items$"},
)
ENDING = (
    {**ACRONIS, "method": "PUT", "path": "/tenants/[^/]+$"},
    {**ACRONIS, "method": "DELETE", "path": "/tenants/"},
)
POST_LINE = {**AUTOTASK, "method": "POST", "path": "/Contracts/[0-9]+/Services$"}
POST_SERVICE = {**AUTOTASK, "method": "POST", "path": "V1.0/Services$"}
POST_UNITS = {**AUTOTASK, "method": "POST", "path": "Adjustments$"}
WRITES = (*MAKING, *ENDING, POST_LINE, POST_UNITS)
HALF_READ = ("drop_rows", "repeat_page", "skip_page", "html", "truncated", "null_item", "busy")
RENAMED = {"name": "Renamed"}
TOUCHES: tuple[dict[str, Any], ...] = (
    RENAMED,
    {"internal_tag": "erp:17"},
    {"internal_tag": None},
    {"enabled": True},
    {"enabled": False},
    {"customer_id": "17"},
)
NEWEST = -1  # the firm that came last
SCENES = 9  # of a life, about
Scene = Callable[[], Iterator[Happening]]


def market_of(seed: int) -> MarketOpening:
    dice = Random(seed)
    doubts = {name: dice.choice(values) for name, values in DOUBTS.items()}
    return MarketOpening(
        start=dice.choice(STARTS),
        zone=dice.choice(ZONES),
        doubts=doubts,
        settings={"two_way": _two_way(dice.random() < 0.6)},
    )


def write_market_script(seed: int) -> tuple[Happening, ...]:
    return tuple(_Writer(Random(seed + 1)).write())


def _two_way(is_on: bool) -> dict[str, Any]:
    return {"is_on": is_on, "billing_code": 1, "period_type": 1}


class _Writer:
    """`trouble`: how much goes wrong, drawn once, so that some lives are wild and some are not."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._trouble = dice.choice((0.2, 0.5, 0.8))

    def write(self) -> Iterator[Happening]:
        yield self._cycle(POST_SERVICE)  # the first sync
        yield from self._soon()
        yield from (("price", {}), ("restart", {}))  # what is sold at no price gets no line (R9)
        for _ in range(self._dice.randint(SCENES - 4, SCENES + 4)):
            yield from self._dice.choices(*self._scenes())[0]()

    def _scenes(self) -> tuple[Sequence[Scene], Sequence[int]]:
        weighed: dict[Scene, int] = {
            self._arrives: 5,
            self._orders: 3,
            self._leaves: 5,
            self._out_of_sight: 1,
            self._one_thing: 5,
            self._applied_later: 2,
            self._inside: 2,
            self._back: 1,
            self._days: 2,
            self._overtaken: 1,
        }
        return tuple(weighed), tuple(weighed.values())

    # ---- scenes

    def _arrives(self) -> Iterator[Happening]:
        dice = self._dice
        yield (
            "arrive",
            {
                "payg": dice.random() < 0.4,
                "units": dice.randint(1, 9),
                "contact": dice.random() < 0.9,
                "taken": dice.choice(("", "", "", "name", "login")),
            },
        )
        yield self._cycle(*MAKING)
        if dice.random() < 0.3:  # a person does not care whether it is finished
            yield "touch", {"firm": NEWEST, "fields": dice.choice((RENAMED, *TOUCHES, RENAMED))}
        yield from self._soon()

    def _orders(self) -> Iterator[Happening]:
        """Two-way: a person lets the line go that is wanted then (ACR-TWO-04)."""
        order = {"firm": self._firm(), "item": 1, "units": self._dice.randint(1, 9), "on": True}
        yield "order", order
        yield self._cycle(POST_LINE)
        yield from self._soon()

    def _leaves(self) -> Iterator[Happening]:
        """The struck day is often one on which the bridge may disable or delete."""
        dice, firm, person = self._dice, self._firm(), self._dice.random() < 0.8
        yield "cycle", {}
        yield "end", {"firm": firm, "days": dice.choice((-40, -1, -1, 0))}
        yield from self._pass(dice.choice((2, 3, 5, 5)), person=person)
        yield "day", {"hour": 9}
        yield self._cycle(*ENDING, person=person)
        yield from dice.choice(
            (
                [],
                [("come_back", {"firm": firm}), ("cycle", {})],
                [("exempt", {"firm": firm, "exempt": True})],
                [("touch", {"firm": firm, "fields": dice.choice(TOUCHES)})],
                self._read_and_returned(firm),
            )
        )
        yield from self._pass(dice.choice((1, 2, 3)), person=person)

    def _read_and_returned(self, firm: int) -> list[Happening]:
        """A plan is shown, the customer comes back, and the plan is let go."""
        shown: list[Happening] = [("day", {"hour": 9}), ("cycle", {"person": False}), ("show", {})]
        return [*shown, ("come_back", {"firm": firm}), ("approve_shown", {})]

    def _out_of_sight(self) -> Iterator[Happening]:
        """What cannot be read has not ended (R20)."""
        firm = self._firm()
        yield "cycle", {}
        if self._dice.random() < 0.5:
            yield "end", {"firm": firm, "days": -1}
            yield from self._pass(1, person=True)
        yield "hide", {"firm": firm}
        yield from self._pass(self._dice.randint(2, 5), person=True)
        yield "show_again", {}

    def _one_thing(self) -> Iterator[Happening]:
        yield self._anything()
        if self._dice.random() < 0.5:
            yield self._cycle(*WRITES)

    def _applied_later(self) -> Iterator[Happening]:
        """A person reads what one happening led to, and lets it go after another."""
        yield "settings", {"modes": ALL_APPROVE}
        yield self._anything()
        yield "cycle", {"person": False}
        yield "show", {}
        yield self._anything()
        yield "approve_shown", {}
        yield "settings", {"modes": ALL_AUTOMATIC}

    def _inside(self) -> Iterator[Happening]:
        """Somebody acts between the look and the write."""
        dice = self._dice
        word, values = dice.choice((self._sale, self._person))()
        if dice.random() < 0.5:
            word, values = "add_line", {"firm": values["firm"]}
            yield "settings", {"two_way": _two_way(True)}
        units = dice.randint(1, 9)
        yield "order", {"firm": values["firm"], "item": 1, "units": units, "on": True}
        yield "day", {"hour": 9}
        yield "cycle", {"meanwhile": (word, values), "meanwhile_at": dice.choice((0, dice.randint(1, 50)))}

    def _back(self) -> Iterator[Happening]:
        """Yesterday's database is put back after something happened."""
        yield "backup", {}
        for _ in range(self._dice.randint(1, 2)):
            yield from self._dice.choice((self._arrives, self._leaves, self._one_thing))()
        yield "restore", {}
        yield from self._pass(1, person=self._dice.random() < 0.8)

    def _days(self) -> Iterator[Happening]:
        yield "day", {"hour": self._dice.choice((0, 8, 23))}
        yield self._cycle(*WRITES)
        yield from self._soon()

    def _overtaken(self) -> Iterator[Happening]:
        yield from (self._anything(), ("day", {"hour": 9}))
        yield "cycle", {"overtaken_at": self._dice.randint(1, 30)}

    # ---- what people do

    def _anything(self) -> Happening:
        return self._dice.choice((self._sale, self._sale, self._person, self._operator))()

    def _sale(self) -> Happening:
        dice = self._dice
        draws: tuple[tuple[str, dict[str, Any]], ...] = (
            ("end", {"days": dice.choice((-40, -1, 0, 2))}),
            ("come_back", {}),
            (
                "buy",
                {"payg": dice.random() < 0.5, "units": dice.randint(0, 9), "days": dice.choice((0, 0, 3))},
            ),
            ("kind", {"payg": dice.choice(("Yes", "No", None))}),
            ("status", {"active": dice.random() < 0.6}),
            ("company", {"active": dice.random() < 0.6}),
            ("units", {"change": dice.choice((-9, -3, 2, 5))}),
            ("add_line", {}),
        )
        return self._of_firm(*dice.choice(draws))

    def _person(self) -> Happening:
        dice = self._dice
        order = {
            "item": dice.randint(0, 1),
            "units": dice.choice((None, 0, 4, 12)),
            "on": dice.random() < 0.7,
        }
        draws: tuple[tuple[str, dict[str, Any]], ...] = (
            ("order", order),
            ("usage", {"item": dice.randint(0, 1), "amount": dice.randint(0, 30)}),
            ("touch", {"fields": dice.choice(TOUCHES)}),
            ("touch", {"fields": dice.choice(TOUCHES)}),
            ("remove", {}),
            ("move", {"out": dice.random() < 0.6}),
        )
        return self._of_firm(*dice.choice(draws))

    def _operator(self) -> Happening:
        dice = self._dice
        modes = {
            work: dice.choice(("observe", "approve", "automatic", "automatic")) for work in ALL_AUTOMATIC
        }
        draws: tuple[Happening, ...] = (
            ("settings", {"modes": modes}),
            ("settings", {"modes": ALL_AUTOMATIC}),
            ("settings", {"creates_customers": dice.random() < 0.6}),
            ("settings", {"leaving": self._leaving()}),
            ("settings", {"two_way": _two_way(dice.random() < 0.6)}),
            ("restart", {}),
            self._of_firm("exempt", {"exempt": dice.random() < 0.5}),
            self._of_firm("confirm", {}),
            self._of_firm("unmap", {}),
            self._of_firm("map", {}),
        )
        return dice.choice(draws)

    def _leaving(self) -> dict[str, Any]:
        draws = {name: self._dice.random() < 0.7 for name in ("disables", "deletes", "deletes_unasked")}
        return {"disable_after": 2, "delete_after": 4, **draws}

    def _of_firm(self, word: str, values: dict[str, Any]) -> Happening:
        return word, {"firm": self._firm(), **values}

    def _firm(self) -> int:
        return self._dice.randrange(4)

    # ---- cycles and what strikes them

    def _soon(self) -> Iterator[Happening]:
        yield "wait", {"minutes": self._dice.choice((5, 15, 70))}
        yield "cycle", {}

    def _pass(self, days: int, *, person: bool) -> Iterator[Happening]:
        for _ in range(days):
            yield "day", {"hour": 9}
            yield "cycle", {"person": person}

    def _cycle(self, *writes: dict[str, Any], person: bool = True) -> Happening:
        """One that may be struck at one of these writes, or at a read, or in which the process dies."""
        dice, values = self._dice, dict[str, Any]()
        if not person:
            values["person"] = False
        if dice.random() < self._trouble:
            values["faults"] = [
                self._half_read() if dice.random() < 0.15 else self._strike(dice.choice(writes))
            ]
        if dice.random() < self._trouble * 0.4:
            values["dies_at"] = dice.randint(1, 100)
        return "cycle", values

    def _strike(self, write: dict[str, Any]) -> dict[str, Any]:
        if self._dice.random() < 0.25:
            return {"kind": "hold", "seconds": self._dice.choice((60, 1900, 3480)), **write}
        return {"kind": self._dice.choice(STRIKES), **write}

    def _half_read(self) -> dict[str, Any]:
        dice = self._dice
        vendor, path = dice.choice((("autotask", "query"), ("acronis", "tenants"), ("acronis", "users")))
        return {"kind": dice.choice(HALF_READ), "vendor": vendor, "path": path, "nth": dice.randint(1, 6)}
