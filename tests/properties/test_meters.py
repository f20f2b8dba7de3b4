"""What holds of every meter: the right number, the same file, more used is never billed lower."""

from fractions import Fraction
from math import ceil, floor

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.settings import (
    CloseFigure,
    DatingPolicy,
    Measure,
    MeterExpression,
    MeterPart,
    Rounding,
    ServiceMapping,
)
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.wanted.meters import mistakes
from psabridge.rules.wanted.quantities import billable, quota_for, turns_round, units_for
from psabridge.rules.words import StorageId
from psabridge.store.codec import from_plain
from psabridge.wiring.config_file import as_yaml, plain_row
from tests.builders import (
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
)

COUNTS = st.integers(0, 500)
USAGES = {
    "pw_base_workstations": "workstations",
    "pw_base_servers": "servers",
    "pw_base_vms": "vms",
    "pw_base_mobiles": "mobiles",
}
OTHERS = list(USAGES)[1:]


@st.composite
def meters(draw: st.DrawFn) -> MeterExpression:
    """Each of the other items is added, taken away or left out."""
    places = {item: draw(st.sampled_from(["plus", "minus", ""])) for item in OTHERS}
    meter = MeterExpression(
        plus=tuple(MeterPart(item) for item in OTHERS if places[item] == "plus"),
        minus=tuple(MeterPart(item) for item in OTHERS if places[item] == "minus"),
        included=draw(st.sampled_from([0, 0, 1, 10, 200])),
        minimum=draw(st.sampled_from([None, None, 0, 7, 300])),
    )
    assume(meter != MeterExpression())
    return meter


@st.composite
def rows(draw: st.DrawFn) -> ServiceMapping:
    return a_mapping_row(
        meter=draw(meters()),
        unit_size=draw(st.sampled_from([1, 1, 2, 5, 100])),
        rounding=draw(st.sampled_from(Rounding)),
        ignore_below=draw(st.sampled_from([0, 0, 3, 50])),
    )


used = st.fixed_dictionaries({item: st.none() | COUNTS for item in USAGES})
all_used = st.fixed_dictionaries(dict.fromkeys(USAGES, COUNTS))


def billed(row: ServiceMapping, used: dict[str, int | None]) -> int | None:
    """What the bridge would have on the line; None: it writes nothing."""
    psa = psa_snapshot(contracts=[a_payg_contract()], lines=[a_line()], rows=[a_unit_row()])
    found = desired_state(settings(row), psa, using(used), contracts_seen={})
    return next((one.units for one in found.units if one.line == line_id(100)), None)


def using(used: dict[str, int | None]) -> PlatformSnapshot:
    return platform_snapshot(
        items=[an_item(item, usage) for item, usage in USAGES.items()],
        usages=[a_usage(USAGES[item], value) for item, value in used.items() if value is not None],
    )


def by_hand(row: ServiceMapping, used: dict[str, int | None]) -> int | None:
    """The same from a plain dictionary, with fractions, knowing nothing of the bridge."""
    meter = plain_row(row)["meter"]
    counts = [used["pw_base_workstations"]]
    counts += [used[part["item"]] for part in meter.get("plus", [])]
    taken = [used[part["item"]] for part in meter.get("minus", [])]
    if None in counts or None in taken:
        return None
    total = sum(count for count in counts if count) - sum(count for count in taken if count)
    if total < 0 and "minimum" not in meter:
        return None
    above = max(total - meter.get("included", 0), 0)
    exact = Fraction(above if above >= row.ignore_below else 0, row.unit_size)
    whole = {"up": ceil(exact), "down": floor(exact), "nearest": floor(exact + Fraction(1, 2))}[row.rounding]
    return max(whole, meter.get("minimum", 0))


@given(rows(), used)
def test_a_meter_gives_what_is_worked_out_by_hand(row: ServiceMapping, used: dict[str, int | None]) -> None:
    """R7. An unknown input makes the result unknown (ERR-22)."""
    assert billed(row, used) == by_hand(row, used)


@given(rows(), all_used, st.sampled_from(list(USAGES)), st.integers(1, 50))
def test_more_of_what_is_counted_is_never_billed_lower(
    row: ServiceMapping, used: dict[str, int], item: str, more: int
) -> None:
    """And more of what is taken away never higher."""
    assert row.meter is not None
    is_taken = any(part.item == item for part in row.meter.minus)
    before, after = billed(row, dict(used)), billed(row, {**used, item: used[item] + more})
    assume(before is not None and after is not None)

    assert before is not None
    assert after is not None
    assert after <= before if is_taken else after >= before


@given(st.integers(0, 10**6), st.integers(1, 100), st.integers(0, 1000))
def test_a_quota_turned_round_is_the_most_that_is_billed_with_the_units_sold(
    units: int, size: int, included: int
) -> None:
    """R7, both directions: what may be used is billed as what was sold, and one more is not."""
    row = a_mapping_row(meter=MeterExpression(included=included), unit_size=size)
    quota = quota_for(units, row)

    assert turns_round(row)
    assert units_for(quota, row) == units
    assert units_for(quota + 1, row) == units + 1
    assert billable(quota, row) == units * size


texts = st.sampled_from(["pw_base_servers", "pw_base_vms", "pw_base_storage", "something new"])
parts = st.builds(
    MeterPart, item=texts, measure=st.sampled_from(Measure), storage=st.none() | st.just(StorageId("place"))
)
any_meter = st.builds(
    MeterExpression,
    plus=st.lists(parts, max_size=3).map(tuple),
    minus=st.lists(parts, max_size=3).map(tuple),
    included=st.integers(0, 10**15),
    minimum=st.none() | st.integers(0, 10**6),
    figure=st.none() | st.sampled_from(CloseFigure),
)


@given(any_meter)
def test_a_meter_comes_out_of_a_file_as_it_went_in(meter: MeterExpression) -> None:
    row = a_mapping_row(meter=meter)

    assert from_plain(yaml.safe_load(as_yaml(plain_row(row))), ServiceMapping) == row


@given(any_meter)
def test_every_mistake_of_a_meter_is_said_and_stops_its_row(meter: MeterExpression) -> None:
    """What `config import` would refuse writes nothing if it stands in a kept row."""
    row = a_mapping_row(meter=meter)
    assume(list(mistakes(row, DatingPolicy.AS_IT_CHANGES)))

    assert billed(row, dict.fromkeys(USAGES, 3)) is None
