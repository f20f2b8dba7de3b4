"""How scenes are furnished: one customer at both vendors, its contract, its usage, its mapping rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.frame.clock import SCENE_START
from psabridge_emulators.frame.scene import Scene

GB = 1024**3  # both vendors' GB is a power of two (rulings.md R7)
STORAGE = "pw_base_storage"
# The usage names of the two storage classes are assumed (acronis-api.md 7.3).
USAGE_OF_MEASURE = {"total": "storage", "class1": "class1_storage", "class2": "class2_storage"}

Measure = Literal["usage", "total", "class1", "class2"]
Payg = Literal["Yes", "No"]


@dataclass(frozen=True, slots=True)
class Sold:
    """A service of the catalogue and the offering item whose measure it bills."""

    service_id: int
    item: str
    usage_name: str
    measure: Measure
    infra_id: str | None
    unit_size: int


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    company_id: int
    tenant_id: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row of the service mapping as the operator's configuration holds it."""

    item: str
    measure: Measure
    service_id: int | None
    infra_id: str | None = None
    free: bool = False
    unit_size: int = 1
    free_on_purpose: bool = False
    edition: str = "pck_per_workload"

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "infra_id": self.infra_id,
            "measure": self.measure,
            "service_id": self.service_id,
            "free": self.free,
            "unit_size": self.unit_size,
            "edition": self.edition,
            "free_on_purpose": self.free_on_purpose,
        }


