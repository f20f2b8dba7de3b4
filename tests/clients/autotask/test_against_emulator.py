"""The client over real HTTP against the emulated Autotask: two readings of the same facts meet here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.errors import ZoneMoved
from psabridge.clients.autotask.governor import Governor, Limits
from psabridge.clients.autotask.query import MOST_ROWS, eq, udf_eq
from psabridge.clients.autotask.records import (
    BillingCode,
    Company,
    Contract,
    ContractNote,
    ContractService,
    ContractServiceUnit,
    Service,
    UserDefinedField,
    UserDefinedFieldDefinition,
    UserDefinedFieldListItem,
)
from psabridge.clients.autotask.writes import (
    NewContractNote,
    NewContractService,
    NewService,
    NewUserDefinedFieldDefinition,
    NewUserDefinedFieldListItem,
    PatchContract,
    PatchService,
    PatchUserDefinedFieldDefinition,
)
from psabridge.clients.emulated_clock import EmulatedClock
from psabridge.clients.transport import HttpRequest, HttpTransport
from psabridge.clients.wire_json import encode
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import (
    AccessDenied,
    Busy,
    BusyKind,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    Unreadable,
)
from psabridge_emulators.scenes.running import Running, start

DEADLINE = timedelta(seconds=5)


@dataclass
class Bench:
    emulation: Running
    client: AutotaskClient
    clock: EmulatedClock
    transport: HttpTransport
    url: str

    def control(self, path: str, **body: object) -> None:
        request = HttpRequest("POST", f"{self.url}/__control/{path}", {}, encode(body))
        answer = self.transport.send(request, DEADLINE)
        assert answer.status == 200, answer.body


@pytest.fixture
def bench() -> Iterator[Bench]:
    with start("guide") as running:
        told = running.description["autotask"]
        transport = HttpTransport()
        clock = EmulatedClock(control_url=running.urls["autotask"], transport=transport)
        client = AutotaskClient(
            zone_url=told["url"],
            credentials=Credentials.of(
                user=told["user"], secret=told["secret"], integration_code=told["integration_code"]
            ),
            transport=transport,
            governor=Governor(clock=SystemClock(), limits=Limits(slot_lag=timedelta(0))),
            clock=clock,
            deadline=DEADLINE,
        )
        yield Bench(running, client, clock, transport, told["url"])
        transport.close()


def a_line(bench: Bench) -> ContractService:
    return bench.client.query(ContractService)[0]


def a_day(bench: Bench) -> date:
    return bench.clock.now().date()


def units_from(bench: Bench, line: ContractService, day: date) -> int:
    rows = bench.client.read_units([line.id], since=day, until=day).rows
    return max(rows, key=lambda row: (row.start_date, row.id)).units


def test_zone_versions_and_threshold_answer(bench: Bench) -> None:
    assert bench.client.versions() == ("v1.0",)
    assert bench.client.zone_information().url.startswith(bench.url)
    assert bench.client.threshold().external_request_threshold == 10_000


def test_every_record_of_the_scene_can_be_read(bench: Bench) -> None:
    assert bench.client.count(Company) == len(bench.client.query(Company)) > 0
    contract = bench.client.query(Contract)[0]
    assert bench.client.get(Contract, contract.id) == contract
    assert bench.client.query_in(Company, "id", [contract.company_id])[0].id == contract.company_id
    for model in (Service, BillingCode, ContractService, ContractServiceUnit, UserDefinedFieldDefinition):
        assert bench.client.query(model)[0].id > 0


@pytest.mark.parametrize("told", ["404", "null_item"])
def test_a_missing_row_is_none_however_it_is_told(bench: Bench, told: str) -> None:
    bench.control("doubts", missing_row=told)
    assert bench.client.get(Contract, 999_999_999) is None


@pytest.mark.parametrize("shape", ["nulls", "absent", "text"])
def test_user_defined_fields_are_read_in_every_shape(bench: Bench, shape: str) -> None:
    bench.control("doubts", udfs_when_none_set=shape)
    assert len(bench.client.query(Company)) > 0


def test_an_adjustment_lands_once_and_is_seen_in_the_units(bench: Bench) -> None:
    line, day = a_line(bench), a_day(bench)
    before = units_from(bench, line, day)
    assert bench.client.adjust_units(line_id=line.id, effective_date=day, unit_change=5) > 0
    assert units_from(bench, line, day) == before + 5


def test_a_lost_answer_is_in_doubt_and_landed_once(bench: Bench) -> None:
    line, day = a_line(bench), a_day(bench)
    before = units_from(bench, line, day)
    bench.emulation.faults.add("reset_after", path="ContractServiceAdjustments")
    with pytest.raises(OutcomeUnknown):
        bench.client.adjust_units(line_id=line.id, effective_date=day, unit_change=5)
    assert units_from(bench, line, day) == before + 5


@pytest.mark.parametrize("fault", ["reset_before", "truncated", "html", "empty", "null_item", "garbled"])
def test_a_broken_answer_to_a_unit_change_is_in_doubt(bench: Bench, fault: str) -> None:
    bench.emulation.faults.add(fault, path="ContractServiceAdjustments")
    with pytest.raises(OutcomeUnknown):
        bench.client.adjust_units(line_id=a_line(bench).id, effective_date=a_day(bench), unit_change=5)


@pytest.mark.parametrize(
    "fault", ["reset_before", "reset_after", "truncated", "html", "empty", "garbled", "busy"]
)
def test_a_read_survives_one_broken_answer(bench: Bench, fault: str) -> None:
    bench.emulation.faults.add(fault, path="Companies/query")
    assert len(bench.client.query(Company)) > 0


@pytest.mark.parametrize("fault", ["truncated", "html", "empty", "garbled"])
def test_a_read_that_stays_broken_gives_no_rows(bench: Bench, fault: str) -> None:
    bench.emulation.faults.add(fault, path="Companies/query", times=None)
    with pytest.raises(Unreadable):
        bench.client.query(Company)


def test_refusals_are_recognised_by_the_emulators_words(bench: Bench) -> None:
    line, day = a_line(bench), a_day(bench)
    kinds: dict[str, RefusalKind] = {}
    bench.client.adjust_units(line_id=line.id, effective_date=day, unit_change=1)
    attempts = {
        "twice": (line.id, day, 1),
        "before": (line.id, date(2001, 1, 1), 1),
        "negative": (line.id, day + timedelta(days=1), -1_000_000),
        "no line": (999_999_999, day, 1),
    }
    for name, (line_id, on, change) in attempts.items():
        with pytest.raises(Refused) as caught:
            bench.client.adjust_units(line_id=line_id, effective_date=on, unit_change=change)
        kinds[name] = caught.value.kind
    assert kinds == {
        "twice": RefusalKind.DUPLICATE,
        "before": RefusalKind.OUTSIDE_WINDOW,
        "negative": RefusalKind.BELOW_ZERO,
        "no line": RefusalKind.MISSING,
    }


def test_a_posted_period_is_refused_as_such(bench: Bench) -> None:
    line, day = a_line(bench), a_day(bench)
    bench.control("post-period", line=line.id, through=day.isoformat())
    with pytest.raises(Refused) as caught:
        bench.client.adjust_units(line_id=line.id, effective_date=day, unit_change=1)
    assert caught.value.kind is RefusalKind.POSTED


def test_p6_a_tenant_that_wants_the_contract_named_gets_it(bench: Bench) -> None:
    line, day = a_line(bench), a_day(bench)
    bench.control("doubts", adjustment_needs_contract=True)
    bench.client.adjust_units(
        line_id=line.id, effective_date=day, unit_change=1, contract_id=line.contract_id
    )


def test_services_lines_fields_and_notes_can_be_made_and_read_back(bench: Bench) -> None:
    client = bench.client
    code = next(one for one in client.query(BillingCode) if one.use_type == 5 and one.is_active)
    service_id = client.create(
        NewService(name="Backup of tests", billing_code_id=code.id, period_type=2, unit_price=Decimal("0.10"))
    )
    client.patch(PatchService(id=service_id, description="per GB"))
    service = client.get(Service, service_id)
    assert service is not None
    assert (service.unit_price, service.description) == (Decimal("0.10"), "per GB")

    contract = client.query(Contract)[0]
    line_id = client.create(NewContractService(contract_id=contract.id, service_id=service_id))
    line = client.get(ContractService, line_id)
    assert line is not None
    assert (line.contract_id, line.service_id) == (contract.id, service_id)

    client.create(NewContractNote(contract_id=contract.id, title="PSA Bridge", description="marker 1"))
    notes = client.query(ContractNote, eq("contractID", contract.id))
    assert "marker 1" in [note.description for note in notes]


def test_a_list_field_is_made_item_by_item_and_set_on_a_contract(bench: Bench) -> None:
    client = bench.client
    kinds = client.picklists("UserDefinedFieldDefinitions")
    of_contracts, listed = kinds.value("udfType", "Contract"), kinds.value("dataType", "List")
    assert of_contracts is not None
    assert listed is not None
    field_id = client.create(
        NewUserDefinedFieldDefinition(name="Bridge test", udf_type=of_contracts, data_type=listed)
    )
    for word in ("Yes", "No"):
        client.create(
            NewUserDefinedFieldListItem(udf_field_id=field_id, value_for_display=word, value_for_export=word)
        )
    client.patch(PatchUserDefinedFieldDefinition(id=field_id, default_value="No"))
    items = client.query(UserDefinedFieldListItem, eq("udfFieldId", field_id))
    assert [item.value_for_display for item in items] == ["Yes", "No"]
    contract = client.query(Contract)[0]
    fields = (UserDefinedField(name="Bridge test", value="Yes"),)
    client.patch(PatchContract(id=contract.id, user_defined_fields=fields))
    found = client.query(Contract, udf_eq("Bridge test", "Yes"))
    assert [one.id for one in found] == [contract.id]
    known = {field.name: field for field in client.user_defined_fields("Contracts")}
    assert [value.label for value in known["Bridge test"].picklist_values] == ["Yes", "No"]


def test_recurring_service_is_found_by_its_label(bench: Bench) -> None:
    assert bench.client.picklists("Contracts").value("contractType", "Recurring Service") == 7


def test_more_rows_than_a_page_are_read_to_the_end(bench: Bench) -> None:
    contract = bench.client.query(Contract)[0]
    before = bench.client.count(ContractNote)
    for number in range(MOST_ROWS + 1 - before):
        bench.client.create(NewContractNote(contract_id=contract.id, title="n", description=str(number)))
    assert len(bench.client.query(ContractNote)) == MOST_ROWS + 1


@pytest.mark.parametrize("state", ["wrong_secret", "locked", "inactive", "ordinary"])
def test_r42_every_reason_for_a_refused_sign_in_gives_the_same_message(bench: Bench, state: str) -> None:
    bench.control("user", state=state)
    with pytest.raises(AccessDenied) as caught:
        bench.client.query(Company)
    assert caught.value.code == "ERR-02"


def test_r43_a_tenant_that_moved_is_told_with_its_database(bench: Bench) -> None:
    bench.control("user", state="revoked")
    bench.control("zone", prefix="/zone5", ci=99)
    with pytest.raises(ZoneMoved) as caught:
        bench.client.query(Company)
    assert (caught.value.new_url, caught.value.ci) == (f"{bench.url}/zone5/ATServicesRest/", 99)


def test_the_hourly_limit_is_busy(bench: Bench) -> None:
    bench.emulation.faults.add("hourly_limit", retry_after=3600)
    with pytest.raises(Busy) as caught:
        bench.client.query(Company)
    assert caught.value.kind is BusyKind.HOURLY_LIMIT
    assert caught.value.retry_after == timedelta(hours=1)


@pytest.mark.parametrize("status", [500, 429, 503])
def test_a_fourth_thread_is_waited_for(bench: Bench, status: int) -> None:
    bench.control("doubts", thread_status=status)
    bench.emulation.faults.add("fourth_thread", path="Companies/query")
    assert len(bench.client.query(Company)) > 0


def test_a_wait_passes_on_the_emulators_clock(bench: Bench) -> None:
    before = bench.clock.now()
    bench.clock.wait(timedelta(minutes=10))
    assert bench.clock.now() - before == timedelta(minutes=10)


def test_w11_both_clocks_agree_against_the_emulators(bench: Bench) -> None:
    bench.client.query(Company)
    offset = bench.client.vendor_clock_offset()
    assert offset is not None
    assert abs(offset) < timedelta(minutes=2)
