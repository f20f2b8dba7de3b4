"""Writes the labelled pairs of R63: `python -m tests.matching.making_pairs`. It knows nothing of the rules.

Two providers in two parts of the world with two stocks of words. Rules were tuned on the first half alone;
the second is held out. `tests/matching/pairs.jsonl` is what came of it, and is what the tests read.
"""

import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tests.matching.stocks import NORTH, SOUTH, Stock

SEED = 20260310
FILE = Path(__file__).with_name("pairs.jsonl")
DATABASE = "4711"


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    city: str = ""
    number: str = ""
    web: tuple[str, ...] = ()
    mail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tenant:
    name: str
    city: str = ""
    external_id: str = ""
    mail: tuple[str, ...] = ()
    tag_of_row: int | None = None  # its tag names the company of that row


@dataclass(frozen=True, slots=True)
class Row:
    half: str
    case: str
    is_same: bool
    company: Company
    tenant: Tenant


@dataclass(slots=True)
class Maker:
    """Draws firms of one half, and writes each as a provider has it on both sides."""

    stock: Stock
    draw: random.Random
    used: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)

    def stem(self) -> str:
        """A firm's name without its form, never drawn twice."""
        while True:
            stem = self._stem()
            if _letters(stem) not in self.used:
                self.used.add(_letters(stem))
                return stem

    def _stem(self) -> str:
        family, other = (self.draw.choice(self.stock.families) for _ in range(2))
        first, trade = self.draw.choice(self.stock.first), self.draw.choice(self.stock.trades)
        return self.draw.choice(
            (
                f"{family} {trade}",
                f"{family} {trade}",
                f"{first} {trade}",
                f"{family} & {other}",
                f"{family}, {other} {trade}",
                f"{first}{self.draw.choice(('werk', 'soft', 'tek', 'line', 'med', 'bau'))} {trade}",
                f"The {first} {trade}",
                f"{family} {first} {trade}",
            )
        )

    def form(self) -> tuple[str, ...]:
        return self.draw.choice(self.stock.forms)

    def domain(self, stem: str) -> str:
        return f"{_letters(stem)[:20]}{self.stock.ending}"

    def company(self, name: str, stem: str, **known: object) -> Company:
        draw = self.draw
        site = (self.domain(stem),) if draw.random() < 0.65 else ()
        mail = (
            ((self.domain(stem),) if draw.random() < 0.7 else (self.stock.free,))
            if draw.random() < 0.8
            else ()
        )
        town = draw.choice(self.stock.towns) if draw.random() < 0.9 else ""
        number = f"C{draw.randrange(10_000, 99_999)}" if draw.random() < 0.4 else ""
        return replace(Company(name, town, number, site, mail), **known)

    def tenant(self, name: str, company: Company, **known: object) -> Tenant:
        draw = self.draw
        own = (*company.mail, *company.web) or (self.stock.free,)
        mail: tuple[str, ...] = ()
        if draw.random() < 0.6:
            mail = (self.stock.provider,) if draw.random() < 0.2 else (draw.choice(own),)
        return replace(Tenant(name, company.city if draw.random() < 0.5 else "", "", mail), **known)  # type: ignore[arg-type]

    def add(self, case: str, company: Company, tenant: Tenant, *, is_same: bool = True) -> None:
        self.rows.append(Row(self.stock.half, case, is_same, company, tenant))

    # ---- one firm, written in two ways

    def pair(
        self, case: str, change: Callable[[str, tuple[str, ...]], tuple[str, str]], **known: object
    ) -> None:
        stem = self.stem()
        ours, theirs = change(stem, self.form())
        company = self.company(ours, stem)
        self.add(case, company, self.tenant(theirs, company, **known))

    def identical(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        name = f"{stem} {form[0]}"
        return name, name

    def other_form(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        theirs = self.draw.choice((*form[1:], "", ""))
        return f"{stem} {form[0]}", f"{stem} {theirs}".strip()

    def punctuation(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        other = (
            stem.replace(" & ", self.draw.choice((" and ", " + ", "&"))).replace(", ", " ").replace("-", " ")
        )
        other = other.removeprefix("The ") if self.draw.random() < 0.7 else other
        other = self.draw.choice((other.upper(), other.lower(), f"{other},", f" {other} "))
        return f"{stem} {form[0]}", f"{other} {self.draw.choice(form)}"

    def accents(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        family = self.draw.choice([one for one in self.stock.families if not one.isascii()])
        ours = f"{family} {stem}"
        return (
            f"{ours} {form[0]}",
            f"{_unaccented(ours, two=self.draw.random() < 0.5)} {self.draw.choice(form)}",
        )

    def shortened(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        full, short = self.draw.choice(self.stock.short)
        return (
            f"{stem} {full} {form[0]}",
            f"{stem} {short}{self.draw.choice(('', '.'))} {self.draw.choice(form)}",
        )

    def slip(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        place = self.draw.randrange(1, len(stem) - 2)
        kind = self.draw.choice(("drop", "swap", "double"))
        wrong = {
            "drop": stem[:place] + stem[place + 1 :],
            "swap": stem[:place] + stem[place + 1] + stem[place] + stem[place + 2 :],
            "double": stem[: place + 1] + stem[place:],
        }[kind]
        return f"{stem} {form[0]}", f"{wrong} {form[0]}"

    def holding(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        names = [f"{stem} {form[0]}", f"{stem} {self.draw.choice(self.stock.holding)} {form[0]}"]
        self.draw.shuffle(names)
        return names[0], names[1]

    def other_name(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        new = self.stem()
        told = self.draw.choice(self.stock.former).format(f"{stem} {form[0]}")
        return f"{new} {form[0]} {told}", f"{stem} {form[0]}"

    def part(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        more = self.draw.choice((self.draw.choice(self.stock.towns), self.draw.choice(self.stock.trades)))
        return f"{stem} {form[0]}", f"{stem} {more}"

    def turned(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        words = stem.removeprefix("The ").replace(",", "").split()
        return f"{stem} {form[0]}", " ".join((*words[1:], words[0]))

    # ---- cases that need more than a name

    def by_domain(self, case: str, change: Callable[[str, tuple[str, ...]], tuple[str, str]]) -> None:
        stem = self.stem()
        ours, theirs = change(stem, self.form())
        company = self.company(ours, stem, web=(self.domain(stem),))
        self.add(case, company, self.tenant(theirs, company, mail=(self.domain(stem),)))

    def renamed(self, stem: str, form: tuple[str, ...]) -> tuple[str, str]:
        return f"{stem} {form[0]}", f"{self.stem()} {form[0]}"

    def initials(self, _: str, form: tuple[str, ...]) -> tuple[str, str]:
        words = [*self.draw.sample(self.stock.families, 3), self.draw.choice(self.stock.trades)]
        short = "".join(_letters(word)[0].upper() for word in words)
        return f"{' '.join(words)} {form[0]}", short

    def by_number(self) -> None:
        stem, number = self.stem(), f"K-{self.draw.randrange(100_000, 999_999)}"
        ours, theirs = self.draw.choice((self.holding, self.part, self.slip, self.other_form))(
            stem, self.form()
        )
        company = self.company(ours, stem, number=number)
        self.add("number", company, self.tenant(theirs, company, external_id=number))

    def by_tag(self) -> None:
        stem = self.stem()
        ours, theirs = self.draw.choice((self.renamed, self.identical, self.part))(stem, self.form())
        company = self.company(ours, stem)
        self.add("tag", company, self.tenant(theirs, company, tag_of_row=len(self.rows)))

    def branches(self) -> None:
        """One firm with a branch in each of two towns, one domain, and an account for each."""
        stem, form = self.stem(), self.form()
        for town in self.draw.sample(self.stock.towns, 2):
            company = self.company(f"{stem} {form[0]} {town}", stem, city=town, web=(self.domain(stem),))
            self.add("branch", company, self.tenant(f"{stem} - {town}", company, city=town))

    def namesakes(self) -> None:
        """Two firms of one name in two towns."""
        stem = f"{self.draw.choice(self.stock.families)} {self.draw.choice(self.stock.trades)}"
        for town in self.draw.sample(self.stock.towns, 2):
            company = self.company(stem, f"{stem} {town}", city=town)
            self.add("two towns", company, self.tenant(stem, company, city=town))

    def near_names(self) -> None:
        """Two firms whose names differ by a letter, each with its tenant."""
        trade = self.draw.choice(self.stock.trades)
        family = self.draw.choice(self.stock.families)
        place = self.draw.randrange(1, len(family) - 1)
        near = family[:place] + self.draw.choice("aeioumnrst") + family[place + 1 :]
        for one in dict.fromkeys((family, near)):
            stem = (
                f"{one} {trade} {self.draw.choice(self.stock.first)}" if family == near else f"{one} {trade}"
            )
            company = self.company(f"{stem} {self.stock.forms[0][0]}", stem)
            self.add("near names", company, self.tenant(f"{stem} {self.stock.forms[0][0]}", company))

    # ---- two firms

    def strangers(self, case: str, company: Company, name: str, **known: object) -> None:
        stem = self.stem()
        other = self.company(name, stem, **known)
        self.add(case, company, self.tenant(name, other), is_same=False)

    def other_town(self) -> None:
        stem, form = self.stem(), self.form()
        here, there = self.draw.sample(self.stock.towns, 2)
        company = self.company(f"{stem} {form[0]}", stem, city=here)
        tenant = Tenant(
            f"{stem} {form[0]}", there, "", (f"info-{self.domain(stem)}",) if self.draw.random() < 0.6 else ()
        )
        self.add("namesake elsewhere", company, tenant, is_same=False)

    def other_holding(self) -> None:
        stem, form = self.stem(), self.form()
        company = self.company(f"{stem} {self.draw.choice(self.stock.holding)} {form[0]}", stem)
        self.strangers("holding and its firm", company, f"{stem} {self.form()[0]}")

    def merged(self) -> None:
        """Each firm has its tenant still; the one that was taken over uses the mail of the other already."""
        stem, gone, form = self.stem(), self.stem(), self.form()
        company = self.company(f"{stem} {form[0]}", stem, web=(self.domain(stem),))
        self.add("merged", company, self.tenant(company.name, company, mail=(self.domain(stem),)))
        other = self.company(f"{gone} {form[0]}", gone, mail=(self.domain(stem),))
        self.add("merged", other, self.tenant(other.name, other, mail=(self.domain(stem),)))

    def taken_over(self) -> None:
        """A firm without a tenant, and the tenant of a firm that it bought, which uses its mail."""
        stem, form = self.stem(), self.form()
        company = self.company(f"{stem} {form[0]}", stem, web=(self.domain(stem),))
        bought = Tenant(f"{self.stem()} {form[0]}", "", "", (self.domain(stem),))
        self.add("bought", company, bought, is_same=False)

    def alike(self) -> None:
        first, trades = self.draw.choice(self.stock.first), self.draw.sample(self.stock.trades, 2)
        family = self.draw.choice(self.stock.families)
        company = self.company(
            f"{first} {family} {trades[0]} {self.form()[0]}", f"{first}{family}{trades[0]}"
        )
        self.strangers("shared words", company, f"{first} {family} {trades[1]} {self.form()[0]}")

    def slip_elsewhere(self) -> None:
        stem = self.stem()
        ours, theirs = self.slip(stem, self.form())
        here, there = self.draw.sample(self.stock.towns, 2)
        company = self.company(ours, stem, city=here)
        self.add("near name elsewhere", company, Tenant(theirs, there), is_same=False)

    def nobody(self) -> None:
        stem = self.stem()
        self.strangers(
            "no match", self.company(f"{stem} {self.form()[0]}", stem), f"{self.stem()} {self.form()[0]}"
        )


def make_half(stock: Stock, seed: int) -> list[Row]:
    maker = Maker(stock, random.Random(seed))
    for case, change, times in (
        ("identical", maker.identical, 70),
        ("legal form", maker.other_form, 70),
        ("punctuation", maker.punctuation, 50),
        ("accents", maker.accents, 45),
        ("abbreviation", maker.shortened, 28),
        ("slip", maker.slip, 14),
        ("part", maker.part, 10),
        ("word order", maker.turned, 8),
        ("holding word", maker.holding, 6),
        ("other name", maker.other_name, 6),
    ):
        for _ in range(times):
            maker.pair(case, change)
    for case, change, times in (
        ("slip, one domain", maker.slip, 16),
        ("holding word, one domain", maker.holding, 12),
        ("other name, one domain", maker.other_name, 12),
        ("renamed, one domain", maker.renamed, 8),
        ("initials, one domain", maker.initials, 8),
    ):
        for _ in range(times):
            maker.by_domain(case, change)
    for make, times in (
        (maker.by_number, 18),
        (maker.by_tag, 14),
        (maker.branches, 7),
        (maker.namesakes, 5),
        (maker.near_names, 8),
        (maker.merged, 5),
        (maker.other_town, 12),
        (maker.other_holding, 10),
        (maker.taken_over, 6),
        (maker.alike, 12),
        (maker.slip_elsewhere, 8),
    ):
        for _ in range(times):
            make()
    while len(maker.rows) < 500:
        maker.nobody()
    return maker.rows[:500]


def _letters(text: str) -> str:
    return "".join(
        letter for letter in _unaccented(text.casefold(), two=True) if letter.isascii() and letter.isalnum()
    )


def _unaccented(text: str, *, two: bool) -> str:
    """As somebody writes it whose keyboard has no such letters: in two letters, or without the dots."""
    pairs = {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "å": "aa",
        "Å": "Aa",
        "ø": "oe",
        "Ø": "Oe",
    }
    bare = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss"}
    letters = bare | (pairs if two else {})
    written = "".join(letters.get(letter, letter) for letter in text)
    apart = unicodedata.normalize("NFKD", written)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def make() -> Iterator[Row]:
    yield from make_half(NORTH, SEED)
    yield from make_half(SOUTH, SEED + 1)


def main() -> None:
    lines = (json.dumps(asdict(row), ensure_ascii=False) for row in make())
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
