"""Changes of mappings commit one by one, move the version and name who made them (ACR-ORG-04, W12)."""

from dataclasses import replace

import pytest

from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.mapping import MappingMoved
from psabridge.rules.settings import CustomerMapping
from psabridge.rules.words import Mode, PairingId, WorkKind
from psabridge.store.mappings import DatabaseMappings
from psabridge.store.models import AuditEntry
from tests.builders import NOW, TODAY, a_customer, a_mapping_row, line_id, settings, tenant_id
from tests.databases import Database
from tests.store.cast import a_pairing, pairings, psa_of

MAPPINGS = DatabaseMappings()
FIRST = a_customer(1, 1)


def keep(pairing: PairingId, *rows: CustomerMapping) -> None:
    for row in rows:
        MAPPINGS.keep(pairing, row, (), who="pat", at=NOW)


def left(number: int = 100, company: int = 1) -> LeftLine:
    return LeftLine(line_id(number), a_customer(1, company).company, "Kern, a line", 12, None, TODAY)


def remove(pairing: PairingId, tenant: int = 1, company: int = 1, *lines: LeftLine) -> None:
    tenants = frozenset({tenant_id(tenant)})
    MAPPINGS.remove(pairing, a_customer(1, company).company, tenants, lines, who="kim", at=NOW)


def work(pairing: PairingId) -> None:
    """From now on its changes of units are written once a person approved them."""
    modes = {WorkKind.BILLING: Mode.APPROVE}
    chosen = replace(pairings().settings(pairing), modes=modes)
    pairings().save_settings(chosen, who="pat", at=NOW, what="modes")


def test_each_change_moves_the_version_and_is_noted(database: Database) -> None:
    pairing = a_pairing()
    keep(pairing, FIRST, a_customer(2, 2))
    remove(pairing)

    assert pairings().settings(pairing).customers == (a_customer(2, 2),)
    assert pairings().settings(pairing).version == 4
    noted = AuditEntry.objects.order_by("pk").values_list("who", "what")
    assert list(noted) == [
        ("pat", "customer mapped"),
        ("pat", "customer mapped"),
        ("kim", "customer unmapped"),
    ]


def test_a_tenant_that_somebody_else_mapped_meanwhile_is_refused(database: Database) -> None:
    """R31: one tenant has one company, whoever is first."""
    pairing = a_pairing()
    keep(pairing, FIRST)

    with pytest.raises(MappingMoved, match="company 1 by now"):
        keep(pairing, a_customer(1, 2))

    assert pairings().settings(pairing).customers == (FIRST,)
    assert pairings().settings(pairing).version == 2


def test_a_tenant_of_another_pairing_is_refused_whoever_its_company_is(database: Database) -> None:
    """R31: one tenant has one company, always; two pairings would bill its use twice."""
    first, second = a_pairing("one"), a_pairing("two", psa_of("one"))
    work(first)
    keep(second, FIRST)  # which observes as yet
    MAPPINGS.remove(second, FIRST.company, frozenset({FIRST.tenant}), (), who="pat", at=NOW)
    work(second)
    keep(first, FIRST)

    for row in (a_customer(1, 2), FIRST):
        with pytest.raises(MappingMoved, match="company 1 in the pairing one") as refused:
            keep(second, row)
        assert refused.value.code == "R31"

    assert pairings().settings(second).customers == ()
    keep(second, a_customer(2, 1))
    assert pairings().settings(second).customers == (a_customer(2, 1),)


def test_what_other_pairings_bill_is_known_with_their_names_and_what_they_only_observe_is_not(
    database: Database,
) -> None:
    """R31."""
    first, second, third = (
        a_pairing("one"),
        a_pairing("two", psa_of("one")),
        a_pairing("three", psa_of("one")),
    )
    keep(first, FIRST)
    keep(second, a_customer(2, 2))
    keep(third, a_customer(3, 3))
    assert pairings().billed_elsewhere(third) == {}

    work(first)
    work(second)

    assert pairings().billed_elsewhere(third) == {FIRST.tenant: "one", tenant_id(2): "two"}
    assert pairings().billed_elsewhere(first) == {tenant_id(2): "two"}


def test_what_somebody_else_unmapped_meanwhile_is_not_unmapped_again(database: Database) -> None:
    pairing = a_pairing()
    keep(pairing, FIRST)
    remove(pairing)

    with pytest.raises(MappingMoved):
        remove(pairing, 1, 1, left())

    assert pairings().settings(pairing).left_lines == ()


def test_one_tenant_of_a_company_receives_the_quotas(database: Database) -> None:
    pairing = a_pairing()
    keep(pairing, FIRST, a_customer(2, 1))

    assert [(row.tenant, row.receives_quotas) for row in pairings().settings(pairing).customers] == [
        (tenant_id(1), False),
        (tenant_id(2), True),
    ]


def test_left_lines_are_kept_until_decided_or_mapped_again(database: Database) -> None:
    """R33."""
    pairing = a_pairing()
    keep(pairing, FIRST, a_customer(2, 2))
    remove(pairing, 1, 1, left(), left(101))
    remove(pairing, 2, 2, left(200, 2))
    assert pairings().settings(pairing).left_lines == (left(), left(101), left(200, 2))

    MAPPINGS.decide_lines(pairing, frozenset({line_id(101)}), who="kim", at=NOW)
    assert pairings().settings(pairing).left_lines == (left(), left(200, 2))
    keep(pairing, FIRST)
    assert pairings().settings(pairing).left_lines == (left(200, 2),)


def test_a_word_on_left_lines_is_kept_and_forgotten_once_they_are_0(database: Database) -> None:
    """R33: a decision moves the version, what a cycle found does not (W12)."""
    pairing = a_pairing()
    keep(pairing, FIRST)
    remove(pairing, 1, 1, left(), left(101))
    before = pairings().settings(pairing)

    MAPPINGS.zero_lines(pairing, frozenset({line_id(101)}), day=TODAY, who="kim", at=NOW)
    said = pairings().settings(pairing)
    pairings().forget_left(said, frozenset({line_id(101)}), at=NOW)
    now = pairings().settings(pairing)

    assert said.left_lines == (left(), replace(left(101), zero_after=TODAY))
    assert now.left_lines == (left(),)
    assert (said.version, now.version) == (before.version + 1, before.version + 1)
    with pytest.raises(MappingMoved):
        MAPPINGS.zero_lines(pairing, frozenset({line_id(101)}), day=TODAY, who="kim", at=NOW)
    assert pairings().settings(pairing) == now


def test_a_cycle_that_finds_a_service_does_not_undo_a_mapping_made_meanwhile(database: Database) -> None:
    """A cycle keeps what it learned, and nothing else of the settings it was started with."""
    pairing = a_pairing()
    before = pairings().settings(pairing)
    keep(pairing, FIRST)
    services = settings(a_mapping_row()).services

    held = pairings().remember_services(replace(before, services=services), NOW)
    pairings().never_write(before, line_id(7), who="kim", at=NOW)

    now = pairings().settings(pairing)
    assert (now.customers, now.services, now.never_write) == ((FIRST,), services, frozenset({line_id(7)}))
    assert held.version == before.version, "a plan made from it is stale (W12)"
