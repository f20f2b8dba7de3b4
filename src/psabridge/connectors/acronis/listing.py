"""All tenants below the partner with what they may be known by: read when a person asks."""

from collections.abc import Iterable
from datetime import datetime

from psabridge.clients.acronis import records
from psabridge.clients.acronis.client import AcronisClient
from psabridge.connectors.acronis import words
from psabridge.kit.addresses import domain_of_mail, domain_of_web
from psabridge.rules.customers.directory import ListedTenant, TenantList
from psabridge.rules.psa import Gap
from psabridge.rules.words import TenantId


def list_tenants(client: AcronisClient, read_at: datetime, mapped: Iterable[TenantId]) -> TenantList:
    """`mapped`: those of them that were deleted are listed as such, so that no mapping becomes a riddle."""
    root = client.own_tenant()
    found = client.tenants_below(root, with_contacts=True)
    missing = sorted(set(mapped) - {TenantId(one.id) for one in found.tenants})
    others = client.tenants(missing, with_deleted=True).tenants if missing else ()
    listed = (*found.tenants, *(one for one in others if one.deleted_at is not None))
    gaps = (Gap(f"tenant {one.tenant_id or 'of an unreadable id'}", one.why) for one in found.spoilt)
    return TenantList(
        tenants={TenantId(one.id): _listed(one) for one in listed},
        root=TenantId(root),
        read_at=read_at,
        gaps=tuple(gaps),
    )


def _listed(record: records.Tenant) -> ListedTenant:
    contacts = [one for one in (record.contact, *record.contacts) if one is not None]
    return ListedTenant(
        tenant=words.tenant_of(record),
        city=next((one.city for one in contacts if one.city), ""),
        external_id=record.customer_id or "",
        web_domains=frozenset(domain for one in contacts for domain in domain_of_web(one.website)),
        mail_domains=frozenset(domain for one in contacts for domain in domain_of_mail(one.email)),
        production_from=record.production_start_date,
    )
