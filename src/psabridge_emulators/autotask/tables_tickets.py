"""Tickets and their notes (autotask-rest.md 6.3, 6.4).

Field names, types and their order follow the vendor's own description; lengths, required and read-only
fields the reference.
"""

from psabridge_emulators.autotask.entity import READ_AND_WRITE, WRITE, Child, Entity, columns

TICKETS = Entity(
    name="Tickets",
    singular="Ticket",
    first_id=10_000_001,
    columns=columns("""
    id long ro
    apiVendorID integer ro
    assignedResourceID integer ref=Resources
    assignedResourceRoleID integer ref=Roles
    billingCodeID integer ref=BillingCodes
    changeApprovalBoard integer
    changeApprovalStatus integer
    changeApprovalType integer
    changeInfoField1 string
    changeInfoField2 string
    changeInfoField3 string
    changeInfoField4 string
    changeInfoField5 string
    companyID integer * ref=Companies
    companyLocationID integer ref=CompanyLocations
    completedByResourceID integer ro
    completedDate datetime ro
    configurationItemID integer
    contactID integer ref=Contacts
    contractID integer ref=Contracts
    contractServiceBundleID long ref=ContractServiceBundles
    contractServiceID long ref=ContractServices
    createDate datetime ro
    creatorResourceID integer ro
    creatorType integer ro nq
    currentServiceThermometerRating integer
    description string(8000)
    dueDateTime datetime
    estimatedHours decimal
    externalID string(50)
    firstResponseAssignedResourceID integer ro
    firstResponseDateTime datetime ro
    firstResponseDueDateTime datetime ro
    firstResponseInitiatingResourceID integer ro
    hoursToBeScheduled decimal ro
    impersonatorCreatorResourceID integer ro
    issueType integer pick=issue_type
    lastActivityDate datetime ro
    lastActivityPersonType integer ro nq
    lastActivityResourceID integer ro
    lastCustomerNotificationDateTime datetime ro
    lastCustomerVisibleActivityDateTime datetime ro
    lastTrackedModificationDateTime datetime ro
    monitorID integer
    monitorTypeID integer
    opportunityID integer
    organizationalLevelAssociationID integer ref=OrganizationalLevelAssociations
    previousServiceThermometerRating integer
    priority integer * pick=ticket_priority
    problemTicketId integer ref=Tickets
    projectID integer
    purchaseOrderNumber string(50)
    queueID integer pick=queue
    resolution string(32000)
    resolutionPlanDateTime datetime ro
    resolutionPlanDueDateTime datetime ro
    resolvedDateTime datetime ro
    resolvedDueDateTime datetime ro
    rmaStatus integer
    rmaType integer
    rmmAlertID string ro
    serviceLevelAgreementHasBeenMet boolean ro
    serviceLevelAgreementID integer pick=service_level
    serviceLevelAgreementPausedNextEventHours decimal ro
    serviceThermometerTemperature integer
    source integer pick=ticket_source
    status integer * pick=ticket_status
    subIssueType integer pick=sub_issue_type
    ticketCategory integer pick=ticket_category
    ticketNumber string(50) ro
    ticketType integer pick=ticket_type
    title string(255) *
    """),
    root_verbs=WRITE,
    udf_type="Ticket",
    indexes=("companyID", "externalID"),
)

TICKET_NOTES = Entity(
    name="TicketNotes",
    singular="TicketNote",
    first_id=11_000_001,
    columns=columns("""
    id long ro
    createDateTime datetime ro
    creatorResourceID integer ro
    description string(32000) *
    impersonatorCreatorResourceID integer ro
    impersonatorUpdaterResourceID integer ro
    lastActivityDate datetime ro
    noteType integer * pick=note_type
    publish integer * pick=publish
    ticketID integer co * ref=Tickets
    title string(250)
    """),
    child=Child("Tickets", "ticketID", "Notes", READ_AND_WRITE),
    indexes=("ticketID",),
)

ENTITIES = (TICKETS, TICKET_NOTES)
