"""Rows come whole or not at all: half a page must never pass for everything there is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from psabridge.clients.autotask.query import MOST_ROWS, any_of, eq, exist, udf_eq, within
from psabridge.clients.autotask.records import (
    Company,
    Contract,
    ContractServiceUnit,
    Service,
    UserDefinedField,
)
from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.clients.wire_json import decode
from psabridge.kit.errors import Busy, BusyKind, NotSent, OutcomeUnknown, RefusalKind, Refused, Unreadable
from tests.clients.autotask.fakes import ROOT, client_for, client_of, page, refused, unit_row
from tests.clients.autotask.fakes import FakeAutotask as Autotask
from tests.clients.transport.fakes import FakeClock, Reply, replied


def company(row_id: int, **members: object) -> dict[str, object]:
    return {"id": row_id, "companyName": f"Company {row_id}", **members}


def test_a_query_goes_on_after_the_last_id_until_the_last_page() -> None:
    client, autotask = client_for(page(company(0), company(7), more=True), page(company(9)))
    assert [one.id for one in client.query(Company, eq("isActive", value=True))] == [0, 7, 9]
    condition = {"op": "eq", "field": "isActive", "value": True}
    assert autotask.bodies() == [
        {"MaxRecords": 500, "filter": [condition, {"op": "gte", "field": "id", "value": 0}]},
        {"MaxRecords": 500, "filter": [condition, {"op": "gt", "field": "id", "value": 7}]},
    ]
    assert {(one.method, one.url) for one in autotask.sent} == {("POST", f"{ROOT}Companies/query")}


def test_the_company_with_id_0_is_a_company_like_any_other() -> None:
    client, _ = client_for(page(company(0)))
    assert [one.id for one in client.query(Company)] == [0]


def test_where_the_vendor_says_nothing_a_full_page_has_a_successor() -> None:
    full = [company(number) for number in range(1, MOST_ROWS + 1)]
    silent = replied({"items": full, "pageDetails": {"count": MOST_ROWS}})
    client, autotask = client_for(silent, page(company(900)))
    assert len(client.query(Company)) == MOST_ROWS + 1
    assert len(autotask.sent) == 2


@pytest.mark.parametrize(
    "answer",
    [
        replied(b""),
        replied(b'{"items":[{"id":1'),
        replied(b"<html>Sign in</html>"),
        replied({"items": None, "pageDetails": {"count": 0}}),
        replied({"items": []}),
        replied({"errors": ["odd"]}),
        replied([]),
        replied({"items": [company(1)], "pageDetails": {"count": 2, "nextPageUrl": None}}),
        page(more=True),
        page(company(5), company(4)),
        page(company(5), company(5)),
        page({"id": 5}),
        page({"id": "5", "companyName": "text for a number"}),
        page({"id": 5, "companyName": None}),
        page(company(5, userDefinedFields=[{"value": "no name"}])),
        OutcomeUnknown("x", "cut", "again"),
    ],
)
def test_an_answer_that_is_not_whole_gives_no_rows_at_all(answer: Reply) -> None:
    client, _ = client_for(answer)
    with pytest.raises(Unreadable):
        client.query(Company)


def test_a_page_cut_short_once_is_read_again() -> None:
    client, autotask = client_for(replied(b'{"items":['), page(company(1)))
    assert len(client.query(Company)) == 1
    assert len(autotask.sent) == 2


def test_a_misfit_names_entity_row_and_member_but_no_value_of_the_customer() -> None:
    client, _ = client_for(page({"id": 5, "companyName": ["Acme Confidential"]}))
    with pytest.raises(Unreadable, match=r"Companies 5.*companyName") as caught:
        client.query(Company)
    assert "Confidential" not in str(caught.value)


def test_a_list_of_ids_is_asked_for_in_batches_once_each() -> None:
    client, autotask = client_for(page(company(1)), page(company(3)))
    rows = client.query_in(Company, "id", [1, 2, 2, 3], eq("isActive", value=True), batch=2)
    assert [row.id for row in rows] == [1, 3]
    asked = [body["filter"][0]["value"] for body in autotask.bodies() if isinstance(body, dict)]
    assert asked == [[1, 2], [3]]


def test_no_ids_cost_no_call() -> None:
    client, autotask = client_for()
    assert client.query_in(Company, "id", []) == []
    assert autotask.sent == []


def test_filters_have_the_vendors_form() -> None:
    client, autotask = client_for(replied({"queryCount": 12}))
    either = any_of(exist("parentCompanyID"), udf_eq("Acronis PAYG", "Yes"))
    assert client.count(Company, either) == 12
    assert autotask.sent[0].url == f"{ROOT}Companies/query/count"
    body = autotask.bodies()[0]
    assert isinstance(body, dict)
    assert body["filter"][0] == {
        "op": "or",
        "items": [
            {"op": "exist", "field": "parentCompanyID"},
            {"op": "eq", "field": "Acronis PAYG", "value": "Yes", "udf": True},
        ],
    }


def test_filters_the_vendor_would_refuse_or_misread_are_not_built() -> None:
    with pytest.raises(ValueError, match="500"):
        within("id", range(501))
    with pytest.raises(ValueError, match="500"):
        within("id", [])
    with pytest.raises(ValueError, match="at least one"):
        any_of()


@pytest.mark.parametrize(
    "answer", [replied({"item": None}), replied({}, 404), replied(b"", 404)], ids=["null", "404", "empty 404"]
)
def test_a_missing_row_is_none(answer: HttpResponse) -> None:
    client, _ = client_for(answer)
    assert client.get(Company, 5) is None


@pytest.mark.parametrize("answer", [replied(b"<html>", 404), replied({"item": company(6)}), replied({})])
def test_a_web_page_or_another_row_is_not_a_missing_row(answer: HttpResponse) -> None:
    client, _ = client_for(answer)
    with pytest.raises(Unreadable):
        client.get(Company, 5)


def test_a_row_is_read_in_the_words_of_the_wire() -> None:
    contract = {
        "id": 29683,
        "companyID": 0,
        "contractName": "Backup",
        "contractType": 7,
        "startDate": "2026-01-17T00:00:00Z",
        "endDate": "2027-01-16T00:00:00",
        "status": 1,
        "aFieldOfNextYear": {"x": 1},
        "userDefinedFields": [{"name": "Acronis PAYG", "value": "Yes"}, {"name": "Floor", "value": 3}],
    }
    client, _ = client_for(replied({"item": contract}))
    found = client.get(Contract, 29683)
    assert found is not None
    assert (found.company_id, found.start_date, found.end_date) == (0, date(2026, 1, 17), date(2027, 1, 16))
    assert found.user_defined_fields == (
        UserDefinedField(name="Acronis PAYG", value="Yes"),
        UserDefinedField(name="Floor", value="3"),
    )


@pytest.mark.parametrize("fields", [None, [], ""])
def test_no_user_defined_fields_come_in_three_shapes(fields: object) -> None:
    client, _ = client_for(page(company(1, userDefinedFields=fields)))
    assert client.query(Company)[0].user_defined_fields == ()


def test_prices_are_exact_and_an_absent_price_is_unknown() -> None:
    client, _ = client_for(page({"id": 1, "name": "S", "unitPrice": Decimal("23.1")}, {"id": 2, "name": "T"}))
    assert [one.unit_price for one in client.query(Service)] == [Decimal("23.1"), None]
    cheap, _ = client_for(replied(b'{"item":{"id":1,"name":"S","unitPrice":0.10}}'))
    service = cheap.get(Service, 1)
    assert service is not None
    assert service.unit_price == Decimal("0.10")


def test_units_of_lines_are_read_for_the_days_that_matter() -> None:
    client, autotask = client_for(page(unit_row(1, 10), unit_row(2, 11)))
    rows = client.read_units([10, 11], since=date(2026, 3, 9), until=date(2026, 5, 1)).rows
    assert [(row.line_id, row.units, row.approve_and_post_date) for row in rows] == [
        (10, 11, None),
        (11, 11, None),
    ]
    body = autotask.bodies()[0]
    assert isinstance(body, dict)
    assert body["filter"][:3] == [
        {"op": "in", "field": "contractServiceID", "value": [10, 11]},
        {"op": "gte", "field": "endDate", "value": "2026-03-09T00:00:00"},
        {"op": "lte", "field": "startDate", "value": "2026-05-01T23:59:59"},
    ]


def test_w10_a_picture_that_fills_its_page_is_split_and_read_again() -> None:
    """Protocol W10, P9: rows that move between two pages could be missed."""

    def by_lines(request: HttpRequest) -> HttpResponse:
        body = decode(request.body or b"")
        assert isinstance(body, dict)
        lines = body["filter"][0]["value"]
        rows = [unit_row(line * 1000 + n, line) for line in lines for n in range(200)]
        return page(*rows[:500], more=len(rows) > 500)

    client, autotask = client_for(by_lines)
    rows = client.read_units([1, 2, 3, 4], batch=4).rows
    assert len({row.id for row in rows}) == 800
    assert len(autotask.sent) == 3


def test_rows_that_do_not_fit_are_kept_apart_and_paging_goes_on_behind_them() -> None:
    client, autotask = client_for(
        page(company(1), company(2, isActive="yes"), more=True), page(company(3), {"companyName": "No id"})
    )
    found = client.sift(Company)
    assert [row.id for row in found.rows] == [1, 3]
    assert [one.id for one in found.spoilt] == [2, None]
    assert autotask.bodies()[1] == {
        "MaxRecords": 500,
        "filter": [{"op": "gt", "field": "id", "value": 2}],
    }


def test_a_row_without_a_readable_id_that_comes_with_two_pages_is_told_once() -> None:
    nameless = {"companyName": "No id"}
    client, autotask = client_for(page(company(1), nameless, more=True), page(nameless, company(3)))
    found = client.sift_in(Company, "id", [1, 2, 3])
    assert ([row.id for row in found.rows], len(found.spoilt)) == ([1, 3], 1)
    assert len(autotask.sent) == 2


@pytest.mark.parametrize(
    "answer",
    [
        replied(b"<html>Sign in</html>"),
        replied({"items": [company(1, isActive="yes")], "pageDetails": {"count": 2, "nextPageUrl": None}}),
        page(company(5), company(4, isActive="yes")),
        page({"companyName": "No id"}, more=True),
        page(more=True),
    ],
    ids=["web page", "fewer than announced", "against the order", "no way onward", "empty with a next"],
)
def test_an_envelope_that_does_not_fit_keeps_no_row_apart(answer: Reply) -> None:
    client, _ = client_for(answer)
    with pytest.raises(Unreadable):
        client.sift(Company)


def test_a_spoilt_row_of_another_line_shows_a_dropped_condition_too() -> None:
    client, _ = client_for(page(unit_row(1, 10), {**unit_row(2, 99), "units": "five"}))
    with pytest.raises(Unreadable, match="99"):
        client.read_units([10])


def test_w10_a_single_line_that_fills_a_page_is_not_believed() -> None:
    client, _ = client_for(page(*(unit_row(n) for n in range(500))))
    with pytest.raises(Unreadable, match="line 10"):
        client.read_units([10])


def test_rows_of_another_line_show_that_a_condition_was_dropped() -> None:
    client, _ = client_for(page(unit_row(1, 10), unit_row(2, 99)))
    with pytest.raises(Unreadable, match="99"):
        client.read_units([10])


def test_units_that_are_missing_are_not_zero() -> None:
    row = unit_row(1)
    del row["units"]
    client, _ = client_for(page(row))
    with pytest.raises(Unreadable, match="units"):
        client.query(ContractServiceUnit)


def test_a_bundle_line_is_read_by_its_own_name() -> None:
    row = unit_row(1)
    row = {**row, "contractServiceBundleID": 10, "serviceBundleID": 4}
    client, autotask = client_for(page(row))
    assert client.read_bundle_units([10]).rows[0].line_id == 10
    assert autotask.sent[0].url == f"{ROOT}ContractServiceBundleUnits/query"


def test_a_bad_query_is_refused_with_the_vendors_words_and_not_repeated() -> None:
    client, autotask = client_for(refused("Unable to find colour in the Account Entity"))
    with pytest.raises(Refused, match="Unable to find colour") as caught:
        client.query(Company, eq("colour", "red"))
    assert caught.value.kind is RefusalKind.OTHER
    assert len(autotask.sent) == 1


def test_a_server_in_trouble_is_asked_again_and_then_called_busy() -> None:
    client, autotask = client_for(replied(b"<html>", 503))
    with pytest.raises(Busy) as caught:
        client.query(Company)
    assert caught.value.kind is BusyKind.UNAVAILABLE
    assert len(autotask.sent) == 4


def test_no_connection_is_told_as_such_after_some_tries() -> None:
    client, autotask = client_for(NotSent("x", "refused", "check"))
    with pytest.raises(NotSent):
        client.query(Company)
    assert len(autotask.sent) == 4


@pytest.mark.parametrize("status", [200, 401, 429, 500, 503])
def test_the_fourth_thread_is_known_by_its_text_whatever_the_status(status: int) -> None:
    text = "The Autotask API thread threshold of 3 threads has been exceeded (Itgenatr005)"
    client, autotask = client_for(refused(text, status=status), page(company(1)))
    if status == 200:
        with pytest.raises(Unreadable):
            client.query(Company)
        return
    assert len(client.query(Company)) == 1
    assert len(autotask.sent) == 2


def test_the_hourly_limit_is_waited_out_as_asked() -> None:
    clock = FakeClock()
    autotask = Autotask([replied({}, 429, retry_after="30"), page(company(1))])
    assert len(client_of(autotask, clock=clock).query(Company)) == 1
    assert clock.waited == timedelta(seconds=30)


def test_a_long_hourly_limit_is_told_with_its_length() -> None:
    client, _ = client_for(replied({}, 429, retry_after="1800"))
    with pytest.raises(Busy) as caught:
        client.query(Company)
    assert (caught.value.kind, caught.value.retry_after) == (BusyKind.HOURLY_LIMIT, timedelta(minutes=30))


def test_w11_the_vendors_clock_is_known_after_any_answer() -> None:
    late = replied({"queryCount": 0}, date="Tue, 10 Mar 2026 12:03:00 GMT")
    client, _ = client_for(late)
    assert client.vendor_clock_offset() is None
    client.count(Company)
    assert client.vendor_clock_offset() == timedelta(minutes=3)
    assert client.for_subject("Acme").vendor_clock_offset() == timedelta(minutes=3)


def test_moments_without_offset_are_utc() -> None:
    row = {**unit_row(1), "approveAndPostDate": "2026-03-05T05:00:00"}
    client, _ = client_for(page(row))
    assert client.query(ContractServiceUnit)[0].approve_and_post_date == datetime(2026, 3, 5, 5, tzinfo=UTC)
