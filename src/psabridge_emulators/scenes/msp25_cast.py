"""The customers of a small provider, as data. All names are made up.

A line says what is sold, how many units the contract shows and what is used now; storage is used in GB.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Key = Literal["ws", "srv", "vm", "m365", "gws", "mob", "sec", "mail", "fra", "fra_free", "fra_billed", "dub"]
Kind = Literal["payg", "prepaid"]


@dataclass(frozen=True, slots=True)
class Line:
    sold: Key
    units: int  # on the contract now
    used: str | None = None  # None: no reading of its own
    on: bool = True  # whether the item is already switched on for the tenant


@dataclass(frozen=True, slots=True)
class Agreement:
    name: str
    kind: Kind
    starts: date
    lines: tuple[Line, ...]
    period_months: int = 1
    posted_ahead: bool = False  # billed in advance: the present period is posted too
    bundle_units: int | None = None  # a bundle line beside the others


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    first: str
    last: str
    agreements: tuple[Agreement, ...] = ()
    mapped: bool = True
    managed: bool = True  # False: the tenant is self-service
    extra_use: tuple[tuple[Key, str], ...] = ()  # used, but on no contract


def _payg(starts: date, *lines: Line, ahead: bool = False) -> Agreement:
    return Agreement("Cyber Protect, as used", "payg", starts, lines, posted_ahead=ahead)


def _prepaid(starts: date, *lines: Line, bundle: int | None = None) -> Agreement:
    return Agreement("Cyber Protect, fixed", "prepaid", starts, lines, bundle_units=bundle)


FIRMS: tuple[Firm, ...] = (
    Firm(
        "Alder & Finch Dental",
        "Marta",
        "Alder",
        (_payg(date(2025, 6, 1), Line("ws", 14, "14"), Line("m365", 19, "21"), Line("fra", 412, "431.62")),),
    ),
    Firm(
        "Brightwater Veterinary",
        "Ian",
        "Cole",
        (_payg(date(2025, 9, 15), Line("ws", 9, "9"), Line("srv", 2, "2"), Line("fra", 880, "903.1")),),
    ),
    Firm(
        "Calder Valley Joinery",
        "Beth",
        "Calder",
        (_prepaid(date(2025, 11, 1), Line("ws", 12, "10"), Line("srv", 1, "1"), Line("fra", 500, "377.4")),),
    ),
    Firm(
        "Dunmore Freight",
        "Owen",
        "Reilly",
        (
            _payg(
                date(2025, 4, 17),
                Line("ws", 31, "33"),
                Line("srv", 4, "4"),
                Line("vm", 11, "12"),
                Line("dub", 2210, "2248.9"),
            ),
        ),
    ),
    Firm(
        "Eastgate Opticians",
        "Priya",
        "Nair",
        (_payg(date(2026, 3, 1), Line("ws", 0, "8"), Line("m365", 0, "11"), Line("fra_billed", 0, "50")),),
        extra_use=(("fra_free", "10"),),
    ),
    Firm(
        "Fairlie Architects",
        "Callum",
        "Fairlie",
        (
            _payg(
                date(2025, 10, 1),
                Line("ws", 22, "22"),
                Line("m365", 26, "26"),
                Line("fra_free", 140, "152.3"),
                Line("fra_billed", 610, "644.8"),
            ),
        ),
    ),
    Firm(
        "Greyfriars Legal",
        "Hannah",
        "Stroud",
        (
            _prepaid(date(2025, 7, 15), Line("ws", 40, "38"), Line("m365", 55, "54"), Line("sec", 40, "38")),
            _payg(date(2025, 7, 15), Line("fra", 1520, "1588.2")),
        ),
    ),
    Firm(
        "Harbour Street Physio",
        "Joe",
        "Marsh",
        (_payg(date(2025, 12, 1), Line("ws", 6, "6"), Line("m365", 8, "8"), Line("fra", 96, "96")),),
    ),
    Firm(
        "Ingleby Foods",
        "Sana",
        "Yusuf",
        (
            _payg(
                date(2025, 5, 1),
                Line("ws", 47, "45"),
                Line("srv", 6, "6"),
                Line("vm", 18, "18"),
                Line("sec", 47, "45"),
                Line("dub", 5120, "5302.75"),
            ),
        ),
    ),
    Firm(
        "Juniper Lane Nursery",
        "Ruth",
        "Okafor",
        (_prepaid(date(2026, 1, 1), Line("ws", 5, "5"), Line("fra", 100, "61.9"), bundle=7),),
    ),
    Firm(
        "Kestrel Surveying",
        "Tom",
        "Hale",
        (_payg(date(2025, 8, 17), Line("ws", 17, "18"), Line("mob", 9, "9"), Line("fra", 340, "352.01")),),
    ),
    Firm(
        "Lindqvist Interiors",
        "Elsa",
        "Lindqvist",
        (
            Agreement(
                "Workspace backup, quarterly",
                "payg",
                date(2026, 1, 1),
                (Line("gws", 24, "27"),),
                period_months=3,
            ),
            _payg(date(2026, 1, 1), Line("ws", 13, "13"), Line("fra", 205, "213.7")),
        ),
    ),
    Firm(
        "Moorland Machinery",
        "Gareth",
        "Pugh",
        (
            _prepaid(date(2025, 6, 15), Line("srv", 3, "3"), Line("vm", 9, "8"), Line("dub", 3000, "2711.3")),
            Agreement(
                "E-mail security, yearly",
                "prepaid",
                date(2025, 6, 15),
                (Line("mail", 60, "58"),),
                period_months=12,
            ),
        ),
    ),
    Firm(
        "Northcote Estates",
        "Alice",
        "Grant",
        (_payg(date(2025, 10, 15), Line("ws", 28, "28"), Line("m365", 35, "37"), Line("fra", 730, "730")),),
    ),
    Firm(
        "Oakhurst Primary Trust",
        "Denise",
        "Fowler",
        (
            Agreement(
                "Workspace backup, quarterly",
                "prepaid",
                date(2025, 9, 1),
                (Line("gws", 120, "117"),),
                period_months=3,
            ),
        ),
    ),
    Firm(
        "Pemberton Brewing",
        "Luke",
        "Pemberton",
        (_payg(date(2026, 2, 1), Line("ws", 11, "11"), Line("srv", 1, "2"), Line("fra", 260, "288.4")),),
    ),
    Firm(
        "Quayside Chandlery",
        "Nora",
        "Byrne",
        (_payg(date(2025, 11, 17), Line("ws", 4, "4"), Line("fra", 55, "58.2"), ahead=True),),
    ),
    Firm(
        "Rosebank Care Homes",
        "Femi",
        "Adeyemi",
        (
            _payg(
                date(2025, 7, 1),
                Line("ws", 52, "52"),
                Line("m365", 88, "91"),
                Line("sec", 52, "52"),
                Line("fra", 1904, "1966.6"),
            ),
        ),
    ),
    Firm(
        "Silverdale Motors",
        "Karen",
        "Whitby",
        (_prepaid(date(2025, 8, 1), Line("ws", 16, "16"), Line("srv", 2, "2"), Line("fra", 400, "391.5")),),
    ),
    Firm(
        "Tidewell Marine Insurance",
        "Victor",
        "Lam",
        (
            _payg(
                date(2025, 5, 15),
                Line("ws", 36, "36"),
                Line("m365", 41, "41"),
                Line("sec", 36, "36"),
                Line("fra", 1120, "1147.9"),
            ),
        ),
    ),
    # The rest is what every provider has too: nothing sold yet, another kind of contract, not mapped,
    # out of sight, and brand new.
    Firm("Upland Wool Traders", "Isla", "Kerr", (), extra_use=(("ws", "3"), ("fra", "44.1"))),
    Firm("Vale Community Theatre", "Pete", "Dobson", (), extra_use=(("ws", "2"),)),
    Firm(
        "Westbrook Tiling",
        "Anna",
        "Novak",
        (_payg(date(2025, 12, 15), Line("ws", 7, "7"), Line("fra", 130, "134.2")),),
        mapped=False,
    ),
    Firm(
        "Yarrow Wealth Planning",
        "Simon",
        "Yarrow",
        (_payg(date(2025, 9, 1), Line("ws", 19, "19"), Line("m365", 22, "22")),),
        managed=False,
    ),
    Firm(
        "Zennor Print Works",
        "Kitty",
        "Trewin",
        (
            _payg(
                date(2026, 3, 1),
                Line("ws", 0, "10", on=False),
                Line("m365", 0, "12", on=False),
                Line("fra", 0, "87.6", on=False),
            ),
        ),
    ),
)

TIME_AND_MATERIALS = "Vale Community Theatre"
SUB_PARTNER = "Fells IT Partners"
SUB_PARTNER_CUSTOMERS = ("Birkrigg Campsites", "Duddon Outdoor")
# What changes a week later: the firm, what is sold there, and what it uses from then on.
MOVES: tuple[tuple[int, str, Key, str, str], ...] = (
    (1, "Alder & Finch Dental", "ws", "16", "two new workstations"),
    (1, "Dunmore Freight", "dub", "2391.2", "a file server was added to the backup"),
    (1, "Kestrel Surveying", "mob", "11", "two new phones"),
    (1, "Pemberton Brewing", "fra", "301.9", "backups grew"),
    (1, "Rosebank Care Homes", "m365", "93", "two people joined"),
    (2, "Ingleby Foods", "vm", "15", "three virtual machines were retired"),
    (2, "Northcote Estates", "m365", "33", "four people left"),
    (2, "Eastgate Opticians", "ws", "9", "one new workstation"),
)
