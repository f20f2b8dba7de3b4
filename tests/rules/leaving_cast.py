"""One customer whose services end, looked at day by day, with what is kept in between."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from psabridge.rules.leaving.due import Leavers, leavers_of
from psabridge.rules.leaving.kept import Disabling, Kept, TenantState
from psabridge.rules.platform import PlatformSnapshot, Tenant
from psabridge.rules.psa import Contract, ContractLine, Gap, PsaSnapshot, UnitRow
from psabridge.rules.settings import Leaving, PairingSettings
from psabridge.rules.words import CompanyId, ContractId, TenantId
from tests.builders import (
    TODAY,
    a_company,
    a_line,
    a_payg_contract,
    a_tenant,
    a_unit_row,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)

A_DAY = timedelta(days=1)
FAR = date(2060, 1, 1)
TENANT = tenant_id(1)
COMPANY = CompanyId(1)
BOTH = Leaving(disables=True, deletes=True)
NOT_READ = Gap("contracts", "the page was garbled", COMPANY)
DISABLED, DELETED, ENABLED = TenantState.DISABLED, TenantState.DELETED, TenantState.ENABLED


@dataclass
class Firm:
    """Company 1 with tenant 1. It has a pay-as-you-go contract until somebody ends it."""

    decided: PairingSettings = field(default_factory=lambda: settings(leaving=BOTH))
    partner: TenantId | None = None
    contracts: tuple[Contract, ...] = field(default_factory=lambda: (a_payg_contract(ends=FAR),))
    lines: tuple[ContractLine, ...] = field(default_factory=lambda: (a_line(),))
    rows: tuple[UnitRow, ...] = field(default_factory=lambda: (a_unit_row(),))
    gaps: tuple[Gap, ...] = ()
    tenant: Tenant | None = field(default_factory=a_tenant)
    others: tuple[Tenant, ...] = ()
    today: date = TODAY
    hour: int = 9
    epoch: int = 1
    kept: dict[TenantId, Kept] = field(default_factory=dict)

    # ---- what happens

    def ends(self, day: date | None = None) -> Self:
        """Its contract is over, from today on or from a day."""
        over = (day or self.today) - A_DAY
        self.contracts = tuple(replace(one, ends=over) for one in self.contracts)
        return self

    def returns(self) -> Self:
        self.contracts = tuple(replace(one, ends=FAR) for one in self.contracts)
        return self

    def pass_days(self, days: int, *, looks: bool = True) -> Leavers:
        """Each day is looked at once, or nobody looks at all but on the last."""
        found = Leavers()
        for _ in range(days):
            self.today += A_DAY
            if looks:
                found = self.look()
        return found if looks else self.look()

    def left(self, days: int) -> Leavers:
        """Seen with a contract, then without it, and for so many whole days more."""
        self.look()
        self.pass_days(1)
        self.ends()
        self.look()
        return self.pass_days(days + 1)

    def touched(self, **changes: object) -> Self:
        """Somebody changes the tenant at the platform; its version moves."""
        assert self.tenant is not None
        self.tenant = replace(self.tenant, version=self.tenant.version + 1, **changes)  # type: ignore[arg-type]
        return self

    def disable(self, *, answered: bool = True, lands: bool = True) -> Self:
        """The bridge's own act, as its engine keeps it."""
        assert self.tenant is not None
        asked = self.tenant.version
        if lands:
            self.touched(is_enabled=False)
        version = self.tenant.version if answered else None
        before = self.kept[TENANT]
        done = Disabling(self.now, days=before.count.days, version=version, asked_version=asked)
        self.kept[TENANT] = replace(before, disabling=done)
        return self

    def delete(self) -> Self:
        before = self.kept[TENANT]
        assert before.disabling is not None
        self.kept[TENANT] = replace(before, disabling=replace(before.disabling, deletion_sent_at=self.now))
        self.tenant = None
        return self

    # ---- what is seen

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(self.hour), UTC)

    def look(
        self, *, hour: int | None = None, gaps: Iterable[Gap] = (), offset: timedelta = timedelta()
    ) -> Leavers:
        """One cycle looks, and keeps what it counted."""
        self.hour = self.hour if hour is None else hour
        seen = {ContractId(10): COMPANY}
        found = leavers_of(
            self.decided,
            self.psa(gaps),
            self.platform(),
            contracts_seen=seen,
            kept=self.kept,
            epoch=self.epoch,
            clock_offset=offset,
        )
        self.kept = dict(found.kept)
        return found

    def psa(self, gaps: Iterable[Gap] = ()) -> PsaSnapshot:
        month = self.today.replace(day=1)
        rows = [replace(row, starts=month, ends=month + 27 * A_DAY + 7 * A_DAY) for row in self.rows]
        return psa_snapshot(
            companies=[a_company(1)],
            contracts=self.contracts,
            lines=self.lines,
            rows=rows,
            today=self.today,
            gaps=(*self.gaps, *gaps),
        )

    def platform(self) -> PlatformSnapshot:
        tenants = [one for one in (self.tenant, *self.others) if one is not None]
        return replace(platform_snapshot(tenants=tenants), read_at=self.now, partner=self.partner)

    @property
    def days(self) -> int:
        return self.kept[TENANT].count.days


def due(found: Leavers) -> list[TenantState]:
    return [one.wanted for one in found.due]


def codes(found: Leavers) -> set[str]:
    return {one.code for one in found.findings}


def disabled_firm() -> Firm:
    """Left, disabled by the bridge on the tenth day, and confirmed by the next read."""
    firm = Firm()
    firm.left(10)
    firm.disable()
    firm.look(hour=10)
    return firm
