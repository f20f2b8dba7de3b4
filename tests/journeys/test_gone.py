"""Tenants that were deleted, and companies that are inactive or were merged away (R34, R38)."""

import pytest

from psabridge.engine.mapping import find_successors, read_directory
from psabridge.rules.findings import Finding, Severity
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.test_lost_answers import LOOSE

__all__ = ["shell"]


def opened(open_shop: OpenShop) -> tuple[Journey, Sale, Sale]:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    return journey, firm, other


def deleted(journey: Journey, sale: Sale) -> None:
    """By a person in Acronis."""

    def delete() -> None:
        acronis = journey.vendors.acronis
        acronis.tenants[sale.tenant].enabled = False
        acronis.tenants[sale.tenant].deleted_at = acronis.now

    journey.vendors.do(delete)


def told(journey: Journey, sale: Sale) -> list[Finding]:
    """What a plan says of a firm."""
    return [one for one in journey.plan().plan.findings if one.company == sale.customer.company_id]


def test_a_deleted_tenant_is_called_deleted_and_nothing_else(open_shop: OpenShop) -> None:
    """R34: restore or new, never automatic; not R38, for it is not unknown, and no usage is missed."""
    journey, firm, other = opened(open_shop)
    deleted(journey, firm)
    journey.use(other, 30)
    journey.advance(days=1)
    journey.settle()

    [found] = told(journey, firm)

    assert (found.code, found.severity) == ("R34", Severity.STOPS)
    assert "it was deleted" in found.problem
    assert f"psabridge customers unmap {firm.customer.company_id}" in found.next_act
    assert "Restore it" in found.next_act
    assert (journey.units(firm.line), journey.units(other.line)) == (12, 30)


def test_a_tenant_that_is_restored_is_billed_again(open_shop: OpenShop) -> None:
    """R34."""
    journey, firm, _ = opened(open_shop)
    deleted(journey, firm)
    journey.cycle()

    def restore() -> None:
        tenant = journey.vendors.acronis.tenants[firm.tenant]
        tenant.enabled, tenant.deleted_at = True, None

    journey.vendors.do(restore)
    journey.use(firm, 15)
    journey.advance(days=1)
    journey.settle()

    assert journey.units(firm.line) == 15
    assert not told(journey, firm)


def test_a_deleted_tenant_costs_one_call_and_only_while_it_is_mapped(open_shop: OpenShop) -> None:
    """R62: nothing is asked where everybody is there."""
    journey, firm, _ = opened(open_shop)
    before = journey.cycle(waits=False).calls.platform
    deleted(journey, firm)

    assert journey.cycle(waits=False).calls.platform == before + 1


def test_a_deleted_tenant_is_listed_as_deleted(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """R34, ACR-ORG-01: no mapping becomes invisible, nor a riddle."""
    journey, firm, other = opened(open_shop)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    deleted(journey, firm)

    found = shell.json("customers", "list")

    cells = {one["id"]: one["why_not"] for row in found["rows"] for one in row["tenants"]}
    assert cells == {firm.tenant: {"code": "R34", "text": "it was deleted"}, other.tenant: None}
    assert found["free"] == []


def test_unmapped_it_is_told_no_more(open_shop: OpenShop) -> None:
    """R34: until a person decided."""
    journey, firm, other = opened(open_shop)
    deleted(journey, firm)
    journey.only(other.customer.company_id)

    assert not told(journey, firm)


@pytest.fixture
def merged(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> tuple[Journey, Sale, int]:
    """The firm was merged into another company, which has its contract by now."""
    journey, firm, _ = opened(open_shop)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "250")

    def merge() -> int:
        autotask = journey.vendors.autotask
        successor = autotask.add_company("Anchor Group")
        autotask.database.change("Companies", firm.customer.company_id, isActive=False)
        autotask.database.change("Contracts", firm.contract, companyID=successor)
        return successor

    return journey, firm, journey.vendors.do(merge)


def test_a_merged_company_is_held_and_its_successor_suggested(
    merged: tuple[Journey, Sale, int], shell: Shell
) -> None:
    """R38: whoever has its contracts; nothing is changed before a person follows it."""
    journey, firm, successor = merged
    journey.use(firm, 15)
    journey.advance(days=1)
    journey.settle()
    assert journey.units(firm.line) == 12
    assert any(one.code == "R38" and "customers suggest" in one.next_act for one in told(journey, firm))

    [found] = shell.json("customers", "suggest")["successors"]
    assert (found["company"], found["successor"]) == (firm.customer.company_id, successor)
    assert "1 of its 1 contract is its by now" in shell.run("customers", "suggest")

    shell.run("customers", "unmap", f"{firm.customer.company_id}", "--yes")
    shell.run("customers", "map", f"{successor}", firm.tenant)
    journey.settle()
    assert journey.units(firm.line) == 15
    assert shell.json("customers", "suggest")["successors"] == []


def test_successors_cost_a_call_only_where_somebody_is_gone(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, firm, _ = opened(open_shop)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    directory = read_directory(journey.settings, journey.ports, with_contacts=True)
    before = journey.ports.psa.calls()

    assert find_successors(journey.settings, directory, journey.ports) == ()
    assert journey.ports.psa.calls() == before
    assert shell.json("customers", "suggest")["successors"] == []
    assert not told(journey, firm)
