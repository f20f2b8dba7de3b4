"""From a decision to the item's status and quota, and what stops or accompanies the change."""

from collections.abc import Iterator, Sequence

from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import amount
from psabridge.rules.platform import OfferingItem
from psabridge.rules.wanted.decision_table import Outcome
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.desk import Desk, Judged
from psabridge.rules.wanted.quantities import overage_for, quota_for
from psabridge.rules.wanted.sales import Sale
from psabridge.rules.wanted.usage_readings import used_now


def wanted_item(desk: Desk, each: Judged) -> DesiredItem | None:
    target, decision = each.target, each.decision
    if decision.outcome is Outcome.LEAVE:
        return None
    if target.is_feature or decision.outcome is Outcome.OFF:
        return _switched(desk, each) if target.is_feature else _off(desk, each)
    if decision.outcome is Outcome.UNLIMITED:
        return _item(desk, each, is_on=True, quota=None, overage=None)
    if not target.is_on and units_of(desk, each) == 0:
        return None  # off already gives nothing, and a 0 switches nothing on (R4)
    if each.setter is None:
        return _item(desk, each, is_on=True, quota=0, overage=0)
    quota = quota_for(units_of(desk, each), each.setter.row)
    return _item(desk, each, is_on=True, quota=quota, overage=overage_for(each.setter.row))


def units_of(desk: Desk, each: Judged) -> int:
    if each.decision.outcome is not Outcome.UNITS or each.setter is None:
        return 0
    return desk.sales.of(each.setter).units or 0


def _switched(desk: Desk, each: Judged) -> DesiredItem | None:
    is_on = each.decision.outcome is not Outcome.ZERO
    if not is_on and not each.target.is_on:
        return None
    return _item(desk, each, is_on=is_on, quota=None, overage=None)


def _off(desk: Desk, each: Judged) -> DesiredItem | None:
    """In use it cannot be: then its quota is 0, where quotas are set to zero (LIM-12). Unknown is not 0."""
    used = used_now(each.target.rows[0], desk.view, each.target.key.storage)
    if not each.target.is_on or used is None:
        return None
    if used and desk.around.sets_to_zero:
        return _item(desk, each, is_on=True, quota=0, overage=0)
    return _item(desk, each, is_on=False, quota=None, overage=None)


def _item(desk: Desk, each: Judged, *, is_on: bool, quota: int | None, overage: int | None) -> DesiredItem:
    sales = [desk.sales.of(mapped) for mapped in each.target.rows]
    return DesiredItem(
        tenant=desk.view.tenant.id,
        company=desk.customer.company.id,
        key=each.target.key,
        is_on=is_on,
        has_quota=not each.target.is_feature,
        quota=quota,
        overage=overage,
        reason=each.decision.reason,
        evidence=Evidence(from_lines=_from_lines(desk, each), rule=each.decision.rule),
        needs_person=each.decision.needs_person or _is_new_kind(each, sales, quota),
    )


def _from_lines(desk: Desk, each: Judged) -> tuple[str, ...]:
    """The contract lines of the rows that speak of the item, in words."""
    return tuple(
        f"{sold.contract.name}, {desk.ground.mapping.name_of(mapped.service)}, "
        f"{'unknown' if sold.units is None else sold.units} units, {sold.kind}"
        for mapped in each.target.rows
        if mapped.service is not None
        for sold in desk.sales.of(mapped).lines
    )


def _is_new_kind(each: Judged, sales: Sequence[Sale], quota: int | None) -> bool:
    """A renewal that turns pay as you go into quotas waits for a person (R23)."""
    changed = any(sale.changed_kind_from is not None for sale in sales)
    return changed and quota is not None and _is_unlimited(each.target.item)


