"""Who calls: the API user, what has become of it, and what it may see (autotask-rest.md 1.1, 6.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.errors import Refusal
from psabridge_emulators.autotask.table import Row

State = Literal["ok", "wrong_secret", "locked", "inactive", "ordinary", "revoked"]


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    secret: str
    integration_code: str


@dataclass(frozen=True, slots=True)
class ApiUser:
    credentials: Credentials
    resource_id: int
    state: State = "ok"
    # Restrictions show as missing rows, not as errors (autotask-rest.md 1.1).
    sees_contracts: bool = True
    sees_tickets: bool = True  # the "View" of ticket security (autotask-rest.md 6.3)
    sees_costs: bool = True
    may_write: bool = True
    line_of_business: int | None = None  # an organizational level association; None sees all
    hidden_companies: frozenset[int] = frozenset()
    hidden_contracts: frozenset[int] = frozenset()
    may_not_create: frozenset[str] = frozenset()  # names of entities, as their routes
    may_not_update: frozenset[str] = frozenset()
    max_webhooks: int = 10  # autotask-rest.md 1.2: 0 on every level until somebody sets it

    def check(self, headers: Mapping[str, str]) -> None:
        """401 for a bad combination, a locked or inactive user, or one that is no API user."""
        sent = (headers.get("username"), headers.get("secret"), headers.get("apiintegrationcode"))
        known = (self.credentials.user, self.credentials.secret, self.credentials.integration_code)
        same_user = (sent[0] or "").lower() == known[0].lower()
        if self.state != "ok" or not same_user or sent[1:] != known[1:]:
            raise Refusal(401, "Authorization has been denied for this request.")

    @property
    def sees_all(self) -> bool:
        hides = self.hidden_companies or self.hidden_contracts
        everything = self.sees_contracts and self.sees_tickets
        return everything and self.line_of_business is None and not hides

    def sees(self, database: Database, entity_name: str, row: Row) -> bool:
        """Whether a row exists for this user; what hangs below a hidden contract is hidden with it."""
        if self.sees_all:
            return True
        if entity_name == "Contracts":
            return self._sees_contract(row)
        if entity_name == "Companies":
            return row["id"] not in self.hidden_companies
        if entity_name == "TicketNotes":
            ticket = database.row("Tickets", row["ticketID"])
            return ticket is None or self.sees(database, "Tickets", ticket)
        hidden = entity_name == "Tickets" and not self.sees_tickets
        if hidden or row.get("companyID") in self.hidden_companies:
            return False
        contract = database.row("Contracts", row["contractID"]) if row.get("contractID") is not None else None
        return (contract is None or self._sees_contract(contract)) and self._in_business(row)

    def may_create(self, entity_name: str) -> bool:
        return self.may_write and entity_name not in self.may_not_create

    def may_update(self, entity_name: str) -> bool:
        return self.may_write and entity_name not in self.may_not_update

    def reads_all_of(self, entity_name: str) -> bool:
        """Whether nothing of an entity is kept from this user."""
        below = entity_name.startswith("Contract")
        if below and not (
            self.sees_contracts and self.line_of_business is None and not self.hidden_contracts
        ):
            return False
        if entity_name in {"Tickets", "TicketNotes"} and not self.sees_all:
            return False
        return not (self.hidden_companies and (below or entity_name == "Companies"))

    def _sees_contract(self, contract: Row) -> bool:
        if not self.sees_contracts or contract["id"] in self.hidden_contracts:
            return False
        return contract["companyID"] not in self.hidden_companies and self._in_business(contract)

    def _in_business(self, row: Row) -> bool:
        """A user tied to a line of business sees rows with none or theirs (autotask-rest.md 6.5)."""
        association = row.get("organizationalLevelAssociationID")
        return self.line_of_business is None or association in {None, self.line_of_business}
