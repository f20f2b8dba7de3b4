"""Read both sides, decide what should be, plan the way there. Nothing is written to any vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from psabridge.engine.ports import Ports
from psabridge.kit.clock import day_in
from psabridge.rules.desired import Desired, DesiredUnits
from psabridge.rules.desired_state import desired_state
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.guard import guard
from psabridge.rules.intent import LineHistory
from psabridge.rules.looking import figures_since, lines_to_look_at, look_windows
from psabridge.rules.new_services import with_found_services
from psabridge.rules.picture import Picture
from psabridge.rules.plan import Plan
from psabridge.rules.planning import make_plan
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import LineId, PlanId


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with everything it was made from."""

    plan_id: PlanId
    plan: Plan
    settings: PairingSettings
    psa: PsaSnapshot
    platform: PlatformSnapshot
    desired: Desired
    pictures: Mapping[LineId, Picture]
    histories: Mapping[LineId, LineHistory]


def prepare(settings: PairingSettings, ports: Ports) -> Prepared:
    today = day_in(settings.zone, ports.clock.now())
    psa = ports.psa.read(settings, today)
    platform = ports.platform.read(settings)
    settings = _remembered(settings, psa, ports)
    desired = _claimed(wanted(settings, psa, platform, ports), settings, ports)
    snapshot = ports.records.keep_snapshot(settings, psa, platform)
    ports.records.keep_figures(settings.pairing, today, desired)
    histories = ports.journal.histories([one.line for one in desired.units], settings.pairing)
    pictures = read_pictures(settings, psa, desired, histories, ports)
    plan = make_plan(
        settings=settings,
        psa=psa,
        platform=platform,
        desired=desired,
        pictures=pictures,
        histories=histories,
        figures=ports.records.day_figures(settings.pairing, figures_since(psa)),
        snapshot=snapshot,
        made_at=ports.clock.now(),
    )
    plan = guard(
        plan,
        settings,
        is_first_sync=not ports.records.has_applied(settings.pairing),
        known_lines=frozenset(histories),
    )
    return Prepared(
        ports.records.keep_plan(plan), plan, settings, psa, platform, desired, pictures, histories
    )


def _remembered(settings: PairingSettings, psa: PsaSnapshot, ports: Ports) -> PairingSettings:
    """Settings with the ids this read found: services by their exact name, the field by its definition."""
    found = with_found_services(settings, psa.services.values())
    if found is not settings:
        found = ports.decisions.remember_services(found, ports.clock.now())
    if found.payg_definition_id is None and psa.payg.id is not None:
        ports.decisions.remember_definition(found.pairing, psa.payg.id)
        found = replace(found, payg_definition_id=psa.payg.id)
    return found


def wanted(settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot, ports: Ports) -> Desired:
    seen = ports.records.contracts_seen(settings.pairing)
    return desired_state(settings, psa, platform, contracts_seen=seen)


def read_pictures(
    settings: PairingSettings,
    psa: PsaSnapshot,
    desired: Desired,
    histories: Mapping[LineId, LineHistory],
    ports: Ports,
) -> dict[LineId, Picture]:
    """Whole pictures of the lines about to change, and of those with an open intent."""
    open_lines = frozenset(line for line, history in histories.items() if history.open)
    lines = lines_to_look_at(settings, psa, desired, open_lines)
    pictures: dict[LineId, Picture] = {}
    for window in look_windows(settings, psa, desired, lines):
        found = ports.psa.pictures(window.lines, covers_from=window.covers_from, covers_to=window.covers_to)
        pictures.update(found)
    return pictures


def _claimed(desired: Desired, settings: PairingSettings, ports: Ports) -> Desired:
    """Leave lines alone that belong to another pairing (R27)."""
    others = ports.journal.claim_lines([one.line for one in desired.units], settings.pairing)
    if not others:
        return desired
    return replace(
        desired,
        units=tuple(one for one in desired.units if one.line not in others),
        findings=desired.findings
        + tuple(_taken(one, others[one.line]) for one in desired.units if one.line in others),
    )


def _taken(wanted_units: DesiredUnits, pairing: str) -> Finding:
    return Finding(
        "R27",
        Severity.STOPS,
        f"contract line {wanted_units.line}",
        f"belongs to the pairing {pairing}; this one leaves it alone",
        "Take the service out of one of the two mappings",
        wanted_units.company,
    )
