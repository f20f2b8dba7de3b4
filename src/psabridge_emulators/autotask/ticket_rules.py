"""Rules of tickets and of their notes (autotask-rest.md 3.2, 6.3, 6.4)."""

from collections.abc import Mapping
from typing import Any

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import wire_time
from psabridge_emulators.autotask.errors import Invalid, bad_reference
from psabridge_emulators.autotask.picklists import TICKET_COMPLETE
from psabridge_emulators.autotask.table import Row

Values = dict[str, Any]

WORK_TYPE = 1  # the use type of a ticket's allocation code (autotask-rest.md 5.7)
API_LICENSE = 7
NOTE_TITLE = "noteTitle"  # asked of notes, not of tickets
RESOLUTION = "resolution"  # asked when a ticket is completed (D6)
# What must belong to the ticket's company.
OF_COMPANY = {"contactID": "Contacts", "companyLocationID": "CompanyLocations", "contractID": "Contracts"}
OF_CONTRACT = {
    "contractServiceID": "ContractServices",
    "contractServiceBundleID": "ContractServiceBundles",
}


def new_ticket(database: Database, values: Values) -> Values:
    """What a new ticket gets beside what was sent."""
    if values.get("ticketCategory") is None:
        values = values | {"ticketCategory": _default_category(database)}
    _check(database, values, values)
    # In practice a queue or an assignee is asked for too (autotask-rest.md 6.3).
    if values.get("queueID") is None and values.get("assignedResourceID") is None:
        raise Invalid("Missing Required Field: queueID.")
    return {"ticketCategory": values["ticketCategory"]}


def changed_ticket(database: Database, row: Row, values: Values) -> None:
    changes = {name: value for name, value in values.items() if row.get(name) != value}
    _check(database, {**row, **values}, changes)


def _check(database: Database, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """The whole ticket where something about it changes: what was right once may stand."""
    _check_assignee(database, ticket, changes)
    _check_category(database, ticket, changes)
    _check_sub_issue(database, ticket, changes)
    _check_work_type(database, changes)
    _check_company(database, changes)
    _check_belongs(database, ticket, changes)


def _check_assignee(database: Database, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """A resource goes with its role, and both with the service desk (autotask-rest.md 3.2, 6.3)."""
    resource_id, role_id = ticket.get("assignedResourceID"), ticket.get("assignedResourceRoleID")
    if (resource_id is None) != (role_id is None):
        raise Invalid(
            "Data violation: When assigning a Resource, you must assign both a assignedResourceID and "
            "assignedResourceRoleID."
        )
    if resource_id is None or not changes.keys() & {"assignedResourceID", "assignedResourceRoleID"}:
        return
    resource = database.row("Resources", resource_id)
    # An API user creates tickets and is never their owner (autotask-rest.md 1.2).
    if resource is None or not resource["isActive"] or resource["licenseType"] == API_LICENSE:
        raise bad_reference("assignedResourceID", "Resource")
    roles = database["ResourceServiceDeskRoles"].find("resourceID", resource_id)
    if not any(pair["roleID"] == role_id and pair["isActive"] for pair in roles):
        raise Invalid(
            "Data violation: The assignedResourceID and assignedResourceRoleID are not associated with a "
            "service desk queue."
        )


def _check_category(database: Database, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """The tenant's category decides what else is required (autotask-rest.md 6.3)."""
    all_of_them = "ticketCategory" in changes
    for name in required_by_category(database, ticket):
        if name in {NOTE_TITLE, RESOLUTION}:
            continue
        if (all_of_them or name in changes) and ticket.get(name) in {None, ""}:
            raise Invalid(f"Missing Required Field: {name}.")
    completed = changes.get("status") == TICKET_COMPLETE
    asked = RESOLUTION in required_by_category(database, ticket)
    if completed and asked and ticket.get(RESOLUTION) in {None, ""}:
        raise Invalid(f"Missing Required Field: {RESOLUTION}.")


def required_by_category(database: Database, ticket: Mapping[str, Any]) -> tuple[str, ...]:
    category = database.row("TicketCategories", ticket.get("ticketCategory") or 0)
    return () if category is None else category.get("_requires", ())


def _default_category(database: Database) -> int | None:
    rows = database["TicketCategories"].all()
    return next((row["id"] for row in rows if row["isGlobalDefault"] and row["isActive"]), None)


def _check_sub_issue(database: Database, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """A sub-issue type goes with its issue type, its picklist's parent (autotask-rest.md 6.3)."""
    sub_issue = ticket.get("subIssueType")
    if sub_issue is None or not changes.keys() & {"issueType", "subIssueType"}:
        return
    entry = database.picklists.find("sub_issue_type", sub_issue)
    if entry is None or entry.parent != str(ticket.get("issueType")):
        raise Invalid(f"Value {sub_issue} of subIssueType does not belong to the issueType of the ticket.")


def _check_work_type(database: Database, changes: Mapping[str, Any]) -> None:
    if changes.get("billingCodeID") is None:
        return
    code = database.row("BillingCodes", changes["billingCodeID"])
    if code is None or code["useType"] != WORK_TYPE or not code["isActive"]:
        raise bad_reference("billingCodeID", "BillingCode")


def _check_company(database: Database, changes: Mapping[str, Any]) -> None:
    """Whether an inactive company takes tickets is a doubt."""
    if "companyID" not in changes or database.doubts.inactive_company == "accepted":
        return
    company = database.row("Companies", changes["companyID"])
    if company is None or company.get("isActive") is False:
        raise bad_reference("companyID", "Account")


def _check_belongs(database: Database, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Contact, location and contract are the company's; they are nulled before it changes (section 3.2)."""
    for names, parent in ((OF_COMPANY, "companyID"), (OF_CONTRACT, "contractID")):
        for name, entity_name in names.items():
            if ticket.get(name) is None or not changes.keys() & {parent, name}:
                continue
            row = database.row(entity_name, ticket[name])
            if row is None or row.get(parent) != ticket.get(parent):
                raise Invalid(f"Data violation: The {name} does not belong to the {parent} of the ticket.")


def completion(database: Database, row: Row | None, values: Mapping[str, Any], by: int) -> Values:
    """The system sets the completion fields; whether reopening clears the date is D6."""
    before = None if row is None else row["status"]
    after = values.get("status", before)
    if after == TICKET_COMPLETE and before != TICKET_COMPLETE:
        return {"completedDate": wire_time(database.now), "completedByResourceID": by}
    if before == TICKET_COMPLETE != after and database.doubts.completed_date_on_reopen == "cleared":
        return {"completedDate": None, "completedByResourceID": None}
    return {}


def check_note(database: Database, row: Mapping[str, Any]) -> None:
    """Some categories want every note to have a title (autotask-rest.md 6.4)."""
    ticket = database.row("Tickets", row["ticketID"])
    asked = ticket is not None and NOTE_TITLE in required_by_category(database, ticket)
    if asked and row.get("title") in {None, ""}:
        raise Invalid("Missing Required Field: title.")
