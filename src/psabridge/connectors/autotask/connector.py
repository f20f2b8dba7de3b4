"""The Psa port over Autotask: the only place where Autotask's vocabulary and ours meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.query import eq, gte, moment_from
from psabridge.clients.autotask.spoilt import Sifted
from psabridge.clients.autotask.writes import NewContractNote, NewContractService
from psabridge.clients.autotask.writes import NewService as NewServiceRecord
from psabridge.connectors.autotask import listing, payg_field, words
from psabridge.connectors.autotask.arriving import Arriving, today_and_tomorrow
from psabridge.connectors.autotask.currencies import Pricing, read_currencies
from psabridge.connectors.autotask.hidden import (
    Owners,
    SpoiltUnits,
    company_gaps,
    contract_gaps,
    line_gaps,
)
from psabridge.kit.clock import Clock
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.kit.periods import PeriodType
from psabridge.rules.customers.directory import CompanyList
from psabridge.rules.customers.zeroing import companies_to_zero
from psabridge.rules.psa import (
    Bundle,
    Company,
    ContractLine,
    Currencies,
    Gap,
    Newcomers,
    PsaSnapshot,
    Service,
    UnitRow,
)
from psabridge.rules.reading import Carried, lines_to_read
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.units.picture import Picture
from psabridge.rules.words import BundleId, CompanyId, ContractId, LineId, LineKind, ServiceId

# Subject under which the governor counts calls made for one company.
OF_COMPANY = "company "


@dataclass(frozen=True, slots=True)
class AutotaskPsa:
    """`database_id` is the tenant database of the zone answer, as `internal_tag` names it (R32)."""

    client: AutotaskClient
    governor: Governor
    clock: Clock
    database_id: str

    def read(self, settings: PairingSettings, today: date, carried: Carried | None = None) -> PsaSnapshot:
        started = self.calls()
        read_at = self.clock.now()
        self.client.threshold()
        payg, marker = payg_field.read_definition(self.client, settings.payg_definition_id)
        goods = self._goods(settings, carried)
        asked = sorted({mapping.company for mapping in settings.customers} | companies_to_zero(settings))
        companies = self._companies(asked, carried)
        contracts = self.client.sift_in(records.Contract, "companyID", asked)
        known = Currencies() if carried is None else carried.psa.currencies
        pricing = Pricing(companies.found, read_currencies(self.client, companies.found, known))
        ours = {
            ContractId(one.id): words.contract_of(one, payg, pricing.currency_of(one))
            for one in contracts.rows
        }
        sold = self._sold(goods, contracts)
        due: frozenset[LineId] = frozenset()
        if carried is None:
            units = self._units_in_force(sold, goods, today)
        else:
            due = lines_to_read(carried, lines=sold.lines.values(), contracts=ours, payg=payg)
            units = self._units_again(sold, due, carried)
        return PsaSnapshot(
            read_at=read_at,
            today=today,
            database_id=self.database_id,
            companies=companies.found,
            contracts=ours,
            lines=sold.lines,
            rows=units.rows,
            services=goods.services,
            bundles=goods.bundles,
            payg=payg,
            gaps=(
                *_unknown_periods(goods),
                *companies.gaps,
                *contract_gaps(contracts.spoilt),
                *sold.gaps,
                *units.gaps,
            ),
            calls=self.calls() - started,
            marker=marker,
            carried_from=None if carried is None else carried.psa.full_read_at,
            rows_again={} if carried is None else carried.rows_again(sold.lines, due, read_at),
            currencies=pricing.currencies,
            strangers=sold.strangers if settings.creates_customers else (),
        )

    def newcomers(
        self, settings: PairingSettings, psa: PsaSnapshot, named: Iterable[CompanyId] = ()
    ) -> Newcomers:
        return Arriving(self.client, settings, psa).read(named)

    def find_companies(self, name: str) -> tuple[Company, ...]:
        found = self.client.query(records.Company, eq("companyName", name))
        return tuple(words.company_of(one) for one in found)

    def contract_owners(self, contracts: Iterable[ContractId]) -> Mapping[ContractId, CompanyId]:
        found = self.client.sift_in(records.Contract, "id", sorted(set(contracts)))
        return {ContractId(one.id): CompanyId(one.company_id) for one in found.rows}

    def pictures(
        self, lines: Iterable[LineId], *, covers_from: date, covers_to: date
    ) -> Mapping[LineId, Picture]:
        wanted = sorted(set(lines))
        read_at = self.clock.now()
        singles = [line.number for line in wanted if line.kind is LineKind.SERVICE]
        bundled = [line.number for line in wanted if line.kind is LineKind.BUNDLE]
        # Lines about to change or to be settled are read even where other work yields to the hourly limit.
        urgent = self.client.for_subject("pictures", urgent=True)
        read = urgent.read_units(singles, since=covers_from, until=covers_to)
        read_bundled = urgent.read_bundle_units(bundled, since=covers_from, until=covers_to)
        rows = [words.row_of(one) for one in read.rows]
        rows += [words.bundle_row_of(one) for one in read_bundled.rows]
        spoilt = SpoiltUnits(LineKind.SERVICE, read.spoilt).of(wanted)
        spoilt |= SpoiltUnits(LineKind.BUNDLE, read_bundled.spoilt).of(wanted)
        found = words.rows_by_line(row for row in rows if row.line not in spoilt) | dict.fromkeys(spoilt, ())
        return {
            line: Picture(line, own, read_at, covers_from, covers_to, is_whole=line not in spoilt)
            for line, own in found.items()
        }

    def list_companies(self, mapped: Iterable[CompanyId], *, with_contacts: bool) -> CompanyList:
        return listing.list_companies(
            self.client,
            mapped,
            with_contacts=with_contacts,
            database_id=self.database_id,
            read_at=self.clock.now(),
        )

    def adjust_units(
        self,
        line: LineId,
        day: date,
        change: int,
        *,
        company: CompanyId | None = None,
        contract: ContractId | None = None,
    ) -> int:
        client = self.client if company is None else self.client.for_subject(f"{OF_COMPANY}{company}")
        post = client.adjust_units if line.kind is LineKind.SERVICE else client.adjust_bundle_units
        return post(line_id=line.number, effective_date=day, unit_change=change, contract_id=contract)

    def find_services(self, name: str) -> tuple[ServiceId, ...]:
        return tuple(ServiceId(one.id) for one in self.client.query(records.Service, eq("name", name)))

    def create_service(self, service: NewService) -> ServiceId:
        """At price 0, to be priced by a person in Autotask (ACR-TWO-02)."""
        return ServiceId(
            self.client.create(
                NewServiceRecord(
                    name=service.name,
                    billing_code_id=service.billing_code,
                    period_type=_period_code(service.period_type),
                    unit_price=Decimal(0),
                )
            )
        )

    def find_lines(self, contract: ContractId, service: ServiceId) -> tuple[LineId, ...]:
        found = self.client.query(
            records.ContractService, eq("contractID", contract), eq("serviceID", service)
        )
        return tuple(words.service_line(one.id) for one in found)

    def add_line(self, contract: ContractId, service: ServiceId, *, company: CompanyId | None = None) -> int:
        """At the service's own price: without one Autotask takes the list price."""
        client = self.client if company is None else self.client.for_subject(f"{OF_COMPANY}{company}")
        return client.create(NewContractService(contract_id=contract, service_id=service))

    def notes_on(self, contracts: Iterable[ContractId]) -> frozenset[tuple[ContractId, str]]:
        found = self.client.query_in(records.ContractNote, "contractID", sorted(set(contracts)))
        return frozenset((ContractId(one.contract_id), one.title) for one in found if one.title is not None)

    def add_note(
        self, contract: ContractId, title: str, text: str, *, company: CompanyId | None = None
    ) -> int:
        client = self.client if company is None else self.client.for_subject(f"{OF_COMPANY}{company}")
        return client.create(NewContractNote(contract_id=contract, title=title, description=text))

    def create_payg_definition(self) -> int:
        return payg_field.create_definition(self.client)

    def write_marker(self, definition_id: int, marker: str) -> None:
        payg_field.write_marker(self.client, definition_id, marker)

    def clock_offset(self) -> timedelta | None:
        return self.client.vendor_clock_offset()

    def calls(self) -> int:
        return self.governor.calls().total

    def calls_by_company(self) -> Mapping[CompanyId, int]:
        counted = self.governor.calls().by_subject
        return {
            CompanyId(int(subject.removeprefix(OF_COMPANY))): calls
            for subject, calls in counted.items()
            if subject.startswith(OF_COMPANY)
        }

    def check_codes(self) -> None:
        """Compare the codes this version knows with the tenant's own lists, by label (R45)."""
        for value in self.client.picklists("Services").values("periodType"):
            known = words.PERIOD_LABELS.get(value.label.lower())
            if known is not None and words.PERIOD_TYPES.get(int(value.value)) is not known:
                raise Refused(
                    "Autotask's list of period types",
                    f'has "{value.label}" under the unknown code {value.value}',
                    "Report this to the developers; nothing is written meanwhile",
                    kind=RefusalKind.OTHER,
                    code="R45",
                )

    def _goods(self, settings: PairingSettings, carried: Carried | None) -> "_Goods":
        if carried is not None:
            was = carried.psa
            return _Goods(was.services, mapped_services(settings, was.services), was.bundles)
        services = {
            ServiceId(one.id): words.service_of(one)
            for one in self.client.query(records.Service, gte("id", 0))
        }
        mapped = mapped_services(settings, services)
        return _Goods(services, mapped, self._bundles_holding(mapped))

    def _bundles_holding(self, mapped: frozenset[ServiceId]) -> dict[BundleId, Bundle]:
        """Bundles with a mapped service inside, with all their services (ACR-MAP-12)."""
        inside = self.client.query_in(records.ServiceBundleService, "serviceID", sorted(mapped))
        ids = sorted({one.service_bundle_id for one in inside})
        return words.bundles_of(self.client.query_in(records.ServiceBundle, "id", ids), inside)

    def _companies(self, asked: Sequence[CompanyId], carried: Carried | None) -> "_Companies":
        """All that are asked for, or what changed of them since (A39), and what the full read lacked."""
        if carried is None:
            read = self.client.sift_in(records.Company, "id", asked)
            return _Companies(words.companies_of(read.rows), company_gaps(read.spoilt))
        since = moment_from("lastTrackedModifiedDateTime", carried.companies_since)
        lacking = [one for one in asked if one not in carried.psa.companies]
        again = self.client.sift_in(records.Company, "id", lacking)
        changed = Sifted.joined((self.client.sift(records.Company, since), again))
        ours = frozenset[int](asked)
        spoilt = [one for one in changed.spoilt if one.id is None or one.id in ours]
        unknown = {one.id for one in spoilt}
        found = {id_: one for id_, one in carried.psa.companies.items() if id_ not in unknown}
        anew = words.companies_of(one for one in changed.rows if one.id in ours)
        return _Companies(found | anew, company_gaps(spoilt))

    def _sold(self, goods: "_Goods", contracts: Sifted[records.Contract]) -> "_Sold":
        singles = self.client.sift_in(records.ContractService, "serviceID", sorted(goods.mapped))
        bundled = self.client.sift_in(records.ContractServiceBundle, "serviceBundleID", sorted(goods.bundles))
        found = [words.line_of(one) for one in singles.rows]
        found += [words.bundle_line_of(one) for one in bundled.rows]
        ours = {one.id for one in contracts.rows}
        owners = Owners.told_by(contracts)
        return _Sold(
            {line.id: line for line in found if line.contract in ours},
            tuple(line for line in found if line.contract not in owners.of),
            owners,
            line_gaps((*singles.spoilt, *bundled.spoilt), owners),
        )

    def _units_in_force(self, sold: "_Sold", goods: "_Goods", today: date) -> "_Units":
        window = today_and_tomorrow(today)
        singles = self.client.sift_in(records.ContractServiceUnit, "serviceID", sorted(goods.mapped), *window)
        bundled = self.client.sift_in(
            records.ContractServiceBundleUnit, "serviceBundleID", sorted(goods.bundles), *window
        )
        return _Units.of(sold, singles, bundled)

    def _units_again(self, sold: "_Sold", due: frozenset[LineId], carried: Carried) -> "_Units":
        """Rows of these lines, beside those carried over of the others."""
        window = today_and_tomorrow(carried.psa.today)
        ids = {kind: [line.number for line in sorted(due) if line.kind is kind] for kind in LineKind}
        singles = self.client.sift_in(
            records.ContractServiceUnit, "contractServiceID", ids[LineKind.SERVICE], *window
        )
        bundled = self.client.sift_in(
            records.ContractServiceBundleUnit, "contractServiceBundleID", ids[LineKind.BUNDLE], *window
        )
        read = _Units.of(sold, singles, bundled)
        kept = {line: rows for line, rows in carried.psa.rows.items() if line in sold.lines}
        rows = {line: rows for line, rows in kept.items() if line not in due | read.unknown}
        anew = {line: rows for line, rows in read.rows.items() if line in due}
        return replace(read, rows=rows | anew)


