"""The billing periods of a line, read from the first days of its rows, never computed (R12)."""

from collections.abc import Iterator

from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.psa import Contract
from psabridge.rules.units.picture import Picture


def periods_of_line(picture: Picture, contract: Contract, expected: PeriodType | None) -> PeriodGrid | None:
    """The finest periods whose first days all have a row; None when the rows do not say.

    Every period of a line has a row that starts on its first day (docs/vendors/autotask.md, contract
    service units), so what lies between are changes inside a period. Periods step from the contract's start
    unless the rows show another beginning. Row ends are not used (D9). Only a line without any row is
    computed, from the contract's start and the service's own period.
    """
    if not picture.rows:
        length = expected or contract.period_type
        return None if length is None else PeriodGrid(contract.starts, length)
    return next(_fitting(picture, contract, expected), None)


def _fitting(picture: Picture, contract: Contract, expected: PeriodType | None) -> Iterator[PeriodGrid]:
    starts = sorted({row.starts for row in picture.rows})
    horizon = min(picture.covers_to, contract.ends)
    for anchor in (contract.starts, *starts):
        for length in sorted(PeriodType):
            grid = PeriodGrid(anchor, length)
            firsts = [day for day in grid.first_days(starts[0], horizon) if day >= contract.starts]
            is_told = len(firsts) > 1 or (len(firsts) == 1 and length == expected)
            if is_told and set(firsts) <= set(starts):
                yield grid
