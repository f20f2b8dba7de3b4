"""Customers without anything live, as a person reads them and as a program does (ACR-DEP-07)."""

from typing import Any

from rich.console import Console
from rich.text import Text

from psabridge.jobs.show.look import table
from psabridge.kit.wording import counted
from psabridge.rules.leaving.due import Leavers
from psabridge.rules.leaving.telling import SOON, Leaver
from psabridge.rules.settings import PairingSettings
from psabridge.store.codec import to_plain


def show_leavers(console: Console, leavers: Leavers, settings: PairingSettings) -> None:
    for exemption in settings.exempt_customers:
        console.print(f"Company {exemption.company} is exempt: {exemption.reason}")
    if not settings.leaving.is_on:
        console.print("Customers that leave are neither disabled nor deleted: the setting leaving is off.")
        return
    columns = ("company", "what", "next", "whole days", "why", "what keeps it")
    listed = table("Customers without anything live", columns, right=("company", "whole days"), lines=True)
    for one in leavers.listed:
        style = "yellow" if one.is_soon else ""
        listed.add_row(
            f"{one.company}", one.subject, Text(_next(one), style), _days(one), one.ground or "", _kept(one)
        )
    if leavers.listed:
        console.print(listed)
    soon = sum(1 for one in leavers.listed if one.is_soon)
    console.print(
        f"{counted(len(leavers.listed), 'customer')} without anything live; {soon} due within {SOON} days. "
        "Deleted tenants lose their backups."
    )


def plain_leavers(leavers: Leavers) -> dict[str, Any]:
    return {
        "leavers": [{**to_plain(one), "left": one.left, "is_soon": one.is_soon} for one in leavers.listed],
        "due": [
            {"tenant": one.tenant.id, "company": one.company, "wanted": one.wanted, "reason": one.reason}
            for one in leavers.due
        ],
    }


def _next(one: Leaver) -> str:
    if one.left is None:
        return "nothing"
    when = "now" if one.left == 0 else f"in {counted(one.left, 'day')} at the earliest"
    return f"to be {one.wanted} {when}"


def _days(one: Leaver) -> str:
    return f"{one.days}" if one.after is None else f"{one.days} of {one.after}"


def _kept(one: Leaver) -> str:
    """An exemption, a pause, or that nobody confirmed it."""
    if one.exempt is not None:
        return f"exempt: {one.exempt}"
    if one.pause:
        return f"today does not count: {one.pause}"
    if not one.is_counting:
        return f"nobody saw anything end: psabridge leaving --confirm {one.company}"
    if one.is_disabled and not one.is_ours:
        return "it was disabled, or changed since, by somebody else"
    return ""
