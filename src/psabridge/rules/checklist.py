"""The areas of a pairing, what each still lacks, and the command that opens it (ACR-CON-06, ERR-25)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from psabridge.rules.settings import Measure, PairingSettings
from psabridge.rules.words import WORK_OF, Mode, WorkKind


class Area(StrEnum):
    """In the order of setting up."""

    SETTINGS = "settings"
    CUSTOMERS = "customer mapping"
    BILLING = "billing and service mapping"
    TICKETS = "ticket creation"


OPENED_BY = {
    Area.SETTINGS: "psabridge config export",
    Area.CUSTOMERS: "psabridge customers list",
    Area.BILLING: "psabridge services list",
    Area.TICKETS: "psabridge tickets types",
}


@dataclass(frozen=True, slots=True)
class Lacking:
    """`is_needed` False: fine where it is meant."""

    area: Area
    what: str
    next_act: str
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class AreaState:
    """A pairing has its areas from the first configuration on that was kept: there is none without one."""

    area: Area
    opened_by: str
    lacking: tuple[Lacking, ...]
    switched_off: str = ""  # it can be looked at, and this is why nothing of it is written

    @property
    def is_ready(self) -> bool:
        return not any(one.is_needed for one in self.lacking)


def areas(settings: PairingSettings) -> tuple[AreaState, ...]:
    found = tuple(lacking(settings))
    return tuple(
        AreaState(
            area, OPENED_BY[area], tuple(one for one in found if one.area is area), _off(area, settings)
        )
        for area in Area
    )


def _off(area: Area, settings: PairingSettings) -> str:
    if area is Area.BILLING and settings.mode_of(WorkKind.BILLING) is Mode.OBSERVE:
        return "billing is only observed: it is shown, and nothing is written to contracts"
    if area is Area.TICKETS and not settings.tickets.is_on:
        return "tickets are off: psabridge tickets on makes them of alerts raised from then on"
    if area is Area.TICKETS and settings.mode_of(WorkKind.TICKETS) is Mode.OBSERVE:
        return "tickets are only observed: they are shown, and none is written"
    return ""


def only_observed(settings: PairingSettings) -> tuple[WorkKind, ...]:
    """Of the work that a plan holds: what is shown and never written. Tickets have plans of their own."""
    return tuple(
        work for work in WorkKind if work in WORK_OF.values() and settings.mode_of(work) is Mode.OBSERVE
    )


def lacking(settings: PairingSettings) -> Iterator[Lacking]:
    """What is missing before anything can happen, in the order of setting up."""
    if not settings.customers:
        yield Lacking(
            Area.CUSTOMERS,
            "no customer is mapped",
            "Look at psabridge customers suggest, then map them with psabridge customers map",
        )
    rows = [row for row in settings.services if row.service is not None]
    if not rows:
        yield Lacking(
            Area.BILLING,
            "no item is mapped to a service",
            "Map items to Autotask services under services; psabridge services suggest prints rows",
        )
    if not any(row.measure is not Measure.USAGE for row in rows):
        yield Lacking(
            Area.BILLING,
            "no storage is mapped",
            "Map a storage's rows, unless you sell none",
            is_needed=False,
        )
    if all(settings.mode_of(work) is Mode.OBSERVE for work in WorkKind):
        yield Lacking(
            Area.SETTINGS,
            "every mode is observe: nothing is written",
            "Set modes when a plan says what you expect",
        )
