"""What a read of Autotask says is what the emulated Autotask holds: nothing left out, nothing made up."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from psabridge.connectors.autotask.reading import mapped_services
from psabridge.kit.periods import PeriodType
from psabridge.rules.psa import DefinitionState, PsaSnapshot, UnitRow
from psabridge.rules.settings import NewService, PairingSettings, ServiceMapping
from psabridge.rules.words import BundleId, CompanyId, ServiceId
from tests.builders import a_service, settings
from tests.connectors.bench import Bench, bundle_line, service_line, with_customer, with_service


@pytest.fixture(scope="module")
def snapshot(scene: Bench) -> PsaSnapshot:
    return scene.psa.read(scene.settings, scene.today)


def test_all_mapped_companies_are_there_by_name(scene: Bench, snapshot: PsaSnapshot) -> None:
    held = {row["id"]: row["companyName"] for row in scene.rows("Companies")}
    mapped = {customer.company for customer in scene.settings.customers}

    assert {one.id: one.name for one in snapshot.companies.values()} == {id_: held[id_] for id_ in mapped}


def test_all_contracts_of_mapped_companies_are_there_with_their_dates_and_kind(
    scene: Bench, snapshot: PsaSnapshot
) -> None:
    mapped = {customer.company for customer in scene.settings.customers}
    labels = {row["id"]: row["valueForDisplay"] for row in scene.rows("UserDefinedFieldListItems")}
    held = {
        row["id"]: (
            row["companyID"],
            row["contractName"],
            day(row["startDate"]),
            day(row["endDate"]),
            row["contractType"] == 7,
            row["status"] == 1,
            next((labels[value] for value in row.get("_udfs", {}).values() if value), None),
        )
        for row in scene.rows("Contracts")
        if row["companyID"] in mapped
    }
    found = {
        one.id: (one.company, one.name, one.starts, one.ends, one.is_recurring, one.is_active, one.payg_value)
        for one in snapshot.contracts.values()
    }

    assert found == held


def test_all_lines_of_mapped_services_are_there_with_their_price(scene: Bench, snapshot: PsaSnapshot) -> None:
    sold = {row.service for row in scene.settings.services}
    contracts = set(snapshot.contracts)
    held = {
        service_line(row["id"]): (row["contractID"], row["serviceID"], row["unitPrice"])
        for row in scene.rows("ContractServices")
        if row["serviceID"] in sold and row["contractID"] in contracts
    }
    found = {one.id: (one.contract, one.service, one.unit_price) for one in snapshot.lines.values()}

    assert {key: one for key, one in found.items() if key.kind == "service"} == held


def test_units_of_today_are_what_autotask_bills_today(scene: Bench, snapshot: PsaSnapshot) -> None:
    today = scene.today
    lines = [line for line in snapshot.lines if line.kind == "service"]
    held = {line: scene.units(line.number, today) for line in lines}
    found = {line: units_on(snapshot.rows.get(line, ()), today) for line in lines}

    assert found == held
    assert lines


def test_nothing_is_missing_and_the_field_is_sound(scene: Bench, snapshot: PsaSnapshot) -> None:
    assert snapshot.gaps == ()
    assert snapshot.payg.state is DefinitionState.SOUND
    assert (snapshot.today, snapshot.database_id, snapshot.marker) == (scene.today, "atdemo", None)


def test_all_services_are_read_for_their_names_and_periods(scene: Bench, snapshot: PsaSnapshot) -> None:
    held = {row["id"]: (row["name"], row["unitPrice"], row["isActive"]) for row in scene.rows("Services")}
    found = {one.id: (one.name, one.unit_price, one.is_active) for one in snapshot.services.values()}

    assert found == held
    assert {one.period_type for one in snapshot.services.values()} <= set(PeriodType)


# ---- what a scene does not have


def test_a_contract_of_a_company_that_is_not_mapped_is_none_of_ours(empty: Bench) -> None:
    _, _, service = sold(empty, 5)
    snapshot = empty.psa.read(with_service(empty.settings, service), empty.today)

    assert snapshot.contracts == {}
    assert snapshot.lines == {}
    assert snapshot.rows == {}


def test_a_change_dated_tomorrow_is_seen_today(empty: Bench) -> None:
    """W5: "nothing to do" may be said only of a flat line. Decision 0007."""
    _, line, service = sold(empty, 5)
    tomorrow = empty.today + timedelta(days=1)
    empty.running.do(lambda: empty.running.autotask.adjust(line, tomorrow, 2))
    snapshot = empty.psa.read(mapped(empty, service), empty.today)

    assert units_on(snapshot.rows[service_line(line)], empty.today) == 5
    assert units_on(snapshot.rows[service_line(line)], tomorrow) == 7


def test_a_line_without_rows_is_absent_not_zero(empty: Bench) -> None:
    """Promise 3, W10."""
    empty.doubts(new_line_rows="none")
    _, line, service = sold(empty, None)
    snapshot = empty.psa.read(mapped(empty, service), empty.today)

    assert service_line(line) in snapshot.lines
    assert service_line(line) not in snapshot.rows


def test_a_bundle_is_read_with_its_services_and_its_own_line(empty: Bench) -> None:
    """ACR-MAP-12: a service inside a bundle is live on the contract."""
    _, _, service = sold(empty, 5)
    world = empty.running.autotask
    contract = empty.rows("Contracts")[0]["id"]
    bundle = empty.running.do(lambda: world.add_bundle("All in", [service], "9.90"))
    line = empty.running.do(lambda: world.add_bundle_line(contract, bundle, units=4))
    snapshot = empty.psa.read(mapped(empty, service), empty.today)

    assert snapshot.bundles[BundleId(bundle)].services == (ServiceId(service),)
    assert snapshot.lines[bundle_line(line)].bundle == bundle
    assert snapshot.lines[bundle_line(line)].service is None
    assert units_on(snapshot.rows[bundle_line(line)], empty.today) == 4


def test_a_service_of_a_strange_period_is_a_gap_and_has_no_period(empty: Bench) -> None:
    """R45: a code this version does not know is said, not guessed."""
    _, _, service = sold(empty, 5)
    empty.edit("Services", service, periodType=99)
    snapshot = empty.psa.read(mapped(empty, service), empty.today)

    assert snapshot.services[ServiceId(service)].period_type is None
    assert [(gap.what, gap.code) for gap in snapshot.gaps] == [("service Backup", "R45")]


def test_hidden_contracts_are_simply_not_there(guide: Bench) -> None:
    """R20: a restricted user sees fewer rows and no error; what was seen before tells the difference."""
    everything = guide.psa.read(guide.settings, guide.today)
    hidden = min(everything.contracts)
    user = guide.running.autotask.user
    guide.running.do(lambda: object.__setattr__(user, "hidden_contracts", frozenset({hidden})))
    rest = guide.psa.read(guide.settings, guide.today)

    assert set(everything.contracts) - set(rest.contracts) == {hidden}
    assert all(line.contract != hidden for line in rest.lines.values())


def test_a_service_to_be_made_counts_as_mapped_once_it_is_there() -> None:
    """R45: found by its exact name."""
    wanted = settings(ServiceMapping("x", service=NewService("Backup", 1, PeriodType.MONTHLY)))
    there = {ServiceId(7): a_service(7, "Backup"), ServiceId(8): a_service(8, "backup")}

    assert mapped_services(wanted, {}) == frozenset()
    assert mapped_services(wanted, there) == {ServiceId(7)}


def test_nothing_mapped_reads_nothing_of_contracts(empty: Bench) -> None:
    sold(empty, 5)
    snapshot = empty.psa.read(empty.settings, empty.today)

    assert (snapshot.companies, snapshot.contracts, snapshot.lines, snapshot.rows) == ({}, {}, {}, {})


def sold(bench: Bench, units: int | None) -> tuple[int, int, int]:
    """A contract with one line of one service: its contract, line and service."""
    world = bench.running.autotask

    def add() -> tuple[int, int, int]:
        company = world.add_company("Meadow Dental")
        service = world.add_service("Backup", Decimal("4.50"))
        contract = world.add_contract(company, "Backup", "2026-01-01", "2027-12-31", payg="Yes")
        return contract, world.add_line(contract, service, units=units), service

    return bench.running.do(add)


def mapped(bench: Bench, service: int) -> PairingSettings:
    company = CompanyId(
        next(row["id"] for row in bench.rows("Companies") if row["companyName"] == "Meadow Dental")
    )
    return with_customer(with_service(bench.settings, service), "tenant", company)


def units_on(rows: Iterable[UnitRow], day_: date) -> int | None:
    found = [row for row in rows if row.starts <= day_ <= row.ends]
    return max(found, key=lambda row: row.starts).units if found else None


def day(text: object) -> date:
    return datetime.fromisoformat(str(text)).date()
