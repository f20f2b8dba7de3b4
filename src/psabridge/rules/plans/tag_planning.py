"""Steps for tags of tenants: planned wherever a tag does not say what it should (R32)."""

from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.fingerprint import Target
from psabridge.rules.plans.plan import SetTag
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.step_words import company_name, step_id
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.wanted.desired import DesiredTag
from psabridge.rules.words import StepKind


def plan_tag(wanted: DesiredTag, psa: PsaSnapshot, platform: PlatformSnapshot) -> Made:
    tenant = platform.tenants[wanted.tenant]
    if (tenant.internal_tag or None) == wanted.tag:
        return Made(is_right=True)
    who = () if wanted.company is None else (company_name(wanted.company, psa),)
    return Made(
        draft=Draft(
            id=step_id(StepKind.SET_TAG, wanted.tenant, wanted.tag),
            kind=StepKind.SET_TAG,
            subject=", ".join((*who, f"tag of tenant '{tenant.name}'")),
            change=SetTag(wanted, tenant.internal_tag, tenant.version),
            reason=wanted.reason,
            evidence=Evidence(rule="R32"),
            target=Target(tag=tenant.internal_tag),
            company=wanted.company,
        )
    )
