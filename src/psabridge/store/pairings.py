"""Connections, pairings and their settings. Every change moves the version and is noted with who made it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from psabridge.kit.errors import BridgeError
from psabridge.rules.month_corrections import MonthCorrection
from psabridge.rules.settings import CustomerMapping, PairingSettings, ServiceMapping
from psabridge.rules.words import LineId, Mode, PairingId, TenantId, WorkKind
from psabridge.store.codec import from_plain, to_plain
from psabridge.store.mapped_since import with_known_times
from psabridge.store.models import (
    AuditEntry,
    Connection,
    CustomerRow,
    HookDoor,
    Pairing,
    Partner,
    ServiceRow,
)
from psabridge.store.secrets import Safe, SecretUnreadable

# Held in tables of their own, or told by the pairing's row.
NOT_IN_SETTINGS = {"customers", "services", "pairing", "name", "version", "zone"}


class NoSuchPairing(BridgeError):
    """There is no pairing of that name."""


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A connection with its secrets opened; they appear in no repr."""

    id: int
    kind: str
    name: str
    address: str
    identity: str
    secret: str
    tracking_identifier: str
    zone_url: str
    database_id: str
    billing_zone: str
    clock_url: str

    def __repr__(self) -> str:
        return f"StoredConnection({self.kind} {self.name} at {self.address})"


