"""A bundle on a prepaid contract sets the quotas of the services inside it (ACR-MAP-12)."""

import pytest

from psabridge.engine.explaining import explain_lines
from tests.journeys.conftest import Begin


@pytest.mark.parametrize("asked", ["Safe seat bundle", "Microsoft 365 seat backup", "Advanced security"])
def test_a_bundle_is_found_by_what_is_in_it_and_explains_its_quotas(begin: Begin, asked: str) -> None:
    """Its quotas were in no explanation, and "Microsoft 365 seat backup" was "on no contract"."""
    journey = begin("msp-25")

    (found,) = explain_lines(
        "Juniper Lane Nursery", asked, on=None, settings=journey.settings, ports=journey.ports
    ).lines

    assert (found.service, found.units) == ("Safe seat bundle", 7)
    assert sorted((one.item, one.now, one.wanted) for one in found.quotas) == [
        ("Advanced Security: Workloads", "on with a quota of 7", "on with a quota of 7"),
        ("Microsoft 365 seats", "on with a quota of 7", "on with a quota of 7"),
    ]
