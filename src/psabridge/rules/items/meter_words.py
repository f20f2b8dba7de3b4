"""A row's meter as people read it, and how a number came out of it step by step."""

from collections.abc import Iterator

from psabridge.rules.evidence import Arithmetic
from psabridge.rules.items.labels import Labels, amount
from psabridge.rules.settings import CloseFigure, Measure, MeterPart, ServiceMapping

_FIGURES = {
    CloseFigure.LAST: "the last day of the period counts",
    CloseFigure.HIGHEST: "the highest day of the period counts",
    CloseFigure.AVERAGE: "the average of the period's days counts",
}


def unit_of(part: Arithmetic) -> str:
    units = {reading.unit for reading in part.readings}
    return units.pop() if len(units) == 1 else ""


def row_words(row: ServiceMapping, labels: Labels, unit: str) -> str:
    """Where a row counts and by which meter: "Workstations plus Servers; 10 included"."""
    return f"{labels.row(row)}{_meter(row, labels, unit)}"


def measure_words(row: ServiceMapping, labels: Labels, unit: str) -> str:
    """The same beside a column that names the item: "usage plus Servers; 10 included"."""
    return f"{row.measure}{_meter(row, labels, unit)}"


def _meter(row: ServiceMapping, labels: Labels, unit: str) -> str:
    meter = row.meter
    if meter is None:
        return ""
    counted = "".join(f" plus {_part(part, labels)}" for part in meter.plus)
    counted += "".join(f" less {_part(part, labels)}" for part in meter.minus)
    said = [f"{amount(meter.included, unit)} included"] if meter.included else []
    said += [] if meter.minimum is None else [f"at least {meter.minimum:,} units"]
    said += [] if meter.figure is None else [_FIGURES[meter.figure]]
    return "; ".join((counted, *said))


def _part(part: MeterPart, labels: Labels) -> str:
    return labels.row(ServiceMapping(part.item, part.measure, part.storage))


def counted_item(usage_name: str, row: ServiceMapping, labels: Labels) -> str:
    """The item that a usage of the row belongs to: the row's own, or one of its meter."""
    parts = () if row.meter is None else (*row.meter.plus, *row.meter.minus)
    for item in (row.item, *(part.item for part in parts)):
        found = labels.catalogue.find(item)
        if found is not None and found.usage_name == usage_name:
            return item
    return row.item


def before_rounding(part: Arithmetic, unit: str) -> Iterator[str]:
    """Every operation that led to what is divided into units."""
    meter = part.row.meter
    quantities = [reading.quantity for reading in part.readings if reading.quantity is not None]
    is_worked_out = meter is not None or part.row.measure is Measure.REMAINDER
    if is_worked_out and len(quantities) > 1:
        terms = "".join(f" {'-' if one < 0 else '+'} {amount(abs(one), unit)}" for one in quantities[1:])
        yield f"{amount(quantities[0], unit)}{terms} = {amount(part.quantity, unit)}"
    if meter is not None and meter.included:
        left = max(part.quantity - meter.included, 0)
        counted, included = amount(part.quantity, unit), amount(meter.included, unit)
        yield f"{counted} less {included} included: {amount(left, unit)}"
    elif meter is not None and part.quantity < 0:
        yield f"{amount(part.quantity, unit)} is less than nothing: 0"


def after_rounding(part: Arithmetic) -> Iterator[str]:
    if part.row.minimum is not None:
        yield f"at least {part.row.minimum:,} units: {part.units:,}"
