"""Read both sides, decide what should be, plan the way there. Nothing is written to any vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from psabridge.engine.channel import known_reading
from psabridge.engine.currency import check_current
from psabridge.engine.day_figures import collect_figures
from psabridge.engine.newcomers import look_for_newcomers
from psabridge.engine.ports import Ports
from psabridge.kit.clock import day_in
from psabridge.kit.errors import Side, asking
from psabridge.rules.arriving.arrivals import NOBODY, Arrivals
from psabridge.rules.arriving.planning import only_for
from psabridge.rules.customers.dropped_lines import (
    dropped_findings,
    lines_out_of_sight,
    service_of,
    still_billing,
)
from psabridge.rules.customers.zeroing import lines_done, lines_to_zero, without
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.leaving.due import Leavers, leavers_of
from psabridge.rules.leaving.ends import ends_seen
from psabridge.rules.leaving.looks import gone_tenants
from psabridge.rules.plans.ended_lines import lines_to_look_back_at
from psabridge.rules.plans.guard import guard
from psabridge.rules.plans.looking import lines_to_look_at, look_windows
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.plans.step_words import line_subject
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.reading import Carried, corrected, full_read_due
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.ghosts import lines_with_ghosts
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.wanted.customers import Apart
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredUnits
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.wanted.new_services import with_found_services
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.wanted.ranges.months import closed_month
from psabridge.rules.wanted.ranges.readings import has_ranges, range_readings
from psabridge.rules.words import CompanyId, LineId, PlanId, SnapshotId

# As many months as a missed run makes up for; two yearly periods where months add up.
RANGES_REACH = timedelta(days=14 * 31)
SUMS_REACH = timedelta(days=2 * 366 + 31)


@dataclass(frozen=True, slots=True)
class Observed:
    """Both sides as this cycle read them, and what should be."""

    settings: PairingSettings
    psa: PsaSnapshot
    platform: PlatformSnapshot
    desired: Desired
    snapshot: SnapshotId
    figures: Mapping[LineId, tuple[DayFigure, ...]]
    leavers: Leavers = field(default_factory=Leavers)
    arrivals: Arrivals = NOBODY


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with everything it was made from."""

    plan_id: PlanId
    plan: Plan
    observed: Observed
    pictures: Mapping[LineId, Picture]
    histories: Mapping[LineId, LineHistory]


def prepare(
    settings: PairingSettings, ports: Ports, *, by_hand: frozenset[CompanyId] = frozenset()
) -> Prepared:
    """Observe and plan; the lease is not needed, for nothing is written to any vendor.

    `by_hand`: only new tenants for these companies, as a person asked for them (ACR-ORG-03).
    """
    observed = observe(settings, ports, by_hand=by_hand)
    currency = check_current(
        journal=ports.journal,
        marker=observed.psa.marker,
        started_at=ports.clock.now(),
        waits=observed.settings.waits,
    )
    return plan_from(observed, ports, is_recovering=not currency.may_write, only=by_hand)


def observe(
    settings: PairingSettings,
    ports: Ports,
    carried: Carried | None = None,
    *,
    by_hand: frozenset[CompanyId] = frozenset(),
) -> Observed:
    """`carried`: what this process knows from its last cycle, as far as it still holds.

    `by_hand`: companies for which a person asked for a tenant.
    """
    now = ports.clock.now()
    today = day_in(settings.zone, now)
    with asking(Side.PSA):
        psa = ports.psa.read(settings, today, _still_known(carried, settings, today, now, ports))
    with asking(Side.PLATFORM):
        platform = ports.platform.read(settings)
    settings = _under_partner(_remembered(settings, psa, ports), platform, ports)
    settings = _without_done(settings, psa, ports)
    ports.records.keep_ranges(settings.pairing, range_readings(settings.services, platform))
    desired = _claimed(wanted(settings, psa, platform, ports), psa, settings, ports)
    desired = _with_dropped(_without_known_notes(desired, ports), settings, psa, ports)
    snapshot = ports.records.keep_snapshot(settings, psa, platform)
    figures = collect_figures(settings, psa, desired, ports)
    arrivals = look_for_newcomers(settings, psa, platform, ports, by_hand)
    leavers = _leavers(settings, psa, platform, ports)
    return Observed(settings, psa, platform, desired, snapshot, figures, leavers, arrivals)


