"""One item of one customer, in every situation the rules know, against an expectation written apart."""

from dataclasses import replace
from itertools import product
from typing import NamedTuple

import pytest

from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.platform import OfferingItem, Quota
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import Measure, PairingSettings, ServiceMapping
from psabridge.rules.wanted.desired import DesiredItem
from tests.builders import (
    GIB,
    TODAY,
    a_contract,
    a_feature,
    a_line,
    a_mapping_row,
    a_storage_item,
    a_storage_row,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import desired

UNLIMITED = "unlimited"
OFF = "off"
ANCHOR = a_mapping_row("pw_base_nas", 1999)  # keeps a live addition, so that R5 stays out of it


class Case(NamedTuple):
    standing: str
    kind: str
    state: str
    is_free: bool
    zeroing: bool
    is_undecided: bool
    is_exempt: bool
    is_unreadable: bool


STANDINGS = ("prepaid 5", "prepaid 0", "payg", "absent", "unmapped", "both kinds", "inactive", "unread")
KINDS = ("workload", "class", "counting", "feature")
STATES = ("offered", "off", "unlimited", "3", "9")
FLAGS = (False, True)


def row_of(case: Case) -> ServiceMapping:
    service = None if case.standing == "unmapped" else 1000
    rows = {
        "workload": a_mapping_row("pw_base_workstations", service),
        "class": a_storage_row(Measure.CLASS_2, service),
        "counting": a_mapping_row("pw_base_workstations", service, counts_only=True),
        "feature": a_mapping_row("pw_base_google_mail", service),
    }
    return replace(rows[case.kind], free=case.is_free, undecided=case.is_undecided)


def item_of(case: Case) -> OfferingItem:
    item = {"class": a_storage_item(), "feature": a_feature()}.get(case.kind, an_item())
    if case.state in {"offered", "off"}:
        return replace(item, is_on=False, quota=None)
    if case.kind == "feature":
        return item
    size = GIB if case.kind == "class" else 1
    return replace(item, quota=Quota(None if case.state == UNLIMITED else int(case.state) * size, None))


def psa_of(case: Case) -> PsaSnapshot:
    """Contract 10 sells the row, 11 is the other home of "both kinds", 19 sells the anchor."""
    contracts, lines, rows = [a_contract(19)], [a_line(190, 19, 1999)], [a_unit_row(190, 1)]
    if case.standing not in {"absent", "unmapped"}:
        value = "Yes" if case.standing in {"payg", "both kinds"} else "No"
        contracts.append(a_contract(10, payg_value=value, is_active=case.standing != "inactive"))
        lines.append(a_line(100, 10))
        if case.standing != "unread":
            rows.append(a_unit_row(100, 0 if case.standing == "prepaid 0" else 5))
    if case.standing == "both kinds":
        contracts.append(a_contract(11))
        lines.append(a_line(110, 11))
        rows.append(a_unit_row(110, 5))
    return psa_snapshot(contracts=contracts, lines=lines, rows=rows)


def settings_of(case: Case) -> PairingSettings:
    exempt = (ExemptItem(tenant_id(1), item_of(case).key, TODAY, "moves"),) if case.is_exempt else ()
    return settings(row_of(case), ANCHOR, set_quotas_to_zero=case.zeroing, exempt_items=exempt)


def outcome(case: Case) -> DesiredItem | None:
    item = item_of(case)
    anchor = an_item("pw_base_nas", "nas")
    offered = [replace(item, is_on=True)] if case.state == "offered" else []
    owned = [anchor] if case.state == "offered" else [anchor, item]
    platform = platform_snapshot(items=owned, offered=offered, usages=[a_usage("nas", 1)])
    found = desired(settings_of(case), psa_of(case), platform, seen={77: 1} if case.is_unreadable else {})
    return next((wanted for wanted in found.items if wanted.key == item.key), None)


def said_of(wanted: DesiredItem | None) -> int | str | None:
    if wanted is None:
        return None
    if not wanted.is_on:
        return OFF
    return UNLIMITED if wanted.quota is None else wanted.quota


def expected(case: Case) -> int | str | None:
    """None: left as it is."""
    wanted = _by_the_table(case)
    stands_off = case.state in {"offered", "off"}
    if case.is_exempt or wanted is None or (stands_off and wanted in {0, OFF}):
        return None
    if case.kind == "counting" and case.state == "offered":
        return None  # provisions nothing
    if case.is_undecided or case.is_unreadable:
        return None if _is_less(wanted, case) else wanted
    return wanted


def _by_the_table(case: Case) -> int | str | None:
    if case.standing in {"both kinds", "inactive", "unread"}:
        return None  # what cannot be told is left
    if case.standing == "payg":
        return UNLIMITED
    if case.standing.startswith("prepaid"):
        units = int(case.standing.split()[1])
        by_kind: dict[str, int | str] = {"workload": units, "feature": UNLIMITED if units else OFF}
        return by_kind.get(case.kind, UNLIMITED)
    if case.is_free and case.kind != "counting":  # which has no Free box (ACR-MAP-02)
        return UNLIMITED
    if not case.zeroing or case.is_undecided or case.is_unreadable or case.kind == "counting":
        return None
    return OFF if case.kind == "feature" else 0


def _is_less(wanted: int | str, case: Case) -> bool:
    if case.state in {"offered", "off"} or wanted == UNLIMITED:
        return False
    if wanted == OFF or case.state == UNLIMITED:
        return True
    # The old quota has no hard limit, the new one has: even 9 instead of 3 stops somebody sooner.
    return True


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", STATES)
def test_every_situation_of_one_item(standing: str, kind: str, state: str) -> None:
    """5,120 situations in all."""
    cases = [Case(standing, kind, state, *flags) for flags in product(FLAGS, repeat=5)]

    assert {case: said_of(outcome(case)) for case in cases} == {case: expected(case) for case in cases}
