"""The bridge of the reference month: as every proof has it, and with a service that is still to be made."""

from typing import Any

from psabridge_proof.installation import PAIRING, Installation
from tests.proof.month import NEW_SERVICE, SERVERS, Month


class Product(Installation):
    vendors: Month

    @property
    def month(self) -> Month:
        return self.vendors

    def wanted(self) -> dict[str, Any]:
        document = super().wanted()
        service = {"name": NEW_SERVICE, "billing_code": self.month.billing_code, "period_type": 1}
        row = {"item": SERVERS, "service": service, "edition": "pck_per_workload"}
        document["pairings"][PAIRING]["services"].append(row)
        return document
