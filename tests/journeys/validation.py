"""Every exchange of a journey, held to the vendors' own descriptions in both directions (R60)."""

import json
from collections.abc import Iterator

from tests.emulated import Exchange
from tests.vendor_facts import acronis_contract, autotask_contract
from tests.vendor_facts.conftest import CONTRACTS

# The same question with the same answer is judged once in a test process.
_judged: set[int] = set()


class Judge:
    """An observer of the emulators; it notes while they run and judges at the end."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def __call__(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def judge(self) -> None:
        """Raise AssertionError at the first exchange that is not as the vendor describes it."""
        if not CONTRACTS.is_dir():
            return
        for exchange in self._new():
            (_judge_autotask if exchange.vendor == "autotask" else _judge_acronis)(exchange)

    def _new(self) -> Iterator[Exchange]:
        """What a fault touched is no word of the vendor."""
        for exchange in self.exchanges:
            asked, reply = exchange.request, exchange.reply
            if exchange.fault is not None or reply is None:
                continue
            key = hash((asked.method, asked.path, asked.query_string, asked.body, reply.status, reply.body))
            if key not in _judged:
                _judged.add(key)
                yield exchange


def _judge_autotask(exchange: Exchange) -> None:
    asked, reply = exchange.request, exchange.reply
    assert reply is not None
    answer = json.loads(reply.body) if reply.content_type.startswith("application/json") else None
    body = asked.json() if asked.body else None
    autotask_contract.validate_exchange(asked.method, asked.path, body, reply.status, answer)


def _judge_acronis(exchange: Exchange) -> None:
    asked, reply = exchange.request, exchange.reply
    assert reply is not None
    acronis_contract.validate_exchange(
        asked.method,
        asked.path,
        asked.query_string,
        asked.body,
        asked.headers.get("content-type", ""),
        reply.status,
        reply.body,
        reply.content_type,
    )
