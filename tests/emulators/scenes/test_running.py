"""The emulators as a program and inside a process: addresses, moves, keeping, stopping."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, Self, TypeAlias

import pytest

from psabridge_emulators.__main__ import main
from psabridge_emulators.scenes.furnishing import GB
from psabridge_emulators.scenes.running import Running, start

Json: TypeAlias = Any
ANY_PORTS = ("--autotask-port", "0", "--acronis-port", "0")


def _post(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Json:
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), sent)  # noqa: S310  loopback
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310  loopback
        return json.loads(reply.read())


def _query(description: dict[str, Any], entity: str) -> list[dict[str, Any]]:
    place = description["autotask"]
    headers = {
        "UserName": place["user"],
        "Secret": place["secret"],
        "ApiIntegrationCode": place["integration_code"],
    }
    body = {"filter": [{"op": "gte", "field": "id", "value": 0}]}
    found = _post(f"{place['url']}/ATServicesRest/v1.0/{entity}/query", body, headers)
    rows: list[dict[str, Any]] = found["items"]
    return rows


class Program:
    """The emulators as somebody at a shell starts them."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "psabridge_emulators", *ANY_PORTS]
        self._process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self.description = json.loads(self._output.readline())
        self.code: int | None = None

    def end(self, by: signal.Signals) -> None:
        self._process.send_signal(by)
        assert self._output.read() == "", "one line and no more"
        self._output.close()
        self.code = self._process.wait(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.code is None:
            self.end(signal.SIGKILL)


def test_the_program_says_where_it_is_in_one_line_and_ends_when_told() -> None:
    with Program("--scene", "guide") as program:
        companies = _query(program.description, "Companies")
        program.end(signal.SIGTERM)

    assert set(program.description) == {"autotask", "acronis", "control"}
    assert set(program.description["acronis"]) == {"url", "client_id", "client_secret"}
    assert any(row["companyName"].startswith("ACR-STO-18") for row in companies)
    assert program.code == 0


def test_a_killed_program_goes_on_with_the_time_and_world_it_kept(tmp_path: Path) -> None:
    options = ("--scene", "empty", "--keep", str(tmp_path))
    with Program(*options) as program:
        control = program.description["control"]["autotask"]
        _post(program.description["control"]["clock"], {"advance": 60})
        _post(f"{control}/edit", {"entity": "Companies", "values": {"companyName": "Kept & Co"}})
        assert _post(f"{control}/keep", {}) == {"kept": True}

    with Program(*options) as program:
        names = [row["companyName"] for row in _query(program.description, "Companies")]
        clock = program.description["control"]["clock"]
        with urllib.request.urlopen(clock, timeout=10) as reply:  # noqa: S310  loopback
            now = json.loads(reply.read())["now"]

    assert "Kept & Co" in names
    assert now == "2026-03-10T08:01:00+00:00"


def test_a_taken_port_is_said_and_ends_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with start() as running:
        port = running.urls["autotask"].rsplit(":", 1)[1]

        assert main(["--scene", "empty", "--autotask-port", port, "--acronis-port", "0"]) == 2

    assert "cannot start" in capsys.readouterr().err


@pytest.mark.parametrize("spoil", [b"", b"rubbish", b"{}\n", "half", "changed"])
def test_a_kept_world_that_cannot_be_read_is_said_with_the_next_act(
    spoil: bytes | str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with start("empty", keep=tmp_path):
        pass
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    spoilt = {"half": whole[: len(whole) // 2], "changed": whole[:-9] + b"xxxxxxxx."}
    kept.write_bytes(spoil if isinstance(spoil, bytes) else spoilt[spoil])

    assert main(["--scene", "empty", "--keep", str(tmp_path), *ANY_PORTS]) == 2

    said = capsys.readouterr().err
    assert said.startswith("The emulators cannot start: The world in ")
    assert "Move the file away to begin anew" in said
    assert said.count("\n") == 1


def test_a_place_that_is_no_directory_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "file"
    place.touch()

    assert main(["--scene", "empty", "--keep", str(place), *ANY_PORTS]) == 2

    assert "Worlds cannot be kept in" in capsys.readouterr().err


def test_a_port_that_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--autotask-port", "99999"])

    assert "a port is 0 to 65535" in capsys.readouterr().err


def _worlds(*options: str) -> list[bytes]:
    with Program(*options) as program:
        places = [f"{program.description['control'][vendor]}/world" for vendor in ("autotask", "acronis")]
        found = []
        for place in places:
            with urllib.request.urlopen(place, timeout=10) as reply:  # noqa: S310  loopback
                found.append(reply.read())
        return found


def test_two_programs_with_one_seed_hold_the_same_worlds_byte_by_byte() -> None:
    """Each process hashes text its own way: no order may come from that."""
    once, again = _worlds("--scene", "msp-25", "--seed", "7"), _worlds("--scene", "msp-25", "--seed", "7")

    assert once == again
    assert _worlds("--scene", "msp-500", "--seed", "7") != _worlds("--scene", "msp-500", "--seed", "8")


def test_describe_prints_the_mapping_and_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--scene", "adopted", "--describe"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert len(told["customers"]) == 12


def _class_2(running: Running) -> list[int | None]:
    mapping = running.mapping
    return running.do(
        lambda: [
            running.acronis.usage(sample["tenant_id"], "class2_storage", mapping["storage"])
            for sample in mapping["samples"]
        ]
    )


def test_a_step_of_a_scene_lets_its_usage_come() -> None:
    with start("guide") as running:
        assert _class_2(running) == [0, 0, 0, 0]

        moved = _post(f"{running.description['control']['autotask']}/moves", {"step": 1})

        assert _class_2(running) == [50 * GB] * 4
        assert len(moved["moved"]) == 12


def test_time_of_both_vendors_is_one_time() -> None:
    with start("empty") as running:
        _post(running.description["control"]["clock"], {"advance": 86400})

        assert running.do(lambda: running.autotask.now == running.acronis.now)


def test_the_hourly_count_of_autotask_rolls_with_emulated_time() -> None:
    with start("empty") as running:
        _post(f"{running.description['control']['autotask']}/requests", {"others": 5000})
        before = running.do(lambda: running.autotask.hour.used(running.autotask.now))
        running.clock.advance(3700)

        assert before == 5000
        assert running.do(lambda: running.autotask.hour.used(running.autotask.now)) == 0
