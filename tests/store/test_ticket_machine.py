"""Lives of an office over the book of the database: the same machine as over the one in memory."""

from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Database
from tests.store.kept_book import KeptBook
from tests.tickets.book import OpenBook
from tests.tickets.test_office_machine import OfficeLife

LIVES = effort(max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))


class KeptLife(OfficeLife):
    def an_empty_book(self) -> OpenBook:
        return KeptBook()  # type: ignore[return-value]  # it hands on every call of a book


def test_alerts_are_told_once_over_the_book_of_the_database(sqlite_database: Database) -> None:
    """R47 to R53, among faults, kills, restores and lost databases."""
    assert sqlite_database.url
    run_state_machine_as_test(KeptLife, settings=LIVES)
