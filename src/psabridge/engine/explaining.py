"""Gathers what an explanation or a drift statement needs, from now or from a kept snapshot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from psabridge.engine.channel import known_reading
from psabridge.engine.day_figures import figures_as_of_now
from psabridge.engine.ports import Ports
from psabridge.engine.prepare import Observed, range_book, read_pictures, wanted
from psabridge.kit.clock import day_in
from psabridge.kit.errors import BridgeError
from psabridge.kit.periods import PeriodType
from psabridge.rules.explaining.asked_lines import find_lines
from psabridge.rules.explaining.drift import LineDrift, drift
from psabridge.rules.explaining.explanation import Explanation, explain
from psabridge.rules.explaining.mapping_rows import RowShown, mapping_rows
from psabridge.rules.explaining.outlook import (
    NOTHING_AHEAD,
    Outlook,
    is_closed,
    outlook_now,
    outlook_then,
    reason_of,
)
from psabridge.rules.explaining.quota_drift import LastSet, QuotaDrift, differing, quota_drift
from psabridge.rules.items.labels import Labels
from psabridge.rules.items.suggested_rows import Suggested, offered_storages, suggested_rows
from psabridge.rules.plans.ended_lines import plan_former
from psabridge.rules.plans.line_planning import LineGround, plan_line
from psabridge.rules.plans.step_words import item_subject
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings, ServiceMapping
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import IntentId, LineId, SnapshotId

# Of a line that changes every day the last week is enough to tell why it shows what it shows.
REASONS = 7


class NothingToExplain(BridgeError):
    """No line, or no snapshot, answers to what was asked."""


@dataclass(frozen=True, slots=True)
class Explained:
    """`told`: what else the names could have meant."""

    lines: tuple[Explanation, ...]
    told: tuple[str, ...]


def explain_lines(
    company: str, service: str, *, on: date | None, settings: PairingSettings, ports: Ports
) -> Explained:
    settings, psa, platform = _sides(settings, on, ports)
    asked = find_lines(psa, company, service)
    lines = asked.lines
    if not lines:
        raise NothingToExplain(
            f"{service} of {company}",
            "is on no contract that was read",
            "Check both names; a part of each is enough",
        )
    desired = wanted(settings, psa, platform, ports)
    histories = ports.journal.histories(lines, settings.pairing)
    figures = {} if on is not None else figures_as_of_now(settings, psa, desired, ports)
    observed = Observed(settings, psa, platform, _only(desired, lines), SnapshotId(0), figures)
    pictures = {} if on is not None else read_pictures(observed, histories, ports)
    ahead = _outlooks(lines, observed, pictures, histories, on, ports)
    explained = tuple(
        explain(
            line,
            settings=settings,
            psa=psa,
            platform=platform,
            desired=desired,
            history=histories.get(line, LineHistory(line)),
            picture=pictures.get(line),
            on=on,
            outlook=ahead.get(line, NOTHING_AHEAD),
        )
        for line in lines
    )
    return Explained(explained, asked.told)


def _outlooks(
    lines: Iterable[LineId],
    observed: Observed,
    pictures: Mapping[LineId, Picture],
    histories: Mapping[LineId, LineHistory],
    on: date | None,
    ports: Ports,
) -> Mapping[LineId, Outlook]:
    """What a plan made now says of each line; of a past day, what the plan made from its snapshot said."""
    reasons = {line: _reasons(histories.get(line), ports) for line in lines}
    if on is not None:
        kept = ports.records.latest_plan(observed.settings.pairing, on)
        plan = None if kept is None else ports.records.plan(kept)
        return {line: outlook_then(line, plan, observed.psa, reasons[line]) for line in lines}
    ground = LineGround(
        observed.settings,
        observed.psa,
        pictures,
        histories,
        observed.figures,
        Labels.of(observed.settings, observed.platform),
        known_reading(histories.values()),
    )
    found: dict[LineId, Outlook] = {line: Outlook(reasons=reasons[line]) for line in lines}
    for one in observed.desired.former:
        found[one.line] = outlook_now(plan_former(one, ground), (), reasons[one.line])
    for wanted_units in observed.desired.units:
        line = wanted_units.line
        counted = observed.figures.get(line, ()) if is_closed(wanted_units, observed.settings) else ()
        found[line] = outlook_now(plan_line(wanted_units, ground), counted, reasons[line])
    return found


def _reasons(history: LineHistory | None, ports: Ports) -> Mapping[IntentId, str]:
    """Why the last changes were made, as the plans that made them said."""
    latest = () if history is None else history.intents[-REASONS:]
    return {intent.id: reason_of(intent, ports.records.plan(intent.plan)) for intent in latest}


def drift_now(settings: PairingSettings, ports: Ports) -> tuple[LineDrift, ...]:
    """Source now, Autotask now, last confirmed: for every line, also those no longer measured."""
    settings, psa, platform = _sides(settings, None, ports)
    desired = wanted(settings, psa, platform, ports)
    histories = ports.journal.histories(sorted(psa.lines), settings.pairing)
    return drift(settings=settings, psa=psa, desired=desired, histories=histories)


def quota_drift_now(settings: PairingSettings, ports: Ports) -> tuple[QuotaDrift, ...]:
    """Contracts now, Acronis now, what we last set; that is looked up only where something differs."""
    settings, psa, platform = _sides(settings, None, ports)
    items = wanted(settings, psa, platform, ports).items
    labels = Labels.of(settings, platform)
    last = {}
    for item in differing(items, platform):
        subject = item_subject(item, psa, platform, labels)
        found = ports.records.last_set(settings.pairing, subject, item.tenant, item.key)
        if found is not None:
            last[item.tenant, item.key] = LastSet(*found)
    return quota_drift(items, last, settings=settings, psa=psa, platform=platform)


def mapping_now(settings: PairingSettings, ports: Ports, *, with_unmapped: bool) -> tuple[RowShown, ...]:
    """Every mapping row with what it counts and its figure of today."""
    settings, psa, platform = _sides(settings, None, ports)
    ranges = range_book(settings, platform, ports)
    platform = _with_names(settings, platform, ports) if with_unmapped else platform
    return mapping_rows(settings, psa, platform, ranges=ranges, with_unmapped=with_unmapped)


def suggested_now(
    settings: PairingSettings, ports: Ports, *, billing_code: int, period_type: PeriodType
) -> Suggested:
    settings, psa, platform = _sides(settings, None, ports)
    platform = _with_names(settings, platform, ports)
    return suggested_rows(settings, psa, platform, billing_code=billing_code, period_type=period_type)


def _with_names(settings: PairingSettings, platform: PlatformSnapshot, ports: Ports) -> PlatformSnapshot:
    """A cycle asks for the names of the storages it works with only; here each one offered needs its own."""
    offered = offered_storages(platform)
    if offered <= platform.storages.keys():
        return platform
    asked = tuple(ServiceMapping("", storage=storage) for storage in sorted(offered))
    return ports.platform.read(replace(settings, services=(*settings.services, *asked)))


def _sides(
    settings: PairingSettings, on: date | None, ports: Ports
) -> tuple[PairingSettings, PsaSnapshot, PlatformSnapshot]:
    """Both sides now, or as the last read of that day found them, under the settings of that day."""
    if on is None:
        today = day_in(settings.zone, ports.clock.now())
        return settings, ports.psa.read(settings, today), ports.platform.read(settings)
    found = ports.records.latest_snapshot(settings.pairing, on)
    kept = None if found is None else ports.records.snapshot(found)
    if kept is None:
        raise NothingToExplain(
            f"the day {on}", "has no kept snapshot", "A day without one cannot be explained; try another day"
        )
    return kept


def _only(desired: Desired, lines: tuple[LineId, ...]) -> Desired:
    return Desired(
        units=tuple(one for one in desired.units if one.line in lines),
        former=tuple(one for one in desired.former if one.line in lines),
    )
