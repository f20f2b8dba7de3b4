"""How a change of units is taken in: the rules of autotask-rest.md 5.4 and the doubts about them."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import ONE_DAY, day_of, wire_time
from psabridge_emulators.autotask.errors import Invalid, duplicate_period, posted_period
from psabridge_emulators.autotask.ledger import LandedAdjustment
from psabridge_emulators.autotask.lines import Line, line_of
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.unit_rows import Move, UnitRows, base_on, level_on, levels_on

BY_API = "api"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of units that somebody asks for, through the API or at the screen."""

    line_id: int
    day: date
    units: int
    by: str = BY_API  # "api:NAME" is another user of the API; everybody else sits at the screen
    rate: Decimal | None = None
    cost_rate: Decimal | None = None
    resource_id: int | None = None
    key: str | None = None  # for one edit only: another setting of the doubt `person_key` (D17)

    @property
    def through_api(self) -> bool:
        return self.by == BY_API or self.by.startswith(f"{BY_API}:")

    @property
    def move(self) -> Move:
        return Move(self.day, self.units, self.rate, self.cost_rate)


class ContractEngine:
    def __init__(self, database: Database) -> None:
        self._database = database
        # Which dates of a line an adjustment has used, with the end its row had then (U in protocol.md).
        self._taken: dict[int, dict[date, str]] = {}

    def adjust(self, change: Change) -> int:
        """Take in a change of units and return the id that leads nowhere."""
        line = line_of(self._database, change.line_id)
        rows = UnitRows(self._database, line)
        self._check_window(line, change.day)
        change = self._check_key(rows, change)
        self._check_level(rows, change)
        if self._database.doubts.posted_period == "refused" and rows.reaches_posted(change.move):
            raise posted_period()
        if not rows.all():
            rows.make(units=0)
        rows.apply(change.move)
        self._take(line, rows, change.day)
        self._write_note(line, change)
        return self._record(line, rows, change)

    def units_on(self, line_id: int, *days: date) -> tuple[int | None, ...]:
        """Units in force on each of the days."""
        line = line_of(self._database, line_id)
        rows = UnitRows(self._database, line).all()
        levels = zip(days, levels_on(rows, days), strict=True)
        return tuple(level if line.starts <= day <= line.ends else None for day, level in levels)

    def forget_dates_after(self, line_id: int, day: date) -> None:
        """Dropping rows frees the dates they used."""
        taken = self._taken.get(line_id, {})
        self._taken[line_id] = {used: end for used, end in taken.items() if used <= day}

    def _check_window(self, line: Line, day: date) -> None:
        if not line.starts <= day <= line.ends:
            raise Invalid("The effective date must be within the start date and end date of the contract.")

    def _check_key(self, rows: UnitRows, change: Change) -> Change:
        """The change as it may land, or the refusal of a date that is taken (D15, D16, D17)."""
        setting = change.key or self._database.doubts.person_key
        if not change.through_api and setting == "merged":
            return change
        if not change.through_api and setting == "overwrites":
            return self._instead_of_what_stands(rows, change)
        first_day = _is_first_day(rows.all(), change.day)
        if first_day and self._database.doubts.first_day == "refused":
            raise duplicate_period()
        if self._is_taken(rows, change, first_day=first_day):
            raise duplicate_period()
        return change

    def _instead_of_what_stands(self, rows: UnitRows, change: Change) -> Change:
        if change.day not in self._taken.get(change.line_id, {}):
            return change
        standing = rows.all()
        before = level_on(standing, change.day - ONE_DAY) or 0
        step = (level_on(standing, change.day) or 0) - before
        return replace(change, units=change.units - step)

    def _is_taken(self, rows: UnitRows, change: Change, *, first_day: bool) -> bool:
        end = self._taken.get(change.line_id, {}).get(change.day)
        if end is None:
            return False
        match self._database.doubts.uniqueness:
            case "start":
                return True
            case "row":
                starting = [row for row in rows.all() if day_of(row["startDate"]) == change.day]
                return any(row["endDate"] == end for row in starting)
            case "inner":
                return not first_day
            case _:
                return False

    def _check_level(self, rows: UnitRows, change: Change) -> None:
        doubts = self._database.doubts
        if change.units == 0 and change.rate is None and doubts.zero_change == "refused":
            raise Invalid("Unit Change cannot be 0.")
        after = rows.levels_after(change.move)
        if doubts.negative_units == "refused" and min(after) < 0:
            raise Invalid("The number of units cannot be less than 0.")
        if doubts.zero_units == "refused" and change.units and 0 in after:
            raise Invalid("The number of units cannot be 0.")

    def _take(self, line: Line, rows: UnitRows, day: date) -> None:
        starting = [row for row in rows.all() if day_of(row["startDate"]) == day]
        self._taken.setdefault(line.id, {})[day] = starting[-1]["endDate"]

    def _write_note(self, line: Line, change: Change) -> None:
        """The screen always leaves a note; whether the API does is D11."""
        if change.through_api and not self._database.doubts.api_notes:
            return
        now = wire_time(self._database.now)
        sign = "increased" if change.units >= 0 else "decreased"
        self._database.insert(
            "ContractNotes",
            {
                "contractID": line.contract_id,
                "title": "Service units adjusted",
                "description": f"Units {sign} by {abs(change.units)} effective {change.day.isoformat()}.",
                "createDateTime": now,
                "lastActivityDate": now,
                "creatorResourceID": change.resource_id,
            },
        )

    def _record(self, line: Line, rows: UnitRows, change: Change) -> int:
        adjustment_id = self._database[line.kind.adjustments].new_id()
        ledger = self._database.ledger.adjustments
        ledger.append(
            LandedAdjustment(
                number=len(ledger) + 1,
                adjustment_id=adjustment_id,
                arrived_at=self._database.now,
                line_id=line.id,
                contract_id=line.contract_id,
                item_id=line.item_id,
                effective_date=change.day,
                unit_change=change.units,
                by=change.by,
                resulting=level_on(rows.all(), change.day) or 0,
            )
        )
        return adjustment_id


def _is_first_day(rows: list[Row], day: date) -> bool:
    """Whether a day is the first of a billing period, where a row stands before anybody adjusts."""
    base = base_on(rows, day)
    return base is not None and day_of(base["_period"]) == day
