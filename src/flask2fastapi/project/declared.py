"""A dependency as some file declares it, and how it stands to what we need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_FLOORS = {">=", ">", "~="}
_EXACT = {"==", "==="}
_CARET = re.compile(r"^([\^~])\s*(\d+(?:\.\d+)*)$")
_COMMENT = re.compile(r"(^|\s)#.*$")


@dataclass(frozen=True, slots=True)
class Declared:
    """One entry of a dependency list. ``specifier`` is None where it could not be read (a URL, a foreign syntax)."""

    name: str
    """Normalised: lower case with dashes."""
    specifier: SpecifierSet | None
    text: str
    """As it is written, without comments."""
    path: str
    line: int
    section: str = ""
    """``dependencies``, ``optional-dependencies.web``, ``group.dev``, ``packages``…; "" in a requirements file."""


class Fit(StrEnum):
    """How a declared dependency stands to a needed one."""

    ENOUGH = "enough"
    RAISE = "raise"  # a range that also allows older versions: its lower bound goes up
    PINNED = "pinned"  # it allows no version that would do


def parse_need(text: str) -> Requirement:
    """Read a need: a PEP 508 requirement with a lower bound, ``fastapi>=0.115``.

    Raises packaging's InvalidRequirement for anything else; needs are ours, so that would be a bug.
    """
    return Requirement(text)


def floor_of(need: Requirement) -> Version | None:
    """The oldest version that a need accepts, None when any will do."""
    floors = [Version(clause.version) for clause in need.specifier if clause.operator in {">=", "~=", "=="}]
    return max(floors, default=None)


def fit(declared: SpecifierSet | None, need: Requirement) -> Fit:
    """Compare; what cannot be read is trusted, since its owner knows better than we do."""
    floor = floor_of(need)
    if declared is None or floor is None:
        return Fit.ENOUGH
    exact = next((clause for clause in declared if _is_exact(clause)), None)
    if exact is not None:
        return Fit.ENOUGH if _contains(need.specifier, exact.version) else Fit.PINNED
    below = [clause for clause in declared if clause.operator in _FLOORS and Version(clause.version) < floor]
    if not below:
        return Fit.ENOUGH if _reaches(declared, floor) else Fit.PINNED
    return Fit.RAISE if declared.contains(floor, prereleases=True) else Fit.PINNED


def excludes(declared: SpecifierSet | None, wanted: SpecifierSet) -> bool:
    """Whether no version that ``declared`` allows can be one that ``wanted`` allows, as far as bounds tell."""
    if declared is None:
        return False
    exact = next((clause for clause in declared if _is_exact(clause)), None)
    if exact is not None:
        return not _contains(wanted, exact.version)
    floors = [Version(c.version) for c in wanted if c.operator in {">=", ">"}]
    return bool(floors) and not _reaches(declared, max(floors))


def poetry_specifier(text: str) -> SpecifierSet | None:
    """A constraint in Poetry's language (``^1.2``, ``~1.2``, ``1.2``, ``*``) in that of PEP 440, None when unclear."""
    if text.strip() in {"*", ""}:
        return SpecifierSet()
    if "||" in text or " | " in text:
        return None
    clauses = [part for part in re.split(r"\s*,\s*|(?<=\d)\s+(?=[<>=!~^])", text.strip()) if part]
    try:
        return SpecifierSet(",".join(_poetry_clause(clause) for clause in clauses))
    except (InvalidSpecifier, InvalidVersion):
        return None


def read_requirement(text: str) -> tuple[str, SpecifierSet | None] | None:
    """Name and specifier of a PEP 508 line (comments, hashes and pip's options cut off), None if it is none."""
    cleaned = re.split(r"\s--?[a-z]", _COMMENT.sub("", text).strip().rstrip("\\"), maxsplit=1)[0].strip()
    try:
        requirement = Requirement(cleaned)
    except InvalidRequirement:
        return _legacy_requirement(cleaned)
    return canonicalize_name(requirement.name), None if requirement.url else requirement.specifier


def _legacy_requirement(text: str) -> tuple[str, SpecifierSet | None] | None:
    """A name whose version is not PEP 440 (``jwt===weird``, ``pytz==2018c``): known by name only."""
    match = re.match(r"^([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*([=<>!~]{1,3})", text)
    return (canonicalize_name(match[1]), None) if match else None


def _poetry_clause(text: str) -> str:
    match = _CARET.match(text)
    if match is None:
        return text if re.match(r"^[<>=!~]", text) else f"=={text}"
    version = Version(match[2])
    release = list(version.release)
    if match[1] == "~":
        place = min(1, len(release) - 1)
    else:
        place = next((i for i, part in enumerate(release) if part), len(release) - 1)
    upper = [*release[:place], release[place] + 1]
    return f">={version},<{'.'.join(map(str, upper))}"


def _is_exact(clause: Specifier) -> bool:
    return clause.operator in _EXACT and not clause.version.endswith("*")


def _contains(specifier: SpecifierSet, version: str) -> bool:
    try:
        return specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True


def _reaches(declared: SpecifierSet, floor: Version) -> bool:
    """Whether ``declared`` allows something at or above ``floor``."""
    for clause in declared:
        if clause.operator == "~=" or clause.version.endswith("*"):
            if clause.operator in {"~=", "=="} and _series_end(clause) <= floor:
                return False
        elif (clause.operator == "<" and Version(clause.version) <= floor) or (
            clause.operator == "<=" and Version(clause.version) < floor
        ):
            return False
    return True


def _series_end(clause: Specifier) -> Version:
    """The first version after the series of ``~=1.4.2`` (1.5) or ``==1.4.*`` (1.5)."""
    parts = list(Version(clause.version.removesuffix(".*")).release)
    series = parts[:-1] if clause.operator == "~=" else parts
    series[-1] += 1
    return Version(".".join(map(str, series)))
