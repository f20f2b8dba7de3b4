"""What the bridge writes to Acronis. Closed like the vendor's own schemas; a key never set is not sent,
so that "leave it" and "clear it" stay two things (docs/vendors/acronis.md Ac12)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

NIL_UUID = "00000000-0000-0000-0000-000000000000"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def wire(self) -> dict[str, object]:
        return self.model_dump(mode="json", exclude_unset=True)


class ContactForm(Form):
    email: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    phone: str | None = None
    title: str | None = None
    organization_size: str | None = None
    website: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zipcode: str | None = None
    country: str | None = None
    language: str | None = None


class TenantContactForm(ContactForm):
    types: tuple[Literal["legal", "primary", "billing", "technical", "management"], ...] = Field(
        default=..., min_length=1
    )


class NewTenant(Form):
    """A new customer starts in trial: the mode is set afterwards (Ac13)."""

    name: str
    parent_id: str
    kind: Literal["partner", "folder", "customer", "unit"]
    contact: TenantContactForm | None = None
    enabled: bool = True
    customer_id: str = ""
    internal_tag: str | None = Field(default=None, max_length=256)
    language: str = "en"
    ancestral_access: bool = True


class TenantChange(Form):
    """The version last read, and the keys to change; keys left out stay (Ac12)."""

    version: int
    name: str = ""
    parent_id: str = ""
    customer_type: str = ""
    contact: TenantContactForm | None = None
    enabled: bool = True
    customer_id: str | None = None
    internal_tag: str | None = Field(default=None, max_length=256)
    language: str = ""
    ancestral_access: bool = True


class QuotaForm(Form):
    """`value` None is unlimited; `overage` 0 is a hard limit, None never restricts (Ac16).

    `version` echoes the last one read; it is never computed (Ac11).
    """

    value: int | None = Field(ge=0)
    overage: int | None = Field(ge=0)
    version: int = Field(ge=0)


class ItemChange(Form):
    """One row, named by application, name and storage together (Ac15). Rows not named stay (Ac18)."""

    application_id: str
    name: str
    infra_id: str | None
    status: Literal[0, 1] = 1
    quota: QuotaForm | None = None


class UserContactForm(ContactForm):
    email: str


class NewUser(Form):
    tenant_id: str
    login: str
    contact: UserContactForm
    enabled: bool = True
    language: str = "en"
    business_types: tuple[Literal["buyer"], ...] = ()
    notifications: tuple[str, ...] = ()


class UserChange(Form):
    version: int
    login: str = ""
    enabled: bool = True
    contact: UserContactForm | None = None


class RoleGrant(Form):
    """One role. Written the way it works in practice: nil ids and version 0 (Ac26)."""

    trustee_id: str
    tenant_id: str
    role_id: str

    def wire(self) -> dict[str, object]:
        return {
            "id": NIL_UUID,
            "issuer_id": NIL_UUID,
            "version": 0,
            "trustee_type": "user",
            **self.model_dump(mode="json"),
        }


class ReportOrder(Form):
    """A report of one closed period, kept by Acronis until it is fetched."""

    tenant_id: str
    level: Literal["itself", "direct_partners", "all_partners", "all_customers", "accounts"]
    kind: Literal["usage_daily", "usage_summary", "usage_current", "usage_breakdown"]
    format: Literal["csv", "html", "json_v1", "csv_v2_0", "json_v2_0"] = "csv_v2_0"
    start: date
    end: date

    def wire(self) -> dict[str, object]:
        return {
            "recipients": [],
            "result_action": "save",
            "schedule": {"type": "once"},
            "parameters": {
                "tenant_id": self.tenant_id,
                "level": self.level,
                "kind": self.kind,
                "formats": [self.format],
                "period": {"start": self.start.isoformat(), "end": self.end.isoformat()},
            },
        }
