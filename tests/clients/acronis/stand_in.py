"""An Acronis in memory: answers are laid out by method and path, and what arrived is remembered."""

import json
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from psabridge.clients.acronis.auth import Credentials
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.transport import HttpRequest, HttpResponse

CLIENT_ID = "c0000000-0000-4000-8000-000000000001"
SECRET = "s3cret-of-the-client"
ROOT = "a0000000-0000-4000-8000-000000000001"
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

Answer = HttpResponse | Exception | Callable[[HttpRequest], HttpResponse]


def tenant_id(number: int) -> str:
    return f"b0000000-0000-4000-8000-{number:012d}"


def answer(content: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status, {"content-type": "application/json"}, json.dumps(content).encode())


def empty(status: int = 204) -> HttpResponse:
    return HttpResponse(status, {}, b"")


def page(text: str, status: int, kind: str = "text/plain") -> HttpResponse:
    return HttpResponse(status, {"content-type": kind}, text.encode())


def query_of(request: HttpRequest) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.url).query)


class StandStillClock:
    """Waiting moves it, so a retry takes no real time."""

    def __init__(self) -> None:
        self.moment = START
        self.waited: list[timedelta] = []

    def now(self) -> datetime:
        return self.moment

    def wait(self, duration: timedelta) -> None:
        self.waited.append(duration)
        self.moment += duration


class StandIn:
    def __init__(self) -> None:
        self.answers: defaultdict[tuple[str, str], deque[Answer]] = defaultdict(deque)
        self.arrived: list[HttpRequest] = []
        self.tokens_issued = 0
        self.token_life = 7200

    def lay(self, method: str, path: str, *answers: Answer) -> None:
        """The last answer laid goes on answering."""
        self.answers[method, path].extend(answers)

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        assert deadline > timedelta()  # never optional (style, habit 6)
        self.arrived.append(request)
        path = urlsplit(request.url).path
        waiting = self.answers[request.method, path]
        if path == "/api/2/idp/token" and not waiting:
            return self._token()
        assert waiting, f"nothing laid for {request.method} {path}"
        given = waiting.popleft() if len(waiting) > 1 else waiting[0]
        if isinstance(given, Exception):
            raise given
        return given if isinstance(given, HttpResponse) else given(request)

    def _token(self) -> HttpResponse:
        self.tokens_issued += 1
        content = {"access_token": f"token-{self.tokens_issued}", "token_type": "bearer", "id_token": "x"}
        return answer(content | {"expires_in": self.token_life, "expires_on": 1795000000})

    def of(self, method: str, path: str) -> list[HttpRequest]:
        return [each for each in self.arrived if (each.method, urlsplit(each.url).path) == (method, path)]


def a_client(acronis: StandIn, clock: StandStillClock | None = None) -> AcronisClient:
    return AcronisClient(
        url="https://eu2-cloud.acronis.test",
        credentials=Credentials(CLIENT_ID, SECRET),
        transport=acronis,
        clock=clock or StandStillClock(),
    )


def a_tenant(number: int, **keys: object) -> dict[str, object]:
    own = {
        "id": tenant_id(number),
        "version": 3,
        "name": f"Customer {number}",
        "kind": "customer",
        "parent_id": ROOT,
        "enabled": True,
        "ancestral_access": True,
        "pricing_mode": "production",
        "internal_tag": None,
        "updated_at": "2026-11-20T08:00:00",
    }
    return own | keys


def root_tenant() -> dict[str, object]:
    return a_tenant(0) | {"id": ROOT, "kind": "partner", "parent_id": ROOT}


def an_item(tenant: str, name: str = "pw_base_workstations", **keys: object) -> dict[str, object]:
    own = {
        "application_id": "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb",
        "name": name,
        "edition": "pck_per_workload",
        "usage_name": "workstations",
        "tenant_id": tenant,
        "status": 1,
        "type": "count",
        "measurement_unit": "quantity",
        "quota": {"value": 5, "overage": 0, "version": 1596545222672},
        "infra_id": None,
    }
    return own | keys


def a_usage(**keys: object) -> dict[str, object]:
    own = {
        "application_id": "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb",
        "name": "pw_base_workstations",
        "edition": "pck_per_workload",
        "usage_name": "workstations",
        "type": "count",
        "measurement_unit": "quantity",
        "range_start": "2026-11-01T00:00:00",
        "value": 4,
        "absolute_value": 4,
        "tenant_id": 4711,
    }
    return own | keys


def an_alert(number: int, **keys: object) -> dict[str, object]:
    own = {
        "id": f"D0000000-0000-4000-8000-{number:012d}",
        "type": "BackupFailed",
        "severity": "critical",
        "category": "Backup",
        "createdAt": "2026-11-22T09:00:00.123456789Z",
        "receivedAt": "2026-11-22T09:00:01.5Z",
        "updatedAt": "2026-11-22T09:00:01Z",
        "details": None,
        "tenant": {"id": "4711", "locator": "/1/50/4711/"},
    }
    return own | keys
