"""What the trimmed description leaves out, in its own form.

Roles, service-desk roles and ticket categories are named and typed as in a later copy of the vendor's own
description, currencies as in published clients (A49); that their exchange rate can be changed is left out.
TicketWebhooks are taken to equal CompanyWebhooks (autotask-rest.md 8, D13).
"""

import json
from typing import Any

NUMBER = {"type": "integer", "format": "int32"}
LONG = {"type": "integer", "format": "int64"}
DECIMAL = {"type": "number", "format": "double"}
TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
FLAG = {"type": "boolean"}

MODELS: dict[str, dict[str, dict[str, str]]] = {
    "CurrencyModel": {
        "CurrencyNegativeFormat": TEXT,
        "CurrencyPositiveFormat": TEXT,
        "Description": TEXT,
        "DisplaySymbol": NUMBER,
        "ExchangeRate": DECIMAL,
        "IsActive": FLAG,
        "IsInternalCurrency": FLAG,
        "LastModifiedDateTime": MOMENT,
        "Name": TEXT,
        "UpdateResourceId": NUMBER,
    },
    "RoleModel": {
        "Description": TEXT,
        "HourlyFactor": DECIMAL,
        "HourlyRate": DECIMAL,
        "IsActive": FLAG,
        "IsExcludedFromNewContracts": FLAG,
        "IsSystemRole": FLAG,
        "Name": TEXT,
        "QuoteItemDefaultTaxCategoryId": NUMBER,
        "RoleType": NUMBER,
    },
    "ResourceRoleModel": {
        "DepartmentID": LONG,
        "IsActive": FLAG,
        "QueueID": LONG,
        "ResourceID": LONG,
        "RoleID": LONG,
    },
    "ResourceServiceDeskRoleModel": {
        "IsActive": FLAG,
        "IsDefault": FLAG,
        "ResourceID": NUMBER,
        "RoleID": NUMBER,
    },
    "TicketCategoryModel": {
        "DisplayColorRGB": NUMBER,
        "IsActive": FLAG,
        "IsApiOnly": FLAG,
        "IsGlobalDefault": FLAG,
        "Name": TEXT,
        "Nickname": TEXT,
    },
}
# Of a route that is described, the routes that are like it.
READ_ONLY = {
    "Currencies": "CurrencyModel",
    "Roles": "RoleModel",
    "ResourceRoles": "ResourceRoleModel",
    "ResourceServiceDeskRoles": "ResourceServiceDeskRoleModel",
    "TicketCategories": "TicketCategoryModel",
}
BELOW = {"Resources/{parentId}/Roles": "ResourceRoleModel"} | {
    "Resources/{parentId}/ServiceDeskRoles": "ResourceServiceDeskRoleModel"
}
ROOT, CHILD = "BillingCodes", "Contracts/{parentId}/ServiceUnits"
ROOT_MODEL, CHILD_MODEL = "BillingCodeModel", "ContractServiceUnitModel"


def completed(description: dict[str, Any]) -> dict[str, Any]:
    """The description with what it leaves out."""
    udfs = {"type": "array", "items": {"$ref": "#/definitions/UserDefinedField"}}
    models = {
        name: {"properties": {"Id": LONG, **fields, "UserDefinedFields": udfs}}
        for name, fields in MODELS.items()
    }
    paths: dict[str, Any] = dict(description["paths"])
    for segment, model in READ_ONLY.items():
        paths |= _like(description["paths"], (ROOT, segment), (ROOT_MODEL, model))
    for segment, model in BELOW.items():
        paths |= _like(description["paths"], (CHILD, segment), (CHILD_MODEL, model))
    webhooks = {path: told for path, told in description["paths"].items() if "/CompanyWebhook" in path}
    paths |= json.loads(json.dumps(webhooks).replace("CompanyWebhook", "TicketWebhook"))
    copied = {name: told for name, told in description["definitions"].items() if "CompanyWebhook" in name}
    models |= json.loads(json.dumps(copied).replace("CompanyWebhook", "TicketWebhook"))
    return {**description, "paths": paths, "definitions": {**description["definitions"], **models}}


def _like(paths: dict[str, Any], route: tuple[str, str], model: tuple[str, str]) -> dict[str, Any]:
    known, wanted = route
    alike = {
        path: told
        for path, told in paths.items()
        if path == f"/V1.0/{known}" or path.startswith(f"/V1.0/{known}/")
    }
    if not alike:
        raise ValueError(f"the description has no {known}")
    text = json.dumps(alike).replace(f"/V1.0/{known}", f"/V1.0/{wanted}").replace(*model)
    copied: dict[str, Any] = json.loads(text)
    return copied
