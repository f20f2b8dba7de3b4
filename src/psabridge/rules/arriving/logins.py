"""The login of a new tenant's first user (R36)."""

import re
import unicodedata

from psabridge.rules.words import CompanyId

# docs/vendors/acronis.md: letters, digits and these signs.
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._\-+@]+")
_APART = re.compile(r"[^a-z0-9_\-+]+")
MOST_TRIES = 50


def is_acceptable(login: str) -> bool:
    return _ACCEPTABLE.fullmatch(login) is not None


def login_of_company(name: str, company: CompanyId) -> str:
    """The company's name in allowed characters; its number where the name has none of them."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _APART.sub(".", plain).strip(".") or f"company.{company}"


def nth_login(login: str, number: int) -> str:
    """The login itself, then with .2, .3 and so on before the @."""
    if number == 1:
        return login
    local, at, domain = login.rpartition("@") if "@" in login else (login, "", "")
    return f"{local}.{number}{at}{domain}"
