"""When Autotask is read in full, and what a read between two full ones carries over (decision 0012).

What is carried over says that nothing is to be done; it never lets anything be written. A line about to
change is read with its whole picture first (protocol W3, W10), which replaces what was carried over.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from psabridge.rules.psa import Contract, ContractLine, PaygDefinition, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.units.proof import Standing
from psabridge.rules.wanted.contract_state import is_live, kind_of
from psabridge.rules.words import BillingKind, ContractId, LineId, PairingId

# Companies are asked for what changed since the full read, less this: far above the two minutes by which
# the clocks may differ (W11) and the time after which a read shows everything older (λ).
OVERLAP = timedelta(hours=1)
# In these nothing disagrees: our marker was found, or nobody ever wrote.
_PROVED = frozenset({Standing.CURRENT, Standing.FIRST_EVER})


class FullRead(StrEnum):
    """Why everything is read."""

    FIRST = "nothing was read since this process started, or the last cycle left doubts"
    SETTINGS = "settings or mappings changed"
    DAY = "another day began"
    GAPS = "the last read was not complete"
    AGE = "the last full read is too old"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a read leaves to the next one of the same process. Never stored, and empty after a start."""

    pairing: PairingId
    version: int  # of the settings it was read under
    psa: PsaSnapshot
    unsure: frozenset[LineId] = frozenset()  # a change of ours moved them since their rows were read

    @classmethod
    def of(cls, settings: PairingSettings, psa: PsaSnapshot, standing: Standing) -> Self | None:
        """None after a restore, beside another bridge, or where nothing proves that we are current."""
        return cls(settings.pairing, settings.version, psa) if standing in _PROVED else None

    def without(self, histories: Mapping[LineId, LineHistory]) -> Self:
        moved = (line for line, history in histories.items() if _moved(history, self.psa.rows_read_at(line)))
        return replace(self, unsure=self.unsure | frozenset(moved))

    def rows_again(
        self, lines: Container[LineId], due: Iterable[LineId], at: datetime
    ) -> dict[LineId, datetime]:
        """When rows were read that are younger than the full read; `due` are being read at this moment."""
        kept = {line: moment for line, moment in self.psa.rows_again.items() if line in lines}
        return kept | dict.fromkeys(due, at)

    @property
    def companies_since(self) -> datetime:
        return self.psa.full_read_at - OVERLAP


def full_read_due(
    carried: Carried | None, *, settings: PairingSettings, today: date, now: datetime
) -> FullRead | None:
    """None: a read may carry over what is known."""
    if carried is None:
        return FullRead.FIRST
    if (carried.pairing, carried.version) != (settings.pairing, settings.version):
        return FullRead.SETTINGS
    if carried.psa.today != today:
        return FullRead.DAY
    if carried.psa.gaps:
        return FullRead.GAPS
    is_young = timedelta() <= now - carried.psa.full_read_at < settings.full_read_every
    return None if is_young else FullRead.AGE


def lines_to_read(
    carried: Carried,
    *,
    lines: Iterable[ContractLine],
    contracts: Mapping[ContractId, Contract],
    payg: PaygDefinition,
) -> frozenset[LineId]:
    """Lines whose rows are read anew: unknown ones, and those whose units become quotas (R18)."""
    return frozenset(
        line.id
        for line in lines
        if _is_unknown(line, carried, contracts)
        or _gives_quotas(contracts[line.contract], payg, carried.psa.today)
    )


def corrected(psa: PsaSnapshot, pictures: Mapping[LineId, Picture]) -> PsaSnapshot:
    """Rows that were carried over give way to those of a picture read since.

    Whether a figure would raise or lower a line is told from its rows, and undecided items are never
    lowered (R8, R20): a figure is judged anew where they moved.
    """
    if psa.carried_from is None:
        return psa
    until = psa.today + timedelta(days=1)
    seen = {
        line: tuple(row for row in picture.rows if row.starts <= until and row.ends >= psa.today)
        for line, picture in pictures.items()
        if picture.is_whole and psa.rows_read_at(line) < psa.read_at
    }
    if all(psa.rows.get(line, ()) == rows for line, rows in seen.items()):
        return psa
    again = {line: pictures[line].read_at for line in seen}
    return replace(psa, rows={**psa.rows, **seen}, rows_again={**psa.rows_again, **again})


def _is_unknown(line: ContractLine, carried: Carried, contracts: Mapping[ContractId, Contract]) -> bool:
    """New, moved by a change of ours, or beside something that a person changed."""
    was = carried.psa
    is_as_it_was = (
        was.lines.get(line.id) == line and was.contracts.get(line.contract) == contracts[line.contract]
    )
    return line.id in carried.unsure or not is_as_it_was


def _gives_quotas(contract: Contract, payg: PaygDefinition, today: date) -> bool:
    return is_live(contract, today) and kind_of(contract, payg) is not BillingKind.PAYG


def _moved(history: LineHistory, rows_read_at: datetime) -> bool:
    """A change is open, or was sent, answered or seen since, by whichever process."""
    return any(
        not intent.state.is_final or max(_moments(intent)) >= rows_read_at for intent in history.intents
    )


def _moments(intent: Intent) -> Iterable[datetime]:
    yield intent.armed_at
    yield from filter(None, (intent.answered_at, intent.doubtful_since))
    yield from (look.at for look in intent.looks)
