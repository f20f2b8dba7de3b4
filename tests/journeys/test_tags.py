"""Tags in the world: written, moved, cleared, left, settled after lost answers, and found again (R32)."""

from dataclasses import replace
from typing import Any

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans.plan import SetTag
from psabridge.rules.settings import PairingSettings
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey, codes
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.test_lost_answers import LOOSE

__all__ = ["shell"]
PUT = {"vendor": "acronis", "method": "PUT", "path": r"/tenants/[^/]+$"}


@pytest.fixture
def shop(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> tuple[Journey, Sale, Sale]:
    journey, (firm, other) = open_shop(two_firms, writes_tags=True, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    return journey, firm, other


Shop = tuple[Journey, Sale, Sale]


def tag(journey: Journey, sale: Sale) -> str | None:
    found: str | None = journey.vendors.do(lambda: journey.vendors.acronis.tenants[sale.tenant].internal_tag)
    return found


def write(journey: Journey, sale: Sale, value: str | None) -> None:
    journey.vendors.do(lambda: setattr(journey.vendors.acronis.tenants[sale.tenant], "internal_tag", value))


def ours(journey: Journey, sale: Sale) -> str:
    database = journey.vendors.do(lambda: journey.vendors.autotask.zone.database_id)
    return f"psabridge:{database}:{sale.customer.company_id}"


def tag_puts(journey: Journey) -> list[Any]:
    return [
        one for one in journey.acronis_writes() if one["method"] == "PUT" and "internal_tag" in one["body"]
    ]


def test_mapped_tenants_are_tagged_in_a_plan_that_is_shown_first_and_only_once(shop: Shop) -> None:
    journey, firm, other = shop
    shown = [step for step in journey.plan().plan.steps if isinstance(step.change, SetTag)]
    assert [step.subject.split(",")[0] for step in shown] == ["Meadow Dental", "Other & Sons"]
    assert all(step.change.before is None for step in shown if isinstance(step.change, SetTag))
    assert tag(journey, firm) is None

    journey.settle()

    assert (tag(journey, firm), tag(journey, other)) == (ours(journey, firm), ours(journey, other))
    assert journey.cycle(waits=False).outcomes == ()


def test_tags_stay_unwritten_while_provisioning_only_observes(shop: Shop) -> None:
    journey, firm, _ = shop
    journey.modes("automatic", "observe")

    journey.settle()

    assert tag(journey, firm) is None
    assert journey.units(firm.line) == 12


def test_a_foreign_tag_is_left_and_named_and_the_customer_is_billed(shop: Shop) -> None:
    journey, firm, other = shop
    write(journey, firm, "other-tool:77")

    reports = journey.settle()

    assert tag(journey, firm) == "other-tool:77"
    assert tag(journey, other) == ours(journey, other)
    assert "R32" in codes(reports[-1].findings)
    assert journey.units(firm.line) == 12


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_a_lost_answer_ends_with_one_tag(shop: Shop, fault: str) -> None:
    """Settled by reading back, whether it landed or not."""
    journey, firm, other = shop
    journey.vendors.faults.add(fault, **PUT)

    journey.settle()

    [met] = [one.met for one in journey.vendors.emulation.faults.rules]
    assert met == 1
    assert len(tag_puts(journey)) == 2
    assert (tag(journey, firm), tag(journey, other)) == (ours(journey, firm), ours(journey, other))
    assert journey.cycle(waits=False).count(StepState.UNKNOWN) == 0


def test_unmapping_by_command_clears_our_tag_and_mapping_writes_the_new_one(shop: Shop, shell: Shell) -> None:
    """Cleared on unmapping; a tenant that moves to another company names that."""
    journey, firm, other = shop
    journey.settle()
    shell.run("customers", "unmap", "Meadow", "--yes")
    shell.run("customers", "unmap", "Other", "--yes")
    shell.run("customers", "map", f"{other.customer.company_id}", firm.tenant)

    journey.settle()

    assert tag(journey, firm) == ours(journey, other)
    assert tag(journey, other) is None


def test_a_file_that_leaves_a_customer_out_clears_its_tag(shop: Shop) -> None:
    journey, firm, other = shop
    journey.settle()

    journey.only(other.customer.company_id)
    journey.settle()

    assert (tag(journey, firm), tag(journey, other)) == (None, ours(journey, other))


def test_a_lost_database_finds_its_mappings_again_by_the_tags(shop: Shop, shell: Shell) -> None:
    """Design 7: whatever the names are by now, the tags tell; and nothing clears them meanwhile."""
    journey, firm, other = shop
    journey.settle()
    journey.vendors.do(lambda: setattr(journey.vendors.acronis.tenants[firm.tenant], "name", "Renamed"))
    journey.bridge.pairings.save_settings(
        _forgetful(journey), who="a test", at=journey.vendors.clock.now, what="the database was lost"
    )
    journey.cycle(waits=False)

    shell.run("customers", "suggest", "--accept", "sure", "--yes")

    assert {row.tenant: row.company for row in journey.settings.customers} == {
        firm.tenant: firm.customer.company_id,
        other.tenant: other.customer.company_id,
    }


def _forgetful(journey: Journey) -> PairingSettings:
    return replace(journey.settings, customers=(), unmapped_tenants=frozenset())


def test_without_the_setting_nothing_is_written_and_no_call_is_made(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    calls = journey.cycle(waits=False).calls

    assert tag(journey, firm) is None
    assert tag_puts(journey) == []
    journey.configure(writes_tags=True)
    journey.settle()
    assert journey.cycle(waits=False).calls == calls
