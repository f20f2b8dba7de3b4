"""How sure a suggestion is, and why: names, domains, numbers, tags; and that a tie is a tie (R63)."""

from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.customers.tags import tag_of
from psabridge.rules.matching.suggestion import Confidence, Suggestion
from psabridge.rules.words import CompanyId
from tests.matching.cast import DATABASE, company, suggested, tenant

SURE, LIKELY, POSSIBLE = Confidence


def only(found: tuple[Suggestion, ...]) -> Suggestion:
    [one] = found
    return one


def test_the_same_name_is_sure_and_says_so() -> None:
    found = only(suggested([company(1, "Kern Stahl GmbH")], [tenant("a", "kern stahl")]))

    assert (found.company, found.tenant, found.confidence) == (1, "a", SURE)
    assert found.reasons == ("the names are the same",)


def test_two_tenants_of_one_name_are_a_tie_and_neither_is_sure() -> None:
    first, second = suggested(
        [company(1, "Kern Stahl")], [tenant("a", "Kern Stahl"), tenant("b", "Kern Stahl GmbH")]
    )

    assert {first.confidence, second.confidence} == {LIKELY}
    assert first.rivals == ('tenant "Kern Stahl GmbH"',)
    assert second.rivals == ('tenant "Kern Stahl"',)


def test_two_companies_of_one_name_in_two_towns_are_a_tie_even_where_the_town_tells() -> None:
    found = suggested(
        [company(1, "Rathaus Apotheke", city="Bonn"), company(2, "Rathaus Apotheke", city="Köln")],
        [tenant("a", "Rathaus Apotheke", city="Koeln")],
    )

    assert not [one for one in found if one.confidence is SURE]
    assert found[0].company == 2


def test_a_domain_that_one_firm_alone_has_decides_between_namesakes() -> None:
    found = suggested(
        [
            company(1, "Rathaus Apotheke", web="bonn.example"),
            company(2, "Rathaus Apotheke", web="koeln.example"),
        ],
        [tenant("a", "Rathaus Apotheke", mail="koeln.example")],
    )

    assert (found[0].company, found[0].confidence) == (2, SURE)
    assert "both use koeln.example, and nobody else does" in found[0].reasons


def test_the_providers_own_domain_and_free_mail_say_nothing() -> None:
    found = suggested(
        [company(1, "Kern Stahl", mail="msp.example"), company(2, "Ost Holz", mail="msp.example gmail.com")],
        [tenant("a", "Sommer Dach", mail="msp.example"), tenant("b", "Winter Bau", mail="gmail.com")],
    )

    assert all(one.confidence is POSSIBLE for one in found)
    assert not [one for one in found if one.tenant == "b"]


def test_a_domain_alone_is_likely_and_not_sure() -> None:
    """A firm that was bought uses the buyer's mail."""
    found = only(
        suggested(
            [company(1, "Kern Stahl", web="kern.example")], [tenant("a", "Ost Holz", mail="kern.example")]
        )
    )

    assert found.confidence is LIKELY


def test_another_town_another_form_or_another_domain_speaks_against_the_same_name() -> None:
    elsewhere = only(
        suggested([company(1, "Kern Stahl", city="Bonn")], [tenant("a", "Kern Stahl", city="Kiel")])
    )
    other_form = only(suggested([company(1, "Kern Stahl AG")], [tenant("a", "Kern Stahl GmbH")]))
    other_mail = only(
        suggested(
            [company(1, "Kern Stahl", web="kern.example")], [tenant("a", "Kern Stahl", mail="stahl.example")]
        )
    )

    for found, why in (
        (elsewhere, "but Bonn is not Kiel"),
        (other_form, "but the legal forms differ"),
        (other_mail, "but their domains differ"),
    ):
        assert found.confidence is LIKELY
        assert why in found.reasons


