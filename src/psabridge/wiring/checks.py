"""What `doctor` looks at: each check says what is right, or what is wrong and the next act."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from psabridge.connectors.autotask.rights import (
    CREATING_LINES,
    CREATING_NOTES,
    CREATING_SERVICES,
    CREATING_THE_FIELD,
    NEEDS,
    READING_NOTES,
    TICKETS,
)
from psabridge.engine.ports import Ports
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.kit.clock import day_in
from psabridge.kit.errors import BridgeError
from psabridge.kit.wording import counted
from psabridge.rules.lease import ProofOfCurrent
from psabridge.rules.psa import DefinitionState, PsaSnapshot
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.tickets.lacking import lacking
from psabridge.rules.tickets.lists import TicketLists, wrong_codes
from psabridge.rules.tickets.looking import known_severities
from psabridge.rules.units.proof import is_ahead
from psabridge.rules.words import PairingId
from psabridge.wiring import hooks
from psabridge.wiring.bridge import Bridge
from psabridge.wiring.status import ConnectionStatus, psa_status

T = TypeVar("T")

# The vendor's clock and ours may differ by this much before units are no longer written (protocol W11).
CLOCK_TOLERANCE = timedelta(minutes=2)
SHOWN = 5  # names in one line


@dataclass(frozen=True, slots=True)
class Check:
    subject: str
    is_right: bool
    text: str
    next_act: str = ""
    code: str | None = None


def examine(bridge: Bridge) -> Iterator[Check]:
    """Every check in turn; one that fails does not stop the others."""
    yield Check(
        "key file",
        is_right=True,
        text=f"opens the secrets with {counted(len(bridge.environment.keys()), 'key')}",
    )
    yield _proof(bridge)
    names = bridge.pairings.names()
    if not names:
        yield Check("pairings", is_right=False, text="none yet", next_act="Run psabridge config import FILE")
    for name in names:
        yield from _pairing(bridge, name)


def _proof(bridge: Bridge) -> Check:
    """The database against the file outside its backup (protocol 2.6)."""
    file = bridge.journal.proof_in_file()  # before the database: a running bridge may write both in between
    ours = bridge.journal.proof()
    if file is None or not is_ahead(file, ours):
        return Check("database", is_right=True, text=f"installation {ours.installation}, epoch {ours.epoch}")
    return _restored(ours, file)


def _restored(ours: ProofOfCurrent, file: ProofOfCurrent) -> Check:
    return Check(
        "database",
        is_right=False,
        text=f"says {ours.told}, the state file says {file.told}: it was put back from a backup",
        next_act="Run psabridge sync; it observes first, and a person approves the first plan",
        code="protocol 2.6",
    )


def _pairing(bridge: Bridge, name: str) -> Iterator[Check]:
    pairing = bridge.pairings.by_name(name)
    settings = bridge.pairings.settings(pairing)
    rows = sum(1 for row in settings.services if row.service is not None)
    text = (
        f"{counted(len(settings.customers), 'customer')}, {counted(rows, 'mapped row')}, "
        f"version {settings.version}"
    )
    mapped = bool(settings.customers and rows)
    next_act = "" if mapped else "Map customers and services"
    yield Check(f"pairing {name}", is_right=mapped, text=text, next_act=next_act)
    opened = _tried(f"{name}: Autotask zone", lambda: bridge.ports(pairing))
    if isinstance(opened, Check):
        yield opened
        return
    yield _server(name, psa_status(pairing))
    yield from _vendors(name, settings, opened)
    yield from _rights(bridge, pairing, settings)
    yield from _codes(bridge, pairing, settings)
    yield from _hooks(bridge, pairing, name)
    if settings.tickets.is_on:
        yield from _ticket_codes(bridge, pairing, settings)


def _vendors(name: str, settings: PairingSettings, ports: Ports) -> Iterator[Check]:
    today = day_in(settings.zone, ports.clock.now())
    psa = _tried(f"{name}: Autotask", lambda: ports.psa.read(settings, today))
    if isinstance(psa, Check):
        yield psa
    else:
        yield from _autotask(name, settings, psa, ports)
    platform = _tried(f"{name}: Acronis", lambda: ports.platform.read(settings))
    if isinstance(platform, Check):
        yield platform
    else:
        text = (
            f"{len(platform.tenants)} tenants, {len(platform.offered)} items to give, {platform.calls} calls"
        )
        yield Check(f"{name}: Acronis", is_right=True, text=text)


def _autotask(name: str, settings: PairingSettings, psa: PsaSnapshot, ports: Ports) -> Iterator[Check]:
    mapped = {customer.company for customer in settings.customers}
    hidden = len(mapped - psa.companies.keys())
    yield Check(
        f"{name}: Autotask",
        is_right=not hidden,
        text=f"{len(mapped) - hidden} of {len(mapped)} companies readable, {len(psa.contracts)} contracts, "
        f"{len(psa.lines)} lines, {psa.calls} calls",
        next_act="Check the security level and lines of business of the API user" if hidden else "",
        code="ERR-07" if hidden else None,
    )
    yield _contracts(name, psa)
    yield _field(name, psa)
    yield _clock(name, ports)
    codes = _tried(f"{name}: codes", ports.psa.check_codes)
    yield codes if isinstance(codes, Check) else Check(f"{name}: codes", is_right=True, text="as known")


def _contracts(name: str, psa: PsaSnapshot) -> Check:
    """Restrictions of the API user show as missing rows, never as an error (ACR-CON-04)."""
    seen = {contract.company for contract in psa.contracts.values()}
    without = [company.name for company in psa.companies.values() if company.id not in seen]
    named = ", ".join(sorted(without)[:SHOWN]) + (" and more" if len(without) > SHOWN else "")
    all_well = (
        "each readable company has one" if psa.companies else "not looked for: no company is mapped yet"
    )
    return Check(
        f"{name}: contracts",
        is_right=not without,
        text=f"no readable contract: {named}" if without else all_well,
        next_act="Take every line of business off the API user in Autotask; if it has none, "
        "make a recurring service contract or unmap the company"
        if without
        else "",
        code="ERR-07" if without else None,
    )


def _rights(bridge: Bridge, pairing: PairingId, settings: PairingSettings) -> Iterator[Check]:
    """Each right by itself, and the one that is missing by its name (ROL-05)."""
    needs = [*NEEDS]
    if any(isinstance(row.service, NewService) for row in settings.services):
        needs.append(CREATING_SERVICES)
    if settings.two_way.is_on:
        needs.append(CREATING_LINES)
        needs += [READING_NOTES, CREATING_NOTES] if settings.two_way.writes_notes else []
    if settings.payg_definition_id is None:
        needs.append(CREATING_THE_FIELD)
    needs += TICKETS if settings.tickets.is_on else []
    rights = _tried(f"{settings.name}: rights", lambda: bridge.rights(pairing, *needs))
    if isinstance(rights, Check):
        yield rights
        return
    for right in rights:
        need = right.need
        yield Check(
            f"{settings.name}: right to {need.act} {need.entity}",
            is_right=right.is_enough,
            text=f"{right.sight}, needed {need.why}",
            next_act="" if right.is_enough else "Give it to the security level of the API user in Autotask",
            code=None if right.is_enough else "ROL-05",
        )


def _codes(bridge: Bridge, pairing: PairingId, settings: PairingSettings) -> Iterator[Check]:
    """Allocation codes of the services to create: an inactive one makes no new service (R45, ACR-TWO-01)."""
    of_two_way = settings.two_way.billing_code if settings.two_way.is_on else None
    wanted = {row.service.billing_code for row in settings.services if isinstance(row.service, NewService)}
    if of_two_way is not None:
        wanted.add(of_two_way)
    if not wanted:
        return
    usable = _tried(f"{settings.name}: allocation codes", lambda: bridge.usable_codes(pairing))
    if isinstance(usable, Check):
        yield usable
        return
    known = ", ".join(map(str, sorted(usable))) or "none"
    for code in sorted(wanted):
        is_right = code in usable
        wrong = "LIM-11" if code == of_two_way else "R45"
        yield Check(
            f"{settings.name}: allocation code {code}",
            is_right=is_right,
            text="active, for recurring services"
            if is_right
            else "not there, inactive, or for something else",
            next_act="" if is_right else f"Activate it in Autotask, or name another billing_code: {known}",
            code=None if is_right else wrong,
        )


def _hooks(bridge: Bridge, pairing: PairingId, name: str) -> Iterator[Check]:
    """Where a person switched webhooks on. Polling keeps the promise without them."""
    if not hooks.are_on(bridge, pairing):
        return
    found = _tried(f"{name}: webhooks", lambda: hooks.states(bridge, pairing))
    if isinstance(found, Check):
        yield found
        return
    for one in found:
        yield Check(f"{name}: {one.subject}", is_right=one.is_right, text=one.text, next_act=one.next_act)


def _ticket_codes(bridge: Bridge, pairing: PairingId, settings: PairingSettings) -> Iterator[Check]:
    """Values that were chosen for tickets and are not valid any more: their tickets wait (ERR-18, R45)."""
    subject = f"{settings.name}: values of tickets"
    ports = bridge.ticket_ports(pairing)
    lists = _tried(subject, ports.desk.lists)
    if isinstance(lists, Check):
        yield lists
        return
    yield from _open_fields(settings, lists, ports)
    wrong = tuple(wrong_codes(settings.tickets, lists))
    if not wrong:
        yield Check(subject, is_right=True, text="all that are chosen are active in Autotask")
    for one in wrong:
        text = f"{one.subject}: {one.problem}"
        yield Check(subject, is_right=False, text=text, next_act=one.next_act, code=one.code)


def _open_fields(settings: PairingSettings, lists: TicketLists, ports: TicketPorts) -> Iterator[Check]:
    """Alert types whose tickets would be refused, because a field was left open (ERR-18)."""
    subject = f"{settings.name}: fields of tickets"
    types = _tried(subject, ports.alerts.types)
    if isinstance(types, Check):
        yield types
        return
    severities = known_severities(types, ports.book.kept(settings.pairing))
    found = tuple(lacking(settings.tickets, lists, severities))
    if not found:
        yield Check(subject, is_right=True, text="each type that makes tickets has those Autotask asks for")
    for one in found:
        text = f"{one.subject}: {one.problem}"
        yield Check(subject, is_right=False, text=text, next_act=one.next_act, code=one.code)


def _server(name: str, connection: ConnectionStatus) -> Check:
    """Sandboxes are welcome and named (R46)."""
    sandbox = ", a sandbox" if connection.is_sandbox else ""
    return Check(
        f"{name}: Autotask server",
        is_right=True,
        text=f"{connection.server}, database {connection.database}{sandbox}",
    )


def _field(name: str, psa: PsaSnapshot) -> Check:
    sound = psa.payg.state is DefinitionState.SOUND
    return Check(
        f'{name}: field "{psa.payg.name}"',
        is_right=sound,
        text="an active list of Yes and No" if sound else f"is {psa.payg.state}",
        next_act=""
        if sound
        else "A first plan offers to make it; one that was changed must be put right by hand",
        code=None if sound else "ERR-14",
    )


def _clock(name: str, ports: Ports) -> Check:
    offset = ports.psa.clock_offset()
    near = offset is not None and abs(offset) <= CLOCK_TOLERANCE
    return Check(
        f"{name}: clock",
        is_right=near,
        text="not known" if offset is None else f"{abs(offset).total_seconds():.0f} s from Autotask's",
        next_act="" if near else "Set this machine's clock; no units are written meanwhile (protocol W11)",
    )


def _tried(subject: str, act: Callable[[], T]) -> T | Check:
    try:
        return act()
    except BridgeError as error:
        return Check(subject, is_right=False, text=error.problem, next_act=error.next_act, code=error.code)
