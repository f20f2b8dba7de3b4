"""Which items are exempt, until when and why; and which were (R10). Never forgotten in silence."""

from collections.abc import Iterator

from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.wanted.ground import Ground


def exemption_findings(ground: Ground) -> Iterator[Finding]:
    for one in ground.settings.exempt_items:
        problem, next_act = _told(one, ground)
        yield Finding(
            "R10",
            Severity.NOTE,
            _subject(one, ground),
            problem,
            next_act,
            ground.settings.company_of(one.tenant),
        )


def _told(one: ExemptItem, ground: Ground) -> tuple[str, str]:
    if one.until is None:
        return (
            "it is exempt, left as it is, and nobody said until when",
            "Give it a last day and a reason in exempt_items, or take it out",
        )
    if one.is_in_force(ground.psa.today):
        return (
            f"it is exempt until {one.until} and left as it is: {one.reason}",
            "Nothing; after that day the plan sets it to what its contract says",
        )
    return (
        f"its exemption ended on {one.until} ({one.reason}): it follows its contract again",
        "Take it out of exempt_items once it is set back",
    )


def _subject(one: ExemptItem, ground: Ground) -> str:
    tenant = ground.platform.tenants.get(one.tenant)
    name = one.tenant if tenant is None else tenant.name
    return f"tenant '{name}', item {ground.labels.key(one.item)}"
