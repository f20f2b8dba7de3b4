import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

from psabridge.clients.acronis.wire import read_moment
from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, RefusalKind, Refused, Unreadable
from tests.clients.acronis.stand_in import (
    ROOT,
    StandIn,
    StandStillClock,
    a_client,
    a_tenant,
    a_usage,
    an_item,
    answer,
    page,
    query_of,
    root_tenant,
    tenant_id,
)

TENANTS = "/api/2/tenants"
ONE = f"{TENANTS}/{tenant_id(1)}"
ITEMS = f"{TENANTS}/offering_items"
USAGES = f"{TENANTS}/usages"
LOST = OutcomeUnknown("x", "lost", "y")


def rows(*items: object, after: str | None = None, timestamp: str = "2026-11-22T10:00:00") -> HttpResponse:
    content: dict[str, object] = {"timestamp": timestamp, "items": list(items)}
    return answer(content | {"paging": {"cursors": {"after": after} if after else {}}})


@pytest.mark.parametrize("trouble", [answer({}, 502), page("<html>", 200), LOST, NotSent("x", "y", "z")])
def test_a_troubled_read_is_repeated_until_it_is_answered(trouble: HttpResponse | Exception) -> None:
    acronis, clock = StandIn(), StandStillClock()
    acronis.lay("GET", ONE, trouble, trouble, answer(a_tenant(1)))

    assert a_client(acronis, clock).tenant(tenant_id(1)).version == 3
    assert all(timedelta(seconds=1) <= wait <= timedelta(seconds=2) for wait in clock.waited)
    assert len(clock.waited) == 2


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (answer({}, 503), Busy),
        (page("<html>", 200), Unreadable),
        (HttpResponse(200, {}, b""), Unreadable),
        (answer({"items": None}), Unreadable),
        (answer({}, 302), Unreadable),
        (LOST, Unreadable),
        (NotSent("x", "y", "z"), NotSent),
    ],
)
def test_a_read_in_lasting_trouble_says_so_and_gives_nothing(
    trouble: HttpResponse | Exception, error: type[Exception]
) -> None:
    acronis = StandIn()
    acronis.lay("GET", TENANTS, trouble)

    with pytest.raises(error):
        a_client(acronis).tenants_below(ROOT)


def test_retry_after_is_honoured() -> None:
    """Ac34: a 429 is not documented, and believed when it comes."""
    acronis, clock = StandIn(), StandStillClock()
    busy = HttpResponse(429, {"content-type": "application/json", "retry-after": "7"}, b"{}")
    acronis.lay("GET", ONE, busy, answer(a_tenant(1)))

    a_client(acronis, clock).tenant(tenant_id(1))
    assert clock.waited == [timedelta(seconds=7)]


def test_a_long_retry_after_is_handed_to_the_caller() -> None:
    acronis, clock = StandIn(), StandStillClock()
    acronis.lay("GET", ONE, HttpResponse(503, {"retry-after": "900"}, b""))

    with pytest.raises(Busy) as busy:
        a_client(acronis, clock).tenant(tenant_id(1))
    assert busy.value.retry_after == timedelta(minutes=15)
    assert clock.waited == []


@pytest.mark.parametrize(("status", "kind"), [(403, RefusalKind.RIGHTS), (404, RefusalKind.MISSING)])
def test_a_refused_read_is_not_repeated(status: int, kind: RefusalKind) -> None:
    acronis = StandIn()
    acronis.lay("GET", ONE, answer({"error": {"code": status, "message": "No"}}, status))

    with pytest.raises(Refused) as refused:
        a_client(acronis).tenant(tenant_id(1))
    assert refused.value.kind is kind
    assert len(acronis.of("GET", ONE)) == 1


