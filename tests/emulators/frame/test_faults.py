"""Each fault of protocol.md section 5 and design section 11 that the frame can make by itself."""

import http.client
import json
import time
from email.utils import parsedate_to_datetime

import pytest

from tests.emulators.frame.toy import START, Caller, toy


def test_a_busy_vendor_says_when_to_come_back_and_acts_on_nothing() -> None:
    with toy() as caller:
        caller.running.faults.add("busy", path="/post", status=429, retry_after=30)
        caller.running.faults.add("busy", path="/post", retry_after=60, retry_after_date=True)
        caller.running.faults.add("busy", path="/post")

        seconds, date, none = (caller.ask("POST", "/post", 5) for _ in range(3))

        assert (seconds.status, seconds.headers["Retry-After"]) == (429, "30")
        assert (date.status, date.headers["Retry-After"]) == (503, "Tue, 10 Mar 2026 08:01:00 GMT")
        assert "Retry-After" not in none.headers
        assert caller.world.posted == []
        assert caller.ask("POST", "/post", 5).status == 200


def test_a_refusal_carries_the_status_and_text_it_was_given() -> None:
    with toy() as caller:
        text = "Attempt to insert duplicate data into contract_service_period"
        caller.running.faults.add("refuse", path="/post", text=text)

        answer = caller.ask("POST", "/post", 5)

        assert (answer.status, answer.json()) == (500, {"errors": [text]})


@pytest.mark.parametrize(("kind", "landed"), [("error_applied", 1), ("error_not_applied", 0)])
def test_an_unknown_500_says_nothing_about_whether_it_was_applied(kind: str, landed: int) -> None:
    with toy() as caller:
        caller.running.faults.add(kind, path="/post", text="Object reference not set")

        assert caller.ask("POST", "/post", 5).status == 500
        assert len(caller.world.posted) == landed


@pytest.mark.parametrize(
    ("kind", "landed"), [("reset_before", 0), ("reset_after", 1), ("lost_before", 0), ("hold", 0)]
)
def test_a_lost_answer_leaves_the_caller_without_a_word(kind: str, landed: int) -> None:
    with toy() as caller:
        caller.running.faults.add(kind, path="/post")

        with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
            caller.ask("POST", "/post", 5)

        assert len(caller.world.posted) == landed


def test_a_held_request_lands_when_its_emulated_time_has_come() -> None:
    """protocol.md C7, C11-C13: held, answered with a reset, applied later."""
    with toy() as caller:
        caller.running.faults.add("hold", path="/post", seconds=3600)
        with pytest.raises(ConnectionResetError):
            caller.ask("POST", "/post", 5)

        caller.running.clock.advance(3599)
        assert caller.world.posted == []

        caller.running.clock.advance(86400)
        assert [(body, at.isoformat()) for body, at in caller.world.posted] == [
            ("5", "2026-03-10T09:00:00+00:00")
        ]


def test_a_held_request_lands_on_its_trigger() -> None:
    with toy() as caller:
        caller.running.faults.add("hold", path="/post", trigger="later")
        with pytest.raises(ConnectionResetError):
            caller.ask("POST", "/post", 5)

        assert caller.control("POST", "release", {"trigger": "other"}) == {"released": 0}
        assert caller.control("POST", "release", {"trigger": "later"}) == {"released": 1}
        assert len(caller.world.posted) == 1


def test_a_proxy_that_repeats_a_post_makes_it_land_twice() -> None:
    """protocol.md P14."""
    with toy() as caller:
        caller.running.faults.add("twice", path="/post")

        assert caller.ask("POST", "/post", 5).json() == {"itemId": 2}
        assert len(caller.world.posted) == 2


@pytest.mark.parametrize(
    ("kind", "body"), [("empty", b""), ("null_item", b'{"item": null}'), ("html", b"<!DOCTYPE html>")]
)
def test_a_strange_body_comes_with_the_status_of_the_real_one(kind: str, body: bytes) -> None:
    with toy() as caller:
        caller.running.faults.add(kind, path="/post")

        answer = caller.ask("POST", "/post", 5)

        assert answer.status == 200
        assert answer.body.startswith(body)
        assert len(caller.world.posted) == 1


def test_garbled_json_is_no_json() -> None:
    with toy() as caller:
        caller.running.faults.add("garbled", path="/post")

        with pytest.raises(json.JSONDecodeError):
            caller.ask("POST", "/post", 5).json()


def test_a_truncated_body_ends_before_the_length_it_promised() -> None:
    with toy() as caller:
        caller.running.faults.add("truncated", path="/post", size=5)

        with pytest.raises(http.client.IncompleteRead) as cut:
            caller.ask("POST", "/post", 5)

        assert len(cut.value.partial) == 5
        assert len(caller.world.posted) == 1


