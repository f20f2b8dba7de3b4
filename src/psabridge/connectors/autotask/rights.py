"""What the API user needs in Autotask, asked one by one (ROL-05)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from psabridge.clients.autotask.client import AutotaskClient


class Act(StrEnum):
    READ = "read"
    CREATE = "create"
    EDIT = "edit"


class Sight(StrEnum):
    """How far a right goes."""

    ALL = "all"
    RESTRICTED = "restricted"
    NONE = "none"
    NOT_SAID = "not said by Autotask"


@dataclass(frozen=True, slots=True)
class Need:
    act: Act
    entity: str  # as Autotask's routes name it
    why: str


@dataclass(frozen=True, slots=True)
class Right:
    need: Need
    sight: Sight

    @property
    def is_enough(self) -> bool:
        """What Autotask does not say shows itself at the first use."""
        return self.sight in {Sight.ALL, Sight.NOT_SAID}


NEEDS = (
    Need(Act.READ, "Companies", "to know who is billed"),
    Need(Act.READ, "Contacts", "to suggest customers by the e-mail domains of their contacts"),
    Need(Act.READ, "Contracts", "to see what is sold; a hidden contract looks like a missing one"),
    Need(Act.READ, "ContractServices", "to see the lines of contracts"),
    Need(Act.READ, "ContractServiceUnits", "to see the units of lines"),
    Need(Act.READ, "ContractServiceBundles", "to see bundles on contracts"),
    Need(Act.READ, "ContractServiceBundleUnits", "to see the units of bundles"),
    Need(Act.READ, "Services", "to find mapped services"),
    Need(Act.READ, "ServiceBundles", "to know the bundles that hold mapped services"),
    Need(Act.READ, "ServiceBundleServices", "to know the services of a bundle"),
    Need(Act.READ, "UserDefinedFieldDefinitions", 'to know the field "Acronis PAYG"'),
    Need(Act.CREATE, "ContractServiceAdjustments", "to write units to contracts"),
)
CREATING_SERVICES = Need(
    Act.CREATE, "Services", "to create the services of the mapping; it takes the rights of an administrator"
)
CREATING_LINES = Need(
    Act.CREATE, "ContractServices", "to add lines to contracts for what is switched on in Acronis"
)
READING_NOTES = Need(Act.READ, "ContractNotes", "to see which notes stand on contracts already")
CREATING_NOTES = Need(Act.CREATE, "ContractNotes", "to leave a note on a contract that was changed")
CREATING_THE_FIELD = Need(
    Act.CREATE,
    "UserDefinedFieldDefinitions",
    'to make the field "Acronis PAYG"; it takes the rights of an administrator',
)


TICKETS = (
    Need(Act.READ, "Tickets", "to see what became of tickets; a hidden one looks like a deleted one"),
    Need(Act.CREATE, "Tickets", "to turn alerts into tickets"),
    Need(Act.EDIT, "Tickets", "to close and to reopen tickets"),
    Need(Act.READ, "TicketNotes", "to see which notes stand on tickets already"),
    Need(Act.CREATE, "TicketNotes", "to write what became of an alert to its ticket"),
)


def rights_of(client: AutotaskClient, *needs: Need) -> Iterator[Right]:
    """One call each. Raises what a read raises."""
    for need in needs:
        told = client.information(need.entity)
        access = {
            Act.READ: told.user_access_for_query,
            Act.CREATE: told.user_access_for_create,
            Act.EDIT: told.user_access_for_update,
        }[need.act]
        yield Right(need, _SIGHT.get(access, Sight.NOT_SAID))


_SIGHT: dict[int | None, Sight] = {0: Sight.NONE, 1: Sight.ALL, 2: Sight.RESTRICTED}
