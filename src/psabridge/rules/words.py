"""Ids and the small enumerations every rule uses. `docs/glossary.md` rules the words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from psabridge.kit.order import missing_first

TenantId = NewType("TenantId", str)
StorageId = NewType("StorageId", str)  # the platform's infra id
CompanyId = NewType("CompanyId", int)
ContractId = NewType("ContractId", int)
ServiceId = NewType("ServiceId", int)
BundleId = NewType("BundleId", int)
PairingId = NewType("PairingId", int)
PlanId = NewType("PlanId", int)
StepId = NewType("StepId", str)
IntentId = NewType("IntentId", int)
SnapshotId = NewType("SnapshotId", int)


class LineKind(StrEnum):
    SERVICE = "service"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True, order=True)
class LineId:
    """A contract service or a contract service bundle; their numbers are counted apart."""

    kind: LineKind
    number: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


@dataclass(frozen=True, slots=True)
class ItemKey:
    """An offering item inside a tenant: application, name and storage (docs/vendors/acronis.md, identity)."""

    application: str
    name: str
    storage: StorageId | None = None

    def __lt__(self, other: "ItemKey") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[object, ...]:
        return (self.application, self.name, missing_first(self.storage))

    def __str__(self) -> str:
        return f"{self.name}@{self.storage}" if self.storage else self.name


class BillingKind(StrEnum):
    PREPAID = "prepaid"
    PAYG = "pay as you go"
    UNKNOWN = "unknown"


class StepKind(StrEnum):
    """What a step changes, in the order steps are carried out."""

    CREATE_DEFINITION = "create field"
    CREATE_SERVICE = "create service"
    ENABLE_TENANT = "enable tenant"
    ADD_LINE = "add line"
    ADD_NOTE = "add note"
    SET_ITEM = "set quota"
    SET_TAG = "set tag"
    CREATE_TENANT = "create tenant"
    ENABLE_APPLICATION = "enable application"
    GIVE_ITEM = "give item"
    CREATE_USER = "create user"
    SEND_ACTIVATION = "send activation mail"
    REQUIRE_SECOND_FACTOR = "require second factor"
    BEGIN_PRODUCTION = "begin production"
    MAP_CUSTOMER = "map customer"
    SET_UNITS = "set units"
    DISABLE_TENANT = "disable tenant"
    DELETE_TENANT = "delete tenant"


class WorkKind(StrEnum):
    """The kinds of step that have a mode of their own (design section 6)."""

    BILLING = "billing"
    PROVISIONING = "provisioning"
    DEPROVISIONING = "deprovisioning"
    TICKETS = "tickets"


class Mode(StrEnum):
    OBSERVE = "observe"
    APPROVE = "approve"
    AUTOMATIC = "automatic"


WORK_OF = {
    StepKind.CREATE_DEFINITION: WorkKind.BILLING,
    StepKind.CREATE_SERVICE: WorkKind.BILLING,
    StepKind.ADD_LINE: WorkKind.BILLING,
    StepKind.ADD_NOTE: WorkKind.BILLING,
    StepKind.SET_ITEM: WorkKind.PROVISIONING,
    StepKind.SET_TAG: WorkKind.PROVISIONING,
    StepKind.CREATE_TENANT: WorkKind.PROVISIONING,
    StepKind.ENABLE_APPLICATION: WorkKind.PROVISIONING,
    StepKind.GIVE_ITEM: WorkKind.PROVISIONING,
    StepKind.CREATE_USER: WorkKind.PROVISIONING,
    StepKind.SEND_ACTIVATION: WorkKind.PROVISIONING,
    StepKind.REQUIRE_SECOND_FACTOR: WorkKind.PROVISIONING,
    StepKind.BEGIN_PRODUCTION: WorkKind.PROVISIONING,
    StepKind.MAP_CUSTOMER: WorkKind.PROVISIONING,
    StepKind.SET_UNITS: WorkKind.BILLING,
    StepKind.ENABLE_TENANT: WorkKind.DEPROVISIONING,
    StepKind.DISABLE_TENANT: WorkKind.DEPROVISIONING,
    StepKind.DELETE_TENANT: WorkKind.DEPROVISIONING,
}
