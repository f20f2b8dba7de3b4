"""Lines that the bridge once wrote and must leave alone now (R57, protocol 2.3)."""

from psabridge.engine.explaining import drift_now
from psabridge.rules.explaining.drift import Verdict
from psabridge.rules.words import LineId, LineKind
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.test_lost_answers import LOOSE


def test_a_line_never_to_be_written_tells_when_another_moves_it(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    line = LineId(LineKind.SERVICE, firm.line)
    journey.configure(never_write=[str(line)])
    journey.vendors.do(lambda: journey.vendors.autotask.adjust(firm.line, journey.today, 3))

    report = journey.cycle()
    (found,) = [one for one in drift_now(journey.settings, journey.ports) if one.line == line]

    assert [one.problem for one in report.findings if one.code == "R57" and "left it at" in one.problem] == [
        "it is marked never to be written; we left it at 12 and it shows 15"
    ]
    assert (found.source, found.confirmed, found.now) == (None, 12, 15)
    assert found.verdict is Verdict.CHANGED_BY_ANOTHER
    assert journey.landed(firm.line) == [(journey.today.replace(day=10), 2)]
