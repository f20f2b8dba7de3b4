"""Every refusal a provider can meet: what, which, why, and the next act (behaviour section 18).

Each is provoked at the vendors, over the wire. What it must never do, write wrongly, stands beside it.
"""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit, code_of
from psabridge.jobs.main import app
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import AccessDenied, BridgeError
from psabridge.rules.findings import Finding, Severity
from psabridge.wiring.config_file import import_config
from psabridge.wiring.trial import NotKept
from psabridge_emulators.scenes.furnishing import Payg
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import WORKSTATIONS, Firms, Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE, POST
from tests.journeys.used_more import running, untouched

GOOGLE_SEATS, GMAIL = "pw_base_gworkspace_seats", "pw_base_google_mail"


def _told(report: Any, code: str) -> Finding:  # noqa: ANN401  a report of a cycle
    """The one finding of this id, worded whole."""
    [finding, *more] = [one for one in report.findings if one.code == code]
    assert more == []
    return _whole(finding)


def _whole(finding: Finding) -> Finding:
    for words in (finding.subject, finding.problem, finding.next_act):
        assert len(words.split()) > 1, finding
    return finding


def _refused(error: BridgeError) -> BridgeError:
    for words in (error.subject, error.problem, error.next_act):
        assert len(words.split()) > 1, error
    return error


def _imported(journey: Journey, name: str, **fields: str | None) -> NotKept | BridgeError:
    """The operator imports these fields of a connection; what the bridge says to it."""
    document: dict[str, Any] = yaml.safe_load(journey.text)
    wanted = {**document["connections"][name], **fields}
    document["connections"][name] = {key: value for key, value in wanted.items() if value is not None}
    with pytest.raises(BridgeError) as refused:
        import_config(
            yaml.safe_dump(document),
            journey.bridge.pairings,
            who="pat",
            at=SystemClock().now(),
            tries=journey.bridge.try_connection,
        )
    return refused.value


# ---- connections


def test_err_01_an_ordinary_user_is_told_what_to_make_instead(open_shop: OpenShop) -> None:
    """ERR-01, LIM-05, R42: the cause stands in the message with the way out; nothing is written meanwhile."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"state": "ordinary"})

    with pytest.raises(AccessDenied) as stopped:
        journey.cycle()

    assert "ordinary users may not sign in here: create an API user" in stopped.value.next_act
    assert "(ERR-01)" in stopped.value.next_act
    assert untouched(journey, firm, other)


def test_err_02_a_refused_sign_in_pauses_and_says_so(open_shop: OpenShop) -> None:
    """ERR-02: inline, and in the status until a run signs in again."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"state": "locked"})

    with pytest.raises(AccessDenied) as stopped:
        journey.cycle()

    assert _refused(stopped.value).code == "ERR-02"
    assert "syncing is paused" in stopped.value.problem
    assert untouched(journey, firm, other)


def test_err_04_another_server_stops_writes_until_a_person_carries_on(open_shop: OpenShop) -> None:
    """ERR-04, LIM-02, R43: same database, one act, nothing lost."""
    journey, firm, other = running(open_shop)
    journey.control("zone", {"prefix": "/zone5"})
    with pytest.raises(BridgeError) as stopped:
        journey.cycle()
    assert _refused(stopped.value).code == "ERR-04"
    assert untouched(journey, firm, other)

    journey.bridge.carry_on(journey.pairing, who="pat", at=SystemClock().now())
    journey.start()
    journey.cycle()

    assert (journey.units(firm.line), journey.units(other.line)) == (15, 22)


def test_err_05_a_connection_without_identifier_is_refused_with_what_to_choose(open_shop: OpenShop) -> None:
    """ERR-05, LIM-06, R41: it cannot be changed afterwards, so the kind to choose is named before."""
    journey, _ = open_shop(two_firms, **LOOSE)
    document = yaml.safe_load(journey.text)
    fresh = {**document["connections"]["autotask"]}
    del fresh["tracking_identifier"]
    document["connections"]["second"] = fresh

    with pytest.raises(BridgeError) as refused:
        import_config(yaml.safe_dump(document), journey.bridge.pairings, who="pat", at=SystemClock().now())

    assert _refused(refused.value).code == "ERR-05"
    assert "Custom (Internal Integration)" in refused.value.next_act


def test_err_05_an_identifier_of_another_vendor_is_a_named_cause(open_shop: OpenShop) -> None:
    """ERR-05, LIM-06, R42: Autotask refuses it like a wrong secret; the working one stays."""
    journey, firm, other = running(open_shop)

    refused = _imported(journey, "autotask", tracking_identifier="OF-ANOTHER-VENDOR")

    assert "tracking identifier" in _refused(refused).next_act
    assert code_of(refused) is Exit.SIGN_IN
    journey.cycle()
    assert (journey.units(firm.line), journey.units(other.line)) == (15, 22)


