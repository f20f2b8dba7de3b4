"""Three-way comparison of every line: what is used, what Autotask shows, what we last confirmed.

Per line, the sum of our changes is the last confirmed target less the units at adoption less the foreign
edits (I1). What is left over is named, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from psabridge.rules.plans.step_words import line_subject
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.wanted.contract_state import units_today
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import CompanyId, LineId

_LANDED = {IntentState.CONFIRMED, IntentState.LANDED}


class Verdict(StrEnum):
    IN_STEP = "in step"
    USAGE_MOVED = "usage moved"
    CHANGED_BY_ANOTHER = "changed by another"
    BOTH_MOVED = "usage moved and changed by another"
    NOT_MEASURED = "billed, not measured"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ForeignEdit:
    """Units that came or went between two looks of ours, and not by us."""

    change: int
    before: int
    after: int
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class LineDrift:
    line: LineId
    company: CompanyId | None
    subject: str
    source: int | None  # None: not measured, or never to be written
    now: int | None  # None: not read, or no row says
    confirmed: int | None  # None: we never wrote to it
    at_adoption: int | None
    ours: int  # sum of our changes that landed
    foreign: tuple[ForeignEdit, ...]
    verdict: Verdict
    text: str

    @property
    def is_removed(self) -> bool:
        """At 0 because Acronis has it off or not in use: hidden where sync is two-way (ACR-STO-17)."""
        return self.source == 0 and self.now == 0 and self.verdict is Verdict.IN_STEP

    @property
    def balances(self) -> bool:
        """I1, up to what Autotask shows now."""
        start, end = self.at_adoption, self.confirmed if self.now is None else self.now
        if start is None or end is None:
            return True
        return self.ours == end - start - sum(edit.change for edit in self.foreign)


def drift(
    *,
    settings: PairingSettings,
    psa: PsaSnapshot,
    desired: Desired,
    histories: Mapping[LineId, LineHistory],
) -> tuple[LineDrift, ...]:
    """Lines that are measured, that we wrote or meant to write, or that are never to be written; by name."""
    sources = {wanted.line: wanted.units for wanted in desired.measured}
    agreed = dict(desired.sold)
    written = {line for line, history in histories.items() if _landed(history) or _has_ghost(history)}
    marked = settings.never_write & psa.lines.keys()
    found = [
        _line_drift(line, sources.get(line, agreed.get(line)), psa, histories.get(line) or LineHistory(line))
        for line in sources.keys() | written | marked
    ]
    shown = [each for each in found if not (settings.syncs_both_ways and each.is_removed)]
    return tuple(sorted(shown, key=lambda each: (each.subject.casefold(), each.line)))


def _line_drift(line: LineId, source: int | None, psa: PsaSnapshot, history: LineHistory) -> LineDrift:
    landed = tuple(intent for intent in _landed(history) if intent.day <= psa.today)
    now = units_today(psa.rows.get(line, ()), psa.today)
    confirmed = landed[-1].wanted if landed else None
    foreign = foreign_edits(landed, now, psa.read_at)
    verdict = _verdict(source, now, confirmed)
    return LineDrift(
        line=line,
        company=_company(line, psa, landed),
        subject=line_subject(line, psa),
        source=source,
        now=now,
        confirmed=confirmed,
        at_adoption=landed[0].before if landed else now,
        ours=sum(intent.change for intent in landed),
        foreign=foreign,
        verdict=verdict,
        text=_text(verdict, source, now, confirmed, history),
    )


def foreign_edits(landed: tuple[Intent, ...], now: int | None, read_at: datetime) -> tuple[ForeignEdit, ...]:
    """What the line did between our changes, and since the last: none of it ours."""
    edits = [
        ForeignEdit(later.before - earlier.wanted, earlier.wanted, later.before, later.armed_at)
        for earlier, later in pairwise(landed)
        if later.before != earlier.wanted
    ]
    if landed and now is not None and now != landed[-1].wanted:
        edits.append(ForeignEdit(now - landed[-1].wanted, landed[-1].wanted, now, read_at))
    return tuple(edits)


def _landed(history: LineHistory) -> tuple[Intent, ...]:
    """Seen on the line by us, or said to have landed by a person."""
    return tuple(intent for intent in history.intents if intent.state in _LANDED or intent.is_adopted)


def _has_ghost(history: LineHistory) -> bool:
    return any(intent.is_ghost for intent in history.intents)


def _company(line: LineId, psa: PsaSnapshot, landed: tuple[Intent, ...]) -> CompanyId | None:
    found = psa.lines.get(line)
    contract = psa.contracts.get(found.contract) if found else None
    if contract is not None:
        return contract.company
    return landed[-1].company if landed else None


def _verdict(source: int | None, now: int | None, confirmed: int | None) -> Verdict:
    if now is None:
        return Verdict.UNKNOWN
    was_edited = confirmed is not None and now != confirmed
    if source is None:
        return Verdict.CHANGED_BY_ANOTHER if was_edited else Verdict.NOT_MEASURED
    if now == source:
        return Verdict.CHANGED_BY_ANOTHER if was_edited else Verdict.IN_STEP
    if not was_edited:
        return Verdict.USAGE_MOVED
    return Verdict.CHANGED_BY_ANOTHER if source == confirmed else Verdict.BOTH_MOVED


def _text(
    verdict: Verdict, source: int | None, now: int | None, confirmed: int | None, history: LineHistory
) -> str:
    way = f"; {len(history.open)} change on its way" if history.open else ""
    match verdict:
        case Verdict.IN_STEP:
            return ("in step" if confirmed is not None else "in step, found so") + way
        case Verdict.USAGE_MOVED:
            return f"used {source}, billed {now}{way}"
        case Verdict.CHANGED_BY_ANOTHER:
            return f"we left it at {confirmed}, another made it {now}{way}"
        case Verdict.BOTH_MOVED:
            return f"we left it at {confirmed}, another made it {now}, used are {source}{way}"
        case Verdict.NOT_MEASURED:
            return f"billed {now}, not measured{way}"
        case Verdict.UNKNOWN:
            return f"Autotask shows no units today{way}"
