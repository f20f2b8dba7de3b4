"""What a meter may say. Each mistake names its place in the meter and the next act (R7)."""

from collections.abc import Iterator
from itertools import combinations

from psabridge.rules.settings import DatingPolicy, Measure, MeterExpression, MeterPart, ServiceMapping
from psabridge.rules.wanted.storage_measures import OVERLAPS

# Of one item, all these report the whole.
_WHOLE = frozenset({Measure.USAGE, Measure.TOTAL, Measure.REMAINDER, Measure.PUBLIC_CLOUD})


def mistakes(row: ServiceMapping, policy: DatingPolicy) -> Iterator[str]:
    """`policy` is the pairing's; the row may have its own."""
    if row.meter is None:
        return
    if row.meter == MeterExpression():
        yield "it says nothing: give it plus, minus, included, minimum or figure, or take it out"
    yield from _numbers(row.meter)
    yield from _parts(row, row.meter)
    yield from _figures(row, row.meter, row.policy or policy)


def _numbers(meter: MeterExpression) -> Iterator[str]:
    if meter.included < 0:
        yield f"included is {meter.included}, at least 0 is possible"
    if meter.minimum is not None and meter.minimum < 0:
        yield f"minimum is {meter.minimum}, at least 0 is possible"


def _parts(row: ServiceMapping, meter: MeterExpression) -> Iterator[str]:
    own = MeterPart(row.item, row.measure, row.storage)
    for place, parts in (("plus", meter.plus), ("minus", meter.minus)):
        if any(part.measure is Measure.REMAINDER for part in parts):
            yield f"{place} has a '{Measure.REMAINDER}', which hangs on other rows: name the total"
        if any(part.measure is Measure.NOTHING for part in parts):
            yield f"{place} has the measure '{Measure.NOTHING}', which counts nothing: take it out"
    for one, other in combinations((own, *meter.plus), 2):
        if _overlap(one, other):
            yield f"plus counts {_name(other)}, which is in {_name(one)} already: take it out"
    for one, other in combinations(meter.minus, 2):
        if _overlap(one, other):
            yield f"minus takes {_name(other)} away, which is in {_name(one)} already: take it out"
    for part in meter.minus:
        if part in (own, *meter.plus):
            yield f"minus takes {_name(part)} away, which it counts: take both out"


def _figures(row: ServiceMapping, meter: MeterExpression, policy: DatingPolicy) -> Iterator[str]:
    if meter.figure is None:
        return
    if row.is_range:
        yield f"figure is {meter.figure} on a range, which counts from the period's start: take it out"
    elif policy is DatingPolicy.AS_IT_CHANGES:
        yield (
            f"figure is {meter.figure}, and {policy} bills each day as it comes: "
            "give the row the policy period_close or next_period"
        )


def _overlap(one: MeterPart, other: MeterPart) -> bool:
    """Whether some of the same usage is in both."""
    same_place = one.storage == other.storage or None in {one.storage, other.storage}
    if one.item != other.item or not same_place:
        return False
    measures = _plain(one.measure), _plain(other.measure)
    return measures[0] is measures[1] or measures in OVERLAPS or measures[::-1] in OVERLAPS


def _plain(measure: Measure) -> Measure:
    return Measure.TOTAL if measure in _WHOLE else measure


def _name(part: MeterPart) -> str:
    """As the configuration file has it."""
    return ServiceMapping(part.item, part.measure, part.storage).key
