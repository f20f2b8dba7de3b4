# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""What is sold on a prepaid contract, and what a tenant has."""

from typing import Any

from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.desired import Desired
from tests.builders import (
    a_contract,
    a_line,
    a_mapping_row,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
)
from tests.rules.asking import desired

SERVERS = "pw_base_servers"
SEATS = "pw_base_workstations"
SERVERS_ROW = a_mapping_row(SERVERS, 1001)
OFF = a_mapping_row(SERVERS, None)
FREE = a_mapping_row(SERVERS, None, free=True)


def sold(units: int | None = 10, **contract: Any) -> PsaSnapshot:
    return psa_snapshot(
        contracts=[a_contract(**contract)],
        lines=[a_line()],
        rows=[] if units is None else [a_unit_row(units=units)],
    )


def having(*given: OfferingItem, used: int = 3) -> PlatformSnapshot:
    return platform_snapshot(
        items=given or [an_item()], usages=[a_usage(quantity=used), a_usage("servers", used)]
    )


def both() -> PlatformSnapshot:
    return having(an_item(), an_item(SERVERS, "servers"))


def run(decided: PairingSettings, units: int | None = 10, *given: OfferingItem) -> Desired:
    return desired(decided, sold(units), having(*given) if given else both())
