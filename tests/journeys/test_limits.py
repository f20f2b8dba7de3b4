"""Limits and stops, met over the wire: what, which, why, and the next act (behaviour sections 17 and 18)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.rules.findings import Finding
from psabridge_emulators.scenes.furnishing import Customer, Mapping, Sold
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_errors import _told
from tests.journeys.test_lost_answers import LOOSE
from tests.journeys.test_ranges import APRIL, HOUR, POINTS, days

NEW = "Harbour Roofing"


def _a_firm(firms: Firms) -> tuple[Sale, Firms]:
    firms.furnishing.storage("Frankfurt", "Frankfurt 1")
    return firms.sale("Other & Sons", units=20, used=20), firms


def _buys(
    journey: Journey, firms: Firms, name: str = NEW, *, mail: str | None = "kim@harbour.example"
) -> int:
    """The office enters a company and its contract, with or without a contact."""

    def happens() -> int:
        autotask = firms.furnishing.autotask
        company = autotask.add_company(name)
        if mail is not None:
            autotask.add_contact(company, "Kim", "Harbour", mail, primary=True)
        lines, starts = [(firms.workstations, 5)], date(2026, 1, 1)
        buyer = Customer(name, company, "")
        firms.furnishing.contract(buyer, "backup", payg="No", starts=starts, months=24, lines=lines)
        return company

    made: int = journey.vendors.do(happens)
    return made


def _ready(open_shop: OpenShop, **settings: object) -> tuple[Journey, Firms]:
    journey, (_, firms) = open_shop(_a_firm, creates_customers=True, **{**LOOSE, **settings})
    journey.settle()
    return journey, firms


def _tenants(journey: Journey, name: str = NEW) -> int:
    world = journey.vendors.acronis
    return int(journey.vendors.do(lambda: sum(one.name == name for one in world.tenants.values())))


def _stopped(journey: Journey, code: str) -> Finding:
    """Nothing is made for the company in two cycles, and the finding names it."""
    journey.cycle()
    finding = _told(journey.cycle(), code)
    assert NEW in finding.subject
    return finding


# ---- new customers


def test_err_11_a_default_storage_that_is_gone_is_named_and_no_other_is_taken(open_shop: OpenShop) -> None:
    """ERR-11, ACR-STO-06."""
    journey, firms = _ready(open_shop, new_customers={"default_storage": "storage-that-was"})
    _buys(journey, firms)

    finding = _stopped(journey, "ERR-11")

    assert "storage-that-was" in finding.problem
    assert "default_storage" in finding.next_act
    assert _tenants(journey) == 0


@pytest.mark.parametrize("mail", [None, ""])
def test_err_12_without_a_contact_and_its_address_the_company_waits(
    open_shop: OpenShop, mail: str | None
) -> None:
    """ERR-12, ACR-PRV-06: and comes as soon as somebody names one."""
    journey, firms = _ready(open_shop)
    company = _buys(journey, firms, mail=mail)

    finding = _stopped(journey, "ERR-12")

    assert "primary contact" in finding.next_act
    assert _tenants(journey) == 0
    if mail is None:
        add = firms.furnishing.autotask.add_contact
        journey.vendors.do(lambda: add(company, "Kim", "Harbour", "kim@harbour.example", primary=True))
        journey.settle()
        assert _tenants(journey) == 1


def test_err_13_a_tenant_of_the_same_name_stops_until_somebody_maps(open_shop: OpenShop) -> None:
    """ERR-13, ACR-PRV-15: two tenants would split the backups of one customer."""
    journey, firms = _ready(open_shop)
    journey.vendors.do(lambda: journey.vendors.acronis.add_tenant(NEW))
    _buys(journey, firms)

    finding = _stopped(journey, "ERR-13")

    assert f"'{NEW}' exists already, mapped to nobody" in finding.problem
    assert "Map the company by hand (psabridge customers map)" in finding.next_act
    assert _tenants(journey) == 1


# ---- range items


def test_err_19_a_range_item_on_a_quarterly_line_is_refused_with_what_to_say(open_shop: OpenShop) -> None:
    """ERR-19, R17: no month of its own could be billed."""

    def quarterly(firms: Firms) -> Sale:
        furnishing = firms.furnishing
        site = furnishing.storage("Recovery site", "Recovery")
        service = furnishing.autotask.add_service("Recovery hours", "9.00", 3)
        furnishing.services.append(Mapping(POINTS, "usage", service, site, unit_size=HOUR))
        points = Sold(service, POINTS, "compute_points", "usage", site, HOUR)
        return firms.sale("Meadow Dental", units=0, used=0, sold=points, period_type=3)

    journey, firm = open_shop(quarterly, **LOOSE)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    for row in rows:
        row["is_range"] = row["item"] == POINTS
    journey.configure(services=rows)
    journey.use(firm, 2 * HOUR)
    journey.settle()

    days(journey, APRIL)
    finding = _told(journey.cycle(), "ERR-19")

    assert "Meadow Dental" in finding.subject
    assert "sum_of_months" in finding.next_act
    assert journey.landed(firm.line) == []


# ---- what a file may not say

Change = Callable[[dict[str, Any]], None]


def _from_the_29th(pairing: dict[str, Any]) -> None:
    pairing["usage_reporting"] = {"month": "custom month", "start_day": 29}


def _company_accounts(pairing: dict[str, Any]) -> None:
    pairing["new_customers"] = {"account_from": "company name"}


def _both_ways(pairing: dict[str, Any]) -> None:
    pairing["two_way"] = {"is_on": True}


@pytest.mark.parametrize(
    ("change", "limit", "words"),
    [
        (_from_the_29th, "LIM-09", "1 to 28 is possible"),
        (_company_accounts, "LIM-10", "activation_email is needed"),
        (_both_ways, "LIM-11", "billing_code and period_type"),
    ],
)
def test_a_file_over_a_limit_is_refused_whole_with_the_limit(
    open_shop: OpenShop,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    change: Change,
    limit: str,
    words: str,
) -> None:
    """LIM-09, LIM-10, LIM-11: from a shell, and what was decided before goes on."""
    journey, _ = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    before = journey.settings
    document = yaml.safe_load(journey.text)
    change(document["pairings"]["acronis-autotask"])
    file = tmp_path / "bridge.yaml"
    file.write_text(yaml.safe_dump(document))

    refused = CliRunner().invoke(app, ["config", "import", str(file)])

    assert refused.exit_code == Exit.WRONG_INPUT
    assert limit in refused.stderr
    assert words in refused.stderr.replace("\n", " ")
    assert journey.settings == before
