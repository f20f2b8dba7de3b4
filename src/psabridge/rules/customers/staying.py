"""What an unmapping leaves behind: lines that stay billed, with units and monthly value (R33, ERR-23)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from psabridge.kit.money import Money, totals
from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.proration import unit_price, worth
from psabridge.rules.plans.step_words import company_name, line_subject
from psabridge.rules.psa import Contract, ContractLine, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.contract_state import kind_of, units_today
from psabridge.rules.words import BillingKind, CompanyId, LineId, TenantId

STAYS = (
    "Units, quotas and open tickets stay as they are. The tenant and the company are no longer synchronized, "
    "and what counts towards disabling the tenant ends."
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of lines that an unmapping leaves; nothing of those that are not named (R33)."""

    zero: frozenset[LineId] = frozenset()  # 0 from the next period
    leave: frozenset[LineId] = frozenset()  # billed as they stand


@dataclass(frozen=True, slots=True)
class Staying:
    """One company's unmapping before it is done. `prepaid`: lines whose units no longer become quotas."""

    company: CompanyId
    name: str
    tenants: tuple[TenantId, ...]
    keeps: tuple[TenantId, ...]  # tenants that stay mapped to it
    lines: tuple[LeftLine, ...]
    prepaid: tuple[str, ...]
    gaps: tuple[str, ...]  # what could not be read: there may be more lines

    @property
    def monthly(self) -> tuple[Money, ...]:
        return totals(line.monthly for line in self.lines if line.monthly is not None)

    @property
    def unpriced(self) -> int:
        return sum(1 for line in self.lines if line.monthly is None)

    @property
    def left(self) -> tuple[LeftLine, ...]:
        """While another tenant is mapped the lines are measured by it."""
        return () if self.keeps else self.lines

    def decided(self, words: Words) -> tuple[LeftLine, ...]:
        """The left lines that are listed: undecided, or to be 0 from the next period."""
        return tuple(
            replace(one, zero_after=one.since) if one.line in words.zero else one
            for one in self.left
            if one.line not in words.leave
        )


def what_stays(
    settings: PairingSettings, psa: PsaSnapshot, company: CompanyId, tenants: frozenset[TenantId]
) -> Staying:
    own = [row.tenant for row in settings.customers if row.company == company]
    lines = [
        line for line in sorted(psa.lines.values(), key=lambda one: one.id) if _is_of(line, company, psa)
    ]
    measured = [line for line in lines if _kind(line, psa) is not BillingKind.PREPAID]
    return Staying(
        company=company,
        name=company_name(company, psa),
        tenants=tuple(tenant for tenant in own if tenant in tenants),
        keeps=tuple(tenant for tenant in own if tenant not in tenants),
        lines=tuple(left for line in measured for left in (_left(line, psa, company),) if left.units != 0),
        prepaid=tuple(line_subject(line.id, psa) for line in lines if line not in measured),
        gaps=tuple(f"{gap.what}: {gap.why}" for gap in psa.gaps if gap.company in {None, company}),
    )


def still_left(settings: PairingSettings) -> tuple[LeftLine, ...]:
    """Lines of a company that was mapped again are measured again."""
    mapped = {row.company for row in settings.customers}
    return tuple(line for line in settings.left_lines if line.company not in mapped)


def left_findings(settings: PairingSettings) -> Iterator[Finding]:
    """Of lines that nobody has decided about."""
    for line in still_left(settings):
        if line.zero_after is not None:
            continue
        units = "unknown units" if line.units is None else f"{line.units} units"
        value = "price unknown" if line.monthly is None else f"{line.monthly} a month"
        yield Finding(
            "R33",
            Severity.WARNING,
            line.subject,
            f"billed, no longer measured since its customer was unmapped on {line.since}: {units}, {value}",
            f"psabridge customers zero {line.line}, psabridge customers leave {line.line}, or map it again",
            line.company,
        )


def _is_of(line: ContractLine, company: CompanyId, psa: PsaSnapshot) -> bool:
    """Of a contract that is not over: an inactive one goes on billing (R19)."""
    contract = psa.contracts.get(line.contract)
    return contract is not None and contract.company == company and contract.ends >= psa.today


def _kind(line: ContractLine, psa: PsaSnapshot) -> BillingKind:
    return kind_of(psa.contracts[line.contract], psa.payg)


def _left(line: ContractLine, psa: PsaSnapshot, company: CompanyId) -> LeftLine:
    units = units_today(psa.rows.get(line.id, ()), psa.today)
    monthly = None if units is None else _monthly(line, units, psa)
    return LeftLine(line.id, company, line_subject(line.id, psa), units, monthly, psa.today)


def _monthly(line: ContractLine, units: int, psa: PsaSnapshot) -> Money | None:
    """The value of a period shared out over its months (R26)."""
    contract = psa.contracts[line.contract]
    length = _length(line, contract, psa)
    if length is None:
        return None
    grid = PeriodGrid(contract.starts, length)
    price = unit_price(psa.rows.get(line.id, ()), psa.today, grid, line.unit_price)
    whole = worth(units, price, contract.currency)
    return None if whole is None else Money(whole.currency, whole.amount / length.value).rounded()


def _length(line: ContractLine, contract: Contract, psa: PsaSnapshot) -> PeriodType | None:
    """A service may bill by another period than its contract (R12)."""
    service = None if line.service is None else psa.services.get(line.service)
    bundle = None if line.bundle is None else psa.bundles.get(line.bundle)
    own = service.period_type if service else bundle.period_type if bundle else None
    return own or contract.period_type