def test_a_holding_is_not_its_firm_without_more_than_a_name() -> None:
    firm, holding = company(1, "Kern Stahl Holding GmbH"), tenant("a", "Kern Stahl GmbH")
    known = company(1, "Kern Stahl Holding GmbH", web="kern.example")

    assert only(suggested([firm], [holding])).confidence is LIKELY
    assert only(suggested([known], [tenant("a", "Kern Stahl GmbH", mail="kern.example")])).confidence is SURE


def test_a_number_that_both_sides_know_is_sure_where_the_name_agrees() -> None:
    """Ids that are known already: the company's number as the tenant's customer id."""
    ours = company(1, "Kern Stahl", own_number="K-1000")
    same = only(suggested([ours], [tenant("a", "Kern Stahl Süd", external_id="k-1000")]))
    other = only(suggested([ours], [tenant("a", "Ost Holz", external_id="K-1000")]))

    assert (same.confidence, other.confidence) == (SURE, LIKELY)


def test_our_tag_brings_a_lost_mapping_back() -> None:
    """R32, design 7: with the database lost, customer mappings come back from internal_tag."""
    found = only(
        suggested(
            [company(7, "Stern Dach"), company(8, "Ost Holz")],
            [tenant("a", "An old name", tag=tag_of(DATABASE, CompanyId(7)))],
        )
    )

    assert (found.company, found.confidence) == (7, SURE)
    assert "its tag in Acronis names this company" in found.reasons


def test_a_tag_of_another_autotask_says_nothing() -> None:
    assert not suggested([company(7, "Stern Dach")], [tenant("a", "Ost Holz", tag=tag_of("1", CompanyId(7)))])


def test_two_tenants_with_the_tag_of_one_company_are_a_tie() -> None:
    """R31: several tenants of a company are confirmed by a person."""
    tag = tag_of(DATABASE, CompanyId(7))
    found = suggested([company(7, "Stern")], [tenant("a", "Eins", tag=tag), tenant("b", "Zwei", tag=tag)])

    assert [one.confidence for one in found] == [LIKELY, LIKELY]
    assert all(one.is_tie for one in found)


def test_a_slip_of_the_pen_is_likely_and_with_the_domain_sure() -> None:
    slip = only(suggested([company(1, "Maschinenbau Nord")], [tenant("a", "Mashcinenbau Nord")]))
    known = only(
        suggested(
            [company(1, "Maschinenbau Nord", web="mbn.example")],
            [tenant("a", "Mashcinenbau Nord", mail="mbn.example")],
        )
    )

    assert (slip.confidence, known.confidence) == (LIKELY, SURE)


def test_nothing_in_common_is_no_suggestion() -> None:
    assert suggested([company(1, "Kern Stahl")], [tenant("a", "Ost Holz")]) == ()


NAMES = st.sampled_from(
    ["Kern Stahl", "Kern Stahl GmbH", "Kern Stahl Holding", "Ost Holz", "Ost Hols AG", "Nord"]
)
DOMAINS = st.sampled_from(["", "kern.example", "ost.example"])
TOWNS = st.sampled_from(["", "Bonn", "Kiel"])
FIRMS = st.lists(st.tuples(NAMES, DOMAINS, TOWNS), max_size=6)


@given(FIRMS, FIRMS)
def test_sure_ones_never_share_a_side_and_never_have_an_equal(
    ours: list[tuple[str, str, str]], theirs: list[tuple[str, str, str]]
) -> None:
    """R63 for all lists: what is there twice is never sure."""
    companies = [company(n, name, web=web, city=city) for n, (name, web, city) in enumerate(ours, 1)]
    tenants = [tenant(f"t{n}", name, mail=mail, city=city) for n, (name, mail, city) in enumerate(theirs)]
    found = suggested(companies, tenants)
    sure = [one for one in found if one.confidence is SURE]

    assert len({one.company for one in sure}) == len({one.tenant for one in sure}) == len(sure)
    assert not any(one.is_tie for one in sure)
    for one in sure:
        assert ours.count(ours[one.company - 1]) == 1
        assert theirs.count(theirs[int(one.tenant[1:])]) == 1
    assert found == suggested(companies[::-1], tenants[::-1])
