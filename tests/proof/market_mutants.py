"""Bugs planted in what makes and ends customers: the lives of customers have to find every one of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from psabridge.connectors.acronis.provisioning import AcronisProvisioning
from psabridge.connectors.autotask.connector import AutotaskPsa
from psabridge.engine import creations, sorting
from psabridge.rules.arriving.register import Register
from psabridge.rules.leaving import counting, due, looks
from psabridge.rules.leaving.kept import Disabling, LeavingCount
from psabridge.rules.plans import guard
from psabridge.rules.platform import Tenant, TenantUser
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted import tags
from psabridge.rules.words import TenantId
from tests.proof.mutants import put


def tenant_made_again() -> None:
    """Whether a tenant of ours is there already is asked by its name alone, not by its mark."""
    put(Register, "marked", lambda *_: ())
    put(AcronisProvisioning, "find_tenant", lambda *_: None)


def user_made_again() -> None:
    """A user that has no role yet is not seen."""
    users = AcronisProvisioning.users

    def wrong(self: AcronisProvisioning, tenant: TenantId) -> tuple[TenantUser, ...]:
        return tuple(one for one in users(self, tenant) if one.is_admin)

    put(AcronisProvisioning, "users", wrong)


def line_not_adopted() -> None:
    """Whether a line of the service is there is not asked right before one is made."""
    put(AutotaskPsa, "find_lines", lambda *_: ())


def service_made_again() -> None:
    """What was asked for and may still arrive is asked for again."""
    put(creations, "on_its_way", lambda *_: None)


def unread_days_count() -> None:
    """A day on which contracts could not be seen counts like any other (R20)."""
    put(looks, "_pause", lambda *_: "")


def every_look_counts_as_a_day() -> None:
    """Tenants are disabled and deleted before their days (ACR-DEP-05)."""
    looked = counting._looked

    def wrong(count: LeavingCount, today: date, *, pause: str = "") -> LeavingCount:
        return replace(looked(count, today, pause=pause), days=count.days + 1)

    put(counting, "_looked", wrong)


def deleted_on_the_day() -> None:
    """A tenant that was disabled is deleted at the next look (R37)."""
    put(due, "_is_to_delete", lambda tenant, kept, *_: kept.disabling is not None and not tenant.is_enabled)


def touched_is_ours() -> None:
    """What a person changed since the bridge disabled it is enabled and deleted like its own (R34)."""

    def wrong(_: Disabling, tenant: Tenant) -> bool:
        return not tenant.is_enabled

    put(Disabling, "still_holds", wrong)


def deleted_unasked() -> None:
    """Nobody is asked before a deletion (R61)."""
    put(guard, "_deletions", lambda *_: ())


def deleted_although_sold() -> None:
    """A plan to end a tenant is carried out although something is sold to it again (W12)."""
    put(sorting, "_tenant_moved", lambda *_: None)


def exemption_ignored() -> None:
    """An exempt customer is counted, disabled and deleted like others (ACR-DEP-07)."""
    put(PairingSettings, "exemption_of", lambda *_: None)


def foreign_tag_overwritten() -> None:
    """A tag of another system is taken for an empty one (R32)."""
    put(tags, "is_foreign", lambda *_: False)


MUTANTS: dict[str, Callable[[], None]] = {
    plant.__name__: plant
    for plant in (
        tenant_made_again,
        user_made_again,
        line_not_adopted,
        service_made_again,
        unread_days_count,
        every_look_counts_as_a_day,
        deleted_on_the_day,
        touched_is_ours,
        deleted_unasked,
        deleted_although_sold,
        exemption_ignored,
        foreign_tag_overwritten,
    )
}
# The first seed from which a life finds it: a search that is short today.
FOUND_FROM: dict[str, int] = {
    "tenant_made_again": 16,
    "user_made_again": 18,
    "line_not_adopted": 36,
    "service_made_again": 17,
    "unread_days_count": 1,
    "every_look_counts_as_a_day": 1,
    "deleted_on_the_day": 2,
    "touched_is_ours": 8,
    "deleted_unasked": 2,
    "deleted_although_sold": 4,
    "exemption_ignored": 7,
    "foreign_tag_overwritten": 342,
}
