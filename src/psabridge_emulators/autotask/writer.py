"""Under whose name a write is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.errors import Invalid
from psabridge_emulators.autotask.people import ApiUser


@dataclass(frozen=True, slots=True)
class Writer:
    now: datetime
    resource_id: int
    impersonator_id: int | None = None  # the API user, where the write is attributed to another


def writer_of(database: Database, user: ApiUser, headers: Mapping[str, str]) -> Writer:
    """`ImpersonationResourceId` attributes a write to another resource (autotask-rest.md 1.1)."""
    asked = headers.get("impersonationresourceid")
    if asked is None:
        return Writer(database.now, user.resource_id)
    if not asked.isdigit() or database.row("Resources", int(asked)) is None:
        raise Invalid(f"The impersonation resource {asked} does not exist or may not be impersonated.")
    return Writer(database.now, int(asked), user.resource_id)
