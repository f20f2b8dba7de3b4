"""What happens in the quarter, by its day, and the names of those to whom it happens."""

from collections.abc import Callable
from datetime import date

from psabridge_emulators.scenes.furnishing import GB
from tests.journeys.quarter_office import Office

# Names of the scene, and of those who come later.
HARBOUR, SILVERDALE, PEMBERTON = "Harbour Street Physio", "Silverdale Motors", "Pemberton Brewing"
WESTBROOK, YARROW, UPLAND = "Westbrook Tiling", "Yarrow Wealth Planning", "Upland Wool Traders"
ALDER, CALDER, JUNIPER = "Alder & Finch Dental", "Calder Valley Joinery", "Juniper Lane Nursery"
MOORLAND, NORTHCOTE = "Moorland Machinery", "Northcote Estates"
VALE = "Vale Community Theatre"
ABBEY, BIRCH, COPPER = "Abbey Tools", "Birch Surgery", "Copper Studio"
WS, SRV, VM = "Workstation backup", "Server backup", "Virtual machine backup"
M365, FRA = "Microsoft 365 seat backup", "Cloud storage Frankfurt"
ABBEY_BUYS = {WS: 0, M365: 0, FRA: 0}


def script(office: Office) -> dict[date, list[Callable[[], None]]]:
    town = office.vendors
    storage = town.entry(ALDER, FRA).service.storage
    assert storage is not None
    happens: list[tuple[int, int, Callable[[], None]]] = [
        (3, 18, lambda: town.arrives(ABBEY, payg=True, starts=on(3, 15), sold=ABBEY_BUYS, price="3.75")),
        (3, 20, lambda: town.uses(ABBEY, "workstations", 6)),
        (3, 21, lambda: town.stores(ABBEY, storage, 3 * GB, 40 * GB + 1)),
        (3, 25, lambda: town.types(CALDER, WS, 4)),
        (4, 1, lambda: office.maps(WESTBROOK)),
        (4, 2, lambda: town.arrives(BIRCH, payg=False, starts=on(4, 1), sold={WS: 12, SRV: 1, FRA: 200})),
        (4, 3, town.posts),
        (4, 10, lambda: town.signs(UPLAND, payg=True, starts=on(4, 1), sold={WS: 0, FRA: 0})),
        (4, 10, lambda: town.ends(HARBOUR, on(4, 15))),
        (4, 14, lambda: town.types(JUNIPER, "bundle", 3)),
        (4, 20, lambda: town.turns(MOORLAND, SRV, payg=True)),
        (4, 20, lambda: town.types(BIRCH, WS, 3)),
        (4, 25, lambda: town.renews(ALDER, on(4, 30))),
        (4, 28, lambda: town.ends(SILVERDALE, on(4, 30))),
        (4, 28, lambda: town.ends(PEMBERTON, on(4, 30))),
        (5, 1, lambda: town.arrives(COPPER, payg=True, starts=on(5, 1), sold={WS: 0})),
        (5, 2, lambda: town.uses(COPPER, "workstations", 9)),
        (5, 3, town.posts),
        (5, 6, lambda: town.turns(NORTHCOTE, WS, payg=False)),
        (5, 11, lambda: town.signs(CALDER, payg=False, starts=on(5, 1), sold={WS: 5})),
        (5, 12, lambda: town.ends(PEMBERTON, date(2027, 12, 31))),
        (5, 20, lambda: town.types(BIRCH, WS, -2)),
        (5, 20, lambda: office.confirms(VALE)),
        (5, 20, lambda: town.ends(COPPER, on(5, 24))),
        (6, 3, town.posts),
    ]
    days: dict[date, list[Callable[[], None]]] = {}
    for month, day, act in happens:
        days.setdefault(on(month, day), []).append(act)
    return days


def on(month: int, day: int) -> date:
    return date(2026, month, day)
