"""Days, outages, returns, people, restores, a lost database: nothing is deleted that should live."""

from dataclasses import replace
from datetime import date

from hypothesis import event
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from psabridge.rules.leaving.due import Leavers
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.settings import Confirmation, Exemption, Leaving
from tests.builders import a_payg_contract, settings
from tests.rules.leaving_cast import A_DAY, COMPANY, NOT_READ, TENANT, Firm, due

DISABLE, DELETE = 1, 5
LEAVING = Leaving(disables=True, disable_after=DISABLE, deletes=True, delete_after=DELETE)
TROUBLES = ("later", "exempt", "confirmed", "enabled", "disabled", "touched", "touched", "lost", "restored")
LATER = a_payg_contract(11, starts=date(2061, 1, 1), ends=date(2062, 1, 1))


class Life(RuleBasedStateMachine):
    """One customer. The machine keeps its own account of what the bridge could know, day by day."""

    def __init__(self) -> None:
        super().__init__()
        self.firm = Firm(decided=settings(leaving=LEAVING))
        self.is_live = True
        self.unread = False
        self.whole_days: set[date] = set()  # days with a complete look that found nothing, and no other
        self.spoilt: set[date] = set()
        self.saw_live = False  # by this database, before the lack
        self.by_person = False  # the tenant's last change came from a person
        self.found = Leavers()

    @initialize(is_live=st.booleans())
    def begins(self, is_live: bool) -> None:
        """Seen with what is sold to it, which may be over the same day."""
        self._look()
        if not is_live:
            self.the_contract_ends_or_comes_back()

    # ---- what happens

    @rule(days=st.integers(1, 4), lost=st.sampled_from([False, False, True]))
    def cycles_go_on(self, days: int, lost: bool) -> None:
        """A day, a cycle, and what is due is done: the answer may be lost with the change landed."""
        for _ in range(days):
            self.firm.today += A_DAY
            self._look()
            self._do_what_is_due(lost=lost)
            self.firm.hour += 1
            self._look()
            self.firm.hour -= 1

    @rule()
    def the_contract_ends_or_comes_back(self) -> None:
        self.is_live = not self.is_live
        (self.firm.returns if self.is_live else self.firm.ends)()

    @rule(days=st.integers(1, 3), hours=st.integers(0, 1))
    def autotask_cannot_be_read(self, days: int, hours: int) -> None:
        """On whole days, or once on days that are read well an hour later."""
        for _ in range(days):
            self.firm.today += A_DAY
            self.unread = True
            self._look()
            self.unread = False
            for _ in range(hours):
                self._look()

    @rule(days=st.integers(1, 40))
    def nobody_looks(self, days: int) -> None:
        self.firm.today += days * A_DAY

    @rule(
        trouble=st.sampled_from(["unread", "later", "exempt", "confirmed", "enabled", "disabled", "touched"])
    )
    def people_and_outages(self, trouble: str) -> None:
        match trouble:
            case "later":
                has = LATER in self.firm.contracts
                rest = tuple(one for one in self.firm.contracts if one != LATER)
                self.firm.contracts = rest if has else (*rest, LATER)
            case "exempt":
                exempt = () if self.firm.decided.exempt_customers else (Exemption(COMPANY, "archive"),)
                self.firm.decided = replace(self.firm.decided, exempt_customers=exempt)
            case "confirmed":
                confirmed = (Confirmation(COMPANY, self.firm.today),)
                self.firm.decided = replace(self.firm.decided, leaving_confirmed=confirmed)
            case "lost" | "restored":
                self._the_database_is(trouble)
            case _:
                self._somebody_changes_the_tenant(trouble)

    def _somebody_changes_the_tenant(self, how: str) -> None:
        if self.firm.tenant is not None:
            state = {"enabled": True, "disabled": False}.get(how, self.firm.tenant.is_enabled)
            self.firm.touched(is_enabled=state)
            self.by_person = True

    def _the_database_is(self, what: str) -> None:
        if what == "restored":
            self.firm.epoch += 1
        else:
            self.firm.kept = {}
            self.saw_live = False
            self.by_person = True  # nobody can tell any more whose doing the tenant's state is
        self._forgotten()

    def _do_what_is_due(self, *, lost: bool) -> None:
        for wanted in due(self.found):
            if wanted is TenantState.DISABLED:
                self.firm.disable(answered=not lost)
                self.by_person = False
            elif wanted is TenantState.ENABLED:
                self.firm.touched(is_enabled=True)
                kept = self.firm.kept[TENANT]
                self.firm.kept[TENANT] = kept if lost else replace(kept, disabling=None)
            else:
                self._may_be_deleted()
                self.firm.delete()
                event("deleted")

    # ---- what must hold

    def _look(self) -> None:
        gaps = [NOT_READ] if self.unread else []
        self.found = self.firm.look(gaps=gaps)
        today, lacks = self.firm.today, not self.is_live
        exempt = bool(self.firm.decided.exempt_customers)
        if self.is_live:
            self.saw_live = True
            self._forgotten()
        if exempt:
            self._forgotten()
        if self.unread or LATER in self.firm.contracts or not lacks or exempt:
            self.spoilt.add(today)
        else:
            self.whole_days.add(today)
        self._judge()

    def _forgotten(self) -> None:
        self.whole_days.clear()
        self.spoilt.add(self.firm.today)

    @property
    def most_days(self) -> int:
        """Whole readable days before today since something was live."""
        return len({day for day in self.whole_days - self.spoilt if day < self.firm.today})

    def _judge(self) -> None:
        kept = self.firm.kept.get(TENANT)
        if kept is not None and kept.count.is_running:
            assert kept.count.days <= self.most_days
        wanted = due(self.found)
        if self.is_live or self.unread or LATER in self.firm.contracts:
            assert TenantState.DISABLED not in wanted
            assert TenantState.DELETED not in wanted
        if self.firm.decided.exempt_customers:
            assert set(wanted) <= {TenantState.ENABLED}
        if TenantState.DISABLED in wanted:
            assert self.most_days >= DISABLE
            assert self.saw_live or self.firm.decided.leaving_confirmed
        if TenantState.ENABLED in wanted:
            assert self.is_live
            assert not self.by_person

    def _may_be_deleted(self) -> None:
        """The last moment to say no."""
        assert not self.is_live
        assert not self.unread
        assert not self.firm.decided.exempt_customers
        assert not self.by_person
        assert self.most_days >= DELETE
        assert self.firm.tenant is not None
        assert not self.firm.tenant.is_enabled


Life.TestCase.settings = hypothesis_settings(max_examples=200, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
