"""A new line as a step: what it says, that it is always held, and when it is stale (ACR-TWO-04, R61)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psabridge.rules.plans.fingerprint import Target, is_stale
from psabridge.rules.plans.guard import NEW_LINE, guard
from psabridge.rules.plans.plan import AddLine, Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.psa import Contract, Currencies
from psabridge.rules.wanted.desired import Desired, NewLine
from psabridge.rules.words import CompanyId, ContractId, ServiceId
from tests.builders import NOW, TODAY, a_contract, a_service, platform_snapshot, psa_snapshot, settings
from tests.rules.planning_cast import SNAPSHOT

CONTRACT = a_contract(currency="EUR")


def plan_with(
    units: int | None, price: Decimal | None = Decimal("4.50"), list_prices_in: str | None = "EUR"
) -> Plan:
    wanted = NewLine(
        ContractId(10), CompanyId(1), ServiceId(1000), units, "Servers was switched on in Acronis"
    )
    return make_plan(
        settings=settings(),
        psa=replace(
            psa_snapshot(contracts=[CONTRACT], services=[a_service(unit_price=price)]),
            currencies=Currencies(internal=list_prices_in),
        ),
        platform=platform_snapshot(),
        desired=Desired(new_lines=(wanted,)),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )


@pytest.mark.parametrize(
    ("units", "price", "told"),
    [
        (12, Decimal("4.50"), "12 units follow, worth 54.00 EUR a period"),
        (None, Decimal("4.50"), "its units follow by usage, each 4.50 EUR a period"),
        (12, None, "12 units follow, price unknown"),
        (None, None, "its units follow by usage, price unknown"),
    ],
)
def test_a_new_line_says_where_it_goes_and_what_it_will_bill(
    units: int | None, price: Decimal | None, told: str
) -> None:
    [step] = plan_with(units, price).steps

    assert step.subject == "Company 1, Contract 10, Service 1000"
    assert told in step.reason


@pytest.mark.parametrize("internal", ["USD", None])
def test_a_list_price_in_another_currency_says_nothing_of_the_contract(internal: str | None) -> None:
    """R26: no amount of dollars is shown as euros."""
    [step] = plan_with(12, list_prices_in=internal).steps

    assert "12 units follow, price unknown" in step.reason


def test_the_same_line_wanted_again_is_the_same_step() -> None:
    """Otherwise what was asked for would not be found again after a lost answer."""
    first, second = plan_with(12), plan_with(14)

    assert [step.id for step in first.steps] == [step.id for step in second.steps]


def test_a_new_line_is_held_whatever_is_known() -> None:
    """R61: any new billed line."""
    plan = guard(plan_with(12), settings(), is_first_sync=False, known_lines=frozenset())

    assert [hold.bound for hold in plan.holds] == [NEW_LINE]


@pytest.mark.parametrize(
    ("contract", "is_named"),
    [
        (CONTRACT, False),
        (replace(CONTRACT, payg_value="Yes"), True),
        (replace(CONTRACT, is_active=False), True),
    ],
)
def test_a_new_line_is_stale_once_its_contract_changed(contract: Contract, *, is_named: bool) -> None:
    """W12."""
    plan = plan_with(12)
    [step] = plan.steps
    assert isinstance(step.change, AddLine)

    told = is_stale(step, plan=plan, today=TODAY, settings_version=1, target=Target(contract))

    assert ("contract" in (told or "")) is is_named
