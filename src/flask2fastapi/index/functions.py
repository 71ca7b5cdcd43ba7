"""What each function touches directly, and through any chain of calls: proxies of Flask, other functions, schemas."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.index.facts import parameters_of
from flask2fastapi.index.registering import registering_nodes
from flask2fastapi.index.uses import Reader, Uses
from flask2fastapi.index.values import Class, ClassView, Function, Made, Method, unwrapped
from flask2fastapi.model.facts import FunctionFact, Proxy, ProxyUse, SchemaFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.scanned import Body
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
    proxy_uses: list[ProxyUse] = []
    registering = frozenset(map(id, registering_nodes(world)))
    for module in world.modules.by_path.values():
        by_key: dict[str, Uses] = {}
        body = module.body
        outside = Reader(world, module, registering).read(body, by_key)
        proxy_uses += _proxy_uses(module, None, outside, False)
        for each in body.functions():
            uses = by_key[each.key]
            found.functions[each.key] = _fact(module, each, uses)
            proxy_uses += _proxy_uses(module, each.key, uses, _is_in(each, views))
    found.proxy_uses = tuple(proxy_uses)
    found.schemas = tuple(_schemas(world))
    found.reaches = _reach(found.functions)
    return found


def _view_keys(world: World) -> set[str]:
    keys = set()
    for pending in world.recorder.routes.values():
        view = unwrapped(pending.view)
        key = view.cls.key if isinstance(view, ClassView) else view.key if isinstance(view, Function | Class) else None
        if key:
            keys.add(key)
    return keys


def _is_in(body: Body, views: set[str]) -> bool:
    """Whether a function is a view, a method of a class view, or inside one."""
    at: Body | None = body
    while at is not None:
        if at.key in views:
            return True
        at = at.parent
    return False


def _proxy_uses(module: Module, function: str | None, uses: Uses, in_view: bool) -> Iterator[ProxyUse]:
    for proxy, attribute, node in sorted(uses.proxies, key=lambda use: (use[2].lineno, use[2].col_offset)):
        yield ProxyUse(proxy, attribute, function, in_view, module.path, module.span(node))


def _fact(module: Module, body: Body, uses: Uses) -> FunctionFact:
    node = body.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return FunctionFact(
        key=body.key,
        path=module.path,
        span=module.span(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parameters=parameters_of(node),
        calls=tuple(sorted(uses.reached)),
        proxies=frozenset(uses.all_proxies),
        flask_names=frozenset(uses.flask_names),
        blocking=tuple(sorted(name for name in uses.foreign if name.startswith(_BLOCKING))),
    )


def _schemas(world: World) -> Iterator[SchemaFact]:
    for cls in world.recorder.classes.values():
        for base in (*world.foreign_bases(cls), *_bases_of_objects(world, cls)):
            package, _, name = base.partition(".")[0], "", base.rpartition(".")[2]
            if name in _SCHEMA_BASES and (package in _SCHEMA_PACKAGES or package.startswith("flask_")):
                module = cls.scope.module
                yield SchemaFact(cls.key.replace(":", "."), base, module.path, module.span(cls.node))
                break


def _bases_of_objects(world: World, cls: Class) -> Iterator[str]:
    """Bases that are attributes of an object: ``ma.Schema`` of ``ma = Marshmallow()``."""
    for base in (base for each in world.mro(cls) for base in each.bases):
        if isinstance(base, Method) and isinstance(base.receiver, Made):
            yield f"{world.canonical(base.receiver.name)}.{base.name}"


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
