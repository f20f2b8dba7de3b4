"""Breadth first over every order of moves: the first violation found is a shortest one."""

from dataclasses import dataclass

from tests.model.moves import World
from tests.model.rest import Rest
from tests.model.state import Faults, Move, State


@dataclass(frozen=True, slots=True)
class Found:
    """What a search saw. `trace`: the moves to a violation, in words; empty when there is none."""

    states: int
    depth: int
    is_exhausted: bool
    trace: tuple[str, ...] = ()

    def __str__(self) -> str:
        end = "exhausted" if self.is_exhausted else "cut off"
        return f"{self.states} states, depth {self.depth}, {end}"

    @property
    def story(self) -> str:
        return "\n".join(f"{number:3} {words}" for number, words in enumerate(self.trace, 1))


def search(world: World, day: int, faults: Faults, *, max_states: int, max_depth: int = 99) -> Found:
    first, rest = world.start(day, faults), Rest(world)
    came: dict[State, tuple[State, str] | None] = {first: None}
    level, depth = [first], 0
    while level and depth < max_depth:
        following: list[State] = []
        for state in level:
            wrong = rest.violation(state)
            if wrong is not None:
                told = (*_trace(came, state), f"at rest: {wrong.what}")
                return Found(len(came), depth, is_exhausted=False, trace=told)
            for move in world.after(state):
                if move.violation is not None:
                    told = (*_trace(came, state), move.words, f"violation: {move.violation.what}")
                    return Found(len(came), depth + 1, is_exhausted=False, trace=told)
                if move.state not in came:
                    came[move.state] = (state, move.words)
                    following.append(move.state)
            if len(came) > max_states:
                return Found(len(came), depth, is_exhausted=False)
        level, depth = following, depth + 1
    return Found(len(came), depth, is_exhausted=not level)


def _trace(came: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    words: list[str] = []
    step = came[state]
    while step is not None:
        words.append(step[1])
        step = came[step[0]]
    return tuple(reversed(words))


__all__ = ["Found", "Move", "search"]
