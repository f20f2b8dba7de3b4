"""A line's rows and an intent on it, for rules about pictures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psabridge.rules.psa import UnitRow
from psabridge.rules.settings import Waits
from psabridge.rules.units.intent import Answer, AnswerKind, Intent
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.words import CompanyId, ContractId, IntentId, PairingId, PlanId, SnapshotId, StepId
from tests.builders import line_id

LINE = line_id(100)
D = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LAMBDA, MU = timedelta(minutes=10), timedelta(minutes=60)
WAITS = Waits()
POSTED = datetime(2026, 3, 9, tzinfo=UTC)

Span = tuple[str, str, int]
FEBRUARY: Span = ("2026-02-01", "2026-02-28", 10)
MARCH: Span = ("2026-03-01", "2026-03-31", 10)
APRIL: Span = ("2026-04-01", "2026-04-30", 10)
MAY: Span = ("2026-05-01", "2026-05-31", 10)
MONTHS = (FEBRUARY, MARCH, APRIL, MAY)


def a_row(starts: str, ends: str, units: int, *, posted: bool = False) -> UnitRow:
    stamp = POSTED if posted else None
    return UnitRow(LINE, date.fromisoformat(starts), date.fromisoformat(ends), units, posted_at=stamp)


def a_picture(*spans: Span, at: datetime = NOW, posted_before: date = date.min) -> Picture:
    rows = [a_row(*span, posted=date.fromisoformat(span[0]) < posted_before) for span in spans]
    return Picture(LINE, tuple(sorted(rows)), at, date(2026, 2, 1), date(2026, 5, 31))


def before(at: datetime = NOW) -> Picture:
    """Ten units in every month."""
    return a_picture(*MONTHS, at=at)


def after(at: datetime = NOW, change: int = 5, day: int = 10) -> Picture:
    """The change landed on a day of March, rows hold totals and end on the day of the next."""
    units = 10 + change
    cut = [("2026-03-01", f"2026-03-{day:02}", 10), (f"2026-03-{day:02}", "2026-03-31", units)]
    later = [(starts, ends, units) for starts, ends, _ in (APRIL, MAY)]
    return a_picture(FEBRUARY, *cut, *later, at=at)


def an_intent(**changes: Any) -> Intent:  # noqa: ANN401  any field of the intent
    """+5 on the tenth, armed now, inside a period."""
    return replace(
        Intent(
            id=IntentId(1),
            pairing=PairingId(1),
            company=CompanyId(1),
            contract=ContractId(10),
            line=LINE,
            day=D,
            change=5,
            before=10,
            wanted=15,
            old_step=0,
            is_fenced=True,
            picture=before(),
            reading=RowReading.TOTALS,
            zone="UTC",
            plan=PlanId(1),
            step=StepId("s1"),
            snapshot=SnapshotId(1),
            fence=1,
            armed_at=NOW,
        ),
        **changes,
    )


def an_answer(kind: AnswerKind, **changes: Any) -> Answer:  # noqa: ANN401  any field of the answer
    return replace(Answer(kind, NOW), **changes)
