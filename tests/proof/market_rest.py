"""What must hold of every firm when nothing goes wrong any more: it is complete, or a person is told."""

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge_emulators.acronis.records import Tenant
from tests.proof.market import ITEMS, Firm, Market
from tests.proof.market_judge import MarketJudge


def at_rest(market: Market, judge: MarketJudge, report: CycleReport) -> None:
    for firm in market.firms:
        lacking = _lacking(firm, market, judge)
        if not lacking:
            judge.told["complete"] += 1
            continue
        reasons = _reasons(firm, market, report)
        text = f"{firm.name} {lacking}, and nothing is said"
        judge.hold("complete or told", text, holds=bool(reasons))
        judge.told[min(reasons)] += 1


def _lacking(firm: Firm, market: Market, judge: MarketJudge) -> str:
    """What a firm has not that it should have; empty: nothing."""
    tenants = [row.tenant for row in judge.settings.customers if row.company == firm.company]
    if not market.is_sold_to(firm) or not market.is_active(firm):
        return ""
    if not tenants:
        return "is sold a service and is no customer"
    tenant = market.acronis.tenants[tenants[0]]
    if tenant.deleted_at is not None or not tenant.enabled:
        return "is sold a service and its tenant is off"
    return _unfinished(tenant, market) or _quotas(firm, tenant, market)


def _unfinished(tenant: Tenant, market: Market) -> str:
    """Of those that the bridge made: a person's own are as he made them."""
    if tenant.id in market.by_hand:
        return ""
    users = [one for one in market.acronis.users.values() if one.tenant_id == tenant.id]
    is_admin = any(policy["role_id"] == "company_admin" for one in users for policy in one.policies)
    if not is_admin:
        return "has no administrator"
    mailed = {mail["to"] for mail in market.acronis.mails}
    if not any(one.contact["email"] in mailed for one in users):
        return "got no mail"
    return "" if tenant.mode == "production" else "is in trial"


def _quotas(firm: Firm, tenant: Tenant, market: Market) -> str:
    for item in ITEMS:
        ordered = market.ordered(firm, item)
        is_on, quota = market.item(tenant.id, item)
        if ordered is not None and (is_on, quota) != (ordered > 0 or is_on, ordered):
            return f"ordered {ordered} {item} and has {quota}"
    return ""


def _reasons(firm: Firm, market: Market, report: CycleReport) -> set[str]:
    found = {f"finding {one.code}" for one in report.findings if one.company == firm.company}
    lines = {line["id"] for line in market.lines(firm)}
    found |= {f"wish: {one.reason[:40]}" for one in report.plan.wishes if one.line.number in lines}
    return found | {
        f"step {one.state}"
        for one in report.outcomes
        if one.step.company == firm.company and one.state is not StepState.APPLIED
    }