def _leavers(
    settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot, ports: Ports
) -> Leavers:
    """What is counted now. Only a cycle keeps it, under its lease."""
    kept = ports.leaving.kept(settings.pairing)
    if not settings.watches_leaving and not kept:
        return Leavers()
    return leavers_of(
        settings,
        psa,
        platform,
        contracts_seen=ports.records.contracts_seen(settings.pairing),
        kept=kept,
        epoch=ports.journal.proof().epoch,
        clock_offset=ports.psa.clock_offset(),
    )


def _still_known(
    carried: Carried | None, settings: PairingSettings, today: date, now: datetime, ports: Ports
) -> Carried | None:
    if carried is None or full_read_due(carried, settings=settings, today=today, now=now) is not None:
        return None
    return carried.without(ports.journal.histories(carried.psa.lines, settings.pairing))


def plan_from(
    observed: Observed, ports: Ports, *, is_recovering: bool, only: frozenset[CompanyId] = frozenset()
) -> Prepared:
    """A guarded plan, kept. After a restore every step is held like on a first sync (protocol 2.6).

    With `only`, of the steps those that make these companies customers.
    """
    settings = observed.settings
    histories = histories_of(observed, ports)
    pictures = read_pictures(observed, histories, ports)
    observed = _corrected(observed, pictures, ports)
    plan = make_plan(
        settings=settings,
        psa=observed.psa,
        platform=observed.platform,
        desired=observed.desired,
        pictures=pictures,
        histories=histories,
        figures=observed.figures,
        snapshot=observed.snapshot,
        made_at=ports.clock.now(),
        reading=known_reading(histories.values()),
        kinds=ports.records.contract_kinds(settings.pairing),
        leavers=observed.leavers,
        arriving=observed.arrivals.made,
    )
    is_first_sync = is_recovering or not ports.records.has_applied(settings.pairing)
    plan = guard(plan, settings, is_first_sync=is_first_sync, known_lines=frozenset(histories))
    if only:
        plan = only_for(plan, only)
    return Prepared(ports.records.keep_plan(plan), plan, observed, pictures, histories)


def _corrected(observed: Observed, pictures: Mapping[LineId, Picture], ports: Ports) -> Observed:
    settings, psa = observed.settings, corrected(observed.psa, pictures)
    if psa is observed.psa:
        return observed
    desired = _claimed(wanted(settings, psa, observed.platform, ports), psa, settings, ports)
    desired = _with_dropped(_without_known_notes(desired, ports), settings, psa, ports)
    return replace(observed, psa=psa, desired=desired)


def wanted(settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot, ports: Ports) -> Desired:
    seen = ports.records.contracts_seen(settings.pairing)
    ranges = range_book(settings, platform, ports)
    confirmed = ports.records.agreed(settings.pairing) if settings.syncs_both_ways else {}
    kept = ports.leaving.kept(settings.pairing)
    return desired_state(
        settings,
        psa,
        platform,
        contracts_seen=seen,
        ranges=ranges,
        confirmed=confirmed,
        ends_seen=ends_seen(settings, psa, kept if settings.set_quotas_to_zero else {}),
        apart=Apart(gone_tenants(kept, platform), ports.decisions.billed_elsewhere(settings.pairing)),
    )


def _without_known_notes(desired: Desired, ports: Ports) -> Desired:
    """Asked only where a note is wanted; one that stands on its contract is not written again."""
    if not desired.new_notes:
        return desired
    with asking(Side.PSA):
        there = ports.psa.notes_on(note.contract for note in desired.new_notes)
    missing = tuple(note for note in desired.new_notes if (note.contract, note.title) not in there)
    return replace(desired, new_notes=missing)


def range_book(settings: PairingSettings, platform: PlatformSnapshot, ports: Ports) -> RangeBook:
    """What is known of range items, kept and just read; nothing is asked where no row has one."""
    if not has_ranges(settings.services):
        return RangeBook()
    reach = SUMS_REACH if any(row.sum_of_months for row in settings.services) else RANGES_REACH
    kept = ports.records.ranges(settings.pairing, platform.read_at - reach)
    uses = ports.records.day_uses(settings.pairing, (platform.read_at - reach).date())
    month = closed_month(settings.usage_reporting, platform.read_at.astimezone(UTC).date())
    order = None if month is None else ports.records.report_order(settings.pairing, month)
    return RangeBook.of((*kept, *range_readings(settings.services, platform)), uses, order)


