"""What becomes of customers that a configuration file leaves out (R33, ACR-ORG-05)."""

import copy
from typing import Any

import pytest
import yaml

from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import CompanyId, TenantId
from psabridge.store.models import AuditEntry
from psabridge.store.pairings import DatabasePairings
from psabridge.wiring.config_file import Imported, customers_left_out, export_config, import_config
from psabridge.wiring.config_unmapping import Unmapping
from tests.builders import NOW, TODAY, line_id
from tests.wiring.config_cast import FILE, store, take_in

__all__ = ["store"]

LEFT = LeftLine(line_id(100), CompanyId(2), "Kern, a line", 12, None, TODAY)
SECOND = (CompanyId(2), TenantId("t-2"))


def with_customers(*rows: dict[str, Any]) -> str:
    document = copy.deepcopy(FILE)
    document["pairings"]["main"]["customers"] = list(rows)
    return yaml.safe_dump(document)


ONLY_FIRST = with_customers({"tenant": "t-1", "company": 1})


def now(store: DatabasePairings) -> PairingSettings:
    return store.settings(store.by_name("main"))


def taken_in(text: str, store: DatabasePairings, unmapping: Unmapping | None = None) -> Imported:
    words = {} if unmapping is None else {"main": unmapping}
    return import_config(text, store, who="pat", at=NOW, unmapping=words)


def test_an_older_file_unmaps_nobody_and_says_who_stays(store: DatabasePairings) -> None:
    """R33: a customer that was mapped since is in the bridge alone."""
    take_in(store, FILE)

    imported = taken_in(ONLY_FIRST, store)

    assert [row.company for row in now(store).customers] == [1, 2]
    assert imported.kept == ("main: company 2 stays mapped to tenant t-2, which the file leaves out",)
    assert imported.changed == ()
    assert now(store).unmapped_tenants == frozenset()


def test_a_file_with_no_customers_at_all_unmaps_nobody(store: DatabasePairings) -> None:
    """Missing is not empty, and neither is a person's word."""
    take_in(store, FILE)
    document = copy.deepcopy(FILE)
    del document["pairings"]["main"]["customers"]

    assert len(take_in(store, document).kept) == 2
    assert len(now(store).customers) == 2


def test_with_a_persons_word_it_leaves_the_same_as_an_unmapping_by_command(store: DatabasePairings) -> None:
    """R33, R32: lines to decide about, a tag to clear, an entry in the audit."""
    take_in(store, FILE)

    imported = taken_in(ONLY_FIRST, store, Unmapping(frozenset({SECOND}), (LEFT,)))

    assert imported.kept == ()
    assert [row.company for row in now(store).customers] == [1]
    assert now(store).left_lines == (LEFT,)
    assert now(store).unmapped_tenants == {TenantId("t-2")}
    [entry] = AuditEntry.objects.filter(what="customer unmapped")
    assert (entry.who, entry.subject) == ("pat", "main: company 2")
    assert "lines left: service:100" in entry.detail


def test_the_word_is_for_those_that_were_looked_at(store: DatabasePairings) -> None:
    """Somebody who was mapped between the question and the import stays."""
    take_in(store, FILE)
    nobody = with_customers()

    imported = taken_in(nobody, store, Unmapping(frozenset({SECOND}), (LEFT,)))

    assert [row.company for row in now(store).customers] == [1]
    assert imported.kept == ("main: company 1 stays mapped to tenant t-1, which the file leaves out",)


def test_a_tenant_that_a_file_gives_to_another_company_stays_where_it_is(store: DatabasePairings) -> None:
    """R31, R33: it would be taken from its company, whose lines would stay billed."""
    take_in(store, FILE)
    moved = with_customers({"tenant": "t-1", "company": 1}, {"tenant": "t-2", "company": 3})

    imported = taken_in(moved, store)

    assert now(store).company_of(TenantId("t-2")) == 2
    assert imported.kept == ("main: company 2 stays mapped to tenant t-2, which the file maps to company 3",)
    taken_in(moved, store, Unmapping(frozenset({SECOND}), (LEFT,)))
    assert now(store).company_of(TenantId("t-2")) == 3
    assert now(store).left_lines == (LEFT,)
    assert now(store).unmapped_tenants == frozenset()


def test_one_tenant_of_a_company_receives_the_quotas_the_one_of_the_file(store: DatabasePairings) -> None:
    """R31."""
    take_in(store, FILE)

    taken_in(with_customers({"tenant": "t-9", "company": 1}, {"tenant": "t-2", "company": 2}), store)

    assert now(store).customers == (
        CustomerMapping(TenantId("t-1"), CompanyId(1), receives_quotas=False),
        CustomerMapping(TenantId("t-9"), CompanyId(1)),
        CustomerMapping(TenantId("t-2"), CompanyId(2)),
    )


def test_a_company_that_gets_another_tenant_leaves_no_lines(store: DatabasePairings) -> None:
    """R33: they are measured by that one."""
    take_in(store, FILE)
    other = with_customers({"tenant": "t-1", "company": 1}, {"tenant": "t-9", "company": 2})

    taken_in(other, store, Unmapping(frozenset({SECOND}), (LEFT,)))

    assert now(store).left_lines == ()
    assert now(store).unmapped_tenants == {TenantId("t-2")}


@pytest.mark.parametrize("text", [yaml.safe_dump(FILE), ONLY_FIRST])
def test_a_fresh_bridge_has_nobody_to_unmap(store: DatabasePairings, text: str) -> None:
    assert customers_left_out(text, store) == ()
    assert taken_in(text, store).kept == ()


def test_what_was_exported_leaves_nobody_out(store: DatabasePairings) -> None:
    take_in(store, FILE)

    assert customers_left_out(export_config(store), store) == ()
    [out] = customers_left_out(ONLY_FIRST, store)
    assert out.by_company == ((CompanyId(2), frozenset({TenantId("t-2")})),)
