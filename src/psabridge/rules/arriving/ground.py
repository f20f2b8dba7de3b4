"""What the companies without a tenant are judged on, looked up once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psabridge.rules.arriving.arrivals import ArrivalMemory, Inside
from psabridge.rules.arriving.register import Register
from psabridge.rules.customers.tags import tag_of
from psabridge.rules.plans.arrival_changes import Newcomer
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import Company, Newcomers, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, TenantId


@dataclass(frozen=True, slots=True)
class ArrivalGround:
    settings: PairingSettings
    psa: PsaSnapshot
    platform: PlatformSnapshot
    register: Register
    newcomers: Newcomers
    insides: Mapping[TenantId, Inside]
    memory: ArrivalMemory
    was_mapped: frozenset[CompanyId]
    by_hand: frozenset[CompanyId]
    now: datetime

    def newcomer(self, company: Company) -> Newcomer:
        tag = tag_of(self.psa.database_id, company.id)
        return Newcomer(company.id, company.name, tag, company.id in self.by_hand)
