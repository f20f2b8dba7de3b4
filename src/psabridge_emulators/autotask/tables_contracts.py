"""Contracts, their lines, units and adjustments (autotask-rest.md 5.1 to 5.4).

Field names, types and their order follow the vendor's own description; lengths, required and read-only
fields the reference.
"""

from psabridge_emulators.autotask.entity import (
    NO_VERB,
    ONLY_GET,
    ONLY_POST,
    READ_AND_WRITE,
    WRITE,
    Child,
    Entity,
    columns,
    id_field,
)

CONTRACTS = Entity(
    name="Contracts",
    singular="Contract",
    first_id=4_000_001,
    columns=columns("""
    id long ro
    billingPreference integer pick=billing_preference
    billToCompanyContactID integer ref=Contacts
    billToCompanyID integer ref=Companies
    companyID integer co * ref=Companies
    contactID integer ref=Contacts
    contactName string(250)
    contractCategory integer pick=contract_category
    contractExclusionSetID integer
    contractName string(100) *
    contractNumber string(50)
    contractPeriodType integer co pick=period_type
    contractType integer co * pick=contract_type
    description string(2000)
    endDate date *
    estimatedCost decimal
    estimatedHours decimal
    estimatedRevenue decimal
    exclusionContractID long ro
    internalCurrencyOverageBillingRate decimal ro
    internalCurrencySetupFee decimal ro
    isCompliant boolean
    isDefaultContract boolean
    opportunityID integer
    organizationalLevelAssociationID integer ref=OrganizationalLevelAssociations
    overageBillingRate decimal
    purchaseOrderNumber string(50)
    renewedContractID long ref=Contracts
    serviceLevelAgreementID integer pick=service_level
    setupFee decimal
    setupFeeBillingCodeID long ref=BillingCodes
    startDate date *
    status integer * pick=contract_status
    timeReportingRequiresStartAndStopTimes integer * pick=yes_no
    """),
    root_verbs=WRITE,
    udf_type="Contract",
    indexes=("companyID",),
)

CONTRACT_SERVICES = Entity(
    name="ContractServices",
    singular="ContractService",
    first_id=5_000_001,
    columns=columns("""
    id long ro
    contractID integer co * ref=Contracts
    internalCurrencyAdjustedPrice decimal ro
    internalCurrencyUnitPrice decimal ro
    internalDescription string(100)
    invoiceDescription string(1000)
    quoteItemID long ro
    serviceID integer co * ref=Services
    unitCost decimal
    unitPrice decimal co
    adjustedPrice decimal wo
    """),
    child=Child("Contracts", "contractID", "Services", READ_AND_WRITE),
    indexes=("contractID", "serviceID"),
)

CONTRACT_SERVICE_BUNDLES = Entity(
    name="ContractServiceBundles",
    singular="ContractServiceBundle",
    first_id=6_000_001,
    columns=columns("""
    id long ro
    adjustedPrice decimal
    contractID integer co * ref=Contracts
    internalCurrencyAdjustedPrice decimal ro
    internalCurrencyUnitPrice decimal ro
    internalDescription string(100)
    invoiceDescription string(1000)
    quoteItemID long ro
    serviceBundleID integer co * ref=ServiceBundles
    unitPrice decimal co
    """),
    child=Child("Contracts", "contractID", "ServiceBundles", READ_AND_WRITE),
    indexes=("contractID", "serviceBundleID"),
)


def _units(sold: str, first_id: int, also: str = "") -> Entity:
    """The unit rows of a service or of a bundle: the same but for the names, and for a service's vendor."""
    line = f"Contract{sold}"
    return Entity(
        name=f"{line}Units",
        singular=f"{line}Unit",
        first_id=first_id,
        columns=columns(f"""
        id long ro
        approveAndPostDate datetime ro
        contractID integer ro ref=Contracts
        {id_field(line)} integer ro ref={line}s
        cost decimal ro
        endDate date ro
        internalCurrencyPrice decimal ro
        organizationalLevelAssociationID integer ro
        price decimal ro
        {id_field(sold)} integer ro ref={sold}s
        startDate date ro
        units integer ro
        {also}
        """),
        child=Child("Contracts", "contractID", f"{sold}Units", ONLY_GET),
        indexes=("contractID", id_field(line)),
    )


def _adjustments(sold: str, first_id: int, also: str = "") -> Entity:
    """The adjustments of a service or of a bundle: the same but for the names, and for a service's cost."""
    line = f"Contract{sold}"
    return Entity(
        name=f"{line}Adjustments",
        singular=f"{line}Adjustment",
        first_id=first_id,
        columns=columns(f"""
        id long ro
        {also}
        adjustedUnitPrice decimal co
        allowRepeat{sold} boolean co
        contractID integer co ref=Contracts
        {id_field(line)} integer co ref={line}s unchecked
        effectiveDate date co *
        quoteItemID integer co
        {id_field(sold)} integer co ref={sold}s
        unitChange integer co
        """),
        root_verbs=ONLY_POST,
        item_verbs=NO_VERB,
        queryable=False,
        child=Child("Contracts", "contractID", f"{sold}Adjustments", ONLY_POST, NO_VERB),
    )


CONTRACT_SERVICE_UNITS = _units("Service", 50_000_001, "vendorCompanyID integer ro ref=Companies")
CONTRACT_SERVICE_BUNDLE_UNITS = _units("ServiceBundle", 80_000_001)
CONTRACT_SERVICE_ADJUSTMENTS = _adjustments("Service", 7_000_001, "adjustedUnitCost decimal co")
CONTRACT_SERVICE_BUNDLE_ADJUSTMENTS = _adjustments("ServiceBundle", 8_000_001)

CONTRACT_NOTES = Entity(
    name="ContractNotes",
    singular="ContractNote",
    first_id=9_000_001,
    columns=columns("""
    id long ro
    contractID integer co * ref=Contracts
    createDateTime datetime ro
    creatorResourceID integer ro
    description string(2000) *
    impersonatorCreatorResourceID integer ro
    impersonatorUpdaterResourceID integer ro
    lastActivityDate datetime ro
    title string(250) *
    """),
    child=Child("Contracts", "contractID", "Notes", READ_AND_WRITE),
    indexes=("contractID",),
)

ENTITIES = (
    CONTRACTS,
    CONTRACT_SERVICES,
    CONTRACT_SERVICE_BUNDLES,
    CONTRACT_SERVICE_UNITS,
    CONTRACT_SERVICE_BUNDLE_UNITS,
    CONTRACT_SERVICE_ADJUSTMENTS,
    CONTRACT_SERVICE_BUNDLE_ADJUSTMENTS,
    CONTRACT_NOTES,
)
