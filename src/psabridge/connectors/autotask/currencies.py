"""In which currency a contract is priced (R26). What Autotask does not tell is never guessed.

Prices of contracts are in the currency of the customer, prices of the catalogue in the internal one
(docs/vendors/autotask.md A49).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.query import gte
from psabridge.clients.autotask.spoilt import Sifted
from psabridge.kit.errors import Refused
from psabridge.rules.psa import Company, Currencies
from psabridge.rules.words import CompanyId

Companies = Mapping[CompanyId, Company]


def read_currencies(client: AutotaskClient, companies: Companies, known: Currencies) -> Currencies:
    """One call, and none where no company names a currency that was not asked for before."""
    named = frozenset(one.currency_id for one in companies.values() if one.currency_id is not None)
    if not named:
        return Currencies()
    if named <= known.asked:
        return known
    try:
        found = client.sift(records.Currency, gte("id", 0))
    except Refused:
        # Without the right to read them money carries the number of its currency, as currency_of says it.
        return Currencies(internal=None, asked=named)
    return _told(found, named)


def _told(found: Sifted[records.Currency], named: frozenset[int]) -> Currencies:
    internal = [one.name for one in found.rows if one.is_internal_currency]
    active = [one.name for one in found.rows if one.is_active is not False]
    return Currencies(
        names={one.id: one.name for one in found.rows},
        internal=internal[0] if len(internal) == 1 else None,
        sole=active[0] if len(active) == 1 and not found.spoilt else None,
        asked=named,
    )


@dataclass(frozen=True, slots=True)
class Pricing:
    companies: Companies
    currencies: Currencies

    def currency_of(self, contract: records.Contract) -> str:
        """The customer's; where it is not told, one of the contract's own, which adds up with no other."""
        if not self.currencies.asked:
            return ""
        if self.currencies.sole is not None:
            return self.currencies.sole
        own = self._id(contract.company_id)
        payer = contract.bill_to_company_id
        if own is None or (payer is not None and self._id(payer) != own):
            return f"in an unknown currency (contract {contract.id})"
        return self.currencies.names.get(own, f"in currency {own}")

    def _id(self, company: int) -> int | None:
        found = self.companies.get(CompanyId(company))
        return None if found is None else found.currency_id
