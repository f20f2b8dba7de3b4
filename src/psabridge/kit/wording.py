"""Numbers and lists in sentences."""

from collections.abc import Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """1 step, 2 steps; the noun's plural ends with s where none is named."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"


def listed(names: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