def test_err_07_a_company_whose_contracts_are_hidden_is_named_with_the_likely_cause(
    open_shop: OpenShop,
) -> None:
    """ERR-07, ACR-CON-04: a line of business on the API user gives no error, only missing rows."""

    def tied(firms: Firms) -> tuple[Sale, Sale]:
        return (
            firms.sale("Meadow Dental", units=10, used=12, organizationalLevelAssociationID=7),
            firms.sale("Other & Sons", units=20, used=21),
        )

    journey, (firm, other) = open_shop(tied, **LOOSE)
    journey.settle()
    journey.control("user", {"line_of_business": 3})
    journey.advance(days=1)
    journey.use(firm, 15)
    journey.use(other, 22)

    report = journey.cycle()

    finding = _told(report, "ERR-07")
    assert "Meadow Dental" in finding.subject
    assert "line of business" in finding.next_act
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


# ---- customers and mapping


def test_err_06_a_tenant_that_turns_self_service_keeps_its_mapping_and_stops(open_shop: OpenShop) -> None:
    """ERR-06, LIM-03, LIM-04: its customer stops, the others go on. One flag for both states (Ac41)."""
    journey, firm, other = running(open_shop)
    fields = {"tenant": firm.tenant, "fields": {"ancestral_access": False}}
    journey.control("tenant/edit", fields, vendor="acronis")

    report = journey.cycle()

    finding = _told(report, "ERR-06")
    assert "Meadow Dental" in finding.subject
    assert "manages itself or its support access is off" in finding.problem
    assert "by one flag" in finding.problem
    assert "which of the two" in finding.next_act
    assert firm.tenant in {row.tenant for row in journey.settings.customers}
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


def test_err_08_a_service_of_two_rows_that_would_set_quotas_is_refused_with_both_rows(
    open_shop: OpenShop,
) -> None:
    """ERR-08, LIM-13, R3: a unit could not be told to one item on its way back to a quota."""

    def prepaid(firms: Firms) -> tuple[Sale, Sale]:
        return firms.sale("Fixed Ltd", units=8, payg="No"), firms.sale("Other & Sons", units=20, used=21)

    journey, (fixed, other) = open_shop(prepaid, **LOOSE)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    shared = [{**row, "service": fixed.sold.service_id} for row in rows]
    quota = journey.quota(fixed.tenant, WORKSTATIONS)

    report = journey.configure(services=shared).go()

    finding = _told(report, "ERR-08")
    assert "Workstation backup" in finding.subject
    assert "orkstation" in finding.problem
    assert "erver" in finding.problem
    assert journey.quota(fixed.tenant, WORKSTATIONS) == quota
    assert journey.units(other.line) == 21


def test_err_10_an_item_in_use_stays_on_and_is_named_with_its_usage(open_shop: OpenShop) -> None:
    """ERR-10, LIM-12: the vendor would refuse it; the amount in use stands in the finding."""

    def with_gmail(firms: Firms) -> Sale:
        firm = firms.sale("Meadow Dental", units=10, used=10)
        acronis, tenant = firms.running.acronis, firm.tenant
        acronis.enable_item(tenant, GOOGLE_SEATS, None)
        acronis.enable_item(tenant, GMAIL, None)
        acronis.set_usage(tenant, "google_mail", 4, None)
        return firm

    journey, firm = open_shop(with_gmail, **LOOSE)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    off = [{"item": name, "service": None} for name in (GOOGLE_SEATS, GMAIL)]

    report = journey.configure(services=[*rows, *off], set_quotas_to_zero=True).go()

    finding = _told(report, "ERR-10")
    assert "4 are in use" in finding.problem
    assert "Meadow Dental" in finding.subject
    assert journey.item(firm.tenant, GMAIL)["status"] == 1
    assert journey.quota(firm.tenant, GOOGLE_SEATS) == 0


# ---- contracts


def test_err_09_usage_of_a_service_only_in_a_bundle_is_named_and_not_written(open_shop: OpenShop) -> None:
    """ERR-09: Autotask changes the units of a bundle only as a whole."""

    def bundled(firms: Firms) -> tuple[Sale, int]:
        firm = firms.sale("Bundle Ltd", units=3, used=3, sold=firms.servers)
        autotask = firms.furnishing.autotask
        bundle = autotask.add_bundle("Care bundle", [firms.workstations.service_id], "9.00")
        line = autotask.add_bundle_line(firm.contract, bundle, units=4)
        firms.furnishing.use(firm.customer, firms.workstations, 9)
        firms.furnishing.switch_on(firm.customer, firms.workstations)
        return firm, line

    journey, (_, line) = open_shop(bundled, **LOOSE)

    finding = _told(journey.settle()[-1], "ERR-09")

    assert "Bundle Ltd" in finding.subject
    assert journey.landed(line) == []


