"""What happens around a bridge: people act, conditions get worse and better. Each is a word."""

from datetime import timedelta

from psabridge_emulators.autotask.days import day_of
from psabridge_proof.judge import Judge
from psabridge_proof.living import Living
from psabridge_proof.provider import Provider


class Surroundings(Living):
    """Lines and contracts are named by their place, so that a script fits every world."""

    provider: Provider
    judge: Judge

    def wrong_clock(self, *, minutes: int) -> None:
        """The bridge's machine is ahead of the world by so much, behind when negative."""
        self.wire.clock_error = timedelta(minutes=minutes)

    # ---- what customers and the office do

    def usage(self, *, customer: str, name: str, amount: int) -> None:
        self.provider.use(customer, name, amount)

    def withhold(self, *, customer: str) -> None:
        tenant = self.provider.tenant_of(customer)
        if tenant is not None:
            self.provider.unknown.add(customer)
            self.provider.control("acronis", "usage/withhold", {"tenant": tenant.id, "whole_tenant": True})

    def give_back(self, *, customer: str) -> None:
        self.provider.unknown.discard(customer)
        tenant = self.provider.tenant_of(customer)
        if tenant is not None:
            self.provider.control("acronis", "usage/return", {"tenant": tenant.id})

    def edit(self, *, line: int, days: int, change: int, by: str) -> None:
        """Somebody else changes a line, dated so many days from today."""
        number = self._line(line)
        day = self.provider.billing_day + timedelta(days=days)
        body = {"line": number, "day": day.isoformat(), "change": change, "by": by}
        self.provider.control("autotask", "foreign-edit", body)

    def post(self, *, contract: int, days: int) -> None:
        """Its periods that begin by so many days from today are approved and posted, none after its end."""
        number = self._contract(contract)
        ends = day_of(self.provider.contract(number)["endDate"])
        through = min(self.provider.billing_day + timedelta(days=days), ends)
        self.provider.control("autotask", "post-period", {"contract": number, "through": through.isoformat()})
        standing = self.provider.posted.get(number)
        self.provider.posted[number] = through if standing is None else max(standing, through)
        self.judge.disturb(number)

    def unpost(self, *, contract: int) -> None:
        number = self._contract(contract)
        self.provider.control("autotask", "un-post", {"contract": number})
        was_posted = self.provider.posted.pop(number, None) is not None
        doubts = self.provider.autotask.doubts
        if was_posted and (doubts.rows, doubts.posted_period) == ("totals", "extra_row"):
            self.provider.unsure.add(number)
        self.judge.disturb(number)

    def end(self, *, contract: int, days: int) -> None:
        number = self._contract(contract)
        starts = day_of(self.provider.contract(number)["startDate"])
        ends = max(self.provider.billing_day + timedelta(days=days), starts)
        self.provider.control("autotask", "contract", {"contract": number, "end": ends.isoformat()})
        self.judge.disturb(number)

    def renew(self, *, contract: int, linked: str) -> None:
        number = self._contract(contract)
        starts = day_of(self.provider.contract(number)["endDate"]) + timedelta(days=1)
        ends = starts.replace(year=starts.year + 1) if (starts.month, starts.day) != (2, 29) else starts
        renewal = {"starts": starts.isoformat(), "ends": ends.isoformat(), "linked": linked}
        self.provider.control("autotask", "contract", {"contract": number, "renewal": renewal})
        self.judge.disturb(number)

    def status(self, *, contract: int, active: bool) -> None:
        number = self._contract(contract)
        self.provider.control("autotask", "contract", {"contract": number, "status": int(active)})
        self.judge.disturb(number)

    def kind(self, *, contract: int, payg: str | None) -> None:
        number = self._contract(contract)
        body = {"entity": "Contracts", "id": number, "udfs": {"Acronis PAYG": payg}}
        self.provider.control("autotask", "edit", body)
        self.judge.disturb(number)

    def company(self, *, customer: str, active: bool) -> None:
        """A company that is not active is left alone (R38)."""
        company = self.provider.customers[customer].company_id
        self.provider.control(
            "autotask", "edit", {"entity": "Companies", "id": company, "values": {"isActive": active}}
        )

    def quota(self, *, customer: str, item: str, units: int) -> None:
        """A person sets a quota at the platform, over ours."""
        tenant = self.provider.tenant_of(customer)
        if tenant is not None:
            body = {"tenant": tenant.id, "name": item, "quota": units, "overage": 0}
            self.provider.control("acronis", "item", body)
            self.provider.set_by_hand.add((customer, item, units))

    # ---- what goes wrong

    def lag(self, *, seconds: int, alternating: bool = False) -> None:
        """Reads show what is older than this only; alternating: every second one."""
        for entity in ("ContractServiceUnits", "ContractServiceBundleUnits", "ContractServices", "Contracts"):
            body = {"entity": entity, "seconds": seconds, "alternating": alternating}
            self.provider.control("autotask", "lag", body)
        self.counted[f"lag{' of one replica' if alternating else ''}"] += 1 if seconds else 0

    def refuse(self, *, vendor: str) -> None:
        """The credentials are taken away."""
        self.counted["credentials revoked"] += 1
        self._access(vendor, is_open=False)

    def admit(self, *, vendor: str) -> None:
        self._access(vendor, is_open=True)

    def _access(self, vendor: str, *, is_open: bool) -> None:
        if vendor == "autotask":
            self.provider.control("autotask", "user", {"state": "ok" if is_open else "locked"})
        else:
            self.provider.control("acronis", "client/revoke", {"enabled": is_open})

    def outage(self, *, vendor: str) -> None:
        self.wire.unreachable.add(vendor)

    def back(self, *, vendor: str) -> None:
        self.wire.unreachable.discard(vendor)

    # ---- names

    def _line(self, nth: int) -> int:
        lines = [one for one in self.provider.lines() if one.sold is not None]
        return lines[nth % len(lines)].number

    def _contract(self, nth: int) -> int:
        numbers = sorted({line.contract for line in self.provider.lines()})
        return numbers[nth % len(numbers)]
