"""A provider whose Autotask may call in, and the door it calls at."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from psabridge.clients.autotask.callouts import SIGNATURE_HEADER, signature_of
from psabridge.clients.autotask.ticket_writes import NewTicket
from psabridge.connectors.autotask.connector import AutotaskPsa
from psabridge.store.hints import Door
from psabridge.store.models import HintRecord
from psabridge.wiring import hooks
from psabridge.wiring.hint_door import HintDoor
from psabridge.wiring.hooks import HookState
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import PERSON, Journey


def one_firm(firms: Firms) -> Sale:
    return firms.sale("Meadow Dental", units=5)


@dataclass
class Office:
    """A provider whose Autotask may call in at our door."""

    journey: Journey
    sale: Sale
    port: int = 0
    steps: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def on(
        self, address: str | None = None, step: Callable[[str], None] | None = None
    ) -> tuple[HookState, ...]:
        return hooks.switch_on(
            self.journey.bridge,
            self.journey.pairing,
            address or self.address,
            who=PERSON,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            step=step or self.steps.append,
        )

    def off(self) -> bool:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        bridge, pairing = self.journey.bridge, self.journey.pairing
        return hooks.switch_off(bridge, pairing, who=PERSON, at=at, step=self.steps.append)

    @property
    def door(self) -> Door:
        _, psa = self.journey.bridge.pairings.connections(self.journey.pairing)
        found = hooks.doors(self.journey.bridge).of(psa.id)
        assert found is not None
        return found

    def rows(self, entity: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.journey.vendors.do(
            lambda: [dict(row) for row in self.journey.vendors.autotask.database[entity].all()]
        )
        return rows

    def world(self) -> dict[str, list[tuple[Any, ...]]]:
        """What Autotask holds of our webhooks."""
        return {
            "hooks": [
                (kind, row["webhookUrl"], row["isActive"], row["isReady"])
                for kind in ("TicketWebhooks", "CompanyWebhooks")
                for row in self.rows(kind)
            ],
            "fields": sorted(
                (kind, row["fieldID"])
                for kind in ("TicketWebhookFields", "CompanyWebhookFields")
                for row in self.rows(kind)
            ),
            "excluded": sorted(
                (kind, row["resourceID"])
                for kind in ("TicketWebhookExcludedResources", "CompanyWebhookExcludedResources")
                for row in self.rows(kind)
            ),
        }

    def a_ticket(self) -> int:
        """Made by our own user."""
        psa = self.journey.ports.psa
        assert isinstance(psa, AutotaskPsa)
        company = int(self.sale.customer.company_id)
        new = NewTicket(company_id=company, title="T", status=1, priority=2, external_id="k", queue_id=8)
        return psa.client.create(new)

    def rename(self, name: str) -> None:
        values = {"companyName": name}
        edit = {"entity": "Companies", "id": self.sale.customer.company_id, "values": values}
        self.journey.control("edit", edit)

    def called_out(self) -> None:
        self.journey.vendors.settle_callouts()

    def post(self, body: bytes, *, path: str | None = None, key: str | None = None, **headers: str) -> int:
        """Somebody on the net, who may know the key."""
        url = f"/hooks/{self.door.path if path is None else path}"
        signed = {SIGNATURE_HEADER: signature_of(body, key)} if key else {}
        return self.ask("POST", url, body, {**signed, **headers})

    def ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, url, body, headers)
            return link.getresponse().status
        finally:
            link.close()

    def told(self, number: int = 1, *, at: datetime | None = None, record: int = 77) -> bytes:
        moment = (at or self.journey.vendors.clock.now).isoformat()
        whole = {"Action": "Update", "Guid": "g", "EntityType": "Ticket", "Id": record}
        return json.dumps({**whole, "EventTime": moment, "SequenceNumber": number}).encode()


@pytest.fixture
def office(open_shop: OpenShop) -> Office:
    journey, sale = open_shop(one_firm)
    return Office(journey, sale)


@contextmanager
def open_door(office: Office, said: list[str] | None = None) -> Iterator[HintDoor]:
    """`psabridge hooks serve` in another thread of this process."""
    listens = threading.Event()
    door = HintDoor(office.journey.bridge, (said if said is not None else []).append)

    def opened(port: int) -> None:
        office.port = port
        listens.set()

    def serve() -> None:
        try:
            door.serve(host="127.0.0.1", port=office.port, opened=opened)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert listens.wait(20)
        yield door
    finally:
        door.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


@pytest.fixture
def at_the_door(office: Office) -> Iterator[Office]:
    with open_door(office) as door:
        office.on()
        until(lambda: door.is_door(office.door.path))
        yield office


def heard() -> list[tuple[str, int]]:
    return [(row.of, row.record) for row in HintRecord.objects.order_by("pk")]
