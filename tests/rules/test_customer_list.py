"""The list of customers, and one change of a mapping judged by itself (ACR-ORG-01 to -07, R31)."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from psabridge.rules.customers.directory import Directory
from psabridge.rules.customers.listing import CustomerList, Wanted, Which, list_customers
from psabridge.rules.customers.mapping import Became, Judged, Named, judge, with_mapping
from psabridge.rules.platform import TenantKind
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import CompanyId, TenantId
from tests.builders import settings
from tests.matching.cast import company, directory, tenant

BOTH_SIDES = directory(
    [
        company(1, "Alder Dental"),
        company(2, "Birch Law", account_type="Lead"),
        company(3, "Cedar Gone", is_active=False),
        company(4, "Dead End", is_active=False),
    ],
    [
        tenant("a", "Alder"),
        tenant("b", "Birch"),
        tenant("c", "Cedar", is_managed=False),
        tenant("d", "Deleted", is_deleted=True),
        tenant("p", "Partner South", kind=TenantKind.PARTNER),
        tenant("q", "Below South", parent="p"),
        tenant("f", "Folder", kind=TenantKind.FOLDER),
    ],
)


def mapped(*pairs: tuple[str, int]) -> PairingSettings:
    rows = (CustomerMapping(TenantId(one), CompanyId(number)) for one, number in pairs)
    return replace(settings(), customers=tuple(rows))


def listed(decided: PairingSettings, **wanted: object) -> CustomerList:
    return list_customers(decided, BOTH_SIDES, Wanted(**wanted))  # type: ignore[arg-type]


def names(found: CustomerList) -> list[str]:
    return [row.name for row in found.rows]


def judged(
    name: str, key: str, decided: PairingSettings, *, receives: bool | None = None, may_add: bool = False
) -> Judged:
    return judge(Named(name, key, receives), decided, BOTH_SIDES, may_add=may_add)


def test_active_companies_are_listed_and_every_mapped_one_even_if_inactive() -> None:
    """ACR-ORG-01: a mapping never becomes invisible."""
    assert names(listed(mapped())) == ["Alder Dental", "Birch Law"]
    assert names(listed(mapped(("c", 3)))) == ["Alder Dental", "Birch Law", "Cedar Gone"]


def test_a_mapped_company_that_autotask_does_not_show_is_listed_by_its_number() -> None:
    [row] = listed(mapped(("a", 99)), which=Which.MAPPED).rows

    assert (row.name, row.is_readable) == ("company 99", False)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"which": Which.MAPPED}, ["Alder Dental"]),
        ({"which": Which.UNMAPPED}, ["Birch Law"]),
        ({"search": "LAW"}, ["Birch Law"]),
        ({"search": "2"}, ["Birch Law"]),
        ({"search": "alder"}, ["Alder Dental"]),
        ({"type": "lead"}, ["Birch Law"]),
        ({"type": "lead", "which": Which.MAPPED}, []),
    ],
)
def test_the_list_is_narrowed_by_text_by_mapping_and_by_account_type(
    wanted: dict[str, object], expected: list[str]
) -> None:
    """ACR-ORG-01."""
    found = listed(mapped(("a", 1)), **wanted)

    assert names(found) == expected
    assert (found.companies, found.mapped) == (2, 1)


def test_a_company_is_found_by_the_name_of_its_tenant() -> None:
    assert names(listed(mapped(("p", 2)), search="south")) == ["Birch Law"]


def test_tenants_without_a_company_are_listed_and_those_that_cannot_be_managed_say_why() -> None:
    """ACR-ORG-06, ERR-06, LIM-03, LIM-04; our own tenant, folders and deleted ones are no customers."""
    free = {one.name: one.why_not for one in listed(mapped(("a", 1))).free}

    assert sorted(free) == ["Below South", "Birch", "Cedar", "Partner South"]
    assert {name: why.code for name, why in free.items() if why is not None} == {"Cedar": "ERR-06"}


def test_a_mapped_tenant_that_turned_into_self_service_stays_mapped_and_says_so() -> None:
    """ACR-ORG-06."""
    [row] = listed(mapped(("c", 1)), which=Which.MAPPED).rows

    assert row.tenants[0].why_not is not None
    assert row.tenants[0].why_not.code == "ERR-06"


def test_a_sub_partner_names_the_mapped_customers_below_it() -> None:
    """ACR-ORG-07."""
    rows = {row.name: row for row in listed(mapped(("p", 1), ("q", 2))).rows}

    assert rows["Alder Dental"].tenants[0].children == ("Below South",)
    assert rows["Birch Law"].tenants[0].children == ()


# ---- one change


def test_a_company_is_mapped_by_names_or_ids() -> None:
    """ACR-ORG-02."""
    expected = CustomerMapping(TenantId("a"), CompanyId(1), partner=TenantId("root"))

    assert judged("1", "a", mapped()).mapping == expected
    assert judged("alder dental", "Alder", mapped()).mapping == expected
    assert judged("Dental", "alde", mapped()).mapping == expected


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("Nobody", "a", "R38"),
        ("1", "Nobody", "R38"),
        ("", "a", "R38"),
        ("1", "South", "R38"),  # two tenants have it in their name
        ("4", "a", "R38"),  # inactive
        ("1", "c", "ERR-06"),
        ("1", "d", "R34"),
        ("1", "f", "ACR-ORG-07"),
        ("1", "root", "ACR-ORG-07"),
        ("1", "b", "R31"),  # another company has it
    ],
)
def test_what_cannot_be_mapped_is_refused_with_its_reason(name: str, key: str, code: str) -> None:
    """ACR-ORG-06, R31, R38."""
    found = judged(name, key, mapped(("b", 2)))

    assert (found.became, found.code, found.mapping) == (Became.REFUSED, code, None)
    assert found.text


def test_a_mapping_made_under_another_partner_is_said_and_can_be_made_anew() -> None:
    """ACR-ORG-08: the list names it, and the same words make it this partner's."""
    elsewhere = CustomerMapping(TenantId("a"), CompanyId(1), receives_quotas=False, partner=TenantId("p"))
    decided = replace(settings(), customers=(elsewhere,))

    [cell] = listed(decided).rows[0].tenants
    anew = judged("1", "a", decided)

    assert (cell.why_not and cell.why_not.code, cell.partner) == ("ACR-ORG-08", "p")
    assert "Partner South" in f"{cell.why_not}"
    assert anew.mapping == replace(elsewhere, partner=TenantId("root"))
    assert judged("1", "a", replace(decided, customers=(anew.mapping,))).became is Became.UNCHANGED


