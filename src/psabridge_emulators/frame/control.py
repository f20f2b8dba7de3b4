"""The back door: time, faults, calls and the world, under `/__control/` on every port."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.faults import ControlAction, FaultRule
from psabridge_emulators.frame.wire import Reply, Request

PREFIX = "/__control/"

Route = Callable[[Emulation, str, Request], Reply]


def control(emulation: Emulation, name: str, request: Request) -> Reply:
    """Answer a back door request: the frame's own routes first, then the vendor's."""
    head = request.path.removeprefix(PREFIX).strip("/").split("/", 1)[0]
    route = ROUTES.get((request.method, head))
    if request.method != "GET":
        emulation.changes += 1
    if route is None:
        return emulation.vendor(name).control(request, emulation.now)
    try:
        return route(emulation, name, request)
    except (ValueError, TypeError) as error:
        return Reply.of(400, {"error": str(error)})


def act(emulation: Emulation, name: str, action: ControlAction) -> Reply:
    """Carry out a control action of a fault rule."""
    vendor = action.vendor or name
    if vendor not in emulation.places:
        return Reply.of(400, {"error": f"There is no vendor {vendor} here."})
    path, _, query = action.path.removeprefix(PREFIX).lstrip("/").partition("?")
    body = b"" if action.body is None else json.dumps(action.body).encode()
    headers = {"content-type": "application/json"}
    return control(emulation, vendor, Request(action.method.upper(), PREFIX + path, query, headers, body))


def _fields(request: Request, *known: str) -> dict[str, Any]:
    content = request.json() if request.body else {}
    if not isinstance(content, dict):
        raise TypeError("The body must be a JSON object.")
    unknown = sorted(set(content) - set(known))
    if unknown:
        raise ValueError(f"Nobody here knows {', '.join(unknown)}; known are {', '.join(known)}.")
    return content


def _show_clock(emulation: Emulation, _name: str, _request: Request) -> Reply:
    return Reply.of(200, {"now": emulation.now.isoformat(), "runs": emulation.clock.runs})


def _move_clock(emulation: Emulation, name: str, request: Request) -> Reply:
    wanted = _fields(request, "advance", "set", "runs")
    if "set" in wanted:
        emulation.clock.set(datetime.fromisoformat(wanted["set"]))
    if "advance" in wanted:
        emulation.clock.advance(float(wanted["advance"]))
    if "runs" in wanted:
        emulation.clock.run(runs=bool(wanted["runs"]))
    return _show_clock(emulation, name, request)


def _show_faults(emulation: Emulation, _name: str, _request: Request) -> Reply:
    return Reply.of(
        200,
        {
            "rules": [fault.as_json() for fault in emulation.faults.rules],
            "held": [held.as_json() for held in emulation.held.waiting],
            "landed": [{**held.as_json(), "status": reply.status} for held, reply in emulation.held.landed],
            "failures": emulation.faults.failures,
        },
    )


def _add_faults(emulation: Emulation, name: str, request: Request) -> Reply:
    content = request.json()
    documents: list[Mapping[str, Any]] = content if isinstance(content, list) else [content]
    rules = [FaultRule.read({"vendor": name, **document}) for document in documents]
    for rule in rules:
        if rule.vendor is not None and rule.vendor not in emulation.places:
            raise ValueError(f"There is no vendor {rule.vendor} here.")
    return Reply.of(200, {"ids": [emulation.faults.add(rule) for rule in rules]})


def _remove_faults(emulation: Emulation, _name: str, request: Request) -> Reply:
    """All rules, or one with `?id=`; held requests stay on their way unless `?held=drop`."""
    dropped = emulation.held.drop() if request.parameter("held") == "drop" else 0
    one = request.parameter("id")
    if one is None:
        emulation.faults.clear()
    elif not emulation.faults.remove(int(one)):
        return Reply.of(404, {"error": f"There is no fault {one}."})
    return Reply.of(200, {"dropped": dropped})


def _release(emulation: Emulation, _name: str, request: Request) -> Reply:
    wanted = _fields(request, "trigger")
    return Reply.of(200, {"released": emulation.held.release(wanted.get("trigger"))})


def _show_calls(emulation: Emulation, _name: str, request: Request) -> Reply:
    """Counts of both vendors; `?last=N` adds the last N exchanges with their bodies."""
    told: dict[str, Any] = {"calls": emulation.calls.summary()}
    last = request.parameter("last")
    if last is not None:
        told["last"] = [exchange.as_json() for exchange in emulation.calls.last(int(last))]
    return Reply.of(200, told)


def _forget_calls(emulation: Emulation, _name: str, _request: Request) -> Reply:
    emulation.calls.clear()
    return Reply.of(200, {})


def _show_world(emulation: Emulation, name: str, request: Request) -> Reply:
    """All of it; with a query, whatever part the vendor makes of that."""
    if request.query_string:
        return emulation.vendor(name).control(request, emulation.now)
    return Reply.of(200, emulation.vendor(name).dump())


def _set_latency(emulation: Emulation, name: str, request: Request) -> Reply:
    wanted = _fields(request, "ms", "slot_seconds", "threads")
    place = emulation.places[name]
    place.latency_ms = int(wanted.get("ms", place.latency_ms))
    place.gate.lag = float(wanted.get("slot_seconds", place.gate.lag))
    place.gate.threads = int(wanted.get("threads", place.gate.threads))
    told = {"ms": place.latency_ms, "slot_seconds": place.gate.lag, "threads": place.gate.threads}
    return Reply.of(200, told)


def _set_skew(emulation: Emulation, name: str, request: Request) -> Reply:
    place = emulation.places[name]
    place.skew_seconds = float(_fields(request, "seconds").get("seconds", 0))
    return Reply.of(200, {"seconds": place.skew_seconds})


def _show_mapping(emulation: Emulation, _name: str, _request: Request) -> Reply:
    return Reply.of(200, emulation.scene.mapping)


def _show_moves(emulation: Emulation, _name: str, _request: Request) -> Reply:
    return Reply.of(200, {"usage_moves": emulation.scene.usage_moves})


def _make_moves(emulation: Emulation, name: str, request: Request) -> Reply:
    """Let one step of the scene's later usage come; a step that does not exist is refused."""
    step = int(_fields(request, "step").get("step", 0))
    chosen = [move for move in emulation.scene.usage_moves if move["step"] == step]
    if not chosen:
        raise ValueError(f"Scene {emulation.scene.name} has no step {step}.")
    for move in chosen:
        reply = act(emulation, name, ControlAction(move["path"], move["body"], vendor=move["vendor"]))
        if reply.status >= 400:
            return reply
    return Reply.of(200, {"moved": [{"customer": move["customer"], "why": move["why"]} for move in chosen]})


def _keep(emulation: Emulation, _name: str, _request: Request) -> Reply:
    return Reply.of(200, {"kept": emulation.keep()})


ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "clock"): _show_clock,
    ("POST", "clock"): _move_clock,
    ("GET", "faults"): _show_faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _remove_faults,
    ("POST", "release"): _release,
    ("GET", "calls"): _show_calls,
    ("DELETE", "calls"): _forget_calls,
    ("GET", "world"): _show_world,
    ("POST", "latency"): _set_latency,
    ("POST", "skew"): _set_skew,
    ("GET", "mapping"): _show_mapping,
    ("GET", "moves"): _show_moves,
    ("POST", "moves"): _make_moves,
    ("POST", "keep"): _keep,
}
