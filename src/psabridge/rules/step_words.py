"""How a step is named and what it says: stable ids, subjects by name, reasons in words."""

from hashlib import sha256

from psabridge.rules.desired import DesiredItem, DesiredUnits
from psabridge.rules.evidence import Arithmetic, Evidence
from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import ContractLine, PsaSnapshot
from psabridge.rules.words import CompanyId, LineId, StepId, StepKind

_PREFIX = {
    StepKind.CREATE_DEFINITION: "field",
    StepKind.CREATE_SERVICE: "service",
    StepKind.SET_ITEM: "quota",
    StepKind.SET_UNITS: "units",
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


def item_subject(wanted: DesiredItem, psa: PsaSnapshot, platform: PlatformSnapshot) -> str:
    tenant = platform.tenants.get(wanted.tenant)
    storage = None if wanted.key.storage is None else platform.storages.get(wanted.key.storage)
    where = f" on {storage.name}" if storage else ""
    who = tenant.name if tenant else f"tenant {wanted.tenant}"
    return f"{company_name(wanted.company, psa)}, {who}, {wanted.key.name}{where}"


def units_reason(wanted: DesiredUnits, before: int, after: int, why: str) -> str:
    counted = _counted(wanted.evidence) or f"{wanted.units} wanted"
    target = "" if after == wanted.units else f", {after} by the dating"
    return f"{counted}{target}; the contract has {before} ({why})"


def _counted(evidence: Evidence) -> str:
    return " + ".join(_part(part) for part in evidence.parts)


def _part(part: Arithmetic) -> str:
    return f"{part.row.item} {part.row.measure}: {amount(part)} = {part.units} units"


def amount(part: Arithmetic) -> str:
    """What was counted, in the item's own unit."""
    units = {reading.unit for reading in part.readings}
    unit = units.pop() if len(units) == 1 else ""
    return f"{part.quantity:,} bytes" if unit == "bytes" else f"{part.quantity:,}"


def item_reason(wanted: DesiredItem, before: OfferingItem | None) -> str:
    return f"{wanted.reason}; it is {item_state(before)}, it should be {wanted_state(wanted)}"


def item_state(item: OfferingItem | None) -> str:
    if item is None:
        return "not there"
    if not item.is_on:
        return "off"
    return "on" if item.quota is None else f"on with {_quota(item.quota.value)}"


def wanted_state(wanted: DesiredItem) -> str:
    if not wanted.is_on:
        return "off"
    return f"on with {_quota(wanted.quota)}" if wanted.has_quota else "on"


def _quota(value: int | None) -> str:
    return "no limit" if value is None else f"a quota of {value:,}"
