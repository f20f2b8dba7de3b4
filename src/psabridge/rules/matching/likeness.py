"""How alike two firms are: each thing that speaks for it or against it, weighed and in words."""

from dataclasses import dataclass
from enum import IntEnum

from psabridge.rules.matching.names import FirmName, Spelling
from psabridge.rules.matching.words_of_names import FREE_MAIL

# Shorter names differ by a letter because they are others: "Hans" and "Hanf".
LETTERS_FOR_ONE_SLIP = 6
LETTERS_FOR_TWO_SLIPS = 12
SHORTEST_INITIALS = 3


class Name(IntEnum):
    """How alike two names are; the number is what it weighs."""

    EQUAL = 500
    FORMER = 420  # equal to an earlier or second name
    NEAR = 340  # a slip of the pen
    STEM = 330  # equal without "Holding", "Group", "International"
    PART = 220  # all words of one stand in the other
    SOME = 160  # half of the words
    INITIALS = 130
    OTHER = 0


TAG, NUMBER = 1000, 500
OWN_DOMAIN, SHARED_DOMAIN = 350, 100
SAME_TOWN, SAME_FORM = 60, 20
AGAINST = -65  # another town, another legal form, other domains: less than parts a tie


@dataclass(frozen=True, slots=True)
class Traits:
    """One side of a pair as it is compared. `number`: by which the other side may know it."""

    name: FirmName
    city: str = ""
    number: str = ""
    domains: frozenset[str] = frozenset()
    tagged: str = ""  # "company 123": which company it is said to be, or is


@dataclass(frozen=True, slots=True)
class Likeness:
    name: Name
    is_tagged: bool
    has_number: bool
    domain: str  # a shared domain, "" none
    is_own_domain: bool  # nobody else in the two lists has it
    against: tuple[str, ...]
    score: int
    reasons: tuple[str, ...]

    @property
    def is_proof(self) -> bool:
        """Enough to be sure of, where nothing else comes near (R63)."""
        named = self.name is not Name.OTHER
        if self.is_tagged:
            return True
        if self.has_number:
            return (named or self.is_own_domain) and not self.against
        if self.name is Name.EQUAL:
            return self.is_own_domain or not self.against
        is_close = self.name in {Name.FORMER, Name.NEAR, Name.STEM}
        return is_close and self.is_own_domain and not self.against


def compare(
    company: Traits, tenant: Traits, *, own: frozenset[str], known: frozenset[str], rare: frozenset[str]
) -> Likeness:
    """`own`: domains and `known`: numbers of one firm a side only. `rare`: words that few names have."""
    name, how = _names(company.name, tenant.name, rare)
    is_tagged = bool(company.tagged) and company.tagged == tenant.tagged
    has_number = bool(company.number) and company.number == tenant.number and company.number in known
    shared = sorted(company.domains & tenant.domains - FREE_MAIL)
    mine = [domain for domain in shared if domain in own]
    domain = (mine or shared or [""])[0]
    same_town = bool(company.city) and company.city == tenant.city
    same_form = bool(company.name.forms & tenant.name.forms)
    against = _against(company, tenant, own, has_domain=bool(shared))
    told = (
        (is_tagged, TAG, "its tag in Acronis names this company"),
        (has_number, NUMBER, f"both have the number {company.number}"),
        (name is not Name.OTHER, int(name), how),
        (bool(mine), OWN_DOMAIN, f"both use {domain}, and nobody else does"),
        (bool(shared) and not mine, SHARED_DOMAIN, f"both use {domain}, as others do"),
        (same_town, SAME_TOWN, f"both in {company.city.title()}"),
        (same_form and name is not Name.OTHER, SAME_FORM, ""),
        *((True, AGAINST, f"but {text}") for text in against),
    )
    return Likeness(
        name=name,
        is_tagged=is_tagged,
        has_number=has_number,
        domain=domain,
        is_own_domain=bool(mine),
        against=against,
        score=sum(weight for holds, weight, _ in told if holds),
        reasons=tuple(text for holds, _, text in told if holds and text),
    )


def _against(company: Traits, tenant: Traits, own: frozenset[str], *, has_domain: bool) -> tuple[str, ...]:
    """Domains of many, such as the provider's own beside a tenant, speak for and against nobody."""
    found = []
    if company.city and tenant.city and company.city != tenant.city:
        found.append(f"{company.city.title()} is not {tenant.city.title()}")
    forms, others = company.name.forms, tenant.name.forms
    if forms and others and not (forms <= others or others <= forms):
        found.append("the legal forms differ")
    mine, theirs = (side.domains & own - FREE_MAIL for side in (company, tenant))
    if mine and theirs and not has_domain:
        found.append("their domains differ")
    return tuple(found)


def _names(company: FirmName, tenant: FirmName, rare: frozenset[str]) -> tuple[Name, str]:
    """The best of all spellings, and of names that a name itself tells."""
    best, how = Name.OTHER, ""
    for one in company.all:
        for other in tenant.all:
            found = max((_spelt(a, b, rare) for a in one.spellings for b in other.spellings), default=best)
            is_main = one is company and other is tenant
            if found is Name.EQUAL and not is_main:
                found = Name.FORMER
            if found > best:
                best, how = found, _told(found, one, other)
    return best, how


def _told(name: Name, company: FirmName, tenant: FirmName) -> str:
    pair = f'"{company.given.strip()}" and "{tenant.given.strip()}"'
    return {
        Name.EQUAL: "the names are the same",
        Name.FORMER: f"the same by another name it has: {pair}",
        Name.NEAR: f"the names differ by a letter or two: {pair}",
        Name.STEM: f'the names differ by a word such as "Holding": {pair}',
        Name.PART: f"one name is part of the other: {pair}",
        Name.SOME: f"the names share words: {pair}",
        Name.INITIALS: f"one could be the initials of the other: {pair}",
        Name.OTHER: "",
    }[name]


def _spelt(one: Spelling, other: Spelling, rare: frozenset[str]) -> Name:
    if one.text == other.text or sorted(one.words) == sorted(other.words):
        return Name.EQUAL
    if is_slip(one.text, other.text):
        return Name.NEAR
    if one.core_text == other.core_text:
        return Name.STEM
    shared = frozenset(one.core) & frozenset(other.core)
    if shared & rare:
        fewer, more = sorted((len(set(one.core)), len(set(other.core))))
        if len(shared) == fewer:
            return Name.PART
        if 2 * len(shared) >= more:
            return Name.SOME
    return Name.INITIALS if _is_initials(one, other) or _is_initials(other, one) else Name.OTHER


def _is_initials(short: Spelling, long: Spelling) -> bool:
    initials = "".join(word[0] for word in long.words)
    return len(initials) >= SHORTEST_INITIALS and short.core[0] == initials


def is_slip(one: str, other: str) -> bool:
    """One letter too many, too few, other or swapped; two in a long name. A digit is never a slip."""
    shorter = min(len(one), len(other))
    most = 2 if shorter >= LETTERS_FOR_TWO_SLIPS else 1 if shorter >= LETTERS_FOR_ONE_SLIP else 0
    if most == 0 or abs(len(one) - len(other)) > most or _digits(one) != _digits(other):
        return False
    return _distance(one, other, most) <= most


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _distance(one: str, other: str, most: int) -> int:
    """Edits from one to the other, swaps of neighbours among them; more than `most` is not counted on."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if earlier and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
