"""Every number explains itself (promise 5, R40)."""

from dataclasses import replace
from datetime import date, timedelta

from psabridge.rules.evidence import Evidence
from psabridge.rules.explaining.explanation import Explanation, explain
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import Quota
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.wanted.desired import Desired, DesiredItem
from psabridge.rules.words import BillingKind, CompanyId
from tests.builders import (
    NOW,
    TODAY,
    a_contract,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.builders import a_line as a_contract_line
from tests.rules.planning_cast import Line, an_intent, history_of, wanted

JANUARY = date(2026, 1, 1)
FEBRUARY = date(2026, 2, 3)


def explained(
    line: Line, desired: Desired, *intents: Intent, on: date | None = None, quota: int | None = None
) -> Explanation:
    return explain(
        line.id,
        settings=settings(),
        psa=line.snapshot(),
        platform=platform_snapshot(items=[an_item(quota=Quota(quota, 0))]),
        desired=desired,
        history=history_of(*intents),
        picture=line.picture(JANUARY, date(2026, 5, 31)),
        on=on,
    )


def test_the_chain_goes_from_the_reading_to_the_unit() -> None:
    line = Line([(JANUARY, 8), (FEBRUARY, 2)])

    headings = [
        heading for heading, _ in explained(line, wanted(10, line), an_intent(FEBRUARY, 8, 10)).chain()
    ]

    assert list(dict.fromkeys(headings)) == [
        "read",
        "billed",
        "usage",
        "mapping",
        "rounding",
        "should be",
        "adjustment",
        "units on the contract",
        "units now",
        "verdict",
    ]


def test_every_link_of_the_chain_says_its_numbers() -> None:
    line = Line([(JANUARY, 8), (FEBRUARY, 2)])

    text = dict(explained(line, wanted(10, line), an_intent(FEBRUARY, 8, 10)).chain())

    assert text["usage"] == "2026-03-10 09:00 UTC: 10 Workstations"
    assert text["mapping"] == "Workstations; one unit is 1"
    assert text["rounding"] == "10 ÷ 1 = 10, rounded up: 10"
    assert text["should be"] == "10 units (ACR-PAY-08)"
    assert text["adjustment"] == "2026-02-03: +2 (8 → 10) confirmed"
    assert text["units now"] == "10"
    assert text["verdict"] == "right: 10 units, last set by us on 2026-02-03"


def test_what_was_right_from_the_start_is_found_so() -> None:
    """R40."""
    line = Line([(JANUARY, 10)])

    assert explained(line, wanted(10, line)).verdict == "right: 10 units, found so"


def test_a_refused_change_does_not_count_as_set_by_us() -> None:
    line = Line([(JANUARY, 10)])

    found = explained(line, wanted(10, line), an_intent(FEBRUARY, 10, 0, IntentState.REJECTED))

    assert found.verdict.endswith("found so")
    assert [adjustment.state for adjustment in found.adjustments] == [IntentState.REJECTED]


def test_an_edit_of_another_is_said_in_the_verdict() -> None:
    line = Line([(JANUARY, 8), (FEBRUARY, 7)])

    found = explained(line, wanted(10, line), an_intent(FEBRUARY, 8, 10))

    assert found.verdict == "should be 10; another made it 15 after we left it at 10"


def test_a_line_that_is_not_right_yet_says_both_numbers() -> None:
    line = Line([(JANUARY, 8)])

    assert explained(line, wanted(10, line)).verdict == "should be 10, shows 8, found so"


def test_a_line_without_units_in_force_is_unknown() -> None:
    line = Line([(JANUARY, 8)])
    psa = psa_snapshot(contracts=[line.contract], lines=[a_contract_line()])

    found = explain(
        line.id,
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=wanted(8, line),
        history=history_of(),
    )

    assert found.units is None
    assert "unknown, not 0" in found.verdict


def test_a_line_that_is_not_measured_says_so() -> None:
    assert "not measured" in explained(Line([(JANUARY, 8)]), Desired()).verdict


def test_a_past_day_shows_the_units_and_changes_of_that_day() -> None:
    line = Line([(JANUARY, 8), (FEBRUARY, 2)])

    found = explained(line, wanted(8, line), an_intent(FEBRUARY, 8, 10), on=date(2026, 1, 20))

    assert (found.on, found.units, found.adjustments) == (date(2026, 1, 20), 8, ())


def test_a_prepaid_line_explains_the_quota_it_sets() -> None:
    """ACR-PRE-01, ACR-PRE-03."""
    line = Line([(JANUARY, 25)], contract=a_contract())
    item = DesiredItem(
        tenant_id(1),
        CompanyId(1),
        an_item().key,
        is_on=True,
        has_quota=True,
        quota=25,
        overage=0,
        reason="25 sold",
        evidence=Evidence(rule="ACR-PRE-01"),
    )

    found = explained(line, Desired(items=(item,)), quota=25)

    assert found.kind is BillingKind.PREPAID
    assert [(quota.now, quota.wanted) for quota in found.quotas] == [
        ("on with a quota of 25", "on with a quota of 25")
    ]
    assert "prepaid units are never changed by usage" in found.verdict


def test_a_finding_of_the_company_that_names_the_service_is_part_of_the_chain() -> None:
    line = Line([(JANUARY, 8)])
    named = Finding("ERR-22", Severity.STOPS, "Company 1, Service 1000", "incomplete", "Wait", CompanyId(1))
    other = Finding("ERR-22", Severity.STOPS, "Company 1, Service 77", "incomplete", "Wait", CompanyId(1))

    assert explained(line, Desired(findings=(named, other))).findings == (named,)


def test_an_explanation_names_the_moment_it_was_read() -> None:
    line = Line([(JANUARY, 10)])

    assert dict(explained(line, wanted(10, line)).chain())["read"] == f"2026-03-10 09:00 UTC, for {TODAY}"


def test_what_a_person_said_had_landed_counts_as_ours() -> None:
    line = Line([(JANUARY, 8), (FEBRUARY, 2)])
    adopted = replace(an_intent(FEBRUARY, 8, 10, IntentState.CLOSED), is_adopted=True)

    assert explained(line, wanted(10, line), adopted).verdict.endswith("last set by us on 2026-02-03")


def test_a_change_made_after_the_snapshot_is_no_part_of_its_story() -> None:
    line = Line([(JANUARY, 8)])
    later = replace(an_intent(FEBRUARY, 8, 10), armed_at=NOW + timedelta(hours=1))

    assert explained(line, wanted(8, line), later).adjustments == ()
