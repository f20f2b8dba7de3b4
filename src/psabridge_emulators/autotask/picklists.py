"""Picklists as the metadata of one tenant shows them.

The codes that the reference names are as there; all others are this tenant's own, and deliberately no
round numbers: a client has to read them and match the label (autotask-rest.md 2.4).
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PickValue:
    value: int
    label: str
    is_default: bool = False
    is_system: bool = False
    parent: str = ""
    is_active: bool = True


def _values(
    *pairs: tuple[int, str], default: int | None = None, system: bool = False
) -> tuple[PickValue, ...]:
    return tuple(PickValue(value, label, value == default, system) for value, label in pairs)


# Company: 7 name, 24 type (autotask-rest.md 8); all others are this tenant's own, for none was found (D13).
COMPANY_WEBHOOK_FIELDS = {
    "companyName": 7,
    "companyType": 24,
    "isActive": 31,
    "phone": 9,
    "ownerResourceID": 22,
    "parentCompanyID": 27,
    "classification": 33,
    "companyNumber": 41,
    "lastTrackedModifiedDateTime": 58,
}
TICKET_WEBHOOK_FIELDS = {
    "assignedResourceID": 1203,
    "assignedResourceRoleID": 1204,
    "billingCodeID": 1231,
    "companyID": 1202,
    "completedDate": 1219,
    "contactID": 1211,
    "contractID": 1212,
    "description": 1207,
    "dueDateTime": 1217,
    "externalID": 1243,
    "issueType": 1213,
    "priority": 1208,
    "queueID": 1206,
    "resolution": 1226,
    "source": 1215,
    "status": 1209,
    "subIssueType": 1214,
    "ticketCategory": 1237,
    "ticketNumber": 1201,
    "ticketType": 1236,
    "title": 1205,
}

# autotask-rest.md 5.1: 7 is Recurring Service, periods are 2, 3, 4, 5.
CONTRACT_TYPE_RECURRING = 7
PERIOD_MONTHS = {2: 1, 3: 3, 4: 6, 5: 12}
UDF_TYPE_CONTRACT = 17
UDF_DATA_TYPE_LIST = 6
UDF_DATA_TYPE_TEXT = 1
TICKET_COMPLETE = 5

PICKLISTS: dict[str, tuple[PickValue, ...]] = {
    "company_type": _values(
        (1, "Customer"), (2, "Lead"), (3, "Prospect"), (4, "Dead"), (6, "Cancelation"), (7, "Vendor")
    ),
    "classification": _values((201, "Gold"), (202, "Silver"), (203, "Bronze")),
    "territory": _values((29_682_778, "Local"), (29_682_779, "East Coast")),
    "market_segment": _values((29_682_777, "Health"), (29_682_780, "Law"), (29_682_781, "Retail")),
    "action_type": _values((1, "General"), (2, "Phone Call"), (3, "Meeting")),
    "contract_type": _values(
        (1, "Time & Materials"),
        (3, "Fixed Price"),
        (4, "Block Hours"),
        (6, "Retainer"),
        (CONTRACT_TYPE_RECURRING, "Recurring Service"),
        (8, "Incident"),
        system=True,
    ),
    "period_type": _values((2, "Monthly"), (3, "Quarterly"), (4, "Semi-Annual"), (5, "Yearly"), system=True),
    "contract_status": _values((0, "Inactive"), (1, "Active"), default=1, system=True),
    "yes_no": _values((0, "No"), (1, "Yes"), default=0, system=True),
    "billing_preference": _values(
        (1, "Immediately without further review"), (2, "Manually from Billing"), (3, "On timesheet approval")
    ),
    "contract_category": _values((12, "Premium"), (13, "Standard")),
    "service_level": _values((31, "Standard SLA"), (32, "Premium SLA")),
    "use_type": _values(
        (1, "General Allocation Code"),
        (2, "Expense Category"),
        (3, "Internal Allocation Code"),
        (4, "Material Code"),
        (5, "Recurring Contract Service Code"),
        (6, "Milestone Code"),
        (7, "Product"),
        system=True,
    ),
    "billing_code_type": _values((0, "Normal"), (1, "System"), (2, "Non-Billable"), system=True),
    "license_type": _values((1, "Professional"), (5, "Dashboard"), (7, "API User")),
    "user_type": _values((17, "Full Access"), (20, "API User (system)"), (31, "Service Desk User")),
    "udf_type": _values(
        (1, "Company"),
        (2, "Contact"),
        (4, "Ticket"),
        (9, "Site"),
        (UDF_TYPE_CONTRACT, "Contract"),
        (21, "Service"),
        (22, "ServiceBundle"),
        system=True,
    ),
    "udf_data_type": _values(
        (UDF_DATA_TYPE_TEXT, "Text (Single Line)"),
        (2, "Text (Multi Line)"),
        (3, "Number"),
        (4, "Date"),
        (UDF_DATA_TYPE_LIST, "List"),
        (7, "List (Multi Select)"),
        system=True,
    ),
    "udf_display": _values((1, "Currency"), (2, "Percentage"), (3, "Check Box")),
    "ticket_status": (
        PickValue(1, "New", is_default=True, is_system=True),
        PickValue(TICKET_COMPLETE, "Complete", is_system=True),
        PickValue(7, "Waiting Customer", is_system=True),
        PickValue(8, "In Progress"),
        PickValue(12, "Waiting Vendor"),
        PickValue(19, "Customer Note Added"),
    ),
    "ticket_priority": _values((1, "High"), (2, "Medium"), (3, "Low"), (4, "Critical"), default=2),
    "ticket_source": _values(
        (-1, "Insourced"), (2, "Phone"), (4, "Email"), (8, "Monitoring Alert"), (11, "Web Portal")
    ),
    "ticket_type": _values(
        (1, "Service Request"),
        (2, "Incident"),
        (3, "Problem"),
        (4, "Change Request"),
        (5, "Alert"),
        system=True,
    ),
    "ticket_category": _values((3, "Standard"), (4, "AEM Alert"), (104, "Backup"), default=3),
    "queue": (
        PickValue(5, "Client Portal", is_system=True),
        PickValue(6, "Post Sale"),
        PickValue(8, "Monitoring Alert"),
        PickValue(29_682_833, "Level I Support"),
        PickValue(29_683_481, "Backup"),
        PickValue(29_683_490, "Old Queue", is_active=False),
    ),
    "issue_type": _values((10, "Computer"), (11, "Network"), (24, "Backup")),
    "sub_issue_type": (
        PickValue(136, "Hardware", parent="10"),
        PickValue(140, "Router", parent="11"),
        PickValue(251, "Backup Failure", parent="24"),
        PickValue(252, "Restore", parent="24"),
    ),
    "note_type": _values(
        (1, "Task Summary"),
        (2, "Task Detail"),
        (3, "Task Notes"),
        (13, "Workflow Rule Note"),
        (99, "RMM Note"),
        system=True,
    ),
    "publish": _values((1, "All Autotask Users"), (2, "Internal Users"), default=2, system=True),
    # The labels are the names of the fields.
    "company_webhook_field": _values(*((number, name) for name, number in COMPANY_WEBHOOK_FIELDS.items())),
    "ticket_webhook_field": _values(*((number, name) for name, number in TICKET_WEBHOOK_FIELDS.items())),
}


class Picklists:
    """The values of one tenant: people add them, rename them and switch them off."""

    def __init__(self) -> None:
        self._values = dict(PICKLISTS)

    def values(self, name: str) -> tuple[PickValue, ...]:
        return self._values[name]

    def find(self, name: str, value: int) -> PickValue | None:
        return next((entry for entry in self.values(name) if entry.value == value), None)

    def change(self, name: str, value: int, *, label: str | None, active: bool | None, parent: str) -> None:
        """A value that is not there yet is added."""
        if name not in self._values:
            raise ValueError(f"there is no picklist {name}; known: {', '.join(sorted(self._values))}")
        old = self.find(name, value)
        entry = old or PickValue(value, label or str(value), parent=parent)
        changed = replace(
            entry,
            label=entry.label if label is None else label,
            is_active=entry.is_active if active is None else active,
        )
        others = tuple(known for known in self.values(name) if known.value != value)
        kept = [changed if known is old else known for known in self.values(name)]
        self._values[name] = (*others, changed) if old is None else tuple(kept)
