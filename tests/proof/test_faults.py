"""Faults at the writes and reads of the month, as a program of its own.

Each run takes a share drawn with `PROOF_SEED`, which the run prints; `make prove-faults` takes every one.
"""

from collections.abc import Callable

import pytest

from tests.proof.programs import run


@pytest.mark.parametrize(
    "options",
    [
        ("--share", "60"),
        ("--share", "60", "--writes", "--uniqueness", "none"),
        ("--share", "12", "--writes", "--opening"),
    ],
    ids=["a date is taken once", "a date is taken twice", "with a field to be made"],
)
def test_whatever_happens_to_a_call_the_month_ends_as_the_table_says(
    options: tuple[str, ...], tell: Callable[[str], None]
) -> None:
    """Field 3.3, protocol 2.3: each fault with the one end it may have."""
    code, told = run("faults", *options)

    tell(f"faults {' '.join(options)}\n{told}")
    assert code == 0, told


def test_the_faults_find_a_bridge_that_takes_a_lost_answer_for_a_request_that_never_left() -> None:
    """A defect planted on purpose: what arrives later would be billed twice."""
    only = ("--writes", "--only", "day 3,", "--fault", "arrives 40 minutes later")

    code, told = run("faults", "--plant", "not-sent", "--uniqueness", "none", *only)

    assert code == 1
    assert "sums" in told
