"""Lives of customers, and files of them: what once went wrong is lived again for ever."""

import json
import random
import shutil
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from psabridge_proof.ready import ROOM  # isort: skip  makes Django ready

from psabridge_proof.installation import close_database
from psabridge_proof.judge import Violation
from psabridge_proof.living import Happening, Script
from psabridge_proof.shrinking import shortest
from psabridge_proof.simulation import template
from tests.proof.market import MarketOpening
from tests.proof.market_life import MarketLife

BROKEN = "the program broke"
_KIND = 40  # so many letters of a violation say what kind it is


@dataclass(frozen=True, slots=True)
class KeptMarket:
    """`found`: what it violated when it was found."""

    found: str
    opening: MarketOpening
    script: Script


@dataclass(slots=True)
class Lived:
    """What one life or many came to. `wrong`: what must hold and did not, or that the program broke."""

    wrong: str = ""
    counted: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)


def live_market(opening: MarketOpening, script: Script) -> Lived:
    """One life to its end, or to what is wrong in it. The same script is the same life, to the second."""
    random.seed(0)  # the jitter of waits is drawn from there
    folder = ROOM / "market"
    shutil.copytree(template(), folder)
    life = MarketLife(folder, opening)
    lived = Lived(trace=life.trace)
    try:
        life.live(script)
    except Violation as violation:
        lived.wrong = str(violation)
    except Exception:  # noqa: BLE001  house: except: whatever breaks the program is told
        lived.wrong = f"{BROKEN}: {traceback.format_exc(limit=-4)}"
    finally:
        close_database()
        shutil.rmtree(folder)
    lived.counted = life.counted + life.judge.sent + life.judge.told
    lived.counted["checks"] = life.judge.checked.total()
    return lived


def shortened_market(kept: KeptMarket) -> KeptMarket:
    """The life without what it does not need to go wrong in the same way; as it was if it goes right now."""

    def fails(script: Sequence[Happening]) -> bool:
        return live_market(kept.opening, script).wrong[:_KIND] == kept.found[:_KIND]

    script = shortest(kept.script, fails)
    return KeptMarket(live_market(kept.opening, script).wrong or kept.found, kept.opening, script)


def write_market(kept: KeptMarket, file: Path) -> None:
    opening = asdict(kept.opening) | {"start": kept.opening.start.isoformat()}
    lines = ",\n    ".join(json.dumps(one) for one in kept.script)
    text = json.dumps({"found": kept.found, "opening": opening}, indent=2).removesuffix("\n}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{text},\n  "script": [\n    {lines}\n  ]\n}}\n')


def read_market(file: Path) -> KeptMarket:
    told: dict[str, Any] = json.loads(file.read_text())
    opening = MarketOpening(**told["opening"] | {"start": datetime.fromisoformat(told["opening"]["start"])})
    return KeptMarket(told["found"], opening, [(word, values) for word, values in told["script"]])
