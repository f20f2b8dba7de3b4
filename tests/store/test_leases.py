"""One process writes for an Autotask connection at a time, by the database's own clock (R27, I10)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from psabridge.rules.lease import Lease, LeaseHeld, LeaseLost
from psabridge.rules.words import PairingId
from psabridge.store.leases import DatabaseLeases, keep_held
from psabridge.store.models import Connection
from tests.databases import Database, close_connections
from tests.store import processes
from tests.store.cast import A_MINUTE, a_lease, a_pairing, psa_of

RACERS = 8


def test_a_second_taker_is_told_who_has_it(database: Database) -> None:
    pairing = a_pairing()
    told = r"autotask of .*: .* process \d+ is working on it"
    with a_lease(pairing), pytest.raises(LeaseHeld, match=told), a_lease(pairing):
        pass


def test_two_pairings_of_one_autotask_share_its_lease(database: Database) -> None:
    first = a_pairing("first")
    second = a_pairing("second", psa=psa_of("first"))
    with a_lease(first), pytest.raises(LeaseHeld), a_lease(second):
        pass


def test_two_autotask_connections_do_not_wait_for_each_other(database: Database) -> None:
    with a_lease(a_pairing("first")) as one, a_lease(a_pairing("second")) as other:
        assert one.connection != other.connection


def test_each_taking_has_a_higher_fence(database: Database) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as first:
        pass
    with a_lease(pairing) as second:
        pass

    assert second.fence > first.fence


def test_the_lease_is_given_back_after_an_error(database: Database) -> None:
    pairing = a_pairing()
    with pytest.raises(ZeroDivisionError), a_lease(pairing):
        raise ZeroDivisionError
    with a_lease(pairing):
        pass


def test_an_overrun_lease_may_be_taken_and_is_then_lost(database: Database) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as slow:
        overrun(slow)
        with a_lease(pairing) as quick:
            with pytest.raises(LeaseLost, match="no longer ours"):
                DatabaseLeases().renew(slow, length=A_MINUTE)
            DatabaseLeases().renew(quick, length=A_MINUTE)


def test_the_loser_does_not_give_back_what_another_took(database: Database) -> None:
    pairing = a_pairing()
    leases = DatabaseLeases()
    slow = leases.hold(pairing, length=A_MINUTE)
    with slow as lost:
        overrun(lost)
        quick = leases.hold(pairing, length=A_MINUTE)
        kept = quick.__enter__()
    leases.renew(kept, length=A_MINUTE)
    with pytest.raises(LeaseHeld), a_lease(pairing):
        pass
    quick.__exit__(None, None, None)


def test_a_renewed_lease_lasts_longer(database: Database) -> None:
    pairing = a_pairing()
    with a_lease(pairing, length=A_MINUTE) as lease:
        DatabaseLeases().renew(lease, length=timedelta(hours=1))
        left = Connection.objects.filter(pk=lease.connection, lease_until__gt=Now() + timedelta(minutes=59))

        assert left.exists()


def test_a_lease_that_ran_out_is_not_renewed_even_if_nobody_took_it(database: Database) -> None:
    """Nobody knows what another did in between."""
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        overrun(lease)
        with pytest.raises(LeaseLost):
            DatabaseLeases().renew(lease, length=A_MINUTE)


def test_a_write_about_to_leave_renews_the_lease_of_its_cycle(database: Database) -> None:
    with a_lease(a_pairing(), length=timedelta(hours=1)) as lease:
        Connection.objects.filter(pk=lease.connection).update(lease_until=Now() + A_MINUTE)
        keep_held()

        left = Connection.objects.filter(pk=lease.connection, lease_until__gt=Now() + timedelta(minutes=59))
        assert left.exists()


def test_a_write_about_to_leave_is_stopped_when_another_took_the_lease(database: Database) -> None:
    """I10: between an intent's commit and its request the process may sleep for any time."""
    pairing = a_pairing()
    with a_lease(pairing) as slow:
        overrun(slow)
        Connection.objects.filter(pk=slow.connection).update(lease_fence=slow.fence + 1)
        with pytest.raises(LeaseLost):
            keep_held()


def test_what_is_written_outside_of_a_cycle_needs_no_lease(database: Database) -> None:
    with a_lease(a_pairing()):
        pass
    keep_held()


def test_of_many_threads_one_wins(database: Database) -> None:
    pairing = a_pairing()
    together, done = threading.Barrier(RACERS), threading.Barrier(RACERS)

    def race(_: int) -> str:
        together.wait(10)
        try:
            with a_lease(pairing) as lease:
                done.wait(30)
                return f"fence {lease.fence}"
        except LeaseHeld:
            done.wait(30)
            return "held"
        finally:
            close_connections()

    with ThreadPoolExecutor(RACERS) as pool:
        outcomes = list(pool.map(race, range(RACERS)))

    assert sorted(outcomes) == ["fence 1"] + ["held"] * (RACERS - 1)


def test_of_two_processes_one_wins(database: Database) -> None:
    pairing = a_pairing()
    racers = [processes.start(RACE, database, pairing) for _ in range(2)]
    assert [processes.line_of(racer) for racer in racers] == ["ready", "ready"]
    for racer in racers:
        processes.go(racer)
    outcomes = [processes.line_of(racer) for racer in racers]
    for racer in racers:
        processes.go(racer)
        racer.communicate(timeout=20)

    assert sorted(outcomes) == ["held", "won"]
    assert fence_of(pairing) == 1


def test_a_killed_process_blocks_only_until_its_lease_ends(database: Database) -> None:
    pairing = a_pairing()
    racer = processes.start(RACE, database, pairing)
    assert processes.line_of(racer) == "ready"
    processes.go(racer)
    assert processes.line_of(racer) == "won"
    racer.kill()
    racer.communicate(timeout=20)

    with pytest.raises(LeaseHeld), a_lease(pairing):
        pass
    overrun(Lease(psa_of(), 1))
    with a_lease(pairing) as lease:
        assert lease.fence == 2


def overrun(lease: Lease) -> None:
    """As if its time had passed on the database's clock."""
    Connection.objects.filter(pk=lease.connection).update(lease_until=Now() - timedelta(seconds=1))


def fence_of(pairing: PairingId) -> int:
    return Connection.objects.get(pk=psa_of()).lease_fence


RACE = """
say("ready")
sys.stdin.readline()
try:
    with DatabaseLeases().hold(pairing, length=timedelta(minutes=1)):
        say("won")
        sys.stdin.readline()
except LeaseHeld:
    say("held")
    sys.stdin.readline()
"""
