"""A tenant's tag names its company: written on mapping, cleared on unmapping, never over others (R32)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.customers.tags import company_tagged, is_foreign, tag_of
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.desired import Desired
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
from tests.rules.asking import codes, desired, finding

PSA = psa_snapshot(companies=[a_company(1, "Kern"), a_company(2, "Holz")])
OURS = tag_of(PSA.database_id, CompanyId(1))


def decided(**changes: object) -> PairingSettings:
    plain = settings(a_mapping_row(), customers=[a_customer(1, 1)])
    return replace(plain, **{"writes_tags": True, **changes})


def tagged(tag: str | None, **changes: object) -> PlatformSnapshot:
    return platform_snapshot(tenants=[replace(a_tenant(1), internal_tag=tag, **changes)])


def tags(found: Desired) -> dict[str, str | None]:
    return {wanted.tenant: wanted.tag for wanted in found.tags}


def test_a_mapped_tenant_is_tagged_with_its_database_and_company() -> None:
    found = desired(decided(), PSA, tagged(None))

    assert tags(found) == {tenant_id(1): f"psabridge:{PSA.database_id}:1"}


def test_nothing_is_tagged_while_the_setting_is_off() -> None:
    """The preset: plans of today do not change."""
    off = decided(writes_tags=False, unmapped_tenants=frozenset({tenant_id(1)}), customers=())

    assert tags(desired(decided(writes_tags=False), PSA, tagged(None))) == {}
    assert tags(desired(off, PSA, tagged(OURS))) == {}


@pytest.mark.parametrize("foreign", ["other-tool:7", "psabridge:another:1", f"{OURS}:x", "psabridge"])
def test_a_value_of_another_system_or_another_autotask_is_left_and_named(foreign: str) -> None:
    found = desired(decided(), PSA, tagged(foreign))

    assert tags(found) == {}
    assert foreign in finding(found, "R32").problem


def test_our_own_tag_of_an_earlier_company_is_written_over() -> None:
    found = desired(decided(), PSA, tagged(tag_of(PSA.database_id, CompanyId(2))))

    assert tags(found) == {tenant_id(1): OURS}
    assert "R32" not in codes(found)


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_an_empty_tag_is_nobodys(blank: str | None) -> None:
    assert tags(desired(decided(), PSA, tagged(blank))) == {tenant_id(1): OURS}


def test_a_tenant_that_was_unmapped_loses_our_tag_and_no_other() -> None:
    unmapped = decided(customers=(), unmapped_tenants=frozenset({tenant_id(1)}))

    assert tags(desired(unmapped, PSA, tagged(OURS))) == {tenant_id(1): None}
    assert tags(desired(unmapped, PSA, tagged("other-tool:7"))) == {}
    assert tags(desired(unmapped, PSA, tagged(None))) == {}


def test_the_tag_of_a_tenant_that_nobody_unmapped_is_kept() -> None:
    """Design 7: with the database lost, tags are all that is left of the mappings."""
    assert tags(desired(decided(customers=()), PSA, tagged(OURS))) == {}


@pytest.mark.parametrize("trouble", [{"is_managed": False}, {"is_deleted": True}, {"is_enabled": False}])
def test_a_tenant_that_cannot_be_managed_or_is_disabled_is_not_written_to(trouble: dict[str, bool]) -> None:
    """ERR-06, R34: a disabled tenant must show whether anybody touched it since."""
    unmapped = decided(customers=(), unmapped_tenants=frozenset({tenant_id(1)}))

    assert tags(desired(decided(), PSA, tagged(None, **trouble))) == {}
    assert tags(desired(unmapped, PSA, tagged(OURS, **trouble))) == {}


def test_an_inactive_company_tags_nothing() -> None:
    """R38: nothing is changed for it."""
    psa = psa_snapshot(companies=[a_company(1, is_active=False)])

    assert tags(desired(decided(), psa, tagged(None))) == {}


@given(st.text(st.characters(exclude_characters=":\n"), min_size=1, max_size=12), st.integers(1, 10**9))
def test_a_tag_reads_back_as_its_company_in_its_own_database_alone(database: str, number: int) -> None:
    tag = tag_of(database.strip() or "1", CompanyId(number))

    assert company_tagged(tag, database.strip() or "1") == number
    assert is_foreign(tag, "another:database")