def test_pages_are_walked_to_the_end_and_the_next_call_carries_only_the_cursor() -> None:
    """Ac8."""
    acronis = StandIn()
    first = rows(root_tenant(), a_tenant(1), after="cursor=1&x")
    acronis.lay("GET", TENANTS, first, rows(a_tenant(2), timestamp="2026-11-22T10:00:09"))

    found = a_client(acronis).tenants_below(ROOT, with_contacts=True)

    assert [tenant.id for tenant in found.tenants] == [ROOT, tenant_id(1), tenant_id(2)]
    assert found.as_of == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    asked = [query_of(each) for each in acronis.of("GET", TENANTS)]
    assert asked[0]["subtree_root_id"] == [ROOT]
    assert asked[1] == {"after": ["cursor=1&x"]}


def test_a_cursor_that_leads_back_is_not_followed_for_ever() -> None:
    acronis = StandIn()
    acronis.lay("GET", TENANTS, rows(root_tenant(), after="same"))

    with pytest.raises(Unreadable, match="lead back"):
        a_client(acronis).tenants_below(ROOT)


def test_pages_without_end_are_given_up_though_every_cursor_is_new() -> None:
    acronis = StandIn()
    numbers = itertools.count()
    acronis.lay("GET", TENANTS, lambda _request: rows(root_tenant(), after=f"cursor {next(numbers)}"))

    with pytest.raises(Unreadable, match="no end"):
        a_client(acronis).tenants_below(ROOT)


def test_a_token_that_ends_between_two_pages_costs_no_row() -> None:
    """Ac3, Ac8: the cursor outlives the token it was given to."""
    acronis = StandIn()
    last = rows(a_tenant(2))
    acronis.lay("GET", TENANTS, rows(root_tenant(), a_tenant(1), after="next"), answer({}, 401), last)

    found = a_client(acronis).tenants_below(ROOT)
    assert [tenant.id for tenant in found.tenants] == [ROOT, tenant_id(1), tenant_id(2)]
    assert acronis.tokens_issued == 2


def test_a_page_lost_in_the_middle_gives_no_half_list() -> None:
    acronis = StandIn()
    acronis.lay("GET", TENANTS, rows(root_tenant(), after="next"), answer({}, 500))

    with pytest.raises(Busy):
        a_client(acronis).tenants_below(ROOT)


def test_a_subtree_without_its_root_is_not_believed() -> None:
    """Ac24: an empty list must never look like "no customers"."""
    acronis = StandIn()
    acronis.lay("GET", TENANTS, rows())

    with pytest.raises(Unreadable, match="root"):
        a_client(acronis).tenants_below(ROOT)
    assert (
        a_client(acronis).tenants_below(ROOT, updated_since=datetime(2026, 11, 22, tzinfo=UTC)).tenants == ()
    )


def test_a_tenant_that_changed_while_pages_were_read_counts_once_as_it_is_later() -> None:
    acronis = StandIn()
    acronis.lay("GET", TENANTS, rows(root_tenant(), a_tenant(1), after="n"), rows(a_tenant(1, version=4)))

    found = a_client(acronis).tenants_below(ROOT)
    assert [(tenant.id, tenant.version) for tenant in found.tenants] == [(ROOT, 3), (tenant_id(1), 4)]


def test_unknown_fields_are_ignored_and_wrong_types_spoil_only_their_tenant() -> None:
    """ACR-PRV-14: one customer's failure stays its own."""
    acronis = StandIn()
    acronis.lay("GET", TENANTS, rows(root_tenant(), a_tenant(1, novelty=[1]), a_tenant(2, version="many")))

    found = a_client(acronis).tenants_below(ROOT)

    assert [tenant.id for tenant in found.tenants] == [ROOT, tenant_id(1)]
    assert [(each.tenant_id, each.why) for each in found.spoilt] == [(tenant_id(2), "version: int_type")]
    assert found.absent_of([tenant_id(1), tenant_id(2), tenant_id(3)]) == {tenant_id(3)}


def test_tenants_are_read_in_batches_of_a_hundred_each_id_once() -> None:
    acronis = StandIn()
    acronis.lay(
        "GET", TENANTS, lambda asked: rows(*({**a_tenant(1), "id": i} for i in ids_in(asked, "uuids")))
    )
    ids = [tenant_id(number) for number in range(250)]

    found = a_client(acronis).tenants([*ids, ids[0]])

    assert len(found.tenants) == 250
    assert [len(ids_in(each, "uuids")) for each in acronis.of("GET", TENANTS)] == [100, 100, 50]


