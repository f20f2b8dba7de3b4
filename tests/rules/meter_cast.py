"""Rows with meters, and what is sold and used beside them."""

from dataclasses import replace
from decimal import Decimal

from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import Contract, PsaSnapshot
from psabridge.rules.settings import MeterExpression, MeterPart, ServiceMapping
from psabridge.rules.words import StorageId
from tests.builders import (
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
)

SERVERS, VMS = MeterPart("pw_base_servers"), MeterPart("pw_base_vms")
OTHER = StorageId("infra-abc")


def metered(**meter: object) -> ServiceMapping:
    return a_mapping_row(meter=replace(MeterExpression(), **meter))  # type: ignore[arg-type]


def sold(*services: int, contract: Contract | None = None, level: int = 10) -> PsaSnapshot:
    numbers = services or (1000,)
    return psa_snapshot(
        contracts=[contract or a_payg_contract()],
        lines=[a_line(number, service=number, unit_price=Decimal(5)) for number in numbers],
        rows=[a_unit_row(number, level) for number in numbers],
    )


def using(stations: int | None = 14, servers: int | None = 5, vms: int | None = 2) -> PlatformSnapshot:
    """None: the usage is missing in the answer."""
    named = (
        ("pw_base_workstations", "workstations", stations),
        ("pw_base_servers", "servers", servers),
        ("pw_base_vms", "vms", vms),
    )
    return platform_snapshot(
        items=[an_item(item, usage) for item, usage, _ in named],
        usages=[a_usage(usage, used) for _, usage, used in named if used is not None],
    )
