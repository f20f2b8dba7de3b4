"""The choice for which month range items are reported, as a configuration file makes it."""

from datetime import UTC, date, datetime

import pytest
import yaml

from psabridge.kit.periods import Period
from psabridge.rules.wanted.ranges.reporting import ReportingMonth, UsageReporting
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import ConfigWrong, Imported, export_config, import_config
from tests.wiring.config_cast import BARE

FILE = BARE
POINTS = {"item": "pw_base_adv_dr_compute_points", "is_range": True, "unit_size": 3600}
MARCH_10 = datetime(2026, 3, 10, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("sqlite_database")


@pytest.fixture(name="pairings")
def _pairings() -> DatabasePairings:
    return DatabasePairings(Safe((new_key(),)))


def take_in(
    pairings: DatabasePairings,
    reporting: object = None,
    at: datetime = MARCH_10,
    row: dict[str, object] | None = None,
) -> Imported:
    document = yaml.safe_load(FILE)
    document["pairings"]["main"]["services"] = [row or POINTS]
    if reporting is not None:
        document["pairings"]["main"]["usage_reporting"] = reporting
    return import_config(yaml.safe_dump(document), pairings, who="me", at=at)


def kept(pairings: DatabasePairings) -> UsageReporting:
    return pairings.settings(pairings.by_name("main")).usage_reporting


def refusal(
    pairings: DatabasePairings, reporting: object = None, row: dict[str, object] | None = None
) -> str:
    with pytest.raises(ConfigWrong) as refused:
        take_in(pairings, reporting, row=row)
    return refused.value.problem


@pytest.mark.parametrize("day", [0, 29, 30, 31, -1])
def test_a_start_day_that_not_every_month_has_is_refused(pairings: DatabasePairings, day: int) -> None:
    """LIM-09."""
    assert "LIM-09" in refusal(pairings, {"month": "custom month", "start_day": day})


def test_a_start_day_in_words_is_refused(pairings: DatabasePairings) -> None:
    """LIM-09."""
    problem = refusal(pairings, {"month": "custom month", "start_day": "fifteen"})

    assert "'fifteen' is not a whole number" in problem


@pytest.mark.parametrize("day", [1, 15, 28])
def test_the_days_1_to_28_are_taken(pairings: DatabasePairings, day: int) -> None:
    """LIM-09, ACR-USE-05."""
    take_in(pairings, {"month": "custom month", "start_day": day})

    assert kept(pairings) == UsageReporting(ReportingMonth.CUSTOM, day)


def test_there_are_three_choices(pairings: DatabasePairings) -> None:
    """ACR-USE-01."""
    problem = refusal(pairings, {"month": "next month"})

    assert "'next month' is none of current month, previous month, custom month" in problem


@pytest.mark.parametrize("policy", ["as_it_changes", "period_close", "next_period"])
def test_no_dating_policy_is_offered_for_a_range_item(pairings: DatabasePairings, policy: str) -> None:
    """R17: `as_it_changes` would prorate it."""
    problem = refusal(pairings, row={**POINTS, "policy": policy})

    assert "R17" in problem
    assert "usage_reporting" in problem


def test_a_range_item_counts_alone(pairings: DatabasePairings) -> None:
    """ACR-USE-06: a level has no month to be added for."""
    problem = refusal(pairings, row={**POINTS, "meter": {"plus": [{"item": "pw_base_servers"}]}})

    assert "ACR-USE-06" in problem


def test_months_add_up_for_range_items_only(pairings: DatabasePairings) -> None:
    problem = refusal(pairings, row={"item": "pw_base_servers", "sum_of_months": True})

    assert "needs is_range" in problem


def test_a_change_of_the_choice_says_the_first_date_and_days_that_result(pairings: DatabasePairings) -> None:
    """ACR-USE-09: from the next report on; 1 to 14 March, for February is reported already."""
    take_in(pairings)
    [told] = take_in(pairings, {"month": "custom month", "start_day": 15}).reports

    assert told == "main: range items are reported next on 2026-03-15 for 2026-03-01 to 2026-03-14, UTC days"
    changed = kept(pairings).changed
    assert changed is not None
    assert changed.last == Period(date(2026, 2, 1), date(2026, 3, 1))


def test_the_same_file_a_month_later_changes_nothing(pairings: DatabasePairings) -> None:
    """ACR-USE-09: where the months were cut stays cut there."""
    take_in(pairings)
    take_in(pairings, {"month": "custom month", "start_day": 15})
    cut = kept(pairings)

    again = take_in(
        pairings, {"month": "custom month", "start_day": 15}, at=datetime(2026, 4, 20, tzinfo=UTC)
    )

    assert (again.changed, again.reports, kept(pairings)) == ((), (), cut)


def test_a_new_pairing_has_nothing_to_cut_and_is_told_its_first_report(pairings: DatabasePairings) -> None:
    [told] = take_in(pairings, {"month": "current month"}).reports

    assert "2026-04-01 for 2026-03-01 to 2026-03-31" in told
    assert "every day" in told
    assert kept(pairings).changed is None


def test_an_exported_choice_is_taken_in_again_by_an_empty_bridge(pairings: DatabasePairings) -> None:
    """A lost database knows from the file where the months were cut."""
    take_in(pairings)
    take_in(pairings, {"month": "custom month", "start_day": 15})
    exported = yaml.safe_load(export_config(pairings))["pairings"]["main"]["usage_reporting"]
    before = kept(pairings)
    document = yaml.safe_load(FILE)
    document["pairings"] = {"other": {**document["pairings"]["main"], "usage_reporting": exported}}
    document["connections"] = {f"{name} two": one for name, one in document["connections"].items()}
    document["pairings"]["other"] |= {"platform": "acronis two", "psa": "autotask two", "services": [POINTS]}

    import_config(yaml.safe_dump(document), pairings, who="me", at=datetime(2026, 5, 1, tzinfo=UTC))

    assert pairings.settings(pairings.by_name("other")).usage_reporting == before
