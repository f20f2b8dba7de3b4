"""Steps for a tenant's own state: disabled, deleted, or enabled again (ACR-DEP-03, ACR-DEP-04, R34)."""

from psabridge.rules.evidence import Evidence
from psabridge.rules.leaving.due import DueTenant
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.plans.fingerprint import Target
from psabridge.rules.plans.plan import ChangeTenant
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.step_words import step_id
from psabridge.rules.words import StepKind

_KINDS = {
    TenantState.ENABLED: StepKind.ENABLE_TENANT,
    TenantState.DISABLED: StepKind.DISABLE_TENANT,
    TenantState.DELETED: StepKind.DELETE_TENANT,
}


def plan_tenant(due: DueTenant) -> Made:
    kind = _KINDS[due.wanted]
    draft = Draft(
        id=step_id(kind, due.tenant.id),
        kind=kind,
        subject=due.subject,
        change=ChangeTenant(due.tenant, due.wanted),
        reason=f"{due.reason} ({due.rule})",
        evidence=Evidence(rule=due.rule),
        target=Target(tenant=due.tenant),
        company=due.company,
    )
    return Made(draft=draft)
