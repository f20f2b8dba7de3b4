"""Time, the thread gate, the call recorder and keeping, over real HTTP."""

import concurrent.futures
import http.client
import time
import urllib.parse
from datetime import timedelta
from pathlib import Path

import pytest

from psabridge_emulators.frame import keeping
from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.keeping import Keeper, KeptWorldRefused
from tests.emulators.frame.toy import START, toy


def test_time_stands_still_until_it_is_moved_forwards_or_backwards() -> None:
    with toy() as caller:
        caller.control("POST", "clock", {"advance": 60})
        caller.control("POST", "clock", {"set": "2026-03-01T00:00:00Z"})

        assert caller.control("GET", "clock") == {"now": "2026-03-01T00:00:00+00:00", "runs": False}
        assert [(after - before).total_seconds() for before, after in caller.world.moves] == [60, -806460]


def test_a_running_clock_passes_time_by_itself() -> None:
    with toy(runs=True) as caller:
        caller.ask("GET", "/x")

        assert START < caller.running.clock.now < START + timedelta(seconds=60)


def test_the_fourth_request_at_once_on_one_endpoint_is_refused() -> None:
    with toy(latency_ms=150) as caller:
        host = urllib.parse.urlsplit(caller.running.urls["autotask"]).netloc

        def one(_number: int) -> int:
            connection = http.client.HTTPConnection(host, timeout=5)
            connection.request("GET", "/gated")
            status = connection.getresponse().status
            connection.close()
            return status

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(one, range(4)))

        assert statuses == [200, 200, 200, 429]
        assert one(5) == 200


def test_a_slot_may_be_freed_later_than_its_answer() -> None:
    with toy() as caller:
        caller.control("POST", "latency", {"slot_seconds": 0.5, "threads": 1})

        assert [caller.ask("GET", "/gated").status for _ in range(2)] == [200, 429]


def test_a_vendor_may_slow_its_answers_down_by_itself() -> None:
    with toy() as caller:
        started = time.monotonic()
        caller.ask("GET", "/x")
        at_once = time.monotonic() - started
        caller.ask("GET", "/slow")

        assert time.monotonic() - started - at_once >= 0.2


def _a_broken_emulator() -> None:
    with toy() as caller:
        assert caller.ask("GET", "/broken").status == 500


def test_a_fault_of_the_emulator_itself_is_loud() -> None:
    with pytest.raises(AssertionError, match="GET /broken broke the emulator: KeyError"):
        _a_broken_emulator()


def test_calls_are_counted_by_route_without_their_ids() -> None:
    with toy() as caller:
        for path in (
            "/Companies/1",
            "/Companies/29682",
            "/tenants/0b3ab6c1-8d5c-4f2b-9d0e-1c9a41f3a2b7/usages",
        ):
            caller.ask("GET", path)

        summary = caller.control("GET", "calls?last=1")

        assert summary["calls"]["autotask"] == {
            "total": 3,
            "routes": {"GET /Companies/{id}": 2, "GET /tenants/{id}/usages": 1},
        }
        assert summary["last"][0]["status"] == 200
        caller.control("DELETE", "calls")
        assert caller.control("GET", "calls")["calls"] == {}


def test_an_observer_sees_every_exchange_and_which_fault_touched_it() -> None:
    seen: list[Exchange] = []
    with toy() as caller:
        caller.running.observe(seen.append)
        caller.running.faults.add("html", path="/y")
        caller.ask("GET", "/x")
        caller.ask("GET", "/y")

    assert [(exchange.request.path, exchange.fault) for exchange in seen] == [("/x", None), ("/y", "html")]


def test_a_stopped_emulation_goes_on_where_it_was(tmp_path: Path) -> None:
    with toy(Keeper(tmp_path)) as caller:
        caller.ask("POST", "/post", 5)
        caller.running.clock.advance(3600)

    with toy(Keeper(tmp_path)) as caller:
        assert [body for body, _ in caller.world.posted] == ["5"]
        assert caller.running.clock.now == START + timedelta(hours=1)


def test_a_killed_emulation_goes_on_from_what_was_kept(tmp_path: Path) -> None:
    with toy(Keeper(tmp_path)) as caller:
        caller.ask("POST", "/post", 5)
        assert caller.control("POST", "keep") == {"kept": True}

        kept = Keeper(tmp_path).load("toy", 1)

        assert kept is not None
        assert len(kept.worlds["autotask"].posted) == 1


def test_another_scene_or_seed_does_not_overwrite_what_was_kept(tmp_path: Path) -> None:
    with toy(Keeper(tmp_path)) as caller:
        caller.control("POST", "keep")

        with pytest.raises(KeptWorldRefused, match="holds scene toy with seed 1, not toy with 2"):
            Keeper(tmp_path).load("toy", 2)


def test_a_world_kept_by_other_code_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with toy(Keeper(tmp_path)) as caller:
        caller.control("POST", "keep")
    monkeypatch.setattr(keeping, "own_version", lambda: "newer")

    with pytest.raises(KeptWorldRefused, match=r"another version of the emulators\. Move the file away"):
        Keeper(tmp_path).load("toy", 1)


def test_a_back_door_route_nobody_knows_goes_to_the_vendor() -> None:
    with toy() as caller:
        assert caller.control("POST", "edit", {"line": 4}) == {}
        assert caller.ask("GET", "/__control/nowhere").status == 404
        assert caller.control("GET", "world") == {"posted": []}
        assert caller.control("GET", "mapping") == {"customers": []}
