"""Who may have a ticket, in which role, and what kinds of tickets there are (autotask-rest.md 6.3, 6.5).

The trimmed description has none of these; names and types follow a later copy of the vendor's own. Reads
only: nobody changes roles or categories through the API here.
"""

from psabridge_emulators.autotask.entity import ONLY_GET, Child, Entity, columns

ROLES = Entity(
    name="Roles",
    singular="Role",
    first_id=29_685_001,
    columns=columns("""
    id long ro
    description string(200)
    hourlyFactor decimal *
    hourlyRate decimal *
    isActive boolean *
    isExcludedFromNewContracts boolean
    isSystemRole boolean ro
    name string(200) *
    quoteItemDefaultTaxCategoryId integer
    roleType integer
    """),
)

RESOURCE_ROLES = Entity(
    name="ResourceRoles",
    singular="ResourceRole",
    first_id=530_001,
    columns=columns("""
    id long ro
    departmentID long ro
    isActive boolean ro
    queueID long ro
    resourceID long ro ref=Resources
    roleID long ro ref=Roles
    """),
    child=Child("Resources", "resourceID", "Roles", ONLY_GET),
    indexes=("resourceID",),
)

SERVICE_DESK_ROLES = Entity(
    name="ResourceServiceDeskRoles",
    singular="ResourceServiceDeskRole",
    first_id=540_001,
    columns=columns("""
    id long ro
    isActive boolean
    isDefault boolean
    resourceID integer co * ref=Resources
    roleID integer co * ref=Roles
    """),
    child=Child("Resources", "resourceID", "ServiceDeskRoles", ONLY_GET),
    indexes=("resourceID",),
)

TICKET_CATEGORIES = Entity(
    name="TicketCategories",
    singular="TicketCategory",
    first_id=201,
    columns=columns("""
    id long ro
    displayColorRGB integer
    isActive boolean
    isApiOnly boolean
    isGlobalDefault boolean
    name string(30) *
    nickname string(3) *
    """),
)

ENTITIES = (ROLES, RESOURCE_ROLES, SERVICE_DESK_ROLES, TICKET_CATEGORIES)
