"""What is kept reads back equal, or fails loudly. A wrong number is never made out of a strange one."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import cattrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from psabridge.kit.periods import PeriodType
from psabridge.rules.plans.plan import Plan
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import Bounds, Measure, NewService, PairingSettings, ServiceMapping, Waits
from psabridge.rules.tickets.alerts import BackupAlert
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.looking import Looks
from psabridge.rules.tickets.stories import Story, Ticket
from psabridge.rules.units.intent import Intent
from psabridge.rules.words import LineKind, ServiceId
from psabridge.store import codec
from psabridge.store.codec import NotReadable, from_plain, line_from, pack, to_plain, unpack
from tests.builders import a_mapping_row, line_id
from tests.builders import settings as a_pairing
from tests.store.values import any_of

KEPT = (PairingSettings, PsaSnapshot, PlatformSnapshot, Plan, Intent)
TICKETS = (BackupAlert, Story, Ticket, Errand, Looks)


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_whatever_is_kept_reads_back_equal(kind: type[Any], data: some.DataObject) -> None:
    value = data.draw(any_of(kind))

    read_back = unpack(pack(value), kind)
    assert read_back == value
    # A text equals the member of an enumeration it names, so that equality alone proves too little.
    assert to_text(read_back) == to_text(value)


def to_text(value: object) -> str:
    """All of a value; sets and mappings of equal values may show themselves in another order."""
    if isinstance(value, frozenset):
        return str(sorted(map(to_text, value)))
    if isinstance(value, Mapping):
        return str(sorted((to_text(key), to_text(one)) for key, one in value.items()))
    if isinstance(value, tuple):
        return str([to_text(one) for one in value])
    if is_dataclass(value):
        return str([to_text(getattr(value, one.name)) for one in fields(value)])
    return repr(value)


@pytest.mark.parametrize("kind", TICKETS, ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_what_is_kept_of_tickets_reads_back_equal(kind: type[Any], data: some.DataObject) -> None:
    value = data.draw(any_of(kind))

    written = codec.to_text(value)
    assert written.isascii()
    assert "\x00" not in written
    read_back = codec.from_text(written, kind)
    assert read_back == value
    assert to_text(read_back) == to_text(value)


@pytest.mark.parametrize("written", ["", "{", "{}", '{"gone": 1}'])
def test_an_alert_that_cannot_be_read_any_more_is_told(written: str) -> None:
    with pytest.raises(NotReadable, match="a kept BackupAlert"):
        codec.from_text(written, BackupAlert)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(intent=any_of(Intent))
def test_an_intent_survives_json_as_a_database_stores_it(intent: Intent) -> None:
    stored = json.loads(json.dumps(to_plain(intent), sort_keys=True))

    assert from_plain(stored, Intent) == intent


@pytest.mark.parametrize("service", [None, ServiceId(0), NewService("Backup", 7, PeriodType.MONTHLY)])
def test_a_row_tells_no_service_from_service_0_and_from_one_to_be_made(
    service: ServiceId | NewService | None,
) -> None:
    row = ServiceMapping("pw_base_servers", service=service)

    assert from_plain(to_plain(row), ServiceMapping).service == service


def test_amounts_keep_every_digit() -> None:
    row = Bounds(share_of_lines=Decimal("0.10"))

    assert str(from_plain(to_plain(row), Bounds).share_of_lines) == "0.10"


def test_a_share_written_as_a_number_is_the_tenth_a_person_meant() -> None:
    assert from_plain({"share_of_lines": 0.1}, Bounds).share_of_lines == Decimal("0.1")


@pytest.mark.parametrize(
    "mistake",
    [
        {"unit_size": 1.5},  # would be cut to 1
        {"unit_size": True},
        {"unit_size": "many"},
        {"unit_size": None},
        {"free": "no"},  # any text is true to Python
        {"free": 0},
        {"item": 12},
        {"service": 3.9},
        {"service": True},
        {"measure": "everything"},
        {"unitsize": 1024},
    ],
    ids=str,
)
def test_a_strange_value_is_refused_and_never_bent_into_shape(mistake: dict[str, object]) -> None:
    plain = {**to_plain(a_mapping_row()), **mistake}

    with pytest.raises((cattrs.BaseValidationError, ValueError, TypeError)):
        from_plain(plain, ServiceMapping)


@pytest.mark.parametrize("share", ["a tenth", "NaN", None])
def test_a_bound_that_is_no_number_is_refused(share: object) -> None:
    with pytest.raises(cattrs.BaseValidationError):
        from_plain({"share_of_lines": share}, Bounds)


def test_waits_below_their_floors_are_refused() -> None:
    """Protocol 2.1: λ is at least 10 minutes, μ at least 60."""
    with pytest.raises(cattrs.BaseValidationError):
        from_plain({"read_bound": 60, "delivery_bound": 3600}, Waits)
    with pytest.raises(cattrs.BaseValidationError):
        from_plain({"read_bound": 600, "delivery_bound": 60}, Waits)


def test_an_unknown_setting_is_refused_not_forgotten() -> None:
    with pytest.raises(cattrs.BaseValidationError):
        from_plain({**to_plain(a_pairing()), "keep_snapshot": 1}, PairingSettings)


@pytest.mark.parametrize("kind", LineKind)
def test_a_line_is_named_by_kind_and_number(kind: LineKind) -> None:
    assert line_from(str(line_id(7, kind))) == line_id(7, kind)


@pytest.mark.parametrize("text", ["", "7", "service:", "service:x", "ticket:7"])
def test_a_line_of_no_known_kind_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no line; it looks like service:12"):
        line_from(text)


def test_durations_keep_their_length() -> None:
    kept = a_pairing(keep_snapshots=timedelta(days=800, microseconds=1))

    assert from_plain(to_plain(kept), PairingSettings) == kept


def test_the_measure_of_a_row_is_kept_by_its_word() -> None:
    assert to_plain(ServiceMapping("x", measure=Measure.CLASS_2))["measure"] == "class 2"


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"damaged",
        zlib.compress(b"{"),
        zlib.compress(b"{}"),
        zlib.compress(json.dumps({**to_plain(a_pairing()), "gone": 1}).encode()),
    ],
    ids=["empty", "damaged", "cut short", "a field missing", "a field of another version"],
)
def test_what_another_version_kept_is_told_as_unreadable(packed: bytes) -> None:
    with pytest.raises(NotReadable, match="a kept PairingSettings"):
        unpack(packed, PairingSettings)
