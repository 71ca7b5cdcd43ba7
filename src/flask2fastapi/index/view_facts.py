"""Read the bodies of the functions that requests reach, and of views in more detail."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.around import around_facts
from flask2fastapi.index.bodies import Body
from flask2fastapi.index.branches_read import parts_of
from flask2fastapi.index.closures import factories, is_view_of_factory
from flask2fastapi.index.connections import with_connections
from flask2fastapi.index.extension_uses import extension_uses
from flask2fastapi.index.holders import module_holders
from flask2fastapi.index.idle import is_idle
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.nodes import children
from flask2fastapi.index.reached import Functions, around_views
from flask2fastapi.index.registering import classes_of, registered_views, registering_nodes
from flask2fastapi.index.surroundings import signal_connections, untold_hooks, wrapped_apps
from flask2fastapi.index.swaps import context_name
from flask2fastapi.index.teardowns import teardown_facts
from flask2fastapi.index.values import Class, Foreign, Function, Made, Method, unwrapped
from flask2fastapi.index.view_rules import call_sources, parameter_shapes, rule_sources, served
from flask2fastapi.index.views import View
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.views import ModuleFacts, ViewFacts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.values import Value
    from flask2fastapi.model.bodies import BodyFact
    from flask2fastapi.model.facts import ResolvedRoute, RouteFact
    from flask2fastapi.model.location import Span
    from flask2fastapi.model.views import ViewFact


def view_facts(world: Program, routes: Sequence[RouteFact], rows: Sequence[ResolvedRoute]) -> ViewFacts:
    """Read what serves ``routes``, the facts of the program's rules; ``rows`` are those of its applications' maps."""
    functions = Functions(world)
    views, bodies = _read(world, functions, routes)
    hooks = {hook.function for hook in world.recorder.hooks if hook.function is not None}
    paths = {route.path for route in routes} | {view.path for view in views.values()}
    modules = world.modules.by_path
    leaving = _may_leave_flask(world, rows, views)
    around = tuple(around_facts(world, functions, _rebound)) if leaving else ()
    teardowns = tuple(teardown_facts(world, functions, _rebound)) if leaving else ()
    return ViewFacts(
        views=views,
        bodies=bodies | {it.function: it.view.body for it in around} | {it.function: it.view.body for it in teardowns},
        asynchrony=world.blocking.asynchrony,
        methods={cls: functions.methods(cls) for body in bodies.values() for cls in body.classes},
        modules={path: _module(world, module) for path, module in modules.items() if path in paths},
        named=_named(world, {**{each.function: each.view for each in around}, **views}),
        replaced=_replaced(world),
        wrapped=wrapped_apps(world),
        signals=tuple(signal_connections(world)),
        untold=tuple(untold_hooks(world)),
        idle=frozenset(key for key in hooks if _is_idle(world, functions, key)),
        bound_classes={key: name for key, cls in world.recorder.classes.items() if (name := _bound_to(world, cls))},
        holders=with_connections(world, module_holders(world)) if leaving else {},
        extension_uses=extension_uses(world, world.without_flask) if leaving else {},
        without_flask=world.without_flask,
        registered=registered_views(world, routes),
        around=around,
        teardowns=teardowns,
    )


def _may_leave_flask(world: Program, rows: Iterable[ResolvedRoute], views: Mapping[str, ViewFact]) -> bool:
    """Whether an application has no extensions and only views that do without Flask: else none can leave it."""
    known = world.without_flask
    held = {extension.app for extension in world.recorder.extensions if extension.name not in known}
    plain: dict[str, bool] = {}
    for row in rows:
        mine = [views.get(key) for key in served(row.fact)]
        if row.fact.kind is RouteKind.ALIAS and row.fact.view is None:
            continue
        free = row.fact.moved or (bool(mine) and all(view is not None and not _needs(view, known) for view in mine))
        plain[row.app] = plain.get(row.app, True) and free
    return any(free and app not in held for app, free in plain.items())


def _needs(view: ViewFact, without_flask: Collection[str]) -> bool:
    reasons = view.body.blockers
    return any(each.about not in without_flask and context_name(each.about) is None for each in reasons)


def _read(
    world: Program, functions: Functions, routes: Sequence[RouteFact]
) -> tuple[dict[str, ViewFact], dict[str, BodyFact]]:
    """The views of rules in detail, and the bodies of all that serving them reaches."""
    by_view: dict[str, list[RouteFact]] = {}
    for route in routes:
        for function in served(route):
            by_view.setdefault(function, []).append(route)
    classes = classes_of(world, routes)
    around = factories(routes)
    rebound = {module.path: _rebound(module) for module in world.modules.by_path.values()}
    views: dict[str, ViewFact] = {}

    def read(key: str) -> BodyFact | None:
        found = functions.get(key)
        if found is None:
            return None
        module, scanned, node = found
        mine = by_view.get(key)
        is_closure = is_view_of_factory(key, around)
        if mine and ("." not in key.partition(":")[2] or key in classes or is_closure):
            view = View(world, module, scanned, node, parameter_shapes(node, mine), rebound[module.path])
            view.classes = classes.get(key, ())
            view.is_closure = is_closure
            view.read()
            fact = view.view_fact((*rule_sources(module, node, mine), *call_sources(key, mine)))
            view.forget()
            parts = parts_of(fact, mine, found, world, rebound[module.path]) if key not in classes else ()
            views[key] = replace(fact, parts=parts) if parts else fact
            return views[key].body
        body = Body(world, module, scanned, node, rebound[module.path])
        body.classes = classes.get(key, ())
        body.is_closure = is_closure
        body.read()
        return body.fact()

    bodies = functions.read_all([*by_view, *around_views(world, functions, routes)], read)
    return views, bodies


def _is_idle(world: Program, functions: Functions, key: str) -> bool:
    found = functions.get(key)
    return found is not None and is_idle(found[2], Body(world, *found).foreign)


def _module(world: Program, module: Module) -> ModuleFacts:
    loads = [name for body in module.body.everything() for _, name, _ in body.loads]
    names = set(loads)
    names |= {name for body in module.body.everything() for name, each in body.bound.items() if each is None}
    names |= set(world.run_module(module).names)
    statements = tuple((node_key(each, module.span), _label(module, each)) for each in module.tree.body)
    return ModuleFacts(module.path, frozenset(names), _routers(module.tree), loads.count("Response"), statements)


def _label(module: Module, statement: ast.stmt) -> str:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return f"{module.name}:{name}"
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return f"={name}"
    return ""


def _routers(tree: ast.Module) -> dict[str, str]:
    found = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func) as call):
                if ast.unparse(func).rpartition(".")[2] == "APIRouter":
                    found[name] = ast.unparse(call)
    return found


def _rebound(module: Module) -> frozenset[str]:
    """Module variables that functions assign."""
    return frozenset(name for body in module.body.everything() for name in body.shared)


def _named(world: Program, views: Mapping[str, ViewFact]) -> dict[str, tuple[tuple[str, Span], ...]]:
    """Where views are named outside function bodies, or imported: what functions use is in their own facts."""
    found: dict[str, list[tuple[str, Span]]] = {}
    arguments = registering_nodes(world)
    registering = {id(each) for each in arguments}
    for module in world.modules.by_path.values():
        names = world.run_module(module).names
        mine = {name: key for name, value in names.items() if (key := _view_key(value)) in views}
        if not mine:
            continue
        for node in _outside_functions(module.tree):
            named = _names_of(node) if id(node) not in registering else set()
            for name in named & mine.keys():
                key = mine[name]
                if not (isinstance(node, ast.ImportFrom) and _is_for_registering(module, name, views[key], arguments)):
                    found.setdefault(key, []).append((module.path, module.span(node)))
    return {key: tuple(places) for key, places in found.items()}


def _is_for_registering(module: Module, name: str, view: ViewFact, arguments: Iterable[ast.expr]) -> bool:
    """Whether a view is imported where it is defined, or to register it."""
    if view.path == module.path:
        return True
    loaded = {id(node) for body in module.body.everything() for node, used, _ in body.loads if used == name}
    return any(id(each) in loaded for each in arguments)


def _view_key(value: Value) -> str:
    view = unwrapped(value)
    return view.key if isinstance(view, Function) else ""


def _outside_functions(tree: ast.Module) -> Iterator[ast.stmt | ast.expr]:
    """Names, attributes and imports outside the bodies of functions."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name | ast.ImportFrom):
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, node.args]
        else:
            waiting += children(node)


def _names_of(node: ast.stmt | ast.expr) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    return {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else set()


def _replaced(world: Program) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, name in world.recorder.assigned_attributes:
        found.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def _bound_to(world: Program, cls: Class) -> str:
    """What a class inherits from that is neither the project's nor known to be free of Flask, "" for nothing."""
    for each in world.mro(cls):
        for base in each.bases:
            if isinstance(base, Class):
                continue
            made = made_by(base)
            name = world.canonical(made.name) if isinstance(made, Foreign | Made) else "flask_"
            if name.startswith(("flask_", "flask.", "werkzeug.local")) or not isinstance(base, Foreign):
                return name
    return ""


def made_by(value: Value) -> Value:
    """What a method, or an attribute of something foreign, is of at last: ``db`` for ``db.Model``."""
    while isinstance(value, Method):
        value = value.receiver
    return value
