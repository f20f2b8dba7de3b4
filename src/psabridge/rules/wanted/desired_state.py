"""What every line and every quota should be, from both snapshots and the settings. Pure.

Each customer is judged alone: a failure of one is a finding, and never changes another (ACR-PRV-14).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from psabridge.rules.customers.renames import rename_findings
from psabridge.rules.customers.staying import left_findings
from psabridge.rules.customers.zeroing import Zeroing, zeroing, zeroing_findings
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.both_ways import both_ways
from psabridge.rules.wanted.contract_findings import (
    contract_findings,
    definition_findings,
    gap_findings,
    item_findings,
    mode_findings,
    price_findings,
    unpriced_findings,
    wants_definition,
)
from psabridge.rules.wanted.customers import NOBODY, Apart, Customer, Roll, call_the_roll
from psabridge.rules.wanted.desired import Desired, DesiredItem, DesiredUnits, FormerUnits, NewLine, NewNote
from psabridge.rules.wanted.exempt_items import exemption_findings
from psabridge.rules.wanted.former_lines import former_levels
from psabridge.rules.wanted.ground import Ground, sales_to, survey
from psabridge.rules.wanted.last_months import last_months
from psabridge.rules.wanted.pack_findings import pack_findings
from psabridge.rules.wanted.payg import billed_to_nobody, units_of
from psabridge.rules.wanted.prepaid import items_of
from psabridge.rules.wanted.range_lines import unmarked
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.wanted.storage_checks import split_findings
from psabridge.rules.wanted.tags import foreign_tag_findings, wanted_tags
from psabridge.rules.wanted.told import told_contracts
from psabridge.rules.wanted.two_way import Agreed, Following, RowOfTenant
from psabridge.rules.words import CompanyId, ContractId, LineId

_NO_RANGES = RangeBook()


@dataclass(frozen=True, slots=True)
class CustomerState:
    units: tuple[DesiredUnits, ...]
    former: tuple[FormerUnits, ...]
    items: tuple[DesiredItem, ...]
    findings: tuple[Finding, ...]
    told: frozenset[ContractId]
    new_lines: tuple[NewLine, ...] = ()
    new_notes: tuple[NewNote, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    following: tuple[Following, ...] = ()
    sold: tuple[tuple[LineId, int], ...] = ()


_NEVER_AGREED: Mapping[RowOfTenant, Agreed] = MappingProxyType({})


def desired_state(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    *,
    contracts_seen: Mapping[ContractId, CompanyId],
    ranges: RangeBook = _NO_RANGES,
    confirmed: Mapping[RowOfTenant, Agreed] = _NEVER_AGREED,
    ends_seen: frozenset[CompanyId] = frozenset(),
    apart: Apart = NOBODY,
) -> Desired:
    """`confirmed`: what both sides last agreed on, for two-way sync (ACR-TWO-06). `ends_seen`: R21."""
    ground = replace(survey(settings, psa, platform, contracts_seen, ranges), ends_seen=ends_seen)
    roll = call_the_roll(settings, psa, platform, apart)
    states = [customer_state(customer, ground, confirmed) for customer in roll.customers]
    zero = zeroing(settings, psa)
    told = [finding for state in states for finding in state.findings]
    incomplete = {one.company for one in told if one.code == "ERR-22" and one.company is not None}
    general = _general_findings(settings, ground, roll, zero, frozenset(incomplete))
    units = (*zero.units, *(u for state in states for u in state.units))
    return Desired(
        units=tuple(sorted(units, key=lambda u: u.line)),
        former=tuple(sorted((one for state in states for one in state.former), key=lambda one: one.line)),
        items=tuple(sorted((i for state in states for i in state.items), key=_place)),
        new_services=ground.mapping.new_services,
        create_definition=wants_definition(ground),
        findings=_once((*general, *told)),
        checked_customers=sum(1 for customer in roll.customers if _is_checked(customer)),
        unmapped_tenants=roll.unmapped_tenants,
        tags=tuple(wanted_tags(settings, roll, platform, psa.database_id)),
        told=frozenset(contract for state in states for contract in state.told),
        new_lines=tuple(line for state in states for line in state.new_lines),
        new_notes=tuple(note for state in states for note in state.new_notes),
        sold=tuple(sorted(pair for state in states for pair in state.sold)),
        agreed=tuple(sorted((one for state in states for one in state.agreed), key=lambda one: one.at)),
        following=tuple(one for state in states for one in state.following),
        disabled=roll.disabled,
    )


def _general_findings(
    settings: PairingSettings,
    ground: Ground,
    roll: Roll,
    zero: Zeroing,
    incomplete: frozenset[CompanyId],
) -> tuple[Finding, ...]:
    return (
        *roll.findings,
        *ground.mapping.findings,
        *definition_findings(ground),
        *gap_findings(ground, incomplete),
        *price_findings(roll.customers, ground),
        *unpriced_findings(ground),
        *item_findings(roll.customers, ground),
        *left_findings(settings),
        *zeroing_findings(settings, zero),
        *unmarked(ground),
        *rename_findings(settings, ground.psa, ground.platform),
        *foreign_tag_findings(settings, roll, ground.psa.database_id),
        *exemption_findings(ground),
        *_both_ways_off(settings),
    )


def customer_state(
    customer: Customer, ground: Ground, confirmed: Mapping[RowOfTenant, Agreed] = _NEVER_AGREED
) -> CustomerState:
    sales = sales_to(customer, ground)
    both = both_ways(customer, sales, ground, confirmed)
    used, unit_findings = units_of(customer, sales, ground)
    last, last_findings = last_months(customer, sales, ground)
    units = [*used, *last, *both.units]
    items, item_findings_ = items_of(customer, sales, ground, frozenset(both.left))
    findings = (
        *contract_findings(customer, ground),
        *(finding for sale in sales.by_service.values() for finding in sale.findings),
        *mode_findings(customer, sales, ground),
        *pack_findings(customer, sales, ground),
        *split_findings(customer, ground),
        *unit_findings,
        *last_findings,
        *billed_to_nobody(customer, sales, ground),
        *item_findings_,
        *both.findings,
    )
    told = told_contracts(customer, sales, ground, units, findings)
    return CustomerState(
        units=tuple(units),
        former=tuple(former_levels(customer, sales, ground)),
        items=tuple(items),
        findings=findings,
        told=told,
        new_lines=tuple(both.lines),
        new_notes=tuple(both.notes),
        agreed=tuple(both.agreed),
        following=tuple(both.following),
        sold=tuple(both.sold),
    )


def _both_ways_off(settings: PairingSettings) -> Iterator[Finding]:
    if settings.two_way.is_on and not settings.syncs_both_ways:
        yield Finding(
            "R44",
            Severity.NOTE,
            "two-way sync",
            "it is on and does nothing, because billing is only observed",
            "Set the mode of billing to approve or automatic, or switch two-way sync off",
        )


def _place(item: DesiredItem) -> tuple[str, str, str, str]:
    return item.tenant, item.key.application, item.key.name, item.key.storage or ""


def _is_checked(customer: Customer) -> bool:
    """Every tenant could be worked with, and its usage was read."""
    return not customer.absent and all(
        view.usages is not None and view.items is not None for view in customer.views
    )


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, the gravest first, in an order that does not depend on the reads."""
    return tuple(
        sorted(
            set(findings),
            key=lambda f: (-f.severity, f.code, f.subject, f.problem, f.next_act, f.company or 0),
        )
    )
