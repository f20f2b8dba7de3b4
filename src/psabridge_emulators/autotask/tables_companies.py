"""Companies and what hangs below them (autotask-rest.md 6.1, 6.2).

Field names, types and their order follow the vendor's own description; lengths, required and read-only
fields the reference.
"""

from psabridge_emulators.autotask.entity import READ_AND_WRITE, WRITE, Child, Entity, columns

COMPANIES = Entity(
    name="Companies",
    singular="Account",
    first_id=1_000_001,
    columns=columns("""
    id long ro
    additionalAddressInformation string(100)
    address1 string(128)
    address2 string(128)
    alternatePhone1 string(25)
    alternatePhone2 string(25)
    apiVendorID integer ro
    assetValue decimal
    billToCompanyLocationID integer
    billToAdditionalAddressInformation string
    billingAddress1 string
    billingAddress2 string
    billToAddressToUse integer
    billToAttention string
    billToCity string
    billToCountryID integer
    billToState string
    billToZipCode string
    city string(30)
    classification integer pick=classification
    companyName string(100) *
    companyNumber string(50)
    companyType integer * pick=company_type
    competitorID integer
    countryID integer
    createDate datetime ro
    createdByResourceID integer ro
    currencyID integer
    fax string(25)
    impersonatorCreatorResourceID integer ro
    invoiceEmailMessageID integer
    invoiceMethod integer
    invoiceNonContractItemsToParentCompany boolean
    invoiceTemplateID integer
    isActive boolean
    isClientPortalActive boolean
    isEnabledForComanaged boolean
    isTaskFireActive boolean
    isTaxExempt boolean
    lastActivityDate datetime ro
    lastTrackedModifiedDateTime datetime ro
    marketSegmentID integer pick=market_segment
    ownerResourceID integer * ref=Resources
    parentCompanyID integer ref=Companies
    phone string(25) *
    postalCode string(10)
    quoteEmailMessageID integer
    quoteTemplateID integer
    sicCode string
    state string(40)
    stockMarket string
    stockSymbol string
    surveyCompanyRating decimal
    taxID string(50)
    taxRegionID integer
    territoryID integer pick=territory
    webAddress string(255)
    """),
    root_verbs=WRITE,
    udf_type="Company",
    indexes=("companyType",),
)

CONTACTS = Entity(
    name="Contacts",
    singular="Contact",
    first_id=2_000_001,
    columns=columns("""
    id long ro
    additionalAddressInformation string
    addressLine string
    addressLine1 string
    alternatePhone string(32)
    apiVendorID integer ro
    bulkEmailOptOutTime datetime
    city string
    companyID integer co * ref=Companies
    companyLocationID integer ref=CompanyLocations
    countryID integer
    createDate datetime ro
    emailAddress string(254)
    emailAddress2 string(254)
    emailAddress3 string(254)
    extension string
    externalID string(50)
    facebookUrl string
    faxNumber string(25)
    firstName string(50) *
    impersonatorCreatorResourceID integer ro
    isActive integer *
    isOptedOutFromBulkEmail boolean
    lastActivityDate datetime ro
    lastModifiedDate datetime ro
    lastName string(50) *
    linkedInUrl string
    middleInitial string(50)
    mobilePhone string(25)
    namePrefix integer
    nameSuffix integer
    note string
    receivesEmailNotifications boolean
    phone string(25)
    primaryContact boolean
    roomNumber string
    solicitationOptOut boolean
    solicitationOptOutTime datetime
    state string
    surveyOptOut boolean
    title string(50)
    twitterUrl string
    zipCode string
    """),
    child=Child("Companies", "companyID", "Contacts", READ_AND_WRITE, frozenset({"GET", "DELETE"})),
    udf_type="Contact",
    indexes=("companyID",),
)

# Not in the vendor's own description at hand; fields by other clients. The bridge never updates one.
CURRENCIES = Entity(
    name="Currencies",
    singular="Currency",
    first_id=1,
    columns=columns("""
    id long ro
    currencyNegativeFormat string(10) ro
    currencyPositiveFormat string(10) ro
    description string(100) ro
    displaySymbol integer ro
    exchangeRate decimal
    isActive boolean ro
    isInternalCurrency boolean ro
    lastModifiedDateTime datetime
    name string(3) ro
    updateResourceId integer ro
    """),
)

COMPANY_LOCATIONS = Entity(
    name="CompanyLocations",
    singular="AccountPhysicalLocation",
    first_id=3_000_001,
    columns=columns("""
    id long ro
    address1 string(128)
    address2 string(128)
    alternatePhone1 string(25)
    alternatePhone2 string(25)
    city string(30)
    companyID integer co * ref=Companies
    countryID integer
    description string(100)
    fax string(25)
    isActive boolean
    isPrimary boolean
    isTaxExempt boolean
    overrideAccountTaxSettings boolean
    name string(100) *
    phone string(25)
    postalCode string(10)
    roundtripDistance decimal
    state string(40)
    taxRegionID integer
    """),
    child=Child("Companies", "companyID", "Locations", READ_AND_WRITE, frozenset({"GET", "DELETE"})),
    udf_type="Site",
    indexes=("companyID",),
)

COMPANY_NOTES = Entity(
    name="CompanyNotes",
    singular="AccountNote",
    first_id=3_500_001,
    columns=columns("""
    id long ro
    actionType integer * pick=action_type
    assignedResourceID integer * ref=Resources
    companyID integer co * ref=Companies
    completedDateTime datetime ro
    contactID integer ref=Contacts
    createDateTime datetime ro
    endDateTime datetime *
    impersonatorCreatorResourceID integer ro
    impersonatorUpdaterResourceID integer ro
    lastModifiedDate datetime ro
    name string(128)
    note string(32000)
    opportunityID integer
    startDateTime datetime *
    """),
    child=Child("Companies", "companyID", "Notes", READ_AND_WRITE),
    indexes=("companyID",),
)

ENTITIES = (COMPANIES, CURRENCIES, CONTACTS, COMPANY_LOCATIONS, COMPANY_NOTES)
