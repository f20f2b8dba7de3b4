"""`psabridge customers create`: a tenant for one company, as a person asked for it (ACR-ORG-03)."""

from dataclasses import replace
from typing import Annotated

import typer

from psabridge.engine.ports import Ports
from psabridge.engine.prepare import Prepared, prepare
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.tables import show_plan
from psabridge.kit.errors import BridgeError
from psabridge.rules.arriving.addresses import OwnAddress, with_address
from psabridge.rules.arriving.settings import AccountFrom
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import open_bridge


class NotToBeCreated(BridgeError):
    """There is no such company, there are several, or it has a tenant."""


def create(
    company: Annotated[str, typer.Argument(help="Number or exact name of a company in Autotask.")],
    *,
    email: Annotated[
        str | None,
        typer.Option(
            "--activation-email", help="Where its activation mail goes, instead of the address for all."
        ),
    ] = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Plan a tenant for one company that has none; `psabridge apply` then makes it."""
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        settings, ports = bridge.pairings.settings(chosen), bridge.ports(chosen)
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            asked = _without_tenant(company, settings, ports)
            if email is not None:
                changed = with_own_address(settings, asked, email)
                what = f"activation address of company {asked}"
                now = ports.clock.now()
                settings = bridge.pairings.save_settings(changed, who=person(), at=now, what=what)
            prepared = _planned(company, asked, settings, ports)
        if as_json:
            print_json({"plan": prepared.plan_id, **to_plain(prepared.plan)})
            return
        show_plan(console(), prepared.plan, number=prepared.plan_id)
        if prepared.plan.steps:
            console().print(f"Make it with psabridge apply {prepared.plan_id}")


def with_own_address(settings: PairingSettings, company: CompanyId, email: str) -> PairingSettings:
    new = settings.new_customers
    if new.account_from is not AccountFrom.COMPANY_NAME:
        raise NotToBeCreated(
            f"the activation address of company {company}",
            "is its primary contact's, who signs in with it",
            "Change the contact in Autotask, or set account_from to company name",
            code="ACR-PRV-05",
        )
    try:
        own = with_address(new.activation_emails, OwnAddress(company, email.strip()))
    except ValueError as error:
        raise NotToBeCreated(f"company {company}", f"{error}", "Give an e-mail address") from error
    return replace(settings, new_customers=replace(new, activation_emails=own))


def _without_tenant(company: str, settings: PairingSettings, ports: Ports) -> CompanyId:
    asked = _company(company, ports)
    if any(row.company == asked for row in settings.customers):
        raise NotToBeCreated(
            f"company {company}", "has a tenant already", "See it with psabridge customers list"
        )
    return asked


def _planned(company: str, asked: CompanyId, settings: PairingSettings, ports: Ports) -> Prepared:
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
