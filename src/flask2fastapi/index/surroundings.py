"""What is put around an application by ways that are not followed: middleware, signals, its tables of hooks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.hooks import HOOKS
from flask2fastapi.index.nodes import every_node
from flask2fastapi.index.values import Foreign, RouteOwner, Value
from flask2fastapi.model.location import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program

_SIGNALS = ("flask.request_", "flask.got_request_", "flask.appcontext_", "flask.signals.", "flask.template_rendered")
_TABLES = frozenset(
    {
        *("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "teardown_appcontext_funcs"),
        *("before_first_request_funcs", "url_value_preprocessors", "view_functions", "wsgi_app"),
    }
)
"""Attributes of Flask and its blueprints through which hooks and wrappers get in without a call."""
_CONNECTING = frozenset({"connect", "connect_via"})
_HARMLESS = {"context_processor", "app_context_processor", "url_defaults", "app_url_defaults"}
_HOOKING = (HOOKS - _HARMLESS) | _TABLES


def untold_hooks(world: Program) -> Iterator[tuple[str, Location]]:
    """Names that register hooks where no hook was seen to be registered: on something unknown, or in a table."""
    seen = [(fact.path, fact.span) for fact in world.recorder.hooks]
    for module in world.modules.by_path.values():
        lines = {n for path, span in seen if path == module.path for n in range(span.line, span.end_line + 1)}
        for node in _nodes_around(module, _HOOKING):
            if isinstance(node, ast.Attribute):
                hook = node.attr in HOOKS - _HARMLESS and not lines & set(range(node.lineno, _end(node) + 1))
                if hook or node.attr in _TABLES:
                    yield node.attr, Location(module.path, node.lineno)


def _nodes_around(module: Module, words: frozenset[str]) -> list[ast.AST]:
    """The nodes of those statements of a module in whose text there is one of some words."""
    if not any(word in module.lines.text for word in words):
        return []
    lines = module.lines.mentioning(words)
    chosen = [each for each in module.tree.body if any(_start(each) <= n <= (each.end_lineno or n) for n in lines)]
    return every_node(*chosen)


def _start(statement: ast.stmt) -> int:
    """Its first line, that of its first decorator where it has any."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _end(node: ast.expr) -> int:
    return node.end_lineno or node.lineno


def wrapped_apps(world: Program) -> dict[str, tuple[Location, ...]]:
    """Applications around which WSGI middleware is put, and where: ``DispatcherMiddleware(app, ...)``, ``Guard(app)``.

    What is put inside one, ``app.wsgi_app = ProxyFix(app.wsgi_app)``, is none of these.
    """
    found: dict[str, list[Location]] = {}
    for app, place in world.recorder.middleware:
        found.setdefault(app, []).append(place)
    for made in world.recorder.made:
        if not world.canonical(made.name).startswith("werkzeug.") or made.scope is None or made.span is None:
            continue
        for app in {key for value in made.arguments.all() if (key := _app_key(value))}:
            found.setdefault(app, []).append(Location(made.scope.module.path, made.span.line))
    return {app: tuple(places) for app, places in found.items()}


def _app_key(value: Value) -> str | None:
    return value.key if isinstance(value, RouteOwner) and value.is_app else None


def signal_connections(world: Program) -> Iterator[Location]:
    """Where a receiver is connected to a signal of Flask: ``request_started.connect(...)``."""
    for module in world.modules.by_path.values():
        scope = world.run_module(module)
        for node in _nodes_around(module, _CONNECTING):
            match node:
                case ast.Attribute(value=ast.Name() | ast.Attribute() as signal, attr=attribute) if (
                    attribute in _CONNECTING
                ):
                    value = world.evaluate(signal, scope)
                    if isinstance(value, Foreign) and world.canonical(value.name).startswith(_SIGNALS):
                        yield Location(module.path, node.lineno)
