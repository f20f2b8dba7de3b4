"""Logins of first users (R36)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.arriving.logins import is_acceptable, login_of_company, nth_login
from psabridge.rules.words import CompanyId


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Meadow Dental", "meadow.dental"),
        ("Straße & Söhne GmbH", "strasse.sohne.gmbh"),
        ("A/B (Holding), Ltd.", "a.b.holding.ltd"),
        ("Ünïted-Parts_2", "united-parts_2"),
        ("株式会社", "company.175"),
        ("...", "company.175"),
    ],
)
def test_a_login_is_the_companys_name_in_allowed_characters(name: str, login: str) -> None:
    assert login_of_company(name, CompanyId(175)) == login


@given(st.text(max_size=60))
def test_whatever_the_company_is_called_its_login_is_acceptable(name: str) -> None:
    assert is_acceptable(login_of_company(name, CompanyId(175)))


@pytest.mark.parametrize(
    ("login", "number", "tried"),
    [
        ("kim@meadow.example", 1, "kim@meadow.example"),
        ("kim@meadow.example", 2, "kim.2@meadow.example"),
        ("kim@meadow.example", 3, "kim.3@meadow.example"),
        ("meadow.dental", 2, "meadow.dental.2"),
    ],
)
def test_a_taken_login_gets_a_number_before_the_at_sign(login: str, number: int, tried: str) -> None:
    assert nth_login(login, number) == tried


@pytest.mark.parametrize("login", ["kim o@x.example", "o'neil@x.example", "kim/x", "", "käthe@x.example"])
def test_other_signs_make_no_login(login: str) -> None:
    assert not is_acceptable(login)
