# ruff: noqa: ARG002 -- a double takes all that its port hands over
"""The emulated contract engine behind the `Psa` port, in this process, with every fate of a message.

Rows, uniqueness and refusals are the emulator's; here are only the wire's faults: answers lost, requests
delayed, reads that lag or go back. The judge is the emulator's ledger of what landed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from psabridge.kit.errors import (
    BridgeError,
    Busy,
    BusyKind,
    NotSent,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    Unreadable,
)
from psabridge.rules.psa import Contract, PsaSnapshot, UnitRow
from psabridge.rules.reading import Carried
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.units.picture import Picture
from psabridge.rules.words import CompanyId, ContractId, LineId, LineKind, ServiceId
from psabridge_emulators.autotask.contract_engine import BY_API, Change
from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.errors import Refusal as VendorRefusal
from psabridge_emulators.autotask.ledger import LandedAdjustment
from psabridge_emulators.autotask.world import AutotaskWorld
from tests.builders import a_line, a_payg_contract, psa_snapshot
from tests.protocol.clock import MovedClock

STARTS, ENDS = date(2026, 1, 1), date(2026, 12, 31)


class Fate(StrEnum):
    """What becomes of one request."""

    ANSWERED = "answered"
    APPLIED_LOST = "applied, answer lost"
    APPLIED_TWICE = "applied twice by something in between, answer lost"
    LOST = "lost before it arrived"
    DELAYED = "held by the vendor, answer lost"
    BUSY = "busy"
    NOT_SENT = "never connected"
    NO_RIGHTS = "rights refused"


@dataclass(slots=True)
class Held:
    """A request that waits inside the vendor."""

    line: int
    day: date
    change: int
    due: datetime | None  # None: until the test lets it go


@dataclass
class Vendor:
    clock: MovedClock
    doubts: Doubts = field(default_factory=Doubts)
    units: int | None = 10
    lines: int = 1
    contract_starts: date = STARTS
    contract_ends: date = ENDS
    fates: list[Fate] = field(default_factory=list)
    held_for: timedelta | None = None
    lag: timedelta = timedelta()
    shown_as_of: datetime | None = None  # reads that went back: another replica answers
    offset: timedelta = timedelta()
    reads_fail: bool = False
    before_post: Callable[[], object] | None = None  # a person acts between re-read and post (P15)
    posts: list[tuple[LineId, date, int]] = field(default_factory=list)
    marker: str | None = None
    marker_fails: bool = False
    marker_writes: int = 0
    hidden_rows: list[Callable[[UnitRow], bool]] = field(default_factory=list)  # a read between two writes

    def __post_init__(self) -> None:
        self.world = AutotaskWorld(now=self.clock.now(), doubts=self.doubts)
        company = self.world.add_company("Alpha")
        self._contract = self.world.add_contract(
            company, "Backup", self.contract_starts, self.contract_ends, "Yes"
        )
        self._service = self.world.add_service("Workstations", "5.00")
        self.numbers = [
            self.world.add_line(self._contract, self._service, self.units) for _ in range(self.lines)
        ]
        self.held: list[Held] = []
        self._past: list[tuple[datetime, dict[int, list[dict[str, Any]]]]] = []
        self._remember()
        self.clock.listeners.append(self._on_time)

    # What a test looks at

    @property
    def line(self) -> LineId:
        return LineId(LineKind.SERVICE, self.numbers[0])

    def landed(self, line: int = 0) -> list[LandedAdjustment]:
        """Our changes that landed on a line, by the vendor's own ledger."""
        return self.world.ledger.of_line(self.numbers[line], BY_API)

    def shown(self, day: date, line: int = 0) -> int | None:
        return self.world.units_on(self.numbers[line], day)

    # What a test does to the vendor

    def person(self, day: date, change: int, line: int = 0) -> bool:
        """A colleague's change at the screen; False where Autotask refuses it."""
        return self._do(lambda: self.world.adjust(self.numbers[line], day, change))

    def twin(self, day: date, change: int) -> bool:
        """Another user of the API changes the same line."""
        return self._do(lambda: self.world.adjust(self.numbers[0], day, change, by="api:other"))

    def post_periods(self, through: date) -> None:
        self.world.post_through(self._contract, through)
        self._remember()

    def move_end(self, ends: date) -> None:
        self.world.life.move_end(self._contract, ends)
        self._remember()

    def remove_line(self) -> None:
        self.world.life.remove_line(self.numbers[0])
        self._remember()

    def let_go(self) -> None:
        """Every held request arrives now."""
        for request in list(self.held):
            self._arrive(request)

    def _do(self, act: Callable[[], object]) -> bool:
        self.world.now = self.clock.now()
        try:
            act()
        except VendorRefusal:
            return False
        self._remember()
        return True

    def _on_time(self, now: datetime) -> None:
        for request in list(self.held):
            if request.due is not None and request.due <= now:
                self._arrive(request)

    def _arrive(self, request: Held) -> None:
        self.held.remove(request)
        change = Change(request.line, request.day, request.change)
        self._do(lambda: self.world.engine.adjust(change))

    def _remember(self) -> None:
        self.world.now = self.clock.now()
        table = self.world.database.units("ContractServiceUnits")
        self._past.append(
            (self.clock.now(), {n: [dict(row) for row in table.rows_of_line(n)] for n in self.numbers})
        )

    def _visible(self) -> dict[int, list[dict[str, Any]]]:
        until = min(self.clock.now() - self.lag, self.shown_as_of or self.clock.now())
        seen = [rows for at, rows in self._past if at <= until]
        return seen[-1] if seen else self._past[0][1]

    # The port

    def read(self, settings: PairingSettings, today: date, carried: Carried | None = None) -> PsaSnapshot:
        self._check_reads()
        contract = self.contract
        lines = [a_line(n, contract.id, self._service) for n in self.numbers if self._has_line(n)]
        rows = [row for line in lines for row in self._rows(line.id) if row.ends >= today >= row.starts]
        snapshot = psa_snapshot(contracts=[contract], lines=lines, rows=rows, today=today)
        return replace(snapshot, marker=self.marker, read_at=self.clock.now())

    @property
    def contract(self) -> Contract:
        row = self.world.database.row("Contracts", self._contract)
        assert row is not None
        ends = date.fromisoformat(row["endDate"][:10])
        return a_payg_contract(self._contract, starts=self.contract_starts, ends=ends)

    def _has_line(self, number: int) -> bool:
        return self.world.database.row("ContractServices", number) is not None

    def _rows(self, line: LineId) -> list[UnitRow]:
        rows = self._all_rows(line)
        return [row for row in rows if not any(is_hidden(row) for is_hidden in self.hidden_rows)]

    def _all_rows(self, line: LineId) -> list[UnitRow]:
        return [
            UnitRow(
                line=line,
                starts=date.fromisoformat(row["startDate"][:10]),
                ends=date.fromisoformat(row["endDate"][:10]),
                units=row["units"],
                posted_at=None if row["approveAndPostDate"] is None else datetime(2026, 1, 1, tzinfo=UTC),
            )
            for row in self._visible()[line.number]
        ]

    def pictures(
        self, lines: Iterable[LineId], *, covers_from: date, covers_to: date
    ) -> Mapping[LineId, Picture]:
        self._check_reads()
        found = {}
        for line in lines:
            rows = [r for r in self._rows(line) if r.ends >= covers_from and r.starts <= covers_to]
            if rows:
                found[line] = Picture(line, tuple(sorted(rows)), self.clock.now(), covers_from, covers_to)
        return found

    def _check_reads(self) -> None:
        if self.reads_fail:
            raise Unreadable("Autotask", "the answer was cut short", "It is read again in the next cycle")

    def adjust_units(
        self,
        line: LineId,
        day: date,
        change: int,
        *,
        company: CompanyId | None = None,
        contract: ContractId | None = None,
    ) -> int:
        if self.before_post is not None:
            act, self.before_post = self.before_post, None
            act()
        fate = self.fates.pop(0) if self.fates else Fate.ANSWERED
        if fate is Fate.NOT_SENT:
            raise NotSent("Autotask", "no connection", "The next cycle plans it anew")
        self.posts.append((line, day, change))
        return self._meet(fate, Change(line.number, day, change))

    def _meet(self, fate: Fate, change: Change) -> int:
        lost = OutcomeUnknown("Autotask", "the answer was lost", "The line is read back")
        match fate:
            case Fate.BUSY:
                raise Busy("Autotask", "too many requests", "Later", kind=BusyKind.HOURLY_LIMIT)
            case Fate.NO_RIGHTS:
                raise Refused("Autotask", "no rights", "Give rights", kind=RefusalKind.RIGHTS)
            case Fate.LOST:
                raise lost
            case Fate.DELAYED:
                due = None if self.held_for is None else self.clock.now() + self.held_for
                self.held.append(Held(change.line_id, change.day, change.units, due))
                raise lost
            case Fate.APPLIED_LOST | Fate.APPLIED_TWICE:
                times = 2 if fate is Fate.APPLIED_TWICE else 1
                for _ in range(times):
                    self._do(lambda: self.world.engine.adjust(change))
                raise lost
        return self._answer(change)

    def _answer(self, change: Change) -> int:
        self.world.now = self.clock.now()
        try:
            item = self.world.engine.adjust(change)
        except VendorRefusal as refusal:
            raise _refused(refusal) from refusal
        self._remember()
        return item

    def write_marker(self, definition_id: int, marker: str) -> None:
        if self.marker_fails:
            raise Refused("Autotask", "no rights", "Give rights", kind=RefusalKind.RIGHTS)
        self.marker = marker
        self.marker_writes += 1

    def clock_offset(self) -> timedelta | None:
        return self.offset

    def check_codes(self) -> None:
        """The codes of an emulated tenant are as they should be."""

    def find_services(self, name: str) -> tuple[ServiceId, ...]:
        return ()

    def create_service(self, service: NewService) -> ServiceId:
        raise AssertionError("no service is made here")

    def find_lines(self, contract: ContractId, service: ServiceId) -> tuple[LineId, ...]:
        return ()

    def add_line(self, contract: ContractId, service: ServiceId, *, company: CompanyId | None = None) -> int:
        raise AssertionError("no line is added here")

    def notes_on(self, contracts: Iterable[ContractId]) -> frozenset[tuple[ContractId, str]]:
        return frozenset()

    def add_note(
        self, contract: ContractId, title: str, text: str, *, company: CompanyId | None = None
    ) -> int:
        raise AssertionError("no note is made here")

    def create_payg_definition(self) -> int:
        raise AssertionError("no field is made here")

    def calls_by_company(self) -> Mapping[CompanyId, int]:
        return {}

    def calls(self) -> int:
        return 0


def _refused(refusal: VendorRefusal) -> BridgeError:
    text = " ".join(refusal.texts)
    kinds = {
        "duplicate data": RefusalKind.DUPLICATE,
        "posted": RefusalKind.POSTED,
        "effective date must": RefusalKind.OUTSIDE_WINDOW,
        "less than 0": RefusalKind.BELOW_ZERO,
        "cannot be 0": RefusalKind.BELOW_ZERO,
    }
    kind = next((kind for part, kind in kinds.items() if part in text), RefusalKind.OTHER)
    return Refused("contract line", text, "See the finding", kind=kind, vendor_text=text)
