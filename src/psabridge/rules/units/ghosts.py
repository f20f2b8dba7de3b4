"""Changes that were given up and turned up after all: ours, listed, corrected by the plan (protocol 2.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.step_words import line_subject
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import Unclear, read_picture
from psabridge.rules.units.transitions import ghosts_seen
from psabridge.rules.words import LineId

# A request that was lost turns up within the delivery bound, an hour at first. After a month nobody looks.
_WATCH = timedelta(days=31)


def lines_with_ghosts(histories: Mapping[LineId, LineHistory], today: date) -> frozenset[LineId]:
    """Lines to read whole although nothing is wanted of them."""
    return frozenset(
        line
        for line, history in histories.items()
        if any(intent.is_ghost and intent.armed_at.date() >= today - _WATCH for intent in history.intents)
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What was read of the lines, and how their rows are to be read."""

    pictures: Mapping[LineId, Picture]
    histories: Mapping[LineId, LineHistory]
    reading: RowReading | None


def ghost_findings(settings: PairingSettings, psa: PsaSnapshot, sight: Sight) -> Iterator[Finding]:
    for line, history in sorted(sight.histories.items()):
        picture = sight.pictures.get(line)
        for ghost in () if picture is None else _standing(history, picture, sight.reading):
            if not _was_reckoned_with(ghost, history):
                yield _finding(ghost, settings, psa)


def _standing(history: LineHistory, picture: Picture, reading: RowReading | None) -> tuple[Intent, ...]:
    levels = read_picture(picture, reading) if picture.rows else None
    return () if levels is None or isinstance(levels, Unclear) else ghosts_seen(history, levels)


def _was_reckoned_with(ghost: Intent, history: LineHistory) -> bool:
    """A later change of ours was planned from a picture that shows it."""
    alone = LineHistory(history.line, (ghost,))
    return any(_standing(alone, later.picture, later.reading) for later in _later(ghost, history))


def _later(ghost: Intent, history: LineHistory) -> tuple[Intent, ...]:
    return tuple(intent for intent in history.confirmed if intent.armed_at > ghost.armed_at)


def _finding(ghost: Intent, settings: PairingSettings, psa: PsaSnapshot) -> Finding:
    why = f" ({ghost.why})" if ghost.why else ""
    return Finding(
        "protocol 2.3",
        Severity.WARNING,
        line_subject(ghost.line, psa),
        f"a change given up has turned up: {ghost.change:+} units from {ghost.day}{why}",
        "Correct the units in Autotask; the line is marked never to be written"
        if ghost.line in settings.never_write
        else "Nothing to do: the plan starts from the units that stand",
        ghost.company,
    )
