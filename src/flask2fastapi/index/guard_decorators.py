"""Decorators of a project that let a view's answer through as it is: they refuse, or call the view and return that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.model.guards import GuardFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.index.values import FunctionNode

_OTHER = (ast.Yield, ast.YieldFrom, ast.Await)
_WATCHING = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)
"""What would see errors of the view, or call it at another time."""


def guard_of(node: ast.AST) -> GuardFact | None:
    """What a decorator does to a view if it is a guard, None where it may do anything else.

    ``node`` is the function that takes the view. Its inner function hands on all arguments that it gets (with those
    that it adds), has the view's name by ``functools.wraps``, and does nothing else with what the view returns.
    """
    if not isinstance(node, ast.FunctionDef) or len(node.args.args) != 1 or node.args.vararg or node.args.kwarg:
        return None
    view = node.args.args[0].arg
    inner = [each for each in node.body if isinstance(each, ast.FunctionDef) and _wraps(each, view)]
    rest = [each for each in node.body if each not in inner and not _is_docstring(each)]
    match inner, rest:
        case [wrapper], [ast.Return(value=ast.Name(id=name))] if name == wrapper.name:
            return _wrapper(wrapper, view)
    return None


def _wraps(function: ast.FunctionDef, view: str) -> bool:
    match function.decorator_list:
        case [ast.Call(func=ast.Name(id="wraps") | ast.Attribute(attr="wraps"), args=[ast.Name(id=name)])]:
            return name == view
    return False


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


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
