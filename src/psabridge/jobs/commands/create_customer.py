"""`psabridge customers create`: a tenant for one company, as a person asked for it (ACR-ORG-03)."""

import json
import sys
from typing import Annotated

import typer

from psabridge.engine.ports import Ports
from psabridge.engine.prepare import Prepared, prepare
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.tables import show_plan
from psabridge.kit.errors import BridgeError
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import open_bridge


class NotToBeCreated(BridgeError):
    """There is no such company, there are several, or it has a tenant."""


def create(
    company: Annotated[str, typer.Argument(help="Number or exact name of a company in Autotask.")],
    *,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Plan a tenant for one company that has none; `psabridge apply` then makes it."""
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        settings, ports = bridge.pairings.settings(chosen), bridge.ports(chosen)
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            prepared = _planned(company, settings, ports)
        if as_json:
            sys.stdout.write(json.dumps({"plan": prepared.plan_id, **to_plain(prepared.plan)}) + "\n")
            return
        show_plan(console(), prepared.plan, number=prepared.plan_id)
        if prepared.plan.steps:
            console().print(f"Make it with psabridge apply {prepared.plan_id}")


def _planned(company: str, settings: PairingSettings, ports: Ports) -> Prepared:
    asked = _company(company, ports)
    if any(row.company == asked for row in settings.customers):
        raise NotToBeCreated(
            f"company {company}", "has a tenant already", "Look at the customers of the pairing"
        )
    prepared = prepare(settings, ports, by_hand=frozenset({asked}))
    if not prepared.plan.steps and not prepared.plan.findings:
        raise _unknown(company)
    return prepared


def _company(company: str, ports: Ports) -> CompanyId:
    if company.isdecimal():
        return CompanyId(int(company))
    found = ports.psa.find_companies(company)
    if not found:
        raise _unknown(company)
    if len(found) > 1:
        numbers = ", ".join(str(one.id) for one in found)
        raise NotToBeCreated(
            f"company {company}", f"is there more than once ({numbers})", "Name it by its number"
        )
    return found[0].id


def _unknown(company: str) -> NotToBeCreated:
    problem = "is not in Autotask, or the API user may not see it"
    return NotToBeCreated(f"company {company}", problem, "Check its number or its exact name")
