"""Mistakes in a configuration file are told with what would be right (ERR-05, R41)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.settings import NewService
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import ConfigWrong, export_config, import_config
from tests.wiring.config_cast import BARE

WRONG_VALUES = (
    BARE
    + """\
    customers: [{tenant: t1, company: abc}]
    services: [{item: pw_base_workstations, measure: classy}]
"""
)
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
@pytest.mark.parametrize(("word", "place"), [("leaving: {on: true}", "leaving.True"), ("7: true", "7")])
def test_a_key_that_yaml_does_not_read_as_a_word_is_named(word: str, place: str) -> None:
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong, match=f"{place} is no name of a setting") as refused:
        import_config(
            WRONG_VALUES.replace("customers: [{tenant: t1, company: abc}]", word), pairings, who="me", at=AT
        )

    assert "in quotes" in str(refused.value)


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


TWO_WAY = (
    BARE
    + """\
    two_way: %s
    services: [{item: pw_base_workstations, service: {name: New one}}]
"""
)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("two_way", "lacking"),
    [
        ("{is_on: true}", "billing_code and period_type"),
        ("{is_on: true, billing_code: 7}", "period_type"),
        ("{is_on: true, period_type: 3}", "billing_code"),
    ],
)
def test_two_way_sync_is_refused_without_code_and_period_type(two_way: str, lacking: str) -> None:
    """LIM-11, ACR-TWO-01."""
    pairings = DatabasePairings(Safe((new_key(),)))
    text = TWO_WAY.replace("service: {name: New one}", "service: 5") % two_way

    with pytest.raises(ConfigWrong, match=f"without {lacking}, which") as refused:
        import_config(text, pairings, who="me", at=AT)

    assert "LIM-11" in refused.value.problem


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_a_new_service_takes_code_and_period_type_of_two_way_sync(months: int) -> None:
    """ACR-TWO-01, ACR-TWO-03: Monthly, Quarterly, Semi-Annual, Yearly."""
    pairings = DatabasePairings(Safe((new_key(),)))

    text = TWO_WAY % f"{{is_on: true, billing_code: 7, period_type: {months}}}"
    import_config(text, pairings, who="me", at=AT)

    [row] = pairings.settings(pairings.by_name("main")).services
    assert row.service == NewService("New one", 7, PeriodType(months))


@pytest.mark.usefixtures("sqlite_database")
def test_a_new_service_names_its_own_code_where_two_way_sync_is_off() -> None:
    """ACR-TWO-03: asked for right there."""
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong, match="billing_code"):
        import_config(TWO_WAY % "{is_on: false, billing_code: 7}", pairings, who="me", at=AT)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("measure: public cloud, cloud: Clouds Inc", "none of Amazon S3, Microsoft Azure, S3 compatible"),
        ("measure: total, cloud: Amazon S3", "goes with the measure public cloud"),
        ("measure: public cloud, cloud: Amazon S3, storage: x", "goes with the measure public cloud"),
        ("measure: public cloud, cloud: Amazon S3, free: true", "ACR-STO-16"),
    ],
)
def test_a_public_cloud_row_that_means_nothing_is_refused(row: str, told: str) -> None:
    """ACR-STO-13, ACR-STO-16, LIM-08: no Free box."""
    pairings = DatabasePairings(Safe((new_key(),)))
    text = TWO_WAY.replace("two_way: %s", "").replace("service: {name: New one}", f"service: 5, {row}")

    with pytest.raises(ConfigWrong) as refused:
        import_config(text, pairings, who="me", at=AT)

    assert told in refused.value.problem


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("{item: a, measure: nothing}", "it names the storage"),
        ("{item: a, measure: nothing, storage: x, service: 5}", "nothing but it"),
        ("{item: a, measure: nothing, storage: x, free: true}", "nothing but it"),
        ("{item: a, measure: nothing, storage: x}, {item: a, measure: total, storage: x}", "other rows"),
        ("{item: a, measure: nothing, storage: s-1}", "default storage"),
        ("{item: a, meter: {plus: [{item: b, measure: nothing, storage: x}]}}", "counts nothing"),
    ],
)
def test_a_row_that_switches_a_storage_off_says_nothing_else(rows: str, told: str) -> None:
    """ACR-STO-01."""
    pairings = DatabasePairings(Safe((new_key(),)))
    default = "new_customers: {default_storage: s-1}"
    text = TWO_WAY.replace("two_way: %s", default).replace(
        "{item: pw_base_workstations, service: {name: New one}}", rows
    )

    with pytest.raises(ConfigWrong, match=told):
        import_config(text, pairings, who="me", at=AT)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    "row", ["item: pw_base_secondary_vms, free: true", "item: pw_base_vms, counts_only: true, free: true"]
)
def test_a_row_that_only_counts_cannot_be_free(row: str) -> None:
    """ACR-MAP-02, ACR-MAP-04: included features and shared seats have no Free box."""
    pairings = DatabasePairings(Safe((new_key(),)))
    whole = "item: pw_base_workstations, service: {name: New one}"
    text = TWO_WAY.replace("two_way: %s", "").replace(whole, f"{row}, service: 5")

    with pytest.raises(ConfigWrong, match="ACR-MAP-04"):
        import_config(text, pairings, who="me", at=AT)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("modes", ["modes: {}", "modes: {tickets: automatic}"])
def test_a_pairing_that_only_observes_bills_nobody_and_may_have_the_same_tenants(modes: str) -> None:
    """R43, R40, R31: an old pairing is given up, or a new one looked at, before the other one works."""
    pairings = DatabasePairings(Safe((new_key(),)))
    both = TWO_PAIRINGS % ("t1", 2)
    given_up = both.replace("modes: {billing: approve}", modes, 1)

    import_config(given_up, pairings, who="me", at=AT)

    assert len(pairings.settings(pairings.by_name("other")).customers) == 1
    with pytest.raises(ConfigWrong, match="billed twice"):
        import_config(both, pairings, who="me", at=AT)


EXEMPT = WRONG_VALUES.partition("    customers:")[0] + "    exempt_items: [%s]\n"
AN_ITEM = "tenant: t1, item: {application: a, name: b, storage: null}"


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("exempt", "told"),
    [
        (f"{{{AN_ITEM}, until: 2026-04-30, reason: ' '}}", "says no reason"),
        (f"{{{AN_ITEM}, until: 2026-04-30}}", "reason"),
        (f"{{{AN_ITEM}, reason: moves house}}", "until"),
        (f"{{{AN_ITEM}, until: soon, reason: moves house}}", "soon"),
        (f"{{{AN_ITEM}, until: 2026-04-30, reason: moves house, by: me}}", "by"),
    ],
)
def test_an_exemption_says_its_last_day_and_its_reason(exempt: str, told: str) -> None:
    """R10."""
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong, match=told):
        import_config(EXEMPT % exempt, pairings, who="me", at=AT)

    import_config(
        EXEMPT % f"{{{AN_ITEM}, until: 2026-04-30, reason: moves house}}", pairings, who="me", at=AT
    )
    [kept] = pairings.settings(pairings.by_name("main")).exempt_items
    assert (kept.until, kept.reason) == (date(2026, 4, 30), "moves house")


@pytest.mark.usefixtures("sqlite_database")
def test_an_exemption_as_it_was_said_before_is_still_read() -> None:
    """R10: files and databases of before it had an end."""
    pairings = DatabasePairings(Safe((new_key(),)))
    before = EXEMPT % "[t1, {application: a, name: b, storage: null}]"
    import_config(before, pairings, who="me", at=AT)

    [kept] = pairings.settings(pairings.by_name("main")).exempt_items
    assert (kept.tenant, kept.until, kept.reason) == ("t1", None, "")
    assert import_config(before, pairings, who="me", at=AT).changed == ()
    assert import_config(export_config(pairings), pairings, who="me", at=AT).changed == ()


TWO_PAIRINGS = (
    WRONG_VALUES.partition("    customers:")[0]
    + """
    modes: {billing: approve}
    customers: [{tenant: t1, company: 1}]
  other:
    platform: acronis
    psa: autotask
    modes: {billing: approve}
    customers: [{tenant: %s, company: %s}]
