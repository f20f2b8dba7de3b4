"""Makes new customers: one company after the other, each step asked about before and after (design 7).

The first step of a company that was not carried out stops the ones after it, except an item that Acronis
refuses: that one is said, and the others go on (R4). Another company's failure stops nobody (ACR-PRV-14).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from psabridge.engine.creations import Creating, attempt, on_its_way, sent_once
from psabridge.engine.items import set_one
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Ports
from psabridge.kit.errors import OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.arriving.logins import MOST_TRIES, nth_login
from psabridge.rules.plans.arrival_changes import (
    ArrivalChange,
    BeginProduction,
    CreateTenant,
    CreateUser,
    EnableApplication,
    GiveItem,
    InTenant,
    MapCustomer,
    Newcomer,
    RequireSecondFactor,
    SendActivation,
)
from psabridge.rules.plans.plan import Plan, SetItem, Step
from psabridge.rules.platform import TenantUser
from psabridge.rules.settings import CustomerMapping
from psabridge.rules.words import CompanyId, StepId, TenantId

Left = Mapping[StepId, StepOutcome]
_WAITS = {StepState.HELD, StepState.NOT_ASKED, StepState.STALE, StepState.WAITING}


@dataclass(slots=True)
class Reception:
    """What the new customers of one cycle go through."""

    creating: Creating
    who: str  # whom the audit names
    before_each: Callable[[], None]
    after_each: Callable[[], None]
    tenants: dict[CompanyId, TenantId] = field(default_factory=dict)

    begun: set[CompanyId] = field(default_factory=set)

    @property
    def ports(self) -> Ports:
        return self.creating.ports

    def begin(self, who: Newcomer) -> None:
        """Committed before anything of a company is written: what was let go once is finished unasked."""
        if who.company not in self.begun:
            self.ports.arrivals.begin(self.creating.pairing, who.company, self.ports.clock.now())
            self.begun.add(who.company)


def arrivals_of(plan: Plan) -> dict[CompanyId, list[tuple[Step, ArrivalChange]]]:
    """The steps of each new customer in the order in which they are done, which is the plan's."""
    found: dict[CompanyId, list[tuple[Step, ArrivalChange]]] = {}
    for step in plan.steps:
        if isinstance(step.change, ArrivalChange):
            found.setdefault(step.change.who.company, []).append((step, step.change))
    return found


def receive(plan: Plan, left: Left, reception: Reception) -> tuple[StepOutcome, ...]:
    """`left`: steps that may not be carried out now, with why."""
    outcomes: list[StepOutcome] = []
    for steps in arrivals_of(plan).values():
        outcomes += _receive_one(steps, left, reception)
    return tuple(outcomes)


def _receive_one(
    steps: Sequence[tuple[Step, ArrivalChange]], left: Left, reception: Reception
) -> list[StepOutcome]:
    outcomes: list[StepOutcome] = []
    stopped: StepOutcome | None = None
    for step, change in steps:
        outcome = left.get(step.id)
        if outcome is None and stopped is not None:
            outcome = _after(step, stopped)
            outcomes.append(outcome)
        elif outcome is None:
            reception.begin(change.who)
            outcome = _carry_out(step, change, reception)
            outcomes.append(outcome)
        if _stops(outcome, change):
            stopped = stopped or outcome
    return outcomes


def _stops(outcome: StepOutcome, change: ArrivalChange) -> bool:
    if isinstance(change, GiveItem) and outcome.state is StepState.REJECTED:
        return False
    return outcome.state is not StepState.APPLIED


def _after(step: Step, stopped: StepOutcome) -> StepOutcome:
    state = stopped.state if stopped.state in _WAITS else StepState.NOT_ASKED
    return StepOutcome(step, state, f"it comes after '{stopped.step.subject}', which was {stopped.state}")


def _carry_out(step: Step, change: ArrivalChange, reception: Reception) -> StepOutcome:
    reception.before_each()
    outcome = attempt(step, lambda: _act(step, change, reception))
    reception.after_each()
    return outcome


def _act(step: Step, change: ArrivalChange, reception: Reception) -> StepOutcome:
    who = change.who
    if isinstance(change, CreateTenant):
        return _tenant(step, who, reception)
    tenant = _home(who, reception)
    if isinstance(change, MapCustomer):
        return _map(step, who, tenant, reception)
    return _in_tenant(step, change, tenant, reception)


def _in_tenant(step: Step, change: InTenant, tenant: TenantId, reception: Reception) -> StepOutcome:
    ports, who = reception.ports, change.who
    match change:
        case EnableApplication(application=application):
            return _absolute(step, lambda: ports.provisioning.enable_application(tenant, application))
        case GiveItem(wanted=wanted, before=before):
            return set_one(step, SetItem(replace(wanted, tenant=tenant), before), ports.platform)
        case CreateUser():
            return _user(step, change, tenant, reception)
        case SendActivation():
            return _mail(step, who, tenant, reception)
        case RequireSecondFactor():
            return _second_factor(step, who, tenant, reception)
        case BeginProduction():
            return _production(step, tenant, reception)


# ---- the tenant


def _tenant(step: Step, who: Newcomer, reception: Reception) -> StepOutcome:
    """Looked for by its mark before it is made and after a lost answer (R32)."""
    ports, creating = reception.ports, reception.creating
    if _is_there(who, reception):
        return StepOutcome(step, StepState.APPLIED, "it was there already")
    waiting = on_its_way(step, creating)
    if waiting is not None:
        return waiting
    try:
        made = sent_once(step, lambda: ports.provisioning.create_tenant(who), creating)
    except OutcomeUnknown:
        if not _is_there(who, reception):
            raise
        return StepOutcome(step, StepState.APPLIED, "the answer was lost; read back, it stands")
    except Refused as error:
        raise _same_name(who, error) from error
    reception.tenants[who.company] = made
    return StepOutcome(step, StepState.APPLIED)


