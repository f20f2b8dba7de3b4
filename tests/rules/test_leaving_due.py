"""Who is disabled, deleted or enabled again (ACR-DEP-03 to -06, R34, R37)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.platform import TenantKind
from psabridge.rules.settings import Confirmation, Leaving
from psabridge.rules.words import TenantId
from tests.builders import a_customer, a_tenant, settings
from tests.rules.leaving_cast import (
    A_DAY,
    BOTH,
    COMPANY,
    DELETED,
    DISABLED,
    ENABLED,
    NOT_READ,
    TENANT,
    Firm,
    codes,
    disabled_firm,
    due,
)


def test_it_is_deleted_after_its_days_and_only_what_the_bridge_disabled() -> None:
    """ACR-DEP-04."""
    firm = disabled_firm()
    assert due(firm.pass_days(19)) == []
    assert due(firm.pass_days(1)) == [DELETED]


def test_it_is_deleted_at_least_a_day_after_a_read_confirmed_that_it_is_disabled() -> None:
    """R37: by the clock and by the count."""
    firm = Firm(
        decided=settings(leaving=Leaving(disables=True, disable_after=9, deletes=True, delete_after=10))
    )
    firm.left(20)
    firm.disable()
    assert due(firm.look(hour=15)) == []
    assert due(firm.pass_days(1, looks=False)) == [DELETED]  # 15:00 the next day
    firm.hour = 8
    assert due(firm.look()) == []


def test_while_the_clocks_differ_nothing_is_counted_and_nobody_is_disabled_or_deleted() -> None:
    """W11, ACR-DEP-05: days that only this machine's clock has seen delete nobody."""
    firm = Firm()
    firm.left(9)
    before, real = firm.kept, firm.today
    firm.today += A_DAY
    found = firm.look(offset=-A_DAY)
    assert (due(found), codes(found), firm.kept) == ([], {"W11"}, before)

    firm.today = real
    assert due(firm.look()) == []
    assert due(firm.pass_days(1)) == [DISABLED]


def test_clocks_that_differ_by_seconds_count() -> None:
    """W11: two minutes are tolerated."""
    firm = Firm()
    firm.left(9)
    firm.today += A_DAY
    assert due(firm.look(offset=timedelta(seconds=90))) == [DISABLED]


def test_where_only_deletion_is_on_it_is_disabled_first() -> None:
    """ACR-DEP-04: the tenant is disabled first, then deleted."""
    firm = Firm(decided=settings(leaving=Leaving(deletes=True, delete_after=5)))
    assert due(firm.left(5)) == [DISABLED]
    firm.disable()
    firm.look(hour=10)
    firm.hour = 9
    assert due(firm.pass_days(1)) == []
    assert due(firm.look(hour=10)) == [DELETED]


def test_nothing_is_due_while_today_cannot_be_read() -> None:
    """R20."""
    firm = Firm()
    firm.left(30)
    assert due(firm.look(gaps=[NOT_READ])) == []


def test_under_another_partner_nothing_is_disabled_deleted_or_enabled() -> None:
    """ACR-ORG-08: neither one that left nor one that came back, until somebody maps it again."""
    firm = disabled_firm()
    [row] = firm.decided.customers
    firm.decided = replace(firm.decided, customers=(replace(row, partner=TenantId("of before")),))
    firm.partner = TenantId("of now")
    assert due(firm.pass_days(40)) == []
    firm.returns()
    assert due(firm.look()) == []

    firm.partner = TenantId("of before")
    assert due(firm.look()) == [ENABLED]


def test_a_tenant_that_a_person_disabled_is_never_deleted() -> None:
    """R34, R37: the bridge deletes only what it disabled itself."""
    firm = Firm()
    firm.left(5)
    firm.touched(is_enabled=False)
    found = firm.pass_days(60)
    assert due(found) == []
    assert "R34" in codes(found)


def test_a_tenant_touched_since_is_never_deleted() -> None:
    firm = disabled_firm()
    firm.touched(name="kept for the auditors")
    found = firm.pass_days(60)
    assert due(found) == []
    assert "R34" in codes(found)


def test_with_the_database_lost_a_disabled_tenant_is_not_ours_any_more() -> None:
    """ACR-DEP-05: a lost database never deletes, not even after a confirmation."""
    firm = disabled_firm()
    firm.kept = {}
    firm.decided = replace(firm.decided, leaving_confirmed=(Confirmation(COMPANY, firm.today),))
    assert due(firm.pass_days(90)) == []


def test_coming_back_it_is_enabled_again() -> None:
    """R34, ACR-DEP-08."""
    firm = disabled_firm()
    firm.returns()
    found = firm.look()
    assert due(found) == [ENABLED]
    assert firm.days == 0


def test_coming_back_after_the_setting_was_switched_off_it_is_enabled_too() -> None:
    firm = disabled_firm()
    firm.decided = settings()
    firm.pass_days(3)
    firm.returns()
    assert due(firm.look()) == [ENABLED]


def test_coming_back_it_stays_disabled_where_a_person_touched_it() -> None:
    """R34: nobody touched it since."""
    firm = disabled_firm()
    firm.touched()
    firm.returns()
    found = firm.look()
    assert due(found) == []
    (said,) = [one for one in found.findings if one.code == "R34"]
    assert said.severity is Severity.STOPS


def test_coming_back_it_stays_disabled_where_a_person_disabled_it() -> None:
    firm = Firm().touched(is_enabled=False)
    assert due(firm.look()) == []


