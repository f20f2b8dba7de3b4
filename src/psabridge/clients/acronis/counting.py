"""How many requests left this machine, by name: the report of a cycle prints it."""

from collections import Counter
from collections.abc import Mapping
from threading import Lock


class CallCounter:
    """Safe for several threads. Every attempt counts, also a repeated read and a token."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    def count(self, name: str) -> None:
        with self._lock:
            self._taken[name] += 1

    @property
    def total(self) -> int:
        with self._lock:
            return self._taken.total()

    def by_name(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._taken)

    def start_cycle(self) -> None:
        with self._lock:
            self._taken.clear()
