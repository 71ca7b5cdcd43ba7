"""Bring the imports of a rewritten module in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.imports.adding import with_imports
from flask2fastapi.imports.reading import names_of
from flask2fastapi.imports.removing import Removing
from flask2fastapi.imports.scopes import Guard, Imported, NameUse

if TYPE_CHECKING:
    import libcst as cst

    from flask2fastapi.imports.names import Names
    from flask2fastapi.model.rewrite import ImportName


@dataclass(frozen=True, slots=True)
class Request:
    """What is to happen to the imports of one module."""

    path: str
    names: Names
    dropped: frozenset[ImportName] = frozenset()
    """Imports that may go although nothing used them before; an alias does not matter."""
    first_party: frozenset[str] = frozenset()
    """Top-level names of the project's own modules."""


def edit_imports(module: cst.Module, text: str, limit: int, request: Request) -> cst.Module:
    """Add the imports that were asked for and take away those that have lost their last use.

    ``text`` is the code of ``module``; ``limit`` is the index of the first statement that may use a new import.
    """
    new = request.names.new(text)
    gone = _gone(names_of(text), request, new)
    count = len(module.body)
    if gone:
        module = Removing(gone).module(module)
    limit = max(0, limit - (count - len(module.body)))
    return with_imports(module, new, limit, _own(request)) if new else module


def _gone(after: NameUse | None, request: Request, new: set[ImportName]) -> dict[int, frozenset[int]]:
    """Statements by number, and the places in their lists, that go."""
    if after is None:
        return {}
    places: defaultdict[int, set[int]] = defaultdict(set)
    for one in after.imported:
        if _goes(one, request, new):
            places[one.statement].add(one.position)
    return {number: frozenset(found) for number, found in places.items()}


def _goes(one: Imported, request: Request, new: set[ImportName]) -> bool:
    """Whether an import goes."""
    if one.what.name == "*" or one.what.module == "__future__":
        return False
    if one.at_top and any(one.what.local == other.local and _is_given_away(one, other, request) for other in new):
        return True
    if one.deliberate or one.used or one.guard is Guard.TRIED:
        return False
    if replace(one.what, alias=None) in {replace(what, alias=None) for what in request.dropped}:
        return True
    return not _may_be_exported(one.what, request) and _was_used(one, request.names.use)


def _is_given_away(one: Imported, new: ImportName, request: Request) -> bool:
    """Whether a new import has the name of this one: the plan freed it, or it was there for type checkers only."""
    same = (one.what.module, one.what.name) == (new.module, new.name)
    return one.what in request.names.replaced or (same and one.guard is Guard.TYPE_CHECKING)


def _was_used(one: Imported, before: NameUse | None) -> bool:
    """Whether an import had a use; where a scope has the same one twice, whether both had."""
    imported = before.imported if before is not None else ()
    same = [other.used for other in imported if (other.what, other.scope) == (one.what, one.scope)]
    return bool(same) and all(same)


def _may_be_exported(what: ImportName, request: Request) -> bool:
    """Whether other modules may import a name from here: one of the project's own in an ``__init__.py``."""
    package = what.module.partition(".")[0]
    return request.path.endswith("__init__.py") and (not package or package in _own(request))


def _own(request: Request) -> frozenset[str]:
    """Top-level names that belong to the project: those given, and the folders around the file."""
    return request.first_party.union(request.path.split("/")[:-1])