def test_offering_items_are_asked_for_every_edition() -> None:
    """Ac17: without it the answer is edition "standard" alone."""
    acronis = StandIn()
    acronis.lay(
        "GET", ITEMS, rows(an_item(tenant_id(1)), after="c"), rows(an_item(tenant_id(2), edition=None))
    )
    acronis.lay("GET", f"{ONE}/offering_items", rows())
    acronis.lay("GET", f"{TENANTS}/{ROOT}/offering_items/available_for_child", rows())
    client = a_client(acronis)

    found = client.offering_items(ROOT)
    client.offering_items_of(tenant_id(1))
    client.available_for_child(ROOT)

    assert set(found.by_tenant()) == {tenant_id(1), tenant_id(2)}
    first, second = (each.url.partition("?")[2] for each in acronis.of("GET", ITEMS))
    assert first == f"subtree_root_tenant_id={ROOT}&editions=*"
    assert second == f"subtree_root_tenant_id={ROOT}&after=c"
    for each in acronis.arrived[-2:]:
        assert query_of(each)["edition"] == ["*"]


def test_the_next_page_of_items_is_asked_for_in_the_other_form_where_the_first_is_refused() -> None:
    """Ac8: the description requires the root, the guide asks for the cursor alone."""
    acronis = StandIn()
    refused = answer({"error": {"code": 400, "message": "Unexpected parameter"}}, 400)
    acronis.lay("GET", ITEMS, rows(an_item(tenant_id(1)), after="c"), refused, rows(an_item(tenant_id(2))))

    assert len(a_client(acronis).offering_items(ROOT).items) == 2
    assert query_of(acronis.of("GET", ITEMS)[2]) == {"after": ["c"]}


def test_an_unlimited_quota_and_a_quota_that_was_not_stated_are_two_things() -> None:
    acronis = StandIn()
    unlimited = {"value": None, "overage": None, "version": 0}
    acronis.lay("GET", ITEMS, rows(an_item(tenant_id(1), quota=unlimited), an_item(tenant_id(2), quota={})))

    one, two = a_client(acronis).offering_items(ROOT).items
    assert one.quota is not None
    assert two.quota is not None
    assert (one.quota.value, one.quota.stated, two.quota.stated) == (None, True, False)


def test_an_item_row_without_a_readable_tenant_makes_nobody_complete() -> None:
    acronis = StandIn()
    acronis.lay("GET", ITEMS, rows(an_item(tenant_id(1)), {"name": 5}, an_item(tenant_id(2), status="on")))

    found = a_client(acronis).offering_items(ROOT)
    assert found.nameless_spoilt
    assert found.unreadable_tenants() == {tenant_id(2)}


def ids_in(request: HttpRequest, key: str) -> list[str]:
    return query_of(request)[key][0].split(",")


def test_a_tenant_missing_from_the_usages_is_absent_and_not_unused() -> None:
    """Ac22, promise 3: unknown is not zero."""
    acronis = StandIn()
    acronis.lay(
        "GET",
        USAGES,
        answer(
            {
                "items": [
                    {"tenant": tenant_id(1), "usages": [a_usage()]},
                    {"tenant": tenant_id(2), "usages": []},
                    {"tenant": tenant_id(3), "usages": [a_usage(value=None)]},
                    {"tenant": tenant_id(9), "usages": [a_usage()]},
                ]
            }
        ),
    )

    found = a_client(acronis).usages([tenant_id(number) for number in (1, 2, 3, 4)])

    assert [usage.value for usage in found.by_tenant[tenant_id(1)]] == [4]
    assert found.by_tenant[tenant_id(2)] == ()
    assert found.spoilt == {tenant_id(3): "usages.0.value: int_type"}
    assert found.absent == {tenant_id(4)}
    assert tenant_id(9) not in found.by_tenant


