"""What a call of ``add_url_rule`` is made of, for those that can be written as calls of ``add_api_route``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.keys import node_key
from flask2fastapi.index.values import ClassView, Foreign, unwrapped
from flask2fastapi.model.registered import Registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.recorder import PendingRoute
    from flask2fastapi.index.values import Class
    from flask2fastapi.model.rewrite import NodeKey


def call_parts(world: Program, pending: PendingRoute, view: ast.expr) -> Registered:
    """The parts of a call that is a statement of a module or function; ``view`` is its argument."""
    module = pending.scope.module
    statement = next((each for each in statements_of(module) if each.value is pending.node), None)
    call = pending.node.func if isinstance(pending.node, ast.Call) else None
    owner = call.value if isinstance(call, ast.Attribute) else None
    if statement is None or not isinstance(owner, ast.Name):
        return Registered(None)
    made = unwrapped(pending.view)
    key = node_key(statement, module.span)
    if not isinstance(made, ClassView):
        named = module.lines.segment(view) if isinstance(view, ast.Name | ast.Attribute) else ""
        return Registered(None, (), key, owner.id, named)
    assign = _assignment(module, view)
    made_by = assign.value if assign is not None else view
    cls = made_by.func.value if isinstance(made_by, ast.Call) and isinstance(made_by.func, ast.Attribute) else None
    making = node_key(assign, module.span) if assign is not None else None
    named = module.lines.segment(cls) if isinstance(cls, ast.Name | ast.Attribute) else ""
    return Registered(None, (), key, owner.id, named, making, tuple(_bases(world, made.cls)))


def lent_parts(pending: PendingRoute) -> Registered:
    """The statement that registers a rule without a view, and on what."""
    module = pending.scope.module
    match next((each for each in statements_of(module) if each.value is pending.node), None):
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="add_url_rule"))) as statement:
            return Registered(None, (), node_key(statement, module.span), owner)
    return Registered(None)


def statements_of(module: Module) -> Iterator[ast.Expr]:
    """The expressions that are statements of a module, or of a function in it."""
    for node in module.tree.body:
        if isinstance(node, ast.Expr):
            yield node
        elif isinstance(node, ast.FunctionDef):
            yield from (each for each in node.body if isinstance(each, ast.Expr))


def _assignment(module: Module, view: ast.expr) -> ast.Assign | None:
    """Where the variable is made that a call is given, if all that uses it are calls of ``add_url_rule``."""
    if not isinstance(view, ast.Name):
        return None
    name = view.id
    made = [
        node
        for node in module.tree.body
        if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    ]
    used = sum(loaded == name for body in module.body.everything() for _, loaded, _ in body.loads)
    given = [each.value for each in statements_of(module)]
    calls = [each for each in given if isinstance(each, ast.Call) and _names(each, name)]
    return made[0] if len(made) == 1 and len(made[0].targets) == 1 and used == len(calls) else None


def _names(call: ast.Call, name: str) -> bool:
    """Whether a call registers a variable as a view."""
    given = [*call.args[2:3], *(each.value for each in call.keywords if each.arg == "view_func")]
    is_rule = isinstance(call.func, ast.Attribute) and call.func.attr == "add_url_rule"
    return is_rule and any(isinstance(each, ast.Name) and each.id == name for each in given)


def _bases(world: Program, cls: Class) -> Iterator[tuple[str, NodeKey, tuple[int, ...]]]:
    """The classes of a view with the places of Flask's bases."""
    for each in world.mro(cls):
        places = [
            place
            for place, base in enumerate(each.bases)
            if isinstance(base, Foreign) and world.canonical(base.name).startswith("flask.")
        ]
        if places:
            module = each.scope.module
            yield module.path, node_key(each.node, module.span), tuple(places)
