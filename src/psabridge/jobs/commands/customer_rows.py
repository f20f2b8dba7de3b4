"""What a person chose on the command line, as rows to carry out."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer

from psabridge.kit.errors import BridgeError
from psabridge.rules.customers.directory import Directory
from psabridge.rules.customers.mapping import Became, Judged, Named, NotFound, find_company, find_tenant
from psabridge.rules.customers.staying import Words
from psabridge.rules.matching.suggestion import Confidence, Suggestion
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, LineId, LineKind, TenantId

COMPANY, TENANT, PARTNER = "company_id", "tenant_id", "partner_id"
Unmapping = tuple[CompanyId, frozenset[TenantId]]


class RowsUnreadable(BridgeError):
    """The file of rows, or what was named, cannot be used. Nothing was changed."""


def known_type(label: str | None, directory: Directory) -> str | None:
    known = directory.companies.types
    if label is not None and label.strip().casefold() not in {one.casefold() for one in known}:
        raise RowsUnreadable(f"account type {label}", f"is none of {', '.join(known)}", "Name one of them")
    return label


def accepted(found: Iterable[Suggestion], least: Confidence) -> tuple[Named, ...]:
    """Those at least that sure. A tie is never accepted with others: it is mapped by hand (R63)."""
    chosen = [one for one in found if one.confidence.reaches(least) and not one.is_tie]
    return tuple(Named(f"{one.company}", one.tenant) for one in chosen)


def chosen_rows(
    company: str | None, tenants: Sequence[str], file: Path | None, receiver: str | None
) -> tuple[Named, ...]:
    if file is not None:
        if company is not None or receiver is not None:
            raise typer.BadParameter("name a company and its tenants, or a file of rows")
        return tuple(_rows_of(file))
    if company is None or not tenants:
        raise typer.BadParameter("name a company and at least one tenant, or --file")
    if receiver is not None and receiver not in tenants:
        raise typer.BadParameter("the receiver is none of the tenants that are named")
    return tuple(
        Named(company, tenant, None if receiver is None else tenant == receiver) for tenant in tenants
    )


def _rows_of(file: Path) -> Iterator[Named]:
    """A row without a tenant says nothing: no mapping is ever taken away by an empty cell."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RowsUnreadable(f"{file}", f"cannot be read ({error})", "Take a file of list --csv") from error
    if rows and not {COMPANY, TENANT} <= rows[0].keys():
        raise RowsUnreadable(f"{file}", f"lacks the columns {COMPANY} and {TENANT}", "Take one of list --csv")
    for row in rows:
        if (row[TENANT] or "").strip():
            partner = (row.get(PARTNER) or "").strip()
            yield Named((row[COMPANY] or "").strip(), row[TENANT].strip(), partner=partner)


def chosen_unmappings(
    companies: Sequence[str], tenant: str | None, settings: PairingSettings, directory: Directory
) -> tuple[tuple[Unmapping, ...], tuple[Judged, ...]]:
    """Which tenants of which companies, and the names that lead nowhere."""
    if tenant is not None and len(companies) != 1:
        raise typer.BadParameter("name one company with --tenant")
    chosen: dict[CompanyId, frozenset[TenantId]] = {}
    refused = []
    for name in companies:
        try:
            company, tenants = _unmapping(name, tenant, settings, directory)
            chosen[company] = tenants
        except NotFound as error:
            refused.append(Judged(Became.REFUSED, name, tenant or "", f"{error}", error.code))
    return tuple(chosen.items()), tuple(refused)


def _unmapping(name: str, tenant: str | None, settings: PairingSettings, directory: Directory) -> Unmapping:
    """By number also where Autotask does not show the company any more."""
    mapped = {row.company for row in settings.customers}
    hidden = [one for one in mapped if f"{one}" == name.strip()]
    company = hidden[0] if hidden else find_company(name, directory).id
    own = frozenset(row.tenant for row in settings.customers if row.company == company)
    if not own:
        raise NotFound(
            directory.company_name(company), "is not mapped", "See psabridge customers list", code="ERR-23"
        )
    if tenant is None:
        return company, own
    wanted = TenantId(tenant) if tenant in own else find_tenant(tenant, directory).id
    if wanted not in own:
        subject = directory.tenant_name(wanted)
        raise NotFound(
            subject, "is not mapped to this company", "See psabridge customers list", code="ERR-23"
        )
    return company, frozenset({wanted})


def chosen_lines(lines: Iterable[str]) -> tuple[LineId, ...]:
    kinds = {kind.value: kind for kind in LineKind}
    parted = [(line, *line.strip().partition(":")) for line in lines]
    for line, kind, _, number in parted:
        if kind not in kinds or not number.isdecimal():
            raise typer.BadParameter(f"{line} is no line: say service:12 or bundle:3")
    return tuple(LineId(kinds[kind], int(number)) for _, kind, _, number in parted)


def words_on(zero: Iterable[str], leave: Iterable[str]) -> Words:
    said = Words(frozenset(chosen_lines(zero)), frozenset(chosen_lines(leave)))
    if said.zero & said.leave:
        raise typer.BadParameter("say --zero or --leave of a line, not both")
    return said
