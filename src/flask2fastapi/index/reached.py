"""Which functions are worth reading in detail: those that serving a request may reach."""

from __future__ import annotations

import ast
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.model.bodies import BodyFact
    from flask2fastapi.model.facts import RouteFact


class Functions:
    """All functions of a program by key, the last of several with the same key."""

    def __init__(self, world: Program) -> None:
        self._by_key = {
            body.key: (module, body) for module in world.modules.by_path.values() for body in module.body.functions()
        }
        self._keys = sorted(self._by_key)

    def get(self, key: str) -> tuple[Module, ScannedBody, FunctionNode] | None:
        """The module, the body and the node of a function; None when there is no such function."""
        module, body = self._by_key.get(key, (None, None))
        if module is None or body is None or not isinstance(body.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        return module, body, body.node

    def named(self, names: Iterable[str]) -> Iterator[str]:
        """Keys of the functions with these qualified names."""
        wanted = set(names)
        return (key for key in self._keys if key.replace(":", ".") in wanted)

    def inside(self, key: str) -> list[str]:
        """The methods of a class, and functions inside a function, at any depth."""
        return self._keys[bisect_left(self._keys, f"{key}.") : bisect_left(self._keys, f"{key}/")]  # "/" follows "."

    def methods(self, key: str) -> tuple[str, ...]:
        """The methods of a class."""
        return tuple(each for each in self.inside(key) if each.count(".", len(key)) == 1)

    def read_all(self, roots: Iterable[str], read: Callable[[str], BodyFact | None]) -> dict[str, BodyFact]:
        """Read functions, and all that are reached from there: what they call, what is inside it."""
        found: dict[str, BodyFact] = {}
        seen: set[str] = set()
        waiting = list(roots)
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            fact = read(key)
            if fact is not None:
                found[key] = fact
                waiting += fact.calls | fact.classes | fact.writers
            waiting += self.inside(key)
        return found


def around_views(world: Program, functions: Functions, routes: Iterable[RouteFact]) -> Iterator[str]:
    """Keys of hooks and error handlers, and of the decorators of views."""
    yield from (each.function for each in world.recorder.hooks if each.function is not None)
    yield from (each.function for each in world.recorder.handlers if each.function is not None)
    yield from functions.named(decorator.name for route in routes for decorator in route.decorators)
