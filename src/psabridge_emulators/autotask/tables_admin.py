"""People, organizational levels and user-defined fields (autotask-rest.md 4, 6.5).

Field names, types and their order follow the vendor's own description; lengths, required and read-only
fields the reference.
"""

from psabridge_emulators.autotask.entity import READ_AND_WRITE, WRITE, Child, Entity, columns

RESOURCES = Entity(
    name="Resources",
    singular="Resource",
    first_id=29_680_001,
    columns=columns("""
    id long ro
    accountingReferenceID string
    dateFormat string
    defaultServiceDeskRoleID long
    email string(254) *
    email2 string(254)
    email3 string(254)
    emailTypeCode string
    emailTypeCode2 string
    emailTypeCode3 string
    firstName string(50) *
    gender string
    greeting integer
    hireDate datetime
    homePhone string
    initials string
    internalCost decimal ro
    isActive boolean *
    lastName string(50) *
    licenseType integer ro pick=license_type
    locationID integer
    middleName string
    mobilePhone string
    numberFormat string
    officeExtension string
    officePhone string
    payrollType integer
    resourceType string(15)
    suffix integer
    surveyResourceRating decimal ro
    timeFormat string
    title string(50)
    travelAvailabilityPct string
    userName string(32) *
    userType integer pick=user_type
    """),
    root_verbs=frozenset({"PATCH", "PUT"}),
)


def _level(number: int, first_id: int) -> Entity:
    """Both levels are alike; what pairs them up is the association."""
    return Entity(
        name=f"OrganizationalLevel{number}s",
        singular=f"OrganizationalLevel{number}",
        first_id=first_id,
        columns=columns("""
        id long ro
        description string(200)
        isActive boolean
        name string(50) *
        """),
        root_verbs=WRITE,
    )


LEVEL_1S = _level(1, 500_001)
LEVEL_2S = _level(2, 510_001)

LEVEL_ASSOCIATIONS = Entity(
    name="OrganizationalLevelAssociations",
    singular="OrganizationalLevelAssociation",
    first_id=520_001,
    columns=columns("""
    id long ro
    isActive boolean
    organizationalLevel1ID integer co * ref=OrganizationalLevel1s
    organizationalLevel2ID integer co * ref=OrganizationalLevel2s
    """),
    root_verbs=WRITE,
)

UDF_DEFINITIONS = Entity(
    name="UserDefinedFieldDefinitions",
    singular="UserDefinedFieldDefinition",
    first_id=29_690_001,
    columns=columns("""
    id long ro
    createDate datetime ro
    crmToProjectUdfId long
    dataType integer co * pick=udf_data_type
    defaultValue string(1024)
    description string(128)
    displayFormat integer pick=udf_display
    isActive boolean
    isEncrypted boolean
    isFieldMapping boolean ro
    isPrivate boolean
    isProtected boolean
    isRequired boolean
    isVisibleToClientPortal boolean
    mergeVariableName string(100)
    name string(45) *
    numberOfDecimalPlaces integer
    sortOrder integer
    udfType integer co * pick=udf_type
    """),
    root_verbs=WRITE,
)

UDF_LIST_ITEMS = Entity(
    name="UserDefinedFieldListItems",
    singular="UserDefinedFieldListItem",
    first_id=700_001,
    columns=columns("""
    id long ro
    createDate datetime ro
    udfFieldId long co * ref=UserDefinedFieldDefinitions
    valueForDisplay string(128) *
    valueForExport string(128) *
    isActive boolean wo
    """),
    child=Child("UserDefinedFields", "udfFieldId", "ListItems", READ_AND_WRITE),
    indexes=("udfFieldId",),
)

ENTITIES = (RESOURCES, LEVEL_1S, LEVEL_2S, LEVEL_ASSOCIATIONS, UDF_DEFINITIONS, UDF_LIST_ITEMS)
