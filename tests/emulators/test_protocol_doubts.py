"""How unit rows are written and what is refused: two rows of protocol.md section 5, over real HTTP."""

import pytest

from tests.emulators.tenant import ROOT, a_tenant

MID = "2026-03-20"  # inside the period from 17 March to 16 April
FIRST = "2026-03-17"


# ---- "D1 totals/overlays, D9 end day, split by update or by delete + insert, insert between pages"


@pytest.mark.parametrize(
    ("rows", "row_end", "seen"),
    [
        ("totals", "effective_date", [(FIRST, MID, 12), (MID, "2026-04-16", 17)]),
        ("totals", "day_before", [(FIRST, "2026-03-19", 12), (MID, "2026-04-16", 17)]),
        ("overlays", "effective_date", [(FIRST, "2026-04-16", 12), (MID, "2026-04-16", 5)]),
    ],
)
def test_a_change_inside_a_period_shows_as_a_total_or_an_overlay_and_ends_the_old_row(
    rows: str, row_end: str, seen: list[tuple[str, str, int]]
) -> None:
    """P8, P9 (D1, D9), from twelve units and not from none."""
    with a_tenant(rows=rows, row_end=row_end) as tenant:
        assert tenant.taken(MID, 5)

        assert tenant.rows() == seen
        assert tenant.rows(until="2026-04-17")[-1] == ("2026-04-17", "2026-05-16", 17)


@pytest.mark.parametrize(("split", "same_id"), [("update", True), ("delete_insert", False)])
def test_a_split_keeps_the_old_row_or_replaces_it(split: str, same_id: bool) -> None:
    with a_tenant(split=split) as tenant:
        of_period = {"op": "eq", "field": "startDate", "value": FIRST}
        before = tenant.query("ContractServiceUnits", of_period)[0]["id"]
        assert tenant.taken(MID, 5)

        after = tenant.query("ContractServiceUnits", of_period)[0]["id"]
        assert (after == before) == same_id


def test_between_deletion_and_insertion_a_line_shows_a_hole() -> None:
    """P10: the deletion is seen at once, what takes its place only after the lag."""
    with a_tenant(split="gap") as tenant:
        tenant.control("lag", {"entity": "ContractServiceUnits", "seconds": 60})
        assert tenant.taken(MID, 5)

        assert tenant.rows(until="2027-01-16") == []
        tenant.control("clock", {"advance": 60})
        assert tenant.rows() == [(FIRST, MID, 12), (MID, "2026-04-16", 17)]


def test_a_row_is_inserted_between_two_pages() -> None:
    """P10: read page by page, the split of a row on the first page shows its second half only."""
    with a_tenant() as tenant:
        edit = {"path": "foreign-edit", "body": {"line": tenant.line, "day": "2026-02-20", "change": 1}}
        tenant.fault("pass", "query/next", before=[edit])
        body = {"MaxRecords": 6, "filter": [{"op": "gte", "field": "id", "value": 0}]}
        pages = [tenant.ask("POST", f"{ROOT}/ContractServiceUnits/query", body).json()]
        while pages[-1]["pageDetails"]["nextPageUrl"] is not None:
            following = pages[-1]["pageDetails"]["nextPageUrl"].split("/ATServicesRest", 1)[1]
            pages.append(tenant.ask("POST", f"/ATServicesRest{following}", body).json())

        rows = [(row["startDate"][:10], row["units"]) for page in pages for row in page["items"]]
        assert len(pages) == 3
        assert ("2026-02-17", 12) in rows  # as it was before the edit
        assert rows[-1] == ("2026-02-20", 13)  # what the edit added, on the last page


# ---- "D2 refuse/extra row, D3 zero/negative, un-post, missing line created from contract + service"


def test_a_posted_period_refuses_a_change_until_it_is_unposted() -> None:
    """P3, D2."""
    with a_tenant() as tenant:
        tenant.control("post-period", {"contract": tenant.contract, "through": FIRST})
        refused = tenant.adjust(MID, 5)
        assert (refused.status, b"approved and posted" in refused.body) == (500, True)

        tenant.control("un-post", {"line": tenant.line, "since": FIRST})

        assert tenant.taken(MID, 5)


def test_a_posted_period_may_take_a_change_as_an_extra_row() -> None:
    with a_tenant(posted_period="extra_row") as tenant:
        tenant.control("post-period", {"contract": tenant.contract, "through": FIRST})
        assert tenant.taken(MID, 5)

        assert tenant.rows() == [(FIRST, "2026-04-16", 12), (MID, "2026-04-16", 17)]


@pytest.mark.parametrize(
    ("doubt", "setting", "change", "status"),
    [
        ("zero_units", "allowed", -12, 200),
        ("zero_units", "refused", -12, 500),
        ("negative_units", "refused", -13, 500),
        ("negative_units", "allowed", -13, 200),
        ("zero_change", "refused", 0, 500),
        ("zero_change", "accepted", 0, 200),
    ],
)
def test_zero_and_negative_units_are_taken_or_refused(
    doubt: str, setting: str, change: int, status: int
) -> None:
    """D3."""
    doubts: dict[str, object] = {doubt: setting}
    with a_tenant(**doubts) as tenant:
        assert tenant.adjust(MID, change).status == status
        assert len(tenant.landed()) == (status == 200)


def test_contract_and_service_in_the_body_make_a_missing_line() -> None:
    """P6: the line was removed while the request was on its way, and the body names what it was."""
    with a_tenant() as tenant:
        tenant.fault("pass", before=[tenant.act("line removed")])
        assert tenant.taken(MID, 5, contractID=tenant.contract, serviceID=tenant.service)

        (made,) = tenant.query("ContractServices")
        assert made["id"] != tenant.line
        assert tenant.rows(made["id"]) == [(FIRST, MID, 0), (MID, "2026-04-16", 5)]
