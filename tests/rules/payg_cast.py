"""What is sold pay as you go, and what a tenant used."""

from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import Contract, PsaSnapshot
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

SERVERS_ROW = a_mapping_row("pw_base_servers", 1001)


def sold(*contracts: Contract, level: int | None = 10) -> PsaSnapshot:
    """Service 1000 by itself on each of the contracts; the line's number is the contract's times ten."""
    given = contracts or (a_payg_contract(),)
    return psa_snapshot(
        contracts=given,
        lines=[a_line(contract.id * 10, contract.id) for contract in given],
        rows=[] if level is None else [a_unit_row(contract.id * 10, level) for contract in given],
    )


def using(seats: int | None = 12) -> PlatformSnapshot:
    return platform_snapshot(items=[an_item()], usages=[a_usage(quantity=seats)])
