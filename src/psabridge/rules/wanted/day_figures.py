"""Figures of days, each with the meter it was counted by: a close is made from one meter alone (R7, W13)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from psabridge.rules.settings import Measure, MeterExpression, PairingSettings, ServiceMapping, TwoWay
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredUnits
from psabridge.rules.wanted.storage_measures import OF_THEIR_OWN
from psabridge.rules.words import LineId


@dataclass(frozen=True, slots=True)
class KeptFigure:
    """`units` None: what was read on that day does not tell them by this meter."""

    day: date
    units: int | None
    meter: str = ""  # mark of the rows; empty where it was kept before marks were


def meter_marks(settings: PairingSettings, desired: Desired) -> Mapping[LineId, str]:
    """Per measured line, a mark that changes with whatever its rows make of the same usage."""
    return {one.line: _mark(one, settings) for one in desired.measured}


def _mark(wanted: DesiredUnits, settings: PairingSettings) -> str:
    said = sorted(part for row in wanted.rows for part in _said(row, settings))
    return sha256("\n".join(said).encode()).hexdigest()[:16]


def _said(row: ServiceMapping, settings: PairingSettings) -> Iterator[str]:
    meter = replace(row.meter or MeterExpression(), figure=None)
    yield f"{row.key} {row.edition} {row.unit_size} {row.rounding} {row.ignore_below} {meter}"
    if row.measure is not Measure.USAGE or meter.plus or meter.minus:
        yield f"{settings.storage_names}"
    if row.cloud is not None:
        yield f"{sorted(settings.clouds.items())}"
    if row.measure is Measure.REMAINDER:
        own = (one for one in settings.services if one.item == row.item and one.service is not None)
        yield from (f"less {one.key}" for one in own if one.measure in OF_THEIR_OWN)


def known_figures(figures: Iterable[KeptFigure]) -> tuple[DayFigure, ...]:
    """A day that its meter cannot tell is a hole, not a number."""
    return tuple(DayFigure(one.day, one.units, one.meter) for one in figures if one.units is not None)


def is_by_another(figure: KeptFigure, mark: str) -> bool:
    return figure.meter not in {"", mark}


def as_of_now(then: PairingSettings, now: PairingSettings) -> PairingSettings:
    """The customers of that day under the rows of today."""
    return replace(
        then,
        services=now.services,
        storage_names=now.storage_names,
        clouds=now.clouds,
        two_way=TwoWay(),  # what a person set in Acronis that day is no usage
    )
