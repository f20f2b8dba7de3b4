"""One Autotask tenant, and the words in which scenes and tests furnish it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from psabridge_emulators.autotask import entities, udfs
from psabridge_emulators.autotask.contract_engine import Change, ContractEngine
from psabridge_emulators.autotask.contract_life import ContractLife
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import as_day, wire_day, wire_time
from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.hour import RollingHour
from psabridge_emulators.autotask.ledger import Ledger
from psabridge_emulators.autotask.lines import BUNDLE, SERVICE
from psabridge_emulators.autotask.paging import QueryMemory
from psabridge_emulators.autotask.people import ApiUser, Credentials
from psabridge_emulators.autotask.picklists import (
    CONTRACT_TYPE_RECURRING,
    UDF_DATA_TYPE_LIST,
    UDF_TYPE_CONTRACT,
)
from psabridge_emulators.autotask.service_desk import ServiceDesk
from psabridge_emulators.autotask.webhooks import Webhooks
from psabridge_emulators.autotask.zone import Zone

DEFAULT_CREDENTIALS = Credentials(
    "bridge.api@msp.example", "emulated-secret-1", "EMULATEDINTEGRATIONCODE0001"
)
PAYG_FIELD = "Acronis PAYG"


class AutotaskWorld:
    def __init__(
        self,
        *,
        now: datetime = datetime(2026, 1, 1, tzinfo=UTC),
        credentials: Credentials = DEFAULT_CREDENTIALS,
        doubts: Doubts | None = None,
        currency_factor: Decimal = Decimal(1),
    ) -> None:
        self.database = Database(now, doubts or Doubts(), currency_factor=currency_factor)
        self.engine = ContractEngine(self.database)
        self.life = ContractLife(self.database, self.engine)
        self.hour = RollingHour()
        self.zone = Zone()
        self.queries = QueryMemory()
        api_resource = self._add_resource("API", "User", credentials.user, license_type=7)
        self.person_id = self._add_resource("Pat", "Person", "pat.person@msp.example", license_type=1)
        self.user = ApiUser(credentials, api_resource)
        self.desk = ServiceDesk(self.database, self.person_id)
        self.webhooks = Webhooks(self.database)
        self.database.listener = self.webhooks.changed
        self.add_currency("USD", isInternalCurrency=True)
        self.database.insert("Companies", {"id": 0, **self._company("Own Company", {"companyType": 1})})

    @property
    def now(self) -> datetime:
        return self.database.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.database.now = moment

    @property
    def credentials(self) -> Credentials:
        return self.user.credentials

    @property
    def doubts(self) -> Doubts:
        return self.database.doubts

    @doubts.setter
    def doubts(self, doubts: Doubts) -> None:
        self.database.set_doubts(doubts)

    @property
    def ledger(self) -> Ledger:
        return self.database.ledger

    def add_currency(self, name: str, **fields: object) -> int:
        """Currencies are listed whether or not companies name one (docs/vendors/autotask.md A49)."""
        standard: dict[str, Any] = {
            "name": name,
            "description": name,
            "displaySymbol": 36,
            "exchangeRate": Decimal(1),
            "isActive": True,
            "isInternalCurrency": False,
            "currencyPositiveFormat": "$n",
            "currencyNegativeFormat": "($n)",
            "lastModifiedDateTime": wire_time(self.now),
        }
        return self.database.insert("Currencies", standard | fields)

    def add_company(self, name: str, **fields: object) -> int:
        return self.database.insert("Companies", self._company(name, fields))

    def _company(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        now = wire_time(self.now)
        standard: dict[str, Any] = {
            "companyName": name,
            "companyType": 1,
            "ownerResourceID": self.person_id,
            "phone": "555-0100",
            "isActive": True,
            "createDate": now,
            "lastActivityDate": now,
            "lastTrackedModifiedDateTime": now,
        }
        return standard | fields

    def add_contact(
        self,
        company_id: int,
        first_name: str,
        last_name: str,
        email: str,
        *,
        primary: bool = False,
        **fields: object,
    ) -> int:
        now = wire_time(self.now)
        values: dict[str, Any] = {
            "companyID": company_id,
            "firstName": first_name,
            "lastName": last_name,
            "emailAddress": email,
            "primaryContact": primary,
            "isActive": 1,
            "createDate": now,
            "lastModifiedDate": now,
        }
        return self.database.insert("Contacts", values | fields)

    def add_billing_code(self, name: str, use_type: int = 5, *, active: bool = True) -> int:
        values = {"name": name, "useType": use_type, "isActive": active, "billingCodeType": 0}
        return self.database.insert("BillingCodes", values)

    def add_service(
        self, name: str, unit_price: Decimal | str, period_type: int = 2, **fields: object
    ) -> int:
        values: dict[str, Any] = {
            "name": name,
            "unitPrice": Decimal(unit_price),
            "periodType": period_type,
            "isActive": True,
            "billingCodeID": fields.get("billingCodeID") or self._any_service_code(),
            "createDate": wire_time(self.now),
            "lastModifiedDate": wire_time(self.now),
        }
        return self.database.insert("Services", values | fields)

    def _any_service_code(self) -> int:
        for row in self.database["BillingCodes"].all():
            if row["useType"] == 5 and row["isActive"]:
                code: int = row["id"]
                return code
        return self.add_billing_code("Recurring Services")

    def add_bundle(
        self, name: str, service_ids: Iterable[int], unit_price: Decimal | str, period_type: int = 2
    ) -> int:
        values = {
            "name": name,
            "unitPrice": Decimal(unit_price),
            "periodType": period_type,
            "isActive": True,
            "billingCodeID": self._any_service_code(),
            "createDate": wire_time(self.now),
            "lastModifiedDate": wire_time(self.now),
        }
        bundle_id = self.database.insert("ServiceBundles", values)
        for service_id in service_ids:
            part = {"serviceBundleID": bundle_id, "serviceID": service_id}
            self.database.insert("ServiceBundleServices", part)
        return bundle_id

    def add_contract(
        self,
        company_id: int,
        name: str,
        starts: date | str,
        ends: date | str,
        payg: Literal["Yes", "No"] | None = None,
        contract_type: int = CONTRACT_TYPE_RECURRING,
        period_type: int = 2,
        status: int = 1,
        **fields: object,
    ) -> int:
        values: dict[str, Any] = {
            "companyID": company_id,
            "contractName": name,
            "contractType": contract_type,
            "contractPeriodType": period_type,
            "startDate": wire_day(as_day(starts)),
            "endDate": wire_day(as_day(ends)),
            "status": status,
            "timeReportingRequiresStartAndStopTimes": 0,
        }
        if payg is not None:
            values["_udfs"] = self._payg_value(payg)
        return self.database.insert("Contracts", values | fields)

    def _payg_value(self, label: str) -> dict[int, str | int | None]:
        definition_id = self.payg_definition() or self.add_payg_definition()
        items = udfs.items_of(self.database, definition_id)
        return {definition_id: next(item["id"] for item in items if item["valueForDisplay"] == label)}

    def payg_definition(self) -> int | None:
        contracts = entities.BY_NAME["Contracts"]
        found = [
            row["id"] for row in udfs.definitions_of(self.database, contracts) if row["name"] == PAYG_FIELD
        ]
        return found[0] if found else None

    def add_payg_definition(self) -> int:
        """The contract's list field with the options Yes and No, as the setup guide has people make it."""
        values = {
            "name": PAYG_FIELD,
            "udfType": UDF_TYPE_CONTRACT,
            "dataType": UDF_DATA_TYPE_LIST,
            "isActive": True,
            "createDate": wire_time(self.now),
        }
        definition_id = self.database.insert("UserDefinedFieldDefinitions", values)
        for label in ("Yes", "No"):
            item = {"udfFieldId": definition_id, "valueForDisplay": label, "valueForExport": label}
            self.database.insert("UserDefinedFieldListItems", item | {"createDate": wire_time(self.now)})
        return definition_id

    def add_line(
        self,
        contract_id: int,
        service_id: int,
        units: int | None = 0,
        unit_price: Decimal | str | None = None,
    ) -> int:
        """A service on a contract with units from its start; None leaves the rows to `new_line_rows`."""
        price = None if unit_price is None else Decimal(unit_price)
        values = {"contractID": contract_id, "serviceID": service_id, "unitPrice": price}
        return self.life.add_line(SERVICE, values, units=units)

    def add_bundle_line(self, contract_id: int, bundle_id: int, units: int | None = 0) -> int:
        values = {"contractID": contract_id, "serviceBundleID": bundle_id}
        return self.life.add_line(BUNDLE, values, units=units)

    def post_through(self, contract_id: int, day: date | str) -> None:
        self.life.post_contract(contract_id, as_day(day))

    def adjust(
        self, line_id: int, day: date | str, change: int, by: str = "person", key: str | None = None
    ) -> int:
        """A change of units by somebody at the screen; `by="api:other"` is another user of the API."""
        asked = Change(line_id, as_day(day), change, by=by, resource_id=self.person_id, key=key)
        resource = self.user.resource_id if asked.through_api else self.person_id
        return self.engine.adjust(replace(asked, resource_id=resource))

    def units_on(self, line_id: int, day: date | str) -> int | None:
        """Units in force on a day, None outside the contract or without rows."""
        return self.engine.units_on(line_id, as_day(day))[0]

    def units_on_days(self, line_id: int, days: Iterable[date]) -> tuple[int | None, ...]:
        return self.engine.units_on(line_id, *days)

    def add_role(self, name: str, rate: Decimal | str = "95") -> int:
        values = {"name": name, "hourlyRate": Decimal(rate), "hourlyFactor": Decimal(1), "isActive": True}
        return self.database.insert("Roles", values | {"isSystemRole": False, "roleType": 0})

    def add_technician(
        self, first_name: str, last_name: str, role_ids: Iterable[int], *, queue_id: int | None = None
    ) -> int:
        """Somebody of the service desk; the first role is the default one."""
        email = f"{first_name}.{last_name}@msp.example".lower()
        resource_id = self._add_resource(first_name, last_name, email, license_type=1)
        for number, role_id in enumerate(role_ids):
            pair = {"resourceID": resource_id, "roleID": role_id, "isActive": True}
            self.database.insert("ResourceServiceDeskRoles", pair | {"isDefault": number == 0})
            self.database.insert("ResourceRoles", pair | {"departmentID": None, "queueID": queue_id})
            if number == 0:
                self.database.change("Resources", resource_id, defaultServiceDeskRoleID=role_id)
        return resource_id

    def add_ticket(self, company_id: int, title: str, **fields: object) -> int:
        """A ticket that somebody of the provider made."""
        now = wire_time(self.now)
        standard: dict[str, Any] = {
            "companyID": company_id,
            "title": title,
            "status": 1,
            "priority": 2,
            "queueID": 8,
            "ticketCategory": 3,
            "ticketNumber": self.desk.next_number(),
            "creatorResourceID": self.person_id,
            "createDate": now,
            "lastActivityDate": now,
            "lastTrackedModificationDateTime": now,
        }
        return self.database.insert("Tickets", standard | fields)

    def _add_resource(self, first_name: str, last_name: str, email: str, license_type: int) -> int:
        values = {
            "firstName": first_name,
            "lastName": last_name,
            "email": email,
            "userName": email.split("@", maxsplit=1)[0],
            "isActive": True,
            "licenseType": license_type,
            "resourceType": "Employee",
        }
        return self.database.insert("Resources", values)
