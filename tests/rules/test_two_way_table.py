"""Who wins when Acronis and the contract differ: every case of the three-way comparison (ACR-TWO-06, -07)."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.wanted.two_way import Agreed, Case, Level, RowOfTenant, Why, Winner, decide
from psabridge.rules.words import TenantId

COUNTS: tuple[Level, ...] = (0, 5, 8, 13, None)
SWITCHES: tuple[Level, ...] = (0, None)
HERE = RowOfTenant(TenantId("t"), "item/usage")


def agreed(source: Level, contract: Level) -> Agreed:
    return Agreed(HERE, "service 1", source, contract)


def case(
    source: Level, contract: Level, confirmed: tuple[Level, Level] | None, *, is_counted: bool = True
) -> Case:
    return Case(source, contract, None if confirmed is None else agreed(*confirmed), is_counted=is_counted)


@pytest.mark.parametrize(
    ("confirmed", "source", "contract", "winner", "why"),
    [
        # known, source changed, contract changed
        ((5, 5), 5, 5, Winner.NOBODY, Why.AGREED),
        ((5, 5), 8, 5, Winner.SOURCE, Why.ONE_SIDE),
        ((5, 5), 5, 8, Winner.CONTRACT, Why.ONE_SIDE),
        ((5, 5), 8, 13, Winner.CONTRACT, Why.BOTH),
        ((5, 5), 8, 8, Winner.NOBODY, Why.AGREED),
        ((5, 5), 0, 5, Winner.SOURCE, Why.ONE_SIDE),
        ((5, 5), None, 5, Winner.CONTRACT, Why.NO_COUNT),
        ((5, 5), None, 8, Winner.CONTRACT, Why.BOTH),
        ((0, 0), 5, 0, Winner.SOURCE, Why.ONE_SIDE),
        # not known
        (None, 5, 5, Winner.NOBODY, Why.AGREED),
        (None, 8, 5, Winner.CONTRACT, Why.FIRST),
        (None, 8, 0, Winner.CONTRACT, Why.FIRST),
        (None, None, 5, Winner.CONTRACT, Why.FIRST),
    ],
)
def test_the_table_for_prepaid_units(
    confirmed: tuple[Level, Level] | None, source: Level, contract: Level, winner: Winner, why: Why
) -> None:
    """ACR-TWO-06, ACR-TWO-07."""
    verdict = decide(case(source, contract, confirmed))

    assert (verdict.winner, verdict.why) == (winner, why)


def test_every_combination_of_changes_of_prepaid_units() -> None:
    """ACR-TWO-06: the rule, written once more and asked of every combination."""
    states = [None, *((level, level) for level in COUNTS if level is not None)]
    for confirmed, source, contract in product(states, COUNTS, COUNTS):
        if contract is None:
            continue  # sold by usage, the next test
        winner = decide(case(source, contract, confirmed)).winner
        if source == contract:
            expected = Winner.NOBODY
        elif confirmed is None or contract != confirmed[1]:
            expected = Winner.CONTRACT  # what was sold, and what nobody can tell
        else:
            expected = Winner.CONTRACT if source is None else Winner.SOURCE
        assert winner is expected, (confirmed, source, contract)


def test_every_combination_of_changes_where_usage_is_billed() -> None:
    """ACR-TWO-04: on or off is all there is to compare. Agreed are on and sold, off and not sold, and off
    on a line that stays at 0.
    """
    states = [None, (0, 0), (None, None), (0, None)]
    table = {
        # confirmed: off, not sold | on, not sold | off, sold | on, sold
        None: (Winner.NOBODY, Winner.CONTRACT, Winner.CONTRACT, Winner.NOBODY),
        (0, 0): (Winner.NOBODY, Winner.SOURCE, Winner.CONTRACT, Winner.NOBODY),
        (None, None): (Winner.NOBODY, Winner.CONTRACT, Winner.SOURCE, Winner.NOBODY),
        (0, None): (Winner.NOBODY, Winner.CONTRACT, Winner.NOBODY, Winner.NOBODY),
    }
    for confirmed in states:
        cases = product(SWITCHES, SWITCHES)  # contract outside, source inside
        found = tuple(
            decide(case(source, contract, confirmed, is_counted=False)).winner for contract, source in cases
        )
        assert found == table[confirmed], confirmed


@given(
    st.one_of(st.none(), st.tuples(st.integers(0, 99), st.integers(0, 99))),
    st.one_of(st.none(), st.integers(0, 99)),
    st.integers(0, 99),
)
def test_the_contract_is_only_followed_against_when_nobody_touched_it(
    confirmed: tuple[int, int] | None, source: Level, contract: int
) -> None:
    """ACR-TWO-06: where Acronis wins, the contract stands as it was last agreed, and a number is wanted."""
    verdict = decide(case(source, contract, confirmed))

    if verdict.winner is Winner.SOURCE:
        assert confirmed is not None
        assert contract == confirmed[1]
        assert source is not None
        assert source != confirmed[0]


@pytest.mark.parametrize(
    ("source", "contract", "winner", "why"),
    [
        (8, 8, Winner.NOBODY, Why.AGREED),  # sent, and it stands
        (8, 5, Winner.SOURCE, Why.ONE_SIDE),  # sent, and it does not stand: not yet, or refused
        (13, 8, Winner.SOURCE, Why.ONE_SIDE),  # and Acronis was changed again
        (5, 8, Winner.SOURCE, Why.ONE_SIDE),  # or taken back
        (5, 5, Winner.NOBODY, Why.AGREED),
        (8, 9, Winner.CONTRACT, Why.BOTH),  # the contract was changed by another as well
        (13, 9, Winner.CONTRACT, Why.BOTH),
        (5, 9, Winner.CONTRACT, Why.ONE_SIDE),
    ],
)
def test_units_that_the_bridge_sent_are_no_change_of_the_contract(
    source: Level, contract: Level, winner: Winner, why: Why
) -> None:
    """ACR-TWO-06: both agreed on 5, and 8 was sent since."""
    confirmed = replace(agreed(5, 5), sent=8).as_sent(contract)

    verdict = decide(Case(source, contract, confirmed, is_counted=True))

    assert (verdict.winner, verdict.why) == (winner, why)
