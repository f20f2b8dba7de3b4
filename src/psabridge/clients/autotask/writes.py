"""What the bridge creates, changes and takes away.

What is left out is not sent; a patch sends only what it was given.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from pydantic import ConfigDict

from psabridge.clients.autotask.records import UserDefinedField
from psabridge.clients.autotask.wire_model import WireModel


class Write(WireModel):
    # The vendor ignores a member it does not know (docs/vendors/autotask.md A9), so it is refused here.
    model_config = ConfigDict(extra="forbid")

    entity: ClassVar[str]  # the vendor counts threads by it
    path: ClassVar[str]  # below v1.0, with the parent's member in braces (docs/vendors/autotask.md A9)

    def route(self) -> str:
        return self.path.format(**dict(self))

    def secrets(self) -> Mapping[str, str]:
        """What it carries that no message may show, by name."""
        return {}


class New(Write):
    def body(self) -> dict[str, object]:
        """Without nulls: they can fail a create (A9)."""
        return self.model_dump(by_alias=True, exclude_none=True)


class Patch(Write):
    id: int

    def body(self) -> dict[str, object]:
        """Only what was given; a None that was given clears the member (A9)."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class Removal(Write):
    id: int


class NewService(New):
    """Names need not be unique: look before creating (A22)."""

    entity: ClassVar[str] = "Services"
    path: ClassVar[str] = "Services"
    name: str
    billing_code_id: int
    period_type: int
    unit_price: Decimal
    description: str | None = None
    invoice_description: str | None = None
    unit_cost: Decimal | None = None
    is_active: bool = True
    vendor_company_id: int | None = None


class PatchService(Patch):
    entity: ClassVar[str] = "Services"
    path: ClassVar[str] = "Services"
    name: str | None = None
    unit_price: Decimal | None = None
    unit_cost: Decimal | None = None
    description: str | None = None
    invoice_description: str | None = None
    is_active: bool | None = None


class NewServiceBundle(New):
    """Its name is unique; without services it cannot stand on a contract (A23)."""

    entity: ClassVar[str] = "ServiceBundles"
    path: ClassVar[str] = "ServiceBundles"
    name: str
    billing_code_id: int
    period_type: int
    unit_price: Decimal | None = None
    description: str | None = None
    invoice_description: str | None = None
    is_active: bool = True


class PatchServiceBundle(Patch):
    entity: ClassVar[str] = "ServiceBundles"
    path: ClassVar[str] = "ServiceBundles"
    name: str | None = None
    unit_price: Decimal | None = None
    description: str | None = None
    invoice_description: str | None = None
    is_active: bool | None = None


class NewServiceBundleService(New):
    entity: ClassVar[str] = "ServiceBundleServices"
    path: ClassVar[str] = "ServiceBundles/{service_bundle_id}/Services"
    service_bundle_id: int
    service_id: int


class NewContractService(New):
    """A line without units: they come by an adjustment (A14)."""

    entity: ClassVar[str] = "ContractServices"
    path: ClassVar[str] = "Contracts/{contract_id}/Services"
    contract_id: int
    service_id: int
    unit_price: Decimal | None = None
    adjusted_price: Decimal | None = None
    unit_cost: Decimal | None = None
    invoice_description: str | None = None
    internal_description: str | None = None


class PatchContractService(Patch):
    entity: ClassVar[str] = "ContractServices"
    path: ClassVar[str] = "Contracts/{contract_id}/Services"
    contract_id: int
    adjusted_price: Decimal | None = None
    invoice_description: str | None = None


class NewContractServiceBundle(New):
    entity: ClassVar[str] = "ContractServiceBundles"
    path: ClassVar[str] = "Contracts/{contract_id}/ServiceBundles"
    contract_id: int
    service_bundle_id: int
    unit_price: Decimal | None = None
    adjusted_price: Decimal | None = None
    invoice_description: str | None = None
    internal_description: str | None = None


class PatchContractServiceBundle(Patch):
    entity: ClassVar[str] = "ContractServiceBundles"
    path: ClassVar[str] = "Contracts/{contract_id}/ServiceBundles"
    contract_id: int
    adjusted_price: Decimal | None = None
    invoice_description: str | None = None


class NewUserDefinedFieldDefinition(New):
    entity: ClassVar[str] = "UserDefinedFieldDefinitions"
    path: ClassVar[str] = "UserDefinedFieldDefinitions"
    name: str
    udf_type: int
    data_type: int
    description: str | None = None
    is_active: bool = True
    is_required: bool | None = None
    is_visible_to_client_portal: bool | None = None
    sort_order: int | None = None


class PatchUserDefinedFieldDefinition(Patch):
    """A list's default is set after its items exist (A21)."""

    entity: ClassVar[str] = "UserDefinedFieldDefinitions"
    path: ClassVar[str] = "UserDefinedFieldDefinitions"
    default_value: str | None = None
    description: str | None = None
    is_active: bool | None = None


class NewUserDefinedFieldListItem(New):
    entity: ClassVar[str] = "UserDefinedFieldListItems"
    path: ClassVar[str] = "UserDefinedFields/{udf_field_id}/ListItems"
    udf_field_id: int
    value_for_display: str
    value_for_export: str
    is_active: bool = True


class PatchUserDefinedFieldListItem(Patch):
    entity: ClassVar[str] = "UserDefinedFieldListItems"
    path: ClassVar[str] = "UserDefinedFields/{udf_field_id}/ListItems"
    udf_field_id: int
    value_for_display: str | None = None
    value_for_export: str | None = None
    is_active: bool | None = None


class PatchCompany(Patch):
    """User-defined fields only; those not named keep their values (A20)."""

    entity: ClassVar[str] = "Companies"
    path: ClassVar[str] = "Companies"
    user_defined_fields: tuple[UserDefinedField, ...]


class PatchContract(Patch):
    """User-defined fields only; those not named keep their values (A20)."""

    entity: ClassVar[str] = "Contracts"
    path: ClassVar[str] = "Contracts"
    user_defined_fields: tuple[UserDefinedField, ...]


class NewContractNote(New):
    entity: ClassVar[str] = "ContractNotes"
    path: ClassVar[str] = "Contracts/{contract_id}/Notes"
    contract_id: int
    title: str
    description: str


class PatchContractNote(Patch):
    entity: ClassVar[str] = "ContractNotes"
    path: ClassVar[str] = "Contracts/{contract_id}/Notes"
    contract_id: int
    title: str | None = None
    description: str | None = None