def test_coming_back_after_deletion_restore_or_new_is_offered_and_nothing_is_done() -> None:
    """R34: never automatic."""
    firm = disabled_firm()
    firm.pass_days(20)
    firm.delete()
    firm.look()
    firm.returns()
    found = firm.pass_days(2)
    assert due(found) == []
    (said,) = [one for one in found.findings if one.code == "R34"]
    assert "Restore" in said.next_act
    assert "new" in said.next_act


def test_what_the_bridge_deleted_is_told_as_deleted_and_nothing_more_is_to_come() -> None:
    """R34, ACR-DEP-07: it is not "to be disabled now" for ever."""
    firm = disabled_firm()
    firm.pass_days(20)
    firm.delete()
    firm.look()
    found = firm.pass_days(3)
    (said,) = [one for one in found.findings if one.code in {"R34", "ACR-DEP-07"}]
    assert (said.code, said.severity) == ("R34", Severity.NOTE)
    assert "the bridge deleted its tenant on" in said.problem
    assert [one.left for one in found.listed] == [None]


def test_a_restored_tenant_is_not_ours() -> None:
    firm = disabled_firm()
    firm.pass_days(20)
    restored = firm.tenant
    firm.delete()
    firm.look()
    firm.tenant = restored
    firm.pass_days(1)
    assert firm.kept[TENANT].disabling is None
    assert due(firm.pass_days(60)) == []


def test_a_tenant_out_of_sight_that_nobody_asked_to_delete_is_not_taken_for_deleted() -> None:
    """R38."""
    firm = disabled_firm()
    firm.tenant = None
    firm.pass_days(1)
    done = firm.kept[TENANT].disabling
    assert done is not None
    assert done.gone_at is None


def test_enabled_by_hand_its_days_begin_anew() -> None:
    """Nobody's act is undone the next minute."""
    firm = disabled_firm()
    firm.touched(is_enabled=True)
    assert due(firm.pass_days(11)) == []
    assert due(firm.pass_days(1)) == [DISABLED]


def test_enabled_by_hand_on_a_day_that_could_not_be_read_the_count_begins_with_the_next_that_can() -> None:
    """ACR-DEP-05: as any count does. The day on which it begins is not whole."""
    firm = disabled_firm()
    firm.touched(is_enabled=True)
    firm.today += A_DAY
    firm.look(gaps=[NOT_READ])
    firm.look(hour=12, gaps=[NOT_READ])
    assert due(firm.pass_days(11)) == []
    assert due(firm.pass_days(1)) == [DISABLED]


def test_enabled_by_hand_before_any_read_showed_it_disabled_its_days_begin_anew_too() -> None:
    """The answer was lost; the tenant's version tells that the request had landed."""
    firm = Firm()
    firm.left(10)
    firm.disable(answered=False)
    firm.touched(is_enabled=True)
    firm.hour = 20
    assert due(firm.look(hour=22)) == []
    assert firm.days == 0


def test_a_request_that_never_landed_is_made_again() -> None:
    firm = Firm()
    firm.left(10)
    firm.disable(answered=False, lands=False)
    assert due(firm.look(hour=22)) == [DISABLED]


def test_an_answer_that_was_lost_is_taken_for_ours_while_it_may_be() -> None:
    """A kill between disabling and confirmation: the tenant's own state says whose doing it was."""
    firm = Firm()
    firm.left(10)
    firm.disable(answered=False)
    firm.look(hour=10)
    firm.returns()
    assert due(firm.look()) == [ENABLED]


def test_found_disabled_long_after_it_is_nobodys() -> None:
    """R34: only a person deletes or enables it, and is told to when it is sold to again."""
    firm = Firm()
    firm.left(10)
    firm.disable(answered=False)
    assert due(firm.pass_days(60)) == []

    found = firm.returns().look()
    assert due(found) == []
    [told] = [one for one in found.findings if one.code == "R34"]
    assert (told.severity, "answer" in told.problem) == (Severity.STOPS, True)


def test_found_disabled_long_after_and_enabled_by_hand_its_days_begin_anew() -> None:
    """It may have been the bridge: nobody's act is undone the next minute."""
    firm = Firm()
    firm.left(10)
    firm.disable(answered=False)
    firm.pass_days(1)
    firm.touched(is_enabled=True)
    assert due(firm.pass_days(11)) == []
    assert due(firm.pass_days(1)) == [DISABLED]


def test_while_the_request_may_be_on_its_way_it_is_not_asked_again() -> None:
    firm = Firm()
    firm.left(10)
    before = firm.tenant
    firm.disable(answered=False)
    firm.tenant = before
    assert due(firm.look(hour=9)) == []
    assert due(firm.look(hour=11)) == [DISABLED]


@pytest.mark.parametrize("kind", [TenantKind.PARTNER, TenantKind.FOLDER, TenantKind.UNIT])
def test_only_customers_are_disabled(kind: TenantKind) -> None:
    firm = Firm(tenant=a_tenant(kind=kind))
    assert due(firm.left(60)) == []


def test_a_tenant_with_another_mapped_one_below_it_is_left_alone() -> None:
    below = a_tenant(2, kind=TenantKind.UNIT, parent=TENANT)
    customers = (a_customer(1, 1), a_customer(2, 2))
    firm = Firm(decided=settings(leaving=BOTH, customers=customers), others=(below,))
    assert due(firm.left(60)) == []
