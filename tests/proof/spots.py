"""Every call of the month by its place in its day, so that a later run can strike exactly that one."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from psabridge_emulators.frame.calls import route_of
from psabridge_emulators.frame.wire import Request

UNITS = "Adjustments"
ROWS = "Units/query"
CREATIONS = ("/Services", "/UserDefinedFieldDefinitions", "/ListItems", "/tenants", "/users")
MAIL = "/send-activation-email"


@dataclass(frozen=True, slots=True)
class Spot:
    day: int
    number: int  # of the call among those of its day
    vendor: str
    method: str
    route: str
    nth: int  # of its method and route on its day
    look: int  # the number of the last read of unit rows before it; 0: none
    line: int | None = None  # of a change of units
    dated: date | None = None
    is_on_first_day: bool = False  # of a period
    of: int = 0  # how many calls of its method and route its day had

    @property
    def is_read(self) -> bool:
        return self.method == "GET" or self.route.endswith("/query")

    @property
    def is_units(self) -> bool:
        return self.line is not None

    @property
    def creates(self) -> bool:
        return self.method == "POST" and self.route.endswith(CREATIONS)

    @property
    def mails(self) -> bool:
        return self.route.endswith(MAIL)

    @property
    def route_words(self) -> str:
        return f"{self.method} {self.vendor} {self.route}"

    def __str__(self) -> str:
        dated = "" if self.dated is None else f" line {self.line} from {self.dated}"
        return f"day {self.day}, call {self.number}: {self.route_words}{dated}"


class Spots:
    """Numbers the calls of each day; nobody lists them. Periods begin on `period_day` of a month."""

    def __init__(self, period_day: int) -> None:
        self._period_day = period_day
        self.met: dict[int, list[Spot]] = {}
        self.day = -1  # before the first
        self._look = 0

    def begin(self, day: int) -> None:
        self.day, self._look = day, 0
        self.met[day] = []

    def call(self, moment: str, vendor: str, request: Request) -> None:
        if moment != "before" or self.day < 0:
            return
        met = self.met[self.day]
        kind = (vendor, request.method, route_of(request.path))
        nth = 1 + sum(1 for one in met if (one.vendor, one.method, one.route) == kind)
        line, dated = _change(request)
        is_first = dated is not None and dated.day == self._period_day
        met.append(Spot(self.day, len(met) + 1, *kind, nth, self._look, line, dated, is_first))
        if request.path.endswith(ROWS):
            self._look = len(met)


def _change(request: Request) -> tuple[int | None, date | None]:
    if request.method != "POST" or not request.path.endswith(UNITS):
        return None, None
    body = json.loads(request.body)
    line = body.get("contractServiceID", body.get("contractServiceBundleID"))
    return line, date.fromisoformat(body["effectiveDate"][:10])


def counted(spots: list[Spot]) -> list[Spot]:
    """Each with the number of its kind, known when its day is over."""
    kinds = Counter((spot.vendor, spot.method, spot.route) for spot in spots)
    return [replace(spot, of=kinds[spot.vendor, spot.method, spot.route]) for spot in spots]
