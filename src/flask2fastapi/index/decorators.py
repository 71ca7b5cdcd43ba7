"""What stands between a request and a view: decorators on it, around it where it is registered, and on its class."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.folding import elements
from flask2fastapi.index.guard_decorators import guard_of, is_transparent, keeps_signature
from flask2fastapi.index.values import Arguments, Class, Function, Made, Partial
from flask2fastapi.model.guards import DecoratorFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask2fastapi.index.values import Decorator, RouteOwner, Scope, Value
    from flask2fastapi.index.world import World

_LISTS = {"decorators", "method_decorators"}
"""Attributes by which `flask.views.View` and `flask_restful.Resource` decorate what serves requests."""
_SILENT = {"functools.wraps", "builtins.staticmethod", "builtins.classmethod"}


def view_decorators(
    world: World, view: Value | None, cls: Class | None, outer: Value | None, methods: Iterable[Function]
) -> Iterator[DecoratorFact]:
    """All decorators of a view but the routes; for a class those of its methods and its ``decorators`` too."""
    if cls is not None:
        yield from _facts(cls.decorators, cls.scope)
        methods = list(methods)
        yield from _listed(world, cls, methods)
        for method in methods:
            yield from _on_function(method, is_method=True)
    elif isinstance(view, Function):
        yield from _on_function(view)
    yield from _around(view, outer)


def api_decorators(world: World, owner: RouteOwner | None) -> Iterator[DecoratorFact]:
    """``Api(app, decorators=[…])`` of Flask-RESTful, and its relatives: on all resources."""
    made = world.recorder.constructions.get(owner.key) if owner is not None else None
    if owner is None or owner.arguments is None or made is None or "decorators" not in owner.arguments.keywords:
        return
    given = owner.arguments.keywords["decorators"]
    for value in elements(given) or [given]:
        name = world.name_of(value) or f"{owner.class_name}.decorators"
        yield DecoratorFact(name, made.scope.module.span(made.node))


def _facts(decorators: Iterable[Decorator], scope: Scope) -> Iterator[DecoratorFact]:
    for each in _seen(decorators):
        yield DecoratorFact(each.name, scope.module.span(each.node), isinstance(each.node, ast.Call))


def _seen(decorators: Iterable[Decorator]) -> list[Decorator]:
    return [each for each in decorators if not each.routes and each.name not in _SILENT]


def _on_function(view: Function, *, is_method: bool = False) -> Iterator[DecoratorFact]:
    routes = [number for number, each in enumerate(view.decorators) if each.routes]
    for fact, each in zip(_facts(view.decorators, view.scope), _seen(view.decorators), strict=True):
        below = not routes or view.decorators.index(each) > routes[-1]
        guard = guard_of(each.made, view)
        if guard is not None and is_method and (guard.positional or not guard.on_methods):
            guard = None  # the method would not get its object
        seen_through = is_transparent(each.made, view) or keeps_signature(each.value)
        yield replace(fact, on=view.key if below else "", guard=guard, is_transparent=seen_through)


def _listed(world: World, cls: Class, methods: Sequence[Function]) -> Iterator[DecoratorFact]:
    """The nearest ``decorators`` list of a class and its bases."""
    seen: set[str] = set()
    for each in world.mro(cls):
        for statement in each.node.body:
            names = _targets(statement) & _LISTS
            if not names or not isinstance(statement, ast.Assign | ast.AnnAssign) or names <= seen:
                continue
            seen |= names
            listed = statement.value.elts if isinstance(statement.value, ast.List | ast.Tuple) else [statement.value]
            for node in listed:
                if node is not None:
                    span, called = each.scope.module.span(node), isinstance(node, ast.Call)
                    fact = DecoratorFact(world.decorator_name(node, each.scope), span, called)
                    if each is cls and "decorators" in names:
                        fact = _with_effect(world, fact, node, cls, methods)
                    yield fact


def _with_effect(
    world: World, fact: DecoratorFact, node: ast.expr, cls: Class, methods: Iterable[Function]
) -> DecoratorFact:
    """What a decorator of a class makes of its methods."""
    value = world.evaluate(node, cls.scope)
    made = [(world.call(value, Arguments([method]), node, cls.scope), method) for method in methods]
    guards = {guard_of(result, method) for result, method in made}
    through = all(is_transparent(result, method) for result, method in made)
    guard = guards.pop() if len(guards) == 1 else None
    return replace(fact, listed=_source(node), guard=guard, is_transparent=through)


def _source(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if '"' in text else text.replace("'", '"')  # which then delimit strings, and nothing else


def _targets(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _around(view: Value | None, outer: Value | None) -> Iterator[DecoratorFact]:
    """What a view was wrapped in where it was registered: ``add_url_rule(view_func=login_required(view))``."""
    while outer is not view:
        match outer:
            case Function(wrapped=inner) if inner is not None:
                maker = outer.key.rpartition(".<locals>")[0].replace(":", ".")
                yield DecoratorFact(maker, outer.scope.module.span(outer.node))
                yield from _facts(outer.decorators, outer.scope)
                outer = inner
            case Made(name=name, span=span, arguments=arguments) if span is not None and arguments.positional:
                yield DecoratorFact(name, span)
                outer = arguments.positional[0]
            case Partial(function=inner):
                outer = inner
            case _:
                return
