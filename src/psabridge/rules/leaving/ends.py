"""Companies of which the bridge saw everything that was sold end, or a person said so (R21). Pure."""

from collections.abc import Iterable, Iterator, Mapping

from psabridge.rules.leaving.kept import Ground, Kept, LeavingCount
from psabridge.rules.leaving.looks import has_ended
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, TenantId


def ends_seen(
    settings: PairingSettings, psa: PsaSnapshot, kept: Mapping[TenantId, Kept]
) -> frozenset[CompanyId]:
    """`kept`: from the cycles before this one. Without it nothing was seen, whatever the contracts say."""
    counts = _counts(settings, kept)
    companies = {customer.company for customer in settings.customers}
    return frozenset(
        company
        for company in companies
        if _confirmed(company, counts.get(company, ()), settings)
        or any(_has_ended(count, psa) for count in counts.get(company, ()))
    )


def _counts(
    settings: PairingSettings, kept: Mapping[TenantId, Kept]
) -> dict[CompanyId, tuple[LeavingCount, ...]]:
    """What was sold is the company's: each of its tenants tells it."""
    found: dict[CompanyId, tuple[LeavingCount, ...]] = {}
    for company, count in _of_mapped(settings, kept):
        found[company] = (*found.get(company, ()), count)
    return found


def _of_mapped(
    settings: PairingSettings, kept: Mapping[TenantId, Kept]
) -> Iterator[tuple[CompanyId, LeavingCount]]:
    """Counted for another company, a tenant says nothing of this one."""
    for customer in settings.customers:
        one = kept.get(customer.tenant)
        if one is not None and one.count.company == customer.company:
            yield customer.company, one.count


def _has_ended(count: LeavingCount, psa: PsaSnapshot) -> bool:
    return count.ground is Ground.ENDED or (
        bool(count.sold) and all(has_ended(addition, psa) for addition in count.sold)
    )


def _confirmed(company: CompanyId, counts: Iterable[LeavingCount], settings: PairingSettings) -> bool:
    """What was sold to it after the word made that void."""
    said = settings.confirmed_on(company)
    return said is not None and all(count.live_on is None or said > count.live_on for count in counts)
