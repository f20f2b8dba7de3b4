"""From the units a line should have to its step, its wish or the finding that says why there is neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import Labels
from psabridge.rules.plans.dating import Dating, decide
from psabridge.rules.plans.fingerprint import Target
from psabridge.rules.plans.line_case import LineCase
from psabridge.rules.plans.line_periods import periods_of_line
from psabridge.rules.plans.line_view import LineView
from psabridge.rules.plans.looking import expected_length, figure_of, policy_of, stands_right
from psabridge.rules.plans.plan import LateMonth, SetUnits, Wish
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.proration import money_effect, unit_price
from psabridge.rules.plans.range_dating import date_range, is_planned_restart
from psabridge.rules.plans.step_words import line_subject, step_id, units_reason
from psabridge.rules.plans.verdict import Verdict, Wait, Write
from psabridge.rules.plans.zero_dating import date_zero
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings, Rounding, ServiceMapping
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import Unclear, read_picture
from psabridge.rules.wanted.contract_state import units_today
from psabridge.rules.wanted.desired import DayFigure, DesiredUnits
from psabridge.rules.wanted.ranges.reports import RangeReport
from psabridge.rules.words import LineId, StepKind


@dataclass(frozen=True, slots=True)
class LineGround:
    """What all lines of a plan are judged on."""

    settings: PairingSettings
    psa: PsaSnapshot
    pictures: Mapping[LineId, Picture]
    histories: Mapping[LineId, LineHistory]
    figures: Mapping[LineId, tuple[DayFigure, ...]]
    labels: Labels
    reading: RowReading | None  # what the canary stored for the connection (D1)


def plan_line(wanted: DesiredUnits, ground: LineGround) -> Made:
    subject = line_subject(wanted.line, ground.psa)
    line = ground.psa.lines.get(wanted.line)
    contract = None if line is None else ground.psa.contracts.get(line.contract)
    if line is None or contract is None:
        return Made(findings=(_gone(wanted, subject),))
    history = ground.histories.get(wanted.line) or LineHistory(wanted.line)
    case = LineCase(wanted, line, contract, history, subject)
    if wanted.line in ground.settings.never_write:
        return case.never_written(units_today(ground.psa.rows.get(wanted.line, ()), ground.psa.today))
    if history.open:
        return case.on_its_way(history.open[-1])
    if wanted.line not in ground.pictures and stands_right(wanted, ground.psa):
        return Made(is_right=True)
    return _judge(case, ground)


def _judge(case: LineCase, ground: LineGround) -> Made:
    """Read the picture, date the change, and say it (W5, W6, W7, W9, W10)."""
    refused = _cannot_be_written(case, ground)
    if refused is not None:
        return refused
    picture = ground.pictures.get(case.wanted.line) or _no_rows(case, ground.psa)
    levels = None if picture.is_empty else read_picture(picture, ground.reading)
    if isinstance(levels, Unclear):
        return case.stop(
            "D1" if levels.contradicts else "W10",
            levels.reason,
            "Check the units of the line in Autotask by hand",
        )
    grid = periods_of_line(picture, case.contract, expected_length(case.line, case.contract, ground.psa))
    rows, settings = case.wanted.rows, ground.settings
    dating = case.wanted.report or dating_of(rows, settings)
    if grid is None or dating is None:
        one_policy = policy_of(rows, settings) is not None
        return case.undatable(has_periods=grid is not None, one_policy=one_policy)
    today, followed_by = ground.psa.today, case.wanted.followed_by
    view = LineView(today, case.contract, picture, levels, grid, case.history, followed_by)
    if not view.is_covered(view.latest):
        return case.stop("W10", "no units are in force on it today", "Check its units in Autotask")
    return _made(case, view, _verdict(case, view, dating, ground), ground.labels)


def dating_of(rows: tuple[ServiceMapping, ...], settings: PairingSettings) -> Dating | None:
    """None: the rows of the line are dated, or billed, in different ways."""
    policy, figure = policy_of(rows, settings), figure_of(rows, settings)
    if policy is None or figure is None:
        return None
    return Dating(
        policy,
        settings.decreases_wait,
        settings.close_day,
        figure,
        rows[0].rounding if rows else Rounding.UP,
        settings.close_rest,
    )


def _verdict(case: LineCase, view: LineView, dating: Dating | RangeReport, ground: LineGround) -> Verdict:
    if case.wanted.zero_after is not None:
        return date_zero(view, case.wanted.zero_after)
    if isinstance(dating, RangeReport):
        return date_range(view, dating, case.wanted.units)
    return decide(view, case.wanted.units, ground.figures.get(case.wanted.line, ()), dating)


def _cannot_be_written(case: LineCase, ground: LineGround) -> Made | None:
    today, contract = ground.psa.today, case.contract
    is_last_month = case.wanted.report is not None and contract.ends < today
    if not contract.starts <= today <= contract.ends and not is_last_month:
        return case.stop("R13", "the contract is not running today", "Check the dates of the contract")
    if not contract.is_active and not is_last_month:
        return case.stop(
            "R19", "the contract is inactive and still bills", "End the contract, or set it to active"
        )
    if case.wanted.line in ground.pictures:
        return None
    if ground.psa.rows.get(case.wanted.line):
        return case.stop("W10", "its units were not read whole", "The next cycle reads them again")
    if any(intent.wanted for intent in case.history.confirmed):
        return case.stop(
            "W4", "it shows no units, although we confirmed some", "Look at the line in Autotask"
        )
    return None


def _no_rows(case: LineCase, psa: PsaSnapshot) -> Picture:
    """A line that was looked at and has no row: new, if a person says so (W10)."""
    return Picture(case.line.id, (), psa.read_at, case.contract.starts, case.contract.ends)


def _made(case: LineCase, view: LineView, verdict: Verdict, labels: Labels) -> Made:
    price = unit_price(view.picture.rows, view.latest, view.grid, case.line.unit_price)
    findings = [case.finding(note) for note in verdict.notes]
    missed = () if verdict.missed is None else (verdict.missed,)
    findings += [case.missed(one, price) for one in (*missed, *verdict.left)]
    late: LateMonth | None = None
    if verdict.late is not None:
        late, said = case.late(verdict.late, price)
        findings.append(said)
    wish = None if verdict.wait is None else _wish(case, verdict.wait)
    if verdict.write is None:
        return Made(None, wish, tuple(findings), verdict.is_right, late)
    refused = case.refused_before(verdict.write, price, view.today)
    if refused is not None:
        return Made(None, wish, (*findings, refused))
    reason = units_reason(case.wanted, verdict.write.before, verdict.write.after, verdict.write.why, labels)
    return Made(_draft(case, view, verdict.write, price, reason), wish, tuple(findings))


def _draft(case: LineCase, view: LineView, write: Write, price: Decimal | None, reason: str) -> Draft:
    line, change = case.line, write.after - write.before
    set_units = SetUnits(
        line=line.id,
        contract=case.contract.id,
        service=line.service,
        day=write.day,
        change=change,
        before=write.before,
        after=write.after,
        is_first_report=write.is_first_report,
        is_fenced=view.is_fenced(write.day),
        picture=view.picture,
        reading=view.reading,
        is_restart=case.wanted.report is not None and is_planned_restart(view, change),
    )
    return Draft(
        id=step_id(StepKind.SET_UNITS, line.id, write.day, write.before, write.after),
        kind=StepKind.SET_UNITS,
        subject=case.subject,
        change=set_units,
        reason=reason,
        evidence=case.wanted.evidence,
        target=Target(case.contract, line, view.picture, reading=view.reading),
        company=case.wanted.company,
        money=money_effect(change, write.day, view.grid, price, case.contract.currency, case.contract.ends),
    )


def _wish(case: LineCase, wait: Wait) -> Wish:
    wanted = case.wanted
    return Wish(wanted.line, wanted.company, case.subject, wait.now, wait.wanted, wait.due, wait.why)


def _gone(wanted: DesiredUnits, subject: str) -> Finding:
    return Finding(
        "W9",
        Severity.STOPS,
        subject,
        f"the line for {wanted.units} units is not in what was read",
        "Check the contract in Autotask; the next cycle reads it again",
        wanted.company,
    )