def _is_there(who: Newcomer, reception: Reception) -> bool:
    found = reception.ports.provisioning.find_tenant(who.tag)
    if found is not None:
        reception.tenants[who.company] = found.id
    return found is not None


def _same_name(who: Newcomer, error: Refused) -> Refused:
    if error.kind is not RefusalKind.DUPLICATE:
        return error
    problem = "a tenant of its name exists already, out of what could be read"
    next_act = "Map the company by hand (psabridge customers map), or rename one of the two"
    return Refused(who.name, problem, next_act, kind=error.kind, code="ERR-13", vendor_text=error.vendor_text)


def _home(who: Newcomer, reception: Reception) -> TenantId:
    """The tenant by its mark: made in this cycle, or found when the plan was made."""
    if who.company not in reception.tenants and not _is_there(who, reception):
        raise Refused(
            who.name, "its tenant is not there", "Make a new plan", kind=RefusalKind.MISSING, code="R32"
        )
    return reception.tenants[who.company]


# ---- what is absolute


def _absolute(step: Step, write: Callable[[], None]) -> StepOutcome:
    """Asked twice it does nothing more, so a lost answer is followed by asking once more."""
    try:
        write()
    except OutcomeUnknown:
        write()
    return StepOutcome(step, StepState.APPLIED)


def _second_factor(step: Step, who: Newcomer, tenant: TenantId, reception: Reception) -> StepOutcome:
    provisioning = reception.ports.provisioning
    if provisioning.has_second_factor(tenant):
        return StepOutcome(step, StepState.APPLIED, "it was on already")
    if not provisioning.may_change_second_factor(tenant):
        problem = "Acronis does not let its second factor be switched on"
        next_act = "Switch it on in Acronis, or take two_factor back"
        raise Refused(who.name, problem, next_act, kind=RefusalKind.RIGHTS, code="ACR-PRV-08")
    return _absolute(step, lambda: provisioning.require_second_factor(tenant))


def _production(step: Step, tenant: TenantId, reception: Reception) -> StepOutcome:
    provisioning = reception.ports.provisioning
    if provisioning.is_in_production(tenant):
        return StepOutcome(step, StepState.APPLIED, "it had begun already")
    try:
        provisioning.begin_production(tenant)
    except OutcomeUnknown:
        if not provisioning.is_in_production(tenant):
            raise
        return StepOutcome(step, StepState.APPLIED, "the answer was lost; read back, it stands")
    return StepOutcome(step, StepState.APPLIED)


# ---- the first user


def _user(step: Step, change: CreateUser, tenant: TenantId, reception: Reception) -> StepOutcome:
    """Whoever is in the tenant of ours is its first user, also where the answer to its making was lost."""
    provisioning = reception.ports.provisioning
    user = _first(provisioning.users(tenant))
    said = "it was there already"
    if user is None:
        waiting = on_its_way(step, reception.creating)
        if waiting is not None:
            return waiting
        login = _free_login(change, reception)
        user, said = _made_user(step, change, tenant, login, reception), f"with the login {login}"
    if not user.is_admin:
        return replace(_absolute(step, lambda: provisioning.make_admin(tenant, user.id)), text=said)
    return StepOutcome(step, StepState.APPLIED, said)


def _made_user(
    step: Step, change: CreateUser, tenant: TenantId, login: str, reception: Reception
) -> TenantUser:
    provisioning = reception.ports.provisioning
    try:
        made = sent_once(step, lambda: provisioning.create_user(tenant, login, change), reception.creating)
    except OutcomeUnknown:
        found = _first(provisioning.users(tenant))
        if found is None:
            raise
        return found
    return TenantUser(made, login, is_active=False, is_admin=False)


def _first(users: Sequence[TenantUser]) -> TenantUser | None:
    """An administrator before others."""
    return min(users, key=lambda user: (not user.is_admin, user.login), default=None)


def _free_login(change: CreateUser, reception: Reception) -> str:
    for number in range(1, MOST_TRIES + 1):
        login = nth_login(change.login, number)
        is_free = reception.ports.provisioning.is_free(login)
        if is_free is None:
            raise _no_login(change, f"'{login}' is not acceptable as a login")
        if is_free:
            return login
    raise _no_login(change, f"'{change.login}' and {MOST_TRIES - 1} more of it are taken")


def _no_login(change: CreateUser, problem: str) -> Refused:
    next_act = "Make the first user in Acronis; the bridge goes on from there"
    return Refused(change.who.name, problem, next_act, kind=RefusalKind.OTHER, code="R36")


def _mail(step: Step, who: Newcomer, tenant: TenantId, reception: Reception) -> StepOutcome:
    """It cannot be asked whether a mail left: a lost answer is followed by a second one, never by none."""
    ports = reception.ports
    user = _first(ports.provisioning.users(tenant))
    if user is None:
        raise Refused(who.name, "its first user is not there", "Make a new plan", kind=RefusalKind.MISSING)
    if user.is_active:
        return StepOutcome(step, StepState.APPLIED, "the user is active already")
    ports.provisioning.send_activation(user.id)
    ports.arrivals.note_mail(reception.creating.pairing, who.company, ports.clock.now())
    return StepOutcome(step, StepState.APPLIED)


# ---- the mapping


def _map(step: Step, who: Newcomer, tenant: TenantId, reception: Reception) -> StepOutcome:
    ports, mapping = reception.ports, CustomerMapping(tenant, who.company)
    ports.arrivals.map_customer(reception.creating.pairing, mapping, who=reception.who, at=ports.clock.now())
    return StepOutcome(step, StepState.APPLIED)
