"""Left lines that a person set to 0: what they should be, what keeps them, and which are done (R33)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.staying import still_left
from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.looking import stands_right
from psabridge.rules.psa import ContractLine, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.wanted.contract_state import kind_of, services_of
from psabridge.rules.wanted.desired import DesiredUnits
from psabridge.rules.wanted.ground import hides_contracts
from psabridge.rules.words import BillingKind, CompanyId, LineId


@dataclass(frozen=True, slots=True)
class Zeroing:
    units: tuple[DesiredUnits, ...] = ()
    findings: tuple[Finding, ...] = ()


def lines_to_zero(settings: PairingSettings) -> tuple[LeftLine, ...]:
    """A company that was mapped again takes the word back."""
    return tuple(line for line in still_left(settings) if line.zero_after is not None)


def companies_to_zero(settings: PairingSettings) -> frozenset[CompanyId]:
    """They are not mapped, and read all the same."""
    return frozenset(line.company for line in lines_to_zero(settings))


def zeroing(settings: PairingSettings, psa: PsaSnapshot) -> Zeroing:
    units: list[DesiredUnits] = []
    findings: list[Finding] = []
    for left in lines_to_zero(settings):
        line, why = psa.lines.get(left.line), _why_kept(left, psa)
        if line is None or why is not None:
            findings.append(_kept(left, why or "it is not in what was read"))
        else:
            units.append(_zero(left, line, psa))
    return Zeroing(tuple(units), tuple(findings))


def _why_kept(left: LeftLine, psa: PsaSnapshot) -> str | None:
    """What is not surely a pay-as-you-go line of this company is not written (R20, R22)."""
    if any(gap.company in {None, left.company} and hides_contracts(gap) for gap in psa.gaps):
        return "Autotask was not read completely"
    line = psa.lines.get(left.line)
    contract = None if line is None else psa.contracts.get(line.contract)
    if line is None or contract is None:
        return "it is not in what was read: its service is in no mapping row any more, or it is out of sight"
    if contract.company != left.company:
        return f"its contract is company {contract.company}'s by now"
    if kind_of(contract, psa.payg) is not BillingKind.PAYG:
        return "its contract is not pay as you go any more"
    return None if services_of(line, psa) else "the services of its bundle were not read"


def _kept(left: LeftLine, why: str) -> Finding:
    return Finding(
        "R33",
        Severity.STOPS,
        left.subject,
        f"it was to be 0 from the period after {left.zero_after}, and nothing is written: {why}",
        f"Set it to 0 in Autotask, then psabridge customers leave {left.line}",
        left.company,
    )


def _zero(left: LeftLine, line: ContractLine, psa: PsaSnapshot) -> DesiredUnits:
    return DesiredUnits(
        line=line.id,
        contract=line.contract,
        company=left.company,
        service=services_of(line, psa)[0],
        units=0,
        evidence=Evidence(rule="R33"),
        rows=(),
        zero_after=left.zero_after,
    )


def lines_done(
    settings: PairingSettings, psa: PsaSnapshot, histories: Mapping[LineId, LineHistory]
) -> frozenset[LineId]:
    """At 0 today and tomorrow with nothing of ours on its way, or on a contract that is over."""
    found = zeroing(settings, psa).units
    return frozenset(
        one.line
        for one in found
        if (stands_right(one, psa) or psa.contracts[one.contract].ends < psa.today)
        and not (one.line in histories and histories[one.line].open)
    )


def without(settings: PairingSettings, lines: Iterable[LineId]) -> PairingSettings:
    gone = frozenset(lines)
    return replace(settings, left_lines=tuple(line for line in settings.left_lines if line.line not in gone))


def zeroing_findings(settings: PairingSettings, zero: Zeroing) -> Iterator[Finding]:
    """Until its day has come; then the step says it, or what keeps it."""
    yield from zero.findings
    planned = {one.line for one in zero.units}
    for left in lines_to_zero(settings):
        if left.line in planned:
            units = "unknown units" if left.units is None else f"{left.units} units"
            yield Finding(
                "R33",
                Severity.NOTE,
                left.subject,
                f"left with {units} on {left.since}; it is to be 0 from the period after {left.zero_after}",
                f"To bill it as it stands: psabridge customers leave {left.line}, or map the company again",
                left.company,
            )