class DatabasePairings:
    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def names(self) -> tuple[str, ...]:
        return tuple(Pairing.objects.order_by("name").values_list("name", flat=True))

    def by_name(self, name: str | None) -> PairingId:
        """The pairing of that name, or the only one."""
        names = self.names()
        if name is None and len(names) == 1:
            name = names[0]
        if name is None and names:
            raise NoSuchPairing(
                "the pairing",
                f"is not named, and there are several: {', '.join(names)}",
                "Say --pairing NAME",
            )
        if name is None or name not in names:
            known = ", ".join(names) or "none yet"
            raise NoSuchPairing(
                "a pairing" if name is None else f"pairing {name}",
                f"is not configured (known: {known})",
                "Name a known one" if names else "Run psabridge config import",
            )
        return PairingId(Pairing.objects.get(name=name).pk)

    def settings(self, pairing: PairingId) -> PairingSettings:
        row = Pairing.objects.select_related("psa").get(pk=pairing)
        plain = {
            **row.settings,
            "pairing": row.pk,
            "name": row.name,
            "version": row.version,
            "zone": row.psa.billing_zone,
            "customers": [
                {
                    "tenant": r.tenant,
                    "company": r.company,
                    "receives_quotas": r.receives_quotas,
                    "partner": r.partner or None,
                }
                for r in row.customer_rows.all()
            ],
            "services": [r.row for r in row.service_rows.all()],
        }
        return in_order(from_plain(plain, PairingSettings))

    def connections(self, pairing: PairingId) -> tuple[StoredConnection, StoredConnection]:
        """The platform's and Autotask's."""
        row = Pairing.objects.select_related("platform", "psa").get(pk=pairing)
        return self._opened(row.platform), self._opened(row.psa)

    def save_settings(
        self,
        settings: PairingSettings,
        *,
        who: str,
        at: datetime,
        what: str,
        mapped_at: datetime | None = None,
    ) -> PairingSettings:
        """Replace everything that was decided for a pairing; the same with its new version.

        `mapped_at`: since when tenants are mapped of which that is not known yet (ACR-TKT-04).
        """
        with transaction.atomic():
            row = Pairing.objects.select_for_update().get(pk=settings.pairing)
            settings = with_known_times(settings, row, mapped_at)
            plain = to_plain(settings)
            row.settings = {key: value for key, value in plain.items() if key not in NOT_IN_SETTINGS}
            row.version += 1
            row.save()
            _replace_customers(row, settings.customers)
            _replace_services(row, settings.services)
            note(who=who, what=what, subject=row.name, at=at)
        return in_order(replace(settings, version=row.version))

    def remember_definition(self, pairing: PairingId, definition: int) -> None:
        """The PAYG field once seen or made (R22). It is a fact, not a decision: the version stays."""
        with transaction.atomic():
            row = Pairing.objects.select_for_update().get(pk=pairing)
            row.settings = {**row.settings, "payg_definition_id": definition}
            row.save(update_fields=["settings"])

    def billed_elsewhere(self, pairing: PairingId) -> dict[TenantId, str]:
        """Of pairings that work. Few have more than one, and then nothing more is asked."""
        others = {row.pk: row.name for row in Pairing.objects.exclude(pk=pairing) if works(row)}
        rows = CustomerRow.objects.filter(pairing_id__in=others) if others else ()
        return {TenantId(row.tenant): others[row.pairing_id] for row in rows}

    def remember_partner(self, pairing: PairingId, partner: TenantId, tenants: Iterable[TenantId]) -> None:
        """A fact, not a decision: the version stays. A partner that is known is never written over."""
        rows = CustomerRow.objects.filter(pairing_id=pairing, partner="")
        rows.filter(tenant__in=sorted(tenants)).update(partner=partner)

    def remember_services(self, settings: PairingSettings, at: datetime) -> PairingSettings:
        """Settings that a person changed meanwhile keep their version: a plan of them is stale (W12)."""
        with transaction.atomic():
            now = self._locked(settings.pairing)
            kept = replace(now, services=settings.services)
            saved = self.save_settings(kept, who="psabridge", at=at, what="services found by name")
        return replace(settings, version=saved.version) if now.version == settings.version else settings

    def forget_left(self, settings: PairingSettings, lines: frozenset[LineId], *, at: datetime) -> None:
        """It is a fact, not a decision: the version stays."""
        gone = {str(line) for line in lines}
        with transaction.atomic():
            row = Pairing.objects.select_for_update().get(pk=settings.pairing)
            left = [line for line in row.settings.get("left_lines", []) if line["line"] not in gone]
            row.settings = {**row.settings, "left_lines": left}
            row.save(update_fields=["settings"])
            subject = f"{row.name}: lines {', '.join(sorted(gone))}"
            note(who="psabridge", what="left lines are at 0 and no longer listed", subject=subject, at=at)

    def never_write(self, settings: PairingSettings, line: LineId, *, who: str, at: datetime) -> None:
        with transaction.atomic():
            now = self._locked(settings.pairing)
            kept = replace(now, never_write=now.never_write | {line})
            self.save_settings(kept, who=who, at=at, what=f"never write line {line}")

    def correct_month(
        self, settings: PairingSettings, correction: MonthCorrection, *, who: str, at: datetime
    ) -> None:
        with transaction.atomic():
            now = self._locked(settings.pairing)
            kept = replace(now, month_corrections=(*now.month_corrections, correction))
            word = "goes with the next month" if correction.is_added else "is left"
            what = f"{correction.units:+} units of {correction.month} on line {correction.line}: {word}"
            self.save_settings(kept, who=who, at=at, what=what)

    def _locked(self, pairing: PairingId) -> PairingSettings:
        """As they stand now: a person may have mapped a customer since a cycle read them."""
        Pairing.objects.select_for_update().get(pk=pairing)
        return self.settings(pairing)

    def remember_zone(self, connection: int, zone_url: str, database_id: str, name: str = "") -> None:
        Connection.objects.filter(pk=connection).update(
            zone_url=zone_url, database_id=database_id, zone_name=name
        )

    def accept_zone(
        self, psa: StoredConnection, zone_url: str, database_id: str, name: str, *, who: str, at: datetime
    ) -> None:
        with transaction.atomic():
            self.remember_zone(psa.id, zone_url, database_id, name)
            note(who=who, what=f"carry on at {zone_url}", subject=f"connection {psa.name}", at=at)

    def wanted(self, fields: Mapping[str, str], secret: str | None, tracking: str | None) -> StoredConnection:
        """A connection as it would be with these; a secret that is None is the stored one."""
        row = Connection.objects.filter(name=fields["name"]).first() or Connection(**fields)
        of = f"connection {row.name}"
        return StoredConnection(
            **fields,
            id=row.pk or 0,
            secret=self._safe.open(row.sealed_secret, of=of) if secret is None else secret,
            tracking_identifier=self._open_tracking(row) if tracking is None else tracking,
            zone_url=row.zone_url,
            database_id=row.database_id,
        )

    def keep_connection(self, fields: Mapping[str, Any], *, secret: str | None, tracking: str | None) -> int:
        """Create or update a connection by name. A secret that is None stays as it was."""
        partner, _ = Partner.objects.get_or_create(name="default")
        sealed: dict[str, Any] = {}
        if secret is not None:
            sealed["sealed_secret"] = self._safe.seal(secret)
        if tracking is not None:
            sealed["sealed_tracking_identifier"] = self._safe.seal(tracking)
        same = Connection.objects.filter(name=fields["name"], address=fields["address"])
        if not same.filter(identity=fields["identity"]).exists():
            sealed["zone_url"] = ""  # another address or user: the zone is looked up anew (R43)
        row, _ = Connection.objects.update_or_create(
            name=fields["name"], defaults={**fields, **sealed, "partner": partner}
        )
        return row.pk

    def holds(
        self, row: Connection, fields: Mapping[str, Any], secret: str | None, tracking: str | None
    ) -> bool:
        """Whether keeping these would change nothing. What cannot be opened is taken for changed."""
        if any(getattr(row, name) != value for name, value in fields.items()):
            return False
        try:
            stored = self._opened(row)
        except SecretUnreadable:
            return False
        return secret in {None, stored.secret} and tracking in {None, stored.tracking_identifier}

    def seal_anew(self, *, who: str, at: datetime) -> None:
        """Seal every secret with the newest key, so that older keys can be taken away."""
        with transaction.atomic():
            for row in Connection.objects.select_for_update().order_by("pk"):
                row.sealed_secret = self._safe.seal_anew(row.sealed_secret, of=f"connection {row.name}")
                if row.sealed_tracking_identifier:
                    row.sealed_tracking_identifier = self._safe.seal_anew(
                        row.sealed_tracking_identifier, of=f"connection {row.name}"
                    )
                row.save(update_fields=["sealed_secret", "sealed_tracking_identifier"])
            for door in HookDoor.objects.select_for_update().order_by("pk"):
                door.sealed_key = self._safe.seal_anew(door.sealed_key, of=f"webhooks at {door.address}")
                door.save(update_fields=["sealed_key"])
            note(who=who, what="secrets sealed with the newest key", subject="connections", at=at)

    def keep_pairing(self, name: str, *, platform: int, psa: int) -> PairingId:
        row, _ = Pairing.objects.update_or_create(
            name=name, defaults={"platform_id": platform, "psa_id": psa}
        )
        return PairingId(row.pk)

    def _opened(self, row: Connection) -> StoredConnection:
        return StoredConnection(
            id=row.pk,
            kind=row.kind,
            name=row.name,
            address=row.address,
            identity=row.identity,
            secret=self._safe.open(row.sealed_secret, of=f"connection {row.name}"),
            tracking_identifier=self._open_tracking(row),
            zone_url=row.zone_url,
            database_id=row.database_id,
            billing_zone=row.billing_zone,
            clock_url=row.clock_url,
        )

    def _open_tracking(self, row: Connection) -> str:
        if not row.sealed_tracking_identifier:
            return ""
        return self._safe.open(row.sealed_tracking_identifier, of=f"connection {row.name}")


