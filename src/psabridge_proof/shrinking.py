"""The shortest life that still goes wrong in the same way: parts are left out for as long as it does."""

from collections.abc import Callable, Sequence
from itertools import count

from psabridge_proof.living import Happening

Fails = Callable[[Sequence[Happening]], bool]
# Lives that may be lived to find it; a script that is not the shortest tells enough.
MOST_LIVES = 150


def shortest(script: Sequence[Happening], fails: Fails) -> tuple[Happening, ...]:
    kept, lives = tuple(script), count()

    def fails_still(shorter: Sequence[Happening]) -> bool:
        return next(lives) < MOST_LIVES and fails(shorter)

    return _shortest(kept, fails_still)


def _shortest(kept: tuple[Happening, ...], fails: Fails) -> tuple[Happening, ...]:
    size = max(len(kept) // 2, 1)
    while True:
        kept, is_shorter = _without_parts(kept, size, fails)
        if size == 1 and not is_shorter:
            return kept
        size = max(size // 2, 1)


def _without_parts(
    script: tuple[Happening, ...], size: int, fails: Fails
) -> tuple[tuple[Happening, ...], bool]:
    start, is_shorter = 0, False
    while start < len(script):
        shorter = script[:start] + script[start + size :]
        if shorter and fails(shorter):
            script, is_shorter = shorter, True
        else:
            start += size
    return script, is_shorter
