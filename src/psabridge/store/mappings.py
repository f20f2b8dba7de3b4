"""Changes of customer mappings, each committed on its own with its version and who made it."""

from collections.abc import Callable, Container, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.mapping import MappingMoved
from psabridge.rules.settings import CustomerMapping, KnownName
from psabridge.rules.words import CompanyId, LineId, PairingId, TenantId
from psabridge.store.codec import to_plain
from psabridge.store.models import CustomerRow, Pairing
from psabridge.store.pairings import note, works

# Among the settings of a pairing.
LEFT = "left_lines"
UNMAPPED = "unmapped_tenants"
NAMES = "known_names"


class DatabaseMappings:
    def keep(
        self,
        pairing: PairingId,
        mapping: CustomerMapping,
        names: Sequence[KnownName],
        *,
        who: str,
        at: datetime,
    ) -> None:
        """Map a tenant, or say that it takes the quotas of its company or does not (R31)."""
        with transaction.atomic():
            row = locked(pairing)
            _refuse_of_another(row, mapping)
            there = row.customer_rows.filter(tenant=mapping.tenant).first()
            if there is not None and there.company != mapping.company:
                raise _moved(f"tenant {mapping.tenant}", f"is mapped to company {there.company} by now")
            if mapping.receives_quotas:
                row.customer_rows.filter(company=mapping.company).update(receives_quotas=False)
            under = {} if mapping.partner is None else {"partner": mapping.partner}
            CustomerRow.objects.update_or_create(
                pairing=row,
                tenant=mapping.tenant,
                defaults={"company": mapping.company, "receives_quotas": mapping.receives_quotas, **under},
            )
            _keep_unmapped(row, without={mapping.tenant})
            _keep_names(row, names)
            # Its lines are measured again.
            _keep_left(row, lambda line: line["company"] != mapping.company)
            subject = f"{row.name}: company {mapping.company}"
            detail = f"tenant {mapping.tenant}, receives quotas: {mapping.receives_quotas}"
            _save(row)
            note(who=who, what="customer mapped", subject=subject, at=at, detail=detail)

    def take_names(self, pairing: PairingId, names: Sequence[KnownName], *, who: str, at: datetime) -> None:
        with transaction.atomic():
            row = locked(pairing)
            _keep_names(row, names)
            _save(row)
            note(who=who, what="names taken over", subject=row.name, at=at)

    def remove(
        self,
        pairing: PairingId,
        company: CompanyId,
        tenants: frozenset[TenantId],
        left: Sequence[LeftLine],
        *,
        stays: Sequence[LineId] = (),
        who: str,
        at: datetime,
    ) -> None:
        with transaction.atomic():
            row = locked(pairing)
            gone, _ = row.customer_rows.filter(company=company, tenant__in=tenants).delete()
            if gone != len(tenants):
                raise _moved(f"company {company}", "is not mapped to these tenants by now")
            _keep_left(row, lambda line: line["company"] != company, also=left)
            _keep_unmapped(row, also=tenants)
            _save(row)
            detail = f"tenants {', '.join(sorted(tenants))}; lines left: {_names(left) or 'none'}"
            if stays:
                detail += f"; to be billed as they stand: {', '.join(f'{line}' for line in stays)}"
            subject = f"{row.name}: company {company}"
            note(who=who, what="customer unmapped", subject=subject, at=at, detail=detail)

    def decide_lines(self, pairing: PairingId, lines: frozenset[LineId], *, who: str, at: datetime) -> None:
        with transaction.atomic():
            row = locked(pairing)
            decided = {str(line) for line in lines}
            _keep_left(row, lambda line: line["line"] not in decided)
            _save(row)
            subject = f"{row.name}: lines {', '.join(sorted(decided))}"
            note(who=who, what="lines stay billed, no longer listed", subject=subject, at=at)

    def zero_lines(
        self, pairing: PairingId, lines: frozenset[LineId], *, day: date, who: str, at: datetime
    ) -> None:
        wanted = {str(line) for line in lines}
        with transaction.atomic():
            row = locked(pairing)
            left = row.settings.get(LEFT, [])
            if not wanted <= {line["line"] for line in left}:
                raise _moved(f"lines {', '.join(sorted(wanted))}", "are not all listed as left by now")
            said = {"zero_after": to_plain(day)}
            decided = [{**line, **said} if line["line"] in wanted else line for line in left]
            row.settings = {**row.settings, LEFT: decided}
            _save(row)
            subject = f"{row.name}: lines {', '.join(sorted(wanted))}"
            note(who=who, what="lines are 0 from the next period", subject=subject, at=at)


def locked(pairing: PairingId) -> Pairing:
    """All of them: what may be mapped here depends on what is mapped elsewhere."""
    rows = {row.pk: row for row in Pairing.objects.select_for_update().order_by("pk")}
    return rows[pairing]


def place_elsewhere(pairing: int, tenant: TenantId) -> str | None:
    """The company of a tenant that another pairing works on; both would bill the same use (R31)."""
    if not works(Pairing.objects.get(pk=pairing)):
        return None
    others = CustomerRow.objects.filter(tenant=tenant).exclude(pairing_id=pairing)
    there = next((row for row in others.select_related("pairing") if works(row.pairing)), None)
    return None if there is None else f"company {there.company} in the pairing {there.pairing.name}"


def _refuse_of_another(row: Pairing, mapping: CustomerMapping) -> None:
    where = place_elsewhere(row.pk, mapping.tenant)
    if where is not None:
        raise _moved(f"tenant {mapping.tenant}", f"is mapped to {where}, so its usage would be billed twice")


def mapped_twice() -> tuple[str, tuple[str, ...]] | None:
    """A tenant on which several pairings work, and what it is mapped to in each; None: there is none."""
    rows = CustomerRow.objects.select_related("pairing").order_by("tenant", "pairing__name")
    for tenant, same in groupby(rows, key=lambda row: row.tenant):
        places = tuple(f"company {row.company} in {row.pairing.name}" for row in same if works(row.pairing))
        if len(places) > 1:
            return tenant, places
    return None


def _save(row: Pairing) -> None:
    row.version += 1
    row.save(update_fields=["settings", "version"])


def _keep_left(
    row: Pairing, keeps: Callable[[dict[str, Any]], bool], *, also: Sequence[LeftLine] = ()
) -> None:
    lines = [line for line in row.settings.get(LEFT, []) if keeps(line)]
    row.settings = {**row.settings, LEFT: [*lines, *(to_plain(line) for line in also)]}


def _keep_unmapped(
    row: Pairing, *, also: frozenset[TenantId] = frozenset(), without: Container[str] = frozenset()
) -> None:
    """Where a tag of ours is to be cleared (R32)."""
    tenants = {tenant for tenant in row.settings.get(UNMAPPED, []) if tenant not in without} | also
    row.settings = {**row.settings, UNMAPPED: sorted(tenants)}


def _keep_names(row: Pairing, names: Sequence[KnownName]) -> None:
    known = {one["of"]: one for one in row.settings.get(NAMES, [])}
    known |= {one.of: to_plain(one) for one in names}
    row.settings = {**row.settings, NAMES: [known[key] for key in sorted(known)]}


def _moved(subject: str, problem: str) -> MappingMoved:
    return MappingMoved(subject, problem, "Look at psabridge customers list and try again", code="R31")


def _names(left: Sequence[LeftLine]) -> str:
    """Undecided ones, and those that are to be 0 from the next period."""
    return ", ".join(f"{line.line}" if line.zero_after is None else f"{line.line} to 0" for line in left)
