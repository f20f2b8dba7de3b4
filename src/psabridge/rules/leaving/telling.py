"""What is said before a tenant is disabled or deleted, and when its customer comes back (ACR-DEP-07, R34)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from psabridge.kit.wording import counted
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.leaving.kept import Disabling, Kept, TenantState
from psabridge.rules.leaving.looks import Look, is_gone
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, TenantId

SOON = 7  # days before which a person is told (ACR-DEP-07)


@dataclass(frozen=True, slots=True)
class Leaver:
    """A mapped tenant whose company has no live addition."""

    company: CompanyId
    tenant: TenantId
    subject: str
    days: int
    after: int | None  # counted days at which the next step is due; None: nothing follows
    wanted: TenantState | None
    is_counting: bool
    ground: str | None
    pause: str
    exempt: str | None
    is_ours: bool  # disabled by the bridge, and touched by nobody since
    is_disabled: bool

    @property
    def left(self) -> int | None:
        """Whole days until the next step at the earliest; None: nothing is coming."""
        if self.after is None or not self.is_counting or self.exempt is not None:
            return None
        return max(self.after - self.days, 0)

    @property
    def is_soon(self) -> bool:
        return self.left is not None and self.left <= SOON

    @property
    def says_disabled(self) -> bool:
        """What is told of it here says that it is disabled, and what comes of that."""
        return self.is_disabled and (self.is_soon or (self.is_ours and self.exempt is None))

    @property
    def order(self) -> tuple[int, str]:
        return (10**6 if self.left is None else self.left, self.subject.casefold())


def findings_of(
    looks: Sequence[Look],
    now: Mapping[TenantId, Kept],
    listed: Sequence[Leaver],
    settings: PairingSettings,
    ended: frozenset[CompanyId],
) -> Iterator[Finding]:
    """`ended`: companies of which an end was seen or said (R21)."""
    for look in looks:
        yield from _returned(look, now[look.tenant])
        yield from _deleted(look, now[look.tenant])
    if settings.set_quotas_to_zero:
        yield from (_not_zeroed(one) for one in listed if _keeps_quotas(one, ended))
    if not settings.leaving.is_on:
        return
    for leaver in listed:
        if leaver.is_soon:
            yield _soon(leaver)
        elif _waits_for_a_person(leaver):
            yield _unconfirmed(leaver)
        elif leaver.says_disabled:
            yield _stays_disabled(leaver)


def told_disabled(
    looks: Sequence[Look], now: Mapping[TenantId, Kept], listed: Sequence[Leaver], settings: PairingSettings
) -> frozenset[TenantId]:
    """Disabled tenants of which the steps or findings here speak: nothing else says what to do with them."""
    back = {look.tenant for look in looks if look.live and now[look.tenant].disabling}
    leaving = {one.tenant for one in listed if settings.leaving.is_on and one.says_disabled}
    return frozenset(back | leaving)


def clocks_differ(offset: timedelta) -> Finding:
    """A day that only this machine's clock has seen must not delete anybody (W11)."""
    return Finding(
        "W11",
        Severity.STOPS,
        "customers that leave",
        f"the clocks of this machine and of Autotask differ by {abs(offset)}: no day is counted, and no "
        "tenant is disabled, deleted or enabled",
        "Set this machine's clock; psabridge doctor shows the difference",
    )


def _soon(leaver: Leaver) -> Finding:
    if leaver.wanted is TenantState.DELETED and not leaver.is_ours:
        return Finding(
            "R34",
            Severity.WARNING,
            leaver.subject,
            "it is disabled and due for deletion, and the bridge deletes only what it disabled and nobody "
            "touched since",
            "Delete the tenant in Acronis, or leave it and exempt the customer",
            leaver.company,
        )
    when = "now" if leaver.left == 0 else f"in {counted(leaver.left or 0, 'day')} at the earliest"
    paused = f"; not counted today: {leaver.pause}" if leaver.pause else ""
    is_off = "the bridge disabled it, and " if leaver.is_disabled else ""
    return Finding(
        "ACR-DEP-07",
        Severity.WARNING,
        leaver.subject,
        f"{is_off}it is to be {leaver.wanted} {when}: {leaver.ground}, "
        f"{counted(leaver.days, 'whole day')} of {leaver.after} counted{paused}",
        f"If {'its backups stay' if leaver.is_disabled else 'it stays'}: "
        f"psabridge leaving --exempt {leaver.company} --reason TEXT",
        leaver.company,
    )


