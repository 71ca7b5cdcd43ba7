"""Which route serves a path: Werkzeug's order of rules, for FastAPI's paths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

_UUID = "[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}"

# Pattern, weight and Python type of Werkzeug's converters (``werkzeug.routing``).
_CONVERTERS: Any = {
    "str": ("[^/]+", 100, str),
    "int": (r"\d+", 50, int),
    "float": (r"\d+\.\d+", 50, float),
    "path": ("[^/].*?", 200, str),
    "uuid": (_UUID, 100, UUID),
}
_VARIABLE = re.compile(r"{(\w+)(?::(\w+))?}")


class SlashMissingError(Exception):
    """A route has the path with a slash behind it."""


class Rules:
    """Routes as a tree of path segments, as ``werkzeug.routing.matcher`` has it."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def _add(self, route: Any) -> None:
        node = self._root
        segments = route.path.split("/")
        for number, segment in enumerate(segments):
            if "{" not in segment:
                node = node.static.setdefault(segment, _Node())
                continue
            part = _Part(segment)
            if part.takes_rest and number < len(segments) - 1:
                raise ValueError(f"{route.path}: only the last segment takes a path")
            for other, known in node.dynamic:
                if other.key == part.key:
                    node = known
                    break
            else:
                node.dynamic.append((part, _Node()))
                node.dynamic.sort(key=lambda entry: entry[0].weight)
                node = next(it for other, it in node.dynamic if other is part)
        names = [name for name, _ in _VARIABLE.findall(route.path)]
        kinds = [kind or "str" for _, kind in _VARIABLE.findall(route.path)]
        node.routes.append((route, names, kinds))

    def find(self, path: str, method: str) -> tuple[Any, dict[str, Any], set[str]]:
        """The route for a request, its parameters, and the methods of other routes.

        The route is None when there is none. Raises SlashMissingError.
        """
        allowed: set[str] = set()
        found = self._walk(self._root, path.split("/"), [], method, allowed)
        if found is None:
            return None, {}, allowed
        (route, names, kinds), values = found
        try:
            pairs = zip(kinds, values)
            converted = [_CONVERTERS[kind][2](value) for kind, value in pairs]
        except ValueError:  # a number with more digits than Python reads
            return None, {}, allowed
        return route, dict(zip(names, converted)), allowed

    def _walk(
        self,
        node: _Node,
        rest: list[str],
        values: list[str],
        method: str,
        allowed: set[str],
    ) -> Any:
        if not rest:
            return self._at(node, values, method, allowed)
        if rest[0] in node.static:
            below = node.static[rest[0]]
            found = self._walk(below, rest[1:], values, method, allowed)
            if found is not None:
                return found
        for part, below in node.dynamic:
            target = "/".join(rest) if part.takes_rest else rest[0]
            match = part.pattern.fullmatch(target)
            if match is not None:
                left = [] if part.takes_rest else rest[1:]
                taken = [*values, *match.groups()]
                found = self._walk(below, left, taken, method, allowed)
                if found is not None:
                    return found
        return None

    def _at(
        self,
        node: _Node,
        values: list[str],
        method: str,
        allowed: set[str],
    ) -> Any:
        for entry in node.routes:
            methods = served_methods(entry[0])
            if method in methods:
                return _own(entry, node.routes, method), values
            allowed |= methods
        if "" in node.static:
            for route, _, _ in node.static[""].routes:
                if method in served_methods(route):
                    raise SlashMissingError
        return None


def _own(entry: Any, entries: list[Any], method: str) -> Any:
    """The one of several with a name that is for a method itself, as HEAD is for GET."""
    route = entry[0]
    same = [each for each in entries if each[0].name == route.name]
    return next((each for each in same if method in each[0].methods), entry)


def served_methods(route: Any) -> set[str]:
    """The methods of a route, with those that Flask adds."""
    head = {"HEAD"} if "GET" in route.methods else set()
    return {*route.methods, *head, "OPTIONS"}


class _Node:
    def __init__(self) -> None:
        self.static: dict[str, _Node] = {}
        self.dynamic: list[tuple[_Part, _Node]] = []
        self.routes: list[tuple[Any, list[str], list[str]]] = []


class _Part:
    """A segment with variables: what it matches, and its place among others."""

    def __init__(self, segment: str) -> None:
        texts = _VARIABLE.split(segment)[::3]
        kinds = [kind or "str" for _, kind in _VARIABLE.findall(segment)]
        pattern = re.escape(texts[0])
        for kind, text in zip(kinds, texts[1:]):
            pattern += f"({_CONVERTERS[kind][0]}){re.escape(text)}"
        lengths = [-len(text) for text in texts if text]
        weights = [_CONVERTERS[kind][1] for kind in kinds]
        self.pattern = re.compile(pattern)
        self.takes_rest = "path" in kinds
        self.weight = (-len(lengths), list(enumerate(lengths)), -len(weights), weights)
        self.key = (pattern, self.takes_rest)
