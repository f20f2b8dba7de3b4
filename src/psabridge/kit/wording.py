"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """1 step, 2 steps; the noun's plural ends with s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
