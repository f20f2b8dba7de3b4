"""The "Acronis PAYG" field: anything but one active list of Yes and No is told as what it is (R22)."""

from dataclasses import replace

import pytest

from psabridge.connectors.autotask.payg_field import EXPLANATION, LONGEST_DESCRIPTION, marker_in, with_marker
from psabridge.kit.errors import OutcomeUnknown, Refused
from psabridge.rules.psa import DefinitionState, PsaSnapshot
from psabridge_emulators.autotask.picklists import UDF_DATA_TYPE_LIST, UDF_TYPE_CONTRACT
from tests.connectors.bench import Bench

DEFINITIONS, OPTIONS = "UserDefinedFieldDefinitions", "UserDefinedFieldListItems"
ADJUSTING_D5 = ("label", "export", "item_id")


def definition_of(bench: Bench) -> int:
    return next(row["id"] for row in bench.rows(DEFINITIONS) if row["name"] == "Acronis PAYG")


def option(bench: Bench, label: str) -> int:
    return next(row["id"] for row in bench.rows(OPTIONS) if row["valueForDisplay"] == label)


def read(bench: Bench, *, known: bool) -> PsaSnapshot:
    """As on the first day, or with the definition's id remembered from an earlier read."""
    settings = bench.settings
    if known:
        settings = replace(settings, payg_definition_id=definition_of(bench))
    return bench.psa.read(settings, bench.today)


known_or_not = pytest.mark.parametrize("known", [False, True], ids=["first read", "seen before"])


@known_or_not
@pytest.mark.parametrize("wire", ADJUSTING_D5)
def test_the_kind_of_a_contract_is_read_whatever_the_wire_carries(
    guide: Bench, wire: str, known: bool
) -> None:
    """D5: a list field's value may be its label, its export value or its option's id."""
    guide.doubts(list_value=wire)
    snapshot = read(guide, known=known)
    samples = {one["contract_id"]: "prepaid" in one["sample"] for one in guide.running.mapping["samples"]}

    assert snapshot.payg.state is DefinitionState.SOUND
    for contract, is_prepaid in samples.items():
        value = snapshot.contracts[contract].payg_value
        assert value in (snapshot.payg.no_values if is_prepaid else snapshot.payg.yes_values)
    assert not snapshot.payg.yes_values & snapshot.payg.no_values


@pytest.mark.parametrize("shape", ["nulls", "absent", "text"])
def test_a_contract_on_which_nobody_chose_is_empty(guide: Bench, shape: str) -> None:
    guide.doubts(udfs_when_none_set=shape)
    snapshot = read(guide, known=True)
    undecided = {row["contract_id"] for row in guide.running.mapping["rows"] if row["row"] != 2}

    assert {snapshot.contracts[one].payg_value or None for one in undecided} == {None}


@known_or_not
def test_a_missing_field_is_missing(guide: Bench, known: bool) -> None:
    settings = replace(guide.settings, payg_definition_id=definition_of(guide) if known else None)
    remove(guide, definition_of(guide))
    snapshot = guide.psa.read(settings, guide.today)

    assert snapshot.payg.state is DefinitionState.MISSING
    assert snapshot.marker is None


def test_a_renamed_field_is_still_the_field(guide: Bench) -> None:
    """R45: ids are stored, labels refreshed. The contracts' values come under the new name."""
    guide_id = definition_of(guide)
    settings = replace(guide.settings, payg_definition_id=guide_id)
    guide.edit(DEFINITIONS, guide_id, name="Billing by use")
    snapshot = guide.psa.read(settings, guide.today)

    assert (snapshot.payg.state, snapshot.payg.name) == (DefinitionState.SOUND, "Billing by use")
    values = {contract.payg_value for contract in snapshot.contracts.values()}
    assert values & snapshot.payg.yes_values


def test_a_field_renamed_before_it_was_ever_seen_is_missing(guide: Bench) -> None:
    guide.edit(DEFINITIONS, definition_of(guide), name="Billing by use")

    assert guide.psa.read(guide.settings, guide.today).payg.state is DefinitionState.MISSING


@known_or_not
def test_an_inactive_field_is_inactive(guide: Bench, known: bool) -> None:
    guide.edit(DEFINITIONS, definition_of(guide), isActive=False)

    assert read(guide, known=known).payg.state is DefinitionState.INACTIVE


@known_or_not
def test_a_field_of_another_type_is_no_list(guide: Bench, known: bool) -> None:
    guide.edit(DEFINITIONS, definition_of(guide), dataType=1)

    assert UDF_DATA_TYPE_LIST != 1
    assert read(guide, known=known).payg.state is DefinitionState.WRONG_TYPE


