"""Webhooks on, off, and how they stand (docs/operators/webhooks.md)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from psabridge.clients.address import server_of
from psabridge.connectors.autotask.webhooks import Hook, Wanted
from psabridge.kit.errors import BridgeError
from psabridge.rules.hints import HintOf
from psabridge.rules.words import PairingId
from psabridge.store.hints import DatabaseDoors, Door
from psabridge.store.secrets import Safe
from psabridge.wiring.bridge import Bridge

PATH_BYTES = 32
KEY_BYTES = 32  # 43 characters; Autotask takes 64 (A45)
LONGEST_ADDRESS = 400
LOOK_AGAIN = timedelta(hours=1)


class AddressWrong(BridgeError):
    """Autotask could not call in there."""


@dataclass(frozen=True, slots=True)
class HookState:
    subject: str
    is_right: bool
    text: str
    next_act: str = ""


def doors(bridge: Bridge) -> DatabaseDoors:
    return DatabaseDoors(Safe(bridge.environment.keys()))


def switch_on(
    bridge: Bridge,
    pairing: PairingId,
    address: str | None,
    *,
    who: str,
    at: datetime,
    step: Callable[[str], None],
) -> tuple[HookState, ...]:
    """Path and key are kept before the first request leaves: after a kill the same call goes on."""
    kept = doors(bridge)
    connection = _connection(bridge, pairing)
    there = kept.of(connection)
    where = _sound(address or (there.address if there is not None else ""))
    new = Door(connection, where, secrets.token_urlsafe(PATH_BYTES), secrets.token_urlsafe(KEY_BYTES))
    door = kept.keep(new, who=who, at=at)
    bridge.webhooks(pairing).switch_on(Wanted(door.address, door.path, door.key), step)
    return states(bridge, pairing)


def switch_off(
    bridge: Bridge, pairing: PairingId, *, who: str, at: datetime, step: Callable[[str], None]
) -> bool:
    """False: none were on. The door is forgotten last, so that an interrupted call can be repeated."""
    kept = doors(bridge)
    door = kept.of(_connection(bridge, pairing))
    if door is None:
        return False
    bridge.webhooks(pairing).switch_off(door.path, step)
    kept.forget(door, who=who, at=at)
    return True


def states(bridge: Bridge, pairing: PairingId) -> tuple[HookState, ...]:
    """Asks Autotask. Those of our name that are not this bridge's are listed too."""
    door = doors(bridge).of(_connection(bridge, pairing))
    found = bridge.webhooks(pairing).there(None if door is None else door.path)
    ours = {hook.of: hook for hook in found if hook.is_ours}
    return (
        *(() if door is None else (_state(of, ours.get(of)) for of in HintOf)),
        *(_stray(hook) for hook in found if not hook.is_ours),
    )


class HookLook:
    """Autotask switches webhooks off by itself (A46): they are looked at when a loop begins, and hourly."""

    def __init__(self, bridge: Bridge, pairing: PairingId) -> None:
        self._bridge = bridge
        self._pairing = pairing
        self._again_at: datetime | None = None

    def troubles(self, now: datetime) -> tuple[HookState, ...]:
        """What is wrong with them, where it is time to look. Asks nothing where none are on."""
        if self._again_at is not None and now < self._again_at:
            return ()
        self._again_at = now + LOOK_AGAIN
        if not are_on(self._bridge, self._pairing):
            return ()
        return tuple(state for state in states(self._bridge, self._pairing) if not state.is_right)


def are_on(bridge: Bridge, pairing: PairingId) -> bool:
    return doors(bridge).of(_connection(bridge, pairing)) is not None


def _state(of: HintOf, hook: Hook | None) -> HookState:
    subject = f"webhook of {of} changes"
    again = "Run psabridge hooks on; it makes what is missing"
    if hook is None:
        return HookState(subject, is_right=False, text="is not in Autotask", next_act=again)
    if not hook.is_active:
        return HookState(
            subject,
            is_right=False,
            text="is switched off: Autotask does that after 25 callouts in a row that nobody answered",
            next_act="Make the address reachable from the net, then run psabridge hooks on",
        )
    if hook.is_ready is False:
        return HookState(subject, is_right=False, text="follows no field yet", next_act=again)
    return HookState(subject, is_right=True, text=f"on, number {hook.id} in Autotask")


def _stray(hook: Hook) -> HookState:
    server = hook.address.partition("//")[2].partition("/")[0]
    return HookState(
        f"webhook {hook.id} of {hook.of} changes",
        is_right=False,
        text=f"bears our name and leads to {server}, by a path this bridge does not know",
        next_act="Take it away in Autotask, unless another bridge uses it",
    )


def _connection(bridge: Bridge, pairing: PairingId) -> int:
    _, psa = bridge.pairings.connections(pairing)
    return psa.id


def _sound(address: str) -> str:
    plain = address.rstrip("/")
    try:
        server_of(plain)
    except ValueError as error:
        raise _wrong(str(error)) from error
    if "?" in plain or "#" in plain or len(plain) > LONGEST_ADDRESS:
        raise _wrong(f"it holds ? or #, or is longer than {LONGEST_ADDRESS} characters")
    return plain


def _wrong(why: str) -> AddressWrong:
    return AddressWrong(
        "the address of the webhooks",
        why,
        "Name the https address that your reverse proxy hands on: psabridge hooks on --address https://…",
    )
