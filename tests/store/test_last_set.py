"""What an item was last set to, as far as plans are kept: quotas that somebody else moved are told by it."""

from dataclasses import replace
from datetime import datetime, timedelta

from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.plan import SetItem
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import CompanyId, PairingId, StepId, StepKind
from psabridge.store.journal import DatabaseJournal
from psabridge.store.records import DatabaseRecords
from tests.builders import NOW, an_item, tenant_id
from tests.databases import Database
from tests.store.cast import a_pairing, a_plan, a_step, psa_of
from tests.store.test_records import keep

RECORDS = DatabaseRecords()
SUBJECT = "Fixed Ltd, Workstations"
KEY = an_item().key


def wanted(quota: int, tenant: int = 1) -> DesiredItem:
    return DesiredItem(
        tenant=tenant_id(tenant),
        company=CompanyId(1),
        key=KEY,
        is_on=True,
        has_quota=True,
        quota=quota,
        overage=0,
        reason="sold",
        evidence=Evidence(),
    )


def became(
    pairing: PairingId, item: DesiredItem, at: datetime, outcome: str = "applied", subject: str = SUBJECT
) -> None:
    """A plan of one step, and what became of it."""
    step = replace(
        a_step(),
        id=StepId(f"quota-{item.quota}"),
        kind=StepKind.SET_ITEM,
        subject=subject,
        change=SetItem(item, None),
    )
    plan = replace(a_plan(pairing, keep(pairing, at), made_at=at), steps=(step,))
    DatabaseJournal(None).record_step(RECORDS.keep_plan(plan), step, outcome, "", at)


def last_set(pairing: PairingId, tenant: int = 1) -> tuple[DesiredItem, datetime] | None:
    return RECORDS.last_set(pairing, SUBJECT, tenant_id(tenant), KEY)


def test_the_last_setting_that_was_read_back_is_the_one(database: Database) -> None:
    """R40: what was refused or never answered says nothing of what we left."""
    pairing, later = a_pairing(), NOW + timedelta(hours=1)
    assert last_set(pairing) is None

    became(pairing, wanted(10), NOW)
    became(pairing, wanted(12), later)
    became(pairing, wanted(14), later + timedelta(hours=1), "rejected")
    became(pairing, wanted(16), later + timedelta(hours=2), "unknown")
    became(pairing, wanted(18), later + timedelta(hours=3), subject="Fixed Ltd, Servers")

    assert last_set(pairing) == (wanted(12), later)


def test_another_tenant_of_the_same_names_and_another_pairing_say_nothing(database: Database) -> None:
    """Names only find the step; ids say whose it is."""
    first, second = a_pairing("one"), a_pairing("two", psa_of("one"))
    became(first, wanted(10, tenant=2), NOW)

    assert last_set(first) is None
    assert last_set(first, tenant=2) == (wanted(10, tenant=2), NOW)
    assert last_set(second, tenant=2) is None


def test_a_plan_that_is_forgotten_is_not_known_any_more(database: Database) -> None:
    pairing = a_pairing()
    became(pairing, wanted(10), NOW)

    RECORDS.forget_before(pairing, NOW + timedelta(days=1))

    assert last_set(pairing) is None
