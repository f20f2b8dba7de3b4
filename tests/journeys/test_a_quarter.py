"""A provider's quarter, day by day: customers come, are billed both ways, change, leave and are deleted.

The scene msp-25 from 10 March to 10 June: in automatic mode, with one cycle each morning or more, and a
person who releases what is held. What each line, quota and tenant should be is worked out in `quarter_book`
from what happened, and compared with what the emulators hold. Usage drifts by `PROOF_SEED`.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from psabridge.rules.plans.guard import DELETION, KIND_CHANGED
from psabridge.rules.plans.plan import MoneyEffect, SetUnits
from psabridge_emulators.autotask.ledger import LandedAdjustment
from psabridge_emulators.frame.clock import SCENE_START
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import machine_clock, world_clock
from tests.databases import close_connections
from tests.journeys.quarter_book import A_DAY, Entry, ItemOf, Reading, in_cents, month_after, period_of, share
from tests.journeys.quarter_office import DELETED_AFTER, DISABLED_AFTER, Announced, Office, Released
from tests.journeys.quarter_script import (
    ABBEY,
    BIRCH,
    CALDER,
    COPPER,
    HARBOUR,
    JUNIPER,
    MOORLAND,
    NORTHCOTE,
    PEMBERTON,
    SILVERDALE,
    VALE,
    WESTBROOK,
    YARROW,
    on,
    script,
)
from tests.journeys.quarter_town import TOTAL, Town, open_town

pytestmark = pytest.mark.xdist_group("a quarter")
FIRST, LAST = date(2026, 3, 10), date(2026, 6, 10)
MOVES_A_DAY = 4


# ---- lived, and looked at each evening


def drifting(town: Town) -> list[Reading]:
    """Whose usage may move today: what is billed as it is used; of a storage one row stands for all."""
    found = {
        entry.key() if entry.service.storage is None else (entry.firm, TOTAL, entry.service.storage)
        for entry in town.book.entries
        if len(entry.parts) == 1 and town.tenants(entry.firm)
        if entry.is_payg(town.today) and entry.is_live(town.today)
        if town.today > entry.posted_until
    }
    return sorted(found, key=str)


@dataclass(slots=True)
class Quarter:
    """What was seen on the way, and what the emulators hold at its end."""

    town: Town
    released: list[Released]
    announced: list[Announced]
    quotas: dict[tuple[str, ItemOf], int | None] = field(default_factory=dict)
    states: dict[str, list[tuple[date, str]]] = field(default_factory=dict)
    told: set[tuple[date, str]] = field(default_factory=set)
    wrong: dict[str, list[str]] = field(default_factory=lambda: {"units": [], "quotas": []})
    looked: Counter[str] = field(default_factory=Counter)

    def look(self) -> None:
        """This evening's units, quotas and tenants, beside the book."""
        town, today = self.town, self.town.today
        for entry in town.book.entries:
            wanted = town.book.units(entry, today).get(today)
            shown = town.autotask.units_on(entry.line, today)
            self._judge("units", f"line {entry.line}", entry.firm, shown, wanted)
        for firm in [name for name in town.companies if town.tenants(name)]:
            self.quotas |= {(firm, item): quota for item, quota in town.book.quotas(firm, today).items()}
            state, seen = town.state(firm), self.states.setdefault(firm, [])
            if not seen or seen[-1][1] != state:
                seen.append((today, state))
        for (firm, (item, storage)), quota in self.quotas.items():
            self._judge("quotas", item, firm, town.quota(firm, item, storage), quota)

    def _judge(self, what: str, of: str, firm: str, shown: object, wanted: object) -> None:
        self.looked[what] += 1
        if shown != wanted:
            self.wrong[what].append(f"{self.town.today} {firm}, {of}: {shown}, not {wanted}")


