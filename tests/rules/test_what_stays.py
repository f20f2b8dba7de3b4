"""What an unmapping leaves: lines, units, monthly value, a finding until somebody decides (R33, ERR-23)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from psabridge.kit.money import Money
from psabridge.kit.periods import PeriodType
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.staying import Staying, left_findings, what_stays
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.words import CompanyId, TenantId
from tests.builders import (
    TODAY,
    a_company,
    a_contract,
    a_customer,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    a_unit_row,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, desired

TWO_TENANTS = settings(a_mapping_row(), customers=[a_customer(1, 1), a_customer(2, 1, receives_quotas=False)])
LEFT = LeftLine(
    line_id(100), CompanyId(1), "Kern, Contract 10, Service", 12, Money("EUR", Decimal(60)), TODAY
)


def sold(**changes: object) -> PsaSnapshot:
    psa = psa_snapshot(
        companies=[a_company(1, "Kern")],
        contracts=[a_payg_contract(10), a_contract(20), a_payg_contract(30, ends=date(2026, 3, 9))],
        lines=[a_line(100, 10), a_line(200, 20), a_line(300, 30)],
        rows=[a_unit_row(100, 12), a_unit_row(200, 5), a_unit_row(300, 7)],
        services=[a_service()],
    )
    return replace(psa, **changes)


def stays(psa: PsaSnapshot, *tenants: TenantId) -> Staying:
    return what_stays(TWO_TENANTS, psa, CompanyId(1), frozenset(tenants))


BOTH = (tenant_id(1), tenant_id(2))


def test_lines_units_and_monthly_value_are_listed_and_what_is_over_is_not() -> None:
    """R33: of pay-as-you-go contracts that run; prepaid units set quotas, and are named apart."""
    found = stays(sold(), *BOTH)

    assert [(one.line, one.units, one.monthly) for one in found.lines] == [
        (line_id(100), 12, Money("", Decimal("60.00")))
    ]
    assert found.left == found.lines
    assert len(found.prepaid) == 1
    assert found.monthly == (Money("", Decimal("60.00")),)


def test_a_quarterly_price_is_shared_out_over_its_months() -> None:
    psa = sold(services={a_service().id: a_service(period_type=PeriodType.QUARTERLY)})

    assert stays(psa, *BOTH).monthly == (Money("", Decimal("20.00")),)


def test_units_that_are_not_known_and_prices_that_are_not_known_are_not_0() -> None:
    """R26, W10: unknown is counted beside, never as nothing."""
    unpriced = sold(lines={line_id(100): a_line(100, 10, unit_price=None)})
    hidden = sold(rows={})

    assert (stays(unpriced, *BOTH).lines[0].monthly, stays(unpriced, *BOTH).unpriced) == (None, 1)
    assert [(one.units, one.monthly) for one in stays(hidden, *BOTH).lines] == [(None, None)]


def test_a_line_at_0_units_bills_nothing_and_is_not_left() -> None:
    assert stays(sold(rows={line_id(100): (a_unit_row(100, 0),)}), *BOTH).lines == ()


def test_while_another_tenant_is_mapped_its_lines_are_measured_by_that() -> None:
    found = stays(sold(), tenant_id(2))

    assert (found.tenants, found.keeps, found.left) == ((tenant_id(2),), (tenant_id(1),), ())


def test_a_left_line_is_a_finding_until_its_company_is_mapped_again() -> None:
    """R33: under "billed, no longer measured"."""
    left = replace(settings(a_mapping_row()), customers=(), left_lines=(LEFT,))
    again = replace(left, customers=(a_customer(1, 1),))

    [found] = left_findings(left)
    assert found.code == "R33"
    assert "12 units, 60.00 EUR a month" in found.problem
    assert "customers leave service:100" in found.next_act
    assert not list(left_findings(again))
    assert "R33" in codes(desired(left, sold(), platform_snapshot()))
