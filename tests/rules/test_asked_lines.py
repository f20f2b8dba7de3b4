"""Whose line and of which service somebody means, and what is said where a name fits several."""

import pytest

from psabridge.rules.explaining.asked_lines import AskedLines, find_lines
from tests.builders import a_company, a_line, a_payg_contract, a_service, line_id, psa_snapshot

PSA = psa_snapshot(
    companies=[
        a_company(1, "Alder & Finch Dental"),
        a_company(2, "Calder Valley Joinery"),
        a_company(3, "Alpha GmbH"),
        a_company(4, "Alpha GmbH & Co"),
        a_company(5, "Alder"),
    ],
    contracts=[
        *(a_payg_contract(10 * number, number) for number in (1, 2, 3, 4)),
    ],
    lines=[
        *(a_line(100 * number, 10 * number) for number in (1, 2, 3, 4)),
        a_line(101, 10, service=2000),
    ],
    services=[a_service(1000, "Workstations"), a_service(2000, "Workstations extended")],
)


def asked(company: str, service: str) -> AskedLines:
    return find_lines(PSA, company, service)


@pytest.mark.parametrize(
    ("company", "service", "lines"),
    [
        ("Alpha GmbH", "Workstations", (300,)),
        ("alpha gmbh ", "workstations", (300,)),
        ("Alpha GmbH & Co", "Workstations", (400,)),
        ("alpha", "work", (300, 400)),
        ("alpha gmbh co", "work", (400,)),
        ("3", "1000", (300,)),
        ("3", "service:300", (300,)),
        ("finch", "extended", (101,)),
        ("calder", "work", (200,)),
        ("lder v", "work", (200,)),
        ("der", "workstations", (100, 200)),
        ("1", "work", (100, 101)),
        ("nobody", "work", ()),
        ("", "work", ()),
        ("&", "work", (100, 101, 400)),
        ("alpha gmbh", "servers", ()),
        ("alpha gmbh", "", ()),
    ],
)
def test_lines_are_found_by_number_by_name_by_words_and_at_last_by_a_part(
    company: str, service: str, lines: tuple[int, ...]
) -> None:
    assert asked(company, service).lines == tuple(line_id(number) for number in lines)


def test_a_word_of_a_name_wins_over_a_part_of_another() -> None:
    """Who asks for Finch or Calder Valley means no Goldfinch and no Alder."""
    psa = psa_snapshot(
        companies=[a_company(1, "Alder & Finch Dental"), a_company(2, "Calder Valley Joinery")],
        contracts=[a_payg_contract(10, 1), a_payg_contract(20, 2)],
        lines=[a_line(100, 10), a_line(200, 20)],
        services=[a_service(1000, "Workstations")],
    )

    assert find_lines(psa, "Alder", "Workstations") == AskedLines((line_id(100),))


def test_a_company_that_has_the_very_name_stands_for_itself_even_where_nothing_is_sold_to_it() -> None:
    assert asked("alder", "work") == AskedLines(())


def test_where_a_name_fits_several_it_is_said_with_their_numbers() -> None:
    [told] = asked("alpha", "Workstations").told

    assert told.startswith("'alpha' fits more than one company: Alpha GmbH & Co (4), Alpha GmbH (3). ")


def test_of_several_services_it_is_said_too_and_of_one_nothing() -> None:
    [told] = asked("finch", "work").told

    assert "service: Workstations (1000), Workstations extended (2000)" in told
    assert asked("finch", "workstations").told == ()


def test_one_service_of_one_company_on_two_contracts_is_no_question() -> None:
    psa = psa_snapshot(
        companies=[a_company(1, "Alder")],
        contracts=[a_payg_contract(10, 1), a_payg_contract(20, 1)],
        lines=[a_line(100, 10), a_line(200, 20)],
        services=[a_service(1000, "Workstations")],
    )

    assert find_lines(psa, "alder", "workstations") == AskedLines((line_id(100), line_id(200)))
