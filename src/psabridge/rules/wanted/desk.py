"""One tenant of one customer under judgement: what its items are decided from."""

from dataclasses import dataclass

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.decision_table import Circumstances, Decision
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.item_targets import Target
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.words import ItemKey, TenantId


@dataclass(frozen=True, slots=True)
class Desk:
    customer: Customer
    view: TenantView
    sales: Sales
    ground: Ground
    around: Circumstances
    left: frozenset[tuple[TenantId, ItemKey]] = frozenset()  # items in which Acronis has the word

    def say(self, severity: Severity, code: str, subject: str, problem: str, next_act: str) -> Finding:
        tenant = f"tenant '{self.view.tenant.name}'"
        return self.customer.finding(
            severity, code, f"{tenant}, {subject}" if subject else tenant, problem, next_act
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """An item of one tenant with what the table says about it."""

    target: Target
    decision: Decision
    setter: MappedRow | None  # the row whose units become the quota