def may_be_written(desk: Desk, each: Judged, wanted: DesiredItem, findings: list[Finding]) -> bool:
    item = each.target.item
    if item is not None and each.decision.outcome is Outcome.OFF and wanted.is_on:
        findings.append(_stays_on(desk, each, item))
    if item is None or not _lowers(item, wanted):
        return True
    subject = f"item {desk.ground.labels.key(wanted.key)}"
    if why := desk.ground.why_unreadable(desk.customer.company.id):
        findings.append(_kept(desk, subject, "R20", "; ".join(why)))
        return False
    if any(mapped.row.undecided for mapped in each.target.rows):
        findings.append(_kept(desk, subject, "R8", "nobody has decided about the item yet"))
        return False
    used = used_now(each.target.rows[0], desk.view, wanted.key.storage)
    if not wanted.is_on and used:
        findings.append(_in_use(desk, subject, amount(used, item.unit)))
        return False
    findings.extend(_accompanying(desk, each, wanted, used))
    return True


def _kept(desk: Desk, subject: str, code: str, why: str) -> Finding:
    return desk.say(
        Severity.STOPS, code, subject, f"it is not lowered: {why}", "Settle that first; nothing is lost"
    )


def _stays_on(desk: Desk, each: Judged, item: OfferingItem) -> Finding:
    used = used_now(each.target.rows[0], desk.view, each.target.key.storage)
    return desk.say(
        Severity.WARNING,
        "ERR-10",
        f"item {desk.ground.labels.key(each.target.key)}",
        f"it cannot be switched off while {amount(used or 0, item.unit)} are in use: its quota is 0 instead",
        "End its use at the customer first",
    )


def _in_use(desk: Desk, subject: str, used: str) -> Finding:
    return desk.say(
        Severity.WARNING,
        "ERR-10",
        subject,
        f"it cannot be switched off while {used} are in use, and no quota is set to 0 for it",
        "End its use at the customer first",
    )


def _accompanying(desk: Desk, each: Judged, wanted: DesiredItem, used: int | None) -> Iterator[Finding]:
    unit = "" if each.target.item is None else each.target.item.unit
    subject = f"item {desk.ground.labels.key(wanted.key)}"
    if wanted.quota is not None and used is not None and used > wanted.quota:
        yield desk.say(
            Severity.WARNING,
            "ACR-PRE-06",
            subject,
            f"the quota becomes {amount(wanted.quota, unit)} while {amount(used, unit)} are in use",
            "Sell more units, or tell the customer that backups may stop",
        )
    if wanted.quota is not None and each.setter is not None and _is_unlimited(each.target.item):
        old = desk.sales.of(each.setter).changed_kind_from
        in_use = "unknown" if used is None else amount(used, unit)
        quota = f"a quota of {amount(wanted.quota, unit)} (in use: {in_use})"
        yield _becomes_limited(desk, subject, quota, None if old is None else old.name)


def _becomes_limited(desk: Desk, subject: str, quota: str, old: str | None) -> Finding:
    """The list to show before standing units become quotas (ACR-PAY-10, R23)."""
    follows = "" if old is None else f"; its contract follows '{old}', which was pay as you go"
    return desk.say(
        Severity.NOTE if old is None else Severity.WARNING,
        "ACR-PAY-10" if old is None else "R23",
        subject,
        f"it is unlimited now and gets {quota}{follows}",
        "Check that the units on the contract are what was sold",
    )


def _is_unlimited(item: OfferingItem | None) -> bool:
    return item is not None and item.is_on and (item.quota is None or item.quota.value is None)


def _lowers(item: OfferingItem, wanted: DesiredItem) -> bool:
    """Whether the customer can use less afterwards."""
    if not item.is_on or (wanted.is_on and wanted.quota is None):
        return False
    if not wanted.is_on or wanted.quota is None or item.quota is None or item.quota.value is None:
        return True
    if wanted.quota < item.quota.value or wanted.overage is None:
        return wanted.quota < item.quota.value
    before = item.quota.overage
    return before is None or wanted.quota + wanted.overage < item.quota.value + before
