"""The vendor's limit of requests in flight per endpoint."""

from collections import Counter

# Three per tracking identifier and object endpoint (autotask-rest.md section 7).
THREADS = 3


class ThreadGate:
    """Counts what is in flight; the vendor says what the one too many is answered."""

    def __init__(self, threads: int = THREADS) -> None:
        self.threads = threads
        # Seconds a slot stays taken after its answer. The vendor frees slots late (autotask-rest.md
        # section 7); by how much is unpublished, so it is 0 unless a test asks for more.
        self.lag = 0.0
        self._in_flight: Counter[str] = Counter()

    def full(self, endpoint: str) -> bool:
        return self._in_flight[endpoint] >= self.threads

    def enter(self, endpoint: str) -> None:
        self._in_flight[endpoint] += 1

    def leave(self, endpoint: str) -> None:
        self._in_flight[endpoint] -= 1
        if not self._in_flight[endpoint]:
            del self._in_flight[endpoint]
