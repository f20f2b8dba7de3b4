"""`psabridge leaving`: who is about to be disabled or deleted, and a person's word on it (ACR-DEP-07)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from psabridge.engine.prepare import observe
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.leaving import plain_leavers, show_leavers
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.kit.clock import day_in
from psabridge.rules.leaving.deciding import confirm, end_exemption, exempt
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId
from psabridge.wiring.bridge import open_bridge

Confirm = Annotated[
    int | None, typer.Option("--confirm", help="This company has left: count its days.", metavar="COMPANY")
]
Exempt = Annotated[
    int | None,
    typer.Option("--exempt", help="Never disable, delete or zero this company.", metavar="COMPANY"),
]
Reason = Annotated[str, typer.Option("--reason", help="Why it is exempt.")]
EndExemption = Annotated[
    int | None, typer.Option("--end-exemption", help="This company is exempt no more.", metavar="COMPANY")
]


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says about customers, each by its company."""

    confirmed: int | None
    exempted: int | None
    reason: str
    ended: int | None

    def on(self, settings: PairingSettings, today: date) -> Iterator[tuple[str, PairingSettings]]:
        """Each word with the settings after it, one after the other."""
        if self.ended is not None:
            settings = end_exemption(settings, CompanyId(self.ended))
            yield f"exemption of company {self.ended} ended", settings
        if self.exempted is not None:
            settings = exempt(settings, CompanyId(self.exempted), reason=self.reason)
            yield f"company {self.exempted} exempted from leaving", settings
        if self.confirmed is not None:
            yield (
                f"company {self.confirmed} confirmed as having left",
                confirm(settings, CompanyId(self.confirmed), on=today),
            )


def leaving(
    *,
    confirmed: Confirm = None,
    exempted: Exempt = None,
    reason: Reason = "",
    ended: EndExemption = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """List customers without anything live: days counted, what follows and when, what keeps them."""
    if reason and exempted is None:
        raise typer.BadParameter("--reason says why a company is exempt: name it with --exempt")
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        ports = bridge.ports(chosen)
        settings, now = bridge.pairings.settings(chosen), ports.clock.now()
        decided = Words(confirmed, exempted, reason, ended)
        for what, changed in decided.on(settings, day_in(settings.zone, now)):
            settings = bridge.pairings.save_settings(changed, who=person(), at=now, what=what)
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            leavers = observe(settings, ports).leavers
        if as_json:
            print_json(plain_leavers(leavers))
        else:
            show_leavers(console(), leavers, settings)
