"""Customers as a person sees and changes them: both lists, and changes row by row (ACR-ORG-04)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from psabridge.engine.mapping_ports import Mappings
from psabridge.engine.ports import Ports
from psabridge.kit.clock import day_in
from psabridge.kit.errors import BridgeError
from psabridge.rules.customers.directory import Directory
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.mapping import Became, Judged, MappingMoved, Named, judge, with_mapping
from psabridge.rules.customers.renames import Names, Rename
from psabridge.rules.customers.staying import Staying, Words, still_left, what_stays
from psabridge.rules.matching.successors import Successor, gone, successors
from psabridge.rules.matching.suggesting import suggest
from psabridge.rules.matching.suggestion import Suggestion
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, LineId, TenantId

_UNDECIDED = Words()


class NoSuchLine(BridgeError):
    """No line of that number is listed as left."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where changes of mappings go, and who makes them."""

    mappings: Mappings
    ports: Ports
    who: str


def read_directory(settings: PairingSettings, ports: Ports, *, with_contacts: bool = False) -> Directory:
    """`with_contacts`: what suggestions are made of, for one call more each 500 contacts."""
    mapped = sorted({row.company for row in settings.customers})
    companies = ports.psa.list_companies(mapped, with_contacts=with_contacts)
    tenants = ports.platform.list_tenants(row.tenant for row in settings.customers)
    return Directory(companies, tenants, ports.decisions.billed_elsewhere(settings.pairing))


def suggestions(settings: PairingSettings, directory: Directory) -> tuple[Suggestion, ...]:
    """For active companies without a tenant, among tenants that can be managed and nobody is billed for.

    Where this pairing only observes it may have a tenant that another bills, too.
    """
    mapped = {row.company for row in settings.customers}
    taken = {row.tenant for row in settings.customers} | directory.taken_elsewhere(settings).keys()
    listed = directory.companies
    return suggest(
        (one for one in listed.companies.values() if one.company.is_active and one.id not in mapped),
        (
            one
            for one in directory.tenants.tenants.values()
            if one.id not in taken and directory.why_not(one.id) is None
        ),
        database_id=listed.database_id,
    )


def find_successors(settings: PairingSettings, directory: Directory, ports: Ports) -> tuple[Successor, ...]:
    """For mapped companies that are inactive or gone; one call, and only where there are such (R38)."""
    companies = {row.company for row in gone(settings, directory)}
    if not companies:
        return ()
    seen = ports.records.contracts_seen(settings.pairing)
    owners = ports.psa.contract_owners(contract for contract, own in seen.items() if own in companies)
    return successors(settings, directory, seen=seen, owners=owners)


def map_rows(
    rows: Iterable[Named],
    settings: PairingSettings,
    directory: Directory,
    keeping: Keeping,
    *,
    may_add: bool,
) -> tuple[Judged, ...]:
    """Each row by itself, in its order: a bad one is told, and never undoes another (ACR-ORG-04)."""
    became = []
    for row in rows:
        judged = judge(row, settings, directory, may_add=may_add)
        if judged.mapping is not None:
            judged = _kept(judged, settings, directory, keeping)
        if judged.mapping is not None:
            settings = replace(settings, customers=with_mapping(settings, judged.mapping))
        became.append(judged)
    return tuple(became)


def _kept(judged: Judged, settings: PairingSettings, directory: Directory, keeping: Keeping) -> Judged:
    if judged.mapping is None:
        return judged
    now = keeping.ports.clock.now()
    try:
        names = _names(directory).of([judged.mapping])
        keeping.mappings.keep(settings.pairing, judged.mapping, names, who=keeping.who, at=now)
    except MappingMoved as error:
        return replace(judged, became=Became.REFUSED, text=f"{error}", code=error.code, mapping=None)
    return judged


def _names(directory: Directory) -> Names:
    return Names(
        {key: one.name for key, one in directory.companies.companies.items()},
        {key: one.name for key, one in directory.tenants.tenants.items()},
    )


def take_names(settings: PairingSettings, directory: Directory, keeping: Keeping) -> tuple[Rename, ...]:
    """The names of today are known from now on; what was called otherwise before (R38)."""
    names = _names(directory)
    keeping.mappings.take_names(
        settings.pairing, names.of(settings.customers), who=keeping.who, at=keeping.ports.clock.now()
    )
    return names.changed(settings)


def stayings(
    chosen: Sequence[tuple[CompanyId, frozenset[TenantId]]], settings: PairingSettings, ports: Ports
) -> tuple[Staying, ...]:
    """What unmapping would leave, from one read of these companies alone (ERR-23)."""
    companies = {company for company, _ in chosen}
    rows = tuple(row for row in settings.customers if row.company in companies)
    today = day_in(settings.zone, ports.clock.now())
    psa = ports.psa.read(replace(settings, customers=rows), today)
    return tuple(what_stays(settings, psa, company, tenants) for company, tenants in chosen)


def unmap(staying: Staying, settings: PairingSettings, keeping: Keeping, words: Words = _UNDECIDED) -> Judged:
    now = keeping.ports.clock.now()
    tenants = ", ".join(staying.tenants)
    try:
        keeping.mappings.remove(
            settings.pairing,
            staying.company,
            frozenset(staying.tenants),
            staying.decided(words),
            stays=sorted(words.leave & {line.line for line in staying.left}),
            who=keeping.who,
            at=now,
        )
    except MappingMoved as error:
        return Judged(Became.REFUSED, staying.name, tenants, f"{error}", error.code)
    return Judged(Became.UNMAPPED, staying.name, tenants)


def leave_lines(lines: Iterable[LineId], settings: PairingSettings, keeping: Keeping) -> tuple[LineId, ...]:
    wanted = among_left(lines, settings.left_lines)
    keeping.mappings.decide_lines(settings.pairing, wanted, who=keeping.who, at=keeping.ports.clock.now())
    return tuple(sorted(wanted))


def zero_lines(lines: Iterable[LineId], settings: PairingSettings, keeping: Keeping) -> tuple[LineId, ...]:
    """0 from the first period that begins after today; saying it again begins anew."""
    wanted = among_left(lines, still_left(settings))
    now = keeping.ports.clock.now()
    day = day_in(settings.zone, now)
    keeping.mappings.zero_lines(settings.pairing, wanted, day=day, who=keeping.who, at=now)
    return tuple(sorted(wanted))


def among_left(lines: Iterable[LineId], left: Iterable[LeftLine]) -> frozenset[LineId]:
    """Raises NoSuchLine."""
    wanted = frozenset(lines)
    unknown = wanted - {line.line for line in left}
    if unknown:
        names = ", ".join(f"{line}" for line in sorted(unknown))
        raise NoSuchLine(f"line {names}", "is not listed as left", "See psabridge customers list", code="R33")
    return wanted
