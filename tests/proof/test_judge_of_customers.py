"""The judge of customers finds what it is there to find: each wrong write is put on the wire by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from psabridge_proof.judge import Judge, Violation
from psabridge_proof.orders import LeavingOrders, Orders
from psabridge_proof.provider import Opening, Provider, open_provider
from psabridge_proof.script import STARTS
from psabridge_proof.wire import Asked, Wire

AUTOMATIC = {"billing": "automatic", "provisioning": "automatic", "deprovisioning": "automatic"}
LEAVING = LeavingOrders(disables=True, disable_after=1, deletes=True, delete_after=2)


class Court:
    """A provider, and a judge in front of whom things are done."""

    def __init__(self) -> None:
        self.provider: Provider = open_provider(Opening(STARTS[0]))
        self.wire = Wire(self.provider.emulation)
        self.judge = Judge(self.provider, self.wire)
        self.customers = self.judge.customers
        self.customers.orders = Orders(modes=AUTOMATIC, leaving=LEAVING)
        self.judge.look()

    def tenant(self, customer: str) -> str:
        return self.provider.customers[customer].tenant_id

    def asks(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, person: bool = True
    ) -> None:
        asked = Asked(method, f"/api/2{path}", body or {}, self.provider.now, person, self.wire.cycle, True)
        self.wire.asked.append(asked)
        self.judge.look()

    def disables(self, customer: str, **more: bool) -> None:
        self.asks("PUT", f"/tenants/{self.tenant(customer)}", {"version": 1, "enabled": False}, **more)
        self.provider.acronis.tenants[self.tenant(customer)].enabled = False
        landed = {
            "method": "PUT",
            "path": f"/api/2/tenants/{self.tenant(customer)}",
            "body": {"enabled": False},
        }
        self.provider.acronis.ledger.append({**landed, "time": self.provider.now.isoformat()})
        self.judge.look()

    def deletes(self, customer: str, **more: bool) -> None:
        self.asks("DELETE", f"/tenants/{self.tenant(customer)}?version=2", **more)

    def looks(self, days: int) -> None:
        for _ in range(days):
            self.customers.cycle_begins()
            self.provider.advance(days=1)

    def leaves(self, customer: str) -> None:
        """Its contracts ended long ago, and it was seen before."""
        self.customers.cycle_begins()
        for row in self.provider.contracts_of(customer):
            self.provider.control("autotask", "contract", {"contract": row["id"], "end": "2026-03-11"})
        self.provider.advance(days=2)


@pytest.fixture
def court() -> Court:
    return Court()


def _left(court: Court, *, days: int = 4) -> Court:
    court.leaves("cedar")
    court.looks(days)
    return court


def test_a_customer_that_left_long_enough_may_be_disabled_and_deleted(court: Court) -> None:
    """ACR-DEP-03, -04, R37: what is right is let through, or the others would prove nothing."""
    _left(court).disables("cedar")
    court.looks(2)
    court.deletes("cedar")


def test_a_customer_to_whom_something_is_sold_is_never_disabled(court: Court) -> None:
    """R19."""
    court.looks(5)

    with pytest.raises(Violation, match="R19"):
        court.disables("cedar")


def test_days_are_counted_before_a_tenant_is_disabled(court: Court) -> None:
    """ACR-DEP-05."""
    with pytest.raises(Violation, match="ACR-DEP-05"):
        _left(court, days=1).disables("cedar")


def test_what_was_never_seen_to_end_is_not_disabled(court: Court) -> None:
    """R21."""
    for row in court.provider.contracts_of("cedar"):
        court.provider.control("autotask", "contract", {"contract": row["id"], "end": "2026-03-09"})
    court.looks(5)

    with pytest.raises(Violation, match="R21"):
        court.disables("cedar")


def test_an_exempt_customer_is_not_disabled(court: Court) -> None:
    """R5, ACR-DEP-07."""
    _left(court)
    company = court.provider.customers["cedar"].company_id
    court.customers.orders = replace(court.customers.orders, exempt=frozenset({company}))

    with pytest.raises(Violation, match="R5"):
        court.disables("cedar")


def test_a_tenant_that_somebody_enabled_again_is_not_disabled_at_once(court: Court) -> None:
    """R34."""
    _left(court).disables("cedar")
    court.customers.touched(court.tenant("cedar"), enabled=True)
    court.looks(1)

    with pytest.raises(Violation, match="ACR-DEP-05"):
        court.disables("cedar")


@pytest.mark.parametrize("saw_all", [True, False])
def test_an_exemption_for_the_hours_of_a_cycle_ends_a_count_where_the_cycle_saw_it(
    court: Court, saw_all: bool
) -> None:
    """ACR-DEP-05: a cycle that died or was lied to may have seen nothing."""
    _left(court)
    company = court.provider.customers["cedar"].company_id
    orders = court.customers.orders
    court.customers.orders = replace(orders, exempt=frozenset({company}))
    court.customers.cycle_begins()
    if not saw_all:
        court.customers.cycle_was_disturbed()
    court.customers.orders = orders

    _is(not saw_all, "ACR-DEP-05", lambda: court.disables("cedar"))


@pytest.mark.parametrize(
    ("mode", "person", "is_right"),
    [
        ("observe", True, False),
        ("approve", False, False),
        ("approve", True, True),
        ("automatic", False, True),
    ],
)
def test_modes_say_whether_a_person_is_asked(court: Court, mode: str, person: bool, is_right: bool) -> None:
    _left(court)
    court.customers.orders = replace(court.customers.orders, modes={**AUTOMATIC, "deprovisioning": mode})

    _is(is_right, "modes", lambda: court.disables("cedar", person=person))


def test_a_tenant_is_deleted_a_day_after_it_was_disabled(court: Court) -> None:
    """R37."""
    _left(court, days=6).disables("cedar")
    court.provider.advance(hours=23)

    with pytest.raises(Violation, match="R37"):
        court.deletes("cedar")


@pytest.mark.parametrize(("unasked", "person", "is_right"), [(False, False, False), (True, False, True)])
def test_deleting_is_let_go_by_a_person(court: Court, unasked: bool, person: bool, is_right: bool) -> None:
    """R61, ACR-DEP-04."""
    _left(court).disables("cedar")
    court.looks(2)
    leaving = replace(LEAVING, deletes_unasked=unasked)
    court.customers.orders = replace(court.customers.orders, leaving=leaving)

    _is(is_right, "R61", lambda: court.deletes("cedar", person=person))


def test_a_tenant_that_a_person_touched_is_not_deleted(court: Court) -> None:
    """R34."""
    _left(court).disables("cedar")
    court.looks(2)
    court.customers.touched(court.tenant("cedar"))

    with pytest.raises(Violation, match="R34"):
        court.deletes("cedar")


def test_only_what_the_bridge_disabled_is_enabled_again(court: Court) -> None:
    """R34."""
    with pytest.raises(Violation, match="R34"):
        court.asks("PUT", f"/tenants/{court.tenant('acme')}", {"version": 1, "enabled": True})


@pytest.mark.parametrize(("before", "is_right"), [(None, True), ("", True), ("their own", False)])
def test_a_tag_is_never_written_over_a_foreign_one(court: Court, before: str | None, is_right: bool) -> None:
    """R32."""
    court.provider.acronis.tenants[court.tenant("acme")].internal_tag = before
    court.judge.look()
    body = {"version": 1, "internal_tag": court.provider.mark_of("acme")}

    _is(is_right, "R32", lambda: court.asks("PUT", f"/tenants/{court.tenant('acme')}", body))


def test_the_tag_of_a_mapped_tenant_names_its_own_company(court: Court) -> None:
    """R32."""
    body = {"version": 1, "internal_tag": court.provider.mark_of("birch")}

    with pytest.raises(Violation, match="R32"):
        court.asks("PUT", f"/tenants/{court.tenant('acme')}", body)


def test_a_company_with_a_tenant_gets_no_second_one(court: Court) -> None:
    """R32, ACR-PRV-01."""
    court.customers.orders = replace(court.customers.orders, creates=True)

    with pytest.raises(Violation, match="one tenant"):
        court.asks("POST", "/tenants", {"name": "Acme", "internal_tag": court.provider.mark_of("acme")})


def test_two_tenants_of_one_mark_are_seen_whoever_made_them(court: Court) -> None:
    for name in ("One", "Two"):
        court.provider.acronis.add_tenant(name, internal_tag=court.provider.mark_of("acme"))

    with pytest.raises(Violation, match="twice there: tenant"):
        court.judge.look()


def test_a_second_line_of_a_service_on_a_contract_is_seen(court: Court) -> None:
    contract = court.provider.contracts_of("acme")[0]["id"]
    court.provider.autotask.add_line(contract, court.provider.sold["workstations"].service_id)

    with pytest.raises(Violation, match="twice there: line"):
        court.judge.look()


def test_a_second_service_of_one_name_is_seen(court: Court) -> None:
    court.provider.autotask.add_service("Mobile backup", "1.00", 2)

    with pytest.raises(Violation, match="twice there: service"):
        court.judge.look()


@pytest.mark.parametrize("excuse", ["", "no answer", "killed", "restored"])
def test_a_second_mail_follows_only_an_answer_nobody_heard(court: Court, excuse: str) -> None:
    """ACR-PRV-07."""
    path = f"/users/{court.provider.acronis.new_id('user')}/send-activation-email"
    court.customers.cycle_begins()
    court.asks("POST", path)
    court.wire.asked[-1].is_clear = excuse != "no answer"
    if excuse == "killed":
        court.customers.cut.add(court.wire.cycle)
    if excuse == "restored":
        court.customers.restored_at = court.provider.now + timedelta(minutes=1)
    court.provider.advance(days=1)
    court.customers.cycle_begins()

    _is(bool(excuse), "one mail", lambda: court.asks("POST", path))


def _is(right: bool, invariant: str, act: Callable[[], None]) -> None:
    if right:
        act()
        return
    with pytest.raises(Violation, match=invariant):
        act()
