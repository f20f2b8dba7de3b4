"""What a pairing lacks before it can do anything, in the order of setting up (ERR-25)."""

from collections.abc import Iterator
from dataclasses import dataclass

from psabridge.rules.settings import Measure, PairingSettings
from psabridge.rules.words import Mode, WorkKind


@dataclass(frozen=True, slots=True)
class Lacking:
    """`is_needed` False: fine where it is meant."""

    what: str
    next_act: str
    is_needed: bool = True


def lacking(settings: PairingSettings) -> Iterator[Lacking]:
    if not settings.customers:
        yield Lacking("no customer is mapped", "Map tenants to companies under customers")
    rows = [row for row in settings.services if row.service is not None]
    if not rows:
        yield Lacking("no item is mapped to a service", "Map items to Autotask services under services")
    if not any(row.measure is not Measure.USAGE for row in rows):
        yield Lacking("no storage is mapped", "Map a storage's rows, unless you sell none", is_needed=False)
    if all(settings.mode_of(work) is Mode.OBSERVE for work in WorkKind):
        yield Lacking(
            "every mode is observe: nothing is written", "Set modes when a plan says what you expect"
        )
