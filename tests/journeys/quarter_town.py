"""The provider of scene msp-25 for a quarter: people act at both vendors, and the book is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from random import Random

from psabridge_emulators.acronis.records import Tenant, User
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.autotask.lines import SERVICE, Line, line_of, lines_of_contract
from psabridge_emulators.autotask.picklists import CONTRACT_TYPE_RECURRING
from psabridge_emulators.autotask.unit_rows import is_posted
from psabridge_emulators.frame.control import act
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.faults import ControlAction
from psabridge_emulators.scenes.emulating import emulate
from psabridge_emulators.scenes.furnishing import GB, USAGE_OF_MEASURE
from psabridge_proof.vendors import Vendors
from tests.journeys.quarter_book import A_DAY, Book, Entry, Reading, Service, month_after, period_of

FREE, BILLED, TOTAL = USAGE_OF_MEASURE["class1"], USAGE_OF_MEASURE["class2"], USAGE_OF_MEASURE["total"]


@dataclass(slots=True)
class Town(Vendors):
    """Firms are called by their names, and services by theirs."""

    book: Book = field(default_factory=Book)
    companies: dict[str, int] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)
    services: dict[int, Service] = field(default_factory=dict)
    posted: dict[tuple[int, date], Fraction] = field(default_factory=dict)  # line, period: as it was invoiced

    # ---- what stands there

    def tenants(self, firm: str) -> list[Tenant]:
        return [one for one in self.acronis.tenants.values() if one.name == firm]

    def tenant(self, firm: str) -> Tenant:
        (found,) = self.tenants(firm)
        return found

    def users(self, firm: str) -> list[User]:
        tenant = self.tenant(firm).id
        return [one for one in self.acronis.users.values() if one.tenant_id == tenant]

    def state(self, firm: str) -> str:
        tenant = self.tenant(firm)
        if tenant.deleted_at is not None:
            return "deleted"
        return "enabled" if tenant.enabled else "disabled"

    def quota(self, firm: str, item: str, storage: str | None) -> int | str | None:
        rows = [
            one
            for (_, name, infra), one in self.tenant(firm).items.items()
            if (name, infra) == (item, storage)
        ]
        if not rows or rows[0].status != 1:
            return "off"
        return None if rows[0].quota is None else rows[0].quota.value

    def service(self, name: str) -> int:
        rows = self.autotask.database["Services"].all()
        return int(next(row["id"] for row in rows if row["name"] == name))

    def entries(self, firm: str) -> list[Entry]:
        return [one for one in self.book.entries if one.firm == firm]

    def entry(self, firm: str, name: str) -> Entry:
        """The latest line of a service, or of the firm's bundle."""
        wanted = () if name == "bundle" else (self.services[self.service(name)],)
        found = [
            one for one in self.entries(firm) if one.parts == wanted or (not wanted and len(one.parts) > 1)
        ]
        return found[-1]

    # ---- what people do in Autotask

    def arrives(
        self, firm: str, *, payg: bool, starts: date, sold: dict[str, int], price: str | None = None
    ) -> None:
        """A company, whom to write to, and what it is sold, for the list price or for one of its own."""
        first, last = firm.split()[:2]
        company = self.autotask.add_company(firm)
        self.autotask.add_contact(company, first, last, f"{first}@{last}.example".lower(), primary=True)
        self.companies[firm] = company
        self.arrived.append(firm)
        self.signs(firm, payg=payg, starts=starts, sold=sold, price=price)

    def signs(
        self, firm: str, *, payg: bool, starts: date, sold: dict[str, int], price: str | None = None
    ) -> None:
        contract = self.autotask.add_contract(
            self.companies[firm],
            "Cyber Protect",
            starts,
            month_after(starts, 24) - A_DAY,
            payg="Yes" if payg else None,
        )
        for name, units in sold.items():
            self.autotask.add_line(contract, self.service(name), units=units, unit_price=price)
        self.enter(firm, contract)

    def types(self, firm: str, name: str, change: int) -> None:
        """A person changes what is sold, from today on."""
        entry = self.entry(firm, name)
        self.autotask.adjust(entry.line, self.today, change)
        entry.typed[self.today] = change

    def ends(self, firm: str, last: date) -> None:
        for contract in {one.contract for one in self.entries(firm)}:
            self._ends(contract, last)

    def _ends(self, contract: int, last: date) -> None:
        self.autotask.life.move_end(contract, last)
        for entry in self.book.entries:
            if entry.contract == contract:
                entry.ends[self.today] = last

    def renews(self, firm: str, last: date) -> None:
        """The contract ends, and another with the same lines begins on the next day."""
        (contract,) = {one.contract for one in self.entries(firm)}
        self._ends(contract, last)
        starts = last + A_DAY
        new = self.autotask.life.renew(contract, starts=starts, ends=month_after(starts, 12) - A_DAY)
        self.enter(firm, new)

    def turns(self, firm: str, name: str, *, payg: bool) -> None:
        """The field of a contract is set anew: its lines follow usage from now on, or do no more."""
        contract = self.entry(firm, name).contract
        body = {"entity": "Contracts", "id": contract, "udfs": {"Acronis PAYG": "Yes" if payg else "No"}}
        reply = act(self.emulation, "autotask", ControlAction("edit", body))
        assert reply.status == 200, reply.body
        for entry in self.book.entries:
            if entry.contract == contract:
                entry.kinds[self.today] = payg

    def posts(self) -> None:
        """What is over is approved and posted, line by line."""
        for entry in self.book.entries:
            through = period_of(entry, self.today) - A_DAY
            if through >= entry.starts:
                self.autotask.life.post_line(line_of(self.autotask.database, entry.line), through)
                self.posted |= {
                    (entry.line, first): amount
                    for first, amount in self.invoices(entry).items()
                    if period_of(entry, max(entry.starts, entry.opened)) <= first <= through
                    and (entry.line, first) not in self.posted
                }

    def invoices(self, entry: Entry) -> dict[date, Fraction]:
        """What Autotask's own rows come to, by the first days of their periods.

        A row holds its units until the next of its period begins; its price is that of a whole period.
        """
        line = line_of(self.autotask.database, entry.line)
        rows = self.autotask.database.units(line.kind.units).rows_of_line(line.id)
        found: dict[date, Fraction] = {}
        for row, after in pairwise([*rows, None]):
            starts, first = day_of(row["startDate"]), day_of(row["_period"])
            ends = min(day_of(row["endDate"]), entry.last_day)
            if after is not None and after["_period"] == row["_period"]:
                ends = day_of(after["startDate"]) - A_DAY
            whole = (month_after(first, entry.months) - first).days
            amount = Fraction(row["price"]) * ((ends - starts).days + 1) / whole
            found[first] = found.get(first, Fraction()) + amount
        return found

    # ---- what customers do

    def uses(self, firm: str, usage_name: str, amount: int, storage: str | None = None) -> None:
        self.acronis.set_usage(self.tenant(firm).id, usage_name, amount, storage)
        self.book.used.setdefault((firm, usage_name, storage), {})[self.today] = amount

    def stores(self, firm: str, storage: str, free: int, billed: int) -> None:
        for usage_name, amount in ((FREE, free), (BILLED, billed), (TOTAL, free + billed)):
            self.uses(firm, usage_name, amount, storage)

    def drifts(self, key: Reading, dice: Random) -> None:
        """One usage goes up or down a little; of a storage both classes do."""
        firm, usage_name, storage = key
        if storage is None:
            self.uses(firm, usage_name, max(0, self.amount(key) + dice.choice((-4, -2, -1, 1, 2, 3))), None)
            return
        free, billed = (self.amount((firm, one, storage)) for one in (FREE, BILLED))
        moved = [max(0, amount + dice.randrange(-20 * GB, 25 * GB)) for amount in (free, billed)]
        self.stores(firm, storage, *moved)

    def amount(self, key: Reading) -> int:
        history = self.book.used.get(key)
        return history[max(history)] if history else 0

    # ---- the book

    def enter(self, firm: str, contract: int, *, followed_from: date = date.min) -> None:
        """Everything of ours on a contract, as it stands now."""
        row = self.autotask.database.row("Contracts", contract)
        assert row is not None
        yes = self.autotask._payg_value("Yes").items()
        is_payg = yes <= (row.get("_udfs") or {}).items()
        for line in lines_of_contract(self.autotask.database, contract):
            self.book.entries.append(
                Entry(
                    firm,
                    contract,
                    line.id,
                    tuple(self.services[one] for one in self._parts(line)),
                    line.starts,
                    line.months,
                    self.autotask.units_on(line.id, max(line.starts, self.today)) or 0,
                    self.today,
                    {date.min: is_payg},
                    {date.min: line.ends},
                    line.rate,
                    followed_from=followed_from,
                    posted_until=self._posted_until(line),
                )
            )

    def _parts(self, line: Line) -> Iterable[int]:
        if line.kind is SERVICE:
            return (line.item_id,)
        rows = self.autotask.database["ServiceBundleServices"].all()
        return tuple(row["serviceID"] for row in rows if row["serviceBundleID"] == line.item_id)

    def _posted_until(self, line: Line) -> date:
        rows = self.autotask.database.units(line.kind.units).rows_of_line(line.id)
        return max((day_of(row["endDate"]) for row in rows if is_posted(row)), default=date.min)


def open_town() -> Town:
    """The scene, with its contracts and its usage in the book."""
    emulation = emulate("msp-25", seed=1)
    town = Town(emulation)
    _enter_services(town, emulation)
    database = town.autotask.database
    town.companies |= {row["companyName"]: row["id"] for row in database["Companies"].all()}
    names = {number: name for name, number in town.companies.items()}
    for row in list(database["Contracts"].all()):
        if row["contractType"] == CONTRACT_TYPE_RECURRING:
            town.enter(names[row["companyID"]], row["id"])
    for tenant in town.acronis.tenants.values():
        for (usage_name, _, storage), levels in tenant.readings.items():
            town.book.used[tenant.name, usage_name, storage] = {date.min: levels[-1].value}
    return town


def _enter_services(town: Town, emulation: Emulation) -> None:
    for row in emulation.scene.mapping["services"]:
        name = town.acronis.kind_of(row["item"]).usage_name
        usage_name = name if row["measure"] == "usage" else USAGE_OF_MEASURE[row["measure"]]
        service = Service(row["item"], usage_name, row["infra_id"], row["unit_size"])
        town.services[row["service_id"]] = service