def test_a_tenant_answered_twice_is_not_trusted() -> None:
    acronis = StandIn()
    row = {"tenant": tenant_id(1), "usages": [a_usage()]}
    acronis.lay("GET", USAGES, answer({"items": [row, row]}))

    assert a_client(acronis).usages([tenant_id(1)]).spoilt == {tenant_id(1): "answered twice"}


def test_no_absolute_value_is_unknown_and_zero_is_zero() -> None:
    acronis = StandIn()
    silent = {key: value for key, value in a_usage().items() if key != "absolute_value"}
    acronis.lay(
        "GET", USAGES, answer({"items": [{"tenant": tenant_id(1), "usages": [silent, a_usage(value=0)]}]})
    )

    silent_row, zero_row = a_client(acronis).usages([tenant_id(1)]).by_tenant[tenant_id(1)]
    assert silent_row.absolute_value is None
    assert zero_row.value == 0


def test_nothing_is_asked_for_nobody() -> None:
    acronis = StandIn()
    assert a_client(acronis).usages([]).by_tenant == {}
    assert acronis.arrived == []


def test_a_cycle_of_500_customers_costs_what_the_formula_allows() -> None:
    """Design 10: 2 x ceil(C/100) + 1, for items of up to 50 rows a customer (Ac35)."""
    acronis = StandIn()
    customers = [a_tenant(number) for number in range(1, 501)]
    acronis.lay("GET", TENANTS, rows(root_tenant(), *customers))
    acronis.lay("GET", ITEMS, *[rows(after=f"page {number}") for number in range(4)], rows())
    acronis.lay("GET", USAGES, answer({"items": []}))
    client = a_client(acronis)

    tenants = client.tenants_below(ROOT).tenants
    client.offering_items(ROOT)
    client.usages([tenant.id for tenant in tenants if tenant.kind == "customer"])

    assert client.calls.total - client.calls.by_name()["sign in"] == 2 * 5 + 1


def test_storages_and_locations_out_of_sight_are_named() -> None:
    """Ac23."""
    acronis = StandIn()
    acronis.lay(
        "GET", "/api/2/infra", answer({"items": [{"id": tenant_id(1), "name": "XYZ", "location_id": None}]})
    )
    acronis.lay("GET", "/api/2/locations", answer({"items": []}))
    client = a_client(acronis)

    storages = client.infra([tenant_id(1), tenant_id(2)])
    assert storages.by_id[tenant_id(1)].name == "XYZ"
    assert storages.absent == {tenant_id(2)}
    assert client.locations([tenant_id(3)]).absent == {tenant_id(3)}


def test_ids_that_are_no_ids_never_reach_an_address() -> None:
    client = a_client(StandIn())
    for strange in ("", "../users", "*"):
        with pytest.raises(ValueError, match="not an id"):
            client.tenant(strange)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-06-22T18:25:16", datetime(2016, 6, 22, 18, 25, 16, tzinfo=UTC)),
        ("2026-11-22T09:00:00.123456789Z", datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-22T09:00:00.5+02:00", datetime(2026, 11, 22, 7, 0, 0, 500000, tzinfo=UTC)),
        ("2026-11-22T09:00:00-05:30", datetime(2026, 11, 22, 14, 30, tzinfo=UTC)),
    ],
)
def test_moments_without_a_zone_are_utc_and_nanoseconds_are_cut(text: str, moment: datetime) -> None:
    """Ac7."""
    assert read_moment(text) == moment


@pytest.mark.parametrize("text", ["", "2026-11-22", "22.11.2026", 5, None])
def test_what_is_no_moment_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="not a moment"):
        read_moment(text)


def test_a_spoilt_value_is_not_repeated_in_the_message() -> None:
    acronis = StandIn()
    acronis.lay("GET", ONE, answer(a_tenant(1) | {"name": {"first": "Jane Doe"}}))

    with pytest.raises(Unreadable) as caught:
        a_client(acronis).tenant(tenant_id(1))
    assert "name: string_type" in str(caught.value)
    assert "Jane" not in json.dumps(str(caught.value))
