"""What must hold of customers that come, stay and leave: judged by what the vendors hold and what people did.

The bridge is asked for nothing but its report, where something must be told. Every write to Acronis is judged
as it left, whether it arrived or not.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge_emulators.frame.calls import route_of
from psabridge_proof.orders import Orders
from psabridge_proof.provider import NAMES, Provider
from psabridge_proof.wire import Asked, Wire

BEGINNING = datetime.min.replace(tzinfo=UTC)
A_DAY = timedelta(days=1)
# A contract that somebody changed less than this before a request left may not have been seen by it.
UNSEEN = timedelta(minutes=25)
# The day on which it is first seen without anything sold is not whole, and the last one is not over.
NOT_COUNTED = 2
API = "/api/2"
_TENANT = re.compile(r"/api/2/tenants/([0-9a-f-]{36})")
_MAIL = re.compile(r"/api/2/users/([0-9a-f-]{36})/send-activation-email")
Hold = Callable[..., None]


@dataclass(slots=True)
class Past:
    """Of one customer. `empty`: days on which a cycle could see that nothing is sold to it."""

    was_sold: bool = False
    empty: set[date] = field(default_factory=set)
    before: set[date] = field(default_factory=set)  # `empty` when the last cycle began

    def begin_anew(self) -> None:
        self.empty.clear()
        self.before.clear()


@dataclass(slots=True)
class JudgeOfCustomers:
    provider: Provider
    wire: Wire
    hold: Hold
    orders: Orders = field(default_factory=Orders)
    done: Counter[str] = field(default_factory=Counter)  # writes to Acronis that arrived
    cut: set[int] = field(default_factory=set)  # cycles that were killed, overtaken or ended early
    restored_at: datetime | None = None
    _pasts: dict[str, Past] = field(default_factory=dict)
    _touched: dict[str, datetime] = field(default_factory=dict)  # by tenant, when a person last did
    _changed: dict[str, datetime] = field(default_factory=dict)  # by customer, its contracts
    _disabled: dict[str, datetime] = field(default_factory=dict)  # by tenant: we did, and did not undo it
    _tags: dict[str, str | None] = field(default_factory=dict)  # as they stood at the last look
    _mailed: dict[str, Asked] = field(default_factory=dict)  # by user
    _cycle_at: datetime = BEGINNING  # when the last cycle began
    _production_since: datetime = BEGINNING  # who was made in trial before it was ordered stays there
    _asked: int = 0
    _landed: int = 0

    def ordered(self, orders: Orders) -> None:
        if orders.wants_production and not self.orders.wants_production:
            self._production_since = self.provider.now
        self.orders = orders

    # ---- after everything that happens

    def look(self) -> None:
        """Everything that left since the last look, and what stands there now."""
        for asked in self.wire.asked[self._asked :]:
            self._left(asked)
        self._asked = len(self.wire.asked)
        for landed in self.provider.acronis.ledger[self._landed :]:
            self._arrived(landed)
        self._landed = len(self.provider.acronis.ledger)
        self._one_of_everything()
        self._tags = {one.id: one.internal_tag for one in self.provider.acronis.tenants.values()}

    def cycle_begins(self) -> None:
        self._cycle_at = self.provider.now
        self.wire.cycle += 1
        for past in self._pasts.values():
            past.before = set(past.empty)
        self.cycle_looks()

    def cycle_looks(self) -> None:
        """A cycle begins or ends: what it could see of each customer."""
        day = self.provider.billing_day
        if self.wire.unreachable or not self.provider.acronis.client_enabled:
            return
        for customer in self.provider.customers:
            self._look_at(customer, self._past(customer), day)

    def cycle_was_disturbed(self) -> None:
        """It may have seen nothing: what was sold while it read ends no count."""
        for past in self._pasts.values():
            past.empty |= past.before

    def touched(self, tenant: str, *, enabled: bool = False) -> None:
        """A person did something to it. Who enables what we disabled wants its days counted anew.

        A disabling that a restore forgot is known to nobody: its count began anew with the restore.
        """
        self._touched[tenant] = self.provider.now
        customer = self.provider.customer_of(tenant)
        if not enabled or tenant not in self._disabled or customer is None:
            return
        disabled = self._disabled.pop(tenant)
        if self.restored_at is None or self.restored_at < disabled:
            self._past(customer).begin_anew()

    def changed(self, customer: str) -> None:
        """Somebody changed what is sold to it."""
        self._changed[customer] = self.provider.now

    def _past(self, customer: str) -> Past:
        return self._pasts.setdefault(customer, Past())

    def _look_at(self, customer: str, past: Past, day: date) -> None:
        if customer in self.provider.unmapped or not self.provider.is_active(customer):
            return  # what is held is not looked at (R38)
        if self.provider.is_sold_to(customer, day):
            past.was_sold = True
            past.empty.clear()
        elif self._company(customer) in self.orders.exempt:
            past.empty.clear()
        elif not self.provider.is_to_come(customer, day):
            past.empty.add(day)

    def _company(self, customer: str) -> int:
        return self.provider.customers[customer].company_id

    def may_add(self) -> set[str]:
        """To Autotask: lines of what was switched on at Acronis, services that are mapped by name."""
        lines = {"ContractServices"} if self.orders.syncs_both_ways else set[str]()
        return lines | ({"Services"} if self.provider.offered else set())

    # ---- what left for Acronis

    def _left(self, asked: Asked) -> None:
        self._allowed(asked)
        tenant = _TENANT.fullmatch(asked.path.partition("?")[0])
        mail = _MAIL.fullmatch(asked.path)
        if mail is not None:
            self._mail(mail[1], asked)
        elif tenant is not None and asked.method == "DELETE":
            self._deletes(tenant[1], asked)
        elif tenant is not None and "enabled" in asked.body:
            (self._enables if asked.body["enabled"] else self._disables)(tenant[1], asked)
        elif tenant is not None and "internal_tag" in asked.body:
            self._tag(tenant[1], asked)
        elif (asked.method, asked.path) == ("POST", "/api/2/tenants"):
            self._creates(asked)

    def _allowed(self, asked: Asked) -> None:
        """What is only observed is never written, and what a person approves is never written without one."""
        is_state = _TENANT.fullmatch(asked.path.partition("?")[0]) is not None and (
            asked.method == "DELETE" or "enabled" in asked.body
        )
        mode = self.orders.mode("deprovisioning" if is_state else "provisioning")
        is_right = mode == "automatic" or (mode == "approve" and asked.before_person)
        self.hold("modes", f"{_told(asked)} while the mode is {mode}", holds=is_right)

    def _creates(self, asked: Asked) -> None:
        """R32: one for a company that has none, and none for a company that is mapped."""
        found = [
            one for one in self.provider.customers if self.provider.mark_of(one) == asked.body["internal_tag"]
        ]
        self.hold("R32", f"{_told(asked)} for no company of ours", holds=len(found) == 1)
        customer, mark = found[0], self.provider.mark_of(found[0])
        older = [one for one in self.provider.marked(customer) if one.created_at < asked.at]
        self.hold("one tenant", f"{_told(asked)}, and {mark} stood on another", holds=not older)
        has_one = customer in NAMES or customer in self.orders.mapped_by_hand
        text = f"{_told(asked)} for {customer}, which has a tenant"
        self.hold("one tenant", text, holds=not has_one or not self.provider.has_tenant(customer))
        self.hold("ACR-PRV-04", f"{_told(asked)}, and none are to be created", holds=self.orders.creates)

    def _mail(self, user: str, asked: Asked) -> None:
        """One activation mail; a second one only after an answer that nobody heard."""
        before = self._mailed.get(user)
        self._mailed[user] = asked
        if before is None:
            return
        was_forgotten = self.restored_at is not None and self.restored_at >= before.at
        is_story = not before.is_clear or before.cycle in self.cut or was_forgotten
        self.hold("one mail", f"a second mail to {user} at {asked.at:%d %b %H:%M}", holds=is_story)

    def _tag(self, tenant: str, asked: Asked) -> None:
        """R32: never over a foreign value, and only the mark of the company it is mapped to."""
        before, after = self._tags.get(tenant), asked.body["internal_tag"]
        is_free = not (before or "").strip() or self._is_mark(before)
        self.hold("R32", f"{_told(asked)} over '{before}'", holds=is_free)
        customer = self.provider.customer_of(tenant)
        self.hold("R32", f"{_told(asked)} on a tenant of nobody", holds=customer is not None)
        assert customer is not None
        is_mapped = customer not in self.provider.unmapped
        right = self.provider.mark_of(customer) if is_mapped else None
        self.hold("R32", f"{_told(asked)}; {customer} is mapped: {is_mapped}", holds=after == right)

    def _is_mark(self, tag: str | None) -> bool:
        return tag is not None and tag.startswith(f"psabridge:{self.provider.autotask.zone.database_id}:")

    # ---- tenants that end

    def _disables(self, tenant: str, asked: Asked) -> None:
        leaving = self.orders.leaving
        what = f"{_told(asked)}, disabling"
        self.hold("ACR-DEP-03", f"{what}, and it is off", holds=leaving.is_on)
        after = leaving.disable_after if leaving.disables else leaving.delete_after
        self._has_left(tenant, asked, after, what)

    def _deletes(self, tenant: str, asked: Asked) -> None:
        """R37, R61: disabled by us at least a day before, left alone since, and let go by a person."""
        leaving, what = self.orders.leaving, f"{_told(asked)}, deleting"
        self.hold("ACR-DEP-04", f"{what}, and it is off", holds=leaving.deletes)
        self._has_left(tenant, asked, leaving.delete_after, what)
        disabled = self._disabled.get(tenant)
        is_late = disabled is not None and asked.at - disabled >= A_DAY
        self.hold("R37", f"{what}; disabled {disabled}", holds=is_late)
        touched = self._touched.get(tenant)
        is_alone = touched is None or disabled is None or touched < disabled
        self.hold("R34", f"{what}; touched {touched}", holds=is_alone)
        is_let_go = asked.before_person or leaving.deletes_unasked
        self.hold("R61", f"{what} without a person", holds=is_let_go)

    def _has_left(self, tenant: str, asked: Asked, after: int, what: str) -> None:
        """Nothing is sold, that was seen to end, nobody exempted it, its days are over (R5, R19 to R21)."""
        customer = self.provider.customer_of(tenant)
        self.hold("I8", f"{what} a tenant of nobody", holds=customer is not None)
        assert customer is not None
        self.hold("I8", f"{what} {customer}, which is unmapped", holds=customer not in self.provider.unmapped)
        company, past = self._company(customer), self._past(customer)
        self.hold("R5", f"{what} {customer}, which is exempt", holds=company not in self.orders.exempt)
        if self._was_just_changed(customer, asked):
            return
        day = asked.at.astimezone(self.provider.zone).date()
        is_sold = self.provider.is_sold_to(customer, day)
        self.hold("R19", f"{what} {customer}, to which something is sold", holds=not is_sold)
        is_known = past.was_sold or company in self.orders.confirmed
        self.hold("R21", f"{what} {customer}, which was never seen to end", holds=is_known)
        empty = sorted(one for one in past.empty if one <= day)
        text = (
            f"{what} {customer} after {after} days; nothing was sold on {[f'{one:%d %b}' for one in empty]}"
        )
        self.hold("ACR-DEP-05", text, holds=len(empty) - NOT_COUNTED >= after)

    def _enables(self, tenant: str, asked: Asked) -> None:
        """R34: only what the bridge disabled and nobody touched since, when something is sold again."""
        customer, what = self.provider.customer_of(tenant), f"{_told(asked)}, enabling"
        self.hold("I8", f"{what} a tenant of nobody", holds=customer is not None)
        assert customer is not None
        disabled, touched = self._disabled.get(tenant), self._touched.get(tenant)
        is_ours = disabled is not None and (touched is None or touched < disabled)
        self.hold("R34", f"{what}; disabled by us {disabled}, touched {touched}", holds=is_ours)
        day = asked.at.astimezone(self.provider.zone).date()
        is_sold = self.provider.is_sold_to(customer, day) or self._was_just_changed(customer, asked)
        self.hold("R34", f"{what} {customer}, to which nothing is sold", holds=is_sold)

    def _was_just_changed(self, customer: str, asked: Asked) -> bool:
        changed = self._changed.get(customer)
        return changed is not None and changed >= asked.at - UNSEEN

    # ---- what arrived, and what stands there

    def _arrived(self, landed: Mapping[str, Any]) -> None:
        path = landed["path"].partition("?")[0]
        tenant, body = _TENANT.fullmatch(path), landed["body"] or {}
        if tenant is None:
            self.done[f"{landed['method']} {route_of(path.removeprefix(API))}"] += 1
        elif landed["method"] == "DELETE" or body.get("enabled") is True:
            self._disabled.pop(tenant[1], None)
            self.done["tenant deleted" if landed["method"] == "DELETE" else "tenant enabled again"] += 1
        elif body.get("enabled") is False:
            self._disabled[tenant[1]] = datetime.fromisoformat(landed["time"])
            self.done["tenant disabled"] += 1
        elif "internal_tag" in body:
            self.done["tag written" if body["internal_tag"] else "tag cleared"] += 1

    def _one_of_everything(self) -> None:
        """No doubled tenant, user, service or line, whoever asked for it twice."""
        tenants = Counter(
            one.internal_tag
            for one in self.provider.acronis.tenants.values()
            if self._is_mark(one.internal_tag) and not one.deleted_at
        )
        users = [one for one in self.provider.acronis.users.values() if not one.deleted_at]
        homes = {home for name, home in self.provider.homes.items() if name not in self.orders.mapped_by_hand}
        database = self.provider.autotask.database
        lines = ((row["contractID"], row["serviceID"]) for row in database["ContractServices"].all())
        found: dict[str, Counter[Any]] = {
            "tenant": tenants,
            "login": Counter(one.login for one in users),
            "first user": Counter(one.tenant_id for one in users if one.tenant_id in homes),
            "service": Counter(row["name"] for row in database["Services"].all()),
            "line": Counter(lines),
        }
        twice = [f"{what} {one}" for what, many in found.items() for one, count in many.items() if count > 1]
        self.hold("one of everything", f"twice there: {', '.join(twice)}", holds=not twice)

    # ---- what is shown

    def counted(self, mapped: int, unmapped: int) -> None:
        """I8: every tenant is counted, mapped or unmapped; those that came or went in the cycle may be."""
        world = self.provider.acronis
        every = [one for one in world.subtree(world.root_id, deleted=True) if one.kind == "customer"]
        sure = sum(one.deleted_at is None and one.created_at < self._cycle_at for one in every)
        text = f"{mapped} mapped and {unmapped} unmapped, of {sure} to {len(every)} tenants"
        self.hold("I8", text, holds=sure <= mapped + unmapped <= len(every))

    def complete_or_told(self, report: CycleReport) -> None:
        """A company that should have a tenant has a complete one, or the report names it (ACR-PRV-01)."""
        if not self.orders.creates or self.orders.mode("provisioning") != "automatic":
            return
        left = self.provider.unmapped | self.orders.mapped_by_hand
        for customer in sorted(self.provider.newcomers - left):
            if not self.provider.qualifies(customer):
                continue
            missing = list(self._missing(customer))
            company = self._company(customer)
            told = {one.code for one in report.findings if one.company == company}
            told |= {
                f"{one.state} {one.code or ''}".strip()
                for one in report.outcomes
                if one.step.company == company and one.state is not StepState.APPLIED
            }
            text = f"{customer} lacks {missing}, and nothing is said"
            self.hold("complete or told", text, holds=not missing or bool(told))

    def _missing(self, customer: str) -> Iterator[str]:
        tenant = self.provider.tenant_of(customer)
        if tenant is None or tenant.deleted_at is not None:
            yield "a tenant"
            return
        users = [one for one in self.provider.acronis.users.values() if one.tenant_id == tenant.id]
        if not any(policy["role_id"] == "company_admin" for one in users for policy in one.policies):
            yield "an administrator"
        mailed = {mail["user_id"] for mail in self.provider.acronis.mails}
        if not mailed & {one.id for one in users}:
            yield "an activation mail"
        is_ordered = self.orders.wants_production and tenant.created_at > self._production_since
        if is_ordered and tenant.mode != "production":
            yield "production"
        if not any(item.status == 1 for item in tenant.items.values()):
            yield "anything that is on"


def _told(asked: Asked) -> str:
    return f"{asked.method} {asked.path} {asked.body or ''} left {asked.at:%d %b %H:%M}".replace("  ", " ")
