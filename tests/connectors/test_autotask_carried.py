"""A read between two full ones: what it asks for, carries over, and costs (decision 0012)."""

from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Any

from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.reading import Carried
from psabridge.rules.units.proof import Standing
from psabridge.rules.words import CompanyId
from tests.connectors.bench import Bench, bench_at, service_line, with_customer

ROWS = "ContractServiceUnits"
ROUTE = "POST /ATServicesRest/v1.0/{}/query"


def full(bench: Bench) -> PsaSnapshot:
    return bench.psa.read(bench.settings, bench.today)


def after(bench: Bench, psa: PsaSnapshot) -> PsaSnapshot:
    """The next read of the same process."""
    carried = Carried.of(bench.settings, psa, Standing.CURRENT)
    return bench.psa.read(bench.settings, bench.today, carried)


def contents(psa: PsaSnapshot) -> tuple[Any, ...]:
    return psa.companies, psa.contracts, psa.lines, psa.rows, psa.services, psa.bundles, psa.payg, psa.gaps


def asked(bench: Bench) -> dict[str, int]:
    routes: dict[str, int] = bench.running.calls()["autotask"]["routes"]
    return routes


def is_payg(bench: Bench, line: int) -> bool:
    psa = full(bench)
    return psa.contracts[psa.lines[service_line(line)].contract].payg_value in psa.payg.yes_values


def a_payg_line(bench: Bench) -> int:
    psa = full(bench)
    return next(
        one.id.number
        for one in psa.lines.values()
        if one.service is not None and psa.contracts[one.contract].payg_value in psa.payg.yes_values
    )


def test_where_nothing_changed_it_says_the_same_as_a_full_read(scene: Bench) -> None:
    psa = full(scene)

    again = after(scene, psa)

    assert contents(again) == contents(psa)
    assert again.carried_from == psa.read_at
    assert again.marker == psa.marker


def test_a_read_between_of_2000_lines_stays_within_the_budget() -> None:
    """Design section 10: 1 + contracts + lines + threshold + definition and marker, times 1.2."""
    with bench_at("msp-500") as bench:
        psa = full(bench)
        bench.running.forget_calls()
        again = after(bench, psa)
        used = bench.running.calls()["autotask"]["total"]

    formula = 1 + ceil(len(psa.contracts) / 500) + ceil(len(psa.lines) / 500) + 1 + 2
    assert (again.calls, formula) == (used, 9)
    assert used * 10 <= formula * 12


def test_unit_rows_are_asked_for_prepaid_lines_only() -> None:
    with bench_at("msp-25") as bench:
        psa = full(bench)
        again = after(bench, psa)

        read = {line.number for line in again.rows_again if line.kind == "service"}
        assert read
        assert not any(is_payg(bench, line) for line in list(read)[:5])


def test_a_read_between_asks_for_no_services_and_no_bundles(guide: Bench) -> None:
    psa = full(guide)
    guide.running.forget_calls()

    after(guide, psa)

    catalogue = {ROUTE.format(name) for name in ("Services", "ServiceBundles", "ServiceBundleServices")}
    assert not catalogue & asked(guide).keys()


def test_a_company_renamed_since_is_found_and_the_others_stay(guide: Bench) -> None:
    psa = full(guide)
    company = next(iter(psa.companies))
    guide.running.clock.advance(timedelta(minutes=5).total_seconds())
    stamp = guide.psa.clock.now().isoformat()
    guide.edit("Companies", company, companyName="Renamed Ltd", lastTrackedModifiedDateTime=stamp)

    again = after(guide, psa)

    assert again.companies[company].name == "Renamed Ltd"
    assert again.companies.keys() == psa.companies.keys()


