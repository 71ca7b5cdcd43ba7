"""Decorators of a project: guards, which refuse or let a view's answer through as it is, and those that do more."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.known_decorators import GUARDS, THROUGH
from flask2fastapi.index.values import Function, Made
from flask2fastapi.model.guards import GuardFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.index.values import Decorator, FunctionNode, Value

_OTHER = (ast.Yield, ast.YieldFrom, ast.Await)
_WATCHING = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)
"""What would see errors of the view, or call it at another time."""
_WRAPS = "functools.wraps"


def is_transparent(made: Value | None, view: Function) -> bool:
    """Whether the parameters of a view can be seen through what a decorator has made of it, by ``functools.wraps``."""
    wrappers = _wrappers(_inside_known(made), view)
    return wrappers is not None and all(_first_decorator(each) == _WRAPS for each in wrappers)


def keeps_signature(decorator: Value) -> bool:
    """Whether a decorator was made by ``decorator.decorator``: what it returns has the signature of what it is given.

    And its name, and ``__wrapped__`` (documentation of the package `decorator`, "signature-preserving decorators").
    """
    return isinstance(decorator, Function) and [each.name for each in decorator.decorators] == ["decorator.decorator"]


def _inside_known(made: Value | None) -> Value | None:
    """What decorators of extensions were put around, if parameters can be seen through these."""
    while isinstance(made, Made) and made.name.startswith((*GUARDS, *THROUGH)) and made.arguments.positional:
        made = made.arguments.positional[0]
    return made


def guard_of(made: Value | None, view: Function) -> GuardFact | None:
    """What a decorator gives a view if it is a guard, None where it may do anything else; ``made`` is its result.

    Functions around the view hand on all arguments that they get (with those that they add), have its name by
    ``functools.wraps``, and do nothing else with what it returns.
    """
    wrappers = _wrappers(made, view)
    if wrappers is None:
        return None
    facts = [_wrapper_fact(each) for each in wrappers]
    known = [each for each in facts if each is not None]
    if len(known) < len(facts):
        return None
    keywords = tuple(name for each in known for name in each.keywords)
    return GuardFact(sum(each.positional for each in known), keywords, all(each.on_methods for each in known))


def _wrappers(made: Value | None, view: Function) -> list[Function] | None:
    """The functions around a view, from the outermost; None where anything else is around it."""
    found: list[Function] = []
    while made is not view:
        if not isinstance(made, Function) or not made.transparent:
            return None
        found.append(made)
        made = made.wrapped
    return found


def _first_decorator(wrapper: Function) -> str:
    return wrapper.decorators[0].name if wrapper.decorators else ""


def _wrapper_fact(wrapper: Function) -> GuardFact | None:
    """What one function around a view gives it, with the decorators that this function has itself."""
    match wrapper.node:
        case ast.FunctionDef(decorator_list=[ast.Call(args=[ast.Name(id=view)]), *_]) as node:
            fact = _wrapper(node, view) if _first_decorator(wrapper) == _WRAPS else None
        case _:
            return None
    return fact if all(_gives_nothing(each, wrapper) for each in wrapper.decorators[1:]) else None


def _gives_nothing(decorator: Decorator, function: Function) -> bool:
    return guard_of(decorator.made, function) in (GuardFact(), GuardFact(on_methods=False))


def _wrapper(wrapper: FunctionNode, view: str) -> GuardFact | None:
    args, kwargs = wrapper.args.vararg, wrapper.args.kwarg
    if kwargs is None or wrapper.args.args or wrapper.args.kwonlyargs or wrapper.args.posonlyargs:
        return None
    body = list(_nodes(wrapper.body))
    calls = [each.value for each in body if isinstance(each, ast.Return) and _calls(each.value, view)]
    named = sum(isinstance(each, ast.Name) and each.id == view for each in body)
    if not calls or named != len(calls) or any(isinstance(each, _OTHER) for each in body):
        return None
    if any(_calls(each, view) for tried in body if isinstance(tried, _WATCHING) for each in _nodes([tried])):
        return None
    given = {_given(call, args.arg if args else None, kwargs.arg) for call in calls if isinstance(call, ast.Call)}
    fact = given.pop()
    if given or fact is None:
        return None
    handed = len(calls) * (2 if args else 1)
    looked = sum(_looks_up(each, kwargs.arg) for each in body)
    used = sum(isinstance(each, ast.Name) and each.id in {kwargs.arg, args.arg if args else ""} for each in body)
    return fact if used == handed + looked else None


def _nodes(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    return (node for statement in body for node in ast.walk(statement))


def _calls(node: ast.AST | None, view: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == view


def _given(call: ast.Call, args: str | None, kwargs: str) -> GuardFact | None:
    """What a call of the view hands it besides the arguments of the request."""
    positional = list(call.args)
    if args is not None:
        match positional:
            case [*first, ast.Starred(value=ast.Name(id=name))] if name == args:
                positional = first
            case _:
                return None
    keywords = [each for each in call.keywords if each.arg is not None]
    match [each.value for each in call.keywords if each.arg is None]:
        case [ast.Name(id=name)] if name == kwargs:
            pass
        case _:
            return None
    if any(isinstance(each, ast.Starred) for each in positional):
        return None
    return GuardFact(len(positional), tuple(each.arg or "" for each in keywords), args is not None)


def _looks_up(node: ast.AST, kwargs: str) -> bool:
    """``kwargs["id"]``, ``kwargs.get("id")``: an argument of the rule, which is there as before."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(), ctx=ast.Load()):
            return name == kwargs
        case ast.Attribute(value=ast.Name(id=name), attr="get"):
            return name == kwargs
    return False
