"""Customers leave among outages, lost databases, lost answers and kills (ACR-DEP-05, R34)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.engine.ports import Ports
from psabridge.rules.lease import Lease
from psabridge.rules.leaving.kept import Disabling, Kept, Noted
from psabridge.rules.words import PairingId, TenantId
from tests.journeys.conftest import OpenShop
from tests.journeys.journey import Journey
from tests.journeys.leavers import (
    LATER,
    LEAVING,
    PUT,
    days_pass,
    disabled,
    ends,
    left,
    running,
    state,
    tenant_writes,
)

DELETE = {"vendor": "acronis", "method": "DELETE", "path": "/tenants/[^/]+$"}


# ---- outages, lost databases


def test_days_on_which_autotask_could_not_be_read_do_not_count(open_shop: OpenShop) -> None:
    """ACR-DEP-05, R20: an outage must not delete customers."""
    leaving = {**LEAVING, "disable_after": 4, "delete_after": 5}
    journey, firm, _, _ = left(open_shop, 1, leaving=leaving)
    journey.control("user", {"hidden_contracts": [firm.contract]})
    days_pass(journey, 30)
    journey.control("user", {"hidden_contracts": []})
    days_pass(journey, 2)
    assert state(journey, firm) == "enabled"
    days_pass(journey, 2)
    assert state(journey, firm) == "disabled"


def test_days_on_which_nobody_looked_do_not_count(open_shop: OpenShop) -> None:
    journey, firm, _, _ = left(open_shop, 1, leaving={**LEAVING, "disable_after": 4, "delete_after": 5})
    journey.go_to(journey.today + timedelta(days=90))
    days_pass(journey, 1)
    assert state(journey, firm) == "enabled"


def test_contracts_out_of_sight_start_nothing(open_shop: OpenShop) -> None:
    """R20: seen once and now absent is unreadable."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"hidden_contracts": [firm.contract, other.contract]})
    days_pass(journey, 10)
    assert (state(journey, firm), state(journey, other)) == ("enabled", "enabled")


def test_with_the_database_lost_nobody_is_disabled_or_deleted(open_shop: OpenShop) -> None:
    """ACR-DEP-05: counting begins at 0, and after a person confirmed it (R21)."""
    journey, firm, _, _ = left(open_shop, 1)
    _lose_what_is_kept(journey)
    days_pass(journey, 20)
    assert state(journey, firm) == "enabled"


def test_a_disabled_tenant_is_not_deleted_with_the_database_lost(open_shop: OpenShop) -> None:
    settings = {"leaving": {**LEAVING, "deletes_unasked": True}}
    journey, firm, _ = disabled(open_shop, **settings)
    _lose_what_is_kept(journey)
    journey.configure(leaving_confirmed=[{"company": firm.customer.company_id, "day": journey.today}])
    days_pass(journey, 20)
    assert state(journey, firm) == "disabled"


def _lose_what_is_kept(journey: Journey) -> None:
    with journey.ports.leases.hold(journey.pairing, length=timedelta(minutes=5)) as lease:
        journey.ports.leaving.keep(journey.pairing, {}, lease)


# ---- lost answers and kills


@pytest.mark.parametrize(("fault", "shown"), [("reset_after", "disabled"), ("reset_before", "enabled")])
def test_a_lost_answer_to_disabling_is_settled_by_reading_back(
    open_shop: OpenShop, fault: str, shown: str
) -> None:
    journey, firm, _, _ = left(open_shop, 1)
    journey.vendors.faults.add(fault, **PUT)
    days_pass(journey, 1)
    assert state(journey, firm) == shown
    days_pass(journey, 1)
    assert state(journey, firm) == "disabled"
    ends(journey, firm, LATER)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_a_lost_answer_to_deletion_is_settled_by_reading_back(open_shop: OpenShop, fault: str) -> None:
    journey, firm, _ = disabled(open_shop, leaving={**LEAVING, "deletes_unasked": True})
    journey.vendors.faults.add(fault, **DELETE)
    days_pass(journey, 2)
    days_pass(journey, 1)
    assert state(journey, firm) == "deleted"
    kept = journey.ports.leaving.kept(journey.pairing)[TenantId(firm.tenant)].disabling
    assert kept is not None
    assert kept.gone_at is not None


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_a_lost_answer_to_enabling_is_settled_by_reading_back(open_shop: OpenShop, fault: str) -> None:
    journey, firm, _ = disabled(open_shop)
    ends(journey, firm, LATER)
    journey.vendors.faults.add(fault, **PUT)
    journey.cycle(waits=False)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at_commit(journey: Journey, number: int) -> Iterator[None]:
    """The process dies before the commit of that number about a tenant."""
    real, count = journey.ports.leaving, [0]

    class Dying:
        def kept(self, pairing: PairingId) -> Mapping[TenantId, Kept]:
            return real.kept(pairing)

        def keep(self, pairing: PairingId, kept: Mapping[TenantId, Kept], lease: Lease) -> None:
            real.keep(pairing, kept, lease)

        def note(
            self,
            pairing: PairingId,
            tenant: TenantId,
            disabling: Disabling | None,
            lease: Lease,
            noted: Noted | None = None,
        ) -> None:
            count[0] += 1
            if count[0] == number:
                raise Killed
            real.note(pairing, tenant, disabling, lease, noted)

    alive: Ports = journey.ports
    journey._ports = replace(alive, leaving=Dying())
    with pytest.raises(Killed):
        yield
    journey.start()


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_disabling_it_ends_as_if_not_killed(open_shop: OpenShop, at: int) -> None:
    """Between disabling and confirmation: the tenant is disabled once, and known as ours."""
    journey, firm, other, _ = left(open_shop, 1)
    with killed_at_commit(journey, at):
        days_pass(journey, 1)
    journey.cycle(waits=False)
    assert (state(journey, firm), state(journey, other)) == ("disabled", "enabled")
    assert tenant_writes(journey) == ["PUT"]
    ends(journey, firm, LATER)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_disabling_and_down_for_days_nothing_is_deleted(open_shop: OpenShop, at: int) -> None:
    journey, firm, _, _ = left(open_shop, 1, leaving={**LEAVING, "deletes_unasked": True})
    with killed_at_commit(journey, at):
        days_pass(journey, 1)
    journey.go_to(journey.today + timedelta(days=30))
    journey.cycle(waits=False)
    assert state(journey, firm) == "disabled"


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_deletion_it_ends_as_if_not_killed(open_shop: OpenShop, at: int) -> None:
    journey, firm, other = disabled(open_shop, leaving={**LEAVING, "deletes_unasked": True})
    days_pass(journey, 1)
    with killed_at_commit(journey, at):
        days_pass(journey, 1)
    journey.cycle(waits=False)
    assert (state(journey, firm), state(journey, other)) == ("deleted", "enabled")
    assert tenant_writes(journey) == ["PUT", "DELETE"]


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_enabling_it_ends_as_if_not_killed(open_shop: OpenShop, at: int) -> None:
    journey, firm, _ = disabled(open_shop)
    ends(journey, firm, LATER)
    with killed_at_commit(journey, at):
        journey.cycle(waits=False)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"
    assert tenant_writes(journey) == ["PUT", "PUT"]
