"""Names as they were when a person last saw them. Ids rule and names are shown: a rename is told (R38)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import CustomerMapping, KnownName, PairingSettings
from psabridge.rules.words import CompanyId, TenantId


@dataclass(frozen=True, slots=True)
class Rename:
    of: str
    before: str
    now: str
    company: CompanyId


@dataclass(frozen=True, slots=True)
class Names:
    """What companies and tenants are called now, those that were read."""

    companies: Mapping[CompanyId, str]
    tenants: Mapping[TenantId, str]

    def of(self, rows: Iterable[CustomerMapping]) -> tuple[KnownName, ...]:
        """Each once, in one order."""
        found = {known.of: known for row in rows for known, _ in self._pair(row)}
        return tuple(found[key] for key in sorted(found))

    def _pair(self, row: CustomerMapping) -> Iterator[tuple[KnownName, CompanyId]]:
        if row.company in self.companies:
            yield KnownName(f"company {row.company}", self.companies[row.company]), row.company
        if row.tenant in self.tenants:
            yield KnownName(f"tenant {row.tenant}", self.tenants[row.tenant]), row.company

    def changed(self, settings: PairingSettings) -> tuple[Rename, ...]:
        """A name that nobody has seen yet is no rename."""
        before = {known.of: known.name for known in settings.known_names}
        found = {
            now.of: Rename(now.of, before[now.of], now.name, company)
            for row in settings.customers
            for now, company in self._pair(row)
            if before.get(now.of, now.name) != now.name
        }
        return tuple(found[key] for key in sorted(found))


def last_known(settings: PairingSettings, of: str) -> str:
    """What cannot be read now, by the name under which a person knows it."""
    names = {known.of: known.name for known in settings.known_names}
    return f"{names[of]} ({of})" if of in names else of


def rename_findings(
    settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot
) -> Iterator[Finding]:
    names = Names(
        {key: company.name for key, company in psa.companies.items()},
        {key: tenant.name for key, tenant in platform.tenants.items()},
    )
    for one in names.changed(settings):
        yield Finding(
            "R38",
            Severity.NOTE,
            f"{one.of} '{one.now}'",
            f"it was called '{one.before}' when its name was last taken over; it is billed as before",
            "If it is still the same customer: psabridge customers names. If not, unmap it",
            one.company,
        )