@known_or_not
@pytest.mark.parametrize("change", ["renamed", "inactive", "gone", "one more"])
def test_a_field_without_exactly_yes_and_no_is_not_guessed(guide: Bench, change: str, known: bool) -> None:
    yes = option(guide, "Yes")
    if change == "renamed":
        guide.edit(OPTIONS, yes, valueForDisplay="Ja")
    elif change == "inactive":
        guide.edit(OPTIONS, yes, isActive=False)
    elif change == "gone":
        guide.running.do(lambda: guide.running.autotask.database.delete(OPTIONS, yes))
    else:
        row = {"udfFieldId": definition_of(guide), "valueForDisplay": "Maybe", "valueForExport": "Maybe"}
        guide.running.do(lambda: guide.running.autotask.database.insert(OPTIONS, row))

    assert read(guide, known=known).payg.state is DefinitionState.WRONG_OPTIONS


@known_or_not
def test_two_fields_of_the_name_are_ambiguous(guide: Bench, known: bool) -> None:
    """Contracts carry values by name: nobody could tell whose a value is."""
    guide.running.do(guide.running.autotask.add_payg_definition)

    assert read(guide, known=known).payg.state is DefinitionState.AMBIGUOUS


@known_or_not
def test_a_field_of_companies_with_the_same_name_is_none_of_ours(guide: Bench, known: bool) -> None:
    twin = guide.running.do(guide.running.autotask.add_payg_definition)
    guide.edit(DEFINITIONS, twin, udfType=UDF_TYPE_CONTRACT + 1)

    assert read(guide, known=known).payg.state is DefinitionState.SOUND


# ---- making it


@pytest.mark.parametrize("fault", ["reset_before", "reset_after"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_field_half_made_is_finished_and_never_made_twice(empty: Bench, nth: int, fault: str) -> None:
    """Killed between its calls, or an answer lost: the field, then its options, each once (design 7)."""
    empty.running.faults.add(fault, method="POST", path="Definitions$|ListItems$", nth=nth)
    with pytest.raises(OutcomeUnknown):
        empty.psa.create_payg_definition()
    made = empty.psa.create_payg_definition()

    assert [row["id"] for row in empty.rows(DEFINITIONS)] == [made]
    assert [row["valueForDisplay"] for row in empty.rows(OPTIONS)] == ["Yes", "No"]
    assert empty.psa.read(empty.settings, empty.today).payg.state is DefinitionState.SOUND


def test_making_it_again_changes_nothing(guide: Bench) -> None:
    made = guide.psa.create_payg_definition()

    assert made == definition_of(guide)
    assert len(guide.rows(OPTIONS)) == 2


def test_of_two_fields_none_is_chosen(guide: Bench) -> None:
    guide.running.do(guide.running.autotask.add_payg_definition)
    with pytest.raises(Refused, match="more than once"):
        guide.psa.create_payg_definition()

    assert len(guide.rows(DEFINITIONS)) == 2


# ---- the marker (protocol 2.6, decision 0004)


def test_the_marker_is_read_back_with_the_field(guide: Bench) -> None:
    marker = "psabridge ab12cd34 e1 n7"
    guide.psa.write_marker(definition_of(guide), marker)

    assert read(guide, known=True).marker == marker
    guide.psa.write_marker(definition_of(guide), "psabridge ab12cd34 e1 n8")
    assert read(guide, known=True).marker == "psabridge ab12cd34 e1 n8"


def test_what_people_wrote_beside_the_marker_stays(guide: Bench) -> None:
    guide.edit(DEFINITIONS, definition_of(guide), description="Ask Pat before changing this.")
    for number in (7, 8):
        guide.psa.write_marker(definition_of(guide), f"psabridge ab12cd34 e1 n{number}")

    held = next(row for row in guide.rows(DEFINITIONS) if row["id"] == definition_of(guide))
    assert held["description"] == "Ask Pat before changing this. [psabridge ab12cd34 e1 n8]"


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_empty_description_gets_a_word_of_explanation(text: str | None) -> None:
    assert with_marker(text, "psabridge a e1 n1") == f"{EXPLANATION} [psabridge a e1 n1]"


def test_a_long_description_leaves_room_for_the_marker() -> None:
    told = with_marker("x" * 200, "psabridge ab12cd34 e1 n123456789")

    assert len(told) == LONGEST_DESCRIPTION
    assert marker_in(told) == "psabridge ab12cd34 e1 n123456789"


@pytest.mark.parametrize("text", [None, "", "[note]", "psabridge ab e1 n1", "[another bridge e1 n1]"])
def test_other_words_are_no_marker(text: str | None) -> None:
    assert marker_in(text) is None


def remove(bench: Bench, definition: int) -> None:
    def delete() -> None:
        database = bench.running.autotask.database
        for row in list(database[OPTIONS].find("udfFieldId", definition)):
            database.delete(OPTIONS, row["id"])
        database.delete(DEFINITIONS, definition)

    bench.running.do(delete)
