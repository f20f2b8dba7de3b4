"""What the store adds to a book of tickets: a lease, other pairings, forgetting, vendors' texts, speed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.tickets.looking import Looks
from psabridge.rules.tickets.settings import MappedSince, StormLimit
from psabridge.rules.tickets.stories import NoTicket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId, PairingId
from psabridge.store.leases import DatabaseLeases, DatabaseTicketLeases, keep_held
from psabridge.store.models import AlertRecord, ErrandRecord, Pairing, StoryRecord, TicketWatch
from psabridge.store.records import DatabaseRecords
from psabridge.store.ticket_endings import ended_stories
from tests.builders import NOW, a_customer, tenant_id
from tests.databases import Database
from tests.store.cast import A_MINUTE, a_lease, a_pairing, pairings, psa_of
from tests.store.test_ticket_book import (
    BY_BRIDGE,
    ONE,
    OTHER,
    TWO,
    Desk,
    a_desk,
    a_storm,
    a_story,
    a_ticket,
    an_errand,
    cleared,
)
from tests.tickets.cast import DAY, HOUR, START, an_alert

TABLES = (TicketWatch, AlertRecord, StoryRecord, ErrandRecord)
LEASES = DatabaseTicketLeases()

WRITES: dict[str, Callable[[Desk], object]] = {
    "take in": lambda desk: desk.takes_in(TWO),
    "misses": lambda desk: desk.book.count_misses(desk.pairing, [ONE.id], desk.lease),
    "vanished": lambda desk: desk.book.clear_vanished(desk.pairing, [ONE.id], START, desk.lease),
    "tickets": lambda desk: desk.shows(a_ticket(a_story(ONE))),
    "stories": lambda desk: desk.keeps(a_story(OTHER)),
    "reasons": lambda desk: desk.reasons(a1=NoTicket.HELD),
    "arm": lambda desk: desk.book.arm(desk.pairing, an_errand(a_story(OTHER)), desk.lease),
    "save": lambda desk: desk.book.save(desk.pairing, an_errand(a_story(ONE)).sent(START), desk.lease),
    "finish": lambda desk: desk.book.finish(desk.pairing, an_errand(a_story(ONE)), a_story(TWO), desk.lease),
    "drop": lambda desk: desk.book.drop(desk.pairing, an_errand(a_story(ONE)), desk.lease),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_process_that_lost_its_lease_keeps_nothing(
    database: Database, write: Callable[[Desk], object]
) -> None:
    """W1, I10."""
    assert database.url
    with a_desk(a_pairing()) as old:
        old.takes_in(ONE)
        old.keeps(a_story(ONE))
        old.book.arm(old.pairing, an_errand(a_story(ONE)), old.lease)
        before = old.book.kept(old.pairing), old.book.looks(old.pairing)
        overrun(old.pairing)
        with a_desk(old.pairing), pytest.raises(LeaseLost, match=r"tickets of .* no longer ours"):
            write(old)
        assert (old.book.kept(old.pairing), old.book.looks(old.pairing)) == before


def test_a_ticket_cycle_goes_on_beside_a_billing_cycle_and_not_beside_another(database: Database) -> None:
    """Decision 0017."""
    assert database.url
    first = a_pairing("first")
    second = a_pairing("second", psa=psa_of("first"))
    with a_lease(first), LEASES.hold(first, length=A_MINUTE), LEASES.hold(second, length=A_MINUTE):
        told = r"tickets of first: .* is working on it"
        with pytest.raises(LeaseHeld, match=told), LEASES.hold(first, length=A_MINUTE):
            pass


def test_a_write_about_to_leave_renews_the_lease_of_its_ticket_cycle(database: Database) -> None:
    assert database.url
    pairing = a_pairing()
    with LEASES.hold(pairing, length=timedelta(hours=1)):
        TicketWatch.objects.update(lease_until=Now() + A_MINUTE)
        keep_held()
        assert TicketWatch.objects.filter(lease_until__gt=Now() + timedelta(minutes=59)).exists()
        overrun(pairing)
        with pytest.raises(LeaseLost):
            keep_held()
    with LEASES.hold(pairing, length=A_MINUTE) as lease:
        LEASES.renew(lease, length=A_MINUTE)
        assert lease.fence == 2


def test_a_billing_lease_is_no_lease_of_tickets(database: Database) -> None:
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as billing, LEASES.hold(pairing, length=A_MINUTE) as tickets:
        DatabaseLeases().renew(billing, length=A_MINUTE)
        LEASES.renew(tickets, length=A_MINUTE)
    with pytest.raises(LeaseLost):
        LEASES.renew(tickets, length=A_MINUTE)


def test_pairings_keep_their_tickets_apart(database: Database) -> None:
    """Two may see the same tenant: each tells it in its own way."""
    assert database.url
    with a_desk(a_pairing("first")) as first, a_desk(a_pairing("second")) as second:
        first.takes_in(ONE, looks=Looks(START))
        first.tells(a_story(ONE, ONE), ONE)
        second.takes_in(ONE)
        second.reasons(a1=NoTicket.UNMAPPED)
        first.shows(a_ticket(a_story(ONE)), gone=(1,))
        first.book.count_misses(first.pairing, [ONE.id], first.lease)
        (alert,) = second.book.kept(second.pairing).alerts
        assert (alert.told, alert.reason, alert.misses) == (None, NoTicket.UNMAPPED, 0)
        assert not second.book.kept(second.pairing).stories
        assert second.book.looks(second.pairing) == Looks()
        assert first.live()["a1"].told


def test_whatever_a_vendor_writes_is_kept(database: Database) -> None:
    """PostgreSQL takes no zero bytes, and no database takes half a character."""
    assert database.url
    strange = replace(ONE, tenant_name="a\x00b \ud83d", details=(("Reason", "ü\x00" * 5000),), type="x" * 900)
    with a_desk(a_pairing()) as desk:
        desk.takes_in(strange)
        assert desk.live()["a1"].alert == strange


def test_tickets_raised_long_before_still_count_for_a_storm_of_their_time(database: Database) -> None:
    """After an outage the same alerts make the same tickets; others need not be looked at."""
    assert database.url
    pairing = a_pairing()
    settings = pairings().settings(pairing)
    wide = replace(settings.tickets, storm=StormLimit(10, 3 * DAY))
    long_ago = an_alert("z1", workload="PC-9", at=START - 10 * DAY)
    with a_desk(pairing) as desk:
        desk.takes_in(ONE, OTHER, long_ago)
        desk.tells(a_story(ONE, ONE), ONE)
        desk.tells(a_story(long_ago, long_ago, ticket=9), long_ago)
        of = StormOf(CompanyId(1), ONE.type)
        assert desk.book.kept(pairing).begun == {of: (ONE.raised_at,)}
        late = an_alert("y1", workload="PC-8", at=START + 2 * DAY)
        desk.tells(a_story(OTHER, OTHER, ticket=2), OTHER)
        desk.takes_in(late)
        assert desk.book.kept(pairing).begun == {}
        pairings().save_settings(replace(settings, tickets=wide), who="p", at=NOW, what="a wider window")
        assert len(desk.book.kept(pairing).begun[of]) == 2


def test_what_ended_long_ago_is_forgotten_and_what_goes_on_is_not(database: Database) -> None:
    assert database.url
    pairing = a_pairing()
    with a_desk(pairing) as desk:
        desk.takes_in(cleared(ONE), cleared(TWO, START + 9 * DAY), OTHER)
        desk.tells(replace(a_story(ONE), ending=BY_BRIDGE), ONE)
        desk.tells(replace(a_story(TWO, number=2, ticket=2), ending=BY_BRIDGE), TWO)
        desk.tells(a_story(OTHER, OTHER, ticket=3), OTHER)
        DatabaseRecords().forget_before(pairing, START + 2 * HOUR)
        assert set(AlertRecord.objects.values_list("alert", flat=True)) == {"a2", "b1"}
        assert set(StoryRecord.objects.values_list("ticket", flat=True)) == {2, 3}
        DatabaseRecords().forget_before(pairing, START + 900 * DAY)
        assert set(AlertRecord.objects.values_list("alert", flat=True)) == {"b1"}
        assert set(StoryRecord.objects.values_list("ticket", flat=True)) == {3}


def test_a_pairing_takes_its_tickets_with_it(database: Database) -> None:
    assert database.url
    with a_desk(a_pairing("stays")) as stays:
        stays.takes_in(ONE)
        with a_desk(a_pairing("goes")) as goes:
            goes.takes_in(ONE)
            goes.keeps(a_story(ONE))
            goes.book.arm(goes.pairing, an_errand(a_story(ONE)), goes.lease)
        Pairing.objects.filter(pk=goes.pairing).delete()
    assert [table.objects.count() for table in TABLES] == [1, 1, 0, 0]


def test_saving_settings_read_earlier_keeps_times_of_mappings(sqlite_database: Database) -> None:
    """ACR-TKT-04: they are facts, and move no version."""
    assert sqlite_database.url
    pairing = a_pairing()
    with a_desk(pairing) as desk:
        mapped = replace(pairings().settings(pairing), customers=(a_customer(1, 1),))
        before = pairings().save_settings(mapped, who="somebody", at=NOW, what="mapped")
        desk.book.remember_mapped(pairing, [tenant_id(1)], START)
        assert pairings().settings(pairing).version == before.version
        saved = pairings().save_settings(before, who="somebody", at=NOW, what="settings")
    assert saved == pairings().settings(pairing)
    assert saved.tickets.mapped_since == (MappedSince(tenant_id(1), START),)


BURST = 2_000


def test_a_burst_is_taken_in_and_kept_without_a_query_for_each(
    database: Database, tell: Callable[[str], None]
) -> None:
    alerts = [an_alert(f"a{number}", workload=f"PC-{number}") for number in range(BURST)]
    with a_desk(a_pairing()) as desk:
        asked = {"take in": queries(lambda: desk.takes_in(*alerts))}
        asked["take in again"] = queries(lambda: desk.takes_in(*alerts))
        asked["kept"] = queries(lambda: desk.book.kept(desk.pairing))
        asked["reasons"] = queries(lambda: desk.reasons(**{one.id: NoTicket.HELD for one in alerts}))
        storm = replace(a_story(alerts[0], *alerts), ticket=None)
        asked["a storm of all"] = queries(lambda: desk.tells(storm, *alerts))
        assert len(desk.live()) == BURST
    tell(f"{database.kind}: queries for {BURST} alerts: {asked}")
    assert sum(asked.values()) < BURST / 10


def queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


def overrun(pairing: PairingId) -> None:
    """As if its time had passed on the database's clock."""
    TicketWatch.objects.filter(pairing_id=pairing).update(lease_until=Now() - timedelta(seconds=1))


def test_closed_tickets_come_in_the_order_of_their_closing_the_last_of_each_condition(
    database: Database,
) -> None:
    """R50: of open ones, of storms and of earlier tickets of a condition none comes."""
    assert database.url
    early, late = (
        replace(a_story(ONE, number=2), ending=BY_BRIDGE),
        replace(a_story(OTHER), ticket=TicketId(3)),
    )
    late = replace(late, ending=replace(BY_BRIDGE, at=START + DAY))
    with a_desk(a_pairing()) as desk:
        desk.keeps(late, early, replace(a_story(ONE), ending=replace(BY_BRIDGE, at=START - DAY)))
        desk.keeps(replace(a_storm(ONE), ending=BY_BRIDGE))
        desk.shows(a_ticket(late))
        found = list(ended_stories(desk.pairing))
        assert found == [(early, early.external_id), (late, "T3")]
        desk.keeps(a_story(ONE, number=3))
        assert list(ended_stories(desk.pairing)) == [(late, "T3")]
        assert list(ended_stories(PairingId(desk.pairing + 1))) == []
