"""Which lines are read whole before anything is said of them, and over which days.

A read of all lines brings the rows of today and tomorrow only. A verdict on a line that is not as it should
be, or that is dated by periods, needs its picture (protocol.md 2.1, W5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from psabridge.kit.periods import PeriodGrid, PeriodType, months_after
from psabridge.rules.plans.closing import posting_day
from psabridge.rules.psa import Contract, ContractLine, PsaSnapshot, UnitRow
from psabridge.rules.settings import CloseFigure, DatingPolicy, PairingSettings, ServiceMapping
from psabridge.rules.wanted.contract_state import units_today
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredUnits
from psabridge.rules.words import LineId

A_DAY = timedelta(days=1)
_A_MONTH = timedelta(days=31)


def policy_of(rows: Iterable[ServiceMapping], settings: PairingSettings) -> DatingPolicy | None:
    """The one policy of all rows on a line; None when they disagree. A range item has none (R17)."""
    chosen = {None if row.is_range else row.policy or settings.policy for row in rows}
    if not chosen:
        return settings.policy
    return chosen.pop() if len(chosen) == 1 else None


def figure_of(rows: Iterable[ServiceMapping], settings: PairingSettings) -> CloseFigure | None:
    """Which figure of a period's days all rows on a line bill (R7); None when they disagree."""
    chosen = {(row.meter and row.meter.figure) or settings.close_figure for row in rows}
    return chosen.pop() if len(chosen) == 1 else settings.close_figure if not chosen else None


def lines_to_look_at(
    settings: PairingSettings, psa: PsaSnapshot, desired: Desired, open_lines: frozenset[LineId]
) -> tuple[LineId, ...]:
    """Every line that a step, a wish or a finding may come from; the others are right as they stand."""
    lines = {wanted.line for wanted in desired.units if _needs_look(wanted, psa, settings)}
    return tuple(sorted(lines | (open_lines & psa.lines.keys())))


def _needs_look(wanted: DesiredUnits, psa: PsaSnapshot, settings: PairingSettings) -> bool:
    if policy_of(wanted.rows, settings) is not DatingPolicy.AS_IT_CHANGES:
        return True
    return not stands_right(wanted, psa)


def stands_right(wanted: DesiredUnits, psa: PsaSnapshot) -> bool:
    """Today and tomorrow show the wanted units, and no two rows overlap."""
    rows = psa.rows.get(wanted.line, ())
    contract = psa.contracts.get(wanted.contract)
    if contract is None or contract.ends < psa.today or _overlap(rows):
        return False
    days = [day for day in (psa.today, psa.today + A_DAY) if day <= contract.ends]
    return all(units_today(rows, day) == wanted.units for day in days)


def _overlap(rows: Iterable[UnitRow]) -> bool:
    """More than a boundary day is shared: the rows may be overlays (protocol.md 2.5)."""
    ordered = sorted(rows, key=lambda row: (row.starts, row.ends))
    return any(
        later.starts < earlier.ends or later.starts == earlier.starts for earlier, later in pairwise(ordered)
    )


@dataclass(frozen=True, slots=True)
class LookWindow:
    """Lines to read in one window of days."""

    lines: tuple[LineId, ...]
    covers_from: date
    covers_to: date


def look_windows(
    settings: PairingSettings, psa: PsaSnapshot, desired: Desired, lines: Iterable[LineId]
) -> tuple[LookWindow, ...]:
    """Lines grouped by the days that must be read, so that few rows come per line (protocol.md 2.5).

    Days that differ by less than a month are read together: contracts begin on all days of the month, and a
    call for each of them costs more than one row more per line.
    """
    wanted = {units.line: units for units in desired.units}
    windows: dict[tuple[date, date], list[LineId]] = {}
    for line in lines:
        days = _days_to_read(line, wanted.get(line), psa, settings)
        if days is not None:
            windows.setdefault(days, []).append(line)
    alone = (LookWindow(tuple(found), *days) for days, found in sorted(windows.items()))
    return tuple(_together(alone))


def _together(windows: Iterable[LookWindow]) -> Iterable[LookWindow]:
    """Windows in their order, neighbours joined while none of them grows by more than a month."""
    group: list[LookWindow] = []
    for window in windows:
        if group and not _are_near([*group, window]):
            yield _joined(group)
            group = []
        group.append(window)
    if group:
        yield _joined(group)


def _are_near(windows: Sequence[LookWindow]) -> bool:
    both = _joined(windows)
    return all(
        (window.covers_from - both.covers_from) + (both.covers_to - window.covers_to) <= _A_MONTH
        for window in windows
    )


