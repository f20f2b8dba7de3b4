"""Companies on their way to a tenant: who is listed for a person, who was begun, whose mail left."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from psabridge.kit.errors import RefusalKind, Refused
from psabridge.rules.arriving.arrivals import ArrivalMemory, Begun
from psabridge.rules.settings import CustomerMapping
from psabridge.rules.words import CompanyId, PairingId
from psabridge.store.leases import psa_of
from psabridge.store.mappings import locked, place_elsewhere
from psabridge.store.models import ArrivalRow, CustomerRow, Pairing
from psabridge.store.pairings import note


class DatabaseArrivals:
    def memory(self, pairing: PairingId) -> ArrivalMemory:
        rows = list(ArrivalRow.objects.filter(pairing_id=pairing))
        return ArrivalMemory(
            asked_at=Pairing.objects.values_list("arrivals_asked_at", flat=True).get(pk=pairing),
            listed=frozenset(CompanyId(row.company) for row in rows if row.is_listed),
            begun={
                CompanyId(row.company): Begun(row.begun_at, row.mailed_at)
                for row in rows
                if row.begun_at is not None
            },
            elsewhere=_elsewhere(pairing),
        )

    def begin(self, pairing: PairingId, company: CompanyId, at: datetime) -> None:
        """The first time counts."""
        row, _ = ArrivalRow.objects.get_or_create(pairing_id=pairing, company=company)
        ArrivalRow.objects.filter(pk=row.pk, begun_at__isnull=True).update(begun_at=at)

    def note_mail(self, pairing: PairingId, company: CompanyId, at: datetime) -> None:
        ArrivalRow.objects.filter(pairing_id=pairing, company=company).update(mailed_at=at)

    def keep_list(self, pairing: PairingId, companies: Iterable[CompanyId], at: datetime) -> None:
        with transaction.atomic():
            for company in sorted(companies):
                ArrivalRow.objects.update_or_create(
                    pairing_id=pairing, company=company, defaults={"is_listed": True}
                )
            Pairing.objects.filter(pk=pairing).update(arrivals_asked_at=at)

    def forget_list(self, pairing: PairingId) -> None:
        with transaction.atomic():
            ArrivalRow.objects.filter(pairing_id=pairing, begun_at__isnull=True).delete()
            ArrivalRow.objects.filter(pairing_id=pairing).update(is_listed=False)
            Pairing.objects.filter(pk=pairing).update(arrivals_asked_at=None)

    def forget(self, pairing: PairingId, companies: Iterable[CompanyId]) -> None:
        ArrivalRow.objects.filter(pairing_id=pairing, company__in=sorted(companies)).delete()

    def map_customer(self, pairing: PairingId, mapping: CustomerMapping, *, who: str, at: datetime) -> None:
        with transaction.atomic():
            row = locked(pairing)
            elsewhere = place_elsewhere(pairing, mapping.tenant)
            if elsewhere is not None:
                raise _not_taken(mapping, elsewhere)
            kept, is_new = CustomerRow.objects.get_or_create(
                pairing=row,
                tenant=mapping.tenant,
                defaults={"company": mapping.company, "partner": mapping.partner or ""},
            )
            if kept.company != mapping.company:
                raise _not_taken(mapping, f"company {kept.company}")
            ArrivalRow.objects.filter(pairing=row, company=mapping.company).delete()
            if is_new:
                Pairing.objects.filter(pk=pairing).update(version=F("version") + 1)
                subject = f"company {mapping.company}, tenant {mapping.tenant}"
                note(who=who, what="customer created and mapped", subject=subject, at=at)


def _elsewhere(pairing: PairingId) -> dict[CompanyId, str]:
    """Companies of the same Autotask that another pairing has a tenant for, with its name."""
    rows = CustomerRow.objects.filter(pairing__psa=psa_of(pairing)).exclude(pairing=pairing)
    return {CompanyId(company): name for company, name in rows.values_list("company", "pairing__name")}


def _not_taken(mapping: CustomerMapping, where: str) -> Refused:
    return Refused(
        f"tenant {mapping.tenant}",
        f"was mapped to {where} meanwhile",
        "Keep one of the two mappings",
        kind=RefusalKind.DUPLICATE,
        code="R31",
    )
