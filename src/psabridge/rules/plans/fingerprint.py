"""Everything a step was decided from, as a print that names its parts (protocol.md W12).

A print reads "today:2026-03-10 settings:7 … picture:1f0c…": when one part differs, the person is told which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from psabridge.rules.plans.plan import (
    AddLine,
    AddNote,
    ChangeTenant,
    Completeness,
    MoneyEffect,
    Plan,
    SetItem,
    SetTag,
    SetUnits,
    Step,
)
from psabridge.rules.platform import OfferingItem, Tenant
from psabridge.rules.psa import Contract, ContractLine
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import IntentId, SnapshotId

_IN_WORDS: Mapping[str, str] = {
    "today": "the day has changed, and with it dates, periods and amounts",
    "settings": "mapping or settings were changed",
    "snapshot": "it was made from another snapshot",
    "source": "the completeness of its source is another",
    "change": "the change itself is another than was shown",
    "amount": "the amount is another than was shown",
    "contract": "the contract's dates, status, kind or period type have changed",
    "line": "the contract line is another or is gone",
    "picture": "the units of the line, or what is posted of them, have changed",
    "prices": "the price of a unit has changed, and with it the amount",
    "reading": "the units are to be read in another way (D1)",
    "intents": "another change of the line is on its way",
    "item": "status or quota of the item have changed",
    "tenant": "the tenant was changed by somebody since",
    "tag": "the tag of the tenant has changed",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What stands where a step would write."""

    contract: Contract | None = None
    line: ContractLine | None = None
    picture: Picture | None = None  # None: no row at all
    item: OfferingItem | None = None
    tenant: Tenant | None = None
    tag: str | None = None
    open_intents: tuple[IntentId, ...] = ()
    reading: RowReading | None = None  # None: not known for the connection, the step's own holds


def inputs_print(
    *, settings_version: int, today: date, snapshot: SnapshotId, completeness: Completeness
) -> str:
    """The parts that all steps of a plan share."""
    return _join(
        {
            "today": today.isoformat(),
            "settings": str(settings_version),
            "snapshot": str(snapshot),
            "source": _digest(
                completeness.as_of.isoformat(),
                completeness.customers_checked,
                completeness.lines_checked,
                completeness.items_checked,
            ),
        }
    )


def target_print(step: Step, target: Target) -> str:
    """The parts of one step: what it changes and what stands there."""
    match step.change:
        case SetUnits():
            return _join(_units_parts(step.change, step.money, target))
        case SetItem():
            return _join({"change": _wanted_print(step.change.wanted), "item": _item_print(target.item)})
        case ChangeTenant():
            tenant, wanted = step.change.tenant.id, step.change.wanted
            return _join({"change": _digest(tenant, wanted), "tenant": _tenant_print(target.tenant)})
        case SetTag():
            tag = step.change.wanted
            return _join({"change": _digest(tag.tenant, tag.tag), "tag": _digest(target.tag)})
        case AddLine() | AddNote():
            contract = "none" if target.contract is None else _contract_print(target.contract)
            return _join({"change": _digest(step.change), "contract": contract})
        case _:
            return _join({"change": _digest(step.change)})


def is_stale(step: Step, *, plan: Plan, today: date, settings_version: int, target: Target) -> str | None:
    """Why the step must be planned anew, in words; None while everything is as it was shown."""
    inputs = inputs_print(
        settings_version=settings_version,
        today=today,
        snapshot=plan.snapshot,
        completeness=plan.completeness,
    )
    shown, now = _parts(step.fingerprint), _parts(f"{inputs} {target_print(step, target)}")
    differing = [name for name in {**shown, **now} if shown.get(name) != now.get(name)]
    if not differing:
        return None
    return "; ".join(_IN_WORDS.get(name, name) for name in differing)


def _units_parts(change: SetUnits, money: MoneyEffect | None, target: Target) -> dict[str, str]:
    line, contract = target.line, target.contract
    return {
        "change": _digest(change.line, change.day, change.change, change.before, change.after),
        "amount": _digest(money),  # holds the period's length and the prorated days
        "contract": "none" if contract is None else _contract_print(contract),
        "line": "none" if line is None else _digest(line.id, line.contract, line.service, line.bundle),
        "picture": _digest(*target.picture.seen) if target.picture else _digest(),
        "prices": _prices_print(line, target.picture),
        "reading": str(target.reading or change.reading),
        "intents": ",".join(str(intent) for intent in sorted(target.open_intents)) or "none",
    }


def _prices_print(line: ContractLine | None, picture: Picture | None) -> str:
    """What the amount was reckoned from (R26)."""
    rows = picture.rows if picture else ()
    prices = [line.unit_price if line else None, *(row.price for row in rows)]
    return _digest(*(None if price is None else price.normalize() for price in prices))


def _contract_print(contract: Contract) -> str:
    return _digest(
        contract.id,
        contract.company,
        contract.starts,
        contract.ends,
        contract.is_active,
        contract.is_recurring,
        contract.period_type,
        contract.payg_value,
    )


def _wanted_print(wanted: DesiredItem) -> str:
    return _digest(wanted.tenant, wanted.key, wanted.is_on, wanted.has_quota, wanted.quota, wanted.overage)


def _item_print(item: OfferingItem | None) -> str:
    """Status and quota; the vendor's version number alone is no difference, the value is absolute."""
    if item is None:
        return "none"
    quota = None if item.quota is None else (item.quota.value, item.quota.overage)
    return _digest(item.is_on, item.edition, quota)


def _tenant_print(tenant: Tenant | None) -> str:
    """The version moves with every change by anybody; a deletion cannot be taken back by a second look."""
    if tenant is None:
        return "none"
    return _digest(tenant.id, tenant.version, tenant.is_enabled, tenant.is_deleted, tenant.parent)


def _digest(*parts: object) -> str:
    return sha256("\n".join(repr(part) for part in parts).encode()).hexdigest()[:16]


def _join(parts: Mapping[str, str]) -> str:
    return " ".join(f"{name}:{value}" for name, value in parts.items())


def _parts(text: str) -> dict[str, str]:
    return dict(part.split(":", 1) for part in text.split(" ") if ":" in part)