def test_err_14_a_field_of_another_type_stops_every_contract_and_says_how_to_repair_it(
    open_shop: OpenShop,
) -> None:
    """ERR-14, R22: a text of the same name says neither yes nor no."""
    journey, firm, other = running(open_shop)
    definition = journey.vendors.do(journey.vendors.autotask.payg_definition)
    change = {"entity": "UserDefinedFieldDefinitions", "id": definition, "values": {"dataType": 1}}
    journey.control("edit", change)

    finding = _told(journey.go(), "ERR-14")

    assert "Acronis PAYG" in finding.subject
    assert "Yes and No" in finding.next_act
    assert untouched(journey, firm, other)


@pytest.mark.parametrize(("second", "code"), [("No", "ERR-15"), ("Yes", "ERR-16")])
def test_err_15_and_16_one_service_on_two_contracts_is_written_on_neither(
    open_shop: OpenShop,
    second: Payg,
    code: str,
) -> None:
    """ERR-15, LIM-01 (pay as you go and prepaid), ERR-16 (twice pay as you go): both contracts are named."""

    def two(firms: Firms) -> tuple[Sale, Sale, Sale]:
        firm = firms.sale("Twice Ltd", units=3, used=9)
        again = firms.sale(firm.customer, units=4, used=9, payg=second)
        firms.furnishing.autotask.database.change("Contracts", again.contract, contractName="Second one")
        firms.furnishing.switch_on(firm.customer, firm.sold)
        return firm, again, firms.sale("Other & Sons", units=20, used=21)

    journey, (firm, again, other) = open_shop(two, **LOOSE)

    finding = _told(journey.settle()[-1], code)

    assert "Twice Ltd" in finding.subject
    assert "workstations contract" in str(finding)
    assert "Second one" in str(finding)
    assert (journey.landed(firm.line), journey.landed(again.line)) == ([], [])
    assert journey.units(other.line) == 21


# ---- usage and writes


def test_err_21_a_refused_write_is_told_in_the_vendors_own_words(open_shop: OpenShop) -> None:
    """ERR-21: unshortened, beside the step, and the others go on."""
    journey, firm, other = running(open_shop)
    words = "The contract cannot be changed: the billing lock of the accounting year has been set."
    journey.vendors.faults.add("refuse", **POST, text=f"You do not have the adequate permissions. {words}")

    report = journey.go()

    [said] = [one for one in report.outcomes if words in one.text]
    assert said.state == "rejected"
    assert {journey.units(firm.line), journey.units(other.line)} in ({12, 22}, {15, 21})


def test_err_22_incomplete_usage_names_its_customer_and_writes_nothing_for_it(open_shop: OpenShop) -> None:
    """ERR-22: unknown is not zero."""
    journey, firm, other = running(open_shop)
    journey.control("usage/withhold", {"tenant": firm.tenant, "whole_tenant": True}, vendor="acronis")

    report = journey.cycle()

    told = [_whole(one) for one in report.findings if one.code == "ERR-22"]
    assert any("Meadow Dental" in one.subject and one.severity is Severity.STOPS for one in told)
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


# ---- limits


def test_lim_08_a_public_cloud_service_on_a_contract_switches_nothing_on(open_shop: OpenShop) -> None:
    """LIM-08, ACR-STO-16: such storages are reported from Acronis and never given."""
    journey, firm, _ = running(open_shop)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    cloud = {
        "item": "pw_public_cloud_storage",
        "measure": "public cloud",
        "service": firm.sold.service_id,
        "unit_size": 1024**3,
    }
    kept = [row for row in rows if row["item"] != WORKSTATIONS]
    before = journey.acronis_writes()

    journey.configure(services=[*kept, cloud]).go()

    assert journey.acronis_writes() == before


def test_a_message_reaches_the_shell_with_its_id_and_next_act(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ERR-02, ERR-25: for a program the same words as for a person."""
    journey, _ = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    journey.control("user", {"state": "inactive"})

    shown = CliRunner().invoke(app, ["sync"])

    assert shown.exit_code == Exit.SIGN_IN
    assert "ERR-02" in shown.stderr
    assert "Check in this order" in shown.stderr


def test_every_finding_of_a_bad_day_is_worded_whole(open_shop: OpenShop) -> None:
    """ERR-06, ERR-22: what, which and the next act, whatever comes together."""
    journey, firm, other = running(open_shop)
    edit: Mapping[str, object] = {"tenant": firm.tenant, "fields": {"ancestral_access": False}}
    journey.control("tenant/edit", edit, vendor="acronis")
    journey.control("usage/withhold", {"tenant": other.tenant, "whole_tenant": True}, vendor="acronis")

    report = journey.cycle()

    assert {"ERR-06", "ERR-22"} <= {_whole(one).code for one in report.findings}
    assert untouched(journey, firm, other)
