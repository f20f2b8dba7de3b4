"""What a configuration file may say about customers that leave (ACR-DEP-03, ACR-DEP-04, R37)."""

from datetime import UTC, date, datetime

import pytest

from psabridge.rules.settings import Confirmation, Exemption, Leaving
from psabridge.rules.words import CompanyId, Mode, WorkKind
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import ConfigWrong, export_config, import_config
from tests.wiring.config_cast import BARE

AT = datetime(2026, 3, 10, tzinfo=UTC)
FILE = (
    BARE
    + """\
    customers: [{tenant: t1, company: 175}]
"""
)
DECIDED = """
    modes: {billing: automatic, provisioning: automatic, deprovisioning: approve}
    leaving: {disables: true, disable_after: 5, deletes: true, delete_after: 6}
    exempt_customers: [{company: 175, reason: "archive"}]
    leaving_confirmed: [{company: 176, day: 2026-03-10}]
"""


def taken_in(more: str = "") -> DatabasePairings:
    pairings = DatabasePairings(Safe((new_key(),)))
    import_config(FILE + more, pairings, who="me", at=AT)
    return pairings


@pytest.mark.usefixtures("sqlite_database")
def test_a_file_that_says_nothing_leaves_it_off_and_observed() -> None:
    pairings = taken_in()
    kept = pairings.settings(pairings.by_name("main"))
    assert (kept.leaving, kept.exempt_customers, kept.leaving_confirmed) == (Leaving(), (), ())
    assert not kept.leaving.is_on
    assert (kept.leaving.disable_after, kept.leaving.delete_after) == (10, 30)
    assert kept.mode_of(WorkKind.DEPROVISIONING) is Mode.OBSERVE


@pytest.mark.usefixtures("sqlite_database")
def test_what_a_file_says_is_kept_and_comes_out_again() -> None:
    pairings = taken_in(DECIDED)
    kept = pairings.settings(pairings.by_name("main"))
    assert kept.leaving == Leaving(disables=True, disable_after=5, deletes=True, delete_after=6)
    assert kept.exempt_customers == (Exemption(CompanyId(175), "archive"),)
    assert kept.leaving_confirmed == (Confirmation(CompanyId(176), date(2026, 3, 10)),)
    assert kept.mode_of(WorkKind.DEPROVISIONING) is Mode.APPROVE
    assert import_config(export_config(pairings), pairings, who="me", at=AT).changed == ()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("leaving: {disables: true, disable_after: 10, deletes: true, delete_after: 10}", "at least 11"),
        ("leaving: {disable_after: 0}", "disable_after is 0"),
        ("leaving: {delete_after: 0}", "delete_after is 0"),
        ("leaving: {disables: 1}", "neither true nor false"),
        ("exempt_customers: [{company: 175, reason: ' '}]", "says no reason"),
        ("exempt_customers: [{company: 175}]", "reason"),
        (
            "exempt_customers: [{company: 175, reason: a}, {company: 175, reason: b}]",
            "exemption of company 175 is there more than once",
        ),
        ("leaving_confirmed: [{company: 175, day: soon}]", "soon"),
    ],
)
@pytest.mark.usefixtures("sqlite_database")
def test_what_cannot_be_meant_is_refused(said: str, told: str) -> None:
    """R37: deleted at least a day after it is disabled."""
    with pytest.raises(ConfigWrong, match=told):
        taken_in(f"    {said}\n")


@pytest.mark.usefixtures("sqlite_database")
def test_deletion_alone_may_have_any_day() -> None:
    """R37 speaks of both; where only deletion is on, it begins with disabling."""
    pairings = taken_in("    leaving: {deletes: true, delete_after: 3}\n")
    assert pairings.settings(pairings.by_name("main")).leaving.first_after == 3
