"""Scripts as files: what once went wrong is lived again for ever, whatever the dice would write tomorrow."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psabridge_proof.living import Happening, Script
from psabridge_proof.provider import Opening


@dataclass(frozen=True, slots=True)
class Kept:
    """`found`: what it violated when it was found."""

    found: str
    opening: Opening
    script: Script


def write_kept(kept: Kept, file: Path) -> None:
    opening = asdict(kept.opening) | {"start": kept.opening.start.isoformat()}
    lines = ",\n    ".join(json.dumps(one) for one in kept.script)
    head = {"found": kept.found, "opening": opening}
    text = json.dumps(head, indent=2).removesuffix("\n}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{text},\n  "script": [\n    {lines}\n  ]\n}}\n')


def read_kept(file: Path) -> Kept:
    told: dict[str, Any] = json.loads(file.read_text())
    opening = Opening(**told["opening"] | {"start": datetime.fromisoformat(told["opening"]["start"])})
    script: list[Happening] = [(word, values) for word, values in told["script"]]
    return Kept(told["found"], opening, script)
