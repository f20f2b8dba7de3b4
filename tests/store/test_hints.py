"""Doors and hints in the database: sealed, heard once, read once by each who waits (issue 5 item 7)."""

from datetime import timedelta

import pytest

from psabridge.rules.hints import REMEMBERED, Hint, HintOf
from psabridge.store.hints import DatabaseDoors, DatabaseHints, Door, has_door
from psabridge.store.models import HintRecord, HookDoor
from psabridge.store.secrets import Safe, SecretUnreadable, new_key
from tests.builders import NOW
from tests.databases import Database
from tests.store.cast import KEY, a_pairing, pairings, psa_of

HINTS = DatabaseHints()


def a_door(connection: int, **changed: str) -> Door:
    return Door(connection, **{"address": "https://b.example", "path": "p" * 43, "key": "k" * 43, **changed})


def told(number: int, record: int = 7, of: HintOf = HintOf.TICKET) -> Hint:
    return Hint(of, record, NOW, f"guid {number}")


@pytest.fixture
def connection(database: Database) -> int:
    assert database.url
    a_pairing()
    return psa_of()


def test_the_first_path_and_key_stay_and_the_address_moves(connection: int) -> None:
    """A second `hooks on` after a kill must not make webhooks of another path."""
    doors = DatabaseDoors(Safe((KEY,)))
    first = doors.keep(a_door(connection), who="pat", at=NOW)
    second = doors.keep(
        a_door(connection, path="other", key="other", address="https://c.example"), who="pat", at=NOW
    )
    assert (second.path, second.key, second.address) == (first.path, first.key, "https://c.example")
    assert doors.every() == (second,)
    assert doors.of(connection) == second


def test_the_key_is_sealed_told_to_nobody_and_sealed_anew(connection: int) -> None:
    door = DatabaseDoors(Safe((KEY,))).keep(a_door(connection), who="pat", at=NOW)
    assert b"kkkk" not in bytes(HookDoor.objects.get().sealed_key)
    assert "kkkk" not in repr(door)
    assert "pppp" not in repr(door)
    newer = new_key()
    pairings(newer, KEY).seal_anew(who="pat", at=NOW)
    assert DatabaseDoors(Safe((newer,))).of(connection) == door
    with pytest.raises(SecretUnreadable):
        DatabaseDoors(Safe((KEY,))).of(connection)


def test_a_forgotten_door_is_gone(connection: int) -> None:
    doors = DatabaseDoors(Safe((KEY,)))
    door = doors.keep(a_door(connection), who="pat", at=NOW)
    assert has_door(connection)
    doors.forget(door, who="pat", at=NOW)
    assert not has_door(connection)
    assert doors.of(connection) is None


def test_an_event_is_heard_once_however_often_it_is_told(connection: int) -> None:
    assert HINTS.hear(connection, told(1), NOW)
    assert not HINTS.hear(connection, told(1), NOW + timedelta(hours=1))
    assert HINTS.hear(connection, told(2), NOW)
    assert HintRecord.objects.count() == 2


def test_each_who_waits_reads_every_hint_of_its_kind_once(connection: int) -> None:
    for number, (record, of) in enumerate(
        [(7, HintOf.TICKET), (7, HintOf.TICKET), (9, HintOf.COMPANY), (8, HintOf.TICKET)]
    ):
        HINTS.hear(connection, told(number, record, of), NOW)
    last, records = HINTS.after(connection, HintOf.TICKET, 0)
    assert records == (7, 8)
    assert HINTS.after(connection, HintOf.TICKET, last) == (last, ())
    assert HINTS.after(connection, HintOf.COMPANY, 0)[1] == (9,)
    assert HINTS.newest(connection) == last


def test_hints_are_forgotten_after_their_time(connection: int) -> None:
    HINTS.hear(connection, told(1), NOW - REMEMBERED - timedelta(seconds=1))
    HINTS.hear(connection, told(2), NOW - REMEMBERED)
    HINTS.forget_old(NOW)
    assert [row.key for row in HintRecord.objects.all()] == ["guid 2"]
