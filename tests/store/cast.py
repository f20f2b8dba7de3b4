"""Connections, pairings, intents and plans for the tests of the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from psabridge.rules.evidence import Evidence
from psabridge.rules.lease import Lease
from psabridge.rules.plans.plan import Completeness, CreateDefinition, Plan, Step
from psabridge.rules.units.intent import Intent
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.words import (
    CompanyId,
    ContractId,
    IntentId,
    LineId,
    PairingId,
    PlanId,
    SnapshotId,
    StepId,
    StepKind,
)
from psabridge.store.leases import DatabaseLeases
from psabridge.store.models import Connection
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe
from tests.builders import NOW, TODAY, a_unit_row, line_id

KEY = "q0nTPnhBYDk2Wcq4xoqPi0OjUQ8oVFQzqkWUuRMaHVM="
SECRET = "the vendor's own secret"
A_MINUTE = timedelta(minutes=1)


def pairings(*keys: str) -> DatabasePairings:
    return DatabasePairings(Safe(keys or (KEY,)))


def a_pairing(name: str = "acronis-autotask", psa: int | None = None) -> PairingId:
    """A pairing with connections of its own, or with an Autotask connection that is there already."""
    kept = pairings()
    acronis = kept.keep_connection(_connection("acronis", name), secret=SECRET, tracking=None)
    if psa is None:
        psa = kept.keep_connection(_connection("autotask", name), secret=SECRET, tracking="CODE")
    return kept.keep_pairing(name, platform=acronis, psa=psa)


def psa_of(name: str = "acronis-autotask") -> int:
    return Connection.objects.get(name=f"autotask of {name}").pk


def _connection(kind: str, pairing: str) -> dict[str, Any]:
    return {
        "name": f"{kind} of {pairing}",
        "kind": kind,
        "address": f"https://{kind}.example",
        "identity": "bridge",
        "billing_zone": "Europe/Berlin",
    }


@contextmanager
def a_lease(pairing: PairingId, length: timedelta = A_MINUTE) -> Iterator[Lease]:
    with DatabaseLeases().hold(pairing, length=length) as lease:
        yield lease


def an_intent(pairing: PairingId, number: int = 100, **changes: Any) -> Intent:  # noqa: ANN401  any field
    """Five more on a line, not yet armed."""
    line = line_id(number)
    return replace(
        Intent(
            id=IntentId(0),
            pairing=pairing,
            company=CompanyId(1),
            contract=ContractId(10),
            line=line,
            day=TODAY,
            change=5,
            before=10,
            wanted=15,
            old_step=0,
            is_fenced=True,
            picture=a_picture(line),
            reading=RowReading.TOTALS,
            zone="Europe/Berlin",
            plan=PlanId(1),
            step=StepId("units-1"),
            snapshot=SnapshotId(1),
            fence=1,
            armed_at=NOW,
        ),
        **changes,
    )


def a_picture(line: LineId) -> Picture:
    row = a_unit_row(line, units=10, price=Decimal("12.50"))
    return Picture(line, (row,), NOW, date(2026, 3, 1), date(2026, 12, 31))


def a_step(number: int = 1) -> Step:
    return Step(
        id=StepId(f"step-{number}"),
        kind=StepKind.CREATE_DEFINITION,
        subject="the field",
        change=CreateDefinition("Acronis PAYG"),
        reason="it is missing",
        evidence=Evidence(),
        fingerprint="f",
    )


def a_plan(pairing: PairingId, snapshot: SnapshotId, steps: int = 0, made_at: datetime = NOW) -> Plan:
    return Plan(
        pairing=pairing,
        made_at=made_at,
        today=made_at.date(),
        settings_version=1,
        snapshot=snapshot,
        steps=tuple(a_step(number) for number in range(steps)),
        holds=(),
        wishes=(),
        findings=(),
        completeness=Completeness(
            as_of=made_at,
            customers_checked=1,
            customers_mapped=1,
            lines_checked=0,
            lines_right=0,
            items_checked=0,
            items_right=0,
            tenants_unmapped=0,
        ),
    )


def on_day(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)
