"""A file that says something else than belongs there is refused in the words of a person.

Each of these ended with a traceback, was taken for something else, or was told in the words of a library.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from psabridge.rules.settings import PairingSettings
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_document import ConfigWrong, document_of, text_of
from psabridge.wiring.config_file import export_config, import_config
from psabridge.wiring.config_reading import settings_of
from tests.wiring.config_cast import BARE

WORDS_OF_A_LIBRARY = (
    "object",
    "attribute",
    "argument",
    "iterable",
    "unknown error",
    "isoformat",
    "@ $",
    "class",
)
WHOLE = {"pairing": 0, "name": "main", "version": 0, "zone": "UTC"}


def _settings(**said: object) -> PairingSettings:
    return settings_of("main", {**WHOLE, **said})


def _refused(**said: object) -> str:
    with pytest.raises(ConfigWrong) as refused:
        _settings(**said)
    told = refused.value.problem
    assert not [one for one in WORDS_OF_A_LIBRARY if one in told], told
    return told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"customers": None}, "customers is empty, and a list belongs there"),
        ({"customers": "t1"}, "customers is 't1', and a list belongs there"),
        ({"customers": [5]}, "customers, entry 1 is 5, and names with values belong there"),
        ({"services": {"item": "x"}}, "services is {'item': 'x'}, and a list belongs there"),
        ({"services": [{"service": 1}]}, "services, entry 1.item: is missing"),
        ({"services": [{"item": "x", "zz": 1}]}, "services, entry 1: has unknown settings: zz"),
        ({"services": [{"item": "x", "meter": 5}]}, "entry 1.meter is 5, and names with values belong there"),
        ({"modes": "observe"}, "modes is 'observe', and names with values belong there"),
        ({"never_write": ["service:x"]}, "'service:x' is no line; it looks like service:12 or bundle:3"),
        ({"never_write": [5]}, "5 is not a text; put it in quotes"),
        ({"bounds": {"share_of_lines": "10%"}}, "'10%' is not a number"),
        ({"keep_snapshots": "long"}, "'long' is no number of seconds"),
        (
            {"leaving_confirmed": [{"company": 1, "day": "soon"}]},
            "'soon' is no day; one looks like 2026-03-10",
        ),
        ({"tickets": {"since": "soon"}}, "tickets.since: 'soon' is no moment"),
        ({"tickets": 5}, "tickets is 5, and names with values belong there"),
    ],
)
def test_what_does_not_belong_there_is_told_with_its_place(said: dict[str, object], told: str) -> None:
    assert told in _refused(**said)


def test_a_text_is_no_list_of_its_letters() -> None:
    """R9: services 1, 0, 0 and 2 were free on purpose, and 100002 was not."""
    assert "free_on_purpose is '1002', and a list belongs there" in _refused(free_on_purpose="1002")
    assert "unmapped_tenants is 'abc'" in _refused(unmapped_tenants="abc")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            {"customers": [{"tenant": "t", "company": -1}]},
            "company is -1, and numbers of Autotask begin with 0",
        ),
        ({"customers": [{"tenant": "", "company": 1}]}, "customers, entry 1.tenant is empty"),
        ({"services": [{"item": "x", "service": 0}]}, "service is 0, and numbers of Autotask begin with 1"),
        ({"services": [{"item": "x", "unit_size": 10**30}]}, "at most 9223372036854775807 is possible"),
        ({"close_day": 10**9}, "close_day is 1000000000, at most 36500 is possible"),
        ({"keep_snapshots": 10**30}, "at most 3153600000 is possible"),
        (
            {"waits": {"read_bound": 10**12, "delivery_bound": 3600}},
            "waits.read_bound is 1000000000000, at most",
        ),
        ({"tickets": {"reopen_days": 10**12}}, "tickets.reopen_days is 1000000000000, at most 36500"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_before_a_cycle_meets_it(
    said: dict[str, object], told: str
) -> None:
    assert told in _refused(**said)


def test_numbers_that_can_be_meant_are_taken() -> None:
    """Autotask's own company has the number 0, and a storage may be counted by the petabyte."""
    settings = _settings(
        customers=[{"tenant": "t", "company": 0}],
        services=[{"item": "x", "service": 1, "unit_size": 10**15}],
        exempt_items=[["t", {"application": "a", "name": "b", "storage": None}]],
    )

    assert (settings.customers[0].company, settings.services[0].unit_size) == (0, 10**15)