def _joined(windows: Sequence[LookWindow]) -> LookWindow:
    lines = tuple(line for window in windows for line in window.lines)
    covers_from = min(window.covers_from for window in windows)
    return LookWindow(lines, covers_from, max(window.covers_to for window in windows))


def _days_to_read(
    line: LineId, wanted: DesiredUnits | None, psa: PsaSnapshot, settings: PairingSettings
) -> tuple[date, date] | None:
    found = psa.lines.get(line)
    contract = None if found is None else psa.contracts.get(found.contract)
    if found is None or contract is None:
        return None
    grid = PeriodGrid(contract.starts, expected_length(found, contract, psa) or PeriodType.YEARLY)
    running = grid.holding(min(psa.today, contract.ends))
    ahead = grid.after(grid.after(running))
    since = grid.before(running).start
    if wanted is None or policy_of(wanted.rows, settings) is not DatingPolicy.AS_IT_CHANGES:
        since = grid.before(grid.before(running)).start
    if wanted is not None and wanted.units and not units_today(psa.rows.get(line, ()), psa.today):
        since = contract.starts  # only all rows tell a first report (R14)
    return max(since, contract.starts), max(min(ahead.last_day, contract.ends), psa.today)


def expected_length(line: ContractLine, contract: Contract, psa: PsaSnapshot) -> PeriodType | None:
    """The service's own period; it may differ from the contract's (R12)."""
    if line.service is not None and line.service in psa.services:
        return psa.services[line.service].period_type or contract.period_type
    if line.bundle is not None and line.bundle in psa.bundles:
        return psa.bundles[line.bundle].period_type or contract.period_type
    return contract.period_type


def figures_needed(settings: PairingSettings, psa: PsaSnapshot, desired: Desired) -> Mapping[LineId, date]:
    """The first day whose figure a verdict on the line may ask for; lines that stand right ask for none.

    A close that is late takes the period before the running one and the rest of the one before that (R30); a
    decrease, what was wanted in the last period (R16). Where the rows begin is not known yet, so whole
    lengths are stepped back from today.
    """
    reach: dict[LineId, date] = {}
    for wanted in desired.measured:
        line, contract = psa.lines.get(wanted.line), psa.contracts.get(wanted.contract)
        if line is None or contract is None or wanted.report or not _needs_look(wanted, psa, settings):
            continue
        is_closed = policy_of(wanted.rows, settings) is not DatingPolicy.AS_IT_CHANGES
        periods = 3 if is_closed else 2
        reach[wanted.line] = months_after(psa.today, -periods * _longest(line, contract, psa))
    for former in desired.former:
        line, contract = psa.lines.get(former.line), psa.contracts.get(former.contract)
        if line is not None and contract is not None:
            reach[former.line] = months_after(former.until, -2 * _longest(line, contract, psa))
    return reach


def inherited(
    figures: Mapping[LineId, tuple[DayFigure, ...]], desired: Desired, settings: PairingSettings
) -> Mapping[LineId, tuple[DayFigure, ...]]:
    """What is billed a period behind goes on with the contract that follows (R23).

    The last figure of a contract is the first one of its renewal, which else began with a period at 0.
    """
    found = dict(figures)
    for former in desired.former:
        if former.heir is None or policy_of(former.rows, settings) is not DatingPolicy.NEXT_PERIOD:
            continue
        before = (one for one in figures.get(former.line, ()) if one.day <= former.until)
        found[former.heir] = (*before, *figures.get(former.heir, ()))
    return found


def _longest(line: ContractLine, contract: Contract, psa: PsaSnapshot) -> PeriodType:
    """Periods of a line are no longer than the longer of the two that are set for it (R12)."""
    told = (expected_length(line, contract, psa), contract.period_type)
    return max((one for one in told if one is not None), default=PeriodType.YEARLY)


def collected_since(wanted: DesiredUnits, psa: PsaSnapshot, settings: PairingSettings) -> date | None:
    """The first day of the close that is still collected; None where days are not collected for one."""
    line, contract = psa.lines.get(wanted.line), psa.contracts.get(wanted.contract)
    policy = policy_of(wanted.rows, settings)
    if line is None or contract is None or policy in {None, DatingPolicy.AS_IT_CHANGES}:
        return None
    grid = PeriodGrid(contract.starts, expected_length(line, contract, psa) or PeriodType.YEARLY)
    running = grid.holding(min(psa.today, contract.ends))
    posts_on = posting_day(running, settings.close_day, contract.ends)
    return posts_on if psa.today >= posts_on else posting_day(grid.before(running), settings.close_day)
