"""Suggestions for companies without a tenant. Pairs are met by keys they share, never all with all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from psabridge.rules.customers.directory import ListedCompany, ListedTenant
from psabridge.rules.customers.tags import company_tagged
from psabridge.rules.matching.likeness import (
    LETTERS_FOR_ONE_SLIP,
    SHORTEST_INITIALS,
    Likeness,
    Traits,
    compare,
)
from psabridge.rules.matching.names import Spelling, read_name
from psabridge.rules.matching.suggestion import Confidence, Suggestion
from psabridge.rules.words import CompanyId, TenantId

# Scores from which a suggestion is likely, or possible at all, and how near a rival makes a tie.
LIKELY, POSSIBLE, NEAR_TIE = 330, 120, 130
MOST_SHOWN = 3  # a company
# A word in more names than this says nothing, and a key that more pairs share than this is none.
COMMON, MOST_PAIRS = 25, 10_000
LONGEST_SLIPPED = 24  # letters of a name in which a slip is looked for
SHORTEST_NUMBER = 4

Pair = tuple[CompanyId, TenantId]


@dataclass(frozen=True, slots=True)
class _Lists:
    """Both sides as they are compared."""

    companies: Mapping[CompanyId, Traits]
    tenants: Mapping[TenantId, Traits]
    rare: frozenset[str]


def suggest(
    companies: Iterable[ListedCompany], tenants: Iterable[ListedTenant], *, database_id: str
) -> tuple[Suggestion, ...]:
    """The surest first; of each company the best few. `database_id`: Autotask's, as tags name it (R32)."""
    lists = _lists(companies, tenants, database_id)
    own = _of_one_firm(lists, lambda traits: traits.domains)
    known = _of_one_firm(lists, lambda traits: {traits.number} - {""})
    likenesses = {
        (company, tenant): compare(
            lists.companies[company], lists.tenants[tenant], own=own, known=known, rare=lists.rare
        )
        for company, tenant in _pairs(lists)
    }
    found = _Found.of({pair: one for pair, one in likenesses.items() if one.score >= POSSIBLE})
    judged = [_judged(pair, found, lists) for pair in found.likenesses]
    return tuple(sorted(_best(judged), key=lambda one: _order(one, lists)))


def _lists(companies: Iterable[ListedCompany], tenants: Iterable[ListedTenant], database_id: str) -> _Lists:
    ours = {one.id: _company(one) for one in companies}
    theirs = {one.id: _tenant(one, database_id) for one in tenants}
    words: Counter[str] = Counter()
    for side in (ours, theirs):
        words.update(word for traits in side.values() for word in _core_words(traits))
    return _Lists(ours, theirs, frozenset(word for word, times in words.items() if times <= COMMON))


def _company(one: ListedCompany) -> Traits:
    return Traits(
        read_name(one.name),
        _town(one.city),
        _number(one.number),
        _domains(one.web_domains | one.mail_domains),
        f"{one.id}",
    )


def _tenant(one: ListedTenant, database_id: str) -> Traits:
    tagged = company_tagged(one.tenant.internal_tag, database_id)
    return Traits(
        read_name(one.name),
        _town(one.city),
        _number(one.external_id),
        _domains(one.web_domains | one.mail_domains),
        "" if tagged is None else f"{tagged}",
    )


def _town(city: str) -> str:
    """By its first word, as it is compared: "Köln", "Koeln-Deutz" and "Köln (Zentrum)"."""
    spellings = read_name(city).spellings
    return spellings[0].words[0] if spellings else ""


def _number(text: str) -> str:
    """Short numbers are everybody's."""
    stripped = text.strip().casefold()
    return stripped if len(stripped) >= SHORTEST_NUMBER else ""


def _domains(given: Iterable[str]) -> frozenset[str]:
    return frozenset(domain for domain in (one.strip().casefold() for one in given) if "." in domain)


def _core_words(traits: Traits) -> frozenset[str]:
    return frozenset(word for spelling in _spellings(traits) for word in spelling.core)


def _spellings(traits: Traits) -> Iterator[Spelling]:
    return (spelling for name in traits.name.all for spelling in name.spellings)


def _of_one_firm(lists: _Lists, of: Callable[[Traits], Iterable[str]]) -> frozenset[str]:
    """What at most one company and one tenant have: the provider's own domain stands with many."""
    sides = []
    for side in (lists.companies, lists.tenants):
        counted: Counter[str] = Counter()
        for traits in side.values():
            counted.update(of(traits))
        sides.append(counted)
    return frozenset(key for key in {*sides[0], *sides[1]} if max(side[key] for side in sides) == 1)


# ---- which pairs are looked at