def test_a_moment_without_quotes_or_zone_is_taken_in_utc() -> None:
    """As the page of settings shows a mute; one without a zone could not be compared with any other."""
    text = "mutes: [{company: 1, reason: r, until: 2026-12-01T00:00:00+00:00}]\nsince: '2026-01-02T00:00:00'"

    tickets = _settings(tickets=yaml.safe_load(text)).tickets

    assert tickets.mutes[0].until == datetime(2026, 12, 1, tzinfo=UTC)
    assert tickets.since == datetime(2026, 1, 2, tzinfo=UTC)


# ---- the file itself


def test_a_name_that_stands_twice_is_refused_with_its_line() -> None:
    """The first list of rows would be gone unsaid, and what it counts not billed."""
    text = "psabridge: 1\npairings:\n  main:\n    services: [{item: a}]\n    services: [{item: b}]\n"

    with pytest.raises(ConfigWrong, match="services twice at one place, the second time in line 5"):
        document_of(text)


def test_one_name_at_several_places_is_no_repetition() -> None:
    text = "psabridge: 1\npairings: {a: {x: &x {p: 1}}, b: {x: *x, y: {<<: *x, p: 2}}}\n"

    assert document_of(text)["pairings"]["b"] == {"x": {"p": 1}, "y": {"p": 2}}


@pytest.mark.parametrize(
    "text", ["", "7", "- a", "psabridge: true\n", "psabridge: '1'\n", "psabridge: 1\n---\n", "psabridge: [\n"]
)
def test_what_is_no_configuration_changes_nothing(text: str) -> None:
    with pytest.raises(ConfigWrong) as refused:
        document_of(text)
    assert refused.value.next_act


@pytest.mark.parametrize("value", ["[" * 3000, "9" * 5000, "2026-02-30"])
def test_values_that_no_reader_takes_are_refused(value: str) -> None:
    with pytest.raises(ConfigWrong):
        document_of(f"psabridge: 1\nconnections: {value}")


def test_a_file_in_another_encoding_is_refused_and_a_byte_order_mark_is_none(tmp_path: Path) -> None:
    file = tmp_path / "bridge.yaml"
    for encoded in ("Jörg".encode("latin-1"), "psabridge: 1".encode("utf-16")):
        file.write_bytes(encoded)
        with pytest.raises(ConfigWrong, match="is no text in UTF-8"):
            text_of(file)

    file.write_bytes("psabridge: 1".encode("utf-8-sig"))
    assert document_of(text_of(file)) == {"connections": {}, "pairings": {}}


@pytest.mark.usefixtures("sqlite_database")
def test_what_is_exported_is_taken_in_again() -> None:
    """Every setting in the shape in which it is written."""
    pairings = DatabasePairings(Safe((new_key(),)))
    text = (
        BARE
        + """\
    customers: [{tenant: t1, company: 0}]
    services:
    - {item: pw_base_vms, service: {name: VM, billing_code: 29, period_type: 1}, meter: {minimum: 1}}
    never_write: ["service:1"]
    exempt_items: [{tenant: t1, item: {application: a, name: b, storage: null}, until: 2026-04-30, reason: r}]
    tickets: {mutes: [{company: 1, reason: r, until: 2026-12-01T00:00:00+00:00}]}
"""
    )
    at = datetime(2026, 3, 10, tzinfo=UTC)
    import_config(text, pairings, who="me", at=at)

    assert import_config(export_config(pairings), pairings, who="me", at=at).changed == ()
