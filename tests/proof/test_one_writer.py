"""Clones, second installations, lost databases: who may write is settled at the vendor (protocol 2.6)."""

import shutil
from pathlib import Path

import pytest

from psabridge.rules.units.proof import Standing
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import close_database, world_clock
from tests.proof.ending import Ending
from tests.proof.month import Month, open_month
from tests.proof.product import Product


def _live(product: Product, since: int, until: int) -> None:
    for day in range(since, until):
        product.month.begin(day)
        product.until_quiet()


def _without_loss(folder: Path, days: int) -> Ending:
    """How the vendors look where nothing was lost."""
    month = open_month()
    world_clock(month)
    product = Product(folder, month, DirectTransport(month.emulation))
    product.install()
    product.start()
    _live(product, 0, days)
    return Ending.of(month)


def test_a_clone_stops_at_the_marker_and_the_first_one_goes_on(product: Product, tmp_path: Path) -> None:
    """W1: the whole machine was copied and both copies run."""
    month = product.month
    _live(product, 0, 3)
    clone = product.clone(tmp_path / "clone")
    month.begin(3)
    product.until_quiet()
    month.begin(4)
    before = month.written()[:3]

    clone.start()
    standing = clone.first_standing()
    clone.month.advance(hours=2)
    again = clone.cycle()

    assert (standing, again.currency.standing) == (Standing.RECOVERING, Standing.RECOVERING)
    assert again.plan.steps
    assert month.written()[:3] == before
    product.use()
    assert product.until_quiet().currency.standing is Standing.CURRENT
    assert month.written()[:3] > before


def test_a_backup_from_before_the_first_cycle_is_known_as_ours(
    month: Month, product: Product, tmp_path: Path
) -> None:
    """Protocol 2.6: it is this installation that was put back, not another bridge that writes here."""
    fresh = Product(tmp_path / "fresh", month, product.transport)
    fresh.install()
    close_database()
    backup = tmp_path / "backup.sqlite3"
    shutil.copyfile(fresh.folder / "psabridge.sqlite3", backup)
    fresh.start()
    _live(fresh, 0, 2)
    month.begin(2)
    before = month.written()[:3]

    close_database()
    shutil.copyfile(backup, fresh.folder / "psabridge.sqlite3")
    fresh.start()
    report = fresh.cycle()

    assert report.currency.standing is Standing.RECOVERING
    assert month.written()[:3] == before


def test_where_the_clone_wrote_first_the_other_one_stops(product: Product, tmp_path: Path) -> None:
    """Nobody knows which of two equal copies is the right one: the first to write goes on."""
    month = product.month
    _live(product, 0, 3)
    clone = product.clone(tmp_path / "clone")
    month.begin(3)
    clone.start()
    clone.until_quiet()
    month.begin(4)
    before = month.written()[:3]

    product.use()
    report = product.cycle()

    assert report.currency.standing is Standing.RECOVERING
    assert report.plan.steps
    assert month.written()[:3] == before


def test_a_second_installation_finds_the_marker_of_the_first_and_only_looks(
    product: Product, tmp_path: Path
) -> None:
    month = product.month
    _live(product, 0, 3)
    month.begin(3)
    before = month.written()[:3]

    second = Product(tmp_path / "second", month, product.transport)
    second.install()
    second.start()
    report = second.cycle()

    assert report.currency.standing is Standing.FOREIGN
    assert report.plan.steps
    assert month.written()[:3] == before


@pytest.mark.parametrize("state_file", ["survived", "is lost too"])
def test_with_the_database_lost_the_configuration_is_enough_and_nothing_is_written_twice(
    month: Month, product: Product, tmp_path: Path, state_file: str
) -> None:
    """No backup: mappings come from the exported file, lines and units from Autotask as they stand."""
    days = 27  # over the end of the period, and of a contract
    _live(product, 0, 10)
    document = product.exported()
    kept = tmp_path / "kept"
    if state_file == "survived":
        shutil.copytree(product.folder / "state", kept / "state")

    found = Product(kept, month, product.transport)
    found.install(document)
    found.start()
    month.begin(10)
    before = month.written()[:3]
    looked = found.first_standing()
    unasked = month.written()[:3] != before
    found.until_quiet(takes_over=True)
    _live(found, 11, days)
    ended = Ending.of(month)

    assert (looked, unasked) == (Standing.FOREIGN, False)
    assert found.decided == []
    assert ended.differs(_without_loss(tmp_path / "rehearsed", days)) == []
