"""Steps for the companies that should have a tenant, and findings for those for which nothing can be done."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from psabridge.rules.arriving.arrivals import Arrivals
from psabridge.rules.arriving.candidates import candidates
from psabridge.rules.arriving.ground import ArrivalGround
from psabridge.rules.arriving.register import first_of_their_name
from psabridge.rules.arriving.way import Part, Way
from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.arrival_changes import ArrivalChange, GiveItem
from psabridge.rules.plans.fingerprint import Target
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.step_words import step_id
from psabridge.rules.psa import Company, DefinitionState, Gap
from psabridge.rules.wanted.ground import Ground, hides_contracts, survey
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.words import CompanyId

_NO_USAGE = RangeBook()  # what a tenant gets does not depend on what was used


def plan_arrivals(ground: ArrivalGround) -> Arrivals:
    """Nothing while nobody can tell prepaid from pay as you go (R22): the field is a finding of its own."""
    if ground.psa.payg.state is not DefinitionState.SOUND:
        return Arrivals(by_hand=ground.by_hand, memory=ground.memory)
    seen = survey(ground.settings, ground.newcomers.beside(ground.psa), ground.platform, {}, _NO_USAGE)
    found = _should_have_one(ground, seen)
    companies = [ground.newcomers.companies[one] for one in sorted(found)]
    first = first_of_their_name(companies)
    ways = [Way.of(one, ground, seen, is_first=one.id in first) for one in companies]
    return Arrivals(
        made=tuple(one for way in ways for one in _made(way)),
        found=found,
        by_hand=ground.by_hand,
        memory=ground.memory,
        is_whole=not hides_a_company((*ground.psa.gaps, *ground.newcomers.gaps)),
    )


def hides_a_company(gaps: Iterable[Gap]) -> bool:
    """A company that nobody could see may be one of those to ask a person about."""
    return any(gap.company is None and hides_contracts(gap) for gap in gaps)


def _should_have_one(ground: ArrivalGround, seen: Ground) -> frozenset[CompanyId]:
    """By ACR-PRV-01 where customers are created, those already begun, and those a person named."""
    settings, newcomers = ground.settings, ground.newcomers
    found: frozenset[CompanyId] = frozenset()
    if settings.creates_customers:
        found = candidates(settings, ground.psa, newcomers, seen.mapping.by_service)
    named = (ground.by_hand | frozenset(ground.memory.begun)) - {row.company for row in settings.customers}
    return found | frozenset(one for one in named if one in newcomers.companies)


def _made(way: Way) -> Iterator[Made]:
    yield from (Made(_draft(way.company, part)) for part in way.parts())
    yield Made(findings=way.said)


def _draft(company: Company, part: Part) -> Draft:
    change = part.change
    return Draft(
        id=step_id(part.kind, company.id, *part.told_by),
        kind=part.kind,
        subject=f"{company.name}, {part.what}",
        change=change,
        reason=part.why,
        evidence=change.wanted.evidence if isinstance(change, GiveItem) else Evidence(rule="ACR-PRV-01"),
        target=Target(),
        company=company.id,
    )


def only_for(plan: Plan, companies: frozenset[CompanyId]) -> Plan:
    """Of a plan what makes these companies customers, as a person asked for it (ACR-ORG-03)."""
    steps = tuple(
        step
        for step in plan.steps
        if isinstance(step.change, ArrivalChange) and step.change.who.company in companies
    )
    ids = {step.id for step in steps}
    return replace(
        plan,
        steps=steps,
        holds=tuple(hold for hold in plan.holds if hold.step in ids),
        wishes=(),
        findings=tuple(one for one in plan.findings if one.company in companies),
        kind_changes=(),
    )


def named_by_hand(plan: Plan) -> frozenset[CompanyId]:
    changes = (step.change for step in plan.steps)
    return frozenset(one.who.company for one in changes if isinstance(one, ArrivalChange) and one.who.by_hand)