@pytest.fixture(scope="module")
def quarter(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Quarter:
    """Lived once, for every test of this file."""
    before = connections.settings["default"]
    town = open_town()
    for firm in (WESTBROOK, YARROW):  # nobody mapped it yet; it is self-service
        for entry in town.entries(firm):
            entry.followed_from = date.max
    world_clock(town)
    with ExitStack() as stack:
        stack.callback(connections.settings.__setitem__, "default", before)
        stack.callback(machine_clock)
        stack.enter_context(django_db_blocker.unblock())
        stack.callback(close_connections)
        transport = stack.enter_context(closing(DirectTransport(town.emulation)))
        office = Office(tmp_path_factory.mktemp("quarter") / "bridge", town, transport)
        office.install()
        office.start()
        return live(office)


def live(office: Office) -> Quarter:
    town, happens, dice = office.vendors, script(office), Random(int(os.environ["PROOF_SEED"]))
    names = {company: name for name, company in town.companies.items()}
    quarter = Quarter(town, office.released, office.announced)
    for number in range((LAST - FIRST).days + 1):
        if number:
            town.emulation.clock.set(SCENE_START + number * A_DAY)
        for act in happens.get(town.today, []):
            act()
        for key in dice.sample(drifting(town), MOVES_A_DAY):
            town.drifts(key, dice)
        report = office.morning(is_eventful=town.today in happens)
        names |= {company: name for name, company in town.companies.items()}
        told = [one.company for one in report.findings if one.code == "ACR-DEP-07" and one.company]
        quarter.told |= {(town.today, names[company]) for company in told}
        quarter.look()
    return quarter


def ours(quarter: Quarter) -> list[LandedAdjustment]:
    """What the bridge changed."""
    return [one for one in quarter.town.autotask.ledger.adjustments if one.by == "api"]


def entry_of(quarter: Quarter, line: int) -> Entry:
    return next(one for one in quarter.town.book.entries if one.line == line)


# ---- what is billed


def test_every_line_showed_on_every_evening_what_the_book_says(
    quarter: Quarter, tell: Callable[[str], None]
) -> None:
    """ACR-PAY-01, ACR-PAY-08, ACR-STO-05, R15: a rise of usage is on the line on its day."""
    tell(f"a quarter: {dict(quarter.looked)} looked at, {len(ours(quarter))} changes of units")
    assert quarter.wrong["units"] == []


def test_in_the_end_the_whole_history_of_every_line_is_what_is_invoiced(quarter: Quarter) -> None:
    """ACR-PAY-01, R14, R16: a first report and a decrease count from the first day of a period."""
    town, wrong = quarter.town, []
    for entry in town.book.entries:
        wanted = town.book.units(entry, LAST)
        shown = dict(zip(wanted, town.autotask.units_on_days(entry.line, wanted), strict=True))
        wrong += [f"{entry.firm} {entry.line} {day}" for day in wanted if shown[day] != wanted[day]]
    assert wrong == []


# ---- what it comes to


def test_every_invoice_comes_to_what_the_book_works_out(
    quarter: Quarter, tell: Callable[[str], None]
) -> None:
    """R12, R26: each period of each line, from its days, its units and the price of its own contract."""
    town, wrong, total = quarter.town, list[str](), Fraction()
    for entry in town.book.entries:
        shown = town.invoices(entry)
        for first, amount in town.book.invoices(entry, LAST).items():
            total += amount
            if shown.get(first) != amount:
                wrong.append(f"{entry.firm} {entry.line} {first}: {shown.get(first)}, not {amount}")
    tell(f"a quarter: invoices of {in_cents(total):,} worked out twice")
    assert wrong == []


def test_what_was_posted_stays_as_it_was_invoiced(quarter: Quarter) -> None:
    """R13: and it was invoiced with what the book says."""
    town, posted = quarter.town, quarter.town.posted
    assert len(posted) > 200
    for entry in town.book.entries:
        shown, wanted = town.invoices(entry), town.book.invoices(entry, LAST)
        for first in [first for line, first in posted if line == entry.line]:
            assert posted[entry.line, first] == shown[first] == wanted[first], (entry.firm, entry.line, first)


def test_every_change_said_before_what_it_costs(quarter: Quarter) -> None:
    """R26: for each period from now on, and what is left of the running one if it began before the day.

    The latter is not told where the contract ends inside the running period.
    """
    assert len(quarter.announced) == len(ours(quarter))
    prices = set()
    for change, money in quarter.announced:
        entry = entry_of(quarter, change.line.number)
        prices.add(entry.price)
        last = month_after(period_of(entry, change.day), entry.months) - A_DAY
        is_inside = change.day != period_of(entry, change.day)
        left = share(entry, change.change, last, day=change.day) if is_inside else Fraction()
        assert money.each_period is not None
        assert money.each_period.amount == in_cents(Fraction(entry.price) * change.change), change
        if money.prorated_now is None:
            assert min(entry.ends.values()) < last, change
        else:
            assert money.prorated_now.amount == in_cents(left), change
    assert len(prices) > 4


def test_what_was_announced_adds_up_to_what_is_invoiced(quarter: Quarter) -> None:
    """R26: what stood there, what people typed and what plans announced; each is told in whole cents."""
    town, checked = quarter.town, 0
    for entry in town.book.entries:
        told = [(one, money) for one, money in quarter.announced if one.line.number == entry.line]
        for first, invoiced in town.invoices(entry).items():
            last = month_after(first, entry.months) - A_DAY
            if (
                last > entry.last_day
                or not period_of(entry, max(entry.starts, entry.opened)) <= first <= LAST
            ):
                continue
            expected = Fraction(entry.price) * entry.opening
            for day, change in entry.typed.items():
                expected += share(entry, change, last, day=max(day, first)) if day <= last else 0
            expected += sum(_of_period(one, money, first, last) for one, money in told)
            assert abs(expected - invoiced) <= Fraction(len(told), 200), (entry.firm, entry.line, first)
            checked += bool(told)
    assert checked > 100


def _of_period(change: SetUnits, money: MoneyEffect, first: date, last: date) -> Fraction:
    """What a plan said of a period: a part if the change begins inside it."""
    assert money.each_period is not None
    if change.day > last:
        return Fraction()
    assert money.prorated_now is not None
    return Fraction(money.prorated_now.amount if first < change.day else money.each_period.amount)


def test_after_today_every_line_stays_as_it_is(quarter: Quarter) -> None:
    """W8: nothing is written ahead of its day."""
    town = quarter.town
    later = [LAST + number * A_DAY for number in range(1, 60)]
    for entry in town.book.entries:
        days = [day for day in later if entry.starts <= day <= entry.last_day]
        level = town.book.units(entry, LAST).get(LAST)
        assert set(town.autotask.units_on_days(entry.line, days)) <= {level}, entry
    assert all(one.effective_date <= one.arrived_at.date() for one in ours(quarter))


def test_no_line_was_changed_twice_for_one_day(quarter: Quarter) -> None:
    """W7: the same change is never sent twice."""
    landed = Counter((one.line_id, one.effective_date) for one in ours(quarter))
    assert len(landed) > 100
    assert [key for key, times in landed.items() if times > 1] == []


def test_a_line_was_written_only_on_days_on_which_it_was_sold_as_it_is_used(quarter: Quarter) -> None:
    """ACR-PRE-01: what is sold fixed is never written, nor what is over, not mapped or self-service."""
    for one in ours(quarter):
        assert entry_of(quarter, one.line_id).may_follow(one.arrived_at.date()), one
    never = {entry.line for entry in quarter.town.book.entries if not any(entry.kinds.values())}
    assert len(never) > 10
    assert never.isdisjoint(one.line_id for one in ours(quarter))


def test_both_kinds_of_contract_had_their_quotas_every_evening(quarter: Quarter) -> None:
    """ACR-PRE-01, ACR-PRE-05, ACR-MAP-12, ACR-PAY-04: fixed units are the quota, the others have none."""
    assert quarter.wrong["quotas"] == []
    sold = {(firm, item): quota for (firm, (item, _)), quota in quarter.quotas.items()}
    assert sold[BIRCH, "pw_base_workstations"] == 12 + 3 - 2
    assert sold[CALDER, "pw_base_workstations"] == 12 + 4 + 5
    assert sold[JUNIPER, "pw_base_m365_seats"] == sold[JUNIPER, "pw_pack_adv_security"] == 7 + 3
    assert sold[MOORLAND, "pw_base_servers"] is None
    assert sold[NORTHCOTE, "pw_base_workstations"] is not None


def test_everything_that_makes_an_invoice_happened(quarter: Quarter) -> None:
    """R14, R16: there were first reports, rises inside a period and decreases that had waited for one."""
    changes = [(entry_of(quarter, one.line_id), one) for one in ours(quarter)]
    firsts = [one for entry, one in changes if one.effective_date == period_of(entry, one.effective_date)]
    assert {one.unit_change > 0 for one in firsts} == {True, False}
    assert all(one.unit_change > 0 for entry, one in changes if one not in firsts)
    assert any(one.effective_date < one.arrived_at.date() for one in firsts if one.unit_change > 0)


def test_a_contract_that_turns_is_held_until_a_person_read_what_follows(quarter: Quarter) -> None:
    """ACR-PAY-10, R24."""
    days = {day for day, bound, _, _ in quarter.released if bound == KIND_CHANGED}
    assert days == {on(4, 20), on(5, 6)}


# ---- who comes and who goes


def test_every_new_customer_is_one_tenant_and_one_user(quarter: Quarter) -> None:
    """ACR-PRV-01, ACR-PRV-12: made on the day on which its contract was there."""
    town = quarter.town
    assert town.arrived == [ABBEY, BIRCH, COPPER]
    made = {one.name for one in town.acronis.tenants.values() if one.created_at.date() >= FIRST}
    assert made == set(town.arrived)
    for firm, day in ((ABBEY, on(3, 18)), (BIRCH, on(4, 2)), (COPPER, on(5, 1))):
        assert [one.created_at.date() for one in town.tenants(firm)] == [day]
        assert (town.tenant(firm).mode, len(town.users(firm))) == ("production", 1)
    assert sorted(mail["to"] for mail in town.acronis.mails) == sorted(
        town.users(one)[0].login for one in town.arrived
    )


def test_every_tenant_was_disabled_and_deleted_on_its_day_and_nobody_else(quarter: Quarter) -> None:
    """ACR-DEP-03, ACR-DEP-04, ACR-DEP-05, ACR-DEP-08, R21, R34."""
    moved = {firm: seen[1:] for firm, seen in quarter.states.items() if seen[1:]}
    assert moved == {
        HARBOUR: [(due(4, 15, DISABLED_AFTER), "disabled"), (due(4, 15, DELETED_AFTER), "deleted")],
        SILVERDALE: [(due(4, 30, DISABLED_AFTER), "disabled"), (due(4, 30, DELETED_AFTER), "deleted")],
        PEMBERTON: [(due(4, 30, DISABLED_AFTER), "disabled"), (on(5, 12), "enabled")],
        COPPER: [(due(5, 24, DISABLED_AFTER), "disabled")],
        # On the day of a person's word it is first seen as one that left.
        VALE: [(due(5, 19, DISABLED_AFTER), "disabled"), (due(5, 19, DELETED_AFTER), "deleted")],
    }


def test_every_deletion_was_let_go_by_a_person_and_told_for_a_week(quarter: Quarter) -> None:
    """ACR-DEP-04, ACR-DEP-07, R61: until then the tenant stood there, disabled."""
    ended = {HARBOUR: (4, 15), SILVERDALE: (4, 30), VALE: (5, 19)}
    days = {firm: due(*last, DELETED_AFTER) for firm, last in ended.items()}
    asked = [(firm, day, stood) for day, bound, firm, stood in quarter.released if bound == DELETION]
    assert asked == [(firm, day, "disabled") for firm, day in days.items()]
    week = {(day - number * A_DAY, firm) for firm, day in days.items() for number in range(1, 8)}
    assert week <= quarter.told


def due(month: int, day: int, after: int) -> date:
    """The day after the last is the first without a contract; whole days are counted from the next one on."""
    return on(month, day) + (2 + after) * A_DAY


def test_nobody_who_is_not_ours_was_touched(quarter: Quarter) -> None:
    """ERR-06: neither the lines nor the tenant of a self-service customer."""
    lines = {entry.line for entry in quarter.town.entries(YARROW)}
    assert lines.isdisjoint(one.line_id for one in ours(quarter))
    paths = [one["path"] for one in quarter.town.acronis.ledger]
    assert any(quarter.town.tenant(CALDER).id in path for path in paths)
    assert [path for path in paths if quarter.town.tenant(YARROW).id in path] == []
