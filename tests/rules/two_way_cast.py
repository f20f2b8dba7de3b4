# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""A customer both of whose sides may change, and what both sides agreed on last."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from psabridge.kit.periods import PeriodType
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Quota
from psabridge.rules.psa import Contract, PsaSnapshot
from psabridge.rules.settings import PairingSettings, ServiceMapping, TwoWay
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.wanted.two_way import Agreed, Level
from psabridge.rules.words import Mode, WorkKind
from tests.builders import (
    a_contract,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
)

ON = TwoWay(is_on=True, billing_code=5, period_type=PeriodType.MONTHLY)
WRITES = dict.fromkeys(WorkKind, Mode.AUTOMATIC)
ROW = a_mapping_row()


def both(*rows: ServiceMapping, **changes: Any) -> PairingSettings:
    return settings(*rows, **{"two_way": ON, "modes": WRITES, **changes})


def prepaid(units: int | None = 10, **contract: Any) -> PsaSnapshot:
    """None: the contract has other services only."""
    return of(a_contract(**contract), units)


def payg(units: int | None = 10) -> PsaSnapshot:
    return of(a_payg_contract(), units)


def of(contract: Contract, units: int | None, *, price: Decimal = Decimal(5)) -> PsaSnapshot:
    is_sold = units is not None
    return psa_snapshot(
        contracts=[contract],
        lines=[a_line()] if is_sold else [],
        rows=[a_unit_row(units=units)] if units is not None else [],
        services=[a_service(unit_price=price)],
    )


def with_quota(value: int | None, **changes: Any) -> OfferingItem:
    return an_item(quota=Quota(value, 0), **changes)


def having(item: OfferingItem, used: int = 3) -> PlatformSnapshot:
    return platform_snapshot(items=[item], usages=[a_usage(quantity=used)])


OFF = an_item(is_on=False, quota=None)


def judged(
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    confirmed: tuple[Level, Level] | None = None,
    decided: PairingSettings | None = None,
) -> Desired:
    """`confirmed`: what the only row of the only tenant was last agreed on."""
    chosen = decided or both(ROW)
    known = remembered(chosen, psa, platform, confirmed)
    return desired_state(chosen, psa, platform, contracts_seen={}, confirmed={one.at: one for one in known})


def remembered(
    chosen: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    confirmed: tuple[Level, Level] | None,
) -> Iterable[Agreed]:
    """The names under which an agreement is kept, taken from a state in which both agree."""
    if confirmed is None:
        return ()
    at_rest = replace(psa, lines={}, rows={})
    everything_off = {
        tenant: tuple(replace(item, is_on=False) for item in items)
        for tenant, items in platform.items.items()
    }
    quiet = replace(platform, items=everything_off)
    agreed = desired_state(chosen, at_rest, quiet, contracts_seen={}).agreed
    return (replace(one, source=confirmed[0], contract=confirmed[1]) for one in agreed)


def units(desired: Desired) -> dict[Any, int]:
    return {wanted.line: wanted.units for wanted in desired.units}
