"""An order over values of which some may be missing: what is missing comes first."""


def missing_first(value: object) -> tuple[bool, object]:
    """Two of these are never compared by a value that one of them has not."""
    return value is not None, value
