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

CONTRACT_SERVICE_UNITS = Entity(
    name="ContractServiceUnits",
    singular="ContractServiceUnit",
    first_id=50_000_001,
    columns=columns("""
    id long ro
    approveAndPostDate datetime ro
    contractID integer ro ref=Contracts
    contractServiceID integer ro ref=ContractServices
    cost decimal ro
    endDate date ro
    internalCurrencyPrice decimal ro
    organizationalLevelAssociationID integer ro
    price decimal ro
    serviceID integer ro ref=Services
    startDate date ro
    units integer ro
    vendorCompanyID integer ro ref=Companies
    """),
    child=Child("Contracts", "contractID", "ServiceUnits", ONLY_GET),
    indexes=("contractID", "contractServiceID"),
)

CONTRACT_SERVICE_BUNDLE_UNITS = Entity(
    name="ContractServiceBundleUnits",
    singular="ContractServiceBundleUnit",
    first_id=80_000_001,
    columns=columns("""
    id long ro
    approveAndPostDate datetime ro
    contractID integer ro ref=Contracts
    contractServiceBundleID integer ro ref=ContractServiceBundles
    cost decimal ro
    endDate date ro
    internalCurrencyPrice decimal ro
    organizationalLevelAssociationID integer ro
    price decimal ro
    serviceBundleID integer ro ref=ServiceBundles
    startDate date ro
    units integer ro
    """),
    child=Child("Contracts", "contractID", "ServiceBundleUnits", ONLY_GET),
    indexes=("contractID", "contractServiceBundleID"),
)

CONTRACT_SERVICE_ADJUSTMENTS = Entity(
    name="ContractServiceAdjustments",
    singular="ContractServiceAdjustment",
    first_id=7_000_001,
    columns=columns("""
    id long ro
    adjustedUnitCost decimal co
    adjustedUnitPrice decimal co
    allowRepeatService boolean co
    contractID integer co ref=Contracts
    contractServiceID integer co ref=ContractServices unchecked
    effectiveDate date co *
    quoteItemID integer co
    serviceID integer co ref=Services
    unitChange integer co
    """),
    root_verbs=ONLY_POST,
    item_verbs=NO_VERB,
    queryable=False,
    child=Child("Contracts", "contractID", "ServiceAdjustments", ONLY_POST, NO_VERB),
)

CONTRACT_SERVICE_BUNDLE_ADJUSTMENTS = Entity(
    name="ContractServiceBundleAdjustments",
    singular="ContractServiceBundleAdjustment",
    first_id=8_000_001,
    columns=columns("""
    id long ro
    adjustedUnitPrice decimal co
    allowRepeatServiceBundle boolean co
    contractID integer co ref=Contracts
    contractServiceBundleID integer co ref=ContractServiceBundles unchecked
    effectiveDate date co *
    quoteItemID integer co
    serviceBundleID integer co ref=ServiceBundles
    unitChange integer co
    """),
    root_verbs=ONLY_POST,
    item_verbs=NO_VERB,
    queryable=False,
    child=Child("Contracts", "contractID", "ServiceBundleAdjustments", ONLY_POST, NO_VERB),
)

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
