"""Functions that calls have run at the end of an application's contexts: ``app.teardown_appcontext(close_db)``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.around import Around
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.registering_calls import statements_of
from flask2fastapi.model.around import TeardownFact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.reached import Functions
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.model.facts import HookFact

TEARDOWN = "teardown_appcontext"


def teardown_facts(
    world: Program, functions: Functions, rebound: Callable[[Module], frozenset[str]]
) -> Iterator[TeardownFact]:
    """Those whose calls are statements of a module or function."""
    for fact in world.recorder.hooks:
        found = _call(world, fact) if fact.kind == TEARDOWN and fact.owner and fact.function else None
        if found is None or fact.function is None:
            continue
        yield from _facts(world, functions, rebound, fact, *found)


def _facts(
    world: Program,
    functions: Functions,
    rebound: Callable[[Module], frozenset[str]],
    fact: HookFact,
    module: Module,
    statement: ast.Expr,
) -> Iterator[TeardownFact]:
    read = functions.get(fact.function or "")
    match statement.value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner)), args=[function], keywords=[]) if read is not None:
            where, scanned, node = read
            body = Around(world, where, scanned, node, rebound(where), TEARDOWN, is_http=False)
            body.read()
            view = body.view_fact(())
            view = replace(view, body=replace(view.body, rare=frozenset()))  # nothing gives it a response
            yield TeardownFact(
                owner=fact.owner or "",
                path=fact.path,
                span=fact.span,
                function=fact.function or "",
                statement=node_key(statement, module.span),
                owner_source=owner,
                function_source=module.lines.segment(function),
                view=view,
                asks_error=_asks_error(node),
            )
            body.forget()


def _call(world: Program, fact: HookFact) -> tuple[Module, ast.Expr] | None:
    module = world.modules.by_path[fact.path]
    for each in statements_of(module):
        if isinstance(each.value, ast.Call) and module.span(each.value) == fact.span:
            return module, each
    return None


def _asks_error(node: FunctionNode) -> bool:
    given = node.args
    plain = len(given.posonlyargs) + len(given.args) == 1 and not given.kwonlyargs
    names = {each.arg for each in (*given.posonlyargs, *given.args)}
    return not plain or any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))
