"""What cannot be a meter."""

from dataclasses import replace

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.settings import (
    CloseFigure,
    DatingPolicy,
    Measure,
    MeterExpression,
    MeterPart,
    ServiceMapping,
)
from psabridge.rules.wanted.meters import mistakes
from tests.builders import (
    a_mapping_row,
    a_storage_item,
    a_storage_row,
    a_usage,
    an_item,
    platform_snapshot,
    settings,
)
from tests.rules.asking import desired
from tests.rules.meter_cast import OTHER, SERVERS, VMS, metered, sold


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (metered(), "it says nothing"),
        (metered(included=-1), "included is -1"),
        (metered(minimum=-1), "minimum is -1"),
        (metered(plus=(MeterPart("pw_base_workstations"),)), "plus counts pw_base_workstations/usage"),
        (metered(plus=(SERVERS, SERVERS)), "plus counts pw_base_servers/usage"),
        (metered(minus=(SERVERS, SERVERS)), "minus takes pw_base_servers/usage away"),
        (metered(plus=(SERVERS,), minus=(SERVERS,)), "take both out"),
        (metered(minus=(MeterPart("pw_base_workstations"),)), "take both out"),
        (metered(figure=CloseFigure.HIGHEST), "give the row the policy period_close"),
        (
            replace(metered(figure=CloseFigure.LAST), is_range=True, policy=DatingPolicy.PERIOD_CLOSE),
            "on a range",
        ),
        (
            metered(plus=(MeterPart("pw_base_storage", Measure.REMAINDER),)),
            "plus has a 'total without rows of their own'",
        ),
        (
            a_storage_row(
                Measure.TOTAL,
                1,
                meter=MeterExpression(plus=(MeterPart("pw_base_storage", Measure.CLASS_2),)),
            ),
            "plus counts pw_base_storage/class 2",
        ),
    ],
)
def test_a_meter_that_means_nothing_is_refused_by_its_place(row: ServiceMapping, said: str) -> None:
    """R7: each mistake names its place and the next act."""
    (problem,) = mistakes(row, DatingPolicy.AS_IT_CHANGES)

    assert said in problem


def test_sound_meters_have_no_mistakes() -> None:
    two_storages = a_storage_row(
        Measure.TOTAL, 1, meter=MeterExpression(plus=(MeterPart("pw_base_storage", Measure.TOTAL, OTHER),))
    )

    for row in (metered(plus=(SERVERS,), minus=(VMS,), included=1, minimum=0), two_storages, a_mapping_row()):
        assert not list(mistakes(row, DatingPolicy.AS_IT_CHANGES))
    assert not list(mistakes(metered(figure=CloseFigure.AVERAGE), DatingPolicy.NEXT_PERIOD))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (MeterPart("pw_base_storage", Measure.TOTAL), "in bytes"),
        (MeterPart("pw_base_nas"), "which the platform does not offer"),
    ],
)
def test_a_meter_that_mixes_or_names_nothing_is_refused(part: MeterPart, said: str) -> None:
    """R7: bytes are not added to seats, and what nobody offers is not 0."""
    platform = platform_snapshot(items=[an_item(), a_storage_item()], usages=[a_usage()])

    found = desired(settings(metered(plus=(part,))), sold(), platform)

    assert found.units == ()
    row, line = sorted((one for one in found.findings if one.code == "R7"), key=lambda one: one.subject)[::-1]
    assert said in row.problem
    assert "mapping row" in row.subject
    assert said in line.problem
    assert "on contract" in line.subject
    assert (line.severity, line.next_act) == (Severity.STOPS, "Correct the mapping row")