@pytest.mark.parametrize(("applied", "landed"), [(True, 1), (False, 0)])
def test_a_slow_answer_comes_after_the_callers_patience(applied: bool, landed: int) -> None:
    with toy() as caller:
        caller.connection.timeout = 0.05
        caller.running.faults.add("slow", path="/post", seconds=0.3, applied=applied)

        with pytest.raises(TimeoutError):
            caller.ask("POST", "/post", 5)

        assert len(caller.world.posted) == landed
        time.sleep(0.3)


def test_the_hourly_limit_lifts_after_an_emulated_hour() -> None:
    with toy() as caller:
        caller.running.faults.add("hourly_limit", vendor="autotask")

        assert [caller.ask("GET", "/x").status for _ in range(3)] == [429, 429, 429]
        caller.running.clock.advance(3600)
        assert caller.ask("GET", "/x").status == 200


def test_a_revoked_key_stays_revoked_until_the_rule_is_taken_away() -> None:
    with toy() as caller:
        caller.running.faults.add("unauthorized", nth=2)

        assert [caller.ask("GET", "/x").status for _ in range(4)] == [200, 401, 401, 401]
        caller.control("DELETE", "faults")
        assert caller.ask("GET", "/x").status == 200


def test_the_fourth_thread_gets_the_vendors_own_words() -> None:
    with toy() as caller:
        caller.running.faults.add("fourth_thread", path="/x")

        assert caller.ask("GET", "/x").body == b"/x: thread threshold of 3 threads exceeded"


def _pages(caller: Caller) -> list[int]:
    rows: list[int] = []
    path: str | None = "/rows"
    while path is not None:
        page = caller.ask("GET", path).json()
        rows += page["items"]
        following = page["pageDetails"]["nextPageUrl"]
        path = None if following is None else "/rows?" + following.rsplit("?", 1)[1]
    return rows


@pytest.mark.parametrize(
    ("kind", "nth", "rows"),
    [
        ("pass", 1, [10, 11, 12, 20, 21, 22, 30, 31, 32]),
        ("repeat_page", 2, [10, 11, 12, 10, 11, 12, 20, 21, 22, 30, 31, 32]),
        ("skip_page", 2, [10, 11, 12, 30, 31, 32]),
        ("drop_rows", 2, [10, 11, 12, 21, 22, 30, 31, 32]),
    ],
)
def test_pages_may_come_again_or_be_left_out(kind: str, nth: int, rows: list[int]) -> None:
    """field.md 3.3: page skipped or repeated while rows move."""
    with toy() as caller:
        caller.running.faults.add(kind, path="/rows", nth=nth, size=1)

        pages = _pages(caller)

        assert pages == rows


def test_hooks_run_right_before_and_right_after_the_request_they_wait_for() -> None:
    """protocol.md P3, P5, P6, P15: on the next POST, first do X."""
    with toy() as caller:
        caller.running.faults.add(
            path="/post",
            nth=2,
            before=[{"path": "edit", "body": "before"}],
            after=[{"path": "edit", "body": "after"}],
        )

        for _ in range(3):
            caller.ask("POST", "/post", 5)

        assert caller.world.edits == [("before", 1), ("after", 2)]


def test_a_hook_may_end_in_a_fault_of_another_rule() -> None:
    with toy() as caller:
        caller.running.faults.add(path="/post", before=[{"path": "edit", "body": 1}])
        caller.running.faults.add("reset_after", path="/post")

        with pytest.raises(ConnectionResetError):
            caller.ask("POST", "/post", 5)

        assert len(caller.world.edits) == len(caller.world.posted) == 1


def _hook_on_a_missing_route() -> None:
    with toy() as caller:
        caller.running.faults.add(path="/post", before=[{"path": "nothing"}])

        assert caller.ask("POST", "/post", 5).status == 500


def test_a_hook_that_does_not_work_is_loud() -> None:
    with pytest.raises(AssertionError, match="The hook POST nothing failed"):
        _hook_on_a_missing_route()


def test_rules_are_asked_in_the_order_they_came_and_each_is_used_up() -> None:
    with toy() as caller:
        caller.control(
            "POST",
            "faults",
            [
                {"kind": "refuse", "path": "/POST$", "method": "post", "body": "7", "status": 418},
                {"kind": "refuse", "path": "/post", "times": 2, "status": 503},
            ],
        )

        statuses = [caller.ask("POST", "/post", body).status for body in (5, 7, 7, 7)]

        assert statuses == [503, 418, 503, 200]


def test_a_rule_with_a_key_nobody_knows_is_refused() -> None:
    with toy() as caller:
        answer = caller.ask("POST", "/__control/faults", {"kind": "busy", "retries": 3})

        assert answer.status == 400
        assert "retries" in answer.json()["error"]


def test_the_date_header_shows_emulated_time_with_its_error() -> None:
    """protocol.md W11, P11."""
    with toy() as caller:
        assert parsedate_to_datetime(caller.ask("GET", "/x").headers["Date"]) == START
        caller.control("POST", "skew", {"seconds": 300})

        shown = parsedate_to_datetime(caller.ask("GET", "/x").headers["Date"])

        assert (shown - START).total_seconds() == 300
