"""The bench says so where a bound is left; it is no timed test itself."""

from typing import Any

import pytest

from tests.bench import formula
from tests.bench.burst_results import BurstResult
from tests.bench.results import Result, breaches

SIZES = {"msp-50": 50, "msp-500": 500, "msp-2000": 2000}


def measured(scene: str, **changes: Any) -> Result:  # noqa: ANN401  any part of a measurement
    """A result that keeps every bound, with the calls of the formula and a second for every 100 customers."""
    customers = SIZES[scene]
    size = formula.Size(customers, customers, 4 * customers, 0)
    changed = customers // 5
    seconds, acronis = customers / 100, formula.acronis(size)
    autotask = {
        "full": formula.autotask(size),
        "incremental": formula.incremental(size),
        "changing": formula.incremental(size) + formula.writes(changed),
    }
    told: dict[str, Any] = {
        "customers": customers,
        "contracts": customers,
        "lines": 4 * customers,
        "bundle_lines": 0,
        "plan": {"seconds": seconds, "own_seconds": seconds / 2},
        "peak_mb": 200,
    }
    for read, calls in autotask.items():
        told[read] = {
            **told["plan"],
            "calls": {"autotask": calls, "acronis": acronis},
            "changed": changed,
        }
    return Result(scene, 50, {**told, **changes})


def calls(autotask: int, acronis: int = 3) -> dict[str, Any]:
    return {
        "seconds": 0.5,
        "own_seconds": 0.2,
        "calls": {"autotask": autotask, "acronis": acronis},
        "changed": 10,
    }


@pytest.mark.parametrize(("customers", "full", "incremental"), [(50, 8, 6), (500, 14, 9), (2000, 44, 24)])
def test_the_formulas_of_the_budget(customers: int, full: int, incremental: int) -> None:
    """Design section 10, with four lines for each customer."""
    size = formula.Size(customers, customers, 4 * customers, 0)

    assert (formula.autotask(size), formula.incremental(size)) == (full, incremental)


def test_writes_are_the_changes_two_looks_and_the_marker() -> None:
    assert [formula.writes(changed) for changed in (0, 10, 100, 400)] == [2, 14, 106, 412]


def test_a_bench_within_all_bounds_says_nothing() -> None:
    assert breaches([measured(scene) for scene in SIZES]) == ()


@pytest.mark.parametrize(("read", "most"), [("full", 9), ("incremental", 7), ("changing", 24)])
def test_calls_over_a_fifth_more_than_the_formula_are_a_breach(read: str, most: int) -> None:
    assert breaches([measured("msp-50", **{read: calls(most)})]) == ()

    (breach,) = breaches([measured("msp-50", **{read: calls(most + 1)})])

    assert breach.startswith(f"msp-50 at 50 ms: {read}: {most + 1} calls to autotask")


def test_calls_to_acronis_count_too() -> None:
    (breach,) = breaches([measured("msp-50", full=calls(8, acronis=4))])

    assert "4 calls to acronis, formula 3" in breach


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"peak_mb": 301}, "301 MB, at most 300"),
        ({"plan": {"seconds": 61, "own_seconds": 9}}, "the plan took 61 s, at most 60"),
    ],
)
def test_memory_and_the_time_of_a_plan_are_bounded_at_2000_customers(
    changes: dict[str, Any], said: str
) -> None:
    assert [breach for breach in breaches([measured("msp-2000", **changes)]) if said in breach]
    assert breaches([measured("msp-50", **changes)]) == ()


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"seconds": 31.0, "own_seconds": 10.0}, "31.0 seconds, 5.0"),
        ({"seconds": 20.0, "own_seconds": 16.0}, "16.0 own_seconds, 2.5"),
    ],
)
def test_time_that_grows_faster_than_the_customers_is_a_breach(plan: dict[str, float], said: str) -> None:
    (breach,) = breaches([measured("msp-500"), measured("msp-2000", plan=plan)])

    assert breach == f"msp-2000 at 50 ms: plan: {said} at msp-500 at 50 ms"


def test_without_latency_what_else_the_machine_does_is_not_held_against_the_bridge() -> None:
    small, large = measured("msp-500"), measured("msp-2000", plan={"seconds": 31.0, "own_seconds": 10.0})

    assert breaches([Result("msp-500", 0, small.measured), Result("msp-2000", 0, large.measured)]) == ()


def test_sizes_measured_at_different_latencies_are_not_compared() -> None:
    small = Result("msp-500", 0, measured("msp-500", plan={"seconds": 0.1, "own_seconds": 0.1}).measured)

    assert breaches([small, measured("msp-2000")]) == ()


def a_burst(**changes: Any) -> BurstResult:  # noqa: ANN401  any part of a measurement
    """Ten thousand alerts that all stand once, the others' within a minute and a half."""
    told: dict[str, Any] = {
        "latency_ms": 0,
        "alerts": 10_000,
        "cycle_seconds": 60,
        "told": 10_000,
        "not_once": 0,
        "doubled": 0,
        "waits": {"others": {"p95": 90.0}},
        "peak_mb": 300,
    }
    return BurstResult({**told, **changes})


def test_a_burst_within_its_bounds_says_nothing() -> None:
    assert list(a_burst().breaches) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"told": 9_999}, "9999 of 10000 alerts stand in a ticket"),
        ({"not_once": 1}, "1 alerts do not stand exactly once"),
        ({"doubled": 1}, "1 external ids doubled"),
        ({"waits": {"others": {"p95": 90.1}}}, "p95 from alert to ticket 90.1 s, at most 90"),
        ({"peak_mb": 301}, "301 MB, at most 300"),
    ],
)
def test_a_burst_that_leaves_a_bound_says_which(changes: dict[str, Any], said: str) -> None:
    """R53: every alert stands once; p95 for the others is one cycle and 30 seconds."""
    assert list(a_burst(**changes).breaches) == [f"burst at 0 ms: {said}"]
