"""All that may happen next: a cycle with each fate of its request, the vendor, time, people, operators."""

from collections.abc import Iterator
from dataclasses import replace

from tests.model import invariants
from tests.model.bridge import Bridge
from tests.model.days import LIVED, around, name, period_start
from tests.model.memory import LONG, Memory, at_rest, canonical, started
from tests.model.rash import Proposal
from tests.model.state import Faults, Move, State, Violation
from tests.model.values import Answered, Reply, Sending, Sight
from tests.model.vendor import A_PERSON, UNITS, Landed, OnItsWay, Vendor, arrived, level

MU = 2  # waits until a request that was held has arrived
EDITS = (5, -5)
WEEKS_AFTER = 1  # the day that is followed by 31 March


class World:
    """The moves of one line under one meaning of uniqueness and one set of faults."""

    def __init__(
        self,
        bridge: Bridge,
        uniqueness: str,
        *,
        targets: tuple[int, ...] = (15, 18, 10),
        rash: bool = False,
        last_day: int = 4,
        endless: bool = False,
    ) -> None:
        self.bridge = bridge
        self.uniqueness = uniqueness
        self.targets = targets
        self.rash = rash
        self.last_day = last_day
        self.endless = endless  # held requests may arrive after μ

    def start(self, day: int, faults: Faults) -> State:
        memory = self.bridge.number(canonical(at_rest(day)))
        figures = (UNITS,) * day if self.bridge.dating.counts_days else ()
        wanted = tuple(sorted({UNITS, self.targets[0]}))
        return State(day, Vendor(), memory, self.targets[0], faults, wanted, figures)

    def after(self, state: State) -> Iterator[Move]:
        yield from self.cycles(state)
        if self.rash:
            for proposal in self._proposals(state):
                yield from self.cycles(state, proposal)
        yield from self._vendor_moves(state)
        yield from self._time(state)
        yield from self._people(state)
        yield from self._operators(state)

    # A cycle

    def sight(self, state: State) -> Sight:
        return Sight(
            state.day,
            state.vendor.seen,
            state.target,
            state.figures,
            state.vendor.posted,
            is_blank=state.is_blank,
            clock_ahead=state.clock_ahead,
        )

    def cycles(self, state: State, rashly: Proposal | None = None) -> Iterator[Move]:
        sight = self.sight(state)
        words = "a cycle" if rashly is None else f"a rash plan {_told(rashly)}"
        going: list[tuple[State, tuple[Answered, ...], str, Violation | None]] = [(state, (), words, None)]
        while going:
            now, answers, so_far, wrong = going.pop()
            ended = self.bridge.cycle(state.memory, sight, answers, rashly)
            if isinstance(ended, Sending):
                for fate, after, reply, violation in self._fates(now, ended):
                    answered = Answered(reply, after.vendor.seen)
                    sent = f"{so_far}: {ended.change:+} for {name(ended.day)} is sent, {fate}"
                    wrong = wrong or violation or _not_as_shown(rashly, ended)
                    going.append((after, (*answers, answered), sent, wrong))
            elif rashly is None or answers or ended.memory != state.memory:
                after = now._replace(memory=ended.memory)
                wrong = wrong or invariants.of_verdict(after, ended.said, self.bridge.dating)
                yield Move(f"{so_far}; {self.told(after, ended.said)}", after, wrong)

    def told(self, state: State, said: str) -> str:
        kept = self.bridge.memories[state.memory].database.intents
        if not kept:
            return f"the line is {said}"
        held = ", ".join(f"{i.change:+} for {name(i.day)} {i.state}" for i in kept)
        return f"the line is {said}; kept: {held}"

    def _fates(self, state: State, sending: Sending) -> Iterator[tuple[str, State, Reply, Violation | None]]:
        """What becomes of one request, and what the bridge hears of it."""
        request, left = Landed(sending.day, sending.change, sending.intent), state.left
        yield from self._applied(state, sending, request)
        if left.lost:
            lost = _wrong(state, lost=left.lost - 1)
            yield "lost before it arrived", lost, Reply.LOST, None
            for words, after, _, wrong in self._applied(lost, sending, request):
                yield f"{words}, the answer is lost", after, Reply.LOST, wrong
        if left.restart:
            died = _wrong(state, restart=left.restart - 1)
            yield "and the process dies before it left", died, Reply.CRASH, None
            for words, after, _, wrong in self._applied(died, sending, request):
                yield f"{words}, and the process dies before the answer", after, Reply.CRASH, wrong
        if left.delayed:
            held = _wrong(state, delayed=left.delayed - 1)
            waiting = (*held.vendor.on_its_way, OnItsWay(request))
            held = held._replace(vendor=held.vendor._replace(on_its_way=waiting))
            yield "held by the vendor, the answer is lost", held, Reply.LOST, None

    def _applied(
        self, state: State, sending: Sending, request: Landed
    ) -> Iterator[tuple[str, State, Reply, Violation | None]]:
        landed = arrived(state.vendor, request, self.uniqueness)
        if landed is None:
            yield "refused as duplicate data", state, Reply.DUPLICATE, None
            return
        is_posted = state.vendor.posted is not None and period_start(request.day) <= state.vendor.posted
        for words, after in self._shown_or_not(state._replace(vendor=landed)):
            if is_posted:
                yield f"applied{words}", after, Reply.ACCEPTED, Violation("a posted period was changed")
                continue
            wrong = invariants.of_landing(after, request) or invariants.of_write(state, after, sending)
            yield f"applied{words}", after, Reply.ACCEPTED, wrong

    def _shown_or_not(self, state: State) -> Iterator[tuple[str, State]]:
        """A landing is shown at once, or not for a while."""
        yield "", state
        if state.left.lag and not state.vendor.unseen and not state.vendor.gone_back:
            hidden = _wrong(state, lag=state.left.lag - 1)
            vendor = hidden.vendor._replace(unseen=1, unseen_left=1)
            yield ", not shown yet", hidden._replace(vendor=vendor)

    # The vendor

    def _vendor_moves(self, state: State) -> Iterator[Move]:
        vendor, left = state.vendor, state.left
        for place in range(len(vendor.on_its_way)):
            yield from self._arrival(state, place)
        if vendor.unseen:
            shown = vendor._replace(unseen=0, unseen_left=0)
            yield Move("reads catch up", state._replace(vendor=shown))
        if vendor.gone_back:
            yield Move(
                "reads are fresh again",
                state._replace(vendor=vendor._replace(gone_back=False, stays_back=False)),
            )
        elif vendor.landed and not vendor.unseen and vendor.landed[-1].day >= around(state.day)[0]:
            yield from self._going_back(state)
        if state.is_blank:
            yield Move("rows are shown again", state._replace(is_blank=False))
        elif left.blank:
            yield Move("reads bring no rows", _wrong(state, blank=left.blank - 1)._replace(is_blank=True))

    def _going_back(self, state: State) -> Iterator[Move]:
        left, words = state.left, "reads go back to before the last change"
        back = state.vendor._replace(gone_back=True)
        if left.back:
            yield Move(words, _wrong(state, back=left.back - 1)._replace(vendor=back))
        if left.stale:
            gone = _wrong(state, stale=left.stale - 1)
            yield Move(f"{words}, and stay there", gone._replace(vendor=back._replace(stays_back=True)))

    def _arrival(self, state: State, place: int) -> Iterator[Move]:
        held = state.vendor.on_its_way
        request = held[place].request
        rest = state.vendor._replace(on_its_way=held[:place] + held[place + 1 :])
        said = f"the held request {request.change:+} for {name(request.day)} arrives"
        landed = arrived(rest, request, self.uniqueness)
        if landed is None:
            yield Move(f"{said} and is refused as duplicate data", state._replace(vendor=rest))
            return
        for words, after in self._shown_or_not(state._replace(vendor=landed)):
            yield Move(f"{said}{words}", after, invariants.of_landing(after, request))

    # Time

    def _time(self, state: State) -> Iterator[Move]:
        yield from self.wait(state)
        if state.day < self.last_day:
            yield from self._midnight(state)

    def _midnight(self, state: State) -> Iterator[Move]:
        """Midnight may come at any moment. Between 2 and 31 March every wait is over."""
        going = [Move("midnight", state)]
        for _ in range(LONG if state.day == WEEKS_AFTER else 0):
            going = [later for move in going for later in self.wait(move.state)]
        for move in going:
            day = state.day + 1
            figures = (*state.figures, state.target) if self.bridge.dating.counts_days else ()
            back = move.state.vendor.gone_back and day != WEEKS_AFTER + 1
            vendor = move.state.vendor._replace(
                gone_back=back, stays_back=move.state.vendor.stays_back and back
            )
            later = move.state._replace(day=day, figures=figures, vendor=vendor)
            yield Move(f"midnight: {name(LIVED[day])}", later, move.violation)

    def wait(self, state: State) -> Iterator[Move]:
        """λ passes. What was unseen or stale is over; what was held for μ arrives as the wait ends."""
        vendor = state.vendor
        is_shown = vendor.unseen_left <= 1
        vendor = vendor._replace(
            unseen=0 if is_shown else vendor.unseen,
            unseen_left=0 if is_shown else vendor.unseen_left - 1,
            gone_back=vendor.stays_back,
            on_its_way=tuple(one._replace(age=min(one.age + 1, MU)) for one in vendor.on_its_way),
        )
        aged = state._replace(vendor=vendor, memory=self.bridge.waited(state.memory))
        going = [Move("half an hour passes (λ)", aged)]
        while going:
            move = going.pop()
            held = move.state.vendor.on_its_way
            due = next((place for place, one in enumerate(held) if one.age >= MU), None)
            if due is None or self.endless or move.violation is not None:
                yield move
                continue
            going += [
                Move(f"{move.words}; {one.words}", one.state, one.violation)
                for one in self._arrival(move.state, due)
            ]

    # People and operators

    def _people(self, state: State) -> Iterator[Move]:
        left = state.left
        if left.target:
            for units in self.targets:
                if units != state.target:
                    wanted = tuple(sorted({*state.wanted, units}))
                    new = state._replace(
                        target=units, wanted=wanted, left=left._replace(target=left.target - 1)
                    )
                    yield Move(f"{units} are wanted now", new)
        if left.posting:
            posted = state.vendor._replace(posted=period_start(LIVED[state.day]))
            yield Move("the running period is posted", _wrong(state, posting=0)._replace(vendor=posted))
        if left.foreign:
            for day in around(state.day):
                for change in EDITS:
                    yield from self._edit(state, Landed(day, change, A_PERSON))

    def _edit(self, state: State, edit: Landed) -> Iterator[Move]:
        landed = arrived(state.vendor, edit, self.uniqueness)
        if landed is not None:
            edited = _wrong(state, foreign=state.left.foreign - 1)._replace(vendor=landed)
            yield Move(f"a person changes {edit.change:+} from {name(edit.day)}", edited)

    def _operators(self, state: State) -> Iterator[Move]:
        left, memory = state.left, self.bridge.memories[state.memory]
        if left.restart:
            again = _wrong(state, restart=left.restart - 1)
            yield Move("the process restarts", again._replace(memory=self._kept(started(memory))))
        if left.restore and state.backup is None:
            yield Move("the database is copied", state._replace(backup=state.memory))
        if left.restore and state.backup is not None:
            put_back = started(memory, self.bridge.memories[state.backup].database)
            back = _wrong(state, restore=left.restore - 1)
            yield Move(
                "the copy is put back: file and marker are ahead of it",
                back._replace(memory=self._kept(put_back), backup=None),
            )
            unnoticed = replace(put_back, file=None, marker=str(put_back.database.proof))
            yield Move(
                "the copy is put back: the file is gone, and the marker is as old as the copy",
                back._replace(memory=self._kept(unnoticed), backup=None),
            )
        if left.ahead and not state.clock_ahead:
            yield Move("the bridge's clock is a day ahead", _ahead(state))
        approved = self.bridge.approved(state.memory, self.sight(state))
        if approved is not None:
            yield Move("a person approves the first plan after the restore", state._replace(memory=approved))

    def _kept(self, memory: Memory) -> int:
        return self.bridge.number(canonical(memory))

    # Plans without judgement

    def _proposals(self, state: State) -> Iterator[Proposal]:
        if state.is_blank:
            yield Proposal(period_start(LIVED[state.day]), 0, state.target, is_first_report=True)
            return
        seen = tuple(Landed(day, change, A_PERSON) for day, change in state.vendor.seen)
        yesterday, today, tomorrow = around(state.day)
        found: set[Proposal] = set()
        for day in {yesterday, today, tomorrow, period_start(today)}:
            for believed in {level(seen, today), level(seen, day), UNITS}:
                if believed != state.target:
                    found.add(Proposal(day, believed, state.target))
        if state.day and level(seen, yesterday) != state.target:
            found.add(Proposal(yesterday, level(seen, yesterday), state.target, shown_on=yesterday))
        yield from sorted(found, key=repr)


def _wrong(state: State, **left: int) -> State:
    return state._replace(left=state.left._replace(**left), went_wrong=True)


def _ahead(state: State) -> State:
    return _wrong(state, ahead=state.left.ahead - 1)._replace(clock_ahead=True)


def _not_as_shown(rashly: Proposal | None, sending: Sending) -> Violation | None:
    """What leaves was shown for this day: date, proration and amount are of the day (P12)."""
    is_retry = sending.tries > 1
    if rashly is None or rashly.shown_on is None or is_retry or sending.day != rashly.day:
        return None
    return Violation(f"what was shown on {name(rashly.shown_on)} leaves on another day")


def _told(proposal: Proposal) -> str:
    shown = f", shown on {name(proposal.shown_on)}" if proposal.shown_on else ""
    return f"from {proposal.before} to {proposal.after} on {name(proposal.day)}{shown}"
