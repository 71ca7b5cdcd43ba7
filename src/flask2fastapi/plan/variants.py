"""Rules that do not fill all parameters of their view: a function of their own calls it with what they leave out.

A parameter that is not in the path would be a public query parameter; Flask takes it from the rule's ``defaults`` or
from the view's own default alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask2fastapi.model.facts import Parameter, Scalar
    from flask2fastapi.model.views import ViewFact
    from flask2fastapi.plan.paths import Path
    from flask2fastapi.plan.signature import Signature

_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a name like ``ItemAPI`` is taken apart: ``item_api``."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A function that serves a rule by calling the view."""

    name: str
    view: str
    given: tuple[tuple[str, str], ...]
    """Parameter -> source of what the rule gives it."""
    missing: frozenset[str]
    """Parameters that are not in its path."""


def fills(
    parameters: Iterable[Parameter],
    paths: Mapping[str, Sequence[Path]],
    given: Mapping[str, Mapping[str, Scalar]],
) -> bool:
    """Whether each rule gives a view all that it must have, and nothing that it does not know; else it answers 500."""
    required = {each.name for each in parameters if each.required}
    known = {each.name for each in parameters}
    for fact, found in paths.items():
        in_path = _in_path(found)
        if in_path & given[fact].keys() or not required <= in_path | given[fact].keys() <= known:
            return False
    return True


def plan_variants(
    view: ViewFact,
    parameters: Sequence[Parameter],
    paths: Mapping[str, Sequence[Path]],
    given: Mapping[str, Mapping[str, Scalar]],
    taken: Iterable[str],
) -> dict[str, Variant]:
    """A function for each rule of a view that leaves out parameters; ``taken`` are names in its module."""
    names = set(taken)
    own = view.key.rpartition(":")[2].rpartition(".<locals>.")[2]
    stem = _SEAM.sub("_", own).replace(".", "_").lower() if "." in own else own
    found = {}
    for fact, rules in paths.items():
        missing = [each.name for each in parameters if each.name not in _in_path(rules)]
        if missing:
            name = free_name(f"{stem}_without_{'_and_'.join(missing)}", names)
            values = tuple((each, _literal(given[fact][each])) for each in missing if each in given[fact])
            found[fact] = Variant(name, own, values, frozenset(missing))
    return found


def hides_view(variant: Variant, signature: Signature) -> bool:
    """Whether a parameter of the function would hide the view that it calls."""
    return variant.view in map(_name, (*signature.first, *signature.last))


def variant_function(variant: Variant, decorators: Iterable[str], signature: Signature, *, is_async: bool) -> str:
    """The template of the function, with its decorators."""
    kept = [each for each in (*signature.first, *signature.last) if _name(each) not in variant.missing]
    values = dict(variant.given)
    order = [_name(each) for each in (*signature.first, *signature.last)]
    arguments = [f"{each}={values.get(each, each)}" for each in order if each in values or each not in variant.missing]
    head = "".join(f"@{each}\n" for each in decorators)
    call = f"{'await ' if is_async else ''}{variant.view}({', '.join(arguments)})"
    return f"{head}{'async ' if is_async else ''}def {variant.name}({', '.join(kept)}):\n    return {call}"


def _in_path(paths: Sequence[Path]) -> set[str]:
    """Variables that a rule has wherever its blueprint is registered; those of other places come on top."""
    return {variable.name for path in paths for variable in path.variables}


def _name(parameter: str) -> str:
    return parameter.partition(":")[0].partition("=")[0].strip()


def free_name(name: str, taken: set[str]) -> str:
    """A name for a function that is not ``taken``, which it is from then on."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found


def _literal(value: Scalar) -> str:
    source = repr(value)
    if source.startswith("'") and '"' not in source and "\\" not in source:
        source = f'"{source[1:-1]}"'
    return source.replace("$", "$$")
