"""Cuts are met, not listed: what nobody met is said aloud."""

import sqlite3
from contextlib import closing

import pytest

from psabridge_proof.installation import close_database
from tests.proof.cuts import Cuts, UnmetCommit
from tests.proof.forks import DATABASE
from tests.proof.month import Month
from tests.proof.product import Product


def test_a_change_of_the_database_that_no_commit_was_met_for_ends_the_run(
    month: Month, product: Product
) -> None:
    """As a commit past Django would be, for instance in code that is still to be written."""
    cuts = Cuts(product.folder, month.written, lambda _: None)
    product.transport.watch = cuts.call
    month.begin(0)
    close_database()
    with cuts.watching():
        product.start()
        product.cycle()
        with closing(sqlite3.connect(product.folder / DATABASE[0])) as past, past:
            past.execute("UPDATE store_connection SET lease_holder = 'nobody'")
        with pytest.raises(UnmetCommit):
            product.cycle()
