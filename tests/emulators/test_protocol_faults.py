"""What protocol.md section 5 asks of the emulator, row by row of its table, over real HTTP.

The two rows about how unit rows are written and what is refused are in test_protocol_doubts.py.
"""

from email.utils import parsedate_to_datetime

import pytest

from tests.emulators.tenant import LOST, ROOT, Tenant, a_tenant

MID = "2026-03-20"  # inside the period from 17 March to 16 April
FIRST = "2026-03-17"
HOUR = 3600


def _lost(tenant: Tenant, day: str = MID, change: int = 5) -> None:
    with pytest.raises(LOST):
        tenant.adjust(day, change)


# ---- "hold a request, answer with a reset, apply it N minutes or days later, or on a trigger"


@pytest.mark.parametrize("seconds", [600, 3 * 24 * HOUR])
def test_a_held_request_is_answered_with_a_reset_and_lands_minutes_or_days_later(seconds: int) -> None:
    with a_tenant() as tenant:
        tenant.fault("hold", seconds=seconds)
        _lost(tenant)

        tenant.control("clock", {"advance": seconds - 1})
        assert tenant.landed() == []
        tenant.control("clock", {"advance": 10 * HOUR})

        (arrival,) = tenant.control("ledger")["adjustments"]
        assert tenant.landed() == [(MID, 5, "api")]
        assert (
            arrival["arrivedAt"]
            == {
                600: "2026-03-10T08:10:00+00:00",
                259_200: "2026-03-13T08:00:00+00:00",
            }[seconds]
        )


def test_a_held_request_lands_on_its_trigger_after_a_later_one_was_taken_in() -> None:
    """C12: the old +5 arrives when another date has long been adjusted."""
    with a_tenant() as tenant:
        tenant.fault("hold", trigger="late")
        _lost(tenant)
        assert tenant.taken("2026-03-21", 5)

        assert tenant.control("release", {"trigger": "late"}) == {"released": 1}

        assert tenant.landed() == [("2026-03-21", 5, "api"), (MID, 5, "api")]
        assert tenant.units("2026-03-21") == 22


# ---- "apply + lose answer · lose before · apply twice · apply, then 500 with unknown text · 200, empty body"


@pytest.mark.parametrize(("kind", "landed"), [("reset_after", 1), ("reset_before", 0), ("lost_before", 0)])
def test_an_answer_is_lost_after_or_before_the_change_is_applied(kind: str, landed: int) -> None:
    with a_tenant() as tenant:
        tenant.fault(kind)
        _lost(tenant)

        assert len(tenant.landed()) == landed
        assert tenant.units(MID) == 12 + 5 * landed


@pytest.mark.parametrize(("uniqueness", "landed"), [("start", 1), ("none", 2)])
def test_a_change_applied_twice_lands_twice_where_nothing_refuses_the_second(
    uniqueness: str, landed: int
) -> None:
    """P14: a proxy repeats the POST inside one try."""
    with a_tenant(uniqueness=uniqueness) as tenant:
        tenant.fault("twice")
        tenant.taken(MID, 5)

        assert len(tenant.landed()) == landed
        assert tenant.units(MID) == 12 + 5 * landed


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("error_applied", 500, b'{"errors": ["Timeout expired"]}'),
        ("empty", 200, b""),
        ("null_item", 200, b'{"item": null}'),
        ("html", 200, b"<!DOCTYPE html>"),
    ],
)
def test_a_change_is_applied_and_its_answer_says_nothing_of_use(kind: str, status: int, body: bytes) -> None:
    """P4 and the row of 2.3 for an unknown 500, 200 without id, an unreadable body."""
    with a_tenant() as tenant:
        tenant.fault(kind, text="Timeout expired")
        answer = tenant.adjust(MID, 5)

        assert (answer.status, answer.body[: len(body)]) == (status, body)
        assert tenant.landed() == [(MID, 5, "api")]


# ---- "uniqueness = start, row, inner, none; first-day adjustment refused or in place"


@pytest.mark.parametrize(
    ("uniqueness", "mid_period", "after_a_later_split", "first_day"),
    [
        ("start", False, False, False),
        ("row", False, True, False),
        ("inner", False, False, True),
        ("none", True, True, True),
    ],
)
def test_a_date_is_unique_in_four_meanings(
    uniqueness: str, mid_period: bool, after_a_later_split: bool, first_day: bool
) -> None:
    """U of protocol.md: is a second change on a used date taken in (D15, D16)?"""
    with a_tenant(uniqueness=uniqueness) as tenant:
        assert tenant.taken(MID, 1)
        assert tenant.taken(MID, 1) == mid_period
        assert tenant.taken("2026-03-25", 1)  # splits the row that begins on MID: its end is new
        assert tenant.taken(MID, 1) == after_a_later_split
    with a_tenant(uniqueness=uniqueness) as tenant:
        assert tenant.taken(FIRST, 1)
        assert tenant.taken(FIRST, 1) == first_day


