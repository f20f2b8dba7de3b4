"""Scripts as files: what once went wrong is lived again for ever, whatever the dice would write tomorrow."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from psabridge_proof.furnished import Beginning
from psabridge_proof.living import Script

Drawn = TypeVar("Drawn", bound=Beginning)


@dataclass(frozen=True, slots=True)
class Kept(Generic[Drawn]):
    """`found`: what it violated when it was found."""

    found: str
    opening: Drawn
    script: Script


def write_kept(kept: Kept[Drawn], file: Path) -> None:
    opening = asdict(kept.opening) | {"start": kept.opening.start.isoformat()}
    lines = ",\n    ".join(json.dumps(one) for one in kept.script)
    head = {"found": kept.found, "opening": opening}
    text = json.dumps(head, indent=2).removesuffix("\n}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{text},\n  "script": [\n    {lines}\n  ]\n}}\n')


def read_kept(file: Path, kind: type[Drawn]) -> Kept[Drawn]:
    told: dict[str, Any] = json.loads(file.read_text())
    opening = kind(**told["opening"] | {"start": datetime.fromisoformat(told["opening"]["start"])})
    return Kept(told["found"], opening, [(word, values) for word, values in told["script"]])
