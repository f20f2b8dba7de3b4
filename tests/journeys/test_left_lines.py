"""What unmapped customers leave, line by line: left, or 0 from the next period (R33, ERR-23, ACR-ORG-05)."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from psabridge.engine.outcomes import StepState
from psabridge.jobs.exits import Exit
from psabridge.rules.findings import Severity
from psabridge.rules.words import LineId, LineKind
from psabridge.store.models import AuditEntry
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes, unit_steps
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.test_lost_answers import LOOSE

__all__ = ["shell"]

APRIL = date(2026, 4, 1)


def a_firm_of_two_lines(firms: Firms) -> tuple[Sale, Sale, Sale]:
    firm = firms.sale("Meadow Dental", units=10, used=12)
    return firm, firms.second_line(firm, firms.servers, units=3), firms.sale("Other & Sons", units=20)


Shop = tuple[Journey, Sale, Sale, Sale]


@pytest.fixture
def shop(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    journey, (firm, servers, other) = open_shop(a_firm_of_two_lines, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "250")
    journey.settle()
    assert journey.units(firm.line) == 12
    return journey, firm, servers, other


def listed(shell: Shell) -> list[tuple[str, str | None]]:
    return [(line["line"], line["zero_after"]) for line in shell.json("customers", "list")["left"]]


def test_each_line_is_left_or_goes_to_0_from_the_next_period(shop: Shop, shell: Shell) -> None:
    """R33: said at the unmapping, shown as a wish, then a held step, read back, forgotten, journalled."""
    journey, firm, servers, other = shop
    shown = shell.run(
        *("customers", "unmap", "Meadow", "--zero", f"service:{firm.line}"),
        *("--leave", f"service:{servers.line}", "--yes"),
    )
    assert "0 from the period after 2026-03-10" in shown
    assert "stays billed" in shown
    assert listed(shell) == [(f"service:{firm.line}", "2026-03-10")]

    told = shell.run("explain", "Meadow", "Workstation")
    assert "the line is not measured" in told
    assert "it is to be 0 from the period after 2026-03-10" in told
    of_firm = [one for one in shell.json("drift") if one["line"] == f"service:{firm.line}"]
    assert [(one["source"], one["now"]) for one in of_firm] == [(None, 12)]

    [wish] = journey.plan().plan.wishes
    assert (wish.now, wish.wanted, wish.due) == (12, 0, APRIL)
    journey.settle()
    assert journey.units(firm.line) == 12

    journey.go_to(date(2026, 4, 3))
    report = journey.cycle()
    assert report.count(StepState.HELD) == 1
    assert journey.units(firm.line) == 12
    journey.approve(report)

    assert [journey.units(firm.line, day) for day in (date(2026, 3, 31), APRIL)] == [12, 0]
    assert (journey.units(servers.line), journey.units(other.line)) == (3, 20)
    journey.settle()
    assert listed(shell) == []
    assert "R33" not in codes(journey.plan().plan.findings)
    said = [entry.what for entry in AuditEntry.objects.filter(what__contains="left lines")]
    assert said == ["left lines are at 0 and no longer listed"]


def test_what_is_sold_on_a_line_after_it_was_0_is_left_alone(shop: Shop, shell: Shell) -> None:
    """R33: the word was about one customer's leaving, not about the line for ever."""
    journey, firm, *_ = shop
    shell.run("customers", "unmap", "Meadow", "--zero", f"service:{firm.line}", "--yes")
    journey.go_to(date(2026, 4, 2))
    journey.settle()
    journey.settle()
    journey.vendors.do(lambda: journey.vendors.autotask.adjust(firm.line, date(2026, 4, 20), 5))

    journey.go_to(date(2026, 5, 2))
    journey.settle()

    assert journey.units(firm.line) == 5


def test_the_word_may_come_later_and_is_taken_back_by_mapping_again(shop: Shop, shell: Shell) -> None:
    """R33: undone by mapping again; the line is measured again and never was 0."""
    journey, firm, servers, _ = shop
    shell.run("customers", "unmap", "Meadow", "--yes")
    assert [said for _, said in listed(shell)] == [None, None]
    journey.advance(days=2)

    shell.run("customers", "zero", f"service:{firm.line}")
    assert dict(listed(shell)) == {f"service:{firm.line}": "2026-03-12", f"service:{servers.line}": None}
    notes = {one.severity for one in journey.plan().plan.findings if one.code == "R33"}
    assert notes == {Severity.NOTE, Severity.WARNING}
    shell.run("customers", "map", "Meadow Dental", firm.tenant)
    journey.go_to(date(2026, 4, 2))
    journey.settle()

    assert journey.units(firm.line, APRIL) == 12
    assert listed(shell) == []


