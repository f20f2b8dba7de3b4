"""Every item of a tenant put to the decision table, with what holds a row (R3, R4, R7, R10, R31)."""

from collections.abc import Iterator, Sequence

from psabridge.rules.exemptions import is_exempt
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import TenantKind
from psabridge.rules.settings import Measure
from psabridge.rules.wanted.decision_table import Decision, Outcome, RowCase, decide
from psabridge.rules.wanted.desk import Desk, Judged
from psabridge.rules.wanted.item_changes import units_of
from psabridge.rules.wanted.item_targets import Target
from psabridge.rules.wanted.quantities import turns_round
from psabridge.rules.wanted.sales import Standing
from psabridge.rules.wanted.service_mapping import MappedRow, sharing_rows
from psabridge.rules.words import ServiceId


def held_services(desk: Desk, rows: Sequence[MappedRow]) -> tuple[frozenset[ServiceId], list[Finding]]:
    """A shared service that would set a quota is refused: its units could not be told apart (R3)."""
    held: set[ServiceId] = set()
    findings: list[Finding] = []
    for service, same in _by_service(rows).items():
        shared = sharing_rows(same)
        is_prepaid = desk.sales.of(same[0]).standing is Standing.PREPAID
        if shared and is_prepaid and any(mapped.carries_quota for mapped in shared):
            held.add(service)
            findings.append(_shared(desk, service, shared))
    return frozenset(held), findings


def _shared(desk: Desk, service: ServiceId, rows: Sequence[MappedRow]) -> Finding:
    keys = " and ".join(f"'{desk.ground.labels.row(mapped.row)}'" for mapped in rows)
    return desk.say(
        Severity.STOPS,
        "ERR-08",
        f"service '{desk.ground.mapping.name_of(service)}'",
        f"it is used by {keys}, so its units cannot be told apart as quotas",
        "Give each of these rows a service of its own",
    )


def _standing(desk: Desk, mapped: MappedRow, held: frozenset[ServiceId], findings: list[Finding]) -> Standing:
    sale = desk.sales.of(mapped)
    if sale.standing is not Standing.PREPAID:
        return sale.standing
    if mapped.service in held:
        return Standing.HELD
    if desk.view.tenant.id != desk.customer.receiver:
        if desk.customer.receiver is None:
            findings.append(_no_receiver(desk))
        return Standing.HELD
    if mapped.carries_quota and not turns_round(mapped.row):
        findings.append(
            desk.say(
                Severity.STOPS,
                "R7",
                f"row '{desk.ground.labels.row(mapped.row)}'",
                "what it measures cannot be limited, so units of a prepaid contract cannot be its quota",
                "Sell it pay as you go, or take it off the prepaid contract",
            )
        )
        return Standing.HELD
    return Standing.PREPAID


def _no_receiver(desk: Desk) -> Finding:
    return desk.customer.finding(
        Severity.STOPS,
        "R31",
        "",
        "its prepaid contract sets quotas, and not exactly one of its tenants is named to receive them",
        "Name one tenant as the receiver of the quotas",
    )


def judge(desk: Desk, target: Target, held: frozenset[ServiceId], findings: list[Finding]) -> Judged:
    cases = [_case(desk, mapped, target, held, findings) for mapped in target.rows]
    setters = [
        mapped
        for mapped, case in zip(target.rows, cases, strict=True)
        if case.standing is Standing.PREPAID and case.carries_quota
    ]
    if len(setters) > 1:
        labels = desk.ground.labels
        names = " and ".join(labels.row_in_mode(mapped.row) for mapped in setters)
        findings.append(
            desk.say(
                Severity.STOPS,
                "ERR-08",
                f"item {labels.key(target.key)}",
                f"{names} would both set its quota",
                "Keep one of the rows on the contract",
            )
        )
        return Judged(target, Decision(Outcome.LEAVE, "ERR-08", "two services for one quota"), None)
    if is_exempt(desk.view.tenant.id, target.key, desk.ground.settings.exempt_items, desk.ground.psa.today):
        return Judged(target, Decision(Outcome.LEAVE, "R10", "exempt for a time"), None)
    if (desk.view.tenant.id, target.key) in desk.left:
        return Judged(target, Decision(Outcome.LEAVE, "ACR-TWO-04", "changed in Acronis"), None)
    return Judged(target, decide(cases, desk.around), setters[0] if setters else None)


def _case(
    desk: Desk, mapped: MappedRow, target: Target, held: frozenset[ServiceId], findings: list[Finding]
) -> RowCase:
    return RowCase(
        standing=_standing(desk, mapped, held, findings),
        is_free=mapped.row.free,
        carries_quota=mapped.carries_quota,
        counts_only=mapped.row.counts_only,
        is_undecided=mapped.row.undecided,
        is_switch=target.is_feature,
        is_off=mapped.row.measure is Measure.NOTHING,
        units=desk.sales.of(mapped).units,
    )


def one_storage_of_a_kind(desk: Desk, judged: Sequence[Judged], findings: list[Finding]) -> Iterator[Judged]:
    """A second storage of a kind may not become active (R4); the one that is sold goes first.

    Partners may have many (docs/vendors/acronis.md).
    """
    if desk.view.tenant.kind in {TenantKind.PARTNER, TenantKind.FOLDER}:
        yield from judged
        return
    beginning: dict[tuple[str, str], list[Judged]] = {}
    for each in judged:
        key = each.target.key
        if key.storage is None or each.target.is_feature or not _begins(desk, each):
            yield each
        else:
            beginning.setdefault((key.application, key.name), []).append(each)
    for (application, name), candidates in beginning.items():
        sold = [each for each in candidates if any(map(desk.sales.is_sold, each.target.rows))]
        first = sold if len(sold) == 1 else candidates
        taken = _has_storage(desk, application, name) or len(first) > 1
        for each in candidates:
            if not taken and each is first[0]:
                yield each
            else:
                findings.append(_second_storage(desk, each))


def _has_storage(desk: Desk, application: str, name: str) -> bool:
    same = (desk.view.items or {}).get(name, ())
    return any(item.is_on and item.key.application == application for item in same)


def _second_storage(desk: Desk, each: Judged) -> Finding:
    return desk.say(
        Severity.STOPS,
        "R4",
        f"item {desk.ground.labels.key(each.target.key)}",
        "it would be a second active storage of its kind, which a customer cannot have",
        "Choose one storage for the customer in the mapping or on the contract",
    )


def _by_service(rows: Sequence[MappedRow]) -> dict[ServiceId, list[MappedRow]]:
    found: dict[ServiceId, list[MappedRow]] = {}
    for mapped in rows:
        if mapped.service is not None:
            found.setdefault(mapped.service, []).append(mapped)
    return found


def _begins(desk: Desk, each: Judged) -> bool:
    """The item would be switched on."""
    if each.target.is_on:
        return False
    return each.decision.outcome is Outcome.UNLIMITED or units_of(desk, each) > 0
