"""Collects what each line should have on a day, and counts days anew after its rows were changed (R7, W13).

A close bills one number for a whole period. Days that were counted by another unit size or meter have no part
in it, so what was read on them is counted again as the rows are now.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from psabridge.engine.ports import Ports
from psabridge.rules.plans.looking import collected_since, figures_needed, inherited
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.day_figures import (
    KeptFigure,
    as_of_now,
    is_by_another,
    known_figures,
    meter_marks,
)
from psabridge.rules.wanted.desired import DayFigure, Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import LineId

Kept = Mapping[LineId, tuple[KeptFigure, ...]]


@dataclass(frozen=True, slots=True)
class Collected:
    """How a line's days are collected: by which meter now, and since when for the close that is to come."""

    mark: str
    since: date | None  # None: each day is billed as it comes

    def outdated(self, figures: Iterable[KeptFigure]) -> Iterator[date]:
        """A close that is over stays by the meter it was collected by."""
        if self.since is not None:
            yield from (one.day for one in figures if one.day >= self.since and is_by_another(one, self.mark))

    def matters(self, figure: KeptFigure) -> bool:
        return self.since is not None or not is_by_another(figure, self.mark)


def collect_figures(
    settings: PairingSettings, psa: PsaSnapshot, desired: Desired, ports: Ports
) -> Mapping[LineId, tuple[DayFigure, ...]]:
    """Keeps those of today; answers those that may matter."""
    marks = meter_marks(settings, desired)
    lines = {
        one.line: Collected(marks[one.line], collected_since(one, psa, settings)) for one in desired.measured
    }
    today = {one.line: KeptFigure(psa.today, one.units, marks[one.line]) for one in desired.measured}
    ports.records.keep_figures(settings.pairing, today)
    needed = figures_needed(settings, psa, desired)
    kept = ports.records.day_figures(settings.pairing, needed)
    outdated = _outdated(lines, kept)
    if outdated:
        for day, those in sorted(outdated.items()):
            ports.records.keep_figures(settings.pairing, _anew(day, those, marks, settings, ports))
        kept = ports.records.day_figures(settings.pairing, needed)
    known = {line: known_figures(_that_matter(lines.get(line), figures)) for line, figures in kept.items()}
    return inherited(known, desired, settings)


def figures_as_of_now(
    settings: PairingSettings, psa: PsaSnapshot, desired: Desired, ports: Ports
) -> Mapping[LineId, tuple[DayFigure, ...]]:
    """The same for whoever only looks: nothing is kept, and today's are those of now."""
    marks = meter_marks(settings, desired)
    kept = ports.records.day_figures(settings.pairing, figures_needed(settings, psa, desired))
    found = {line: _before(psa.today, known_figures(figures)) for line, figures in kept.items()}
    for one in desired.measured:
        today = DayFigure(psa.today, one.units, marks[one.line])
        found[one.line] = (*found.get(one.line, ()), today)
    return inherited(found, desired, settings)


def _before(day: date, figures: Iterable[DayFigure]) -> tuple[DayFigure, ...]:
    return tuple(one for one in figures if one.day < day)


def _that_matter(line: Collected | None, figures: Iterable[KeptFigure]) -> Iterable[KeptFigure]:
    return figures if line is None else (one for one in figures if line.matters(one))


def _outdated(lines: Mapping[LineId, Collected], kept: Kept) -> Mapping[date, list[LineId]]:
    found: defaultdict[date, list[LineId]] = defaultdict(list)
    for line, collected in lines.items():
        for day in collected.outdated(kept.get(line, ())):
            found[day].append(line)
    return found


def _anew(
    day: date, lines: Iterable[LineId], marks: Mapping[LineId, str], settings: PairingSettings, ports: Ports
) -> Mapping[LineId, KeptFigure]:
    units = _units_on(day, settings, ports)
    return {line: KeptFigure(day, units.get(line), marks[line]) for line in lines}


def _units_on(day: date, settings: PairingSettings, ports: Ports) -> Mapping[LineId, int]:
    """Empty where what was read that day is not kept any more."""
    snapshot = ports.records.latest_snapshot(settings.pairing, day)
    read = None if snapshot is None else ports.records.snapshot(snapshot)
    if read is None:
        return {}
    then, psa, platform = read
    desired = desired_state(as_of_now(then, settings), psa, platform, contracts_seen={})
    return {one.line: one.units for one in desired.measured}
