"""Looks at companies without a tenant, and into the tenants of ours that are not finished yet."""

from psabridge.engine.ports import Ports
from psabridge.kit.errors import Busy, NotSent, Refused, Side, Unreadable, asking
from psabridge.rules.arriving.arrivals import Arrivals, Inside
from psabridge.rules.arriving.ground import ArrivalGround
from psabridge.rules.arriving.planning import hides_a_company, plan_arrivals
from psabridge.rules.arriving.register import Register
from psabridge.rules.platform import PlatformSnapshot, Tenant
from psabridge.rules.psa import Newcomers, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, Mode, TenantId, WorkKind


def look_for_newcomers(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    ports: Ports,
    by_hand: frozenset[CompanyId],
) -> Arrivals:
    """Costs no call where no customers are created, none is begun and a person named none."""
    memory = ports.arrivals.memory(settings.pairing)
    named = (by_hand | frozenset(memory.begun)) - {row.company for row in settings.customers}
    if not named and not psa.strangers:
        is_whole = settings.creates_customers and not hides_a_company(psa.gaps)
        return Arrivals(by_hand=by_hand, memory=memory, is_whole=is_whole)
    with asking(Side.PSA):
        found = ports.psa.newcomers(settings, psa, named)
    register = Register.of(platform.tenants.values(), psa.database_id)
    return plan_arrivals(
        ArrivalGround(
            settings=settings,
            psa=psa,
            platform=platform,
            register=register,
            newcomers=found,
            insides=_insides(found, settings, register, ports),
            memory=memory,
            was_mapped=frozenset(ports.records.contracts_seen(settings.pairing).values()),
            by_hand=by_hand,
            now=ports.clock.now(),
        )
    )


def _insides(
    found: Newcomers, settings: PairingSettings, register: Register, ports: Ports
) -> dict[TenantId, Inside]:
    tenants = [one for company in found.companies for one in register.marked(company)]
    return {one.id: _inside(one, settings, ports) for one in tenants if settings.company_of(one.id) is None}


def _inside(tenant: Tenant, settings: PairingSettings, ports: Ports) -> Inside:
    """One tenant that cannot be read stops nobody else (ACR-PRV-14)."""
    provisioning = ports.provisioning
    try:
        items = ports.platform.items([tenant.id])
        if tenant.id not in items:
            return Inside(unread="its items came garbled")
        asks_factor = settings.new_customers.two_factor
        return Inside(
            items=items[tenant.id],
            users=provisioning.users(tenant.id),
            has_second_factor=asks_factor and provisioning.has_second_factor(tenant.id),
        )
    except (Busy, NotSent, Refused, Unreadable) as error:
        return Inside(unread=str(error))


def remember_list(settings: PairingSettings, arrivals: Arrivals, ports: Ports) -> None:
    """Once customers may really be created, who was there before is asked once (ACR-PRV-04)."""
    memory = arrivals.memory
    settled = {row.company for row in settings.customers}.intersection(memory.begun)
    if settled:  # a person mapped them meanwhile; unmapped again, they are asked about like others
        ports.arrivals.forget(settings.pairing, settled)
    is_on = settings.creates_customers and settings.mode_of(WorkKind.PROVISIONING) is not Mode.OBSERVE
    if not is_on and memory.asked_at is not None:
        ports.arrivals.forget_list(settings.pairing)
    elif is_on and memory.asked_at is None and arrivals.is_whole:
        ports.arrivals.keep_list(settings.pairing, arrivals.found, ports.clock.now())
