"""Both connectors at a served scene, and what the scene's operator would have configured."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psabridge.clients.acronis.auth import Credentials as AcronisCredentials
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.autotask.auth import Credentials as AutotaskCredentials
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor, Limits
from psabridge.clients.emulated_clock import EmulatedClock
from psabridge.clients.transport import HttpTransport
from psabridge.connectors.acronis.connector import AcronisPlatform
from psabridge.connectors.autotask.connector import AutotaskPsa
from psabridge.kit.clock import SystemClock, day_in
from psabridge.rules.settings import CustomerMapping, Measure, PairingSettings, ServiceMapping
from psabridge.rules.words import CompanyId, LineId, LineKind, PairingId, ServiceId, StorageId, TenantId
from psabridge_emulators.scenes.running import Running, start

DEADLINE = timedelta(seconds=20)
MEASURES = {"class1": Measure.CLASS_1, "class2": Measure.CLASS_2, "total": Measure.TOTAL}


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    running: Running
    psa: AutotaskPsa
    platform: AcronisPlatform
    settings: PairingSettings

    @property
    def today(self) -> date:
        return day_in(self.settings.zone, self.psa.clock.now())

    def rows(self, entity: str) -> list[Mapping[str, Any]]:
        """The vendor's own rows, whatever readers see of them."""
        return self.running.do(lambda: list(self.running.autotask.database[entity].all()))

    def edit(self, entity: str, row: int, **values: object) -> None:
        self.running.do(lambda: self.running.autotask.database.change(entity, row, **values))

    def doubts(self, **settings: object) -> None:
        def change() -> None:
            self.running.autotask.doubts = self.running.autotask.doubts.changed(settings)

        self.running.do(change)

    def units(self, line: int, day: date) -> int | None:
        """Units in force on a line, by the vendor's own reckoning."""
        return self.running.do(lambda: self.running.autotask.units_on(line, day))

    def landed(self) -> list[tuple[int, date, int]]:
        """Line, day and change of every adjustment that landed since the scene opened."""
        told = self.running.do(lambda: list(self.running.autotask.ledger.adjustments))
        return [(one.line_id, one.effective_date, one.unit_change) for one in told]


@contextmanager
def bench_at(scene: str) -> Iterator[Bench]:
    with start(scene) as running:
        transport = HttpTransport()
        clock = EmulatedClock(control_url=running.urls["autotask"], transport=transport)
        try:
            yield Bench(
                running, autotask(running, transport), acronis(running, transport, clock), decided(running)
            )
        finally:
            transport.close()


def autotask(running: Running, transport: HttpTransport) -> AutotaskPsa:
    told = running.description["autotask"]
    clock = EmulatedClock(control_url=told["url"], transport=transport)
    governor = Governor(clock=SystemClock(), limits=Limits(slot_lag=timedelta(0)))
    credentials = AutotaskCredentials.of(
        user=told["user"], secret=told["secret"], integration_code=told["integration_code"]
    )
    client = AutotaskClient(
        zone_url=told["url"],
        credentials=credentials,
        transport=transport,
        governor=governor,
        clock=clock,
        deadline=DEADLINE,
    )
    return AutotaskPsa(client, governor, clock, "atdemo")


def acronis(running: Running, transport: HttpTransport, clock: EmulatedClock) -> AcronisPlatform:
    told = running.description["acronis"]
    credentials = AcronisCredentials(told["client_id"], told["client_secret"])
    client = AcronisClient(
        url=told["url"], credentials=credentials, transport=transport, clock=clock, deadline=DEADLINE
    )
    return AcronisPlatform(client, clock)


def decided(running: Running) -> PairingSettings:
    mapping = running.mapping
    return PairingSettings(
        pairing=PairingId(1),
        name="emulated",
        version=1,
        zone=ZoneInfo(mapping["settings"]["time_zone"]),
        customers=tuple(
            CustomerMapping(TenantId(one["tenant_id"]), CompanyId(one["company_id"]))
            for one in mapping["customers"]
        ),
        services=tuple(_row(one) for one in mapping["services"]),
    )


def _row(one: Mapping[str, Any]) -> ServiceMapping:
    return ServiceMapping(
        item=one["item"],
        measure=MEASURES.get(one["measure"], Measure.USAGE),
        storage=None if one["infra_id"] is None else StorageId(one["infra_id"]),
        service=None if one["service_id"] is None else ServiceId(one["service_id"]),
        free=one["free"],
        unit_size=one["unit_size"],
    )


def with_service(settings: PairingSettings, service: int) -> PairingSettings:
    row = ServiceMapping("pw_base_servers", service=ServiceId(service))
    return replace(settings, services=(*settings.services, row))


def with_customer(settings: PairingSettings, tenant: str, company: int) -> PairingSettings:
    customer = CustomerMapping(TenantId(tenant), CompanyId(company))
    return replace(settings, customers=(*settings.customers, customer))


def service_line(number: int) -> LineId:
    return LineId(LineKind.SERVICE, number)


def bundle_line(number: int) -> LineId:
    return LineId(LineKind.BUNDLE, number)
