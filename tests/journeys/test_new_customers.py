"""New customers over real HTTP, from a shell, judged at the emulators; every request is validated."""

from datetime import date
from typing import Any

import pytest

from psabridge.jobs.exits import Exit
from psabridge_emulators.scenes.furnishing import Customer
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import WORKSTATIONS, Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.test_lost_answers import LOOSE

__all__ = ["shell"]

LATER = "Meadow Dental"


def _a_firm(firms: Firms) -> tuple[Sale, Firms]:
    return firms.sale("Other & Sons", units=20, used=22), firms


def _arrives(journey: Journey, firms: Firms) -> int:
    """The office enters a company, its primary contact and its contract."""

    def happens() -> int:
        company = firms.furnishing.autotask.add_company(LATER)
        firms.furnishing.autotask.add_contact(company, "Kim", "Meadow", "kim@meadow.example", primary=True)
        buyer = Customer(LATER, company, "")
        lines, starts = [(firms.workstations, 5)], date(2026, 1, 1)
        firms.furnishing.contract(buyer, "backup", payg=None, starts=starts, months=24, lines=lines)
        return company

    made: int = journey.vendors.do(happens)
    return made


def _tenants(journey: Journey) -> list[Any]:
    found: list[Any] = journey.vendors.do(
        lambda: [one for one in journey.vendors.acronis.tenants.values() if one.name == LATER]
    )
    return found


def test_a_company_entered_in_autotask_is_a_complete_customer_one_cycle_later(open_shop: OpenShop) -> None:
    """ACR-PRV-01, ACR-PRV-12, TIM-01: within the cycle of at most ten minutes."""
    journey, (_, firms) = open_shop(
        _a_firm, creates_customers=True, new_customers={"two_factor": True}, **LOOSE
    )
    journey.modes("automatic")
    journey.settle()
    company = _arrives(journey, firms)

    journey.cycle(waits=False)

    (tenant,) = _tenants(journey)
    assert (tenant.mode, tenant.mfa) == ("production", True)
    assert journey.quota(tenant.id, WORKSTATIONS) == 5
    assert [mail["to"] for mail in journey.vendors.acronis.mails] == ["kim@meadow.example"]
    assert journey.settings.company_of(tenant.id) == company


def test_from_a_shell_one_company_is_planned_shown_and_made(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ACR-ORG-03, LIM-14: the plan says that production cannot be undone."""
    journey, (sale, firms) = open_shop(_a_firm, **LOOSE)
    journey.modes("approve")
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "300")
    company = _arrives(journey, firms)

    told = shell.run("customers", "create", LATER)
    planned = shell.json("customers", "create", str(company))

    assert "production, which cannot be undone" in told
    assert f"a tenant '{LATER}', in trial" in told
    assert {step["company"] for step in planned["steps"]} == {company}
    assert _tenants(journey) == []
    shell.run("apply", str(planned["plan"]), "--yes", "--release-all")
    (tenant,) = _tenants(journey)
    assert tenant.mode == "production"
    refused = {asked: _refusal(shell, asked) for asked in (str(company), "Nobody", "999")}
    assert "has a tenant already" in refused[str(company)]
    assert "not in Autotask" in refused["Nobody"]
    assert "not in Autotask" in refused["999"]
    assert sale.customer.company_id != company


def _refusal(shell: Shell, company: str) -> str:
    told: str = shell.json("customers", "create", company, code=Exit.WRONG_INPUT)["problem"]
    return told


def test_an_activation_address_is_given_with_the_order_and_kept(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ACR-PRV-07: overridden by hand for one company; ACR-PRV-05: not where the contact is the account."""
    journey, (_, firms) = open_shop(_a_firm, **LOOSE)
    journey.modes("approve")
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    company = f"{_arrives(journey, firms)}"
    own = ("--activation-email", "it@own.example")
    refused = shell.json("customers", "create", company, *own, code=Exit.WRONG_INPUT)
    journey.configure(
        new_customers={"account_from": "company name", "activation_email": "all@provider.example"}
    )
    shell.run("customers", "create", company, "--activation-email", "nonsense", code=Exit.WRONG_INPUT)

    planned = shell.json("customers", "create", company, *own)
    shell.run("apply", str(planned["plan"]), "--yes", "--release-all")

    assert refused["error"] == "ACR-PRV-05"
    assert [mail["to"] for mail in journey.vendors.acronis.mails] == ["it@own.example"]
    kept = [(one.company, one.address) for one in journey.settings.new_customers.activation_emails]
    assert kept == [(int(company), "it@own.example")]
