"""What tests ask of a desired state."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.leaving.ends import ends_seen
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.desired import Desired, DesiredItem
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.wanted.ranges.readings import RangeReading
from psabridge.rules.words import CompanyId, ContractId, LineId


def desired(
    decided: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    seen: Mapping[int, int] | None = None,
    ranges: Iterable[RangeReading] = (),
    ended: Iterable[int] = (),
) -> Desired:
    """`ended`: companies of which the bridge saw everything that was sold end (R21)."""
    contracts = {ContractId(contract): CompanyId(company) for contract, company in (seen or {}).items()}
    return desired_state(
        decided,
        psa,
        platform,
        contracts_seen=contracts,
        ranges=RangeBook.of(ranges),
        ends_seen=ends_seen(decided, psa, {}) | {CompanyId(company) for company in ended},
    )


def units(found: Desired) -> dict[LineId, int]:
    return {wanted.line: wanted.units for wanted in found.units}


def items(found: Desired) -> dict[str, DesiredItem]:
    return {str(item.key): item for item in found.items}


def quotas(found: Desired) -> dict[str, int | None]:
    return {str(item.key): item.quota for item in found.items}


def codes(found: Desired, at_least: Severity = Severity.WARNING) -> set[str]:
    return {finding.code for finding in found.findings if finding.severity >= at_least}


def finding(found: Desired, code: str) -> Finding:
    (one,) = [each for each in found.findings if each.code == code]
    assert one.subject
    assert one.problem
    assert one.next_act
    return one


def of_company(found: Desired, company: int) -> Desired:
    """What concerns one company only."""
    wanted = CompanyId(company)
    return replace(
        found,
        units=tuple(each for each in found.units if each.company == wanted),
        former=tuple(each for each in found.former if each.company == wanted),
        items=tuple(each for each in found.items if each.company == wanted),
        findings=tuple(each for each in found.findings if each.company == wanted),
        checked_customers=0,
        unmapped_tenants=0,
        told=frozenset(),
        disabled=tuple(each for each in found.disabled if each[1].company == wanted),
    )
