"""Reads companies that are not mapped, as far as customers are created for them (ACR-PRV-01).

Their lines came with the read of all lines and cost nothing more. What does: their contracts, the companies,
units of their live lines and primary contacts, each by the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.query import Filter, day_from, day_to, eq
from psabridge.clients.autotask.spoilt import Sifted
from psabridge.connectors.autotask import words
from psabridge.connectors.autotask.currencies import Pricing, read_currencies
from psabridge.connectors.autotask.hidden import (
    Owners,
    SpoiltUnits,
    company_gaps,
    contract_gaps,
    line_gaps,
)
from psabridge.rules.psa import Company, Contact, Contract, ContractLine, Gap, Newcomers, PsaSnapshot, UnitRow
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.contract_state import is_live
from psabridge.rules.words import CompanyId, ContractId, LineId, LineKind

Lines = Mapping[LineId, ContractLine]


def today_and_tomorrow(today: date) -> tuple[Filter, Filter]:
    """A change dated tomorrow is seen before it takes effect (W5)."""
    return day_to("startDate", today + timedelta(days=1)), day_from("endDate", today)


@dataclass(frozen=True, slots=True)
class Arriving:
    client: AutotaskClient
    settings: PairingSettings
    psa: PsaSnapshot

    def read(self, named: Iterable[CompanyId]) -> Newcomers:
        """Those with a line of a mapped service on a live contract, and the companies named."""
        asked = sorted(set(named))
        read = self._contracts(asked)
        live = self._live(read)
        lines, line_gaps_ = self._lines(live, asked, Owners.told_by(read))
        rows, unit_gaps = self._rows(lines, Owners.told_by(read))
        ids = sorted({contract.company for contract in live.values()} | set(asked))
        companies = self.client.sift_in(records.Company, "id", ids)
        known = words.companies_of(companies.rows)
        gaps = (*contract_gaps(read.spoilt), *line_gaps_, *unit_gaps, *company_gaps(companies.spoilt))
        priced = self._priced(live, read, known)
        return Newcomers(known, priced, lines, rows, self._contacts(sorted(known)), gaps)

    def _contracts(self, asked: Sequence[CompanyId]) -> Sifted[records.Contract]:
        strange = sorted({line.contract for line in self.psa.strangers})
        return Sifted.joined(
            (
                self.client.sift_in(records.Contract, "id", strange),
                self.client.sift_in(records.Contract, "companyID", asked),
            )
        )

    def _live(self, read: Sifted[records.Contract]) -> dict[ContractId, Contract]:
        mapped = {row.company for row in self.settings.customers}
        found = (words.contract_of(one, self.psa.payg, "") for one in read.rows)
        return {one.id: one for one in found if one.company not in mapped and is_live(one, self.psa.today)}

    def _priced(
        self,
        live: Mapping[ContractId, Contract],
        read: Sifted[records.Contract],
        known: Mapping[CompanyId, Company],
    ) -> dict[ContractId, Contract]:
        companies = {**self.psa.companies, **known}
        pricing = Pricing(companies, read_currencies(self.client, companies, self.psa.currencies))
        told = {ContractId(one.id): pricing.currency_of(one) for one in read.rows}
        return {id_: replace(contract, currency=told[id_]) for id_, contract in live.items()}

    def _lines(
        self, live: Mapping[ContractId, Contract], asked: Sequence[CompanyId], owners: Owners
    ) -> tuple[Lines, tuple[Gap, ...]]:
        """Those of companies named are asked for: without automatic creation nobody kept them."""
        named = sorted(contract.id for contract in live.values() if contract.company in set(asked))
        singles = self.client.sift_in(records.ContractService, "contractID", named)
        bundled = self.client.sift_in(records.ContractServiceBundle, "contractID", named)
        found = [line for line in self.psa.strangers if line.contract in live]
        found += [words.line_of(one) for one in singles.rows]
        found += [words.bundle_line_of(one) for one in bundled.rows]
        gaps = line_gaps((*singles.spoilt, *bundled.spoilt), owners)
        return {line.id: line for line in found}, gaps

    def _rows(
        self, lines: Lines, owners: Owners
    ) -> tuple[Mapping[LineId, tuple[UnitRow, ...]], tuple[Gap, ...]]:
        window = today_and_tomorrow(self.psa.today)
        ids = {kind: [line.number for line in sorted(lines) if line.kind is kind] for kind in LineKind}
        singles = self.client.sift_in(
            records.ContractServiceUnit, "contractServiceID", ids[LineKind.SERVICE], *window
        )
        bundled = self.client.sift_in(
            records.ContractServiceBundleUnit, "contractServiceBundleID", ids[LineKind.BUNDLE], *window
        )
        rows = [words.row_of(one) for one in singles.rows] + [
            words.bundle_row_of(one) for one in bundled.rows
        ]
        spoilt = (
            SpoiltUnits(LineKind.SERVICE, singles.spoilt),
            SpoiltUnits(LineKind.BUNDLE, bundled.spoilt),
        )
        unknown = {line for each in spoilt for line in each.lines(lines)}
        gaps = tuple(gap for each in spoilt for gap in each.gaps(lines, owners))
        return words.rows_by_line(row for row in rows if row.line not in unknown), gaps

    def _contacts(self, companies: Sequence[CompanyId]) -> dict[CompanyId, Contact]:
        """Active primary contacts; of several in one company the first one made."""
        wanted = (eq("primaryContact", value=True), eq("isActive", 1))
        read = self.client.sift_in(records.Contact, "companyID", companies, *wanted)
        found = (words.contact_of(one) for one in sorted(read.rows, key=lambda one: -one.id))
        return {contact.company: contact for contact in found if contact is not None}
