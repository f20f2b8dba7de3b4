"""What is put in order may lack something: a row without a posting, an item without a storage."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.psa import UnitRow
from psabridge.rules.units.picture_reading import Unclear, is_posted_from, read_picture, within
from psabridge.rules.words import CompanyId, ItemKey, StorageId
from tests.builders import line_id
from tests.rules.unit_rows import MARCH, D, a_picture, a_row

POSTED = datetime(2026, 3, 20, tzinfo=UTC)
ROWS = st.builds(
    UnitRow,
    line=st.just(line_id(100)),
    starts=st.just(date(2026, 3, 1)),
    ends=st.just(date(2026, 3, 31)),
    units=st.integers(1, 2),
    posted_at=st.sampled_from([None, POSTED]),
    price=st.sampled_from([None, Decimal(3), Decimal(4)]),
)
ITEMS = st.builds(
    ItemKey,
    st.just("protection"),
    st.just("storage"),
    st.sampled_from([None, StorageId("a"), StorageId("b")]),
)
FINDINGS = st.builds(
    Finding,
    st.just("R25"),
    st.just(Severity.NOTE),
    st.just("Acme"),
    st.just("is odd"),
    st.just("Look"),
    st.sampled_from([None, CompanyId(1), CompanyId(2)]),
)


@given(st.one_of(st.lists(ROWS), st.lists(ITEMS), st.lists(FINDINGS)), st.randoms(use_true_random=False))
def test_however_they_come_they_are_put_in_one_order(values: list[Any], chance: Random) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)

    assert sorted(shuffled) == sorted(values)


def test_a_posted_row_and_an_extra_one_that_is_like_it_are_read() -> None:
    """D2: they ended the cycle of all customers; alone they say nothing of the day (protocol 2.5)."""
    alike = (a_row(*MARCH, posted=True), a_row(*MARCH))
    for rows in (alike, alike[::-1]):
        picture = replace(a_picture(MARCH), rows=rows)

        assert isinstance(read_picture(picture, None), Unclear)
        assert is_posted_from(picture, D)
        assert within(picture, D, D).rows == alike[::-1]