"""
)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("company", [1, 2])
def test_a_tenant_in_two_pairings_is_refused_with_both(company: int) -> None:
    """R31: one tenant has one company, always; else its use is billed twice, and nobody sees it."""
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong, match=f"company 1 in main and company {company} in other") as refused:
        import_config(TWO_PAIRINGS % ("t1", company), pairings, who="me", at=AT)

    assert (refused.value.code, refused.value.subject) == ("R31", "tenant t1")
    assert pairings.names() == ()
    import_config(TWO_PAIRINGS % ("t2", company), pairings, who="me", at=AT)
    assert len(pairings.settings(pairings.by_name("other")).customers) == 1


WITH_TICKETS = TWO_WAY.replace("two_way: %s", "tickets: %s").replace("service: {name: New one}", "service: 5")


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    ("tickets", "told"),
    [
        ("{storm: {conditions: 0}}", "tickets.storm"),
        ("{rows: [{type: A, fields: {resource: 4}}]}", "resource or a role alone"),
        ("{mutes: [{company: 175, reason: ''}]}", "says no reason"),
    ],
)
def test_settings_of_tickets_that_cannot_be_meant_are_refused(tickets: str, told: str) -> None:
    """ACR-TKT-02."""
    text = WITH_TICKETS % tickets
    with pytest.raises(ConfigWrong) as refused:
        import_config(text, DatabasePairings(Safe((new_key(),))), who="me", at=AT)
    assert told in refused.value.problem


@pytest.mark.usefixtures("sqlite_database")
def test_tickets_switched_on_by_a_file_count_from_the_import() -> None:
    """ACR-TKT-04: and not anew when the file is imported again."""
    pairings = DatabasePairings(Safe((new_key(),)))
    text = WITH_TICKETS % "{is_on: true, rows: [{type: BackupFailed, creates: true}]}"
    for moment in (AT, AT + timedelta(days=3)):
        import_config(text, pairings, who="me", at=moment)
        tickets = pairings.settings(pairings.by_name("main")).tickets
        assert (tickets.since, tickets.rows[0].since) == (AT, AT)
