"""Vendors of a proof with something in them: what is sold there, and in which time zone it is billed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psabridge_emulators.acronis.records import User
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.scenes.emulating import emulate
from psabridge_emulators.scenes.furnishing import Furnishing, Sold
from psabridge_proof.vendors import Vendors

MONTHLY = 1  # the period type of a service


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is drawn once for a whole life: when and where it begins, and each doubt about Autotask."""

    start: datetime
    zone: str = "UTC"
    doubts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unfurnished:
    """Nobody has come yet: an allocation code, the pay-as-you-go field and a storage are there."""

    emulation: Emulation
    furnishing: Furnishing
    code: int
    infra: str

    def sell(self) -> dict[str, Sold]:
        """Workstations, and the storage that they fill."""
        sell, sell_storage = self.furnishing.sell, self.furnishing.sell_storage
        workstations = sell("Workstation backup", "4.50", "pw_base_workstations", usage_name="workstations")
        return {
            "workstations": workstations,
            "storage": sell_storage("Cloud storage", "0.09", self.infra, "total"),
        }

    def finish(self, name: str) -> None:
        """What was furnished is told to the bridge's configuration."""
        self.emulation.scene.mapping.update(self.furnishing.finish(name).mapping)


def open_unfurnished(doubts: Mapping[str, Any]) -> Unfurnished:
    emulation = emulate("empty")
    worlds = emulation.scene.worlds
    furnishing = Furnishing(1, worlds["autotask"], worlds["acronis"])
    furnishing.autotask.doubts = furnishing.autotask.doubts.changed(doubts)
    code = furnishing.autotask.add_billing_code("Recurring Services")
    furnishing.autotask.add_payg_definition()
    infra = furnishing.storage("Frankfurt", "Cloud storage Frankfurt 1")
    return Unfurnished(emulation, furnishing, code, infra)


@dataclass(slots=True)
class Furnished(Vendors):
    furnishing: Furnishing
    zone: ZoneInfo

    @property
    def billing_day(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def tag(self) -> str:
        """What the tag of every company of this Autotask begins with (R32)."""
        return f"psabridge:{self.autotask.zone.database_id}:"

    # ---- contracts and companies

    def contract(self, number: int) -> Mapping[str, Any]:
        row = self.autotask.database.row("Contracts", number)
        assert row is not None, number
        return row

    def is_payg(self, contract: int) -> bool:
        yes = self.autotask._payg_value("Yes")
        values: Mapping[int, Any] = self.contract(contract).get("_udfs") or {}
        return all(values.get(key) == value for key, value in yes.items())

    def runs(self, contract: int, day: date) -> bool:
        row = self.contract(contract)
        return day_of(row["startDate"]) <= day <= day_of(row["endDate"])

    def is_active_company(self, company: int) -> bool:
        row = self.autotask.database.row("Companies", company)
        return row is not None and bool(row["isActive"])

    # ---- tenants

    def add_user(self, tenant: str, login: str) -> None:
        """Another's, so that the login is taken."""
        world, now = self.acronis, self.now
        made = User(world.new_id("user"), tenant, login, {"email": login}, created_at=now, updated_at=now)
        world.users[made.id] = made


def service_to_make(name: str, item: str, code: int) -> dict[str, Any]:
    """A row of the service mapping whose service the bridge has to make (ACR-MAP-05)."""
    service = {"name": name, "billing_code": code, "period_type": MONTHLY}
    return {"item": item, "measure": "usage", "service": service, "edition": "pck_per_workload"}
