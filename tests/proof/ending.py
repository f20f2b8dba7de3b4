"""What the vendors hold in the end: what two runs are compared by."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from tests.proof.month import DAYS, FIRST, Month

# The month, and the period after it: a change dated ahead shows here.
SHOWN = tuple(FIRST - timedelta(days=9) + timedelta(days=n) for n in range(DAYS + 40))
Landed = tuple[int, date, int]  # line, effective date, change


@dataclass(frozen=True, slots=True)
class Ending:
    landed: tuple[Landed, ...]  # by our user of the API, sorted: what was billed
    foreign: int  # how many changes of others there are
    units: dict[int, tuple[int | None, ...]]  # by line, on every day
    items: dict[str, tuple[object, ...]]  # by tenant and item: switched on, quota, overage
    services: tuple[str, ...]
    definitions: int
    options: tuple[str, ...]  # of lists of the tenant's own fields
    tenants: int

    @classmethod
    def of(cls, month: Month) -> "Ending":
        autotask = month.autotask
        ours = [one for one in autotask.ledger.adjustments if one.by == "api"]
        lines = [line for firm in month.firms.values() for line in firm.lines.values()]
        tables = autotask.database
        return cls(
            landed=tuple(sorted((one.line_id, one.effective_date, one.unit_change) for one in ours)),
            foreign=len(autotask.ledger.adjustments) - len(ours),
            units={line: autotask.units_on_days(line, SHOWN) for line in lines},
            items=_items(month),
            services=tuple(sorted(row["name"] for row in tables["Services"].all())),
            definitions=len(list(tables["UserDefinedFieldDefinitions"].all())),
            options=tuple(
                sorted(str(row["valueForDisplay"]) for row in tables["UserDefinedFieldListItems"].all())
            ),
            tenants=len(month.acronis.tenants),
        )

    @property
    def sums(self) -> dict[int, int]:
        """What landed on each line altogether, whatever its days."""
        summed: Counter[int] = Counter()
        for line, _, change in self.landed:
            summed[line] += change
        return dict(summed)

    def differs(self, other: "Ending", *, since: date | None = None) -> list[str]:
        """In words, what is not the same. With `since`, dates before it may differ, sums may not."""
        found = []
        if since is None and self.landed != other.landed:
            ours, theirs = Counter(self.landed), Counter(other.landed)
            found.append(f"landed besides: {_told(ours - theirs)}; did not land: {_told(theirs - ours)}")
        if self.sums != other.sums:
            found.append(f"sums {self.sums} instead of {other.sums}")
        shown = [n for n, day in enumerate(SHOWN) if since is None or day >= since]
        for line, units in self.units.items():
            if any(units[n] != other.units[line][n] for n in shown):
                found.append(f"line {line} shows {units}, not {other.units[line]}")
        others = ("foreign", "items", "services", "definitions", "options", "tenants")
        found += [f"{name}: {getattr(self, name)}" for name in others if self._is_other(other, name)]
        return found

    def _is_other(self, other: "Ending", name: str) -> bool:
        return bool(getattr(self, name) != getattr(other, name))


def _told(landed: Counter[Landed]) -> str:
    return ", ".join(f"{change:+} on {line} from {day}" for line, day, change in landed.elements()) or "-"


def _items(month: Month) -> dict[str, tuple[object, ...]]:
    items: dict[str, tuple[object, ...]] = {}
    for firm in month.firms.values():
        for sold in month.sold.values():
            place = (month.acronis.kind_of(sold.item).application_id, sold.item, sold.infra_id)
            if place not in month.acronis.tenants[firm.tenant].items:
                continue
            row = month.acronis.item(firm.tenant, sold.item, sold.infra_id)
            quota = row.get("quota") or {}
            key = f"{firm.customer.name} {sold.item} {sold.infra_id}"
            items[key] = (row["status"], quota.get("value"), quota.get("overage"))
    return items
