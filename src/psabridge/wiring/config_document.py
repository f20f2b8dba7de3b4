"""The text of a configuration file as names and values. What cannot be told apart is refused, not guessed."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from psabridge.kit.errors import BridgeError

FORMAT = 1
PARTS = ("connections", "pairings")
AGAIN = "Correct it and import again"
THE_FILE = "the configuration file"


class ConfigWrong(BridgeError):
    """The configuration file says something that cannot be used. Nothing was changed."""


class _OnceEach(yaml.SafeLoader):
    """Of a name that stands twice YAML keeps the last: whole lists of rows would be gone unsaid."""

    # The library hands over the second one by place.
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                line = key.start_mark.line + 1
                raise ConfigWrong(
                    THE_FILE,
                    f"says {key.value} twice at one place, the second time in line {line}",
                    "Put what belongs to both below one of them, or take one out",
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else "cannot be read"
        raise ConfigWrong(f"{THE_FILE} {file}", why, "Save it as UTF-8, readable by this user") from error


def document_of(text: str) -> dict[str, Any]:
    """Its parts, each a mapping; `psabridge: 1` stands at its head."""
    document = _loaded(text)
    head = document.get("psabridge") if isinstance(document, dict) else None
    if not isinstance(document, dict) or head != FORMAT or head is True:
        raise ConfigWrong(
            THE_FILE, f'does not begin with "psabridge: {FORMAT}"', "psabridge config export shows its form"
        )
    unknown = ", ".join(sorted(map(str, set(document) - {"psabridge", *PARTS})))
    if unknown:
        known = " and ".join(PARTS)
        raise ConfigWrong(THE_FILE, f"has unknown parts: {unknown}", f"Remove them; its parts are {known}")
    return {part: mapping(f"the part {part}", document.get(part)) for part in PARTS}


def _loaded(text: str) -> object:
    try:
        return _OnceEach(text).get_single_data()
    except yaml.YAMLError as error:
        raise ConfigWrong(THE_FILE, f"is not YAML ({error})", AGAIN) from error
    except RecursionError as error:
        raise ConfigWrong(THE_FILE, "is nested too deeply to be read", AGAIN) from error
    except ValueError as error:  # a day that no calendar has, a number of thousands of digits
        raise ConfigWrong(THE_FILE, f"has a value that cannot be read ({error})", AGAIN) from error


def mapping(subject: str, value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigWrong(subject, "is not a list of names with settings below them", AGAIN)
    return value
