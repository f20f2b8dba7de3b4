"""The Psa port over Autotask: the only place where Autotask's vocabulary and ours meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.query import eq
from psabridge.clients.autotask.writes import NewContractNote, NewContractService
from psabridge.clients.autotask.writes import NewService as NewServiceRecord
from psabridge.connectors.autotask import listing, payg_field, words
from psabridge.connectors.autotask.arriving import Arriving
from psabridge.connectors.autotask.currencies import Pricing, read_currencies
from psabridge.connectors.autotask.hidden import SpoiltUnits, contract_gaps
from psabridge.connectors.autotask.reading import (
    read_companies,
    read_goods,
    read_sold,
    read_units,
    read_units_again,
    unknown_periods,
)
from psabridge.kit.clock import Clock
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.kit.periods import PeriodType
from psabridge.rules.customers.directory import CompanyList
from psabridge.rules.customers.zeroing import companies_to_zero
from psabridge.rules.psa import (
    Company,
    Currencies,
    Newcomers,
    PsaSnapshot,
)
from psabridge.rules.reading import Carried, lines_to_read
from psabridge.rules.settings import NewService, PairingSettings
from psabridge.rules.units.picture import Picture
from psabridge.rules.words import CompanyId, ContractId, LineId, LineKind, ServiceId

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
        goods = read_goods(self.client, settings, carried)
        asked = sorted({mapping.company for mapping in settings.customers} | companies_to_zero(settings))
        companies = read_companies(self.client, asked, carried)
        contracts = self.client.sift_in(records.Contract, "companyID", asked)
        known = Currencies() if carried is None else carried.psa.currencies
        pricing = Pricing(companies.found, read_currencies(self.client, companies.found, known))
        ours = {
            ContractId(one.id): words.contract_of(one, payg, pricing.currency_of(one))
            for one in contracts.rows
        }
        sold = read_sold(self.client, goods, contracts)
        due: frozenset[LineId] = frozenset()
        if carried is None:
            units = read_units(self.client, sold, goods, today)
        else:
            due = lines_to_read(carried, lines=sold.lines.values(), contracts=ours, payg=payg)
            units = read_units_again(self.client, sold, due, carried)
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
                *unknown_periods(goods),
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
        client = self._for(company)
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
        return self._for(company).create(NewContractService(contract_id=contract, service_id=service))

    def notes_on(self, contracts: Iterable[ContractId]) -> frozenset[tuple[ContractId, str]]:
        found = self.client.query_in(records.ContractNote, "contractID", sorted(set(contracts)))
        return frozenset((ContractId(one.contract_id), one.title) for one in found if one.title is not None)

    def add_note(
        self, contract: ContractId, title: str, text: str, *, company: CompanyId | None = None
    ) -> int:
        return self._for(company).create(NewContractNote(contract_id=contract, title=title, description=text))

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

    def _for(self, company: CompanyId | None) -> AutotaskClient:
        """Whose calls are counted for one company."""
        return self.client if company is None else self.client.for_subject(f"{OF_COMPANY}{company}")


def _period_code(period_type: PeriodType) -> int:
    return next(code for code, known in words.PERIOD_TYPES.items() if known is period_type)