def test_a_person_may_change_the_word(shop: Shop, shell: Shell) -> None:
    """R33: `leave` after `zero`: it stays billed."""
    journey, firm, *_ = shop
    shell.run("customers", "unmap", "Meadow", "--zero", f"service:{firm.line}", "--yes")
    shell.run("customers", "leave", f"service:{firm.line}")

    journey.go_to(date(2026, 4, 2))
    journey.settle()

    assert journey.units(firm.line) == 12
    shell.run("customers", "zero", f"service:{firm.line}", code=Exit.WRONG_INPUT)


def test_a_refused_0_is_told_with_its_value(shop: Shop, shell: Shell) -> None:
    """R25, D3: the line should be 0; by hand then."""
    journey, firm, *_ = shop
    journey.doubts(zero_units="refused")
    shell.run("customers", "unmap", "Meadow", "--zero", f"service:{firm.line}", "--yes")
    journey.go_to(date(2026, 4, 2))
    journey.settle()

    report = journey.cycle()

    assert journey.units(firm.line) == 12
    [told] = [one for one in report.findings if one.code == "R25"]
    assert "54.00" in told.problem
    assert not unit_steps(report.plan)


def test_the_first_days_of_a_customer_that_is_mapped_again_are_no_figures_of_0(
    shop: Shop, shell: Shell
) -> None:
    """R33, W13: while it was unmapped nothing was measured, which is a hole and not 0."""
    journey, firm, *_ = shop
    shell.run("customers", "unmap", "Meadow", "--zero", f"service:{firm.line}", "--yes")
    journey.advance(days=1)
    journey.cycle()

    line = LineId(LineKind.SERVICE, firm.line)
    figures = journey.ports.records.day_figures(journey.pairing, {line: date(2026, 1, 1)})

    assert [figure.day for figure in figures[line]] == [date(2026, 3, 10)]


def test_words_on_lines_that_are_not_left_are_refused_before_anything_is_done(
    shop: Shop, shell: Shell
) -> None:
    journey, firm, _, other = shop
    for words in (
        ("--zero", f"service:{other.line}"),
        ("--leave", "service:999"),
        ("--zero", f"service:{firm.line}", "--leave", f"service:{firm.line}"),
        ("--zero", "twelve"),
    ):
        shell.run("customers", "unmap", "Meadow", *words, "--yes", code=Exit.WRONG_INPUT)

    assert len(journey.settings.customers) == 2


def test_a_file_that_leaves_a_customer_out_unmaps_it_only_when_asked(
    shop: Shop, shell: Shell, tmp_path: Path
) -> None:
    """R33, ERR-23: the same look, the same lines to decide about as by command."""
    journey, firm, servers, other = shop
    file = tmp_path / "bridge.yaml"
    shell.run("config", "export", str(file))
    document = yaml.safe_load(file.read_text())
    rows = document["pairings"]["acronis-autotask"]["customers"]
    document["pairings"]["acronis-autotask"]["customers"] = [
        row for row in rows if row["tenant"] != firm.tenant
    ]
    file.write_text(yaml.safe_dump(document))

    kept = shell.json("config", "import", str(file))["kept"]
    not_asked = shell.json("config", "import", str(file), "--unmap")["kept"]
    assert [f"company {firm.customer.company_id} stays mapped" in one for one in (*kept, *not_asked)] == [
        True,
        True,
    ]
    assert "stays mapped" in shell.run("config", "import", str(file))
    assert len(journey.settings.customers) == 2

    shown = shell.run("config", "import", str(file), "--unmap", "--yes")
    assert "ERR-23" in shown
    assert [row.tenant for row in journey.settings.customers] == [other.tenant]
    left = shell.json("customers", "list")["left"]
    assert [(line["line"], line["units"]) for line in left] == [
        (f"service:{firm.line}", 12),
        (f"service:{servers.line}", 3),
    ]
    shell.run("customers", "zero", f"service:{firm.line}")
    journey.go_to(date(2026, 4, 2))
    journey.settle()
    assert (journey.units(firm.line, APRIL), journey.units(servers.line)) == (0, 3)