@pytest.mark.parametrize(("first_day", "rows"), [("in_place", 17), ("refused", 12)])
def test_a_first_day_is_changed_in_place_or_refused(first_day: str, rows: int) -> None:
    with a_tenant(first_day=first_day) as tenant:
        assert tenant.taken(FIRST, 5) == (first_day == "in_place")

        assert tenant.rows() == [(FIRST, "2026-04-16", rows)]


# ---- "read lag per entity by time, kept across midnight; two replicas answering in turn"


def test_reads_of_one_entity_lag_by_time_and_across_midnight() -> None:
    """C2: midnight does not make a read fresh."""
    with a_tenant() as tenant:
        tenant.control("clock", {"set": "2026-03-19T23:58:00Z"})
        tenant.control("lag", {"entity": "ContractServiceUnits", "seconds": 600})
        assert tenant.taken(MID, 5)

        tenant.control("clock", {"set": "2026-03-20T00:07:59Z"})
        assert tenant.rows() == [(FIRST, "2026-04-16", 12)]
        assert len(tenant.query("ContractNotes")) == 1  # another entity, without a lag
        tenant.control("clock", {"set": "2026-03-20T00:08:00Z"})

        assert tenant.rows() == [(FIRST, MID, 12), (MID, "2026-04-16", 17)]


def test_two_replicas_answer_in_turn_so_reads_go_back() -> None:
    """C10."""
    with a_tenant() as tenant:
        lag = {"entity": "ContractServiceUnits", "seconds": 24 * HOUR, "alternating": True}
        tenant.control("lag", lag)
        assert tenant.taken(MID, 5)

        assert [len(tenant.rows()) for _ in range(4)] == [2, 1, 2, 1]


# ---- "on next POST (or after next GET), first do X: foreign edit, posting, end date, line removed, renewal"


@pytest.mark.parametrize(("name", "units"), [("foreign edit", 20), ("renewal", 17)])
def test_what_happens_between_our_read_and_our_post_lets_it_land_on_another_world(
    name: str, units: int
) -> None:
    """P6, P15."""
    with a_tenant() as tenant:
        tenant.fault("pass", method="POST", before=[tenant.act(name)])

        assert tenant.taken(MID, 5)
        assert tenant.units(MID) == units
        assert len(tenant.query("Contracts")) == 1 + (name == "renewal")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posting", "approved and posted"),
        ("end date", "within the start date and end date"),
        ("line removed", "contractServiceID"),
    ],
)
def test_what_happens_between_our_read_and_our_post_makes_it_refused(name: str, text: str) -> None:
    """P3, P5, P6."""
    with a_tenant() as tenant:
        tenant.fault("pass", method="POST", before=[tenant.act(name)])
        answer = tenant.adjust(MID, 5)

        assert (answer.status, text in answer.body.decode()) == (500, True)
        assert tenant.landed() == []


def test_something_happens_after_the_next_read_and_before_anything_else() -> None:
    with a_tenant() as tenant:
        tenant.fault("pass", "ContractServiceUnits/query", after=[tenant.act("foreign edit")])

        assert tenant.rows() == [(FIRST, "2026-04-16", 12)]
        assert tenant.rows() == [(FIRST, "2026-03-19", 12), ("2026-03-19", "2026-04-16", 15)]


# ---- "foreign edits: back-dated, same date, ahead, cancelling, twin; API user or a person; notes on/off"


@pytest.mark.parametrize("by", ["person", "api:other"])
@pytest.mark.parametrize(
    ("day", "change", "levels"),
    [
        ("2026-02-20", 3, (15, 15, 20, 20)),  # back-dated
        (MID, 3, (12, 12, 20, 20)),  # the date of ours
        ("2026-04-17", 3, (12, 12, 17, 20)),  # ahead
        ("2026-03-19", -5, (12, 7, 12, 12)),  # cancels ours, from the day before
    ],
)
def test_somebody_else_changes_the_line_before_on_or_after_our_date(
    by: str, day: str, change: int, levels: tuple[int, ...]
) -> None:
    """C4, C6: under a person or under another user of the API."""
    with a_tenant(uniqueness="none") as tenant:
        assert tenant.taken(MID, 5)
        tenant.edit(day, change, by=by)

        assert tuple(map(tenant.units, ("2026-02-20", "2026-03-19", MID, "2026-04-17"))) == levels
        assert tenant.landed()[-1] == (day, change, by)


@pytest.mark.parametrize(("like", "units"), [("twin", 22), ("cancel", 12)])
def test_an_edit_may_be_the_twin_or_the_opposite_of_ours(like: str, units: int) -> None:
    with a_tenant(uniqueness="none") as tenant:
        assert tenant.taken(MID, 5)
        tenant.control("foreign-edit", {"line": tenant.line, "like": like})

        assert tenant.units(MID) == units


