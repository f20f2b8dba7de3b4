"""Autotask in memory: threshold and zone answer by themselves, the rest from a script."""

from dataclasses import dataclass, field
from datetime import timedelta

from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor, Limits
from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.clients.wire_json import decode
from tests.clients.transport.fakes import FakeClock, FakeTransport, Reply, replied

ZONE = "https://webservices2.autotask.net/ATServicesRest/"
ROOT = f"{ZONE}v1.0/"
USER, SECRET, CODE = "bridge@msp.example", "s3cr3t-of-the-msp", "CODE27CHARACTERSOFTHETENANT"


@dataclass
class FakeAutotask(FakeTransport):
    used: int = 100  # requests of this hour, as ThresholdInformation tells them
    zone: Reply = field(
        default_factory=lambda: replied({"zoneName": "2", "url": ZONE, "webUrl": "https://ww2/", "ci": 7})
    )
    asides: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        if "zoneInformation" in request.url:
            return self._aside(request, self.zone, deadline)
        if "ThresholdInformation" in request.url:
            reading = {"externalRequestThreshold": 10000, "requestThresholdTimeframe": 60}
            reading["currentTimeframeRequestCount"] = self.used
            return self._aside(request, replied(reading), deadline)
        return super().send(request, deadline)

    def _aside(self, request: HttpRequest, reply: Reply, deadline: timedelta) -> HttpResponse:
        self.asides.append(request)
        return FakeTransport([reply]).send(request, deadline)

    def bodies(self) -> list[object]:
        return [decode(request.body or b"null") for request in self.sent]


def credentials() -> Credentials:
    return Credentials.of(user=USER, secret=SECRET, integration_code=CODE)


def client_of(
    autotask: FakeAutotask, *, clock: FakeClock | None = None, limits: Limits | None = None
) -> AutotaskClient:
    used = clock or FakeClock()
    governor = Governor(clock=used, limits=limits, monotonic=used.seconds)
    return AutotaskClient(
        zone_url=ZONE,
        credentials=credentials(),
        transport=autotask,
        governor=governor,
        clock=used,
        deadline=timedelta(seconds=30),
    )


def client_for(*replies: Reply) -> tuple[AutotaskClient, FakeAutotask]:
    autotask = FakeAutotask(list(replies) or [replied({})])
    return client_of(autotask), autotask


def page(*rows: object, more: bool = False) -> HttpResponse:
    details: dict[str, object] = {"count": len(rows), "requestCount": 500, "prevPageUrl": None}
    details["nextPageUrl"] = f"{ROOT}X/query/next?paging=..." if more else None
    return replied({"items": list(rows), "pageDetails": details})


def refused(*texts: str, status: int = 500) -> HttpResponse:
    return replied({"errors": list(texts)}, status)


def unit_row(row_id: int, line_id: int = 10, units: int = 11) -> dict[str, object]:
    return {
        "id": row_id,
        "contractID": 5,
        "contractServiceID": line_id,
        "serviceID": 3,
        "startDate": "2026-03-01T00:00:00.000Z",
        "endDate": "2026-03-31T00:00:00.000Z",
        "units": units,
        "price": 254,
        "cost": None,
        "approveAndPostDate": None,
        "vendorCompanyID": None,
    }
