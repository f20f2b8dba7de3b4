"""Mistakes in a configuration file are told with what would be right (ERR-05, R41)."""

from datetime import UTC, datetime

import pytest

from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import ConfigWrong, import_config

WRONG_VALUES = """
psabridge: 1
connections:
  autotask: {kind: autotask, address: "https://one.example", identity: a, secret: s, tracking_identifier: t}
  acronis: {kind: acronis, address: "https://two.example", identity: c, secret: s}
pairings:
  main:
    platform: acronis
    psa: autotask
    customers: [{tenant: t1, company: abc}]
    services: [{item: pw_base_workstations, measure: classy}]
"""
AT = datetime(2026, 3, 10, tzinfo=UTC)
FILE = """
psabridge: 1
connections:
  autotask:
    kind: autotask
    address: https://webservices.autotask.net
    identity: api@msp.example
    secret: s
pairings: {}
"""


@pytest.mark.usefixtures("sqlite_database")
def test_a_new_autotask_connection_without_tracking_identifier_is_refused_with_err_05() -> None:
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong, match="Custom \\(Internal Integration\\)") as refused:
        import_config(FILE, pairings, who="me", at=AT)

    assert refused.value.code == "ERR-05"


@pytest.mark.usefixtures("sqlite_database")
def test_a_wrong_value_is_told_with_what_would_be_right() -> None:
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong) as refused:
        import_config(WRONG_VALUES, pairings, who="me", at=AT)

    assert "'abc' is not a whole number" in refused.value.problem
    assert "'classy' is none of usage, total, class 1, class 2" in refused.value.problem


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("meter", "told"),
    [
        ("{}", "the meter of the row pw_base_vms/usage cannot be used: it says nothing"),
        ("{included: 1.5}", "1.5 is not a whole number"),
        ("{figure: median}", "'median' is none of last, highest, average"),
        ("{figure: highest}", "give the row the policy period_close or next_period"),
        ("{plus: [{item: pw_base_vms}]}", "plus counts pw_base_vms/usage, which is in"),
        ("{minus: [{item: pw_base_vms, measure: half}]}", "'half' is none of usage, total"),
        ("{times: 2}", "meter"),
    ],
)
def test_a_meter_that_cannot_be_used_is_refused_with_row_place_and_next_act(meter: str, told: str) -> None:
    """R7."""
    pairings = DatabasePairings(Safe((new_key(),)))
    row = f"{{item: pw_base_vms, meter: {meter}}}"
    text = WRONG_VALUES.replace("{tenant: t1, company: abc}", "").replace(
        "{item: pw_base_workstations, measure: classy}", row
    )

    with pytest.raises(ConfigWrong) as refused:
        import_config(text, pairings, who="me", at=AT)

    assert told in refused.value.problem
    assert refused.value.subject == "pairing main"
    assert pairings.names() == ()


@pytest.mark.usefixtures("sqlite_database")
def test_accounts_by_company_name_without_activation_address_are_not_kept() -> None:
    """LIM-10."""
    pairings = DatabasePairings(Safe((new_key(),)))
    wrong = "new_customers: {account_from: company name}"
    text = WRONG_VALUES.replace("customers: [{tenant: t1, company: abc}]", wrong)

    with pytest.raises(ConfigWrong, match="activation_email is needed"):
        import_config(text.replace("classy", "usage"), pairings, who="me", at=AT)

    assert pairings.names() == ()
