"""The part of a script in which customers come, are synced both ways and leave, with dice of its own.

Whatever is drawn here, the other part of the script is the same as without it.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from psabridge_proof.living import Happening

OLD = ("acme", "birch", "cedar")
NEW = ("dogwood", "elm", "fir", "gorse", "hazel", "ivy")
# Of what is sold to newcomers: the row of the catalogue, and what counts its usage.
SOLD = ("workstations", "mailboxes", "mobiles", "storage")
ITEMS = ("pw_base_workstations", "pw_base_m365_seats", "pw_base_mobiles")
SERVERS = "pw_base_servers"
FOREIGN = ("another-system:17", "", "psabridge:other:1")
# Writes by their routes, where faults matter most here.
Routes = tuple[tuple[str, str, str], ...]
TENANT = "/tenants/[0-9a-f-]+$"
LEAVING: Routes = (("acronis", "PUT", TENANT), ("acronis", "PUT", TENANT), ("acronis", "DELETE", TENANT))
ARRIVING: Routes = (
    ("acronis", "POST", "/tenants$"),
    ("acronis", "POST", "/users$"),
    ("acronis", "POST", "/send-activation-email$"),
    ("acronis", "PUT", "/access_policies$"),
    ("acronis", "PUT", "/offering_items"),
    ("acronis", "PUT", "/pricing$"),
    ("acronis", "POST", "/applications/"),
    ("acronis", "PUT", "/mfa/status$"),
    ("acronis", "PUT", TENANT),
)
BOTH_WAYS: Routes = (
    ("acronis", "PUT", "/offering_items"),
    ("autotask", "POST", "/Contracts/[0-9]+/Services$"),
    ("autotask", "POST", "/Services$"),
    ("autotask", "POST", "Adjustments$"),
)
STRIKES = (
    "busy",
    "error_applied",
    "error_not_applied",
    "reset_before",
    "reset_after",
    "lost_before",
    "truncated",
    "empty",
)
SCENES = 0.8  # so often something happens before the next cycles
Scenes = tuple[Callable[[], Iterator[Happening]], ...]


class WriterOfCustomers:
    """Two lives of three have none of it; the others some of its three parts."""

    def __init__(self, seed: int) -> None:
        self._dice = dice = Random(f"customers of {seed}")
        is_on = dice.random() < 0.36
        self._arriving, self._leaving, self._both_ways = (is_on and dice.random() < 0.6 for _ in range(3))
        self._trouble = dice.choice((0.2, 0.5, 0.9))
        self._left = list(NEW)
        self._here: list[str] = list(OLD)

    def opening(self) -> Iterator[Happening]:
        """What the operator switched on before the first cycle."""
        if self._arriving:
            yield "settings", self._arrivals()
        if self._leaving:
            yield "settings", self._leavings()
        if self._both_ways:
            yield "both_ways", {"on": True}

    def scene(self) -> Iterator[Happening]:
        scenes = self._scenes()
        if scenes and self._dice.random() < SCENES:
            yield from self._dice.choice(scenes)()

    def _scenes(self) -> Scenes:
        return (
            (self._comes, self._comes, self._comes, self._place, self._newcomer, self._retold)
            * self._arriving
            + (self._leaves, self._leaves, self._leaves) * self._leaving
            + (self._quota, self._quota, self._quota) * self._both_ways
        )

    # ---- customers that come

    def _arrivals(self) -> dict[str, Any]:
        dice = self._dice
        account = {"account_from": "company name", "activation_email": "office@provider.example"}
        new = {"two_factor": dice.random() < 0.3, "mode": dice.choice(("production", "production", "trial"))}
        return {
            "creates_customers": dice.random() < 0.9,
            "writes_tags": dice.random() < 0.5,
            "new_customers": new | (account if dice.random() < 0.3 else {}),
        }

    def _comes(self) -> Iterator[Happening]:
        dice = self._dice
        if not self._left:
            yield from self._place()
            return
        customer = self._left.pop(0)
        self._here.append(customer)
        starts = dice.choice((0, 0, 0, 0, 0, 0, 3, None))
        sold = {name: dice.randint(1, 9) for name in dice.sample(SOLD, dice.choice((1, 1, 2)))}
        yield (
            "arrives",
            {
                "customer": customer,
                "payg": dice.random() < 0.5,
                "sold": sold,
                "starts": starts,
                "contact": dice.random() < 0.9,
                "in_the_way": dice.choice(("", "", "", "", "tenant", "login")),
            },
        )
        yield from self._cycles(dice.choice((1, 2)), ARRIVING)

    def _place(self) -> Iterator[Happening]:
        """What was in somebody's way is settled."""
        dice, customer = self._dice, self._dice.choice(NEW)
        word = dice.choice(("contact", "contact", "clears_the_way", "map_by_hand", "signs"))
        more: dict[str, Any] = {}
        if word == "signs":
            more = {"payg": dice.random() < 0.5, "sold": {dice.choice(SOLD): dice.randint(1, 9)}, "starts": 0}
        yield word, {"customer": customer, **more}
        yield from self._cycles(1, ARRIVING)

    def _newcomer(self) -> Iterator[Happening]:
        """What becomes of customers that were made."""
        dice, customer = self._dice, self._dice.choice(self._here)
        match dice.randrange(5):
            case 0 | 1:
                name = dice.choice(SOLD)
                yield "usage", {"customer": customer, "name": name, "amount": dice.randint(0, 30)}
            case 2:
                yield "unmap", {"customer": customer}
                yield from self._cycles(1, ARRIVING)
                yield "map", {"customer": customer}
            case 3:
                yield "tag", {"customer": customer, "text": dice.choice(FOREIGN)}
            case _:
                yield "switch_tenant", {"customer": customer, "enabled": dice.random() < 0.7}
        yield from self._cycles(1, ARRIVING)

    def _retold(self) -> Iterator[Happening]:
        yield "settings", self._arrivals()

    # ---- customers that leave

    def _leavings(self) -> dict[str, Any]:
        dice = self._dice
        after = dice.choice((1, 1, 2, 3))
        leaving = {
            "disables": dice.random() < 0.9,
            "disable_after": after,
            "deletes": dice.random() < 0.8,
            "delete_after": after + dice.choice((1, 1, 2)),
            "deletes_unasked": dice.random() < 0.3,
        }
        mode = dice.choice(("automatic",) * 6 + ("approve", "observe"))
        return {"leaving": leaving, "modes": {"deprovisioning": mode}}

    def _leaves(self) -> Iterator[Happening]:
        dice, customer = self._dice, self._dice.choice(self._here)
        yield "leaves", {"customer": customer, "days": dice.choice((0, 0, 0, 1))}
        for _ in range(dice.choice((6, 7, 8, 10))):
            yield from self._cycles(1, LEAVING)
            if dice.random() < 0.12:
                yield from self._stays(customer)
        if dice.random() < 0.6:
            yield "comes_back", {"customer": customer}
            yield from self._cycles(2, LEAVING)

    def _stays(self, customer: str) -> Iterator[Happening]:
        """Something that must be noticed before its tenant is disabled, or deleted."""
        dice = self._dice
        match dice.randrange(7):
            case 0:
                yield "exempt", {"customer": customer, "ends": dice.random() < 0.4}
            case 1:
                yield "comes_back", {"customer": customer}
            case 2:
                yield "switch_tenant", {"customer": customer, "enabled": dice.random() < 0.7}
            case 3:
                yield "confirm_left", {"customer": customer}
            case 4:
                yield "settings", self._leavings()
            case 5:
                yield "company", {"customer": customer, "active": dice.random() < 0.5}
            case _:
                yield "tag", {"customer": customer, "text": dice.choice(FOREIGN)}

    # ---- both ways

    def _quota(self) -> Iterator[Happening]:
        dice, customer = self._dice, self._dice.choice((*self._here, "birch", "birch"))
        match dice.randrange(7):
            case 6:
                yield "offers", {"name": "Server backup", "item": SERVERS}
                yield from self._cycles(1, BOTH_WAYS)
                yield "prices", {"name": "Server backup", "price": 9}
                yield from self._cycles(1, BOTH_WAYS)
                yield "item", {"customer": customer, "name": SERVERS, "on": True}
            case 0:
                yield "item", {"customer": customer, "name": dice.choice(ITEMS), "on": dice.random() < 0.6}
            case 1:
                yield "both_ways", {"on": dice.random() < 0.6}
            case _:
                units = {"item": dice.choice(ITEMS), "units": dice.randrange(40)}
                yield "quota", {"customer": customer, **units}
        yield from self._cycles(dice.choice((1, 2)), BOTH_WAYS)

    # ---- cycles and what strikes them

    def _cycles(self, count: int, routes: Routes) -> Iterator[Happening]:
        for _ in range(count):
            yield "day", {"hour": self._dice.choice((7, 9, 23)), "minute": self._dice.choice((0, 52))}
            yield self._cycle(routes)
            if self._dice.random() < 0.3:
                yield "wait", {"minutes": self._dice.choice((11, 11, 75))}
                yield self._cycle(routes)

    def _cycle(self, routes: Routes) -> Happening:
        dice, values = self._dice, dict[str, Any]()
        if dice.random() < 0.2:
            values["person"] = False
        if dice.random() < self._trouble:
            values["faults"] = [self._fault(routes)]
        if dice.random() < self._trouble * 0.25:
            values["dies_at"] = dice.randint(1, 120)
        elif dice.random() < self._trouble * 0.1:
            values["overtaken_at"] = dice.randint(1, 40)
        return "cycle", values

    def _fault(self, routes: Routes) -> dict[str, Any]:
        """At one of these writes; of other requests of Acronis now and then."""
        dice = self._dice
        vendor, method, path = dice.choice(routes)
        at = {"vendor": vendor, "method": method, "path": path, "nth": dice.choice((1, 1, 1, 2))}
        match dice.randrange(8):
            case 0:
                return at | {"kind": "hold", "seconds": dice.choice((20, 400, 1900, 3480))}
            case 1:
                return at | {"kind": "slow", "seconds": 45, "applied": dice.random() < 0.5}
            case 2:
                return {"vendor": "acronis", "kind": dice.choice(STRIKES), "nth": dice.randint(1, 20)}
            case _:
                return at | {"kind": dice.choice(STRIKES)}