def test_a_row_of_a_file_that_was_made_under_another_partner_is_refused() -> None:
    """ACR-ORG-08: the ids in it were chosen from another list."""
    for partner, became in (("", Became.MAPPED), ("root", Became.MAPPED), ("p", Became.REFUSED)):
        found = judge(Named("1", "a", partner=partner), mapped(), BOTH_SIDES, may_add=False)
        assert found.became is became
        assert (found.code == "ACR-ORG-08") is (became is Became.REFUSED)


def test_a_second_tenant_needs_a_persons_word_and_does_not_take_the_quotas() -> None:
    """R31: several tenants of a company after a confirmation; one receives the quotas."""
    refused = judged("1", "b", mapped(("a", 1)))
    added = judged("1", "b", mapped(("a", 1)), may_add=True)

    assert (refused.became, refused.code) == (Became.REFUSED, "R31")
    assert added.mapping == CustomerMapping(
        TenantId("b"), CompanyId(1), receives_quotas=False, partner=TenantId("root")
    )


def test_a_named_receiver_takes_the_quotas_from_the_other_tenants() -> None:
    decided = mapped(("a", 1))
    added = judged("1", "b", decided, receives=True, may_add=True)
    assert added.mapping is not None

    assert {row.tenant: row.receives_quotas for row in with_mapping(decided, added.mapping)} == {
        "a": False,
        "b": True,
    }


def test_what_is_mapped_already_is_no_change_and_no_error() -> None:
    assert judged("1", "a", mapped(("a", 1))).became is Became.UNCHANGED
    assert judged("1", "a", mapped(("a", 1)), receives=True).became is Became.UNCHANGED
    assert judged("1", "a", mapped(("a", 1)), receives=False).became is Became.MAPPED


def test_mapping_above_or_below_a_mapped_tenant_warns_of_usage_reported_twice() -> None:
    """ACR-ORG-07: allowed, and told."""
    above, below = judged("1", "p", mapped(("q", 2))), judged("1", "q", mapped(("p", 2)))

    assert "Below South is mapped as well" in above.text
    assert "reported by Partner South above it" in below.text
    assert all(one.became is Became.MAPPED for one in (above, below))


def test_no_order_of_rows_lets_one_tenant_have_two_companies() -> None:
    """R31, whatever is tried in whatever order."""
    rows = [("1", "a"), ("2", "a"), ("2", "b"), ("1", "b"), ("1", "p"), ("2", "q")]

    for start in range(len(rows)):
        decided = mapped()
        for name, key in (*rows[start:], *rows[:start]):
            found = judged(name, key, decided, may_add=True)
            if found.mapping is not None:
                decided = replace(decided, customers=with_mapping(decided, found.mapping))
        _is_sound(decided, BOTH_SIDES)


def _is_sound(decided: PairingSettings, _: Directory) -> None:
    tenants = [row.tenant for row in decided.customers]
    assert len(tenants) == len(set(tenants))
    for number in {row.company for row in decided.customers}:
        assert _receivers(decided.customers, number) == 1


def _receivers(rows: Iterable[CustomerMapping], number: CompanyId) -> int:
    return sum(row.receives_quotas for row in rows if row.company == number)
