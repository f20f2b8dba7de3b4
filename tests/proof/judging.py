"""How the end of a run with a mishap compares with the one without, and in what it may differ."""

from dataclasses import dataclass, field, replace
from datetime import date

from psabridge.rules.units.intent import Decision
from tests.proof.ending import SHOWN, Ending
from tests.proof.forks import Verdict
from tests.proof.product import Product
from tests.proof.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True)
class Allowed:
    """`mails`: how often an activation mail may go out again, since nobody can be asked whether one left.

    `later`: tenants may be disabled, deleted or enabled later, listed: days are counted anew (ACR-DEP-05),
    and what the bridge did to them is not known any more (R34). `conflicts`: where both sides seem to have
    changed, the contract stands, listed (ACR-TWO-06).
    """

    mails: int = 0
    later: bool = False
    conflicts: bool = False


@dataclass(slots=True)
class Judging:
    """From the day of the mishap on, day by day."""

    subject: str
    product: Product
    rehearsed: Rehearsal
    allowed: Allowed
    said: set[str] = field(default_factory=set)  # what differed and may

    def judge(self, day: int, last: int) -> Verdict:
        """That day and the days up to `last`. What was sent again is dated a later day."""
        decided = self.product.decided
        fenced = [f"parked inside a period: {one.why}" for one, _ in decided if one.is_fenced]
        is_exact = all(word is Decision.IT_LANDED for _, word in decided) and not self._waits_for_tomorrow()
        if not is_exact:
            last = max(last, min(day + 2, self.rehearsed.stretch.last))
        wrong = []
        for later in range(day, last + 1):
            if later > day:
                self._live(later)
            if is_exact or later >= day + 2:
                wrong += self._differs(self.rehearsed.ends[later], since=not is_exact)
        if wrong and not is_exact and not self._waits(wrong, last):
            wrong = []
            self.said.add("right from the next period, and listed")
        if fenced or wrong:
            return Verdict(self.subject, "wrong", "; ".join([*fenced, *wrong][:4]))
        self.said |= {str(word) for _, word in decided}
        return Verdict(self.subject, ", ".join(["same", *sorted(self.said)]))

    def _waits_for_tomorrow(self) -> bool:
        """On a period's last day no first change is made: it would not show how rows are kept (D1)."""
        found = any(one.code == "D1" for one in self.product.report.outcomes)
        self.said |= {"units a day later, and listed"} if found else set()
        return found

    def _live(self, day: int) -> None:
        self.product.month.begin(day)
        self.product.live(day)

    def _differs(self, wanted: Ending, *, since: bool) -> list[str]:
        end = self._forgiven(Ending.of(self.product.month), wanted)
        for line in self._conflicts(end):
            self.said.add("a conflict decided for the contract, and listed")
            company = line.partition(" backup: ")[0]
            end, wanted = end.without(line, company), wanted.without(line, company)
        return end.differs(wanted, since=self._today if since else None)

    @property
    def _today(self) -> date:
        return self.product.month.today

    def _forgiven(self, end: Ending, wanted: Ending) -> Ending:
        again = end.mailed_again(wanted)
        if again and again <= self.allowed.mails:
            self.said.add("an activation mail again")
            end = replace(end, mails=wanted.mails)
        behind = end.later(wanted) if self.allowed.later else []
        if behind and all(self._is_listed(name) for name in behind):
            self.said.add("a tenant later, and listed")
            end = replace(end, states={**end.states, **{name: wanted.states[name] for name in behind}})
        return end

    def _conflicts(self, end: Ending) -> list[str]:
        """Lines of which it was told, and whose tenant may use now what the line says."""
        told = [subject for code, subject in self.product.findings if code == "ACR-TWO-06"]
        named = [line for line in end.units if any(_names(subject, line) for subject in told)]
        return [line for line in named if self.allowed.conflicts and self._is_agreed(end, line)]

    def _is_agreed(self, end: Ending, line: str) -> bool:
        units = end.units[line][SHOWN.index(self._today)]
        company = line.partition(" backup: ")[0]
        return any(name.startswith(f"{company} ") and item[1] == units for name, item in end.items.items())

    def _is_listed(self, name: str) -> bool:
        return any(name in finding.subject for finding in self.product.report.findings)

    def _waits(self, wrong: list[str], last: int) -> list[str]:
        """What is wrong although a decrease that was sent again waits for the next period, listed (R16)."""
        places = self.product.month.places()
        listed = {places[wish.line.number] for wish in self.product.report.plan.wishes}
        unlisted = [one for one in wrong if not one.startswith("sums") and not _is_of(one, listed)]
        if unlisted:
            return unlisted
        for day in (*range(last + 1, self.rehearsed.stretch.last + 1), *self.rehearsed.stretch.settled):
            self._live(day)
        return self._differs(self.rehearsed.settled, since=True)


def _names(subject: str, line: str) -> bool:
    company, _, service = line.partition(" backup: ")
    return company in subject and f"'{service}'" in subject


def _is_of(differs: str, lines: set[str]) -> bool:
    return any(differs.startswith(f"line {line} ") for line in lines)
