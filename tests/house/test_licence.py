"""The licence is one, is said everywhere, and goes with every package that is shipped along."""

import re
import tomllib
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

from tests.house.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|Unlicense|MPL|Mozilla)\b", re.IGNORECASE
)
# Used as libraries, unchanged, which their licence allows beside ours.
LESSER_GPL = {"psycopg", "psycopg-binary"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked() -> list[str]:
    """Names of what is installed here; a marker leaves out other systems and Pythons."""
    lines = (ROOT / "requirements" / "runtime.lock").read_text().splitlines()
    named = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    return sorted(_normal(one.name) for one in named if one.marker is None or one.marker.evaluate())


def _licence(found: Distribution) -> str:
    said = found.metadata.get_all("Classifier", [])
    words = [*found.metadata.get_all("License-Expression", []), *found.metadata.get_all("License", [])]
    return " ".join([*words, *(line for line in said if line.startswith("License"))])


def test_the_licence_is_apache_2_in_file_package_and_readme() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert PROJECT["license"] == "Apache-2.0"
    assert "[Apache-2.0](LICENSE)" in (ROOT / "README.md").read_text()


def test_every_package_shipped_along_may_be() -> None:
    strange = [
        name
        for name in _locked()
        if name not in LESSER_GPL and not PERMISSIVE.search(_licence(distribution(name)))
    ]
    assert strange == []


def test_every_dependency_named_is_locked_with_a_hash() -> None:
    named = {_normal(match[0]) for text in PROJECT["dependencies"] if (match := _NAME.match(text))}
    assert named <= set(_locked())
    locked = (ROOT / "requirements" / "runtime.lock").read_text()
    assert locked.count("==") <= locked.count("--hash=sha256:")


def test_the_readme_says_that_the_project_is_independent() -> None:
    """R65"""
    assert "independent project" in (ROOT / "README.md").read_text()
