"""March and its close, for the tests of dating by periods."""

from datetime import date

from psabridge.rules.plans.plan import Plan
from psabridge.rules.settings import DatingPolicy, PairingSettings
from psabridge.rules.wanted.desired import DayFigure
from tests.builders import settings
from tests.rules.planning_cast import MARCH, Line, figures_for, plan_of

LAST = date(2026, 3, 31)
LAST_BUT_ONE = date(2026, 3, 30)
CLOSE = settings(policy=DatingPolicy.PERIOD_CLOSE)
NEXT = settings(policy=DatingPolicy.NEXT_PERIOD)


def march(*units: int) -> tuple[DayFigure, ...]:
    """Figures for all of March up to its last complete day; the last given goes on."""
    return figures_for([*units, *[units[-1]] * (30 - len(units))], MARCH)


def closed(
    line: Line,
    units: int,
    figures: tuple[DayFigure, ...],
    today: date = LAST,
    decided: PairingSettings = CLOSE,
) -> Plan:
    return plan_of(line, units, today=today, decided=decided, figures=figures)