@dataclass(frozen=True, slots=True)
class _Goods:
    """What may stand on a line: all services, those that are mapped, and bundles with one inside."""

    services: Mapping[ServiceId, Service]
    mapped: frozenset[ServiceId]
    bundles: Mapping[BundleId, Bundle]


@dataclass(frozen=True, slots=True)
class _Companies:
    found: Mapping[CompanyId, Company]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Sold:
    """Lines of mapped services on contracts that were read."""

    lines: Mapping[LineId, ContractLine]
    strangers: tuple[ContractLine, ...]  # on contracts of companies that are not mapped
    owners: Owners
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Units:
    """Rows of lines whose rows were all read; a line with a spoilt one is absent, which is not 0."""

    rows: Mapping[LineId, tuple[UnitRow, ...]]
    unknown: frozenset[LineId]
    gaps: tuple[Gap, ...]

    @classmethod
    def of(
        cls,
        sold: _Sold,
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


def mapped_services(settings: PairingSettings, services: Mapping[ServiceId, Service]) -> frozenset[ServiceId]:
    """Services of the mapping's rows; one to be created counts once it is there by exact name."""
    by_name = {service.name: service.id for service in services.values()}
    wanted = (
        by_name.get(row.service.name) if isinstance(row.service, NewService) else row.service
        for row in settings.services
    )
    return frozenset(service for service in wanted if service is not None)


def _period_code(period_type: PeriodType) -> int:
    return next(code for code, known in words.PERIOD_TYPES.items() if known is period_type)


def _unknown_periods(goods: _Goods) -> tuple[Gap, ...]:
    services = goods.services
    return tuple(
        Gap(f"service {services[one].name}", "bills by a period type this version does not know", code="R45")
        for one in sorted(goods.mapped)
        if one in services and services[one].period_type is None
    )