@pytest.mark.parametrize(
    ("key", "landed", "units"), [("same", 1, 17), ("merged", 2, 20), ("overwrites", 2, 15)]
)
def test_a_persons_edit_on_a_taken_date_is_refused_merged_or_overwrites(
    key: str, landed: int, units: int
) -> None:
    """P1, D17."""
    with a_tenant(person_key=key) as tenant:
        assert tenant.taken(MID, 5)
        body = {"line": tenant.line, "day": MID, "change": 3}
        answer = tenant.ask("POST", "/__control/foreign-edit", body)

        assert answer.status == (409 if key == "same" else 200)
        assert (len(tenant.landed()), tenant.units(MID)) == (landed, units)


@pytest.mark.parametrize(("api_notes", "notes"), [(True, 2), (False, 1)])
def test_a_note_is_written_for_a_person_always_and_for_the_api_by_switch(api_notes: bool, notes: int) -> None:
    """D11."""
    with a_tenant(api_notes=api_notes) as tenant:
        assert tenant.taken(MID, 5)
        tenant.edit("2026-03-21", 1)

        assert len(tenant.query("ContractNotes")) == notes


# ---- "vendor clock and Date header apart from the bridge's; tenant zone; test clock forwards and backwards"


def test_the_date_header_can_be_apart_from_the_vendors_own_time() -> None:
    """P11, W11."""
    with a_tenant() as tenant:
        tenant.control("skew", {"seconds": 300})
        shown = parsedate_to_datetime(tenant.adjust(MID, 5).headers["Date"])

        (landed,) = tenant.control("ledger")["adjustments"]
        assert shown.isoformat() == "2026-03-10T08:05:00+00:00"
        assert landed["arrivedAt"] == "2026-03-10T08:00:00+00:00"


def test_a_tenant_far_east_lives_on_a_day_the_vendors_clock_has_not_reached() -> None:
    """P11: days are whole and have no zone, so a person's tomorrow and the API's land alike."""
    with a_tenant() as tenant:
        tenant.control("clock", {"set": "2026-03-19T20:00:00Z"})  # the 20th in Auckland
        assert tenant.control("mapping")["settings"]["time_zone"]
        tenant.edit(MID, 1)

        assert not tenant.taken(MID, 5)
        assert tenant.taken("2026-03-19", 5)
        assert tenant.units(MID) == 18


def test_a_tenant_that_moved_answers_in_its_new_zone_only() -> None:
    """autotask-rest.md 1.3: 401 where it was; the zone call says where it is."""
    with a_tenant() as tenant:
        tenant.control("zone", {"prefix": "/zone5", "ci": 777})
        assert tenant.adjust(MID, 5).status == 401

        user = tenant.running.description["autotask"]["user"]
        told = tenant.ask("GET", f"{ROOT}/zoneInformation?user={user}").json()

        assert (told["ci"], told["url"].endswith("/zone5/ATServicesRest/")) == (777, True)
        assert tenant.ask("GET", f"/zone5{ROOT}/Companies/0").status == 200


@pytest.mark.parametrize("moment", ["2027-03-10T08:00:00+00:00", "2026-03-01T08:00:00+00:00"])
def test_the_clock_is_set_forwards_and_backwards(moment: str) -> None:
    """P11: a clock a year ahead, or set back."""
    with a_tenant() as tenant:
        assert tenant.control("clock", {"set": moment})["now"] == moment

        shown = parsedate_to_datetime(tenant.ask("GET", f"{ROOT}/Companies/0").headers["Date"])
        assert shown.isoformat() == moment


# ---- "a ledger of landed adjustments with arrival time, independent of rows"


def test_the_ledger_keeps_what_landed_whatever_the_rows_show_and_whatever_was_undone() -> None:
    """P5: an end date moved back and forward takes the step away, not its entry."""
    with a_tenant() as tenant:
        assert tenant.taken(MID, 5)
        tenant.control("clock", {"advance": HOUR})
        tenant.edit("2026-04-20", 2)
        tenant.control("contract", {"contract": tenant.contract, "end": "2026-03-19"})
        tenant.control("contract", {"contract": tenant.contract, "end": "2027-01-16"})

        ledger = tenant.control("ledger")["adjustments"]
        assert tenant.units("2026-05-01") == 12
        assert [(entry["unitChange"], entry["by"], entry["arrivedAt"][11:16]) for entry in ledger] == [
            (5, "api", "08:00"),
            (2, "person", "09:00"),
        ]
        assert {"resulting", "adjustmentId", "contractId", "itemId", "effectiveDate"} <= ledger[0].keys()
