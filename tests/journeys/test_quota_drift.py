"""Who moved a quota, asked at the shell after real cycles (R40, ACR-PRE-01)."""

from typing import Any

import pytest

from psabridge.engine.explaining import quota_drift_now
from psabridge.rules.explaining.quota_drift import QuotaDrift, QuotaVerdict
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.test_lost_answers import LOOSE

__all__ = ["shell"]


def prepaid(firms: Firms) -> tuple[Sale, Sale]:
    """Two whose contracts set quotas, and one that pays as it goes."""
    firms.sale("Meadow Dental", units=10, used=12)
    return (
        firms.sale("Fixed Ltd", units=10, used=3, payg="No"),
        firms.sale("Other & Sons", units=20, used=11, payg="No"),
    )


def of(journey: Journey, sale: Sale) -> QuotaDrift:
    [found] = [one for one in quota_drift_now(journey.settings, journey.ports) if one.tenant == sale.tenant]
    return found


def by_hand(journey: Journey, sale: Sale, quota: int) -> None:
    moved = {"tenant": sale.tenant, "name": sale.sold.item, "quota": quota, "overage": 0}
    journey.control("quota", moved, vendor="acronis")


def sells(journey: Journey, sale: Sale, more: int) -> None:
    journey.control("foreign-edit", {"line": sale.line, "day": f"{journey.today}", "change": more})


def test_a_quota_that_a_person_moved_is_told_apart_from_a_contract_that_moved(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, (fixed, other) = open_shop(prepaid, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "250")
    by_hand(journey, fixed, 3)
    by_hand(journey, other, 3)
    before = of(journey, fixed)
    journey.settle()
    in_step = [of(journey, sale).verdict for sale in (fixed, other)]
    written = journey.acronis_writes()

    by_hand(journey, fixed, 15)
    sells(journey, other, 4)
    moved = [of(journey, sale) for sale in (fixed, other)]
    shown = shell.run("drift", "--quotas")
    sells(journey, fixed, 2)
    rows: list[dict[str, Any]] = shell.json("drift", "--quotas")

    assert before.verdict is QuotaVerdict.NEVER_SET
    assert in_step == [QuotaVerdict.IN_STEP, QuotaVerdict.IN_STEP]
    assert [one.verdict for one in moved] == [QuotaVerdict.CHANGED_BY_ANOTHER, QuotaVerdict.CONTRACT_MOVED]
    assert moved[0].text == "we left it on with a quota of 10, another made it on with a quota of 15"
    assert moved[0].text in shown
    assert {row["tenant"]: row["verdict"] for row in rows if row["verdict"] != "in step"} == {
        fixed.tenant: QuotaVerdict.BOTH_MOVED,
        other.tenant: QuotaVerdict.CONTRACT_MOVED,
    }
    assert "psabridge drift --quotas" in shell.run("drift")
    assert journey.acronis_writes() == written

    journey.settle()
    assert [of(journey, sale).verdict for sale in (fixed, other)] == in_step
    assert journey.quota(fixed.tenant, fixed.sold.item) == 12


def test_a_quota_that_two_way_sync_takes_to_the_contract_is_a_line_that_moved(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ACR-TWO-02: it is told where it will be billed."""
    journey, (fixed, other) = open_shop(
        prepaid, **LOOSE, two_way={"is_on": True, "billing_code": 1, "period_type": 1}
    )
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    journey.settle()
    by_hand(journey, fixed, 15)

    lines = {row["line"]: row for row in shell.json("drift")}
    quotas = {row["tenant"] for row in shell.json("drift", "--quotas")}

    line = next(row for row in lines.values() if row["subject"].startswith("Fixed"))
    assert (line["source"], line["now"]) == (15, 10)
    assert (fixed.tenant in quotas, other.tenant in quotas) == (False, True)
