"""Numbers in sentences."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """1 step, 2 steps; the noun's plural ends with s where none is named."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"
