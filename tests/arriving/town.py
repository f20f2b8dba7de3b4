"""A provider with one customer, to which others come; the vendors in this process, the bridge beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from psabridge.engine.cycle import apply_plan
from psabridge.engine.prepare import Prepared, prepare
from psabridge.engine.progress import Quiet
from psabridge.engine.report import CycleReport
from psabridge.engine.sorting import Approval
from psabridge.rules.plans.plan import Plan
from psabridge.rules.words import CompanyId, PlanId
from psabridge_emulators.acronis.records import Tenant, User
from psabridge_emulators.frame.faults import Fault, FaultRule
from psabridge_emulators.scenes.emulating import emulate
from psabridge_emulators.scenes.furnishing import GB, Customer, Furnishing, Payg, Sold
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import PAIRING, PERSON, Installation, close_database
from psabridge_proof.vendors import Vendors

WORKSTATIONS, STORAGE = "pw_base_workstations", "pw_base_storage"


@dataclass(slots=True)
class Town(Vendors):
    furnishing: Furnishing
    sold: Mapping[str, Sold]
    storages: tuple[str, ...]
    known: Customer
    contracts: dict[int, int] = field(default_factory=dict)

    def arrives(
        self,
        name: str = "Meadow Dental",
        *,
        sold: str = "workstations",
        units: int = 5,
        payg: Payg | None = None,
        contact: tuple[str, str, str] | None = ("Kim", "Meadow", "kim@meadow.example"),
        **fields: object,
    ) -> int:
        """A company appears in Autotask, with a contract on which something is sold."""
        company = self.autotask.add_company(name)
        if contact is not None:
            self.autotask.add_contact(company, *contact, primary=True)
        buyer = Customer(name, company, "")
        contract, _ = self.furnishing.contract(
            buyer,
            f"{name} backup",
            payg=payg,
            starts=date(2026, 1, 1),
            months=24,
            lines=[(self.sold[sold], units)],
        )
        self.autotask.database.change("Contracts", contract, **fields)
        self.contracts[company] = contract
        return company

    # ---- what Acronis holds

    def tenants(self, name: str = "Meadow Dental") -> list[Tenant]:
        return [one for one in self.acronis.tenants.values() if one.name == name and one.deleted_at is None]

    def tenant(self, name: str = "Meadow Dental") -> Tenant:
        (found,) = self.tenants(name)
        return found

    def users(self, name: str = "Meadow Dental") -> list[User]:
        inside = {one.id for one in self.tenants(name)}
        return [one for one in self.acronis.users.values() if one.tenant_id in inside]

    def user(self, name: str = "Meadow Dental") -> User:
        (found,) = self.users(name)
        return found

    def quotas(self, name: str = "Meadow Dental") -> dict[str, object]:
        """Quota of each item that is on: a number, or None for unlimited."""
        items = self.tenant(name).items.values()
        return {one.kind.name: one.quota.value if one.quota else None for one in items if one.status == 1}

    def writes(self, path: str) -> int:
        """How many writes landed at Acronis whose path ends so."""
        return sum(one["path"].endswith(path) for one in self.acronis.ledger)

    def fault(self, kind: str, method: str, path: str, **more: object) -> Fault:
        """What the next such request to Acronis meets."""
        rule = {"kind": kind, "method": method, "path": path, "vendor": "acronis", **more}
        self.emulation.faults.add(FaultRule.read(rule))
        return self.emulation.faults.rules[-1]


def open_town(*, storages: int = 1) -> Town:
    emulation = emulate("empty", seed=1)
    worlds = emulation.scene.worlds
    furnishing = Furnishing(1, worlds["autotask"], worlds["acronis"])
    furnishing.autotask.add_billing_code("Recurring Services")
    furnishing.autotask.add_payg_definition()
    places = tuple(furnishing.storage(f"Place {n}", f"Cloud storage {n}") for n in range(1, storages + 1))
    sold = {
        "workstations": furnishing.sell(
            "Workstation backup", "4.50", WORKSTATIONS, usage_name="workstations"
        ),
        "storage": furnishing.sell_storage("Cloud storage", "0.09", places[0], "total"),
    }
    known = furnishing.customer("Known & Sons", contact=("Ann", "Known"))
    contract, _ = furnishing.contract(
        known,
        "Known backup",
        payg=None,
        starts=date(2026, 1, 1),
        months=24,
        lines=[(sold["workstations"], 9)],
    )
    emulation.scene.mapping.update(furnishing.finish("town").mapping)
    return Town(emulation, furnishing, sold, places, known, {known.company_id: contract})


class Host(Installation):
    """The bridge of the town; `settings_wanted` is what its operator decided besides."""

    vendors: Town

    def __init__(self, folder: Path, vendors: Town, transport: DirectTransport, **wanted: Any) -> None:  # noqa: ANN401  JSON
        super().__init__(folder, vendors, transport)
        self.decided_settings = wanted

    @property
    def town(self) -> Town:
        return self.vendors

    def wanted(self) -> dict[str, Any]:
        document = super().wanted()
        document["pairings"][PAIRING] |= {"creates_customers": True, **self.decided_settings}
        return document

    def decide(self, **settings: object) -> None:
        """The operator changes settings; the mappings the bridge has by now stay."""
        document = self.exported()
        document["pairings"][PAIRING] |= settings
        self.configure(document)

    def stop(self) -> None:
        close_database()

    def open_for_business(self) -> "Host":
        """The first sync is over and the list of those that were there was asked."""
        self.until_quiet()
        return self

    def plan_for(self, company: int) -> Prepared:
        """A person asks for a tenant for one company."""
        return prepare(self.settings, self.ports, by_hand=frozenset({CompanyId(company)}))

    def make_for(self, company: int) -> CycleReport:
        """And applies the plan."""
        made = self.plan_for(company)
        return self.apply(made.plan_id, made.plan)

    def apply(self, plan_id: PlanId, plan: Plan) -> CycleReport:
        return apply_plan(
            plan_id,
            plan,
            settings=self.settings,
            ports=self.ports,
            memory=self.memory,
            approval=Approval(person=PERSON),
            progress=Quiet(),
        )

    def company_of(self, tenant: str) -> int | None:
        found = [one.company for one in self.settings.customers if one.tenant == tenant]
        return found[0] if found else None


def codes_of(report: CycleReport, company: int) -> set[str]:
    return {one.code for one in report.findings if one.company == company}


def contact_of(host: Host, company: int) -> int:
    contacts = host.town.autotask.database["Contacts"].all()
    found = [one["id"] for one in contacts if one["companyID"] == company]
    return found[0] if found else host.town.autotask.add_contact(company, "Kim", "Meadow", "", primary=True)


__all__ = ["GB", "STORAGE", "WORKSTATIONS", "Host", "Town", "codes_of", "contact_of", "open_town"]
