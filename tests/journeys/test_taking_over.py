"""From the vendor's own integration to the bridge: look beside it, compare, switch it off, write (R40)."""

import yaml

from psabridge.engine.explaining import drift_now
from psabridge.rules.explaining.drift import LineDrift, Verdict
from psabridge.wiring.config_file import export_config
from tests.journeys.conftest import Begin, OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

OTHER_PROGRAM = "api:other"


def _drift(journey: Journey) -> dict[int, LineDrift]:
    return {one.line.number: one for one in drift_now(journey.settings, journey.ports)}


def test_beside_the_vendors_own_integration_nothing_is_written_and_every_line_is_compared(
    open_shop: OpenShop,
) -> None:
    """R40: observe beside it; what is used and what is billed stand side by side."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.modes("observe")
    journey.go()
    edit = {"line": other.line, "day": journey.today.isoformat(), "change": 1, "by": OTHER_PROGRAM}
    journey.control("foreign-edit", edit)

    compared = _drift(journey)

    assert (compared[firm.line].source, compared[firm.line].now) == (12, 10)
    assert compared[other.line].verdict is Verdict.IN_STEP
    assert "found so" in compared[other.line].text
    assert journey.written() == (0, 0)


def test_a_program_that_still_writes_shows_as_changed_by_another(open_shop: OpenShop) -> None:
    """R40: the sign of a second writer is a line that moves without us after we confirmed it."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    for sale in (firm, other):
        edit = {"line": sale.line, "day": journey.today.isoformat(), "change": -2, "by": OTHER_PROGRAM}
        journey.control("foreign-edit", edit)
    journey.modes("observe")
    journey.go()

    compared = _drift(journey)

    assert {one.verdict for one in compared.values()} == {Verdict.CHANGED_BY_ANOTHER}
    assert [edit.change for one in compared.values() for edit in one.foreign] == [-2, -2]
    assert len(journey.landed(firm.line)) == 1


def test_what_the_vendors_integration_left_needs_nothing_in_any_mode(begin: Begin) -> None:
    """R40: field, services, lines, quotas and tenants are adopted as they are: 0 steps, 0 holds."""
    journey = begin("adopted")
    fields = len(_definitions(journey))

    for mode in ("observe", "approve", "automatic"):
        report = journey.modes(mode).cycle()
        assert (report.plan.steps, report.plan.holds) == ((), ())

    assert journey.written() == (0, 0)
    assert len(_definitions(journey)) == fields


def _definitions(journey: Journey) -> list[object]:
    return journey.vendors.do(
        lambda: list(journey.vendors.autotask.database["UserDefinedFieldDefinitions"].all())
    )


def test_going_back_leaves_everything_as_it_stands(open_shop: OpenShop) -> None:
    """ACR-CON-07, R44: switching off stops new writes and undoes none; each switch is by itself."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    before = (journey.units(firm.line), journey.units(other.line), journey.quota(firm.tenant, firm.sold.item))
    mapped = journey.settings.customers

    journey.modes("observe").advance(days=1)
    journey.use(firm, 40)
    journey.go()

    after = (journey.units(firm.line), journey.units(other.line), journey.quota(firm.tenant, firm.sold.item))
    assert after == before == (12, 21, "unlimited")
    assert journey.settings.customers == mapped


def test_the_export_is_the_archive_of_a_connection_that_is_given_up(open_shop: OpenShop) -> None:
    """ACR-CON-09: it holds the mappings while the vendors answer nobody any more."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.control("user", {"state": "revoked"})

    archive = yaml.safe_load(export_config(journey.bridge.pairings))

    rows = archive["pairings"]["acronis-autotask"]["customers"]
    assert firm.tenant in {row["tenant"] for row in rows}
    assert firm.sold.service_id in {
        row["service"] for row in archive["pairings"]["acronis-autotask"]["services"]
    }


def test_prepared_services_are_taken_by_their_exact_name_and_never_doubled(open_shop: OpenShop) -> None:
    """ACR-CON-10: what stands in Autotask already is adopted by the row that names it."""
    journey, _ = open_shop(two_firms, **LOOSE)
    named = {"name": "Server backup", "billing_code": 1, "period_type": 1}
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    servers = next(row for row in rows if row["item"] == "pw_base_servers")
    number = servers["service"]

    journey.configure(services=[{**row, "service": named} if row is servers else row for row in rows]).go()

    found = {row.item: row.service for row in journey.settings.services}
    names = journey.vendors.do(
        lambda: [row["name"] for row in journey.vendors.autotask.database["Services"].all()]
    )
    assert found["pw_base_servers"] == number
    assert names.count("Server backup") == 1