def works(row: Pairing) -> bool:
    """One that only observes, or makes tickets alone, bills nobody: given up (R43), or not begun yet."""
    modes = row.settings.get("modes", {})
    writing = set(WorkKind) - {WorkKind.TICKETS}
    return any(modes.get(work, Mode.OBSERVE) != Mode.OBSERVE for work in writing)


def in_order(settings: PairingSettings) -> PairingSettings:
    """Mappings in one order. Databases sort texts by their own rules; equal settings must be equal."""
    return replace(
        settings,
        customers=tuple(sorted(settings.customers, key=lambda one: (one.company, one.tenant))),
        services=tuple(sorted(settings.services, key=lambda row: row.key)),
    )


def note(*, who: str, what: str, subject: str, at: datetime, detail: str = "") -> None:
    """Who did what, and when."""
    AuditEntry.objects.create(at=at, who=who, what=what, subject=subject, detail=detail)


def _replace_customers(row: Pairing, customers: Iterable[CustomerMapping]) -> None:
    row.customer_rows.all().delete()
    CustomerRow.objects.bulk_create(
        [
            CustomerRow(
                pairing=row,
                tenant=c.tenant,
                company=c.company,
                receives_quotas=c.receives_quotas,
                partner=c.partner or "",
            )
            for c in customers
        ]
    )


def _replace_services(row: Pairing, services: Iterable[ServiceMapping]) -> None:
    row.service_rows.all().delete()
    ServiceRow.objects.bulk_create(
        [ServiceRow(pairing=row, key=service.key, row=to_plain(service)) for service in services]
    )
