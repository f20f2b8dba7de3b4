"""Emulators beside the bridge: started as a process of their own, configured like real vendors."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from psabridge.clients.transport import HttpRequest, Transport
from psabridge.clients.wire_json import decode, encode
from psabridge.kit.errors import BridgeError, Unreadable
from psabridge.rules.settings import Measure

DEADLINE = timedelta(seconds=60)
MEASURES = {"class1": Measure.CLASS_1, "class2": Measure.CLASS_2}


class EmulatorsGone(BridgeError):
    """The emulators did not start, or ended."""


@dataclass(frozen=True, slots=True)
class Emulators:
    """What the emulators said when they were ready."""

    description: Mapping[str, Any]
    transport: Transport

    def mapping(self) -> Mapping[str, Any]:
        """Customers and service rows as the scene's operator would have mapped them."""
        return _plain(self._ask("GET", "mapping", None))

    def control(self, route: str, content: object, *, vendor: str = "autotask") -> Any:  # noqa: ANN401
        return self._ask("POST", route, encode(content), vendor=vendor)

    def _ask(self, method: str, route: str, body: bytes | None, *, vendor: str = "autotask") -> Any:  # noqa: ANN401
        url = f"{self.description['control'][vendor]}/{route}"
        answer = self.transport.send(
            HttpRequest(method, url, {"content-type": "application/json"}, body), DEADLINE
        )
        if answer.status >= 300:
            raise Unreadable(url, f"answered {answer.status}", "See the emulators' README for its routes")
        return decode(answer.body)


@contextmanager
def running(
    scene: str, *, transport: Transport, keep: Path | None = None, seed: int = 1, latency_ms: int = 0
) -> Iterator[Emulators]:
    """Start the emulators on free ports and stop them at the end."""
    command = [sys.executable, "-m", "psabridge_emulators", "--scene", scene, "--seed", str(seed)]
    command += [
        "--with-parent",
        "--autotask-port",
        "0",
        "--acronis-port",
        "0",
        "--latency-ms",
        str(latency_ms),
    ]
    command += ["--keep", str(keep)] if keep is not None else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own program
        try:
            yield Emulators(_ready(process), transport)
        finally:
            process.terminate()


def _ready(process: "subprocess.Popen[str]") -> Mapping[str, Any]:
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        raise EmulatorsGone(
            "the emulators", "ended before they were ready", "Why stands above. make demo FRESH=1 begins anew"
        )
    return _plain(json.loads(line))


def configuration(emulators: Emulators, *, mode: str) -> str:
    """A configuration file for the emulated vendors, as `config import` takes it."""
    autotask, acronis = emulators.description["autotask"], emulators.description["acronis"]
    mapping = emulators.mapping()
    document = {
        "psabridge": 1,
        "connections": {
            "autotask": {
                "kind": "autotask",
                "address": autotask["url"],
                "identity": autotask["user"],
                "secret": autotask["secret"],
                "tracking_identifier": autotask["integration_code"],
                "billing_zone": mapping["settings"]["time_zone"],
                "clock_url": autotask["url"],
            },
            "acronis": {
                "kind": "acronis",
                "address": acronis["url"],
                "identity": acronis["client_id"],
                "secret": acronis["client_secret"],
            },
        },
        "pairings": {"acronis-autotask": _pairing(mapping, mode)},
    }
    return yaml.safe_dump(document, sort_keys=False)


def _pairing(mapping: Mapping[str, Any], mode: str) -> dict[str, Any]:
    return {
        "platform": "acronis",
        "psa": "autotask",
        "modes": {"billing": mode, "provisioning": mode},
        # Nobody was asked, so that the samples of the vendor's guide hold (R15).
        "policy": "as_it_changes",
        "set_quotas_to_zero": mapping["settings"]["set_quotas_to_zero"],
        "free_on_purpose": [row["service_id"] for row in mapping["services"] if row["free_on_purpose"]],
        "customers": [
            {"tenant": one["tenant_id"], "company": one["company_id"]} for one in mapping["customers"]
        ],
        "services": [_row(row) for row in mapping["services"]],
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "item": row["item"],
        "measure": str(MEASURES.get(row["measure"], row["measure"])),
        "storage": row["infra_id"],
        "service": row["service_id"],
        "free": row["free"],
        "edition": row["edition"],
        "unit_size": row["unit_size"],
    }


def _plain(value: Any) -> Mapping[str, Any]:  # noqa: ANN401  JSON
    if not isinstance(value, dict):
        raise EmulatorsGone(
            "the emulators", "answered something else than expected", "Run psabridge emulators"
        )
    return value
