"""What contracts sold, what Acronis has, what we last set: item by item, so that a foreign hand shows.

Only items that a contract sets. One that two-way sync takes to the contract is a line that moved.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psabridge.rules.items.labels import Labels
from psabridge.rules.plans.item_planning import is_right
from psabridge.rules.plans.step_words import item_state, item_subject, wanted_state
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import CompanyId, ItemKey, TenantId


class QuotaVerdict(StrEnum):
    IN_STEP = "in step"
    CONTRACT_MOVED = "the contract moved"
    CHANGED_BY_ANOTHER = "changed by another"
    BOTH_MOVED = "the contract moved and changed by another"
    NEVER_SET = "never set by us"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LastSet:
    """What the bridge last set an item to, and read back."""

    wanted: DesiredItem
    at: datetime


@dataclass(frozen=True, slots=True)
class QuotaDrift:
    tenant: TenantId
    company: CompanyId
    subject: str
    sold: str  # the state that follows from the contract
    now: str | None  # None: the items of the tenant were not read
    last_set: str | None  # None: we never set it, or it is not kept any more
    set_at: datetime | None
    verdict: QuotaVerdict
    text: str


def differing(items: Iterable[DesiredItem], platform: PlatformSnapshot) -> Iterator[DesiredItem]:
    """Those that were read and are not as they should be."""
    for wanted in items:
        if wanted.tenant in platform.items and not is_right(wanted, platform.item(wanted.tenant, wanted.key)):
            yield wanted


def quota_drift(
    items: Iterable[DesiredItem],
    last: Mapping[tuple[TenantId, ItemKey], LastSet],
    *,
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
) -> tuple[QuotaDrift, ...]:
    """What differs stands first."""
    labels = Labels.of(settings, platform)
    found = [_of(wanted, last.get((wanted.tenant, wanted.key)), psa, platform, labels) for wanted in items]
    return tuple(sorted(found, key=lambda one: (one.verdict is QuotaVerdict.IN_STEP, one.subject.casefold())))


def _of(
    wanted: DesiredItem, last: LastSet | None, psa: PsaSnapshot, platform: PlatformSnapshot, labels: Labels
) -> QuotaDrift:
    now = platform.item(wanted.tenant, wanted.key)
    is_read = wanted.tenant in platform.items
    sold, there = wanted_state(wanted, now, labels), item_state(now) if is_read else None
    before = None if last is None else wanted_state(last.wanted, now, labels)
    verdict = _verdict(wanted, last, platform)
    return QuotaDrift(
        tenant=wanted.tenant,
        company=wanted.company,
        subject=item_subject(wanted, psa, platform, labels),
        sold=sold,
        now=there,
        last_set=before,
        set_at=None if last is None else last.at,
        verdict=verdict,
        text=_text(verdict, sold, there, before),
    )


def _verdict(wanted: DesiredItem, last: LastSet | None, platform: PlatformSnapshot) -> QuotaVerdict:
    if wanted.tenant not in platform.items:
        return QuotaVerdict.UNKNOWN
    now = platform.item(wanted.tenant, wanted.key)
    if is_right(wanted, now):
        return QuotaVerdict.IN_STEP
    if last is None:
        return QuotaVerdict.NEVER_SET
    if is_right(last.wanted, now):
        return QuotaVerdict.CONTRACT_MOVED
    return QuotaVerdict.CHANGED_BY_ANOTHER if _same(last.wanted, wanted) else QuotaVerdict.BOTH_MOVED


def _same(one: DesiredItem, other: DesiredItem) -> bool:
    def state(item: DesiredItem) -> tuple[bool, bool, int | None, int | None]:
        return item.is_on, item.has_quota, item.quota, item.overage

    return state(one) == state(other)


def _text(verdict: QuotaVerdict, sold: str, now: str | None, before: str | None) -> str:
    match verdict:
        case QuotaVerdict.IN_STEP:
            return "in step"
        case QuotaVerdict.CONTRACT_MOVED:
            return f"we left it {before}, the contract now says {sold}"
        case QuotaVerdict.CHANGED_BY_ANOTHER:
            return f"we left it {before}, another made it {now}"
        case QuotaVerdict.BOTH_MOVED:
            return f"we left it {before}, another made it {now}, the contract now says {sold}"
        case QuotaVerdict.NEVER_SET:
            return f"it is {now}, the contract says {sold}; no setting of ours is known"
        case QuotaVerdict.UNKNOWN:
            return "the items of the tenant were not read"
