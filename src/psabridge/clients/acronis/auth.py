"""Signing in by client credentials. The secret and the token show in no repr, log or error."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from psabridge.clients.acronis.call import USER_AGENT
from psabridge.clients.acronis.counting import CallCounter
from psabridge.clients.acronis.errors import SUBJECT, read_problem, vendor_words
from psabridge.clients.acronis.records import TokenAnswer
from psabridge.clients.acronis.requests.token import TOKEN
from psabridge.clients.acronis.wire import parse
from psabridge.clients.hiding import hidden
from psabridge.clients.reading import vendor_date
from psabridge.clients.transport import HttpRequest, HttpResponse, Transport
from psabridge.kit.clock import Clock
from psabridge.kit.errors import AccessDenied, Busy, BusyKind, OutcomeUnknown, Unreadable

# Samples renew this early; a token lives about two hours (docs/vendors/acronis.md Ac2).
RENEW_EARLY = timedelta(minutes=15)
LIFE_IF_UNSAID = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.client_id or not self.client_secret:
            raise ValueError("the client id and its secret must both be given")

    def hide(self, text: str) -> str:
        return hidden(text, {"secret": self.client_secret, "credentials": self._basic()})

    def header(self) -> str:
        return f"Basic {self._basic()}"

    def _basic(self) -> str:
        return base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()


@dataclass(slots=True, eq=False)
class AccessToken:
    value: str = field(repr=False)
    renew_at: datetime
    worked: bool = False  # Acronis has taken it: when it is refused later, it has only ended


def token_request(base_url: str, credentials: Credentials) -> HttpRequest:
    headers = {
        "Authorization": credentials.header(),
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
    }
    return HttpRequest(TOKEN.method, f"{base_url}{TOKEN.path}", headers, TOKEN.body)


class SignIn:
    """Keeps one token for all threads; issues the next one when it nears its end or was refused."""

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Clock,
        deadline: timedelta,
        counter: CallCounter,
    ) -> None:
        self._base_url = base_url
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._deadline = deadline
        self._counter = counter
        self._lock = Lock()
        self._token: AccessToken | None = None

    def token(self) -> AccessToken:
        with self._lock:
            if self._token is None or self._token.renew_at <= self._clock.now():
                self._token = self._issue()
            return self._token

    def drop(self, refused: AccessToken) -> None:
        """Forget a refused token, unless another thread has renewed it already."""
        with self._lock:
            if self._token is refused:
                self._token = None

    def _issue(self) -> AccessToken:
        try:
            return self._ask()
        except (OutcomeUnknown, Unreadable) as error:
            # Signing in writes nothing, so before a write, too, a lost answer is only a delay.
            raise Busy(error.subject, error.problem, "Ask again later", kind=BusyKind.UNAVAILABLE) from None

    def _ask(self) -> AccessToken:
        self._counter.count(TOKEN.name)
        response = self._transport.send(token_request(self._base_url, self._credentials), self._deadline)
        if response.status == 200:
            return self._read(response)
        words = self._credentials.hide(vendor_words(response))
        if response.status in (400, 401, 403):  # Ac5
            raise _refused(response.status, words)
        raise read_problem(TOKEN, response, words, self._clock.now())

    def _read(self, response: HttpResponse) -> AccessToken:
        answer = parse(TokenAnswer, response.body, f"{SUBJECT}, sign-in")
        now = self._clock.now()
        life = _life(answer, vendor_date(response.headers) or now)
        return AccessToken(answer.access_token, now + life - min(RENEW_EARLY, life / 2))


def _life(answer: TokenAnswer, answered_at: datetime) -> timedelta:
    # The span is preferred to the moment, and the moment counts from the vendor's own clock (Ac2).
    if answer.expires_in is not None:
        return timedelta(seconds=answer.expires_in)
    if answer.expires_on is not None:
        return datetime.fromtimestamp(answer.expires_on, UTC) - answered_at
    return LIFE_IF_UNSAID


def _refused(status: int, words: str) -> AccessDenied:
    return AccessDenied(
        f"{SUBJECT}, sign-in",
        f"the API client was refused (HTTP {status})",
        "Check, in this order: the secret, the client id, the data centre address, and that the API client"
        " and its tenant are enabled",
        code="ERR-02",
        vendor_text=words,
    )
