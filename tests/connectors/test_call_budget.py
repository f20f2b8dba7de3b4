"""Good neighbour: a full read stays within 1.2 times the formula of design section 10, as amended by R62.

Counted at the emulators, not by the bridge.
"""

from collections.abc import Callable
from math import ceil

import pytest

from tests.connectors.bench import Bench, bench_at

PAGE, BATCH = 500, 100


def autotask_formula(bench: Bench) -> int:
    """Companies, contacts, contracts, twice all lines; services, field, threshold, marker."""
    companies = ceil(len(bench.settings.customers) / PAGE)
    once = sum(ceil(len(bench.rows(name)) / PAGE) for name in ("Contacts", "Contracts"))
    lines = sum(ceil(len(bench.rows(name)) / PAGE) for name in ("ContractServices", "ContractServiceBundles"))
    return companies + once + 2 * lines + 4


def acronis_formula(bench: Bench) -> int:
    return 2 * ceil(len(bench.settings.customers) / BATCH) + 1


def test_must_show_6_a_full_read_stays_within_the_budget(tell: Callable[[str], None]) -> None:
    """Must show 6: 500 customers with 2,000 lines."""
    with bench_at("msp-500") as bench:
        bench.running.forget_calls()
        psa = bench.psa.read(bench.settings, bench.today)
        platform = bench.platform.read(bench.settings)
        used = {vendor: counts["total"] for vendor, counts in bench.running.calls().items()}
        allowed = {"autotask": autotask_formula(bench), "acronis": acronis_formula(bench)}
    customers, lines = len(bench.settings.customers), len(psa.lines)
    tell(f"{customers} customers, {lines} lines; calls used {used}, formula {allowed}")

    assert (customers, lines) == (500, 2000)
    assert len(platform.usages) == customers
    assert used["autotask"] * 10 <= allowed["autotask"] * 12
    assert used["acronis"] <= allowed["acronis"]
    # What the bridge says it used is what the vendors saw.
    assert (psa.calls, platform.calls) == (used["autotask"], used["acronis"])


@pytest.mark.parametrize(("lines", "calls"), [(1, 1), (60, 1), (61, 2)])
def test_pictures_cost_a_call_for_sixty_lines(lines: int, calls: int) -> None:
    """Protocol 2.5: ⌈U·r/P⌉ before a write and after it."""
    with bench_at("msp-25") as bench:
        psa = bench.psa.read(bench.settings, bench.today)
        chosen = [line for line in sorted(psa.lines) if line.kind == "service"][:lines]
        bench.running.forget_calls()
        bench.psa.pictures(chosen, covers_from=bench.today, covers_to=bench.today)

        assert len(chosen) == lines
        assert bench.running.calls()["autotask"]["total"] == calls
