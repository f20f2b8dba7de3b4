"""A firm's name as it is compared: its words without legal form, joining words, accents and punctuation.

Umlauts are written in two ways where they are missing ("ue" and "u"), so a name may have two spellings.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from psabridge.rules.matching.words_of_names import (
    FORMER,
    HOLDING,
    JOINED_FORMS,
    JOINING,
    LEGAL_FORMS,
    ONLY_AT_THE_END,
    SHORT_FORMS,
    TRADING,
)

Words = tuple[str, ...]

_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
_ONE_LETTER = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_DOTTED = re.compile(r"\b(?:\w\.){1,}\w?\b\.?")
_ASIDE = re.compile(r"[(\[]([^)\]]*)[)\]]")
_APART = re.compile(r"[^0-9a-zа-яё]+")
_LONGEST_FORM = max(len(form) for form in JOINED_FORMS)
_OTHER_NAME = re.compile(
    r"\b(?:" + "|".join(re.escape(word) for word in (*TRADING, *FORMER)) + r")\b[:.]?\s+(.+)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a name. `core` has neither form nor holding words; `words` has the latter."""

    words: Words
    core: Words

    @property
    def text(self) -> str:
        """Without gaps: "Data Works" and "Dataworks" are one name."""
        return "".join(self.words)

    @property
    def core_text(self) -> str:
        return "".join(self.core)


@dataclass(frozen=True, slots=True)
class FirmName:
    """A name, read. `forms` are its legal forms; `others` are names the name itself tells ("formerly …")."""

    given: str
    spellings: tuple[Spelling, ...]
    forms: frozenset[str]
    others: tuple["FirmName", ...] = ()

    @property
    def all(self) -> tuple["FirmName", ...]:
        return (self, *self.others)


def read_name(given: str) -> FirmName:
    main, others = _apart(given)
    spellings, forms = _spellings(main)
    return FirmName(given, spellings, forms, tuple(_plainly(one) for one in others))


def _plainly(given: str) -> FirmName:
    spellings, forms = _spellings(given)
    return FirmName(given, spellings, forms)


def _apart(given: str) -> tuple[str, tuple[str, ...]]:
    """The name, and other names told in it: "Kern AG (formerly Stahl AG)", "Ott Ltd t/a The Shed"."""
    others = []
    main = given
    for aside in _ASIDE.findall(given):
        told = _OTHER_NAME.match(aside.strip())
        if told is not None:
            others.append(told[1])
            main = main.replace(f"({aside})", " ").replace(f"[{aside}]", " ")
    told = _OTHER_NAME.search(main)
    if told is not None and main[: told.start()].strip(" ,-–"):
        others.append(told[1])
        main = main[: told.start()]
    return main, tuple(others)


def _spellings(given: str) -> tuple[tuple[Spelling, ...], frozenset[str]]:
    found: dict[Spelling, None] = {}
    forms: set[str] = set()
    for written in _written(given):
        words, own = _without_forms(_words(written))
        forms |= own
        named = tuple(SHORT_FORMS.get(word, word) for word in words if word not in JOINING) or words
        core = tuple(word for word in named if word not in HOLDING) or named
        if named:
            found[Spelling(named, core)] = None
    return tuple(found), frozenset(forms)


def _written(given: str) -> Iterator[str]:
    """With umlauts as two letters, and as one."""
    lower = unicodedata.normalize("NFC", given).casefold()
    yield _plain(lower.translate(_TWO_LETTERS))
    yield _plain(lower)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_ONE_LETTER))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _words(text: str) -> Words:
    """Letters with dots between them are one word; an apostrophe parts nothing."""
    joined = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    quiet = re.sub(r"['’`´]", "", joined).replace("a/s", "as").replace("i/s", "is")
    return tuple(word for word in _APART.split(quiet) if word)


def _without_forms(words: Words) -> tuple[Words, frozenset[str]]:
    """Never all words: a firm may be named like a form."""
    kept, forms = _without_joined(words)
    while len(kept) > 1 and kept[-1] in LEGAL_FORMS:
        forms.add(LEGAL_FORMS[kept[-1]])
        kept = _without_joining_end(kept[:-1])
    inner = [word for word in kept if word in LEGAL_FORMS and word not in ONLY_AT_THE_END]
    rest = tuple(word for word in kept if word not in inner)
    if inner and rest:
        forms |= {LEGAL_FORMS[word] for word in inner}
        kept = rest
    return kept, frozenset(forms)


def _without_joining_end(words: Words) -> Words:
    return words[:-1] if len(words) > 1 and words[-1] in JOINING else words


def _without_joined(words: Words) -> tuple[Words, set[str]]:
    kept: list[str] = []
    forms: set[str] = set()
    place = 0
    while place < len(words):
        length = next((n for n in range(_LONGEST_FORM, 1, -1) if words[place : place + n] in JOINED_FORMS), 0)
        if length and kept:
            forms.add(JOINED_FORMS[words[place : place + length]])
            place += length
            continue
        kept.append(words[place])
        place += 1
    return tuple(kept), forms
