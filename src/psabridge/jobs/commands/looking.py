"""The frame of commands that only show: from the vendors, or from what is kept (ROL-04)."""

from collections.abc import Iterator
from contextlib import contextmanager

from psabridge.jobs.show.look import beside
from psabridge.rules.words import PairingId
from psabridge.wiring.bridge import Bridge
from psabridge.wiring.looking import open_to_look


@contextmanager
def looking_at(pairing: str | None) -> Iterator[tuple[Bridge, PairingId]]:
    """Beside the result it says as of when that is, where no vendor was asked."""
    with open_to_look() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        moment = bridge.as_of(chosen)
        if moment is not None:
            told = f"As the last run read it at {moment:%Y-%m-%d %H:%M} UTC: this user only looks (ROL-04)."
            beside().print(told, soft_wrap=True)
        yield bridge, chosen