def histories_of(observed: Observed, ports: Ports) -> Mapping[LineId, LineHistory]:
    """Of lines that are or were measured, and of those never to be written: they may have moved (R57)."""
    lines = {one.line for one in observed.desired.units} | observed.settings.never_write
    lines |= {one.line for one in observed.desired.former}
    return ports.journal.histories(sorted(lines), observed.settings.pairing)


def read_pictures(
    observed: Observed, histories: Mapping[LineId, LineHistory], ports: Ports
) -> dict[LineId, Picture]:
    """Whole pictures of lines about to change, with an open intent, or with a change given up of late."""
    open_lines = frozenset(line for line, history in histories.items() if history.open)
    former = lines_to_look_back_at(observed.desired.former, observed.figures, histories)
    watched = open_lines | former | lines_with_ghosts(histories, observed.psa.today)
    lines = lines_to_look_at(observed.settings, observed.psa, observed.desired, watched)
    pictures: dict[LineId, Picture] = {}
    for window in look_windows(observed.settings, observed.psa, observed.desired, lines):
        with asking(Side.PSA):
            found = ports.psa.pictures(
                window.lines, covers_from=window.covers_from, covers_to=window.covers_to
            )
        pictures.update(found)
    return pictures


def _remembered(settings: PairingSettings, psa: PsaSnapshot, ports: Ports) -> PairingSettings:
    """Settings with the ids this read found: services by their exact name, the field by its definition."""
    found = with_found_services(settings, psa.services.values())
    if found is not settings:
        found = ports.decisions.remember_services(found, ports.clock.now())
    if found.payg_definition_id is None and psa.payg.id is not None:
        ports.decisions.remember_definition(found.pairing, psa.payg.id)
        found = replace(found, payg_definition_id=psa.payg.id)
    return found


def _without_done(settings: PairingSettings, psa: PsaSnapshot, ports: Ports) -> PairingSettings:
    """A left line that is at 0 is left no longer: what is sold on it afterwards is a person's (R33)."""
    left = lines_to_zero(settings)
    if not left:
        return settings
    histories = ports.journal.histories(sorted(line.line for line in left), settings.pairing)
    done = lines_done(settings, psa, histories)
    if done:
        ports.decisions.forget_left(settings, done, at=ports.clock.now())
    return without(settings, done)


def _under_partner(settings: PairingSettings, platform: PlatformSnapshot, ports: Ports) -> PairingSettings:
    """Mappings that came without the partner's id get that of the partner under which they were read."""
    partner, listed = platform.partner, platform.tenants
    new = {row.tenant for row in settings.customers if row.partner is None and row.tenant in listed}
    if partner is None or not new:
        return settings
    ports.decisions.remember_partner(settings.pairing, partner, new)
    customers = (replace(row, partner=partner) if row.tenant in new else row for row in settings.customers)
    return replace(settings, customers=tuple(customers))


def _claimed(desired: Desired, psa: PsaSnapshot, settings: PairingSettings, ports: Ports) -> Desired:
    """Leave lines alone that belong to another pairing (R27)."""
    others = ports.journal.claim_lines([one.line for one in desired.units], settings.pairing)
    if not others:
        return desired
    return replace(
        desired,
        units=tuple(one for one in desired.units if one.line not in others),
        findings=desired.findings
        + tuple(_taken(one, others[one.line], psa) for one in desired.units if one.line in others),
    )


def _with_dropped(desired: Desired, settings: PairingSettings, psa: PsaSnapshot, ports: Ports) -> Desired:
    """Lines that we set and that no mapping row measures any more (R33); nothing is asked of a vendor."""
    lines = lines_out_of_sight(ports.journal.claimed(settings.pairing), settings, psa)
    if not lines:
        return desired
    histories = ports.journal.histories(sorted(lines), settings.pairing)
    left = still_billing(histories.values(), psa)
    services = [(one, service_of(one, ports.records.plan(one.plan))) for one in left]
    mapped = frozenset(row.service for row in settings.services if isinstance(row.service, int))
    return replace(desired, findings=(*desired.findings, *dropped_findings(services, mapped, psa)))


def _taken(wanted_units: DesiredUnits, pairing: str, psa: PsaSnapshot) -> Finding:
    return Finding(
        "R27",
        Severity.STOPS,
        line_subject(wanted_units.line, psa),
        f"the line belongs to the pairing {pairing}; this one leaves it alone",
        "Take the service out of one of the two mappings",
        wanted_units.company,
    )
