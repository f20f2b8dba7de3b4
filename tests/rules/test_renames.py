"""Ids rule, names are shown; a rename is a light finding until its name is taken over (R38)."""

from dataclasses import replace

from psabridge.rules.customers.renames import Names
from psabridge.rules.findings import Severity
from psabridge.rules.settings import KnownName, PairingSettings
from psabridge.rules.words import CompanyId
from tests.builders import (
    a_company,
    a_customer,
    a_mapping_row,
    a_tenant,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import desired

PSA = psa_snapshot(companies=[a_company(1, "Kern Stahl")])
PLATFORM = platform_snapshot(tenants=[replace(a_tenant(1), name="Kern")])
NAMES = Names({CompanyId(1): "Kern Stahl"}, {tenant_id(1): "Kern"})


def known(*names: KnownName) -> PairingSettings:
    return replace(settings(a_mapping_row(), customers=[a_customer(1, 1)]), known_names=names)


def notes(decided: PairingSettings) -> list[str]:
    found = desired(decided, PSA, PLATFORM).findings
    return [
        f"{one.subject}: {one.problem}"
        for one in found
        if one.code == "R38" and one.severity is Severity.NOTE
    ]


def test_a_renamed_company_and_a_renamed_tenant_are_told_and_go_on() -> None:
    decided = known(KnownName("company 1", "Old Steel"), KnownName("tenant tenant-1", "Old"))

    first, second = sorted(notes(decided))
    assert first.startswith("company 1 'Kern Stahl': it was called 'Old Steel'")
    assert second.startswith("tenant tenant-1 'Kern': it was called 'Old'")
    assert desired(decided, PSA, PLATFORM).units == desired(known(), PSA, PLATFORM).units


def test_a_name_that_nobody_has_seen_yet_is_no_rename() -> None:
    assert notes(known()) == []
    assert notes(known(*NAMES.of([a_customer(1, 1)]))) == []


def test_a_name_that_is_not_read_today_is_no_rename() -> None:
    """Unknown is not changed."""
    decided = known(KnownName("company 1", "Old Steel"))

    assert Names({}, {}).changed(decided) == ()
    assert Names({}, {}).of(decided.customers) == ()


def test_names_of_what_is_not_mapped_any_more_are_not_told() -> None:
    decided = replace(known(KnownName("company 1", "Old Steel")), customers=())

    assert NAMES.changed(decided) == ()


def test_what_cannot_be_read_is_said_by_the_name_a_person_knows() -> None:
    """R38: a company out of sight, and a tenant that was moved away, had a number and an id alone."""
    decided = known(KnownName("company 1", "Old Steel"), KnownName("tenant tenant-1", "Old"))

    hidden = desired(decided, psa_snapshot(companies=[]), PLATFORM).findings
    moved = desired(decided, PSA, platform_snapshot(tenants=[])).findings

    [company] = [one for one in hidden if one.severity is Severity.STOPS]
    assert company.subject == "Old Steel (company 1)"
    assert "psabridge customers unmap 1" in company.next_act
    assert "Kern Stahl, Old (tenant tenant-1)" in [one.subject for one in moved]
