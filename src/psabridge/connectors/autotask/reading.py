"""What a cycle reads of Autotask: all of it, or what has changed beside what was carried over.

A spoilt row makes a gap and is never a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.query import gte, moment_from
from psabridge.clients.autotask.spoilt import Sifted
from psabridge.connectors.autotask import words
from psabridge.connectors.autotask.arriving import today_and_tomorrow
from psabridge.connectors.autotask.hidden import Owners, SpoiltUnits, company_gaps, line_gaps
from psabridge.rules.psa import Bundle, Company, ContractLine, Gap, Service, UnitRow
from psabridge.rules.reading import Carried
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.words import BundleId, CompanyId, LineId, LineKind, ServiceId


@dataclass(frozen=True, slots=True)
class Goods:
    """What may stand on a line: all services, those that are mapped, and bundles with one inside."""

    services: Mapping[ServiceId, Service]
    mapped: frozenset[ServiceId]
    bundles: Mapping[BundleId, Bundle]


@dataclass(frozen=True, slots=True)
class Companies:
    found: Mapping[CompanyId, Company]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Sold:
    """Lines of mapped services on contracts that were read."""

    lines: Mapping[LineId, ContractLine]
    strangers: tuple[ContractLine, ...]  # on contracts of companies that are not mapped
    owners: Owners
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Units:
    """Rows of lines whose rows were all read; a line with a spoilt one is absent, which is not 0."""

    rows: Mapping[LineId, tuple[UnitRow, ...]]
    unknown: frozenset[LineId]
    gaps: tuple[Gap, ...]

    @classmethod
    def of(
        cls,
        sold: Sold,
        singles: Sifted[records.ContractServiceUnit],
        bundled: Sifted[records.ContractServiceBundleUnit],
    ) -> Self:
        rows = [words.row_of(one) for one in singles.rows]
        rows += [words.bundle_row_of(one) for one in bundled.rows]
        spoilt = (
            SpoiltUnits(LineKind.SERVICE, singles.spoilt),
            SpoiltUnits(LineKind.BUNDLE, bundled.spoilt),
        )
        unknown = frozenset(line for each in spoilt for line in each.lines(sold.lines))
        known = sold.lines.keys() - unknown
        gaps = tuple(gap for each in spoilt for gap in each.gaps(sold.lines, sold.owners))
        return cls(words.rows_by_line(row for row in rows if row.line in known), unknown, gaps)


def read_goods(client: AutotaskClient, settings: PairingSettings, carried: Carried | None) -> Goods:
    if carried is not None:
        was = carried.psa
        return Goods(was.services, mapped_services(settings, was.services), was.bundles)
    services = {
        ServiceId(one.id): words.service_of(one) for one in client.query(records.Service, gte("id", 0))
    }
    mapped = mapped_services(settings, services)
    return Goods(services, mapped, _bundles_holding(client, mapped))


def _bundles_holding(client: AutotaskClient, mapped: frozenset[ServiceId]) -> dict[BundleId, Bundle]:
    """Bundles with a mapped service inside, with all their services (ACR-MAP-12)."""
    inside = client.query_in(records.ServiceBundleService, "serviceID", sorted(mapped))
    ids = sorted({one.service_bundle_id for one in inside})
    return words.bundles_of(client.query_in(records.ServiceBundle, "id", ids), inside)


def read_companies(client: AutotaskClient, asked: Sequence[CompanyId], carried: Carried | None) -> Companies:
    """All that are asked for, or what changed of them since (A39), and what the full read lacked."""
    if carried is None:
        read = client.sift_in(records.Company, "id", asked)
        return Companies(words.companies_of(read.rows), company_gaps(read.spoilt))
    since = moment_from("lastTrackedModifiedDateTime", carried.companies_since)
    lacking = [one for one in asked if one not in carried.psa.companies]
    again = client.sift_in(records.Company, "id", lacking)
    changed = Sifted.joined((client.sift(records.Company, since), again))
    ours = frozenset[int](asked)
    spoilt = [one for one in changed.spoilt if one.id is None or one.id in ours]
    unknown = {one.id for one in spoilt}
    found = {id_: one for id_, one in carried.psa.companies.items() if id_ not in unknown}
    anew = words.companies_of(one for one in changed.rows if one.id in ours)
    return Companies(found | anew, company_gaps(spoilt))


def read_sold(client: AutotaskClient, goods: Goods, contracts: Sifted[records.Contract]) -> Sold:
    singles = client.sift_in(records.ContractService, "serviceID", sorted(goods.mapped))
    bundled = client.sift_in(records.ContractServiceBundle, "serviceBundleID", sorted(goods.bundles))
    found = [words.line_of(one) for one in singles.rows]
    found += [words.bundle_line_of(one) for one in bundled.rows]
    ours = {one.id for one in contracts.rows}
    owners = Owners.told_by(contracts)
    return Sold(
        {line.id: line for line in found if line.contract in ours},
        tuple(line for line in found if line.contract not in owners.of),
        owners,
        line_gaps((*singles.spoilt, *bundled.spoilt), owners),
    )


def read_units(client: AutotaskClient, sold: Sold, goods: Goods, today: date) -> Units:
    window = today_and_tomorrow(today)
    singles = client.sift_in(records.ContractServiceUnit, "serviceID", sorted(goods.mapped), *window)
    bundled = client.sift_in(
        records.ContractServiceBundleUnit, "serviceBundleID", sorted(goods.bundles), *window
    )
    return Units.of(sold, singles, bundled)


def read_units_again(client: AutotaskClient, sold: Sold, due: frozenset[LineId], carried: Carried) -> Units:
    """Rows of these lines, beside those carried over of the others."""
    window = today_and_tomorrow(carried.psa.today)
    ids = {kind: [line.number for line in sorted(due) if line.kind is kind] for kind in LineKind}
    singles = client.sift_in(records.ContractServiceUnit, "contractServiceID", ids[LineKind.SERVICE], *window)
    bundled = client.sift_in(
        records.ContractServiceBundleUnit, "contractServiceBundleID", ids[LineKind.BUNDLE], *window
    )
    read = Units.of(sold, singles, bundled)
    kept = {line: rows for line, rows in carried.psa.rows.items() if line in sold.lines}
    rows = {line: rows for line, rows in kept.items() if line not in due | read.unknown}
    anew = {line: rows for line, rows in read.rows.items() if line in due}
    return replace(read, rows=rows | anew)


def mapped_services(settings: PairingSettings, services: Mapping[ServiceId, Service]) -> frozenset[ServiceId]:
    """Services of the mapping's rows; one to be created counts once it is there by exact name."""
    by_name = {service.name: service.id for service in services.values()}
    wanted = (
        by_name.get(row.service.name) if isinstance(row.service, NewService) else row.service
        for row in settings.services
    )
    return frozenset(service for service in wanted if service is not None)


def unknown_periods(goods: Goods) -> tuple[Gap, ...]:
    services = goods.services
    return tuple(
        Gap(f"service {services[one].name}", "bills by a period type this version does not know", code="R45")
        for one in sorted(goods.mapped)
        if one in services and services[one].period_type is None
    )
