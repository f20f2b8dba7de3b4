"""What the unit changes of one cycle go through: ports, right to write, and what is known."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from psabridge.engine.baselines import Baselines
from psabridge.engine.currency import VendorMarker, check_current
from psabridge.engine.ports import Journal, Lease, Psa
from psabridge.kit.clock import Clock, day_in
from psabridge.rules.plans.line_periods import periods_of_line
from psabridge.rules.plans.looking import expected_length, figure_of, policy_of
from psabridge.rules.plans.plan import SetUnits
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import DatingPolicy, PairingSettings, ServiceMapping, Waits
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.units.permission import Attempt, levels_of
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.proof import Currency
from psabridge.rules.units.transitions import raised
from psabridge.rules.wanted.desired import DayFigure, Desired
from psabridge.rules.words import IntentId, LineId

# Two changes in doubt are cheap to settle by hand; more are not (protocol 2.2.4).
MAX_DOUBTS = 2


class Brake:
    """A doubt stops all unit posts of the connection until a read succeeds; two end the cycle's posts."""

    def __init__(self) -> None:
        self.needs_read = False
        self.stopped: str | None = None
        self._doubts = 0

    def after(self, intent: Intent) -> None:
        match intent.state:
            case IntentState.IN_DOUBT:
                self.needs_read = True
                self._doubts += 1
                if self._doubts >= MAX_DOUBTS:
                    self.stopped = "two answers were lost; nothing more is sent in this cycle"
            case IntentState.WAITING | IntentState.NOT_SENT:
                self.stopped = f"nothing more is sent in this cycle: {intent.why}"

    def after_read(self) -> None:
        self.needs_read = False


def _nothing() -> None:
    """Nobody looks, and the lease outlives the cycle."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`side` is the Autotask side as this cycle read it, `desired` what this cycle wants."""

    psa: Psa
    journal: Journal
    clock: Clock
    lease: Lease
    settings: PairingSettings
    side: PsaSnapshot
    desired: Desired
    baselines: Baselines
    currency: Currency
    marker: VendorMarker
    waits: Waits
    known: RowReading | None = None  # what the canary told of the tenant's rows (D1)
    figures: Mapping[LineId, tuple[DayFigure, ...]] = field(default_factory=dict)
    renew_lease: Callable[[], None] = _nothing
    step_done: Callable[[], None] = _nothing
    brake: Brake = field(default_factory=Brake)

    def read(self, lines: Iterable[LineId], covers_from: date, covers_to: date) -> dict[LineId, Picture]:
        """Pictures of all these lines, those without rows included, and what they teach the baselines."""
        wanted = sorted(set(lines))
        found = self.psa.pictures(wanted, covers_from=covers_from, covers_to=covers_to)
        at = self.clock.now()
        pictures = {line: found.get(line) or Picture(line, (), at, covers_from, covers_to) for line in wanted}
        self.baselines.look(pictures.values(), read_bound=self.waits.read_bound)
        self.brake.after_read()
        return pictures

    def wanted(self, line: LineId) -> int | None:
        """Units this cycle wants on the line; None: it does not know."""
        return next((one.units for one in self.desired.units if one.line == line), None)

    def policy(self, line: LineId) -> DatingPolicy | None:
        return policy_of(self._rows(line), self.settings)

    def _rows(self, line: LineId) -> tuple[ServiceMapping, ...]:
        return next((one.rows for one in self.desired.units if one.line == line), ())

    def history(self, line: LineId) -> LineHistory:
        found = self.journal.histories([line], self.settings.pairing)
        return found.get(line) or LineHistory(line)

    def attempt(
        self,
        change: SetUnits,
        picture: Picture,
        *,
        stale: str | None = None,
        retries: IntentId | None = None,
    ) -> Attempt:
        """Everything rules W1 to W13 look at, as it is now."""
        now = self.clock.now()
        contract, line = self.side.contracts.get(change.contract), self.side.lines.get(change.line)
        grid = None
        if contract is not None and line is not None:
            grid = periods_of_line(picture, contract, expected_length(line, contract, self.side))
        return Attempt(
            change=change,
            picture=picture,
            levels=levels_of(picture, change, self.known),
            baseline=self.baselines.of(change.line),
            had_rows=self.baselines.had_rows(change.line),
            history=self.history(change.line),
            contract=contract,
            line=line,
            grid=grid,
            policy=self.policy(change.line),
            figures=self.figures.get(change.line, ()),
            settings=self.settings,
            currency=self.currency,
            now=now,
            today=day_in(self.settings.zone, now),
            clock_offset=self.psa.clock_offset(),
            stale=stale,
            retries=retries,
            figure=figure_of(self._rows(change.line), self.settings),
        )

    def now(self) -> datetime:
        return self.clock.now()


class WritingPorts(Protocol):
    """The part of a cycle's ports that unit changes use."""

    @property
    def psa(self) -> Psa: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def clock(self) -> Clock: ...


def open_channel(
    ports: WritingPorts,
    *,
    lease: Lease,
    settings: PairingSettings,
    side: PsaSnapshot,
    desired: Desired,
    baselines: Baselines,
    histories: Mapping[LineId, LineHistory],
    figures: Mapping[LineId, tuple[DayFigure, ...]],
) -> Channel:
    """The channel of one cycle: λ as measured, the database proved or not, the marker still to write."""
    waits = raised(settings.waits, histories.values())
    started_at = baselines.started_at
    return Channel(
        psa=ports.psa,
        journal=ports.journal,
        clock=ports.clock,
        lease=lease,
        settings=settings,
        side=side,
        desired=desired,
        baselines=baselines,
        currency=check_current(journal=ports.journal, marker=side.marker, started_at=started_at, waits=waits),
        marker=VendorMarker(ports.psa, ports.journal, side.payg.id),
        waits=waits,
        known=known_reading(histories.values()),
        figures=figures,
    )


def known_reading(histories: Iterable[LineHistory]) -> RowReading | None:
    """What the latest change that landed inside a period told about the tenant's rows (D1)."""
    told = [
        (intent.armed_at, intent.told)
        for history in histories
        for intent in history.intents
        if intent.told is not None
    ]
    return max(told)[1] if told else None
