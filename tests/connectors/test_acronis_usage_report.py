"""A daily usage report, from its order to days of use (R17, Ac27, Ac40)."""

from datetime import date

import pytest

from psabridge.connectors.acronis.usage_report import day_uses
from psabridge.kit.errors import Unreadable
from psabridge.rules.wanted.ranges.daily import DayUse
from psabridge.rules.words import StorageId, TenantId

HEAD = "date,tenant.id,tenant.kind,name,edition,infra.id,usage.absolute.total,usage.delta.total\n"
POINTS = "pw_base_adv_dr_compute_points"


def a_row(day: str = "2026-03-15", used: object = 900, edition: str = "a", infra: str = "s1") -> str:
    return f"{day},t1,customer,{POINTS},{edition},{infra},90000,{used}\n"


def test_each_row_is_a_day_of_use() -> None:
    uses = day_uses((HEAD + a_row() + a_row("2026-03-16", 0, infra="")).encode(), "r1")

    assert uses == (
        DayUse(TenantId("t1"), POINTS, StorageId("s1"), date(2026, 3, 15), 900),
        DayUse(TenantId("t1"), POINTS, None, date(2026, 3, 16), 0),
    )


def test_editions_of_one_item_are_added_up() -> None:
    (use,) = day_uses((HEAD + a_row() + a_row(used=50, edition="b")).encode(), "r1")

    assert use.used == 950


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        HEAD.replace("date,", "").encode(),
        (HEAD + a_row(used="")).encode(),
        (HEAD + a_row(used="9.5")).encode(),
        (HEAD + a_row(day="15.3.2026")).encode(),
        (HEAD + a_row() + "2026-03-16,t1\n").encode(),
        (HEAD + f"2026-03-16,,customer,{POINTS},a,s1,1,1").encode(),
    ],
    ids=["empty", "no text", "no day", "no figure", "a fraction", "another day", "cut short", "nobody's"],
)
def test_a_report_that_is_not_understood_says_nothing(content: bytes) -> None:
    """ERR-22: half a report would bill half."""
    with pytest.raises(Unreadable, match="usage report r1"):
        day_uses(content, "r1")
