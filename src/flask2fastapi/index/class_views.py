"""What keeps a class view from being served by methods of objects that live longer than a request."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.nodes import every_node, is_docstring
from flask2fastapi.index.values import UNKNOWN, Class, ClassView, Foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.index.program import Program

_BASES = {"flask.views.MethodView", "flask.views.View", "abc.ABC", "builtins.object", "object"}
_SERVING = {"get", "post", "head", "options", "delete", "put", "trace", "patch", "dispatch_request", "as_view"}


def class_problem(world: Program, view: ClassView) -> str | None:
    """Why the class of a view stays Flask's, None for nothing.

    `flask.views.View` makes an object for each request; one object does as well where nothing is kept in it.
    """
    cls = view.cls
    given = view.arguments
    if given is None or given.open or len(given.positional) > 1 or given.keywords.keys() - {"name"}:
        return "its class is given arguments by `as_view`"
    if not all(_is_known_base(world, base) for each in world.mro(cls) for base in each.bases):
        return f"`{cls.name}` inherits from something that is not known"
    by_method = "flask.views.MethodView" in world.foreign_bases(cls)
    if sum("dispatch_request" in each.attributes for each in world.mro(cls)) > (not by_method):
        return f"`{cls.name}` dispatches requests itself"
    if by_method and any("methods" in each.attributes for each in world.mro(cls)[1:]):
        return f"`{cls.name}` inherits `methods`"
    family = [each for each in world.recorder.classes.values() if each in world.mro(cls) or cls in world.mro(each)]
    problems = (problem for each in family for problem in _problems(world, each, cls))
    return next(problems, None)


def _is_known_base(world: Program, base: object) -> bool:
    return isinstance(base, Class) or (isinstance(base, Foreign) and world.canonical(base.name) in _BASES)


def _problems(world: Program, cls: Class, view: Class) -> Iterator[str]:
    """What is against a class, which is the view's or above or below it."""
    if cls.node.keywords:
        yield f"`{cls.name}` has a metaclass"
    for statement in cls.node.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name.startswith("__"):
                    yield f"`{cls.name}` has `{name}`"
                yield from _in_method(world, statement, cls, view)
            case ast.Assign() | ast.AnnAssign() | ast.Pass():
                pass
            case _ if not is_docstring(statement):
                yield f"`{cls.name}` does more than define methods"


def _in_method(world: Program, node: ast.FunctionDef | ast.AsyncFunctionDef, cls: Class, view: Class) -> Iterator[str]:
    """What a method does with its object beyond looking at the attributes of its class."""
    decorators = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
    receiver = node.args.args[0].arg if node.args.args and "staticmethod" not in decorators else ""
    if node.name in _SERVING and (not receiver or "classmethod" in decorators or node.args.posonlyargs):
        yield f"`{cls.name}.{node.name}` is no plain method"
    inside = every_node(*node.body)
    looked = {id(each.value): each for each in inside if isinstance(each, ast.Attribute)}
    for each in inside:
        if not isinstance(each, ast.Name):
            continue
        attribute = looked.get(id(each))
        if each.id == "super":
            yield f"`{cls.name}.{node.name}` calls what it overrides"
        elif each.id == receiver:
            problem = _of_object(world, attribute, cls, view)
            if problem is not None:
                yield f"`{cls.name}.{node.name}` {problem}"


def _of_object(world: Program, attribute: ast.Attribute | None, cls: Class, view: Class) -> str | None:
    """What a method does with its object that another object could not stand in for."""
    if attribute is None or not isinstance(attribute.ctx, ast.Load):
        return "keeps something in its object, or hands it on"
    if attribute.attr in _SERVING:
        return f"calls `{attribute.attr}`, another view"
    if cls in world.mro(view) and world.class_attribute(view, attribute.attr) is UNKNOWN:
        return f"reads `{attribute.attr}`, of which nothing is known"
    return None
