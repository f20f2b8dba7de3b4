"""One life of any kind to its end, in a folder of its own."""

import random
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from psabridge_proof.ready import ROOM  # isort: skip  Django is made ready first

from psabridge_proof.installation import Installation, close_database, world_clock
from psabridge_proof.judge import Violation
from psabridge_proof.kept import Drawn, Kept
from psabridge_proof.living import Living, Script
from psabridge_proof.provider import open_provider
from psabridge_proof.script import opening_of
from psabridge_proof.shrinking import shortest
from psabridge_proof.wire import Wire

BROKEN = "the program broke"
NOTHING = {"psabridge": 1, "connections": {}, "pairings": {}}

Lived = TypeVar("Lived", bound=Living)


def live(kind: Callable[[Path, Drawn], Lived], opening: Drawn, script: Script) -> tuple[Lived, str]:
    """The life, and what is wrong in it. The same script is the same life, to the second."""
    random.seed(0)  # the jitter of waits is drawn from there
    folder = ROOM / "life"
    shutil.copytree(template(), folder)
    life = kind(folder, opening)
    try:
        life.live(script)
    except Violation as violation:
        return life, str(violation)
    except Exception:  # noqa: BLE001  # house: except: whatever breaks the program is told
        return life, f"{BROKEN}: {traceback.format_exc(limit=-4)}"
    finally:
        close_database()
        shutil.rmtree(folder)
    return life, ""


def template() -> Path:
    """An installation with empty tables and a key, made once for each process."""
    folder = ROOM / "template"
    if not folder.exists():
        provider = open_provider(opening_of(0))
        world_clock(provider)
        Installation(folder, provider, Wire(provider.emulation)).install(NOTHING)
        close_database()
    return folder


def shortened(kind: Callable[[Path, Drawn], Lived], kept: Kept[Drawn], *, alike: int) -> Kept[Drawn]:
    """The life without what it does not need to go wrong in the same way; as it was if it goes right now.

    `alike`: so many letters of a violation say what kind it is.
    """

    def fails(script: Script) -> bool:
        return live(kind, kept.opening, script)[1][:alike] == kept.found[:alike]

    script = shortest(kept.script, fails)
    return Kept(live(kind, kept.opening, script)[1] or kept.found, kept.opening, script)
