"""A row's meter as people read it, and how a number came out of it step by step."""

from collections.abc import Iterator

from psabridge.rules.evidence import Arithmetic
from psabridge.rules.items.labels import Labels, amount
from psabridge.rules.settings import CloseFigure, Measure, MeterPart, Rounding, ServiceMapping

_FIGURES = {
    CloseFigure.LAST: "the last day of the period counts",
    CloseFigure.HIGHEST: "the highest day of the period counts",
    CloseFigure.AVERAGE: "the average of the period's days counts",
}

_ROUNDED = {
    Rounding.UP: "rounded up",
    Rounding.NEAREST: "rounded to the nearest",
    Rounding.DOWN: "rounded down",
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


def units_words(row: ServiceMapping, labels: Labels, unit: str) -> str:
    """All that makes units of usage, in its order: "usage; 10 included; one unit is 5, rounded up"."""
    said = [f"less than {amount(row.ignore_below, unit)} is 0"] if row.ignore_below else []
    if row.unit_size > 1:
        said.append(f"one unit is {amount(row.unit_size, unit)}, {_ROUNDED[row.rounding]}")
    is_average = row.meter is not None and row.meter.figure is CloseFigure.AVERAGE
    figure = [f"{one}, {_ROUNDED[row.rounding]}" if is_average else one for one in _figure(row)]
    counted = f"{row.measure}{_counted(row, labels)}"
    return "; ".join((counted, *_included(row, unit), *said, *_minimum(row), *figure))


def _meter(row: ServiceMapping, labels: Labels, unit: str) -> str:
    parts = (_counted(row, labels), *_included(row, unit), *_minimum(row), *_figure(row))
    return "; ".join(parts)


def _counted(row: ServiceMapping, labels: Labels) -> str:
    if row.meter is None:
        return ""
    plus = "".join(f" plus {_part(part, labels)}" for part in row.meter.plus)
    return plus + "".join(f" less {_part(part, labels)}" for part in row.meter.minus)


def _included(row: ServiceMapping, unit: str) -> Iterator[str]:
    if row.included:
        yield f"{amount(row.included, unit)} included"


def _minimum(row: ServiceMapping) -> Iterator[str]:
    if row.minimum is not None:
        yield f"at least {row.minimum:,} units"


def _figure(row: ServiceMapping) -> Iterator[str]:
    if row.meter is not None and row.meter.figure is not None:
        yield _FIGURES[row.meter.figure]


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
