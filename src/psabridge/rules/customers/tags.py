"""The tag of a tenant that names its company: `psabridge:<database id of Autotask>:<company id>` (R32)."""

import re

from psabridge.rules.words import CompanyId

PREFIX = "psabridge"
_OURS = re.compile(rf"{PREFIX}:([^:]+):(\d+)")


def tag_of(database_id: str, company: CompanyId) -> str:
    return f"{PREFIX}:{database_id}:{company}"


def company_tagged(tag: str | None, database_id: str) -> CompanyId | None:
    """The company a tag names in this Autotask database; None for every other value."""
    found = None if tag is None else _OURS.fullmatch(tag.strip())
    return CompanyId(int(found[2])) if found is not None and found[1] == database_id else None


def is_foreign(tag: str | None, database_id: str) -> bool:
    """Written by somebody else, or by a bridge of another database: it is never written over (R32)."""
    return bool(tag and tag.strip()) and company_tagged(tag, database_id) is None
