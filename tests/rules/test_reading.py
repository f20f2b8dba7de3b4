"""When everything is read, and what a read between may carry over (decision 0012)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from psabridge.rules.psa import Contract, ContractLine, Gap, PsaSnapshot, UnitRow
from psabridge.rules.reading import Carried, FullRead, corrected, full_read_due, lines_to_read
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Intent, IntentState, Look
from psabridge.rules.units.picture import Picture
from psabridge.rules.units.proof import Standing
from psabridge.rules.words import LineId, PairingId
from tests.builders import (
    NOW,
    SOUND,
    TODAY,
    a_contract,
    a_line,
    a_payg_contract,
    a_unit_row,
    line_id,
    psa_snapshot,
    settings,
)
from tests.rules.planning_cast import an_intent, history_of

A_MINUTE = timedelta(minutes=1)
LINE = line_id(100)


def a_side(
    *contracts: Contract, lines: Iterable[ContractLine] = (), rows: Iterable[UnitRow] = ()
) -> PsaSnapshot:
    return psa_snapshot(
        contracts=contracts or (a_payg_contract(),), lines=lines or (a_line(),), rows=rows or (a_unit_row(),)
    )


def carried_from(psa: PsaSnapshot, under: PairingSettings | None = None) -> Carried:
    found = Carried.of(under or settings(), psa, Standing.CURRENT)
    assert found is not None
    return found


def due(
    carried: Carried | None,
    *,
    under: PairingSettings | None = None,
    today: date = TODAY,
    after: timedelta = A_MINUTE,
) -> FullRead | None:
    return full_read_due(carried, settings=under or settings(), today=today, now=NOW + after)


def read_anew(
    carried: Carried, *, contracts: Iterable[Contract] = (), lines: Iterable[ContractLine] = ()
) -> frozenset[LineId]:
    there = {one.id: one for one in contracts} or carried.psa.contracts
    return lines_to_read(
        carried, lines=tuple(lines) or carried.psa.lines.values(), contracts=there, payg=SOUND
    )


# ---- when everything is read


def test_a_minute_after_a_full_read_nothing_calls_for_another() -> None:
    assert due(carried_from(a_side())) is None


def test_after_a_start_everything_is_read() -> None:
    assert due(None) is FullRead.FIRST


def test_with_the_day_everything_is_read() -> None:
    """Rows of today and tomorrow are those of another day's; the period may be another one."""
    assert due(carried_from(a_side()), today=TODAY + timedelta(days=1)) is FullRead.DAY


def test_after_a_change_of_settings_or_mappings_everything_is_read() -> None:
    assert due(carried_from(a_side()), under=settings(version=2)) is FullRead.SETTINGS


def test_what_another_pairing_read_is_none_of_ours() -> None:
    assert due(carried_from(a_side()), under=settings(pairing=PairingId(2))) is FullRead.SETTINGS


def test_what_could_not_be_read_is_looked_for_again() -> None:
    torn = replace(a_side(), gaps=(Gap("unit row 7", "does not fit"),))

    assert due(carried_from(torn)) is FullRead.GAPS


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, None), (59, None), (60, FullRead.AGE), (500, FullRead.AGE), (-1, FullRead.AGE)],
)
def test_a_full_read_lasts_an_hour(minutes: int, said: FullRead | None) -> None:
    """Also where the clock was put back: what lies ahead of now says nothing about its age."""
    assert due(carried_from(a_side()), after=timedelta(minutes=minutes)) is said


def test_reads_that_carried_over_do_not_prolong_it() -> None:
    later = replace(a_side(), read_at=NOW + 50 * A_MINUTE, carried_from=NOW)

    assert due(carried_from(later), after=61 * A_MINUTE) is FullRead.AGE


def test_with_full_read_every_0_every_cycle_reads_everything() -> None:
    always = settings(full_read_every=timedelta())

    assert due(carried_from(a_side(), always), under=always, after=timedelta()) is FullRead.AGE


@pytest.mark.parametrize(
    ("standing", "is_kept"),
    [
        (Standing.CURRENT, True),
        (Standing.FIRST_EVER, True),
        (Standing.UNPROVED, False),
        (Standing.RECOVERING, False),
        (Standing.FOREIGN, False),
    ],
)
def test_only_a_bridge_that_is_surely_current_carries_over(standing: Standing, *, is_kept: bool) -> None:
    assert (Carried.of(settings(), a_side(), standing) is not None) is is_kept


# ---- which rows are read anew


def test_rows_of_an_unchanged_line_are_carried_over() -> None:
    assert read_anew(carried_from(a_side())) == frozenset()


def test_a_line_known_to_be_empty_is_known() -> None:
    """What it means is judged from its whole picture (W10), which is read as ever."""
    empty = replace(a_side(), rows={})

    assert read_anew(carried_from(empty)) == frozenset()


def test_rows_of_a_new_line_are_read() -> None:
    known = carried_from(a_side())

    assert read_anew(known, lines=(a_line(), a_line(101))) == {line_id(101)}


