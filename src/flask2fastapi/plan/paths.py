"""Werkzeug's rules as FastAPI's paths, for applications whose rules Flask's own map still matches.

The map also converts, so a path has to be like its rule in nothing but the places of its variables: what a converter's
arguments narrow, and what one of the project makes of a part, reaches the operation as the map says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from flask2fastapi.index.rules import Variable, variables
from flask2fastapi.model.plan import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask2fastapi.model.facts import Index, ResolvedRoute, Scalar
    from flask2fastapi.model.location import Location
    from flask2fastapi.model.views import ViewFact

_TEXT = ("default", "string", "any")
_CONVERTERS = {**dict.fromkeys(_TEXT, ""), "int": ":int", "float": ":float", "path": ":path", "uuid": ":uuid"}
TYPES = {**dict.fromkeys((*_TEXT, "path"), "str"), "int": "int", "float": "float", "uuid": "$UUID"}
"""Annotation of what a converter gives; that of one of the project is not known."""

_PREPROCESSORS = {"url_value_preprocessor", "app_url_value_preprocessor"}


@dataclass(frozen=True, slots=True)
class Path:
    """A FastAPI path, split where the router's own part begins."""

    prefix: str
    path: str
    variables: tuple[Variable, ...]


def fastapi_path(rule: str, own: str) -> Path | None:
    """The path of a full ``rule`` that ends with the ``own`` rule of a decorator; None when it has no equal."""
    path = f"/{own.lstrip('/')}" if own else ""
    found = variables(rule)
    if found is None or not rule.endswith(path) or "//" in rule:
        return None
    prefix = _converted(rule[: len(rule) - len(path)])
    converted = _converted(path)
    if prefix is None or converted is None or (prefix and not prefix.startswith("/")) or not (prefix or converted):
        return None
    return Path(prefix, converted, found)


def rule_paths(routes: Sequence[ResolvedRoute], place: Location) -> dict[str, tuple[Path, ...]] | Reason:
    """Key of a route fact -> its paths."""
    paths: dict[str, tuple[Path, ...]] = {}
    for route in routes:
        path = fastapi_path(route.rule, route.fact.rule)
        if path is None:
            return Reason("converter", f"`{route.rule}` has no equal path", place)
        paths[route.fact.key] = (*paths.get(route.fact.key, ()), path)
    if _overlap(paths):
        return Reason("rule-option", "several of its rules match the same paths", place)
    return paths


def without_taken(index: Index, view: ViewFact, paths: Mapping[str, tuple[Path, ...]]) -> dict[str, tuple[Path, ...]]:
    """The paths with the variables that reach a view: ``url_value_preprocessor`` may take others away."""
    if _PREPROCESSORS.isdisjoint(map(attrgetter("kind"), index.hooks)):  # asked for each view, and hooks may be many
        return dict(paths)
    names = {each.name for each in index.functions[view.key].parameters}
    return {
        fact: tuple(
            replace(path, variables=tuple(each for each in path.variables if each.name in names)) for path in found
        )
        for fact, found in paths.items()
    }


def _overlap(paths: Mapping[str, tuple[Path, ...]]) -> bool:
    """Whether two rules of one view differ in their converters only."""
    plain = [tuple(each.path.replace(":", "}").split("}")[::2]) for found in paths.values() for each in found[:1]]
    return len(set(plain)) < len(plain)


def _converted(text: str) -> str | None:
    """A part of a rule; None when its static text would mean something to FastAPI."""
    out, end = "", 0
    for variable in variables(text) or ():
        out += text[end : variable.start] + "\0" + f"{variable.name}{_CONVERTERS.get(variable.converter, '')}" + "\1"
        end = variable.end
    out += text[end:]
    if "{" in out or "}" in out:
        return None
    return out.replace("\0", "{").replace("\1", "}")


def given_by_rules(paths: Mapping[str, Sequence[Path]], given: Mapping[str, Mapping[str, Scalar]]) -> set[str]:
    """Names of the parameters that rules give: their variables and ``defaults``."""
    found = {name for names in given.values() for name in names}
    return found | {each.name for rules in paths.values() for path in rules for each in path.variables}
