"""A script is made shorter for as long as it goes wrong in the same way."""

from hypothesis import given
from hypothesis import strategies as st

from psabridge_proof.living import Happening
from psabridge_proof.shrinking import MOST_LIVES, shortest


def a_script(length: int) -> list[Happening]:
    return [("wait", {"minutes": number}) for number in range(length)]


@given(length=st.integers(3, 40), needed=st.sets(st.integers(0, 39), min_size=1, max_size=3))
def test_what_is_not_needed_is_left_out(length: int, needed: set[int]) -> None:
    script = a_script(length)
    wanted = [script[number] for number in sorted(needed) if number < length]

    found = shortest(script, lambda shorter: all(one in shorter for one in wanted))

    assert list(found) == (wanted or [found[0]])


def test_it_gives_up_after_so_many_lives() -> None:
    lived = []

    found = shortest(a_script(1000), lambda shorter: lived.append(shorter) is None and len(shorter) == 999)

    assert len(lived) == MOST_LIVES
    assert len(found) == 1000
