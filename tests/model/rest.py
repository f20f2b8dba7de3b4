"""What becomes of a line when nothing more goes wrong: it is right, or a person is told."""

from psabridge.rules.units.intent import IntentState
from tests.model.moves import World
from tests.model.state import Faults, Move, State, Violation
from tests.model.values import Said, Sending

# μ and two looks, twice over: a line that was in doubt, sent again, and in doubt again.
LONGEST = 16


class Rest:
    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[State, Violation | None] = {}

    def violation(self, state: State) -> Violation | None:
        calm = self._calm(state)
        if calm not in self._known:
            self._judge(calm)
        return self._known[calm]

    def _calm(self, state: State) -> State:
        """The same with no fault left: reads are fresh, the clock is right."""
        vendor = state.vendor._replace(unseen=0, unseen_left=0, gone_back=False, stays_back=False)
        return state._replace(vendor=vendor, left=Faults(), backup=None, is_blank=False, clock_ahead=False)

    def _judge(self, state: State) -> None:
        """Waits and cycles until nothing changes any more; every state on the way ends alike."""
        passed = [state]
        for _ in range(LONGEST):
            wrong, following, last = self._quietly(passed[-1])
            if wrong is None and following == passed[-1]:
                wrong = self._at_rest(last)
                break
            if wrong is not None or following in self._known:
                wrong = wrong or self._known[following]
                break
            passed.append(following)
        else:
            wrong = Violation(f"it does not come to rest: {last.words}")
        self._known.update(dict.fromkeys(passed, wrong))

    def _quietly(self, state: State) -> tuple[Violation | None, State, Move]:
        """A wait, a cycle, and a person who approves what waits for it after a restore."""
        (waited,) = self._world.wait(state)
        (cycled,) = self._world.cycles(waited.state)
        approved = self._world.bridge.approved(cycled.state.memory, self._world.sight(cycled.state))
        after = cycled.state if approved is None else cycled.state._replace(memory=approved)
        wrong = waited.violation or cycled.violation
        return wrong and Violation(f"{cycled.words}: {wrong.what}"), after, cycled

    def _at_rest(self, last: Move) -> Violation | None:
        world, state = self._world, last.state
        open_states = {intent.state for intent in world.bridge.memories[state.memory].open}
        if open_states - {IntentState.PARKED}:
            return Violation(f"a change stays {min(open_states)} for ever: {last.words}")
        ended = world.bridge.cycle(state.memory, world.sight(state))
        if isinstance(ended, Sending):
            return Violation(f"it goes on sending: {last.words}")
        if ended.said is Said.NOTHING:
            return Violation(f"the line is neither right nor listed: {last.words}")
        if not state.went_wrong and (ended.needs_person or open_states):
            return Violation(f"nothing went wrong, and a person is needed: {last.words}")
        return None
