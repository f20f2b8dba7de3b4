"""What became of a pairing's last run and last ticket cycle; since when a side is away (TIM-08, ERR-20)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from psabridge.kit.errors import Side
from psabridge.rules.findings import Finding, Severity

# After so many failed runs in a row a side is no longer only slow (TIM-08).
ALERT_AFTER = 3
SIDES: Mapping[Side | None, str] = {Side.PSA: "Autotask", Side.PLATFORM: "Acronis", None: "a vendor"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run that came to its end did and left."""

    customers_checked: int
    customers_mapped: int
    tenants_unmapped: int
    applied: int
    held: int
    waiting: int
    failed: int
    findings: int
    psa_calls: int
    platform_calls: int


@dataclass(frozen=True, slots=True)
class TicketCounts:
    """What a ticket cycle that came to its end did and left. `without`: alerts by reason (R53)."""

    told: int
    without: Mapping[str, int]
    applied: int
    held: int
    waiting: int
    failed: int
    findings: tuple[Finding, ...]
    psa_calls: int
    platform_calls: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a run ended early. `is_away`: a side could not be reached, was busy or turned the bridge away."""

    subject: str
    problem: str
    next_act: str
    code: str | None = None
    side: Side | None = None
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """`counts`, or `tickets` of a ticket cycle; neither: it did not come to its end, `trouble` says why."""

    began_at: datetime
    ended_at: datetime
    counts: Counts | None = None
    trouble: Trouble | None = None
    last_done_at: datetime | None = None
    away_runs: int = 0
    away_since: datetime | None = None
    tickets: TicketCounts | None = None
    away_sides: tuple[Side, ...] = ()  # those that were away in these runs


def following(before: Run | None, run: Run) -> Run:
    """The run with what it carries on from the one before: how long a side is away, the last good end."""
    last_done_at = run.ended_at if run.trouble is None else (None if before is None else before.last_done_at)
    if run.trouble is None or not run.trouble.is_away:
        return replace(run, last_done_at=last_done_at)
    was_away = before is not None and before.away_since is not None
    return replace(
        run,
        last_done_at=last_done_at,
        away_runs=(before.away_runs if before is not None else 0) + 1,
        away_since=before.away_since if before is not None and was_away else run.began_at,
        away_sides=_sides_away(before, run.trouble.side),
    )


def _sides_away(before: Run | None, side: Side | None) -> tuple[Side, ...]:
    known = () if before is None else before.away_sides
    return known if side is None or side in known else (*known, side)


NOTHING_SYNCHRONIZED = "nothing is synchronized"
NO_TICKETS = "no alert becomes a ticket"


def alert(run: Run | None, *, left: str = NOTHING_SYNCHRONIZED) -> Finding | None:
    """Names the side and since when, from the third failed run in a row on; both, where both failed."""
    if run is None or run.trouble is None or run.away_since is None or run.away_runs < ALERT_AFTER:
        return None
    return Finding(
        "ERR-20",
        Severity.STOPS,
        " and ".join(SIDES[side] for side in run.away_sides or (run.trouble.side,)),
        f"{run.away_runs} runs in a row failed since {run.away_since:%Y-%m-%d %H:%M} UTC; "
        f"{left}. The last one: {run.trouble.problem}",
        run.trouble.next_act,
    )