def _pairs(lists: _Lists) -> Iterator[Pair]:
    blocks: dict[str, tuple[list[CompanyId], list[TenantId]]] = defaultdict(lambda: ([], []))
    for company, traits in lists.companies.items():
        for key in _keys(traits, lists.rare):
            blocks[key][0].append(company)
    for tenant, traits in lists.tenants.items():
        for key in _keys(traits, lists.rare):
            if key in blocks:
                blocks[key][1].append(tenant)
    seen: set[Pair] = set()
    for companies, tenants in blocks.values():
        if len(companies) * len(tenants) <= MOST_PAIRS:
            seen.update((company, tenant) for company in companies for tenant in tenants)
    yield from sorted(seen)


def _keys(traits: Traits, rare: frozenset[str]) -> frozenset[str]:
    """Whatever two firms that could be one have in common."""
    keys = {f"domain {domain}" for domain in traits.domains}
    keys |= {f"number {traits.number}"} if traits.number else set()
    keys |= {f"tag {traits.tagged}"} if traits.tagged else set()
    for spelling in _spellings(traits):
        keys |= {f"name {spelling.text}", f"name {spelling.core_text}"}
        keys |= {f"word {word}" for word in spelling.core if word in rare}
        keys |= {f"slip {text}" for text in _slips(spelling.text)}
        initials = "".join(word[0] for word in spelling.words)
        keys |= {
            f"initials {text}" for text in (initials, spelling.core[0]) if len(text) >= SHORTEST_INITIALS
        }
    return frozenset(keys)


def _slips(text: str) -> Iterator[str]:
    """The name, and the name without each of its letters: two names a slip apart share one of these."""
    if len(text) >= LETTERS_FOR_ONE_SLIP:
        start = text[:LONGEST_SLIPPED]
        yield start
        yield from (start[:place] + start[place + 1 :] for place in range(len(start)))


# ---- how sure each pair is


@dataclass(frozen=True, slots=True)
class _Found:
    """All pairs that are alike at all, by either side."""

    likenesses: Mapping[Pair, Likeness]
    by_company: Mapping[CompanyId, Sequence[Pair]]
    by_tenant: Mapping[TenantId, Sequence[Pair]]

    @classmethod
    def of(cls, likenesses: Mapping[Pair, Likeness]) -> "_Found":
        by_company: dict[CompanyId, list[Pair]] = defaultdict(list)
        by_tenant: dict[TenantId, list[Pair]] = defaultdict(list)
        for pair in likenesses:
            by_company[pair[0]].append(pair)
            by_tenant[pair[1]].append(pair)
        return cls(likenesses, by_company, by_tenant)

    def rivals_of(self, pair: Pair) -> tuple[Pair, ...]:
        """Other pairs of the same company or tenant that are better, or nearly as good."""
        others = (*self.by_company[pair[0]], *self.by_tenant[pair[1]])
        least = self.likenesses[pair].score - NEAR_TIE
        return tuple(one for one in others if one != pair and self.likenesses[one].score > least)


def _judged(pair: Pair, found: _Found, lists: _Lists) -> Suggestion:
    likeness, rivals = found.likenesses[pair], found.rivals_of(pair)
    best = max((found.likenesses[one].score for one in rivals), default=0)
    return Suggestion(
        company=pair[0],
        tenant=pair[1],
        confidence=_confidence(likeness, rivals=rivals, is_behind=best - likeness.score >= NEAR_TIE),
        score=likeness.score,
        reasons=likeness.reasons,
        rivals=tuple(_rival(one, pair, lists) for one in rivals),
    )


def _confidence(likeness: Likeness, *, rivals: Sequence[Pair], is_behind: bool) -> Confidence:
    """No tie is ever sure (R63). What is behind another, or has much against it, is not even likely."""
    if is_behind or len(likeness.against) > 1:
        return Confidence.POSSIBLE
    if likeness.is_proof and not rivals:
        return Confidence.SURE
    return Confidence.LIKELY if likeness.score >= LIKELY else Confidence.POSSIBLE


def _rival(rival: Pair, pair: Pair, lists: _Lists) -> str:
    if rival[0] == pair[0]:
        return f'tenant "{lists.tenants[rival[1]].name.given}"'
    return f'company "{lists.companies[rival[0]].name.given}"'


def _best(judged: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """Of each company the best few; beside a sure one nothing else is worth a look."""
    sure = [one for one in judged if one.confidence is Confidence.SURE]
    companies, tenants = {one.company for one in sure}, {one.tenant for one in sure}
    yield from sure
    shown: Counter[CompanyId] = Counter()
    for one in sorted(judged, key=_by_confidence):
        is_settled = one.company in companies or one.tenant in tenants
        if not is_settled and shown[one.company] < MOST_SHOWN:
            shown[one.company] += 1
            yield one


def _by_confidence(one: Suggestion) -> tuple[int, int, str]:
    return (one.confidence.rank, -one.score, one.tenant)


def _order(one: Suggestion, lists: _Lists) -> tuple[int, int, str, str]:
    name = lists.companies[one.company].name.given.casefold()
    return (one.confidence.rank, -one.score, name, one.tenant)
