"""Write bodies of account management and alerts, as the vendor's schemas describe them."""

from psabridge_emulators.acronis.presenting import CONTACT_FIELDS
from psabridge_emulators.acronis.shapes import (
    Check,
    Shape,
    anything,
    counted,
    day,
    email,
    flag,
    identity,
    list_of,
    moment_text,
    nullable,
    one_of,
    shape,
    short_text,
    status,
    text,
    thing,
    whole,
)

KINDS = ("root", "partner", "folder", "customer", "unit")
CURRENCIES = ("AUD", "BRL", "CAD", "EUR", "CNY", "GBP", "JPY", "KZT", "NZD", "RUB", "USD", "ZAR")
NOTIFICATIONS = (
    "maintenance",
    "quota",
    "reports",
    "backup_error",
    "backup_warning",
    "backup_info",
    "backup_daily_report",
    "backup_critical",
    "device_control_warning",
    "certificate_management_error",
    "certificate_management_warning",
    "certificate_management_info",
)
CAPABILITIES = ("backup", "disaster_recovery", "files_cloud", "vcd")

_CONTACT_TYPES = ("legal", "primary", "billing", "technical", "management")
_CONTACT_KEYS: dict[str, Check] = dict.fromkeys(CONTACT_FIELDS, nullable(text)) | {"email": nullable(email)}

CONTACT = Shape(
    _CONTACT_KEYS
    | {
        "types": list_of(one_of(*_CONTACT_TYPES), at_least=1),
        "tenant_id": identity,
        "user_id": identity,
    }
)
USER_CONTACT = Shape(
    _CONTACT_KEYS | {"email": email, "types": list_of(one_of(*_CONTACT_TYPES, "company_billing"))},
    frozenset({"email"}),
    closed=False,
)

_LOCK = shape("enabled", closed=False, enabled=flag)

TENANT_POST = shape(
    "name parent_id kind",
    name=short_text,
    parent_id=identity,
    kind=one_of(*KINDS),
    contact=CONTACT,
    company_billing_contact=CONTACT,
    enabled=flag,
    customer_id=text,
    internal_tag=nullable(short_text),
    language=text,
    default_idp_id=identity,
    update_lock=_LOCK,
    ancestral_access=flag,
    settings=shape("", closed=False, enhanced_security=flag),
)
TENANT_PUT = shape(
    "version",
    version=whole,
    name=short_text,
    customer_type=one_of("default", "enterprise", "consumer", "small_office", "ti_unified"),
    parent_id=identity,
    kind=one_of(*KINDS),
    contact=CONTACT,
    enabled=flag,
    customer_id=nullable(text),
    brand_id=nullable(whole),
    internal_tag=nullable(short_text),
    language=text,
    default_idp_id=identity,
    update_lock=_LOCK,
    ancestral_access=flag,
    external_operation_status=one_of("no_operation", "deleting", "recovering"),
)
PRICING_PUT = shape(
    "version",
    version=whole,
    mode=one_of("trial", "production", "suspended"),
    currency=nullable(one_of(*CURRENCIES)),
)
MFA_PUT = shape("enabled", closed=False, enabled=flag)

QUOTA = shape("", value=nullable(counted), overage=nullable(counted), version=counted)
OFFERING_ITEMS_PUT = shape(
    "offering_items",
    offering_items=list_of(
        shape(
            "application_id name",
            closed=False,
            application_id=identity,
            name=text,
            status=status,
            infra_id=nullable(identity),
            quota=nullable(QUOTA),
        )
    ),
    check_usage=flag,
)
PRICES_PUT = shape(
    "items",
    closed=False,
    items=list_of(
        shape(
            "application_id name price",
            closed=False,
            application_id=identity,
            name=text,
            price=text,
            version=whole,
            infra_id=nullable(identity),
        )
    ),
)
EDITION_PUT = shape(
    "target_edition application_id", closed=False, target_edition=text, application_id=identity
)

USER_POST = shape(
    "tenant_id",
    tenant_id=identity,
    login=text,
    external_id=text,
    idp_id=identity,
    contact=USER_CONTACT,
    enabled=flag,
    language=text,
    business_types=list_of(one_of("buyer")),
    notifications=list_of(one_of(*NOTIFICATIONS)),
    use_existing_identity=flag,
    origin_id=text,
    origin_external_id=text,
    disable_after=nullable(moment_text),
)
USER_PUT = shape(
    "version",
    closed=False,
    version=whole,
    login=text,
    external_id=nullable(text),
    idp_id=identity,
    contact=USER_CONTACT,
    enabled=flag,
    language=text,
    notifications=list_of(one_of(*NOTIFICATIONS)),
    disable_after=nullable(moment_text),
)
PASSWORD = shape("password", closed=False, password=text)
POLICIES_PUT = shape(
    "items",
    closed=False,
    items=list_of(
        shape(
            "trustee_id trustee_type tenant_id role_id",
            closed=False,
            id=identity,
            version=whole,
            trustee_id=identity,
            trustee_type=one_of("user", "user_group", "client"),
            issuer_id=identity,
            tenant_id=identity,
            role_id=text,
            resource_server_id=nullable(text),
            resource_namespace=nullable(text),
            resource_path=nullable(text),
        )
    ),
)

_INFRA_KEYS: dict[str, Check] = {
    "location_id": identity,
    "name": text,
    "url": text,
    "capabilities": list_of(one_of(*CAPABILITIES)),
    "content_url": text,
    "content_mobile_url": text,
    "backend_type": nullable(text),
}
INFRA_POST = Shape(
    _INFRA_KEYS | {"owner_tenant_id": identity}, frozenset({"owner_tenant_id", "name", "url", "capabilities"})
)
INFRA_PUT = Shape(_INFRA_KEYS | {"version": whole}, frozenset({"version"}))
LOCATION_POST = shape("owner_tenant_id name", owner_tenant_id=identity, name=text)
LOCATION_PUT = shape("name version", name=text, version=whole)

FORMATS = ("csv", "html", "json_v1", "csv_v2_0", "json_v2_0")
LEVELS = ("itself", "direct_partners", "all_partners", "all_customers", "accounts")
REPORT_POST = shape(
    "recipients result_action parameters schedule",
    recipients=list_of(identity),
    result_action=one_of("save", "send"),
    parameters=shape(
        "tenant_id level kind",
        closed=False,
        tenant_id=identity,
        level=one_of(*LEVELS),
        kind=one_of("usage_daily", "usage_summary", "usage_current", "usage_breakdown"),
        formats=list_of(one_of(*FORMATS)),
        period=shape("start end", closed=False, start=day, end=day),
        hide_zero_usage=flag,
        show_skus=flag,
    ),
    schedule=shape("type", closed=False, type=one_of("once", "monthly"), enabled=flag),
    generation_date=day,
)

ALERT_POST = shape("type", closed=False, type=text, details=thing, severity=text, tenant=anything)
FALSE_POSITIVE = shape("falsePositive", closed=False, falsePositive=flag)
