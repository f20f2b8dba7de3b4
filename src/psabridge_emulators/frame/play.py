"""One request of the product, with whatever fault it meets."""

import json
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

from psabridge_emulators.frame.control import act
from psabridge_emulators.frame.delivery import RESET, Delivery, Ending
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.faults import FaultKind, FaultRule, Met
from psabridge_emulators.frame.pages import following, with_spoilt_row, without_first_rows
from psabridge_emulators.frame.wire import Reply, Request

Play = Callable[[Emulation, str, Request, FaultRule], Delivery]

_HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


def ask(emulation: Emulation, name: str, request: Request) -> Delivery:
    """Answer one request of the product; hooks run right before and right after the vendor acts."""
    met = emulation.faults.meet(name, request, emulation.now)
    failure = _hooks(emulation, name, met, after=False)
    if failure is not None:
        return Delivery(failure)
    if met.rule is None:
        delivery = Delivery(emulation.land(name, request))
    else:
        delivery = PLAYS[met.rule.kind](emulation, name, request, met.rule)
    failure = _hooks(emulation, name, met, after=True)
    kind = None if met.rule is None else met.rule.kind.value
    emulation.record(name, request, delivery, kind)
    return delivery if failure is None else Delivery(failure)


def _hooks(emulation: Emulation, name: str, met: Met, *, after: bool) -> Reply | None:
    """Run the hooks; the answer that makes a hook that did not work loud, None when all worked."""
    for rule in met.hooks:
        for action in rule.after if after else rule.before:
            reply = act(emulation, name, action)
            if reply.status >= 400:
                failure = (
                    f"The hook {action.method} {action.path} failed: {reply.body.decode(errors='replace')}"
                )
                emulation.faults.failures.append(failure)
                return Reply.text(500, failure)
    return None


def _made(emulation: Emulation, rule: FaultRule, status: int, text: str) -> Reply:
    """An answer the rule words itself, with the headers it asks for."""
    headers: dict[str, str] = {}
    if rule.retry_after is not None and rule.retry_after_date:
        moment = emulation.now + timedelta(seconds=rule.retry_after)
        headers["Retry-After"] = format_datetime(moment.replace(microsecond=0), usegmt=True)
    elif rule.retry_after is not None:
        headers["Retry-After"] = str(rule.retry_after)
    status = rule.status or status
    if rule.json is not None:
        return Reply.of(status, rule.json, **headers)
    if rule.text is not None and rule.text.startswith("<"):
        return Reply(status, rule.text.encode(), "text/html", headers)
    # Both vendors' clients must read an error in the Autotask envelope or in none (autotask-rest.md 3).
    return Reply.of(status, {"errors": [rule.text if rule.text is not None else text]}, **headers)


def _says(status: int, text: str) -> Play:
    """The vendor does not act; the answer is the rule's."""

    def play(emulation: Emulation, _name: str, _request: Request, rule: FaultRule) -> Delivery:
        return Delivery(_made(emulation, rule, status, text))

    return play


def _error_applied(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    emulation.land(name, request)
    return Delivery(_made(emulation, rule, 500, "An unexpected error occurred."))


def _fourth_thread(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    refusal = emulation.vendor(name).too_many_at_once(request)
    return Delivery(refusal or _made(emulation, rule, 429, "Too many requests at once."))


def _reset_before(_emulation: Emulation, _name: str, _request: Request, _rule: FaultRule) -> Delivery:
    return RESET


def _reset_after(emulation: Emulation, name: str, request: Request, _rule: FaultRule) -> Delivery:
    emulation.land(name, request)
    return RESET


def _lost_before(_emulation: Emulation, _name: str, _request: Request, rule: FaultRule) -> Delivery:
    return Delivery(None, Ending.CLOSED, wait=rule.seconds)


def _slow(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    if not rule.applied:
        return Delivery(None, Ending.CLOSED, wait=rule.seconds)
    return Delivery(emulation.land(name, request), wait=rule.seconds)


def _truncated(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    return Delivery(emulation.land(name, request), Ending.CUT, sent=rule.size)


def _body_instead(content_type: str, body: bytes) -> Play:
    """The vendor acts (unless the rule says not), its status stands, the body is another."""

    def play(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
        status = emulation.land(name, request).status if rule.applied else 200
        return Delivery(Reply(rule.status or status, body, content_type))

    return play


def _garbled(emulation: Emulation, name: str, request: Request, _rule: FaultRule) -> Delivery:
    reply = emulation.land(name, request)
    half = reply.body[: max(len(reply.body) // 2, 1)]
    return Delivery(Reply(reply.status, half + b'\x00"]}{', reply.content_type, reply.headers))


def _twice(emulation: Emulation, name: str, request: Request, _rule: FaultRule) -> Delivery:
    emulation.land(name, request)
    return Delivery(emulation.land(name, request))


def _hold(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    emulation.hold(name, request, seconds=rule.seconds, trigger=rule.trigger)
    return RESET


def _repeat_page(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    for exchange in reversed(emulation.calls.last(100)):
        if exchange.reply is not None and rule.means(exchange.vendor, exchange.request):
            return Delivery(exchange.reply)
    return Delivery(emulation.land(name, request))


def _skip_page(emulation: Emulation, name: str, request: Request, _rule: FaultRule) -> Delivery:
    reply = emulation.land(name, request)
    skipped = following(request, reply)
    return Delivery(reply if skipped is None else emulation.land(name, skipped))


def _drop_rows(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    return Delivery(without_first_rows(emulation.land(name, request), rule.size))


def _spoil_row(emulation: Emulation, name: str, request: Request, rule: FaultRule) -> Delivery:
    return Delivery(with_spoilt_row(emulation.land(name, request), rule.json))


PLAYS: dict[FaultKind, Play] = {
    FaultKind.BUSY: _says(503, "The service is temporarily unavailable."),
    FaultKind.REFUSE: _says(500, "The request was refused."),
    FaultKind.UNAUTHORIZED: _says(401, "Unauthorized"),
    FaultKind.HOURLY_LIMIT: _says(429, "The request threshold of this hour has been exceeded."),
    FaultKind.FOURTH_THREAD: _fourth_thread,
    FaultKind.ERROR_APPLIED: _error_applied,
    FaultKind.ERROR_NOT_APPLIED: _says(500, "An unexpected error occurred."),
    FaultKind.RESET_BEFORE: _reset_before,
    FaultKind.RESET_AFTER: _reset_after,
    FaultKind.LOST_BEFORE: _lost_before,
    FaultKind.SLOW: _slow,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.HTML: _body_instead("text/html", _HTML.format("Service Unavailable").encode()),
    FaultKind.EMPTY: _body_instead("application/json", b""),
    FaultKind.NULL_ITEM: _body_instead("application/json", json.dumps({"item": None}).encode()),
    FaultKind.GARBLED: _garbled,
    FaultKind.TWICE: _twice,
    FaultKind.HOLD: _hold,
    FaultKind.REPEAT_PAGE: _repeat_page,
    FaultKind.SKIP_PAGE: _skip_page,
    FaultKind.DROP_ROWS: _drop_rows,
    FaultKind.SPOIL_ROW: _spoil_row,
}
