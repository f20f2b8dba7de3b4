"""The query language and its traps (autotask-rest.md 2.2, 2.3)."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.world import AutotaskWorld
from tests.emulators.autotask.caller import BASE, EVERYTHING, NOON, Caller, eq
from tests.emulators.autotask.scene import a_scene


@pytest.fixture
def caller() -> Caller:
    world = AutotaskWorld(now=NOON)
    world.add_company("Alder", companyNumber="A-1", city="Lyon")
    world.add_company("Birch", companyType=3)
    world.add_company("Cedar", isActive=False, city="Paris")
    return Caller(world)


def names(caller: Caller, *filters: dict[str, Any]) -> list[str]:
    return [row["companyName"] for row in caller.find("Companies", *filters)]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (eq("companyName", "alder"), ["Alder"]),
        (eq("COMPANYNAME", "Alder"), ["Alder"]),
        ({"op": "noteq", "field": "companyType", "value": 1}, ["Birch"]),
        ({"op": "in", "field": "companyType", "value": [3, 7]}, ["Birch"]),
        ({"op": "notIn", "field": "companyType", "value": [1]}, ["Birch"]),
        ({"op": "beginsWith", "field": "companyName", "value": "ce"}, ["Cedar"]),
        ({"op": "endsWith", "field": "companyName", "value": "CH"}, ["Birch"]),
        ({"op": "contains", "field": "companyName", "value": "ed"}, ["Cedar"]),
        ({"op": "exist", "field": "city"}, ["Alder", "Cedar"]),
        ({"op": "notExist", "field": "city"}, ["Own Company", "Birch"]),
        ({"op": "gt", "field": "id", "value": 1_000_002}, ["Cedar"]),
        ({"op": "gte", "field": "id", "value": "1000002"}, ["Birch", "Cedar"]),
        ({"op": "lt", "field": "id", "value": 1_000_001}, ["Own Company"]),
        ({"op": "lte", "field": "createDate", "value": "2020-01-01"}, []),
        (eq("isActive", value=False), ["Cedar"]),
        ({"op": "noteq", "field": "city", "value": "Lyon"}, ["Cedar"]),
    ],
)
def test_every_operator_finds_what_it_says(
    caller: Caller, condition: dict[str, Any], found: list[str]
) -> None:
    assert names(caller, condition) == found


def test_groups_nest(caller: Caller) -> None:
    either = {
        "op": "or",
        "items": [eq("companyName", "Alder"), {"op": "and", "items": [eq("companyType", 3)]}],
    }

    assert names(caller, either, {"op": "gt", "field": "id", "value": 0}) == ["Alder", "Birch"]


def test_an_unknown_operator_is_dropped_and_widens_the_result(caller: Caller) -> None:
    assert len(names(caller, {"op": "ne", "field": "companyName", "value": "Alder"})) == 4


def test_an_unknown_field_is_refused_even_below_an_unknown_operator(caller: Caller) -> None:
    for op in ("eq", "ne"):
        condition = {"op": op, "field": "accountName", "value": "x"}
        status, text = caller.refused("POST", "/Companies/query", {"filter": [condition]})
        assert status == 500
        assert "Unable to find accountName in the Account Entity" in text


@pytest.mark.parametrize("op", ["eq", "noteq", "gt"])
def test_comparing_with_null_matches_nothing(caller: Caller, op: str) -> None:
    assert names(caller, {"op": op, "field": "city", "value": None}) == []


@pytest.mark.parametrize("value", [None, 1, "true"])
def test_booleans_must_be_true_or_false(caller: Caller, value: object) -> None:
    assert caller.refused("POST", "/Companies/query", {"filter": [eq("isActive", value)]})[0] == 500


def test_a_label_in_place_of_a_number_is_a_conversion_error(caller: Caller) -> None:
    _, text = caller.refused("POST", "/Companies/query", {"filter": [eq("companyType", "Customer")]})

    assert "Conversion failed when converting varchar 'Customer' to data type int" in text


@pytest.mark.parametrize("filters", [[], None])
def test_a_filter_may_not_be_empty(caller: Caller, filters: object) -> None:
    assert caller.refused("POST", "/Companies/query", {"filter": filters})[0] == 500


def test_at_most_500_or_conditions(caller: Caller) -> None:
    def query(count: int) -> dict[str, Any]:
        return {"filter": [{"op": "or", "items": [eq("id", number) for number in range(count)]}]}

    assert len(caller.ok("POST", "/Companies/query", query(500))["items"]) == 1
    assert "Queries are limited to 500" in caller.refused("POST", "/Companies/query", query(501))[1]


def test_whether_a_list_counts_against_the_limit_is_d10(caller: Caller) -> None:
    query = {"filter": [{"op": "in", "field": "id", "value": list(range(501))}]}
    assert caller.refused("POST", "/Companies/query", query)[0] == 500

    caller.world.doubts = Doubts(in_list_counts=False)
    assert len(caller.ok("POST", "/Companies/query", query)["items"]) == 1


@pytest.mark.parametrize("size", [0, 501, -1, "many"])
def test_the_page_size_has_bounds(caller: Caller, size: object) -> None:
    query = {"filter": [EVERYTHING], "MaxRecords": size}

    assert "must be between 1 and 500" in caller.refused("POST", "/Companies/query", query)[1]


def test_include_fields_narrows_the_items(caller: Caller) -> None:
    found = caller.find("Companies", EVERYTHING, IncludeFields=["ID", "companyname"])

    assert found[0] == {"id": 0, "companyName": "Own Company"}


def test_keys_of_the_document_ignore_letter_case(caller: Caller) -> None:
    found = caller.ok("POST", "/companies/QUERY", {"FILTER": [{"OP": "EQ", "Field": "Id", "Value": 0}]})

    assert found["pageDetails"] == {"count": 1, "requestCount": 500, "prevPageUrl": None, "nextPageUrl": None}


def test_a_query_may_be_asked_by_get_and_counted(caller: Caller) -> None:
    search = "search=" + quote(json.dumps({"filter": [EVERYTHING]}))

    assert len(caller.ok("GET", "/Companies/query", query=search)["items"]) == 4
    assert caller.ok("GET", "/Companies/query/count", query=search) == {"queryCount": 4}
    assert caller.ok("POST", "/Companies/query/count", {"filter": [EVERYTHING]}) == {"queryCount": 4}


def test_only_one_udf_condition_and_by_display_name(caller: Caller) -> None:
    world = caller.world
    company = world.add_company("Elm")
    world.add_contract(company, "One", "2026-01-01", "2026-12-31", payg="Yes")
    world.add_contract(company, "Two", "2026-01-01", "2026-12-31", payg="No")
    condition = {"op": "eq", "field": "Acronis PAYG", "udf": True, "value": "Yes"}

    assert [row["contractName"] for row in caller.find("Contracts", condition)] == ["One"]
    assert caller.refused("POST", "/Contracts/query", {"filter": [condition, condition]})[0] == 500


def test_a_post_query_is_continued_by_post_and_never_by_get(caller: Caller) -> None:
    query = {"filter": [EVERYTHING], "MaxRecords": 3}
    first = caller.ok("POST", "/Companies/query", query)
    url = first["pageDetails"]["nextPageUrl"]
    assert url.startswith(f"{BASE}/ATServicesRest/V1.0/Companies/query/next?paging=")

    with_body = json.loads(caller.url("POST", url, query).body)
    without_body = json.loads(caller.url("POST", url).body)
    by_get = caller.url("GET", url)

    assert with_body["items"] == without_body["items"]
    assert [row["companyName"] for row in with_body["items"]] == ["Cedar"]
    assert with_body["pageDetails"]["nextPageUrl"] is None
    assert with_body["pageDetails"]["prevPageUrl"] is not None
    assert by_get.status == 405
    assert "does not support http method 'GET'" in by_get.body.decode()


def test_a_get_query_is_continued_by_get(caller: Caller) -> None:
    search = "search=" + quote(json.dumps({"filter": [EVERYTHING], "MaxRecords": 1}))
    page, seen = caller.ok("GET", "/Companies/query", query=search), []
    while True:
        seen += [row["companyName"] for row in page["items"]]
        if page["pageDetails"]["nextPageUrl"] is None:
            break
        page = json.loads(caller.url("GET", page["pageDetails"]["nextPageUrl"]).body)

    assert seen == ["Own Company", "Alder", "Birch", "Cedar"]


def test_an_over_long_get_ends_at_the_web_server(caller: Caller) -> None:
    search = "search=" + quote(
        json.dumps({"filter": [{"op": "in", "field": "id", "value": list(range(900))}]})
    )
    reply = caller.raw("GET", "/Companies/query", query=search)

    assert (reply.status, reply.content_type) == (404, "text/html")


def test_rows_inserted_between_pages_are_seen(caller: Caller) -> None:
    """No snapshot (autotask-rest.md 2.3)."""
    first = caller.ok("POST", "/Companies/query", {"filter": [EVERYTHING], "MaxRecords": 3})
    new = {
        "companyName": "Dogwood",
        "companyType": 1,
        "ownerResourceID": caller.world.person_id,
        "phone": "1",
    }
    caller.control("edit", {"entity": "Companies", "values": new})
    second = json.loads(caller.url("POST", first["pageDetails"]["nextPageUrl"]).body)

    assert [row["companyName"] for row in second["items"]] == ["Cedar", "Dogwood"]


def test_child_routes_list_what_hangs_below_a_parent(caller: Caller) -> None:
    company = caller.world.add_company("Elm")
    contact = caller.world.add_contact(company, "Ann", "Lee", "ann@elm.example", primary=True)

    listed = caller.ok("GET", f"/Companies/{company}/Contacts")
    assert [row["id"] for row in listed["items"]] == [contact]
    assert caller.ok("GET", f"/Companies/{company}/Contacts/{contact}")["item"]["firstName"] == "Ann"
    assert caller.raw("GET", f"/Companies/0/Contacts/{contact}").status == 404
    assert caller.raw("GET", f"/Companies/{company}/Contacts/query").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Companies", 405),
        ("GET", "/Contacts", 404),
        ("POST", "/Contacts", 404),
        ("POST", "/ContractServices", 404),
        ("PATCH", "/Companies/1000001", 405),
        ("DELETE", "/Companies/1000001", 405),
        ("GET", "/Companies/99", 404),
        ("GET", "/Widgets/1", 404),
        ("DELETE", "/Companies/query", 405),
    ],
)
def test_routes_that_do_not_exist(caller: Caller, method: str, path: str, status: int) -> None:
    assert caller.raw(method, path, {} if method != "GET" else None).status == status


def test_a_missing_row_may_also_come_as_a_null_item(caller: Caller) -> None:
    caller.world.doubts = Doubts(missing_row="null_item")

    assert caller.ok("GET", "/Companies/99") == {"item": None}


def test_a_page_of_a_window_makes_only_the_rows_it_looks_at() -> None:
    """A provider's 150,000 unit rows are listed by id; a page of 500 makes those of its own lines."""
    scene = a_scene()
    for _ in range(9):
        scene.world.add_line(scene.contract, scene.service, 1)
    units = scene.world.database.units("ContractServiceUnits")
    today = {"op": "lte", "field": "startDate", "value": "2026-02-10"}
    open_today = {"op": "gte", "field": "endDate", "value": "2026-02-10"}

    first = scene.caller.find("ContractServiceUnits", today, open_today, MaxRecords=3)
    made = [line for line in range(scene.line, scene.line + 10) if units.pending(line) is None]
    after = {"op": "gt", "field": "id", "value": first[-1]["id"]}
    rest = scene.caller.find("ContractServiceUnits", today, open_today, after)

    assert [row["contractServiceID"] for row in first] == made[:3]
    assert len(made) == 4  # one more, to know whether a page follows
    assert [row["contractServiceID"] for row in [*first, *rest]] == list(range(scene.line, scene.line + 10))


@pytest.mark.parametrize("field", ["id", "companyType", "companyName"])
def test_a_condition_without_its_value_asks_for_null_and_finds_nothing(caller: Caller, field: str) -> None:
    assert names(caller, {"op": "eq", "field": field}) == []
