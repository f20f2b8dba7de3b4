"""Alerts of a backup platform in our words, and what makes two of them the same condition."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from psabridge.rules.words import TenantId

AlertId = NewType("AlertId", str)
ConditionKey = NewType("ConditionKey", str)

PLATFORM = "acronis"


class AlertSeverity(StrEnum):
    """In the platform's own order (acronis-api.md 8.1)."""

    OK = "ok"
    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(AlertSeverity).index(self)


@dataclass(frozen=True, slots=True)
class AlertType:
    """A type of alert, read from the platform at run time (ACR-TKT-03)."""

    name: str
    category: str
    severity: AlertSeverity | None  # None: a word this version does not know
    is_enabled: bool = True  # alerts of a disabled type vanish from reads


@dataclass(frozen=True, slots=True, order=True)
class About:
    """One thing an alert is about, by its id; the name is for people."""

    kind: str  # resource, plan, job, asset
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class BackupAlert:
    """One alert as the platform shows it now. A repeat of a condition is an alert of its own."""

    id: AlertId
    type: str
    category: str
    severity: AlertSeverity
    raised_at: datetime
    updated_at: datetime
    tenants: tuple[TenantId, ...]  # its own, then upwards; empty: nobody can tell whose it is
    about: tuple[About, ...] = ()
    cleared_at: datetime | None = None  # dismissed by a person, or gone by itself
    tenant_name: str = ""
    details: tuple[tuple[str, str], ...] = ()  # label and text, as far as the platform gives them

    @property
    def is_reported(self) -> bool:
        return self.cleared_at is None

    @property
    def is_told_apart(self) -> bool:
        """Without a subject an alert is only like itself (R48)."""
        return bool(self.about)

    @property
    def condition(self) -> ConditionKey:
        """Platform, tenant, type and subject; never a title, a message or a time (design section 7)."""
        subject = [f"{one.kind}={one.id}" for one in sorted(self.about)] or [f"alert={self.id}"]
        owner = self.tenants[0] if self.tenants else ""
        return key_of(owner, self.type, *subject)

    @property
    def fingerprint(self) -> str:
        """Of what is told of it: it changes when the severity or a detail does."""
        written = "\n".join([self.severity, *(f"{label}: {text}" for label, text in self.details)])
        return hashlib.sha256(written.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class AlertRead:
    """What one read brought. A row that could not be read is told, and the cursor stays before it."""

    alerts: tuple[BackupAlert, ...]
    unreadable: tuple[str, ...] = ()  # ids of rows that could not be read


@dataclass(frozen=True, slots=True)
class Probe:
    """Cheap: whether anything changed since the last look (acronis-api.md 8.2, `/stats`)."""

    count: int
    modified_at: datetime | None


def key_of(*parts: str) -> ConditionKey:
    """A key of 32 characters; with a story number it fits `externalID` (50 characters)."""
    written = "\x1f".join((PLATFORM, *parts))
    return ConditionKey(hashlib.sha256(written.encode()).hexdigest()[:32])
