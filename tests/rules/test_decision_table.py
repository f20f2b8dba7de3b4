"""The decision table against an independent one, for every combination of its inputs (ACR-MAP-08)."""

from collections.abc import Iterator
from itertools import product

import pytest

from psabridge.rules.wanted.decision_table import Circumstances, Decision, Outcome, RowCase, decide
from psabridge.rules.wanted.sales import Standing

# The seed's eight lines, as printed: mapped, on contract, Free, set to zero → quota. "-" is any.
# Every customer here has a live addition, which is the column the seed lacks (R5).
SEED = [
    ("yes", "prepaid", "-", "-", Outcome.UNITS),
    ("yes", "payg", "-", "-", Outcome.UNLIMITED),
    ("yes", "no", "yes", "-", Outcome.UNLIMITED),
    ("yes", "no", "no", "yes", Outcome.ZERO),
    ("yes", "no", "no", "no", Outcome.LEAVE),
    ("no", "no", "yes", "-", Outcome.UNLIMITED),
    ("no", "no", "no", "yes", Outcome.ZERO),
    ("no", "no", "no", "no", Outcome.LEAVE),
]
STANDING = {
    ("yes", "prepaid"): Standing.PREPAID,
    ("yes", "payg"): Standing.PAYG,
    ("yes", "no"): Standing.ABSENT,
    ("no", "no"): Standing.NOT_MAPPED,
}
ANSWERS = {"yes": (True,), "no": (False,), "-": (True, False)}


def seed_cases() -> Iterator[tuple[Standing, bool, bool, Outcome]]:
    for mapped, contract, free, zero, outcome in SEED:
        for is_free, sets_to_zero in product(ANSWERS[free], ANSWERS[zero]):
            yield STANDING[mapped, contract], is_free, sets_to_zero, outcome


@pytest.mark.parametrize(("standing", "is_free", "sets_to_zero", "outcome"), list(seed_cases()))
def test_the_seeds_table_row_by_row(
    standing: Standing, is_free: bool, sets_to_zero: bool, outcome: Outcome
) -> None:
    around = Circumstances(sets_to_zero=sets_to_zero, has_live_addition=True)

    assert decide([RowCase(standing, is_free=is_free)], around).outcome is outcome


# The whole table for one row, first match decides. Columns: standing, live addition, seen one end,
# future contract, set to zero, free, kind of row, undecided, units. Written apart from the code.
WHOLE = """
held     - - - - - -       -   -  leave
-        n y n y - count   n   -  leave
-        n y n y - -       y   -  leave
-        n y n y - -       n   -  zero
prepaid  - - - - - quota   -   -  units
prepaid  - - - - - class   -   -  unlimited
prepaid  - - - - - count   -   -  unlimited
prepaid  - - - - - switch  -   5  unlimited
prepaid  - - - - - switch  -   0  zero
payg     - - - - - -       -   -  unlimited
-        - - - - y -       -   -  unlimited
-        - - - - - -       y   -  leave
-        - - - - - count   -   -  leave
-        y - - y - -       -   -  zero
-        - - - - - -       -   -  leave
"""
STANDINGS = {
    "held": Standing.HELD,
    "prepaid": Standing.PREPAID,
    "payg": Standing.PAYG,
    "absent": Standing.ABSENT,
    "unmapped": Standing.NOT_MAPPED,
}
OUTCOMES = {
    "leave": Outcome.LEAVE,
    "zero": Outcome.ZERO,
    "units": Outcome.UNITS,
    "unlimited": Outcome.UNLIMITED,
}
KINDS = {
    "quota": {"carries_quota": True},
    "class": {"carries_quota": False},
    "count": {"carries_quota": False, "counts_only": True},
    "switch": {"carries_quota": False, "is_switch": True},
}
TABLE = [line.split() for line in WHOLE.strip().splitlines()]
ALL = list(product(STANDINGS, "yn", "yn", "yn", "yn", "yn", KINDS, "yn", ("0", "5")))


def expected(case: tuple[str, ...]) -> Outcome:
    for *pattern, outcome in TABLE:
        if all(want in {"-", has} for want, has in zip(pattern, case, strict=True)):
            return OUTCOMES[outcome]
    raise AssertionError(case)


def decided(case: tuple[str, ...]) -> Decision:
    standing, live, seen, future, zero, free, kind, undecided, units = case
    row = RowCase(
        STANDINGS[standing],
        is_free=free == "y",
        is_undecided=undecided == "y",
        units=int(units),
        **KINDS[kind],
    )
    around = Circumstances(
        sets_to_zero=zero == "y",
        has_live_addition=live == "y",
        has_seen_addition_end=seen == "y",
        has_future_contract=future == "y",
    )
    return decide([row], around)


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_combination_of_one_row_agrees_with_the_independent_table(standing: str, kind: str) -> None:
    """2,560 combinations in all."""
    cases = [case for case in ALL if case[0] == standing and case[6] == kind]

    assert {case: decided(case).outcome for case in cases} == {case: expected(case) for case in cases}


def test_zeroing_for_lack_of_additions_is_always_held_for_a_person_and_nothing_else_is() -> None:
    """R5."""
    for case in ALL:
        decision = decided(case)
        assert decision.needs_person == (decision.outcome is Outcome.ZERO and decision.rule == "R5"), case


def test_off_means_that_nothing_is_ever_lowered_except_through_the_contract() -> None:
    """Ambiguity 6: with "set quotas to zero" off, a 0 comes only from units of 0 on a contract."""
    for case in ALL:
        if case[4] == "n" and decided(case).outcome is Outcome.ZERO:
            assert (case[0], case[6], case[8]) == ("prepaid", "switch", "0")


def test_every_decision_names_its_rule_and_gives_a_reason() -> None:
    for case in ALL:
        decision = decided(case)
        assert decision.rule.startswith(("ACR-", "R"))
        assert decision.reason


PAIRS = [RowCase(standing, is_free=free) for standing in Standing for free in (True, False)]
PAIRS += [
    RowCase(standing, is_free=free, carries_quota=False) for standing in Standing for free in (True, False)
]


@pytest.mark.parametrize("first", PAIRS)
@pytest.mark.parametrize("second", PAIRS)
@pytest.mark.parametrize("sets_to_zero", [True, False])
def test_two_rows_of_one_item_are_judged_together_in_any_order(
    first: RowCase, second: RowCase, sets_to_zero: bool
) -> None:
    around = Circumstances(sets_to_zero=sets_to_zero, has_live_addition=True)
    together = decide([first, second], around)

    assert together == decide([second, first], around)
    standings = {first.standing, second.standing}
    if Standing.HELD in standings:
        assert together.outcome is Outcome.LEAVE
    elif any(row.standing is Standing.PREPAID and row.carries_quota for row in (first, second)):
        assert together.outcome is Outcome.UNITS  # R2: a total row on a prepaid contract sets the quota
    elif standings & {Standing.PREPAID, Standing.PAYG} or first.is_free or second.is_free:
        assert together.outcome is Outcome.UNLIMITED
    else:
        assert together.outcome is (Outcome.ZERO if sets_to_zero else Outcome.LEAVE)
