"""Quotas and on/off of a customer's offering items (behaviour sections 4, 7 and 8; R2, R4 to R10)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.catalogue import mode_label
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.decision_table import Circumstances
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.desk import Desk, Judged
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.item_changes import may_be_written, wanted_item
from psabridge.rules.wanted.item_judgement import held_services, judge, one_storage_of_a_kind
from psabridge.rules.wanted.item_targets import OwnRows, Targets, own_rows, targets_of
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.words import ItemKey, TenantId


def items_of(
    customer: Customer,
    sales: Sales,
    ground: Ground,
    left: frozenset[tuple[TenantId, ItemKey]] = frozenset(),
) -> tuple[list[DesiredItem], list[Finding]]:
    """`left`: items in which Acronis has the word (ACR-TWO-04)."""
    around = _circumstances(customer, sales, ground)
    items: list[DesiredItem] = []
    findings: list[Finding] = []
    for view in customer.views:
        if view.items is None or not view.tenant.is_enabled:
            continue
        desk = Desk(customer, view, sales, ground, around, left)
        wanted, said = _work(desk)
        items.extend(wanted)
        findings.extend(said)
    return items, findings


def _circumstances(customer: Customer, sales: Sales, ground: Ground) -> Circumstances:
    """Where contracts cannot be read, additions may stand on them (R20)."""
    company, settings = customer.company.id, ground.settings
    contracts = ground.contracts.of(company)
    is_exempt = settings.exemption_of(company) is not None  # from zeroing as from leaving (R5)
    return Circumstances(
        sets_to_zero=settings.set_quotas_to_zero and not is_exempt and not ground.why_unreadable(company),
        has_live_addition=sales.has_live_addition,
        has_seen_addition_end=company in ground.ends_seen,
        has_future_contract=contracts.has_future,
    )


def _work(desk: Desk) -> tuple[list[DesiredItem], list[Finding]]:
    own = own_rows(desk.view, desk.sales, desk.ground)
    targets = targets_of(desk.view, own.rows, desk.ground)
    held, findings = held_services(desk, own.rows)
    findings.extend(_mode_findings(desk, own))
    findings.extend(_target_findings(desk, targets))
    items: list[DesiredItem] = []
    judged = [judge(desk, target, held, findings) for target in targets.targets]
    for each in one_storage_of_a_kind(desk, judged, findings):
        wanted = wanted_item(desk, each)
        if wanted is not None and may_be_written(desk, each, wanted, findings):
            items.append(wanted)
    return _with_free_items_named(desk, items, judged), findings


def _with_free_items_named(
    desk: Desk, items: list[DesiredItem], judged: Sequence[Judged]
) -> list[DesiredItem]:
    """A person who zeroes a customer sees which Free items go with it (R5)."""
    labels = desk.ground.labels
    free = [labels.key(each.target.key) for each in judged if any(m.row.free for m in each.target.rows)]
    if not desk.around.zeroes_all or not free:
        return items
    named = f"; Free items among them: {', '.join(free)}"
    return [replace(item, reason=item.reason + named) for item in items]


def _mode_findings(desk: Desk, own: OwnRows) -> Iterator[Finding]:
    if own.undecided_modes:
        yield desk.say(
            Severity.STOPS,
            "ACR-MAP-13",
            "",
            f"nothing is on yet and the contract sells {_modes(own.undecided_modes)}",
            "Take the services of one mode off the contract, or choose the mode in Acronis",
        )
    if own.other_modes:
        yield desk.say(
            Severity.WARNING,
            "ACR-MAP-13",
            "",
            f"it is in mode {_modes(own.other_modes)}, for which no row is mapped",
            "Map the rows of that mode",
        )


def _modes(editions: Sequence[str]) -> str:
    return " and ".join(mode_label(edition) for edition in editions)


def _target_findings(desk: Desk, targets: Targets) -> Iterator[Finding]:
    for mapped in targets.not_offered:
        if mapped.facts is not None and _gives(desk, mapped):
            yield desk.say(
                Severity.WARNING,
                "R4",
                f"item {desk.ground.labels.item(mapped.row.item)}",
                "it should be on, and neither the tenant has it nor its parent offers it",
                "Give the item to the parent in Acronis",
            )
    for mapped in targets.on_many:
        if _gives(desk, mapped):
            yield desk.say(
                Severity.STOPS,
                "R4",
                f"item {desk.ground.labels.item(mapped.row.item)}",
                "it exists on several storages and its mapping row names none",
                "Name the storage in the mapping row",
            )


def _gives(desk: Desk, mapped: MappedRow) -> bool:
    return not mapped.row.counts_only and (mapped.row.free or desk.sales.is_sold(mapped))
