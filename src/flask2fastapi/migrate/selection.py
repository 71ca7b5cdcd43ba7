"""Which routes the options of a run, or comments beside them, leave out."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.files import SourceFile

_IGNORE = re.compile(r"#\s*flask2fastapi:\s*ignore\b")
"""The comment that `check` passes over: with or without codes, a route that carries it is left as it is."""


def left_out(routes: Iterable[ResolvedRoute], only: Sequence[str]) -> frozenset[str]:
    """Keys of the routes that no ``--only`` pattern names: a blueprint, an endpoint or a rule, with ``*`` and ``?``."""
    if not only:
        return frozenset()
    return frozenset(route.fact.key for route in routes if not any(_named(route, pattern) for pattern in only))


def ignored(routes: Iterable[ResolvedRoute], source_of: Callable[[str], SourceFile | None]) -> frozenset[str]:
    """Keys of the routes that a comment ``# flask2fastapi: ignore`` on a line of their registration leaves out."""
    lines: dict[str, list[str]] = {}
    found = set()
    for fact in (route.fact for route in routes):
        if fact.path not in lines:
            source = source_of(fact.path)
            lines[fact.path] = source.text.splitlines() if source and "flask2fastapi:" in source.text else []
        if any(_IGNORE.search(line) for line in lines[fact.path][fact.span.line - 1 : fact.span.end_line]):
            found.add(fact.key)
    return frozenset(found)


def unmatched(routes: Iterable[ResolvedRoute], only: Sequence[str]) -> list[str]:
    """The patterns that name no route at all: most likely a slip of the pen."""
    rows = list(routes)
    return [pattern for pattern in only if not any(_named(route, pattern) for route in rows)]


def _named(route: ResolvedRoute, pattern: str) -> bool:
    names = (route.blueprint or "", route.endpoint, route.rule)
    return any(fnmatchcase(name, pattern) for name in names)
