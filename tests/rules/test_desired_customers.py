# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""Who can be worked on, and that one customer's failure stays its own (ACR-PRV-14)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.findings import Severity
from psabridge.rules.platform import PlatformSnapshot, Tenant, TenantKind
from psabridge.rules.psa import Company, Gap, PsaSnapshot, Service
from psabridge.rules.settings import NewService
from psabridge.rules.wanted.customers import Apart, call_the_roll
from psabridge.rules.words import CompanyId, ContractId, TenantId
from tests.builders import (
    TODAY,
    a_company,
    a_contract,
    a_customer,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    a_tenant,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, desired, finding, of_company, quotas, units

BOTH = settings(a_mapping_row(), customers=[a_customer(1, 1), a_customer(2, 2)])


def two_companies(**changes: Any) -> PsaSnapshot:
    psa = psa_snapshot(
        companies=[a_company(1), a_company(2)],
        contracts=[a_payg_contract(10, 1), a_payg_contract(20, 2)],
        lines=[a_line(100, 10), a_line(200, 20)],
        rows=[a_unit_row(100), a_unit_row(200)],
    )
    return replace(psa, **changes)


def two_tenants(first: Tenant | None = None, silent: Iterable[int] = ()) -> PlatformSnapshot:
    return platform_snapshot(
        tenants=[first or a_tenant(1), a_tenant(2)],
        items=[an_item(tenant=1), an_item(tenant=2)],
        usages=[a_usage(quantity=5, tenant=1), a_usage(quantity=6, tenant=2)],
        silent=silent,
    )


def test_two_good_customers_are_both_checked() -> None:
    found = desired(BOTH, two_companies(), two_tenants())

    assert units(found) == {line_id(100): 5, line_id(200): 6}
    assert found.checked_customers == 2
    assert codes(found) == set()


@pytest.mark.parametrize(
    ("tenant", "code"),
    [
        (a_tenant(1, is_managed=False), "ERR-06"),
        (a_tenant(1, is_deleted=True), "R34"),
        (a_tenant(1, id=TenantId("elsewhere")), "R38"),
    ],
    ids=["self-service", "deleted", "out of reach"],
)
def test_a_tenant_that_cannot_be_worked_with_stops_its_customer_only(tenant: Tenant, code: str) -> None:
    found = desired(BOTH, two_companies(), two_tenants(tenant))

    assert units(found) == {line_id(200): 6}
    assert {item.company for item in found.items} == {CompanyId(2)}
    assert finding(found, code).company == CompanyId(1)
    assert found.checked_customers == 1


@pytest.mark.parametrize(
    ("made", "now", "held"),
    [
        ("partner", "partner", False),
        (None, "partner", False),
        ("partner", None, False),
        ("partner", "another", True),
    ],
)
def test_a_mapping_made_under_another_partner_is_held(made: str | None, now: str | None, held: bool) -> None:
    """ACR-ORG-08: nothing is wanted for it; what is not known speaks against nobody."""
    partner = None if made is None else TenantId(made)
    rows = (replace(a_customer(1, 1), partner=partner), a_customer(2, 2))
    platform = replace(two_tenants(), partner=None if now is None else TenantId(now))

    found = desired(replace(BOTH, customers=rows), two_companies(), platform)

    assert units(found) == {line_id(200): 6} | ({} if held else {line_id(100): 5})
    assert ("ACR-ORG-08" in codes(found)) is held
    if held:
        told = finding(found, "ACR-ORG-08")
        assert (told.company, told.severity) == (CompanyId(1), Severity.STOPS)
        assert "partner" in told.problem
        assert "another" in told.problem
        assert {item.company for item in found.items} <= {CompanyId(2)}


def test_a_disabled_tenant_is_still_billed() -> None:
    """acronis-api.md 3.2: disabled tenants are still billed for what they store."""
    found = desired(BOTH, two_companies(), two_tenants(a_tenant(1, is_enabled=False)))

    assert units(found) == {line_id(100): 5, line_id(200): 6}


@pytest.mark.parametrize("company", [None, a_company(1, is_active=False)])
def test_an_inactive_or_vanished_company_is_held(company: Company | None) -> None:
    """R38."""
    companies = {CompanyId(2): a_company(2)} | ({} if company is None else {company.id: company})
    found = desired(BOTH, two_companies(companies=companies), two_tenants())

    assert units(found) == {line_id(200): 6}
    assert finding(found, "R38").severity is Severity.STOPS


def test_a_tenant_mapped_to_two_companies_is_billed_to_neither() -> None:
    """R31: one tenant, one company, always."""
    decided = settings(a_mapping_row(), customers=[a_customer(1, 1), a_customer(1, 2)])
    found = desired(decided, two_companies(), two_tenants())

    assert (found.units, found.items) == ((), ())
    assert "Company 1 and Company 2" in finding(found, "R31").problem


def test_the_same_mapping_twice_is_one_mapping() -> None:
    decided = settings(a_mapping_row(), customers=[a_customer(1, 1), a_customer(1, 1)])

    assert units(desired(decided, two_companies(), two_tenants())) == {line_id(100): 5}


def test_unmapped_tenants_are_counted_and_named() -> None:
    decided = settings(a_mapping_row(), customers=[a_customer(1, 1)])
    platform = two_tenants()
    folder = a_tenant(3, kind=TenantKind.FOLDER)
    gone = a_tenant(4, is_deleted=True)
    platform = replace(platform, tenants={**platform.tenants, folder.id: folder, gone.id: gone})
    found = desired(decided, two_companies(), platform)

    assert found.unmapped_tenants == 1
    assert "'Tenant 2'" in finding(found, "ACR-ORG-01").problem


def test_a_tenant_that_another_pairing_bills_is_told_as_mapped_there_and_not_as_unmapped() -> None:
    """R31, ACR-ORG-01."""
    decided = settings(a_mapping_row(), customers=[a_customer(1, 1)])
    others = (a_tenant(number) for number in (3, 4))
    platform = two_tenants()
    platform = replace(platform, tenants={**platform.tenants, **{one.id: one for one in others}})
    there = {tenant_id(1): "East", tenant_id(3): "East", tenant_id(9): "East", tenant_id(4): "West"}
    found = call_the_roll(decided, two_companies(), platform, Apart(elsewhere=there))

    told = {one.problem: one.severity for one in found.findings if one.code == "R31"}

    assert found.unmapped_tenants == 1
    assert ["'Tenant 2'" in one.problem for one in found.findings if one.code == "ACR-ORG-01"] == [True]
    assert told == {
        "mapped in the pairing East, which bills for: 'Tenant 3'": Severity.NOTE,
        "mapped in the pairing West, which bills for: 'Tenant 4'": Severity.NOTE,
    }


def test_a_sub_partner_reports_the_sum_and_names_its_mapped_children() -> None:
    """ACR-ORG-07."""
    partner = a_tenant(1, kind=TenantKind.PARTNER)
    child = a_tenant(2, parent=tenant_id(1))
    platform = replace(two_tenants(partner), tenants={partner.id: partner, child.id: child})
    found = desired(BOTH, two_companies(), platform)

    assert units(found) == {line_id(100): 5, line_id(200): 6}
    assert "'Tenant 2'" in finding(found, "ACR-ORG-07").problem


def test_a_company_without_any_contract_is_told_about_lines_of_business() -> None:
    """ERR-07."""
    found = desired(settings(), psa_snapshot(), platform_snapshot(items=[an_item()]))

    assert "line of business" in finding(found, "ERR-07").next_act
    assert (found.units, found.items) == ((), ())


def test_a_company_with_contracts_of_other_types_only_gives_no_error() -> None:
    """ACR-PRV-13."""
    psa = psa_snapshot(contracts=[a_contract(is_recurring=False)], services=[a_service()])

    assert codes(desired(settings(), psa, platform_snapshot(items=[an_item()]))) == set()


def test_a_gap_that_names_no_company_lowers_nobody() -> None:
    gaps = (Gap("contract services", "page 3 could not be read"),)
    found = desired(BOTH, two_companies(gaps=gaps), two_tenants())

    assert found.units == ()  # both would fall, from 10 to 5 and 6
    assert "page 3" in finding(found, "ERR-07").problem


def test_a_gap_of_the_platform_is_said() -> None:
    platform = replace(two_tenants(silent=[1]), gaps=(Gap("usages of 1 tenant", "timeout"),))
    found = desired(BOTH, two_companies(), platform)

    assert units(found) == {line_id(200): 6}
    assert any(each.subject == "Acronis, usages of 1 tenant" for each in found.findings)


def test_missing_usage_is_said_once_with_the_customer_and_why() -> None:
    """ERR-22: it was said a second time with the tenant's id."""
    gap = Gap(f"usage of tenant {tenant_id(1)}", "came garbled", code="ERR-22", tenant=tenant_id(1))
    found = desired(BOTH, two_companies(), replace(two_tenants(silent=[1]), gaps=(gap,)))

    told = finding(found, "ERR-22")
    assert "usage came garbled" in told.problem
    assert f"{tenant_id(1)}" not in told.subject


def test_missing_usage_of_a_tenant_that_nobody_is_billed_for_is_said_with_its_name() -> None:
    gap = Gap(f"usage of tenant {tenant_id(2)}", "came garbled", code="ERR-22", tenant=tenant_id(2))
    one = replace(BOTH, customers=BOTH.customers[:1])
    found = desired(one, two_companies(), replace(two_tenants(silent=[2]), gaps=(gap,)))

    name = two_tenants().tenants[tenant_id(2)].name
    assert finding(found, "ERR-22").subject == f"Acronis, usage of tenant '{name}'"


def test_a_service_to_create_is_asked_for_once() -> None:
    """ACR-MAP-05."""
    new = NewService("Acronis pw base vms", 5, PeriodType.MONTHLY)
    rows = (
        replace(a_mapping_row("pw_base_vms"), service=new),
        replace(a_mapping_row("pw_base_nas"), service=new),
    )

    assert desired(settings(*rows), psa_snapshot(), platform_snapshot()).new_services == (new,)


def test_a_service_to_create_that_is_there_by_now_is_used() -> None:
    row = replace(a_mapping_row(), service=NewService("Acronis seats", 5, PeriodType.MONTHLY))
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line()],
        rows=[a_unit_row()],
        services=[a_service(1000, "Acronis seats")],
    )
    found = desired(settings(row), psa, platform_snapshot(items=[an_item()], usages=[a_usage(quantity=3)]))

    assert found.new_services == ()
    assert units(found) == {line_id(100): 3}