def test_a_company_that_cannot_be_read_any_more_is_a_gap_and_not_as_it_was(guide: Bench) -> None:
    psa = full(guide)
    company = next(iter(psa.companies))
    stamp = guide.psa.clock.now().isoformat()
    guide.edit("Companies", company, isActive="yes", lastTrackedModifiedDateTime=stamp)

    again = after(guide, psa)

    assert company not in again.companies
    assert [gap.company for gap in again.gaps] == [company]


def test_a_company_that_the_full_read_lacked_is_asked_for_again(guide: Bench) -> None:
    """A page that went wrong costs its customer one cycle, not the hour until the next full read."""
    psa = full(guide)
    lost = min(psa.companies)
    kept = {id_: one for id_, one in psa.companies.items() if id_ != lost}

    again = after(guide, replace(psa, companies=kept, read_at=psa.read_at + timedelta(days=1)))

    assert again.companies == psa.companies


def test_a_changed_company_of_somebody_else_is_none_of_ours(guide: Bench) -> None:
    psa = full(guide)
    guide.running.do(lambda: guide.running.autotask.add_company("Somebody Else"))

    assert after(guide, psa).companies == psa.companies


def test_a_new_line_comes_with_its_rows(guide: Bench) -> None:
    line = a_payg_line(guide)
    psa = full(guide)
    found = psa.lines[service_line(line)]
    world = guide.running.autotask
    made = guide.running.do(lambda: world.add_line(found.contract, found.service, units=6))

    again = after(guide, psa)

    assert sum(row.units for row in again.rows[service_line(made)]) == 6
    assert service_line(made) in again.rows_again


def test_a_line_that_is_gone_takes_its_rows_along(guide: Bench) -> None:
    psa = full(guide)
    line = a_payg_line(guide)
    guide.running.do(lambda: guide.running.autotask.database.delete("ContractServices", line))

    again = after(guide, psa)

    assert service_line(line) not in again.lines
    assert service_line(line) not in again.rows


def test_an_edit_by_hand_of_an_unchanged_line_is_seen_by_a_full_read(guide: Bench) -> None:
    """Nothing in Autotask tells that rows changed: no stamp, no watermark (A39)."""
    psa = full(guide)
    line = a_payg_line(guide)
    (row,) = [one for one in guide.rows(ROWS) if one["contractServiceID"] == line and in_force(guide, one)]
    guide.edit(ROWS, row["id"], units=99)

    assert after(guide, psa).rows[service_line(line)] == psa.rows[service_line(line)]
    assert [one.units for one in full(guide).rows[service_line(line)]] == [99]


def test_a_spoilt_row_of_a_line_that_is_read_anew_makes_it_unknown(guide: Bench) -> None:
    psa = full(guide)
    line = a_payg_line(guide)
    (row,) = [one for one in guide.rows(ROWS) if one["contractServiceID"] == line and in_force(guide, one)]
    guide.edit("ContractServices", line, unitPrice=7)
    guide.edit(ROWS, row["id"], units="many")

    again = after(guide, psa)

    assert service_line(line) not in again.rows
    assert again.gaps


def test_a_company_without_contracts_costs_nothing_more(guide: Bench) -> None:
    company = guide.running.do(lambda: guide.running.autotask.add_company("Newcomer"))
    settings = with_customer(guide.settings, "tenant new", company)
    psa = guide.psa.read(settings, guide.today)
    carried = Carried.of(settings, psa, Standing.CURRENT)

    again = guide.psa.read(settings, guide.today, carried)

    assert CompanyId(company) in again.companies
    assert again.calls <= psa.calls


def in_force(bench: Bench, row: Any) -> bool:  # noqa: ANN401  a vendor's row
    today = bench.today.isoformat()
    return str(row["startDate"])[:10] <= today <= str(row["endDate"])[:10]


def test_what_is_carried_over_goes_on_being_carried(guide: Bench) -> None:
    """Each read hands on when its rows were read, however many lie between."""
    first = psa = full(guide)
    for _ in range(3):
        guide.running.clock.advance(300)
        psa = after(guide, psa)

    assert psa.carried_from == first.read_at
