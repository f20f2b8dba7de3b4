"""Customers that leave, from a shell: listed, exempt, confirmed (ACR-DEP-07, ACR-DEP-08)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.store.models import AuditEntry
from tests.journeys.conftest import OpenShop
from tests.journeys.journey import Journey, codes
from tests.journeys.leavers import AUTOMATIC, LEAVING, days_pass, ends, firms, left, running, state
from tests.journeys.test_lost_answers import LOOSE


def at_the_shell(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, code: int = Exit.DONE) -> str:
        done = CliRunner().invoke(app, ["leaving", *words])
        assert done.exit_code == code, f"{done.exit_code}: {done.output} {done.exception!r}"
        return done.stdout

    return run


def test_the_list_says_who_is_due_within_seven_days_and_why(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-DEP-07."""
    journey, firm, _, report = left(open_shop, 1)
    run = at_the_shell(journey, monkeypatch)
    (listed,) = json.loads(run("--json"))["leavers"]
    assert (listed["company"], listed["days"], listed["left"]) == (firm.customer.company_id, 1, 1)
    assert listed["is_soon"] is True
    shown = run()
    assert "Meadow Dental" in shown
    assert "1 of 2" in shown
    assert "Other & Sons" not in shown
    assert "ACR-DEP-07" in codes(report.findings)


def test_an_exempt_customer_lives_on_with_its_reason(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-DEP-07, R5."""
    journey, firm, _, _ = left(open_shop, 1)
    company = str(firm.customer.company_id)
    run = at_the_shell(journey, monkeypatch)
    assert "archive" in run("--exempt", company, "--reason", "archive")
    days_pass(journey, 30)
    assert state(journey, firm) == "enabled"
    run("--end-exemption", company)
    assert journey.settings.exempt_customers == ()
    said = AuditEntry.objects.filter(what__contains="exempt").values_list("what", flat=True)
    assert len(said) == 2


def test_a_customer_that_a_person_confirms_is_counted(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R21: the bridge came when the contract was over already."""
    chosen = {**LOOSE, "modes": AUTOMATIC}
    journey, (firm, _) = open_shop(firms, **chosen)
    journey.settle()
    ends(journey, firm, journey.today)
    journey.configure(leaving=LEAVING)
    report = days_pass(journey, 10)
    assert "R21" in codes(report.findings)
    run = at_the_shell(journey, monkeypatch)
    assert f"--confirm {firm.customer.company_id}" in run()
    run("--confirm", str(firm.customer.company_id))
    days_pass(journey, 4)
    assert state(journey, firm) == "disabled"


@pytest.mark.parametrize(
    "words", [("--confirm", "1"), ("--exempt", "1", "--reason", "x"), ("--end-exemption", "1")], ids=str
)
def test_a_word_about_nobody_is_refused(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    journey, _, _ = running(open_shop)
    before = journey.settings
    at_the_shell(journey, monkeypatch)(*words, code=Exit.WRONG_INPUT)
    assert journey.settings == before


def test_an_exemption_needs_its_reason(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> None:
    journey, firm, _ = running(open_shop)
    run = at_the_shell(journey, monkeypatch)
    run("--exempt", str(firm.customer.company_id), code=Exit.WRONG_INPUT)
    assert journey.settings.exempt_customers == ()
