"""By which meter a day was counted: its mark turns with all that makes other units of the same usage (R7)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.evidence import Evidence
from psabridge.rules.settings import (
    CloseFigure,
    DatingPolicy,
    Limit,
    Measure,
    MeterExpression,
    MeterPart,
    PairingSettings,
    Rounding,
    ServiceMapping,
    StorageNames,
)
from psabridge.rules.wanted.day_figures import KeptFigure, is_by_another, known_figures, meter_marks
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredUnits
from psabridge.rules.words import CompanyId, ContractId, ServiceId
from tests.builders import a_mapping_row, a_storage_row, line_id, settings

LINE = line_id(100)
ROW = a_mapping_row()
TOTAL = a_storage_row(Measure.TOTAL, 1001)


def mark(row: ServiceMapping, decided: PairingSettings | None = None) -> str:
    units = DesiredUnits(LINE, ContractId(10), CompanyId(1), ServiceId(1000), 5, Evidence(), (row,))
    return meter_marks(decided or settings(row), Desired(units=(units,)))[LINE]


@pytest.mark.parametrize(
    "changed",
    [
        replace(ROW, unit_size=100),
        replace(ROW, rounding=Rounding.DOWN),
        replace(ROW, ignore_below=3),
        replace(ROW, item="pw_base_servers"),
        replace(ROW, meter=MeterExpression(included=10)),
        replace(ROW, meter=MeterExpression(minimum=5)),
        replace(ROW, meter=MeterExpression(plus=(MeterPart("pw_base_servers"),))),
    ],
)
def test_what_makes_other_units_of_the_same_usage_is_another_meter(changed: ServiceMapping) -> None:
    assert mark(changed) != mark(ROW)


@pytest.mark.parametrize(
    "changed",
    [
        replace(ROW, limit=Limit.ALLOWANCE, overage=3),
        replace(ROW, free=True),
        replace(ROW, policy=DatingPolicy.PERIOD_CLOSE),
        replace(ROW, meter=MeterExpression(figure=CloseFigure.HIGHEST)),
    ],
)
def test_what_says_only_when_or_how_a_quota_holds_is_the_same_meter(changed: ServiceMapping) -> None:
    assert mark(changed) == mark(ROW)


def test_usage_names_and_rows_of_their_own_belong_to_the_meter_of_a_storage() -> None:
    """R1: what a remainder leaves out hangs on other rows."""
    rest, class_2 = replace(TOTAL, measure=Measure.REMAINDER), replace(TOTAL, measure=Measure.CLASS_2)
    renamed = replace(settings(TOTAL), storage_names=StorageNames(total="all_storage"))

    assert mark(TOTAL, renamed) != mark(TOTAL)
    assert mark(rest, settings(rest, class_2)) != mark(rest, settings(rest))
    assert mark(TOTAL, settings(TOTAL, class_2)) == mark(TOTAL)


def test_a_day_that_its_meter_cannot_tell_is_a_hole_and_not_0() -> None:
    """W13."""
    day = date(2026, 3, 9)
    kept = (KeptFigure(day, None, "a"), KeptFigure(date(2026, 3, 10), 0, "a"))

    assert known_figures(kept) == (DayFigure(date(2026, 3, 10), 0, "a"),)
    assert is_by_another(kept[0], "b")
    assert not is_by_another(KeptFigure(day, 5), "b")  # kept before meters were told
