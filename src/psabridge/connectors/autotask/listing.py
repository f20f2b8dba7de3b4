"""All active companies with what they may be known by: read when a person asks, never in a cycle."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.query import eq, exist
from psabridge.connectors.autotask import words
from psabridge.connectors.autotask.hidden import company_gaps
from psabridge.kit.addresses import domain_of_mail, domain_of_web
from psabridge.rules.customers.directory import CompanyList, ListedCompany
from psabridge.rules.psa import Gap
from psabridge.rules.words import CompanyId

_TYPE = "companyType"


def list_companies(
    client: AutotaskClient,
    mapped: Iterable[CompanyId],
    *,
    with_contacts: bool,
    database_id: str,
    read_at: datetime,
) -> CompanyList:
    """Active ones, and mapped ones whatever they are. Contacts tell the domains of their mail."""
    active = client.sift(records.Company, eq("isActive", value=True))
    found = {one.id: one for one in active.rows}
    others = client.sift_in(records.Company, "id", sorted(set(mapped) - found.keys()))
    found |= {one.id: one for one in others.rows}
    types = {value.value: value.label for value in client.picklists(records.Company.entity).values(_TYPE)}
    mail, mail_gaps = _mail_domains(client) if with_contacts else ({}, ())
    return CompanyList(
        companies={
            CompanyId(one.id): _listed(one, types, mail.get(one.id, frozenset())) for one in found.values()
        },
        types=tuple(types.values()),
        database_id=database_id,
        read_at=read_at,
        gaps=(*company_gaps((*active.spoilt, *others.spoilt)), *mail_gaps),
    )


def _listed(record: records.Company, types: Mapping[str, str], mail: frozenset[str]) -> ListedCompany:
    return ListedCompany(
        company=words.company_of(record),
        type="" if record.company_type is None else types.get(f"{record.company_type}", ""),
        city=record.city or "",
        number=record.company_number or "",
        web_domains=domain_of_web(record.web_address),
        mail_domains=mail,
    )


def _mail_domains(client: AutotaskClient) -> tuple[dict[int, frozenset[str]], tuple[Gap, ...]]:
    contacts = client.sift(records.Contact, eq("isActive", 1), exist("emailAddress"))
    found: dict[int, frozenset[str]] = {}
    for one in contacts.rows:
        if one.company_id is not None:
            found[one.company_id] = found.get(one.company_id, frozenset()) | domain_of_mail(one.email_address)
    gaps = tuple(Gap(f"contact {one.id or 'of an unreadable id'}", one.why) for one in contacts.spoilt)
    return found, gaps
