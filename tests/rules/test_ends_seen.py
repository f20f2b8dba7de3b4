"""Quotas go to 0 only after the bridge saw a live addition end, or a person said so (R21, R5, ACR-DEP-01)."""

from dataclasses import dataclass, replace

import pytest

from psabridge.rules.leaving.due import Leavers
from psabridge.rules.leaving.ends import ends_seen
from psabridge.rules.settings import Confirmation, Exemption, Leaving, PairingSettings
from psabridge.rules.words import CompanyId
from tests.builders import TODAY, a_contract, a_mapping_row, a_payg_contract, a_unit_row, settings
from tests.rules.leaving_cast import A_DAY, BOTH, COMPANY, NOT_READ, TENANT, Firm

ZEROING = settings(a_mapping_row(), set_quotas_to_zero=True)


@dataclass
class Zeroed(Firm):
    """Quotas are set to zero and nobody is disabled, unless a test says so."""

    decided: PairingSettings = ZEROING

    @property
    def is_seen(self) -> bool:
        """Whether the next cycle would know of an end."""
        return ends_seen(self.decided, self.psa(()), self.kept) == {COMPANY}

    def confirm(self) -> None:
        self.decided = replace(self.decided, leaving_confirmed=(Confirmation(COMPANY, self.today),))


def codes(found: Leavers) -> set[str]:
    return {finding.code for finding in found.findings}


@pytest.mark.parametrize("leaving", [Leaving(), BOTH], ids=["nobody is disabled", "leavers are disabled"])
def test_an_end_is_seen_where_the_addition_was_seen_live_before(leaving: Leaving) -> None:
    firm = Zeroed(replace(ZEROING, leaving=leaving))
    firm.look()
    assert not firm.is_seen

    firm.pass_days(1)
    firm.ends()

    assert firm.is_seen
    assert "R21" not in codes(firm.look())
    assert firm.is_seen


def test_what_had_ended_before_the_bridge_looked_waits_for_a_persons_word() -> None:
    """R21: an old contract proves nothing; it may have been replaced by something out of sight."""
    firm = Zeroed().ends()

    assert "R21" in codes(firm.look())
    firm.pass_days(3)
    assert not firm.is_seen

    firm.confirm()
    assert firm.is_seen
    assert "R21" not in codes(firm.look())


def test_what_is_sold_after_a_persons_word_makes_it_void() -> None:
    """R21: the word was about an earlier leaving."""
    firm = Zeroed().ends()
    firm.confirm()
    firm.pass_days(1)
    firm.returns()
    firm.pass_days(2)
    firm.kept[TENANT] = replace(firm.kept[TENANT], count=replace(firm.kept[TENANT].count, sold=()))
    firm.ends()

    assert not firm.is_seen


def test_what_is_gone_from_sight_or_from_the_mapping_has_not_ended() -> None:
    """R20."""
    firm = Zeroed()
    firm.look()
    firm.contracts = ()
    assert not firm.is_seen
    assert "R21" not in codes(firm.look(gaps=[NOT_READ]))

    unmapped = Zeroed()
    unmapped.look()
    unmapped.lines = ()
    assert not unmapped.is_seen


def test_prepaid_at_0_units_has_ended_and_back_at_1_has_not() -> None:
    """ACR-DEP-06."""
    firm = Zeroed(contracts=(a_contract(),))
    firm.look()
    firm.rows = (a_unit_row(100, 0),)
    assert firm.is_seen
    firm.look()
    firm.rows = (a_unit_row(100, 1),)
    firm.look()

    assert not firm.is_seen


def test_all_of_what_was_sold_must_have_ended() -> None:
    firm = Zeroed(contracts=(a_payg_contract(10), a_payg_contract(11)))
    firm.lines = (*firm.lines, replace(firm.lines[0], id=replace(firm.lines[0].id, number=101), contract=11))
    firm.look()
    firm.contracts = (replace(firm.contracts[0], ends=firm.today - A_DAY), firm.contracts[1])

    assert not firm.is_seen


def test_what_was_sold_to_another_company_says_nothing_of_this_one() -> None:
    """R38: the tenant was mapped anew."""
    firm = Zeroed()
    firm.look()
    firm.ends()
    count = replace(firm.kept[TENANT].count, company=CompanyId(2))
    firm.kept[TENANT] = replace(firm.kept[TENANT], count=count)

    assert not firm.is_seen


def test_an_exempt_customer_is_not_asked_about() -> None:
    """R5: the exemption covers zeroing."""
    firm = Zeroed(replace(ZEROING, exempt_customers=(Exemption(COMPANY, "archive"),))).ends()

    assert "R21" not in codes(firm.look())


def test_nothing_is_kept_while_nothing_follows_from_it() -> None:
    firm = Zeroed(settings(a_mapping_row()))

    assert firm.look() == Leavers()
    assert (firm.kept, firm.today) == ({}, TODAY)