def test_rows_of_a_line_whose_price_changed_are_read() -> None:
    assert read_anew(carried_from(a_side()), lines=(a_line(unit_price=Decimal(6)),)) == {LINE}


def test_rows_beside_a_change_of_the_contract_are_read() -> None:
    shortened = a_payg_contract(ends=date(2026, 6, 30))

    assert read_anew(carried_from(a_side()), contracts=(shortened,)) == {LINE}


def test_units_that_become_quotas_are_read_every_time() -> None:
    """R18: fifteen minutes after a prepaid contract was saved its quota stands."""
    assert read_anew(carried_from(a_side(a_contract()))) == {LINE}


def test_units_of_an_ended_prepaid_contract_become_no_quotas() -> None:
    ended = a_contract(ends=TODAY - timedelta(days=1))

    assert read_anew(carried_from(a_side(ended))) == frozenset()


# ---- what our own changes leave unsure


def an_old(state: IntentState, **changes: object) -> Intent:
    """Sent and seen ten minutes before the rows were read."""
    before = NOW - 10 * A_MINUTE
    sent = an_intent(TODAY, 10, 12, state)
    return replace(sent, armed_at=before, **{"answered_at": before, "looks": (Look(before, 2),), **changes})


def moved(intent: Intent, psa: PsaSnapshot | None = None) -> frozenset[LineId]:
    return read_anew(carried_from(psa or a_side()).without({LINE: history_of(intent)}))


def test_a_change_settled_before_the_rows_were_read_leaves_them_known() -> None:
    assert moved(an_old(IntentState.CONFIRMED)) == frozenset()


@pytest.mark.parametrize("state", [state for state in IntentState if not state.is_final])
def test_rows_of_a_line_with_an_open_change_are_read(state: IntentState) -> None:
    assert moved(an_old(state)) == {LINE}


@pytest.mark.parametrize(
    "changes",
    [
        {"armed_at": NOW},
        {"answered_at": NOW + A_MINUTE},
        {"doubtful_since": NOW + A_MINUTE},
        {"looks": (Look(NOW - A_MINUTE, 0), Look(NOW + A_MINUTE, 2))},
    ],
)
def test_rows_older_than_our_last_word_on_the_line_are_read(changes: dict[str, object]) -> None:
    """By whichever process: the journal knows."""
    assert moved(replace(an_old(IntentState.CONFIRMED), **changes)) == {LINE}


def test_rows_read_after_it_are_known_again() -> None:
    anew = replace(a_side(), rows_again={LINE: NOW + 2 * A_MINUTE})

    assert moved(replace(an_old(IntentState.CONFIRMED), armed_at=NOW + A_MINUTE), anew) == frozenset()


def test_when_rows_were_read_is_kept_line_by_line() -> None:
    at, earlier = NOW + 5 * A_MINUTE, NOW + A_MINUTE
    known = carried_from(replace(a_side(), rows_again={LINE: earlier, line_id(7): earlier}))

    assert known.rows_again({LINE, line_id(101)}, {line_id(101)}, at) == {LINE: earlier, line_id(101): at}


# ---- what a picture says of what was carried over

THEN = NOW - 30 * A_MINUTE


def seen(*units: int, is_whole: bool = True) -> dict[LineId, Picture]:
    """A picture of February to April with this level in each of the months from February on."""
    days = [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    rows = tuple(
        a_unit_row(units=number, starts=days[month], ends=days[month + 1] - timedelta(days=1))
        for month, number in enumerate(units)
    )
    return {LINE: Picture(LINE, rows, NOW + A_MINUTE, days[0], days[3], is_whole=is_whole)}


def test_a_picture_replaces_the_rows_that_were_carried_over() -> None:
    carrying = replace(a_side(), carried_from=THEN)

    found = corrected(carrying, seen(10, 15, 15))

    assert found.rows == {LINE: (a_unit_row(units=15),)}
    assert found.rows_read_at(LINE) == NOW + A_MINUTE


@pytest.mark.parametrize(
    ("side", "pictures"),
    [
        pytest.param(replace(a_side(), carried_from=THEN), seen(9, 10, 11), id="it shows the same"),
        pytest.param(a_side(), seen(10, 15, 15), id="everything was just read"),
        pytest.param(
            replace(a_side(), carried_from=THEN, rows_again={LINE: NOW}),
            seen(10, 15, 15),
            id="its rows were just read",
        ),
        pytest.param(
            replace(a_side(), carried_from=THEN), seen(10, 15, 15, is_whole=False), id="it is not whole"
        ),
    ],
)
def test_otherwise_rows_stay_as_they_are(side: PsaSnapshot, pictures: dict[LineId, Picture]) -> None:
    assert corrected(side, pictures) is side


def test_the_age_of_rows_is_that_of_their_own_read() -> None:
    again: dict[LineId, datetime] = {LINE: NOW}
    side = replace(a_side(), read_at=NOW, carried_from=NOW - 30 * A_MINUTE, rows_again=again)

    assert side.rows_read_at(LINE) == NOW
    assert side.rows_read_at(line_id(101)) == NOW - 30 * A_MINUTE