def units_of(sold: Sold, amount: int) -> int:
    """Contract units of a usage, every row rounded up (ACR-STO-05)."""
    return -(-amount // sold.unit_size)


@dataclass(slots=True)
class Furnishing:
    """Both worlds while a scene is set up, and what an operator would have configured."""

    seed: int
    autotask: AutotaskWorld
    acronis: AcronisWorld
    customers: list[dict[str, Any]] = field(default_factory=list)
    services: list[Mapping] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)  # scene's own facts, beside the mapping
    moves: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, seed: int, *, months_ago: int = 15) -> "Furnishing":
        """Empty worlds, old enough that their rows do not all date from this morning."""
        start = SCENE_START - timedelta(days=30 * months_ago)
        return cls(seed, AutotaskWorld(now=start), AcronisWorld(seed=seed, now=start))

    def finish(self, name: str) -> Scene:
        self.autotask.now = SCENE_START
        self.acronis.advance(SCENE_START)
        mapping = {
            "scene": name,
            "customers": self.customers,
            "services": [row.as_json() for row in self.services],
            "settings": {"time_zone": "UTC", "set_quotas_to_zero": False, **self.settings},
            **self.extra,
        }
        worlds = {"autotask": self.autotask, "acronis": self.acronis}
        return Scene(name, self.seed, SCENE_START, worlds, mapping, self.moves)

    # ---- what is sold

    def storage(self, location: str, name: str) -> str:
        return self.acronis.add_infra(self.acronis.add_location(location), name)

    def sell(
        self,
        name: str,
        price: str,
        item: str,
        *,
        usage_name: str,
        free: bool = False,
        period_type: int = 2,
    ) -> Sold:
        """A service for a counted item, mapped to it."""
        service_id = self.autotask.add_service(name, price, period_type)
        self.services.append(Mapping(item, "usage", service_id, free=free))
        return Sold(service_id, item, usage_name, "usage", None, 1)

    def sell_storage(
        self, name: str, price: str, infra_id: str, measure: Measure, *, free: bool = False
    ) -> Sold:
        """A service for one reporting row of a storage, billed by the GB."""
        service_id = self.autotask.add_service(name, price)
        self.services.append(
            Mapping(STORAGE, measure, service_id, infra_id, free, GB, free_on_purpose=price == "0.00")
        )
        return Sold(service_id, STORAGE, USAGE_OF_MEASURE[measure], measure, infra_id, GB)

    # ---- who buys

    def customer(
        self,
        name: str,
        *,
        contact: tuple[str, str] | None = None,
        mapped: bool = True,
        internal_tag: bool = False,
        **tenant: Any,  # noqa: ANN401  any field of the vendor's record
    ) -> Customer:
        company_id = self.autotask.add_company(name)
        if contact is not None:
            first, last = contact
            address = f"{first}.{last}@{_domain(name)}".lower()
            self.autotask.add_contact(company_id, first, last, address, primary=True)
        if internal_tag:
            tenant["internal_tag"] = f"psabridge:{self.autotask.zone.database_id}:{company_id}"
        tenant_id = self.acronis.add_tenant(name, **tenant)
        if mapped:
            self.customers.append({"company_id": company_id, "tenant_id": tenant_id, "name": name})
        return Customer(name, company_id, tenant_id)

    def contract(
        self,
        customer: Customer,
        name: str,
        *,
        payg: Payg | None,
        starts: date = date(2026, 3, 1),
        months: int = 12,
        lines: Iterable[tuple[Sold, int]] = (),
        period_type: int = 2,
    ) -> tuple[int, list[int]]:
        """A recurring contract of full months; answers its id and its lines' ids in their order."""
        ends = month_after(starts, months) - timedelta(days=1)
        contract_id = self.autotask.add_contract(
            customer.company_id, name, starts, ends, payg=payg, period_type=period_type
        )
        ids = [self.autotask.add_line(contract_id, sold.service_id, units=units) for sold, units in lines]
        return contract_id, ids

    def post_past(self, contract_id: int, starts: date, *, months: int = 1, ahead: bool = False) -> None:
        """Approve and post the periods before the present one; with `ahead` the present one too."""
        first = current_period(starts, months)
        through = first if ahead else first - timedelta(days=1)
        standing = self.autotask.now
        self.autotask.now = datetime.combine(first, datetime.min.time(), UTC)
        if through >= starts:
            self.autotask.post_through(contract_id, through)
        self.autotask.now = standing

    # ---- what is used

    def switch_on(self, customer: Customer, sold: Sold, quota_units: int | None = None) -> None:
        """The item is on; with units it has a hard quota (ACR-PRE-01), without it is unlimited."""
        if quota_units is None:
            self.acronis.enable_item(customer.tenant_id, sold.item, sold.infra_id)
            return
        self.acronis.enable_item(
            customer.tenant_id, sold.item, sold.infra_id, quota=quota_units * sold.unit_size, overage=0
        )

    def use(self, customer: Customer, sold: Sold, amount: int) -> None:
        self.acronis.set_usage(customer.tenant_id, sold.usage_name, amount, sold.infra_id)

    def use_storage(self, customer: Customer, infra_id: str, *, class_1: int, class_2: int) -> None:
        """Both classes in bytes; the total is their sum (ACR-STO-03)."""
        for usage_name, amount in _storage_readings(class_1, class_2):
            self.acronis.set_usage(customer.tenant_id, usage_name, amount, infra_id)

    def later(self, step: int, why: str, customer: Customer, sold: Sold, amount: int) -> None:
        """Usage that comes with `POST /__control/moves {"step": n}`."""
        self._move(step, why, customer, sold.usage_name, sold.infra_id, amount)

    def later_storage(
        self, step: int, why: str, customer: Customer, infra_id: str, amounts: tuple[int, int]
    ) -> None:
        for usage_name, amount in _storage_readings(*amounts):
            self._move(step, why, customer, usage_name, infra_id, amount)

    def _move(
        self, step: int, why: str, customer: Customer, usage_name: str, infra_id: str | None, amount: int
    ) -> None:
        self.moves.append(
            {
                "step": step,
                "why": why,
                "customer": customer.name,
                "vendor": "acronis",
                "path": "usage",
                "body": {
                    "tenant": customer.tenant_id,
                    "usage_name": usage_name,
                    "infra_id": infra_id,
                    "value": amount,
                },
            }
        )


def month_after(day: date, months: int) -> date:
    """The same day of a later month; scenes use no day after the 28th."""
    month = day.month - 1 + months
    return day.replace(year=day.year + month // 12, month=month % 12 + 1)


def current_period(starts: date, months: int) -> date:
    """The first day of the period the scene opens in."""
    first, today = starts, SCENE_START.date()
    while month_after(first, months) <= today:
        first = month_after(first, months)
    return first


def gigabytes(amount: str | int) -> int:
    """Bytes of so many GB, written as a decimal text where it is no whole number."""
    whole, _, rest = str(amount).partition(".")
    return int(whole) * GB + (int(rest) * GB // 10 ** len(rest) if rest else 0)


def _storage_readings(class_1: int, class_2: int) -> Sequence[tuple[str, int]]:
    return (
        (USAGE_OF_MEASURE["total"], class_1 + class_2),
        (USAGE_OF_MEASURE["class1"], class_1),
        (USAGE_OF_MEASURE["class2"], class_2),
    )


def _domain(name: str) -> str:
    word = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return f"{word}.example"
