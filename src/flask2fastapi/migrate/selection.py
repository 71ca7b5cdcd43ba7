"""Which routes the options of a run leave out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.facts import ResolvedRoute


def left_out(routes: Iterable[ResolvedRoute], only: Sequence[str]) -> frozenset[str]:
    """Keys of the routes that no ``--only`` pattern names: a blueprint, an endpoint or a rule, with ``*`` and ``?``."""
    if not only:
        return frozenset()
    return frozenset(route.fact.key for route in routes if not any(_named(route, pattern) for pattern in only))


def unmatched(routes: Iterable[ResolvedRoute], only: Sequence[str]) -> list[str]:
    """The patterns that name no route at all: most likely a slip of the pen."""
    rows = list(routes)
    return [pattern for pattern in only if not any(_named(route, pattern) for route in rows)]


def _named(route: ResolvedRoute, pattern: str) -> bool:
    names = (route.blueprint or "", route.endpoint, route.rule)
    return any(fnmatchcase(name, pattern) for name in names)
