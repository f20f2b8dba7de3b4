"""Which of the vendor's servers holds a tenant, and where its interface begins."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

from psabridge.clients.address import server_of
from psabridge.clients.autotask.errors import no_such_user, read_failure
from psabridge.clients.autotask.wire_model import WireModel, validated
from psabridge.clients.transport import HttpRequest, Transport
from psabridge.clients.wire_json import decode
from psabridge.kit.errors import Unreadable

# Any zone's host answers for every tenant (docs/vendors/autotask.md A4).
DISCOVERY_HOST = "https://webservices.autotask.net"
_BASE = "atservicesrest"


class ZoneInformation(WireModel):
    zone_name: str | None = None
    url: str
    web_url: str | None = None
    ci: int  # identifies the tenant's database (R43)


def api_root(zone_url: str) -> str:
    """The address below which the routes lie, with a slash at its end; https, or this machine."""
    server = server_of(zone_url)
    path = urlsplit(zone_url).path.strip("/") or "ATServicesRest"
    if path.rpartition("/")[2].lower() != _BASE:
        raise ValueError(f"/{path}: the interface of Autotask lies below /ATServicesRest")
    return f"{server}/{path}/"


def same_zone(one: str, other: str) -> bool:
    return api_root(one).lower() == api_root(other).lower()


def zone_request(root: str, user: str) -> HttpRequest:
    """Asked without credentials: it comes before their zone is known (A4)."""
    return HttpRequest("GET", f"{root}v1.0/zoneInformation?user={quote(user, safe='')}")


def discover_zone(
    user: str, *, transport: Transport, deadline: timedelta, host_url: str = DISCOVERY_HOST
) -> ZoneInformation:
    """For first set-up, and to ask again after a refused sign-in; one try."""
    answer = transport.send(zone_request(api_root(host_url), user), deadline)
    subject = "Autotask zone"
    if answer.status in (404, 500) and _unknown_user(answer.body):
        raise no_such_user(user)
    if answer.status != 200:
        raise read_failure(subject, answer)
    try:
        content = decode(answer.body)
    except ValueError as error:
        raise Unreadable(subject, "the answer is not JSON", "Try again in a minute") from error
    return _checked(validated(ZoneInformation, content, subject), subject)


def _checked(zone: ZoneInformation, subject: str) -> ZoneInformation:
    try:
        api_root(zone.url)
    except ValueError as error:
        problem = f"the address it names cannot be used: {error}"
        raise Unreadable(subject, problem, "Ask Autotask's support for the address of the zone") from error
    return zone


def _unknown_user(body: bytes) -> bool:
    return b"zone information could not be determined" in body.lower()
