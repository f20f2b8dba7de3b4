"""Fault rules: which request meets which fault, in a fixed order."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from psabridge_emulators.frame.wire import Request


class FaultKind(StrEnum):
    """What happens to a matching request; README.md says each in a sentence."""

    PASS = "pass"  # noqa: S105  a fault's name, no secret
    BUSY = "busy"
    REFUSE = "refuse"
    UNAUTHORIZED = "unauthorized"
    HOURLY_LIMIT = "hourly_limit"
    FOURTH_THREAD = "fourth_thread"
    ERROR_APPLIED = "error_applied"
    ERROR_NOT_APPLIED = "error_not_applied"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    LOST_BEFORE = "lost_before"
    SLOW = "slow"
    TRUNCATED = "truncated"
    HTML = "html"
    EMPTY = "empty"
    NULL_ITEM = "null_item"
    GARBLED = "garbled"
    TWICE = "twice"
    HOLD = "hold"
    REPEAT_PAGE = "repeat_page"
    SKIP_PAGE = "skip_page"
    DROP_ROWS = "drop_rows"
    SPOIL_ROW = "spoil_row"


# These stay in force until they are taken away: a revoked key does not come back by itself.
_LASTING = {FaultKind.UNAUTHORIZED, FaultKind.HOURLY_LIMIT}


@dataclass(frozen=True, slots=True)
class ControlAction:
    """A request to the back door, made by a rule."""

    path: str
    body: Any = None
    method: str = "POST"
    vendor: str | None = None  # None: the vendor whose request met the rule


@dataclass(frozen=True, slots=True)
class FaultRule:
    """Which requests are meant, and what happens to them."""

    kind: FaultKind = FaultKind.PASS
    vendor: str | None = None
    method: str | None = None
    path: str | None = None  # regular expression, searched without regard to case
    query: str | None = None  # the same, over the undecoded query string
    body: str | None = None  # text the body contains
    nth: int = 1  # the first matching request that meets the fault
    times: int | None = 1  # how many meet it; None: all from then on
    status: int | None = None
    text: str | None = None
    json: Any = None
    retry_after: int | None = None  # seconds
    retry_after_date: bool = False  # said as an HTTP date instead
    seconds: float = 0  # real for `slow` and `lost_before`, emulated for `hold` and `hourly_limit`
    trigger: str | None = None  # `hold`: wait for this name at /__control/release
    applied: bool = True  # whether the vendor acts on the request
    size: int = 20  # bytes sent of a truncated body; rows dropped of a page
    before: tuple[ControlAction, ...] = ()
    after: tuple[ControlAction, ...] = ()

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "FaultRule":
        """From the JSON of the back door; a key nobody knows is refused."""
        known = {member.name: member for member in fields(cls)}
        unknown = sorted(set(document) - set(known))
        if unknown:
            raise ValueError(f"A fault rule has no {', '.join(unknown)}; it has {', '.join(known)}.")
        values = dict(document)
        _check_types(values)
        values["kind"] = FaultKind(values.get("kind", FaultKind.PASS))
        for hook in ("before", "after"):
            values[hook] = tuple(ControlAction(**action) for action in values.get(hook, ()))
        if "times" not in values and values["kind"] in _LASTING:
            values["times"] = None
        return cls(**values)

    def means(self, vendor: str, request: Request) -> bool:
        if self.vendor is not None and self.vendor != vendor:
            return False
        if self.method is not None and self.method.upper() != request.method:
            return False
        if self.path is not None and not re.search(self.path, request.path, re.IGNORECASE):
            return False
        if self.query is not None and not re.search(self.query, request.query_string, re.IGNORECASE):
            return False
        return self.body is None or self.body.encode() in request.body


def _check_types(values: Mapping[str, Any]) -> None:
    """What would only fail when a request comes is refused here, where somebody reads it."""
    for name in ("path", "query"):
        if values.get(name) is not None:
            try:
                re.compile(values[name])
            except re.error as error:
                raise ValueError(f"{name} is no regular expression: {error}") from error
    for name in ("nth", "times", "status", "retry_after", "seconds", "size"):
        value = values.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise TypeError(f"{name} is a number, not {value!r}")


@dataclass(slots=True)
class Fault:
    """A rule in force, with what it has seen so far."""

    id: int
    rule: FaultRule
    seen: int = 0
    met: int = 0
    until: datetime | None = None

    def meets(self, now: datetime) -> bool:
        """Count one matching request and say whether it meets the fault."""
        self.seen += 1
        if self.seen < self.rule.nth or self._over(now):
            return False
        if self.rule.kind is FaultKind.HOURLY_LIMIT and self.until is None:
            self.until = now + timedelta(seconds=self.rule.seconds or 3600)
        self.met += 1
        return True

    def _over(self, now: datetime) -> bool:
        if self.until is not None and now >= self.until:
            return True
        return self.rule.times is not None and self.met >= self.rule.times

    def as_json(self) -> dict[str, Any]:
        told = {"id": self.id, "seen": self.seen, "met": self.met, "kind": self.rule.kind.value}
        for member in fields(FaultRule):
            value = getattr(self.rule, member.name)
            default = member.default if member.default is not MISSING else None
            if member.name not in {"kind", "before", "after"} and value != default:
                told[member.name] = value
        return told


@dataclass(frozen=True, slots=True)
class Met:
    """The faults one request meets: hooks of any number of rules, and at most one kind."""

    hooks: tuple[FaultRule, ...] = ()
    rule: FaultRule | None = None


NOTHING = Met()


@dataclass(slots=True)
class Faults:
    """All rules in force. They are asked in the order they came; the first that is not `pass` decides."""

    rules: list[Fault] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # hooks that did not work
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def add(self, rule: FaultRule) -> int:
        fault = Fault(next(self._ids), rule)
        self.rules.append(fault)
        return fault.id

    def clear(self) -> None:
        self.rules.clear()

    def remove(self, fault_id: int) -> bool:
        kept = [fault for fault in self.rules if fault.id != fault_id]
        found = len(kept) < len(self.rules)
        self.rules[:] = kept
        return found

    def meet(self, vendor: str, request: Request, now: datetime) -> Met:
        if not self.rules:
            return NOTHING
        hooks: list[FaultRule] = []
        for fault in self.rules:
            if not fault.rule.means(vendor, request) or not fault.meets(now):
                continue
            hooks.append(fault.rule)
            if fault.rule.kind is not FaultKind.PASS:
                return Met(tuple(hooks), fault.rule)
        return Met(tuple(hooks), None)
