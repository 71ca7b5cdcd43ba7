"""Read what each method leaves of a view as a view of its own, where the view branches on ``request.method``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.branches import (
    MOST_SHARED,
    Reading,
    Rest,
    is_whole,
    rests,
    shared_lines,
    without_docstring,
)
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.nodes import every_node
from flask2fastapi.index.view_rules import parameter_shapes
from flask2fastapi.index.views import ABORT, View
from flask2fastapi.model.branches import BranchFact, PartFact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.model.facts import RouteFact
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import ViewFact

_METHOD = {"flask.request.method", "flask.globals.request.method"}


def parts_of(
    view: ViewFact,
    routes: Sequence[RouteFact],
    found: tuple[Module, ScannedBody, FunctionNode],
    world: Program,
    rebound: frozenset[str],
) -> tuple[PartFact, ...]:
    """What the methods of its ``routes`` leave of a view, HEAD where Flask adds it among them.

    None where that is one thing, or too much of it would be there twice. All rules have to have the same methods.
    """
    module, scanned, node = found
    stated = {tuple(dict.fromkeys(route.stated_methods or ())) for route in routes}
    methods = min(stated)
    if len(stated) > 1 or len(methods) < 2 or not any("method" in chain for _, _, chain in scanned.loads):
        return ()
    methods = (*methods, "HEAD") if "GET" in methods and "HEAD" not in methods else methods
    shapes = parameter_shapes(node, routes)
    docstring, body = without_docstring(node.body)
    parts = rests(body, methods, _reading(View(world, module, scanned, node, shapes, rebound).foreign))
    if not _come_apart(parts, body, scanned, node):
        return ()
    key_of = _keys(module)
    made = []
    for each in parts:
        left = _with_body(node, [*docstring, *each.body])
        one = View(world, module, _without_others(scanned, left), left, shapes, rebound)
        one.is_closure = ".<locals>." in view.key
        one.read()
        branches = tuple(BranchFact(key_of(taken.node), taken.take, taken.ends) for taken in each.taken)
        fact = replace(one.view_fact(view.sources), names=view.names)
        made.append(PartFact(each.methods, fact, branches, _shared(each, parts, key_of)))
        one.forget()
    return tuple(made)


def _come_apart(parts: Sequence[Rest], body: Sequence[ast.stmt], scanned: ScannedBody, node: FunctionNode) -> bool:
    """Whether parts of a view can be functions of their own, and nothing of it is left out."""
    kept = {id(each) for part in parts for each in every_node(*part.body)}
    kept |= {id(taken.node) for part in parts for taken in part.taken}
    if not all(id(each) in kept for each in every_node(*body) if isinstance(each, ast.stmt)):
        return False
    served = [each for each in parts if set(each.methods) - {"HEAD"}]
    if len(served) < 2 or not all(each.body for each in served) or shared_lines(parts) > MOST_SHARED:
        return False
    parameters = {each.arg for each in every_node(node.args) if isinstance(each, ast.arg)}
    bound = scanned.bound.keys() - parameters
    return all(is_whole(each, bound, scanned.outer) for each in parts)


def _reading(foreign: Callable[[ast.expr], str | None]) -> Reading:
    def stops(statement: ast.stmt) -> bool:
        match statement:
            case ast.Expr(value=ast.Call(func=func)):
                return foreign(func) in ABORT
        return False

    return Reading(lambda node: isinstance(node, ast.Attribute) and foreign(node) in _METHOD, stops)


def _with_body(node: FunctionNode, body: list[ast.stmt]) -> FunctionNode:
    """A function that stands where another does."""
    made = type(node)(**{name: getattr(node, name) for name in node._fields if name != "body"}, body=body)
    return ast.copy_location(made, node)


def _without_others(scanned: ScannedBody, node: FunctionNode) -> ScannedBody:
    """What a pass over the module has found of a function, without what ``node`` does not have."""
    mine = {id(each) for each in every_node(*node.body)}
    kept = [each for each in scanned.kept if id(each) in mine]
    loads = [each for each in scanned.loads if id(each[0]) in mine]
    inner = [each for each in scanned.inner if id(each.node) in mine]
    return replace(scanned, kept=kept, loads=loads, inner=inner)


def _shared(part: Rest, parts: Iterable[Rest], key_of: Callable[[ast.AST], NodeKey]) -> tuple[NodeKey, ...]:
    others = {id(each) for other in parts if other is not part for each in other.body}
    return tuple(key_of(each) for each in part.body if id(each) in others)


def _keys(module: Module) -> Callable[[ast.AST], NodeKey]:
    return lambda node: node_key(node, module.span)
