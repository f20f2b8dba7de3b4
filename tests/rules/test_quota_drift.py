"""Whose hand moved a quota: the contract, somebody in Acronis, or both (ACR-PRE-01, R40)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.rules.evidence import Evidence
from psabridge.rules.explaining.quota_drift import (
    LastSet,
    QuotaDrift,
    QuotaVerdict,
    differing,
    quota_drift,
)
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Quota
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import CompanyId
from tests.builders import NOW, a_company, a_tenant, an_item, platform_snapshot, psa_snapshot, settings

EARLIER = NOW - timedelta(days=3)


def sold(quota: int | None, *, is_on: bool = True) -> DesiredItem:
    return DesiredItem(
        tenant=an_item().tenant,
        company=CompanyId(1),
        key=an_item().key,
        is_on=is_on,
        has_quota=True,
        quota=quota,
        overage=0,
        reason=f"{quota} sold",
        evidence=Evidence(rule="ACR-PRE-01"),
    )


def with_quota(quota: int, **changes: object) -> OfferingItem:
    return replace(an_item(), quota=Quota(quota, 0), **changes)  # type: ignore[arg-type]


def compared(wanted: DesiredItem, now: OfferingItem | None, last: DesiredItem | None = None) -> QuotaDrift:
    items = [] if now is None else [now]
    [found] = drift_of(wanted, platform_snapshot(tenants=[a_tenant()], items=items), last)
    return found


def drift_of(
    wanted: DesiredItem, platform: PlatformSnapshot, last: DesiredItem | None
) -> tuple[QuotaDrift, ...]:
    known = {} if last is None else {(wanted.tenant, wanted.key): LastSet(last, EARLIER)}
    psa = psa_snapshot(companies=[a_company(1)])
    return quota_drift([wanted], known, settings=settings(), psa=psa, platform=platform)


@pytest.mark.parametrize(
    ("wanted", "now", "last", "verdict"),
    [
        (sold(10), with_quota(10), sold(10), QuotaVerdict.IN_STEP),
        (sold(10), with_quota(10), None, QuotaVerdict.IN_STEP),
        (sold(12), with_quota(10), sold(10), QuotaVerdict.CONTRACT_MOVED),
        (sold(10), with_quota(15), sold(10), QuotaVerdict.CHANGED_BY_ANOTHER),
        (sold(10), with_quota(10, is_on=False), sold(10), QuotaVerdict.CHANGED_BY_ANOTHER),
        (sold(12), with_quota(15), sold(10), QuotaVerdict.BOTH_MOVED),
        (sold(10), with_quota(15), None, QuotaVerdict.NEVER_SET),
        (sold(None), with_quota(15), sold(None), QuotaVerdict.CHANGED_BY_ANOTHER),
        (sold(0), with_quota(15), sold(15), QuotaVerdict.CONTRACT_MOVED),
    ],
)
def test_each_hand_has_its_own_verdict(
    wanted: DesiredItem, now: OfferingItem, last: DesiredItem | None, verdict: QuotaVerdict
) -> None:
    assert compared(wanted, now, last).verdict is verdict


def test_what_another_made_is_told_with_what_we_left() -> None:
    found = compared(sold(10), with_quota(15), sold(10))

    assert (found.sold, found.now, found.last_set) == (
        "on with a quota of 10",
        "on with a quota of 15",
        "on with a quota of 10",
    )
    assert found.set_at == EARLIER
    assert found.text == "we left it on with a quota of 10, another made it on with a quota of 15"


def test_where_both_moved_all_three_are_told() -> None:
    text = compared(sold(12), with_quota(15), sold(10)).text

    assert [part in text for part in ("of 10", "of 15", "of 12")] == [True, True, True]


def test_items_that_were_not_read_are_unknown_and_not_off() -> None:
    """Unknown is not zero."""
    platform = replace(platform_snapshot(tenants=[a_tenant()]), items={})
    [found] = drift_of(sold(0, is_on=False), platform, None)

    assert (found.verdict, found.now) == (QuotaVerdict.UNKNOWN, None)
    assert list(differing([sold(10)], platform)) == []


def test_only_what_differs_is_looked_up_and_it_stands_first() -> None:
    other = replace(sold(20), key=an_item("pw_base_servers").key)
    items = [with_quota(10), replace(an_item("pw_base_servers"), quota=Quota(25, 0))]
    platform = platform_snapshot(tenants=[a_tenant()], items=items)
    found = quota_drift(
        [sold(10), other],
        {},
        settings=settings(),
        psa=psa_snapshot(companies=[a_company(1)]),
        platform=platform,
    )

    assert list(differing([sold(10), other], platform)) == [other]
    assert [one.verdict for one in found] == [QuotaVerdict.NEVER_SET, QuotaVerdict.IN_STEP]