def _stays_disabled(leaver: Leaver) -> Finding:
    if leaver.after is None:
        then = "the bridge does not delete it"
    elif leaver.left is None:
        then = "no day counts towards its deletion"
    else:
        then = f"it is to be deleted in {counted(leaver.left, 'day')} at the earliest"
    return Finding(
        "R34",
        Severity.NOTE,
        leaver.subject,
        f"the bridge disabled it, because nothing live is sold to it; {then}",
        "If it should work again, sell it a service: the bridge enables it",
        leaver.company,
    )


def _waits_for_a_person(leaver: Leaver) -> bool:
    is_over = leaver.is_counting or leaver.exempt is not None or leaver.is_disabled
    return not is_over and not leaver.pause


def _keeps_quotas(leaver: Leaver, ended: frozenset[CompanyId]) -> bool:
    return leaver.company not in ended and leaver.exempt is None and not leaver.pause


def _not_zeroed(leaver: Leaver) -> Finding:
    return Finding(
        "R21",
        Severity.NOTE,
        leaver.subject,
        "nothing live is sold to it, and the bridge did not see the end of anything that was: "
        "no quota is set to 0 for that",
        f"If it has left: psabridge leaving --confirm {leaver.company}",
        leaver.company,
    )


def _unconfirmed(leaver: Leaver) -> Finding:
    return Finding(
        "R21",
        Severity.NOTE,
        leaver.subject,
        "nothing live is sold to it, and the bridge did not see the end of anything that was: no day counts",
        f"If it has left: psabridge leaving --confirm {leaver.company}",
        leaver.company,
    )


def _deleted(look: Look, kept: Kept) -> Iterator[Finding]:
    """Done, and not to be done again; the mapping is the operator's (R33)."""
    done = kept.disabling
    if look.live or done is None or done.gone_at is None or not is_gone(look, kept):
        return
    yield Finding(
        "R34",
        Severity.NOTE,
        look.subject,
        f"the bridge deleted its tenant on {done.gone_at:%Y-%m-%d}: nothing is measured for it any more",
        f"Unmap the company: psabridge customers unmap {look.company}",
        look.company,
    )


def _whose(done: Disabling) -> str:
    if done.version is None:
        asked = f"the bridge's request of {done.sent_at:%Y-%m-%d}"
        return f"it was found disabled long after the answer to {asked} was lost, perhaps by somebody else"
    return "somebody changed the tenant since the bridge disabled it"


def _returned(look: Look, kept: Kept) -> Iterator[Finding]:
    """Sold to again, and the bridge may not put it back by itself (R34, ACR-DEP-08)."""
    done = kept.disabling
    if not look.live or done is None:
        return
    if done.gone_at is not None and is_gone(look, kept):
        yield Finding(
            "R34",
            Severity.STOPS,
            look.subject,
            f"a service is sold to it again, and the bridge deleted its tenant on {done.gone_at:%Y-%m-%d}",
            "Restore the tenant in Acronis, or map a new one; the bridge does neither by itself",
            look.company,
        )
    elif look.now is not None and not look.now.is_enabled and not done.still_holds(look.now):
        yield Finding(
            "R34",
            Severity.STOPS,
            look.subject,
            f"a service is sold to it again, and {_whose(done)}",
            "Enable it in Acronis if it should work again",
            look.company,
        )
