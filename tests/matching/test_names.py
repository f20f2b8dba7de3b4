"""What two ways of writing one firm have in common, and what keeps two firms apart (R63)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.matching.likeness import is_slip
from psabridge.rules.matching.names import read_name
from psabridge.rules.matching.words_of_names import LEGAL_FORMS, SHORT_FORMS


def are_written_alike(one: str, other: str) -> bool:
    texts = {spelling.text for spelling in read_name(one).spellings}
    return bool(texts & {spelling.text for spelling in read_name(other).spellings})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller Maschinenbau GmbH", "Mueller Maschinenbau G.m.b.H."),
        ("Müller Maschinenbau GmbH", "MULLER MASCHINENBAU"),
        ("Weiß & Sohn OHG", "Weiss und Sohn"),
        ("The Blue Anchor Ltd.", "Blue Anchor Limited"),
        ("Smith, Jones & Co.", "Smith Jones and Company"),
        ("O'Brien Plumbing LLC", "OBrien Plumbing, L.L.C."),
        ("Kowalski Budowa Sp. z o.o.", "Kowalski Budowa sp z oo"),
        ("Dvořák Stavby s.r.o.", "Dvorak Stavby, spol. s r.o."),
        ("Lefèvre Conseil S.à r.l.", "Lefevre Conseil SARL"),
        ("Søren Bygg A/S", "Soren Bygg AS"),
        ("Data Works Inc", "Dataworks"),
        ("Acme Mfg Inc", "Acme Manufacturing Incorporated"),
        ("Köhler GmbH & Co. KG", "Koehler GmbH und Co KG"),
        ("Wiśniewski Transport S.A.", "Wisniewski Transport"),
        ("Bakker Techniek B.V.", "Bakker Techniek BV"),
        ("Ferrari Meccanica S.p.A.", "Ferrari Meccanica SpA"),
    ],
)
def test_legal_forms_accents_and_punctuation_do_not_part_a_firm(one: str, other: str) -> None:
    assert are_written_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bauer GmbH", "Baur GmbH"),
        ("Praxis 1", "Praxis 2"),
        ("Kern Holding AG", "Kern AG"),
        ("Nord Logistik GmbH", "Nord Consulting GmbH"),
        ("AG", "SE"),
    ],
)
def test_two_firms_stay_two(one: str, other: str) -> None:
    assert not are_written_alike(one, other)


def test_a_name_tells_its_earlier_and_second_names() -> None:
    """Previous names, as far as anybody wrote them down."""
    [former] = read_name("Stern Immobilien AG (formerly Morgen Immobilien AG)").others
    [second] = read_name("Ott Ltd t/a The Shed").others

    assert former.spellings[0].words == ("morgen", "immobilien")
    assert second.spellings[0].words == ("shed",)
    assert read_name("Stern Immobilien AG (formerly Morgen)").spellings[0].words == ("stern", "immobilien")


def test_a_slip_is_never_a_digit_and_never_in_a_short_name() -> None:
    assert is_slip("maschinenbau", "mashcinenbau")
    assert not is_slip("filiale1nord", "filiale2nord")
    assert not is_slip("hans", "hanf")


WORDS = st.lists(st.sampled_from(["kern", "stahl", "nordlicht", "praxis", "brücke"]), min_size=1, max_size=4)


@given(WORDS, st.sampled_from(sorted(LEGAL_FORMS)))
def test_any_legal_form_may_follow_a_name(words: list[str], form: str) -> None:
    name = " ".join(words)
    assert are_written_alike(name, f"{name} {form}")
    assert are_written_alike(name, f"{name}, {form.upper()}.")


@given(st.text(max_size=40))
def test_every_text_can_be_read_and_is_like_itself(text: str) -> None:
    read = read_name(text)
    assert read.given == text
    assert not read.spellings or are_written_alike(text, text)


def test_a_short_word_is_not_short_for_another_short_word() -> None:
    assert not set(SHORT_FORMS.values()) & set(SHORT_FORMS) - {"management"}
