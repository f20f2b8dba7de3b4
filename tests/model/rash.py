"""Plans made without any judgement, so that nothing but the rules W1 to W13 stands before a request.

A fault in the planning must not become a wrong bill: whatever it proposes, `may_write` judges.
"""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from psabridge.engine.channel import Channel
from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.fingerprint import Target, inputs_print
from psabridge.rules.plans.plan import Completeness, Plan, SetUnits
from psabridge.rules.plans.plan_making import Draft
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.words import ContractId, PairingId, ServiceId, SnapshotId, StepId, StepKind
from tests.model.days import FIRSTS, STARTS
from tests.model.vendor import LINE

if TYPE_CHECKING:
    from tests.model.cycle import Running

WINDOW = (date(2026, 2, 1), date(2026, 5, 31))


class Proposal(NamedTuple):
    """Units from `before` to `after` on a day, as somebody believes them to be."""

    day: date
    before: int
    after: int
    is_first_report: bool = False
    shown_on: date | None = None  # another day than today


def rash_plan(proposal: Proposal, channel: Channel, running: "Running") -> Plan:
    """One step, shown and applied in one breath."""
    found = running.pictures([LINE], covers_from=WINDOW[0], covers_to=WINDOW[1])
    picture = found.get(LINE) or Picture(LINE, (), running.now(), STARTS, WINDOW[1])
    change = SetUnits(
        line=LINE,
        contract=ContractId(10),
        service=ServiceId(1000),
        day=proposal.day,
        change=proposal.after - proposal.before,
        before=proposal.before,
        after=proposal.after,
        is_first_report=proposal.is_first_report,
        is_fenced=proposal.day not in FIRSTS and not any(row.starts == proposal.day for row in picture.rows),
        picture=picture,
        reading=RowReading.TOTALS,
    )
    complete = Completeness(running.now(), 1, 1, 1, 0, 0, 0, 0)
    target = Target(
        channel.side.contracts[ContractId(10)],
        channel.side.lines[LINE],
        picture if picture.rows else None,
        open_intents=tuple(intent.id for intent in channel.history(LINE).open),
        reading=channel.known,
    )
    draft = Draft(StepId("rash"), StepKind.SET_UNITS, "line", change, "rash", Evidence(), target)
    inputs = inputs_print(
        settings_version=1,
        today=proposal.shown_on or running.today,
        snapshot=SnapshotId(1),
        completeness=complete,
    )
    return Plan(
        pairing=PairingId(1),
        made_at=running.now(),
        today=running.today,
        settings_version=1,
        snapshot=SnapshotId(1),
        steps=(draft.as_step(inputs),),
        holds=(),
        wishes=(),
        findings=(),
        completeness=complete,
    )
