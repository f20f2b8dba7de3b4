"""Every fault, what it is allowed to end in, and why (docs/protocol.md, rulings of the design).

A fault strikes one call, at the moment when that call is about to leave: what is done then stands in
`striking.py`. A condition stays until a person or time ends it. What is expected is said for each kind of
call, so that no fault can pass by being listed where it should end the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from tests.proof.spots import Spot
from tests.proof.striking import (
    Act,
    acronis_behind,
    acronis_current,
    end_contract,
    faults_over,
    foreign_edit,
    foreign_quota,
    hour_is_used,
    lag,
    no_lag,
    nothing,
    own_clock,
    post_period,
    reachable,
    renew_contract,
    restore,
    revoke,
    rows_missing,
    rule,
    skew,
    time_passes,
    touch_tenant,
    unreachable,
)


class End(StrEnum):
    """How a stretch with a fault compares with the one without."""

    SAME = "the same"
    DECIDED = "the same after a person decided"
    LATER = "right from a later day, and listed"
    NEXT = "right from the next period, and listed"
    HAND = "to be billed by hand, and listed"
    TWICE = "there twice, nothing written to either, and listed"
    MAIL = "the same, and an activation mail again"
    LEFT = "a tenant left as another touched it, and listed"
    UNMAILED = "an activation mail that was answered and did not leave, which nothing tells"
    OPTION = "an option of the field twice, which says the same"
    OVER = "nothing of ours on what ended; listed, or carried on by what renews it"


Ends = frozenset[End]
SAME = frozenset({End.SAME})


@dataclass(frozen=True, slots=True)
class Fault:
    """`inside`: a change of units inside a period; `first_day`: on its first day; `other`: any other write;
    `read`: a question. None: it does not strike such calls. `last_period`: either of the first two, on a
    contract that has no next period in which a decrease could begin (R16)."""

    name: str
    why: str
    begin: Act
    inside: Ends | None = SAME
    first_day: Ends | None = SAME
    other: Ends | None = SAME
    read: Ends | None = None
    taken_twice: Mapping[str, Ends] = field(default_factory=dict)  # where Autotask takes a date twice
    created: Ends | None = None  # of a write that makes something; None: as any other
    mailed: Ends | None = None  # of an activation mail; None: as any other
    deleted: Ends | None = None  # of a tenant's deletion; None: as any other
    lasts: timedelta | None = None
    end: Act | None = None
    at_look: bool = False  # at the last look at the line before the write instead of at the write

    def expected(self, spot: Spot, uniqueness: str, *, in_last_period: bool = False) -> Ends | None:
        kind = _kind(spot)
        if self.created is not None and spot.creates:
            return self.created
        if self.mailed is not None and spot.mails:
            return self.mailed
        if self.deleted is not None and spot.method == "DELETE":
            return self.deleted
        known: Ends | None = getattr(self, kind)
        if spot.is_units and uniqueness == "none":
            usual = self.taken_twice.get(kind, known)
            return self.taken_twice.get("last_period", usual) if in_last_period else usual
        return known


def _kind(spot: Spot) -> str:
    if spot.is_read:
        return "read"
    if not spot.is_units:
        return "other"
    return "first_day" if spot.is_on_first_day else "inside"


def _units_only(fault: Fault) -> Fault:
    return replace(fault, other=None)


def _for_a_while(fault: Fault, minutes: int, end: Act) -> Fault:
    return replace(fault, lasts=timedelta(minutes=minutes), end=end)


# ---- the table

S, D, L, N, H, TWICE, MAIL, LEFT, UNMAILED, OPTION, OVER = (frozenset({end}) for end in End)
# Not written, and the answer does not say so: inside a period it is sent again after μ with the same date; on
# a first day nothing would refuse a second one, so a person decides (protocol 2.3).
_LOST: dict[str, Any] = {"first_day": D, "why": "protocol 2.3: absent after μ"}
_LANDED: dict[str, Any] = {
    "mailed": S | MAIL,  # an empty answer is how it says yes
    "why": "protocol 2.3: the step is seen, the line stays closed until μ is over",
}
# Silence is how Acronis says yes: a tenant said to be deleted that is there was restored by a person (R34).
_UNDONE: dict[str, Any] = {**_LOST, "mailed": UNMAILED, "deleted": S | LEFT}
_SAID: dict[str, Any] = {"why": "protocol 2.3: nothing was written; waiting, the same intent and date"}

_ANSWERS: tuple[Fault, ...] = (
    Fault("busy", begin=rule("busy"), **_LOST),
    Fault("busy for 20 minutes", begin=rule("busy", retry_after=1200), **_LOST),
    Fault("429 with a long Retry-After", begin=rule("busy", status=429, retry_after=3600), **_SAID),
    Fault("429 with a dated Retry-After",
          begin=rule("busy", status=429, retry_after=900, retry_after_date=True), **_SAID),
    Fault("429 without Retry-After", begin=rule("busy", status=429), **_SAID),
    Fault("fourth thread", begin=rule("fourth_thread"), **_SAID),
    Fault("refused, no rights", "protocol 2.3: rejected; asked again another day",
          rule("refuse", status=403, text="The logged in Resource does not have the adequate permissions"),
          inside=L | N, first_day=L | N),
    Fault("refused in unknown words", begin=rule("refuse", text="It was not carried out."), **_LOST),
    Fault("signed out once", begin=rule("unauthorized", times=1), **_SAID),
    Fault("500, applied", begin=rule("error_applied"), **_LANDED),
    Fault("500, not applied", begin=rule("error_not_applied"), **_LOST),
    Fault("502 of a gateway", begin=rule("html", status=502, applied=False), **_LOST),
    Fault("reset before", begin=rule("reset_before"), **_LOST),
    Fault("reset after", begin=rule("reset_after"), **_LANDED),
    Fault("lost on the way", begin=rule("lost_before"), **_LOST),
    Fault("truncated", begin=rule("truncated"), **_LANDED),
    Fault("garbled", begin=rule("garbled"), **_LANDED),
    Fault("HTML, applied", begin=rule("html"), **_LANDED),
    Fault("HTML, not applied", begin=rule("html", applied=False), **_LOST),
    Fault("null item, applied", begin=rule("null_item"), **_LANDED),
    Fault("null item, not applied", begin=rule("null_item", applied=False), **_UNDONE),
    Fault("empty, applied", begin=rule("empty"), **_LANDED),
    Fault("empty, not applied", begin=rule("empty", applied=False), **_UNDONE),
    Fault("slow beyond the deadline, applied", begin=rule("slow", seconds=45), **_LANDED),
    Fault("slow beyond the deadline, not applied", begin=rule("slow", seconds=45, applied=False), **_LOST),
    Fault("arrives 40 minutes later", begin=rule("hold", seconds=2400), **_LANDED),
    Fault("delivered twice", "protocol 2.3: contested, and a step like ours stands", rule("twice"),
          taken_twice={"inside": N, "first_day": N, "last_period": N | H},
          created=S | TWICE | OPTION, mailed=MAIL),
)  # fmt: skip

_CONDITIONS: tuple[Fault, ...] = (
    _for_a_while(Fault("not reachable", "protocol 2.3: not sent", unreachable), 30, reachable),
    _for_a_while(Fault("credentials revoked", "R42: waiting until a person mends it", revoke), 40, restore),
    _for_a_while(Fault("the hour is used up", "protocol 2.3: waiting", hour_is_used), 60, nothing),
    _for_a_while(Fault("reads lag 5 minutes", "protocol 2.1: inside λ", lag(5)), 180, no_lag),
    _for_a_while(Fault("reads lag 25 minutes", "protocol 2.3: accepted, not visible: parked", lag(25),
                       inside=D, first_day=D, other=S | D), 180, no_lag),
    _for_a_while(Fault("the vendor's clock an hour ahead", "W11", skew(3600)), 30, skew(0)),
    Fault("asleep for two hours", "W1, 2.6.5: nothing leaves; what was committed is in doubt",
          time_passes(hours=2), first_day=D, other=S | D),
    _for_a_while(Fault("the bridge's clock an hour back", "W11", own_clock(-1)), 30, own_clock(0)),
    _for_a_while(Fault("the bridge's clock a day ahead", "W11", own_clock(24)), 30, own_clock(0)),
    Fault("asleep past midnight", "W1, W12: nothing planned yesterday leaves today; the doubtful one may",
          time_passes(hours=17), inside=S | L, first_day=D | N, other=S | L | D),
)  # fmt: skip

_MEANWHILE: tuple[Fault, ...] = (
    _units_only(Fault("changed by another at the write", "P15: parked, or confirmed and told", foreign_edit,
                      inside=S | D | N | H, first_day=S | D | N | H)),
    _units_only(Fault("changed by another at the look", "W3: planned anew", foreign_edit,
                      inside=S | L | N | H, first_day=S | D | L | N | H, at_look=True)),
    _units_only(Fault("posted at the write", "protocol 2.3: rejected, the next legal day", post_period,
                      inside=N | H, first_day=N | H)),
    _units_only(Fault("posted at the look", "W9: the next legal day", post_period,
                      inside=N | H, first_day=N | H, at_look=True)),
    _units_only(Fault("contract ended at the write", "W9, R9", end_contract, inside=OVER, first_day=OVER)),
    _units_only(Fault("contract ended at the look", "W9, R9", end_contract,
                      inside=OVER, first_day=OVER, at_look=True)),
    _units_only(Fault("contract renewed at the write", "W9", renew_contract, inside=OVER, first_day=OVER)),
    _units_only(Fault("contract renewed at the look", "W9", renew_contract,
                      inside=OVER, first_day=OVER, at_look=True)),
)  # fmt: skip

_ACRONIS_BEHIND = _for_a_while(
    Fault("reads of Acronis lag 20 minutes", "design 7: what was asked for is not asked for again before μ",
          acronis_behind), 20, acronis_current)  # fmt: skip

_QUOTA_CHANGED = Fault("quota changed by another", "design 7: refused as stale, read and set", foreign_quota)

_TENANT_TOUCHED = Fault(
    "tenant touched by another", "R34: refused as stale; what it disabled and another touched is not its own",
    touch_tenant, other=S | LEFT)  # fmt: skip

_READS: dict[str, Any] = {"inside": None, "first_day": None, "other": None, "read": S}
_READ_WHY = "I6: an answer that is not whole is no answer; asked again, or in the next cycle"


def _of_a_read(fault: Fault) -> Fault:
    """What a question can meet: nothing it does is applied, so one of a pair is enough."""
    return replace(
        fault, why=_READ_WHY, inside=None, first_day=None, other=None, mailed=None, deleted=None, read=S
    )


_PAGES: tuple[Fault, ...] = (
    Fault("a page repeated", _READ_WHY, rule("repeat_page"), **_READS),
    Fault("a page skipped", _READ_WHY, rule("skip_page"), **_READS),
    Fault("a row missing", _READ_WHY, rule("drop_rows", size=1), **_READS),
    Fault("all rows missing", _READ_WHY, rule("drop_rows", size=500), **_READS),
    _for_a_while(Fault("a row missing for 40 minutes", _READ_WHY, rows_missing, **_READS), 40, faults_over),
)

_NO_QUESTION = re.compile("applied$(?<!not applied)|twice|later|lag|clock|asleep|20 minutes")

FAULTS: tuple[Fault, ...] = (
    *_ANSWERS,
    *_CONDITIONS,
    *_MEANWHILE,
    _QUOTA_CHANGED,
    _ACRONIS_BEHIND,
    _TENANT_TOUCHED,
    *(_of_a_read(one) for one in (*_ANSWERS, *_CONDITIONS) if not _NO_QUESTION.search(one.name)),
    *_PAGES,
)

# An earlier answer of these is no page but an old answer, which carries no moment to tell it by.
_ANSWERED_WHOLE = ("/tenants/usages", "/infra", "/locations", "/token")


def strikes(fault: Fault, spot: Spot) -> bool:
    """Whether there is something to strike: only a quota has a version, and only lists have pages."""
    if fault is _QUOTA_CHANGED:
        return spot.method == "PUT" and spot.route.endswith("/offering_items")
    if fault is _TENANT_TOUCHED:
        return (
            spot.vendor == "acronis"
            and spot.method in {"PUT", "DELETE"}
            and spot.route.endswith("/tenants/{id}")
        )
    if fault is _ACRONIS_BEHIND:
        return spot.vendor == "acronis" and not spot.is_read and not spot.route.endswith("/token")
    if fault.name.startswith("a page") and spot.route.endswith(_ANSWERED_WHOLE):
        return False
    return fault.expected(spot, "start") is not None
