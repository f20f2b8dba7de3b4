"""A machine that looks for the order of events in which something must hold and does not (I1 to I10).

Its rules are the words of a life (`psabridge_proof.life`); after each of them the judge looks at the ledger,
after each cycle at the bridge's own books and at what is told. In the end everything comes to rest.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from psabridge_proof.one_life import ROOM, template  # isort: skip  makes Django ready

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from psabridge_proof.death import Mortal, mortal
from psabridge_proof.installation import close_database
from psabridge_proof.judge import Violation
from psabridge_proof.kept import Kept
from psabridge_proof.life import Life
from psabridge_proof.living import AT_A_CHANGE, Happening
from psabridge_proof.provider import NAMES, Opening
from psabridge_proof.script import ADJUSTMENTS, DOUBTS, REFUSALS, STRIKES, UNITS, ZONES

# Before a month's end, a leap day, a change of clocks and a year's end.
STARTS = (
    datetime(2026, 3, 28, 8, tzinfo=UTC),
    datetime(2028, 2, 27, 8, tzinfo=UTC),
    datetime(2026, 10, 30, 23, tzinfo=UTC),
    datetime(2026, 12, 30, 8, tzinfo=UTC),
)
BILLED = (("acme", "workstations"), ("acme", "storage"), ("cedar", "workstations"), ("cedar", "mailboxes"))
POST = {"vendor": "autotask", "method": "POST", "path": ADJUSTMENTS}
struck = st.sampled_from(STRIKES).map(lambda kind: {"kind": kind, **POST})
held = st.sampled_from([60, 1900, 3480]).map(lambda seconds: {"kind": "hold", "seconds": seconds, **POST})
slow = st.booleans().map(lambda applied: {"kind": "slow", "seconds": 45, "applied": applied, **POST})
refused = st.sampled_from(REFUSALS).map(lambda text: {"kind": "refuse", "text": text, **POST})
limited = st.sampled_from([{}, {"retry_after": 30}, {"retry_after": 900, "retry_after_date": True}]).map(
    lambda how: {"kind": "hourly_limit", "vendor": "autotask", **how}
)
half_read = st.builds(
    lambda kind, path, nth: {"kind": kind, "vendor": "autotask", "path": path, "nth": nth},
    st.sampled_from(["drop_rows", "repeat_page", "skip_page", "html", "truncated", "null_item"]),
    st.sampled_from([UNITS, "query", "usages"]),
    st.integers(1, 6),
)
anything = st.one_of(
    struck, struck, held, slow, refused, limited, half_read, st.just({"kind": "twice", **POST})
)


class LifeMachine(RuleBasedStateMachine):
    """`wrong`: the last life that went wrong, as a script that can be lived again."""

    uniqueness: ClassVar[tuple[str, ...]] = DOUBTS["uniqueness"]
    wrong: ClassVar[Kept[Opening] | None] = None

    @initialize(
        start=st.sampled_from(STARTS),
        zone=st.sampled_from(ZONES),
        lines_at=st.sampled_from([0, 10]),
        data=st.data(),
    )
    def begins(self, start: datetime, zone: str, lines_at: int, data: st.DataObject) -> None:
        doubts = {name: data.draw(st.sampled_from(values), label=name) for name, values in DOUBTS.items()}
        doubts["uniqueness"] = data.draw(st.sampled_from(self.uniqueness), label="U")
        self.folder = ROOM / "machine"
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(template(), self.folder)
        self.opening = Opening(start, zone, lines_at=lines_at, doubts=doubts)
        self.script: list[Happening] = []
        random.seed(0)  # as in `live`
        self.life = Life(self.folder, self.opening)
        self.born = mortal(Mortal())
        self.life.mortal = self.born.__enter__()
        self.life.judge.look()
        for _ in range(2):  # the first sync, and the changes that go after the first one
            self.happen("cycle")
            self.happen("wait", minutes=11)

    def happen(self, word: str, **values: Any) -> None:  # noqa: ANN401  the words' own
        self.is_right = False
        self.script.append((word, values))
        with self._kept():
            self.life.happen(word, values)
        self.is_right = True

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except Violation as violation:
            LifeMachine.wrong = Kept(str(violation), self.opening, tuple(self.script))
            raise

    # ---- usage, contracts, other people

    @rule(billed=st.sampled_from(BILLED), amount=st.integers(0, 90))
    def usage(self, billed: tuple[str, str], amount: int) -> None:
        self.happen("usage", customer=billed[0], name=billed[1], amount=amount)

    @rule(customer=st.sampled_from(NAMES))
    def usage_is_withheld(self, customer: str) -> None:
        self.happen("withhold", customer=customer)

    @rule(customer=st.sampled_from(["acme", "cedar"]))
    def usage_is_withheld_where_decreases_count_at_once(self, customer: str) -> None:
        self.policy("as_it_changes", waits=False)
        self.happen("withhold", customer=customer)
        self.happen("cycle")

    @rule(customer=st.sampled_from(NAMES))
    def usage_is_back(self, customer: str) -> None:
        self.happen("give_back", customer=customer)

    @rule(
        line=st.integers(0, 4),
        days=st.sampled_from([-2, 0, 0, 1]),
        change=st.sampled_from([-3, 2, 5]),
        by=st.sampled_from(["person", "api:other"]),
    )
    def another_edits(self, line: int, days: int, change: int, by: str) -> None:
        self.happen("edit", line=line, days=days, change=change, by=by)

    @rule(contract=st.integers(0, 2), days=st.sampled_from([-10, 0, 20]))
    def a_period_is_posted(self, contract: int, days: int) -> None:
        self.happen("post", contract=contract, days=days)

    @rule(contract=st.integers(0, 2))
    def it_is_unposted(self, contract: int) -> None:
        self.happen("unpost", contract=contract)

    @rule(contract=st.integers(0, 2), days=st.sampled_from([0, 3]), linked=st.sampled_from(["new", "none"]))
    def a_contract_ends_and_is_renewed(self, contract: int, days: int, linked: str) -> None:
        self.happen("end", contract=contract, days=days)
        self.happen("renew", contract=contract, linked=linked)

    @rule(contract=st.integers(0, 2), payg=st.sampled_from(["Yes", "No", None]))
    def the_field_is_switched(self, contract: int, payg: str | None) -> None:
        self.happen("kind", contract=contract, payg=payg)

    @rule(customer=st.sampled_from(NAMES), active=st.booleans())
    def a_company_is_closed_or_opened(self, customer: str, *, active: bool) -> None:
        self.happen("company", customer=customer, active=active)

    @rule(units=st.integers(0, 40))
    def a_person_sets_a_quota(self, units: int) -> None:
        self.happen("quota", customer="birch", item="pw_base_workstations", units=units)

    # ---- the operator

    @rule(customer=st.sampled_from(["cedar", "birch"]))
    def unmapped(self, customer: str) -> None:
        self.happen("unmap", customer=customer)

    @rule(customer=st.sampled_from(["cedar", "birch"]))
    def mapped_again(self, customer: str) -> None:
        self.happen("map", customer=customer)

    @rule(mode=st.sampled_from(["observe", "approve", "automatic", "automatic"]))
    def mode(self, mode: str) -> None:
        self.happen("settings", modes={"billing": mode, "provisioning": mode})

    @rule(policy=st.sampled_from(["as_it_changes", "period_close", "next_period"]), waits=st.booleans())
    def policy(self, policy: str, *, waits: bool) -> None:
        self.happen("settings", policy=policy, decreases_wait=waits)

    @rule()
    def a_plan_is_shown(self) -> None:
        self.happen("show")

    @rule()
    def the_shown_plan_is_applied(self) -> None:
        self.happen("approve_shown")

    @rule()
    def restarted(self) -> None:
        self.happen("restart")

    @rule()
    def backed_up(self) -> None:
        self.happen("backup")

    @precondition(lambda self: self.life.has_backup)
    @rule()
    def put_back(self) -> None:
        self.happen("restore")

    # ---- time and conditions

    @rule(hour=st.sampled_from([0, 8, 23]), minute=st.sampled_from([0, 52]))
    def next_day(self, hour: int, minute: int) -> None:
        self.happen("day", hour=hour, minute=minute)

    @rule(minutes=st.sampled_from([5, 11, 40, 75]))
    def later(self, minutes: int) -> None:
        self.happen("wait", minutes=minutes)

    @rule(minutes=st.sampled_from([-1500, -61, -3, 0, 0, 3, 70]))
    def the_clock_is_set(self, minutes: int) -> None:
        self.happen("wrong_clock", minutes=minutes)

    @rule(seconds=st.sampled_from([0, 30, 540]), alternating=st.booleans())
    def reads_lag(self, seconds: int, *, alternating: bool) -> None:
        self.happen("lag", seconds=seconds, alternating=alternating)

    # ---- the bridge

    @rule(person=st.booleans())
    def cycle(self, *, person: bool) -> None:
        self.happen("cycle", person=person)

    @rule(
        billed=st.sampled_from(BILLED),
        amount=st.integers(0, 90),
        fault=anything,
        again_after=st.sampled_from([None, 5, 15, 70]),
    )
    def moved_and_struck(
        self, billed: tuple[str, str], amount: int, fault: dict[str, Any], again_after: int | None
    ) -> None:
        self.usage(billed=billed, amount=amount)
        self.happen("cycle", faults=[fault])
        if again_after is not None:
            self.happen("wait", minutes=again_after)
            self.happen("cycle")

    @rule(
        billed=st.sampled_from(BILLED),
        amount=st.integers(0, 90),
        dies_at=st.integers(1, 90),
        fault=st.none() | struck,
    )
    def moved_and_killed(
        self, billed: tuple[str, str], amount: int, dies_at: int, fault: dict[str, Any] | None
    ) -> None:
        self.usage(billed=billed, amount=amount)
        self.happen("cycle", dies_at=dies_at, faults=[fault] if fault else [])

    @rule(
        billed=st.sampled_from(BILLED),
        amount=st.integers(0, 90),
        at=st.just(AT_A_CHANGE) | st.integers(1, 40),
    )
    def moved_and_overtaken(self, billed: tuple[str, str], amount: int, at: int) -> None:
        self.usage(billed=billed, amount=amount)
        self.happen("cycle", overtaken_at=at)

    @rule(billed=st.sampled_from(BILLED), amount=st.integers(0, 90))
    def moved_between_a_plan_and_its_approval(self, billed: tuple[str, str], amount: int) -> None:
        self.mode("approve")
        self.happen("cycle", person=False)
        self.happen("show")
        self.usage(billed=billed, amount=amount)
        self.happen("approve_shown")
        self.mode("automatic")

    @rule(customer=st.sampled_from(["acme", "cedar"]), amount=st.integers(1, 90))
    def closed_between_two_cycles_while_usage_moves(self, customer: str, amount: int) -> None:
        self.happen("cycle")
        self.happen("company", customer=customer, active=False)
        self.usage(billed=(customer, "workstations"), amount=amount)
        self.happen("cycle")

    @rule(line=st.integers(0, 4), change=st.sampled_from([-2, 3]))
    def cycle_with_an_edit_in_between(self, line: int, change: int) -> None:
        edit = {"line": line, "days": 0, "change": change, "by": "person"}
        self.happen("cycle", meanwhile=("edit", edit))

    def teardown(self) -> None:
        if not hasattr(self, "life"):
            return
        try:
            if self.is_right:
                with self._kept():
                    self.life.rest()
        finally:
            self.born.__exit__(None, None, None)
            close_database()
            shutil.rmtree(self.folder)
