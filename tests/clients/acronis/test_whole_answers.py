"""Whatever comes back, in whatever order: nobody is lost, nobody is counted twice, one token serves all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from psabridge.clients.acronis.answers import ItemList, UsageList
from psabridge.clients.acronis.call import moment_text
from psabridge.clients.acronis.records import OfferingItem, TenantUsages
from psabridge.clients.acronis.wire import Page, Spoilt, read_moment
from tests.clients.acronis.stand_in import StandIn, a_client, a_tenant, an_item, answer, tenant_id

TENANTS = st.lists(st.integers(0, 6).map(tenant_id), max_size=8)


@given(asked=TENANTS, answered=TENANTS, bad=TENANTS)
def test_every_tenant_asked_for_is_answered_spoilt_or_absent_and_only_one_of_them(
    asked: list[str], answered: list[str], bad: list[str]
) -> None:
    """Promise 3: unknown is not zero."""
    rows = [TenantUsages(tenant=tenant, usages=()) for tenant in answered]
    found = UsageList.of(asked, rows, [Spoilt(tenant, "why") for tenant in bad])

    parts = (set(found.by_tenant), set(found.spoilt), set(found.absent))
    assert set.union(*parts) == set(asked)
    assert sum(len(part) for part in parts) == len(set(asked))
    for tenant in found.by_tenant:
        assert answered.count(tenant) == 1
        assert tenant not in bad


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b"]), st.sampled_from([0, 1])), max_size=12)
)
def test_a_row_of_one_tenant_item_and_storage_counts_once_as_it_was_read_last(
    rows: list[tuple[int, str, int]],
) -> None:
    """Ac15."""
    items = [
        OfferingItem.model_validate(an_item(tenant_id(number), name, status=status))
        for number, name, status in rows
    ]
    found = ItemList.of(Page(tuple(items), None, None))
    latest = {(tenant_id(number), name): status for number, name, status in rows}
    assert {(item.tenant_id, item.name): item.status for item in found.items} == latest
    assert len(found.items) == len(latest)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds of the strategy are naive
def test_a_moment_survives_the_way_to_the_vendor_and_back(moment: datetime) -> None:
    """Ac7: a "since" must never move forward."""
    assert read_moment(moment_text(moment)) == moment
    assert read_moment(f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}999Z") == moment


@given(st.integers(-14, 14))
def test_a_moment_of_any_zone_is_sent_in_utc(hours: int) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert moment_text((noon + timedelta(hours=hours)).astimezone(UTC)).endswith("Z")
    assert read_moment(
        f"2026-11-22T12:00:00{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    ) == noon - timedelta(hours=hours)


def test_many_threads_share_one_sign_in() -> None:
    acronis = StandIn()
    acronis.lay("GET", f"/api/2/tenants/{tenant_id(1)}", answer(a_tenant(1)))
    client = a_client(acronis)
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: client.tenant(tenant_id(1)).name, range(40)))
    assert names == {"Customer 1"}
    assert acronis.tokens_issued == 1
    assert client.calls.total == 41
