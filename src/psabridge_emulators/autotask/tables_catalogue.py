"""What a provider sells: services, bundles and allocation codes (autotask-rest.md 5.6, 5.7).

Field names, types and their order follow the vendor's own description; lengths, required and read-only
fields the reference.
"""

from psabridge_emulators.autotask.entity import GET_AND_POST, WRITE, Child, Entity, columns

SERVICES = Entity(
    name="Services",
    singular="Service",
    first_id=100_001,
    columns=columns("""
    id long ro
    billingCodeID integer * ref=BillingCodes
    createDate datetime ro
    creatorResourceID integer ro
    description string(400)
    invoiceDescription string(1000)
    isActive boolean
    lastModifiedDate datetime ro
    markupRate decimal ro
    name string(100) *
    periodType integer co * pick=period_type
    serviceLevelAgreementID long pick=service_level
    unitCost decimal
    unitPrice decimal *
    updateResourceID integer ro
    vendorCompanyID integer ref=Companies
    """),
    root_verbs=WRITE,
    udf_type="Service",
)

SERVICE_BUNDLES = Entity(
    name="ServiceBundles",
    singular="ServiceBundle",
    first_id=200_001,
    columns=columns("""
    id long ro
    billingCodeID integer * ref=BillingCodes
    createDate datetime ro
    creatorResourceID integer ro
    description string(200)
    invoiceDescription string(1000)
    isActive boolean
    lastModifiedDate datetime ro
    name string(150) *
    percentageDiscount decimal
    periodType integer co * pick=period_type
    serviceLevelAgreementID long pick=service_level
    unitCost decimal ro
    unitDiscount decimal
    unitPrice decimal
    updateResourceID integer ro
    """),
    root_verbs=WRITE,
    item_verbs=frozenset({"GET", "DELETE"}),
    udf_type="ServiceBundle",
)

SERVICE_BUNDLE_SERVICES = Entity(
    name="ServiceBundleServices",
    singular="ServiceBundleService",
    first_id=300_001,
    columns=columns("""
    id long ro
    serviceBundleID long co * ref=ServiceBundles
    serviceID long co * ref=Services
    """),
    child=Child("ServiceBundles", "serviceBundleID", "Services", GET_AND_POST, frozenset({"GET", "DELETE"})),
    indexes=("serviceBundleID", "serviceID"),
)

BILLING_CODES = Entity(
    name="BillingCodes",
    singular="BillingCode",
    first_id=400_001,
    columns=columns("""
    id long ro
    afterHoursWorkType integer ro
    billingCodeType integer ro pick=billing_code_type
    department integer ro
    description string(500) ro
    externalNumber string(100) ro
    generalLedgerAccount integer ro
    isActive boolean ro
    isExcludedFromNewContracts boolean ro
    markupRate decimal ro
    name string(200) ro
    taxCategoryID integer ro
    unitCost decimal ro
    unitPrice decimal ro
    useType integer ro pick=use_type
    """),
)

ENTITIES = (SERVICES, SERVICE_BUNDLES, SERVICE_BUNDLE_SERVICES, BILLING_CODES)
