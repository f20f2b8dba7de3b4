"""Steps for quotas and item status: absolute values, planned wherever what is differs from what should be."""

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import Labels
from psabridge.rules.plans.fingerprint import Target
from psabridge.rules.plans.plan import SetItem
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.step_words import item_reason, item_subject, step_id
from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import StepKind


def plan_item(wanted: DesiredItem, psa: PsaSnapshot, platform: PlatformSnapshot, labels: Labels) -> Made:
    subject = item_subject(wanted, psa, platform, labels)
    if wanted.tenant not in platform.items:
        return Made(findings=(_unread(wanted, subject),))
    before = platform.item(wanted.tenant, wanted.key)
    if is_right(wanted, before):
        return Made(is_right=True)
    return Made(draft=_draft(wanted, before, subject, item_reason(wanted, before, labels)))


def _draft(wanted: DesiredItem, before: OfferingItem | None, subject: str, reason: str) -> Draft:
    what = (wanted.tenant, wanted.key, wanted.is_on, wanted.has_quota, wanted.quota, wanted.overage)
    return Draft(
        id=step_id(StepKind.SET_ITEM, *what),
        kind=StepKind.SET_ITEM,
        subject=subject,
        change=SetItem(wanted, before),
        reason=reason,
        evidence=wanted.evidence,
        target=Target(item=before),
        company=wanted.company,
    )


def is_right(wanted: DesiredItem, now: OfferingItem | None) -> bool:
    """An unlimited quota has no overage worth comparing; an item without a quota is unlimited."""
    if now is None:
        return not wanted.is_on
    if now.is_on != wanted.is_on:
        return False
    if not wanted.is_on or not wanted.has_quota:
        return True
    if wanted.quota is None:
        return now.quota is None or now.quota.value is None
    return now.quota is not None and (now.quota.value, now.quota.overage) == (wanted.quota, wanted.overage)


def _unread(wanted: DesiredItem, subject: str) -> Finding:
    return Finding(
        "ERR-22",
        Severity.STOPS,
        subject,
        "the items of the tenant were not read, so nothing is written for it",
        "Check that the tenant can be reached; the next cycle reads it again",
        wanted.company,
    )