@pytest.mark.parametrize("services", [[a_service(is_active=False)], []], ids=["inactive", "unread"])
def test_a_mapped_service_that_is_inactive_goes_on_with_a_finding(services: list[Service]) -> None:
    """R45."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line()],
        rows=[a_unit_row()],
        services=services,
    )
    found = desired(settings(), psa, platform_snapshot(items=[an_item()], usages=[a_usage(quantity=3)]))

    assert units(found) == {line_id(100): 3}
    assert finding(found, "R45").severity is Severity.WARNING


def test_an_item_the_platform_does_not_know_leaves_its_line_alone() -> None:
    row = a_mapping_row("pw_base_unheard_of", 1001)
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100), a_line(101, service=1001)],
        rows=[a_unit_row(100), a_unit_row(101)],
    )
    platform = platform_snapshot(items=[an_item()], usages=[a_usage(quantity=3)])
    found = desired(settings(a_mapping_row(), row), psa, platform)

    assert units(found) == {line_id(100): 3}
    assert "R4" in codes(found)


# -- one bad customer never changes another's result

GOOD = of_company(desired(BOTH, two_companies(), two_tenants()), 2)
BAD_PSA: dict[str, dict[str, Any]] = {
    "no contract": {"contracts": {}},
    "inactive company": {
        "companies": {CompanyId(1): a_company(1, is_active=False), CompanyId(2): a_company(2)}
    },
    "ended contract": {"contracts": {10: a_payg_contract(10, 1, ends=TODAY - timedelta(days=1))}},
    "inactive contract": {"contracts": {10: a_payg_contract(10, 1, is_active=False)}},
    "unknown value": {"contracts": {10: a_payg_contract(10, 1, payg_value="?")}},
    "two contracts": {"contracts": {10: a_payg_contract(10, 1), 11: a_payg_contract(11, 1)}},
    "both kinds": {"contracts": {10: a_payg_contract(10, 1), 11: a_contract(11, 1)}},
    "gap": {"gaps": (Gap("lines", "timeout", CompanyId(1)),)},
    "no rows": {"rows": {}},
}
BAD_TENANTS = {
    "self-service": a_tenant(1, is_managed=False),
    "deleted": a_tenant(1, is_deleted=True),
    "disabled": a_tenant(1, is_enabled=False),
    "moved": a_tenant(1, id=TenantId("elsewhere")),
}


@pytest.mark.parametrize("fault", BAD_PSA)
def test_a_fault_of_one_company_leaves_the_other_as_it_was(fault: str) -> None:
    changes = dict(BAD_PSA[fault])
    psa = two_companies()
    if "contracts" in changes:
        changes["contracts"] = {20: psa.contracts[ContractId(20)], **changes["contracts"]}
        changes["lines"] = {**psa.lines, line_id(110): a_line(110, 11)}
    if "rows" in changes:
        changes["rows"] = {line_id(200): psa.rows[line_id(200)]}

    assert of_company(desired(BOTH, replace(psa, **changes), two_tenants(), seen={10: 1, 20: 2}), 2) == GOOD


@pytest.mark.parametrize("fault", BAD_TENANTS)
def test_a_fault_of_one_tenant_leaves_the_other_as_it_was(fault: str) -> None:
    assert of_company(desired(BOTH, two_companies(), two_tenants(BAD_TENANTS[fault])), 2) == GOOD


def test_a_silent_tenant_leaves_the_other_as_it_was() -> None:
    assert of_company(desired(BOTH, two_companies(), two_tenants(silent=[1])), 2) == GOOD


def test_quotas_of_the_other_company_do_not_depend_on_this_one() -> None:
    psa = two_companies(
        contracts={10: a_payg_contract(10, 1), 20: a_contract(20, 2)},
    )
    assert quotas(of_company(desired(BOTH, psa, two_tenants()), 2)) == {"pw_base_workstations": 10}


def test_a_gap_with_a_fault_of_its_own_hides_no_contract() -> None:
    """R45: a service with an unknown period type says nothing about who may be lowered."""
    gaps = (Gap("service Seats", "bills by a period type this version does not know", code="R45"),)
    found = desired(BOTH, two_companies(gaps=gaps), two_tenants())

    assert units(found) == {line_id(100): 5, line_id(200): 6}
    assert finding(found, "R45").severity is Severity.STOPS
