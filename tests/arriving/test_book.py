"""What is kept of companies on their way (store/arrivals.py), and that a tenant has one company (R31)."""

import pytest

from psabridge.kit.errors import Refused
from psabridge.rules.settings import CustomerMapping
from psabridge.rules.words import CompanyId, TenantId
from psabridge.store.models import AuditEntry, CustomerRow, Pairing
from tests.arriving.conftest import OpenHost


def test_a_tenant_that_was_mapped_to_another_company_meanwhile_is_not_taken(open_host: OpenHost) -> None:
    """R31: one tenant, one company, always."""
    host = open_host()
    mapping = CustomerMapping(TenantId(host.town.known.tenant_id), CompanyId(7))

    with pytest.raises(Refused) as refused:
        host.ports.arrivals.map_customer(host.pairing, mapping, who="me", at=host.ports.clock.now())

    assert refused.value.code == "R31"
    assert host.company_of(host.town.known.tenant_id) == host.town.known.company_id


def test_a_tenant_of_another_pairing_is_not_taken(open_host: OpenHost) -> None:
    """R31: its use would be billed by both."""
    host = open_host()
    here = Pairing.objects.get(pk=host.pairing)
    other = Pairing.objects.create(name="other", platform=here.platform, psa=here.psa, settings=here.settings)
    CustomerRow.objects.create(pairing=other, tenant="made", company=7)

    with pytest.raises(Refused, match="in the pairing other") as refused:
        host.ports.arrivals.map_customer(
            host.pairing, CustomerMapping(TenantId("made"), CompanyId(7)), who="me", at=host.ports.clock.now()
        )

    assert refused.value.code == "R31"
    assert host.company_of("made") is None


def test_a_mapping_is_audited_moves_the_version_once_and_can_be_repeated(open_host: OpenHost) -> None:
    """R32, ACR-ORG-03: a kill right after it changes nothing."""
    host = open_host()
    before, mapping = host.settings.version, CustomerMapping(TenantId("made"), CompanyId(7))
    for _ in range(2):
        host.ports.arrivals.map_customer(host.pairing, mapping, who="me", at=host.ports.clock.now())

    assert host.settings.version == before + 1
    assert host.company_of("made") == 7
    assert AuditEntry.objects.filter(what="customer created and mapped", who="me").count() == 1


def test_a_customer_that_a_person_mapped_while_it_was_being_made_is_off_the_book(open_host: OpenHost) -> None:
    """R34: unmapped later, it is asked about like any other."""
    host = open_host().open_for_business()
    company = host.town.arrives()
    host.town.fault("refuse", "POST", "/users$", status=403)
    host.cycle()
    assert set(host.ports.arrivals.memory(host.pairing).begun) == {company}
    known = {"tenant": host.town.known.tenant_id, "company": host.town.known.company_id}
    host.decide(customers=[known, {"tenant": host.town.tenant().id, "company": company}])

    host.cycle()

    assert host.ports.arrivals.memory(host.pairing).begun == {}
