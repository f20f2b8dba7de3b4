"""One row that does not fit costs its own company, and nobody else (must-show 5, promise 3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest

from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.spoilt import Sifted, Spoilt, sifted
from psabridge.connectors.autotask.hidden import (
    Owners,
    SpoiltUnits,
    company_gaps,
    contract_gaps,
    line_gaps,
)
from psabridge.rules.psa import Gap, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, ContractId, LineId, LineKind
from tests.builders import a_line
from tests.connectors.bench import Bench, bundle_line, service_line, with_customer, with_service

FROM, TO = date(2026, 2, 1), date(2026, 4, 30)
WHY = "the answer does not fit: endDate (date_type)"


@dataclass(frozen=True, slots=True)
class Sold:
    company: int
    contract: int
    line: int


@dataclass(frozen=True, slots=True)
class Two:
    """Two companies with one line each of one service; the first is the one with the spoilt row."""

    bench: Bench
    settings: PairingSettings
    bad: Sold
    good: Sold

    def read(self) -> PsaSnapshot:
        return self.bench.psa.read(self.settings, self.bench.today)

    def spoil(self, entity: str, row: int, **values: object) -> PsaSnapshot:
        self.bench.edit(entity, row, **values)
        return self.read()

    def unit_row(self, sold: Sold) -> int:
        """The row in force today."""
        today = self.bench.today.isoformat()
        return int(
            next(
                row["id"]
                for row in self.bench.rows("ContractServiceUnits")
                if row["contractServiceID"] == sold.line
                and str(row["startDate"]) <= today <= str(row["endDate"])[:10]
            )
        )


@pytest.fixture
def two(empty: Bench) -> Two:
    world = empty.running.autotask

    def add(name: str, service: int) -> Sold:
        company = world.add_company(name)
        contract = world.add_contract(company, "Backup", "2026-01-01", "2027-12-31", payg="Yes")
        return Sold(company, contract, world.add_line(contract, service, units=5))

    service = empty.running.do(lambda: world.add_service("Backup", "4.50"))
    bad = empty.running.do(lambda: add("Meadow Dental", service))
    good = empty.running.do(lambda: add("Other & Sons", service))
    settings = with_service(empty.settings, service)
    for number, sold in enumerate((bad, good)):
        settings = with_customer(settings, f"tenant {number}", sold.company)
    return Two(empty, settings, bad, good)


def is_whole(snapshot: PsaSnapshot, sold: Sold) -> bool:
    line = service_line(sold.line)
    return (
        sold.company in snapshot.companies
        and sold.contract in snapshot.contracts
        and line in snapshot.lines
        and [row.units for row in snapshot.rows[line]] == [5]
    )


@pytest.mark.parametrize(
    "values",
    [{"endDate": None}, {"startDate": None}, {"endDate": "2027-12-31T17:00:00Z"}, {"status": "active"}],
    ids=["no end", "no start", "a day in doubt", "a text as status"],
)
def test_a_contract_that_does_not_fit_hides_its_company_only(two: Two, values: dict[str, object]) -> None:
    snapshot = two.spoil("Contracts", two.bad.contract, **values)

    [gap] = snapshot.gaps
    assert (gap.what, gap.company, gap.code) == (
        f"contract {two.bad.contract}",
        CompanyId(two.bad.company),
        "ERR-07",
    )
    assert next(iter(values)) in gap.why
    assert two.bad.contract not in snapshot.contracts
    assert service_line(two.bad.line) not in snapshot.lines
    assert is_whole(snapshot, two.good)


def test_a_company_that_does_not_fit_is_absent_and_named(two: Two) -> None:
    """R38: it is held as a whole; the others are not."""
    snapshot = two.spoil("Companies", two.bad.company, isActive="yes")

    [gap] = snapshot.gaps
    assert (gap.what, gap.company, gap.code) == (
        f"company {two.bad.company}",
        CompanyId(two.bad.company),
        "R38",
    )
    assert set(snapshot.companies) == {CompanyId(two.good.company)}


def test_a_line_that_does_not_fit_is_a_gap_of_its_company(two: Two) -> None:
    snapshot = two.spoil("ContractServices", two.bad.line, unitPrice="free")

    [gap] = snapshot.gaps
    assert (gap.company, gap.code) == (CompanyId(two.bad.company), "ERR-07")
    assert f"contract line {two.bad.line} on contract {two.bad.contract}" == gap.what
    assert service_line(two.bad.line) not in snapshot.lines
    assert is_whole(snapshot, two.good)


def test_a_text_as_units_leaves_the_line_without_rows_not_at_zero(two: Two) -> None:
    """Promise 3: unknown is not zero."""
    snapshot = two.spoil("ContractServiceUnits", two.unit_row(two.bad), units="five")

    [gap] = snapshot.gaps
    assert (gap.company, gap.code) == (CompanyId(two.bad.company), "ERR-07")
    assert "five" not in gap.why  # values of customers do not belong into messages
    assert service_line(two.bad.line) in snapshot.lines
    assert service_line(two.bad.line) not in snapshot.rows
    assert is_whole(snapshot, two.good)


def test_a_spoilt_line_of_a_company_that_is_not_mapped_is_none_of_ours(two: Two) -> None:
    two.bench.edit("ContractServices", two.bad.line, unitPrice="free")
    two.bench.edit("ContractServiceUnits", two.unit_row(two.bad), units="five")

    only_good = replace(two.settings, customers=two.settings.customers[1:])
    snapshot = two.bench.psa.read(only_good, two.bench.today)

    assert snapshot.gaps == ()
    assert is_whole(snapshot, two.good)


def test_w10_a_picture_with_a_spoilt_row_is_not_whole_and_not_empty(two: Two) -> None:
    lines = [service_line(two.bad.line), service_line(two.good.line)]
    two.bench.edit("ContractServiceUnits", two.unit_row(two.bad), units="five")
    found = two.bench.psa.pictures(lines, covers_from=FROM, covers_to=TO)

    spoilt, sound = (found[line] for line in lines)
    assert (spoilt.is_whole, spoilt.is_empty, spoilt.rows) == (False, False, ())
    assert (sound.is_whole, [row.units for row in sound.rows]) == (True, [5, 5, 5])


# ---- whose a row is, as far as it tells


OWNERS = Owners({ContractId(10): CompanyId(1), ContractId(20): CompanyId(2)})
LINES = {line.id: line for line in (a_line(100, 10), a_line(101, 10), a_line(200, 20))}


def spoilt(
    *,
    id: int | None = 7,
    company: int | None = None,
    contract: int | None = None,
    line: int | None = None,
) -> Spoilt:
    return Spoilt(id, company, contract, line, WHY)


def companies(gaps: Sequence[Gap]) -> list[int | None]:
    return [gap.company for gap in gaps]


def test_a_spoilt_contract_without_a_company_is_a_gap_of_everybody() -> None:
    assert companies(contract_gaps([spoilt(), spoilt(company=3)])) == [None, 3]


def test_a_spoilt_company_without_an_id_lowers_nobody_else() -> None:
    """R38: the one that is missing is held as a whole."""
    [gap] = company_gaps([spoilt(id=None)])
    assert (gap.what, gap.company, gap.code) == ("company of an unreadable id", None, "R38")


def test_a_spoilt_line_belongs_to_the_company_of_its_contract() -> None:
    rows = [spoilt(contract=20), spoilt(contract=99), spoilt()]
    assert companies(line_gaps(rows, OWNERS)) == [2, None]  # contract 99 is of no mapped company


def test_contracts_that_could_not_be_read_still_have_their_company() -> None:
    """Their lines may be spoilt too."""
    owners = Owners.told_by(Sifted((), (spoilt(id=30, company=3), spoilt(id=None, company=4))))
    assert dict(owners.of) == {ContractId(30): CompanyId(3)}


@pytest.mark.parametrize(
    ("row", "lines", "told"),
    [
        (spoilt(line=100, contract=10), {100}, [1]),
        (spoilt(line=100), {100}, [1]),
        (spoilt(contract=10), {100, 101}, [1]),
        (spoilt(line=999, contract=99), set(), []),
        (spoilt(line=999), set(), []),
        (spoilt(), set(), [None]),
    ],
    ids=["both", "line only", "contract only", "of a stranger", "of an unknown line", "of nobody"],
)
def test_a_spoilt_unit_row_makes_unknown_what_it_may_belong_to(
    row: Spoilt, lines: set[int], told: list[int | None]
) -> None:
    units = SpoiltUnits(LineKind.SERVICE, [row])

    assert {line.number for line in units.lines(LINES)} == lines
    assert companies(units.gaps(LINES, OWNERS)) == told


def test_w10_a_row_that_does_not_name_its_line_leaves_no_picture_whole() -> None:
    asked: list[LineId] = [service_line(100), service_line(200), bundle_line(5)]

    assert SpoiltUnits(LineKind.SERVICE, [spoilt(contract=10)]).of(asked) == {asked[0], asked[1]}
    assert SpoiltUnits(LineKind.SERVICE, [spoilt(line=100)]).of(asked) == {asked[0]}
    assert SpoiltUnits(LineKind.BUNDLE, []).of(asked) == frozenset()


def test_ids_of_another_type_are_no_ids() -> None:
    found = sifted(Record, [{"id": True, "companyID": "3", "contractID": 1.0}, None, [1]])
    assert [(one.id, one.company_id, one.contract_id) for one in found.spoilt] == [(None, None, None)] * 3
