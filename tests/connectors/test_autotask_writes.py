"""Writes to Autotask: exactly what the protocol says leaves, once, and what came of it is told truly."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from psabridge.connectors.autotask.allocation_codes import usable_codes
from psabridge.kit.errors import AccessDenied, Busy, OutcomeUnknown, RefusalKind, Refused
from psabridge.kit.periods import PeriodType
from psabridge.rules.settings import NewService
from psabridge.rules.words import ContractId, ServiceId
from tests.connectors.bench import Bench, bundle_line, service_line

ADJUSTMENTS = "ContractServiceAdjustments"


def first_line(bench: Bench) -> int:
    return int(bench.rows("ContractServices")[0]["id"])


def test_a_change_lands_once_with_exactly_the_three_members_of_the_protocol(guide: Bench) -> None:
    """Protocol 2.2.3, ACR-PAY-12: no service, no price, no contract (P6); the date without a time."""
    line = first_line(guide)
    guide.running.forget_calls()
    item = guide.psa.adjust_units(service_line(line), guide.today, 5)
    sent = [one for one in guide.running.last_calls() if one.request.method == "POST"]

    assert item > 0
    assert guide.landed() == [(line, guide.today, 5)]
    assert [json.loads(one.request.body) for one in sent] == [
        {
            "contractServiceID": line,
            "effectiveDate": guide.today.isoformat(),
            "unitChange": 5,
            "allowRepeatService": False,
        }
    ]


def test_a_decrease_is_a_negative_change(guide: Bench) -> None:
    line = next(row for row in guide.running.mapping["rows"] if row["row"] == 1)["line_id"]
    guide.psa.adjust_units(service_line(line), guide.today, -3)

    assert guide.units(line, guide.today) == 9


def test_a_bundle_line_is_adjusted_as_a_bundle(guide: Bench) -> None:
    world = guide.running.autotask
    contract = guide.rows("Contracts")[0]["id"]
    bundle = guide.running.do(lambda: world.add_bundle("All in", [], "9.90"))
    line = guide.running.do(lambda: world.add_bundle_line(contract, bundle, units=4))
    guide.psa.adjust_units(bundle_line(line), guide.today, 2)

    assert guide.landed() == [(line, guide.today, 2)]
    assert guide.units(line, guide.today) == 6


@pytest.mark.parametrize(
    ("fault", "error", "landed"),
    [
        ("reset_after", OutcomeUnknown, 1),
        ("reset_before", OutcomeUnknown, 0),
        ("truncated", OutcomeUnknown, 1),
        ("html", OutcomeUnknown, 1),
        ("empty", OutcomeUnknown, 1),
        ("null_item", OutcomeUnknown, 1),
        ("error_applied", OutcomeUnknown, 1),
        ("hourly_limit", Busy, 0),
        ("unauthorized", AccessDenied, 0),
    ],
)
def test_every_broken_answer_is_told_as_what_may_be_done_next(
    guide: Bench, fault: str, error: type[Exception], landed: int
) -> None:
    """Style habit 5; nothing is sent a second time below the journal (P14)."""
    guide.running.faults.add(fault, path=ADJUSTMENTS)
    guide.running.forget_calls()
    with pytest.raises(error):
        guide.psa.adjust_units(service_line(first_line(guide)), guide.today, 5)

    assert len(guide.landed()) == landed
    assert guide.running.calls()["autotask"]["total"] == 1


def test_a_taken_date_is_refused_as_a_duplicate(guide: Bench) -> None:
    line, day = service_line(first_line(guide)), guide.today + timedelta(days=1)
    guide.psa.adjust_units(line, day, 5)
    with pytest.raises(Refused) as caught:
        guide.psa.adjust_units(line, day, 1)

    assert caught.value.kind is RefusalKind.DUPLICATE
    assert len(guide.landed()) == 1


def test_a_date_outside_the_contract_is_refused(guide: Bench) -> None:
    with pytest.raises(Refused) as caught:
        guide.psa.adjust_units(service_line(first_line(guide)), date(2001, 1, 1), 5)

    assert caught.value.kind is RefusalKind.OUTSIDE_WINDOW
    assert guide.landed() == []


# ---- services


def test_services_are_found_by_their_exact_name(empty: Bench) -> None:
    """Design 7: by exact name before creating and after an unknown outcome."""
    world = empty.running.autotask
    ids = {
        name: empty.running.do(lambda name=name: world.add_service(name, "1.00"))
        for name in ("Backup", "Backup server", "Old backup")
    }

    assert empty.psa.find_services("Backup") == (ids["Backup"],)
    assert empty.psa.find_services("Back") == ()
    twin = empty.running.do(lambda: world.add_service("Backup", "2.00"))
    assert empty.psa.find_services("Backup") == (ids["Backup"], twin)


@pytest.mark.parametrize("period", PeriodType)
def test_a_service_is_made_at_price_0_with_its_period(empty: Bench, period: PeriodType) -> None:
    """ACR-TWO-02: a person prices it in Autotask."""
    code = empty.running.do(lambda: empty.running.autotask.add_billing_code("Recurring"))
    made = empty.psa.create_service(NewService("Acronis servers", code, period))
    (row,) = empty.rows("Services")

    assert (row["id"], row["name"], row["unitPrice"], row["billingCodeID"]) == (
        made,
        "Acronis servers",
        Decimal(0),
        code,
    )
    assert empty.psa.find_services("Acronis servers") == (made,)
    assert empty.psa.read(empty.settings, empty.today).services[made].period_type is period


def test_a_lost_answer_to_a_new_service_is_settled_by_its_name(empty: Bench) -> None:
    code = empty.running.do(lambda: empty.running.autotask.add_billing_code("Recurring"))
    empty.running.faults.add("reset_after", path="Services$")
    with pytest.raises(OutcomeUnknown):
        empty.psa.create_service(NewService("Acronis servers", code, PeriodType.MONTHLY))

    assert len(empty.psa.find_services("Acronis servers")) == 1


# ---- lines


def test_a_line_is_added_at_the_services_price_and_found_on_its_contract_only(guide: Bench) -> None:
    """ACR-TWO-04, design 7: the lines of the contract are read before and after."""
    world = guide.running.autotask
    service = ServiceId(guide.running.do(lambda: world.add_service("Server backup", "22.00")))
    contract, other = (ContractId(row["id"]) for row in guide.rows("Contracts")[:2])
    assert guide.psa.find_lines(contract, service) == ()

    number = guide.psa.add_line(contract, service)

    assert [line.number for line in guide.psa.find_lines(contract, service)] == [number]
    assert guide.psa.find_lines(other, service) == ()
    [row] = [row for row in guide.rows("ContractServices") if row["id"] == number]
    assert (row["contractID"], row["serviceID"], row["unitPrice"]) == (contract, service, Decimal("22.00"))


def test_only_active_codes_of_recurring_services_are_offered(empty: Bench) -> None:
    """ACR-TWO-01: the others would be refused."""
    world = empty.running.autotask

    def furnish() -> int:
        code = world.add_billing_code("Recurring")
        world.add_billing_code("Old", active=False)
        world.add_billing_code("Work", 1)
        return code

    before = usable_codes(empty.psa.client)
    code = empty.running.do(furnish)

    assert usable_codes(empty.psa.client) - before == {code}


def test_the_codes_this_version_knows_are_the_tenants(guide: Bench) -> None:
    """R45: picklist codes are checked at each start."""
    guide.psa.check_codes()


def test_the_vendors_clock_is_known_after_an_answer(guide: Bench) -> None:
    """W11."""
    guide.psa.find_services("x")
    offset = guide.psa.clock_offset()

    assert offset is not None
    assert abs(offset) <= timedelta(seconds=2)
