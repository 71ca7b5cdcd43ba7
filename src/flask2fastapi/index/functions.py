"""What each function touches directly, and through any chain of calls: proxies of Flask, other functions, schemas."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.index.facts import parameters_of
from flask2fastapi.index.uses import Uses, local_names
from flask2fastapi.model.facts import FunctionFact, Proxy, ProxyUse, SchemaFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.index.world import World

_SCHEMA_BASES = {"Schema", "SQLAlchemySchema", "SQLAlchemyAutoSchema", "ModelSchema", "TableSchema", "BaseSchema"}
_SCHEMA_PACKAGES = {"marshmallow", "flask_marshmallow", "marshmallow_sqlalchemy", "apiflask"}
_BLOCKING = ("time.sleep", "requests.", "urllib.request.", "sqlite3.", "subprocess.", "smtplib.", "socket.")


@dataclass(slots=True)
class FunctionFacts:
    """All functions of a program with what they touch."""

    functions: dict[str, FunctionFact] = field(default_factory=dict)
    proxy_uses: tuple[ProxyUse, ...] = ()
    schemas: tuple[SchemaFact, ...] = ()
    reaches: Mapping[str, frozenset[Proxy]] = field(default_factory=dict)


def function_facts(world: World) -> FunctionFacts:
    """Read the bodies of all functions."""
    found = FunctionFacts()
    views = _view_keys(world)
    uses: list[ProxyUse] = []
    for module in world.modules.by_path.values():
        for key, node, enclosing in _functions(module.name, module.tree, "", frozenset()):
            fact, own = _fact(world, module, key, node, enclosing, not views.isdisjoint({key, key.rpartition('.')[0]}))
            found.functions[key] = fact
            uses += own
    found.proxy_uses = tuple(uses)
    found.schemas = tuple(_schemas(world))
    found.reaches = _reach(found.functions)
    return found


def _view_keys(world: World) -> set[str]:
    keys = set()
    for pending in world.recorder.routes.values():
        key = getattr(pending.view, "key", None) or getattr(getattr(pending.view, "cls", None), "key", None)
        if key:
            keys.add(key)
    return keys


def _functions(
    module: str, node: ast.AST, prefix: str, enclosing: frozenset[str]
) -> Iterator[tuple[str, FunctionNode, frozenset[str]]]:
    """Every function below a node with its key and the local names of the functions around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            qualname = f"{prefix}{child.name}"
            yield f"{module}:{qualname}", child, enclosing
            inner = enclosing | local_names(child).keys()
            yield from _functions(module, child, f"{qualname}.<locals>.", inner)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(module, child, f"{prefix}{child.name}.", enclosing)
        elif isinstance(child, ast.stmt):
            yield from _functions(module, child, prefix, enclosing)


def _fact(
    world: World, module: Module, key: str, node: FunctionNode, enclosing: frozenset[str], is_view: bool
) -> tuple[FunctionFact, list[ProxyUse]]:
    uses = Uses(world, module, node, enclosing)
    uses.read()
    fact = FunctionFact(
        key=key,
        path=module.path,
        span=module.span(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parameters=parameters_of(node),
        calls=tuple(sorted(uses.reached)),
        proxies=frozenset(proxy for proxy, _, _ in uses.proxies),
        flask_names=frozenset(uses.flask_names),
        blocking=tuple(sorted(name for name in uses.foreign if name.startswith(_BLOCKING))),
    )
    found = [
        ProxyUse(proxy, attribute, key, is_view, module.path, module.span(at)) for proxy, attribute, at in uses.proxies
    ]
    return fact, found


def _schemas(world: World) -> Iterator[SchemaFact]:
    for cls in world.recorder.classes.values():
        for base in world.foreign_bases(cls):
            package, _, name = base.partition(".")[0], "", base.rpartition(".")[2]
            if name in _SCHEMA_BASES and (package in _SCHEMA_PACKAGES or package.startswith("flask_")):
                module = cls.scope.module
                yield SchemaFact(cls.key.replace(":", "."), base, module.path, module.span(cls.node))
                break


def _reach(functions: Mapping[str, FunctionFact]) -> dict[str, frozenset[Proxy]]:
    """The fixpoint of who reaches which proxy over the call graph."""
    callers: dict[str, list[str]] = {}
    for fact in functions.values():
        for called in fact.calls:
            callers.setdefault(called, []).append(fact.key)
    reached = {key: set(fact.proxies) for key, fact in functions.items()}
    waiting = [key for key, proxies in reached.items() if proxies]
    while waiting:
        key = waiting.pop()
        for caller in callers.get(key, ()):
            if not reached[key] <= reached[caller]:
                reached[caller] |= reached[key]
                waiting.append(caller)
    return {key: frozenset(proxies) for key, proxies in reached.items() if proxies}
