"""How a step is named and what it says: stable ids, subjects by name, reasons in words."""

from hashlib import sha256

from psabridge.rules.evidence import Arithmetic, Evidence
from psabridge.rules.items.labels import Labels, amount
from psabridge.rules.items.meter_words import row_words, unit_of
from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import ContractLine, PsaSnapshot
from psabridge.rules.wanted.desired import DesiredItem, DesiredUnits
from psabridge.rules.words import CompanyId, LineId, StepId, StepKind

_PREFIX = {
    StepKind.CREATE_DEFINITION: "field",
    StepKind.CREATE_SERVICE: "service",
    StepKind.ADD_LINE: "line",
    StepKind.ADD_NOTE: "note",
    StepKind.SET_ITEM: "quota",
    StepKind.SET_TAG: "tag",
    StepKind.CREATE_TENANT: "tenant",
    StepKind.ENABLE_APPLICATION: "application",
    StepKind.GIVE_ITEM: "item",
    StepKind.CREATE_USER: "user",
    StepKind.SEND_ACTIVATION: "mail",
    StepKind.REQUIRE_SECOND_FACTOR: "factor",
    StepKind.BEGIN_PRODUCTION: "production",
    StepKind.MAP_CUSTOMER: "customer",
    StepKind.SET_UNITS: "units",
    StepKind.ENABLE_TENANT: "enable",
    StepKind.DISABLE_TENANT: "disable",
    StepKind.DELETE_TENANT: "delete",
}


def step_id(kind: StepKind, *what: object) -> StepId:
    """The same change decided again has the same id."""
    digest = sha256("\n".join(str(part) for part in what).encode()).hexdigest()[:12]
    return StepId(f"{_PREFIX[kind]}-{digest}")


def company_name(company: CompanyId | None, psa: PsaSnapshot) -> str:
    found = None if company is None else psa.companies.get(company)
    return found.name if found else f"company {company}"


def line_subject(line: LineId, psa: PsaSnapshot) -> str:
    found = psa.lines.get(line)
    contract = psa.contracts.get(found.contract) if found else None
    if found is None or contract is None:
        return f"contract line {line}"
    owner = company_name(contract.company, psa)
    return f"{owner}, {contract.name}, {sold_name(found, psa)}"


def sold_name(line: ContractLine, psa: PsaSnapshot) -> str:
    """The service or bundle of a line by name."""
    if line.service is not None and line.service in psa.services:
        return psa.services[line.service].name
    if line.bundle is not None and line.bundle in psa.bundles:
        return psa.bundles[line.bundle].name
    return f"line {line.id}"


def item_subject(wanted: DesiredItem, psa: PsaSnapshot, platform: PlatformSnapshot, labels: Labels) -> str:
    """Company, tenant and item; company and tenant once where they have one name."""
    tenant = platform.tenants.get(wanted.tenant)
    names = (company_name(wanted.company, psa), tenant.name if tenant else f"tenant {wanted.tenant}")
    who = names[:1] if names[0].casefold() == names[1].casefold() else names
    return ", ".join((*who, labels.key(wanted.key)))


def units_reason(wanted: DesiredUnits, before: int, after: int, why: str, labels: Labels) -> str:
    counted = _counted(wanted.evidence, labels) or f"{wanted.units} wanted"
    added = "".join(f", {one}" for one in wanted.report.corrections) if wanted.report else ""
    target = "" if after == wanted.units else f", {after} by the dating"
    return f"{counted}{added}{target}; the contract has {before} ({why})"


def _counted(evidence: Evidence, labels: Labels) -> str:
    return " + ".join(
        f"{row_words(part.row, labels, unit_of(part))}: {amount_of(part)} = {part.units} units{_mark(part)}"
        for part in evidence.parts
    )


def _mark(part: Arithmetic) -> str:
    """So that nobody is surprised who is billed for a trial (ACR-PRV-11)."""
    marks = sorted({reading.mark for reading in part.readings if reading.mark})
    return f" ({' and '.join(marks)})" if marks else ""


def amount_of(part: Arithmetic) -> str:
    """What was counted, in the item's own unit."""
    return amount(part.quantity, unit_of(part))


def item_reason(wanted: DesiredItem, before: OfferingItem | None, labels: Labels) -> str:
    now, then = item_state(before), wanted_state(wanted, before, labels)
    return f"{wanted.reason}; it is {now}, it should be {then}"


def item_state(item: OfferingItem | None) -> str:
    if item is None:
        return "not there"
    if not item.is_on:
        return "off"
    return "on" if item.quota is None else f"on with {_quota(item.quota.value, item.unit)}"


def wanted_state(wanted: DesiredItem, before: OfferingItem | None, labels: Labels) -> str:
    if not wanted.is_on:
        return "off"
    unit = labels.unit(wanted.key.name) if before is None else before.unit
    return f"on with {_quota(wanted.quota, unit)}" if wanted.has_quota else "on"


def _quota(value: int | None, unit: str) -> str:
    return "no limit" if value is None else f"a quota of {amount(value, unit)}"
