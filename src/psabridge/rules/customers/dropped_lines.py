"""Lines that we set, whose service was taken out of the mapping: they go on billing what we left (R33).

A customer that is unmapped leaves a list to decide about. A mapping row that is dropped, or given another
service, left its lines billed with nobody measuring them and nothing saying so.
"""

from collections.abc import Iterable, Iterator

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.plan import Plan, SetUnits
from psabridge.rules.plans.step_words import company_name
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.wanted.contract_state import is_live
from psabridge.rules.words import LineId, ServiceId


def lines_out_of_sight(
    claimed: Iterable[LineId], settings: PairingSettings, psa: PsaSnapshot
) -> frozenset[LineId]:
    """Lines of ours that this read did not bring, and that a person has not decided about."""
    decided = settings.never_write | {left.line for left in settings.left_lines}
    return frozenset(line for line in claimed if line not in psa.lines and line not in decided)


def still_billing(histories: Iterable[LineHistory], psa: PsaSnapshot) -> tuple[Intent, ...]:
    """The last change of each line that we left with units, on contracts that run."""
    last = (_last(history) for history in histories)
    return tuple(
        one
        for one in last
        if one is not None
        and one.wanted
        and one.contract in psa.contracts
        and is_live(psa.contracts[one.contract], psa.today)
    )


def _last(history: LineHistory) -> Intent | None:
    landed = [one for one in history.intents if one.day in history.used_days and not one.is_ghost]
    return landed[-1] if landed else None


def service_of(intent: Intent, plan: Plan | None) -> ServiceId | None:
    """What the change was for, as its plan says. None: the plan is not kept any more."""
    changes = () if plan is None else (step.change for step in plan.steps if step.id == intent.step)
    return next((change.service for change in changes if isinstance(change, SetUnits)), None)


def dropped_findings(
    left: Iterable[tuple[Intent, ServiceId | None]], mapped: frozenset[ServiceId], psa: PsaSnapshot
) -> Iterator[Finding]:
    """A line of a service that is mapped, and not there, was taken off its contract: it bills nothing."""
    for last, service in left:
        if service in mapped:
            continue
        known = None if service is None else psa.services.get(service)
        name = f"line {last.line}" if known is None else known.name
        why = "no mapping row has its service any more"
        if service is None:
            why += ", or it was taken off the contract"
        yield Finding(
            "R33",
            Severity.WARNING,
            f"{company_name(last.company, psa)}, {psa.contracts[last.contract].name}, {name}",
            f"billed, no longer measured: {why}. We left it at {last.wanted} units, from {last.day} on",
            f"Map the service again, or set it to 0 in Autotask and put {last.line} into never_write",
            last.company,
        )
