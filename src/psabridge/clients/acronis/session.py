"""Sends calls signed in: reads with patience, writes exactly once."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from psabridge.clients.acronis.auth import AccessToken, Credentials, SignIn
from psabridge.clients.acronis.call import Call, http_request
from psabridge.clients.acronis.counting import CallCounter
from psabridge.clients.acronis.errors import (
    READ_BACK,
    is_json,
    read_problem,
    sign_in_expired,
    signed_out,
    subject_of,
    vendor_words,
    write_problem,
)
from psabridge.clients.acronis.wire import R, reader
from psabridge.clients.address import server_of
from psabridge.clients.hiding import hidden
from psabridge.clients.reading import Patience, read_with_patience
from psabridge.clients.transport import HttpResponse, Transport
from psabridge.kit.clock import Clock
from psabridge.kit.errors import OutcomeUnknown, Unreadable

T = TypeVar("T")
# The vendor advises to repeat a 50x at most twice, one to two seconds apart (docs/vendors/acronis.md Ac34).
PATIENCE = Patience(attempts=3, first_wait=timedelta(seconds=2), longest_wait=timedelta(seconds=2))
NO_STATUSES: frozenset[int] = frozenset()


class Session:
    def __init__(
        self,
        *,
        url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Clock,
        deadline: timedelta,
        counter: CallCounter,
    ) -> None:
        self._base_url = server_of(url)
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._deadline = deadline
        self._counter = counter
        self._sign_in = SignIn(
            base_url=self._base_url,
            credentials=credentials,
            transport=transport,
            clock=clock,
            deadline=deadline,
            counter=counter,
        )

    def read(self, call: Call, understand: Callable[[bytes], T]) -> T:
        """Repeated while the vendor is busy, the answer is lost or cannot be understood."""
        return self._patiently(lambda: understand(self._read_once(call, NO_STATUSES).body))

    def read_record(self, call: Call, model: type[R]) -> R:
        return self.read(call, reader(model, subject_of(call)))

    def read_status(self, call: Call, expected: frozenset[int]) -> int:
        """For the questions that Acronis answers by a status alone."""
        return self._patiently(lambda: self._expected_status(call, expected))

    def write(self, call: Call) -> None:
        """For writes answered without a body. A page where silence belongs comes from someone else."""
        response = self._write_once(call)
        if response.body.strip() and not is_json(response):
            raise OutcomeUnknown(subject_of(call), "answered by a strange page", READ_BACK)

    def write_understood(self, call: Call, understand: Callable[[bytes], T]) -> T:
        """An answer that cannot be read does not tell what was written."""
        response = self._write_once(call)
        try:
            return understand(response.body)
        except Unreadable as error:
            raise OutcomeUnknown(subject_of(call), error.problem, READ_BACK) from None

    def write_record(self, call: Call, model: type[R]) -> R:
        return self.write_understood(call, reader(model, subject_of(call)))

    def _write_once(self, call: Call) -> HttpResponse:
        """What it raises says whether it may have been written (protocol 2.2)."""
        token = self._patiently(self._sign_in.token)
        response = self._send(call, token)
        if response.status == 401:
            self._sign_in.drop(token)
            raise sign_in_expired(call) if token.worked else signed_out(call)
        if 200 <= response.status < 300:
            token.worked = True
            return response
        raise write_problem(call, response, self._words(response, token), self._clock.now())

    def _read_once(self, call: Call, expected: frozenset[int]) -> HttpResponse:
        response, token = self._ask(call)
        if response.status == 200 or response.status in expected:
            token.worked = True
            return response
        raise read_problem(call, response, self._words(response, token), self._clock.now())

    def _expected_status(self, call: Call, expected: frozenset[int]) -> int:
        response = self._read_once(call, expected)
        if response.status not in expected:
            raise Unreadable(
                subject_of(call), f"nobody answers so (HTTP {response.status})", "Ask again later"
            )
        return response.status

    def _ask(self, call: Call) -> tuple[HttpResponse, AccessToken]:
        """A read answered 401 is replayed once with a new token (Ac3)."""
        token = self._sign_in.token()
        response = self._send(call, token)
        if response.status != 401:
            return response, token
        self._sign_in.drop(token)
        token = self._sign_in.token()
        response = self._send(call, token)
        if response.status == 401:
            self._sign_in.drop(token)
            raise signed_out(call)
        return response, token

    def _patiently(self, ask: Callable[[], T]) -> T:
        return read_with_patience(ask, patience=PATIENCE, clock=self._clock)

    def _send(self, call: Call, token: AccessToken) -> HttpResponse:
        self._counter.count(call.name)
        return self._transport.send(http_request(self._base_url, call, token.value), self._deadline)

    def _words(self, response: HttpResponse, token: AccessToken) -> str:
        return hidden(self._credentials.hide(vendor_words(response)), {"token": token.value})
