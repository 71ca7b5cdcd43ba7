"""The edits that take a module's path operations from the router before Flask to what their rules are registered on."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.keys import node_key
from flask2fastapi.index.spans import Lines
from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import OperationOrder, ReplaceOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit
from flask2fastapi.plan.full_files import ROUTER
from flask2fastapi.plan.operations import OPERATION
from flask2fastapi.plan.pieces import FULL_PIECES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.files import SourceFile


@dataclass(frozen=True, slots=True)
class Unfronted:
    """What is to be done to one module."""

    edits: tuple[Edit, ...]
    names: frozenset[str]
    """What it goes on to import from the support module."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """``bp.add_url_rule("/", "index", moved(index))``."""

    statement: ast.Expr
    holder: str
    view: str
    row: ResolvedRoute


class _ChangedError(Exception):
    """Something is not as a run writes it: on which line, and what about it."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def unfront(
    source: SourceFile, rows: Sequence[ResolvedRoute], support: str, *, builds_urls: bool = False
) -> Unfronted | Reason:
    """The edits for one file; ``rows`` are its rules left to Flask, ``support`` the name of the support module's file.

    ``builds_urls`` says that operations keep their full names. A reason when the file does not have the form in which a
    run leaves it.
    """
    tree = ast.parse(source.text)
    lines = Lines(source.text)
    try:
        names = frozenset(_supported(tree, support))
        rules = _rules(tree, lines, rows)
        edits = [Edit(node_key(rule.statement, lines.span), ROUTER, ReplaceOrder(())) for rule in rules]
        routers = _routers(tree)
        operations = []
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            named = set(_names(function, routers))
            mine = [rule for rule in rules if rule.view == function.name or rule.row.endpoint in named]
            if mine:
                operations.append(function)
                edits.append(_operation(function, mine, routers, lines, builds_urls, tree.body))
        edits += _without_routers(tree, operations, routers, lines)
    except _ChangedError as changed:
        return Reason("flask-object", str(changed), Location(source.path, changed.line))
    return Unfronted(tuple(edits), names)


def _supported(tree: ast.Module, support: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(each.name.rpartition(".")[2] == support for each in node.names):
            raise _ChangedError(node.lineno, "it uses the support module as a whole")
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == support:
            for each in node.names:
                if each.name not in {*FULL_PIECES, "moved"}:
                    raise _ChangedError(node.lineno, f"`{each.name}` of the support module needs Flask")
                if each.name != "moved":
                    yield each.name


def _rules(tree: ast.Module, lines: Lines, rows: Sequence[ResolvedRoute]) -> list[_Rule]:
    by_span = {row.fact.span: row for row in rows}
    found = []
    for node in tree.body:
        match node:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=holder), attr="add_url_rule"),
                    args=[_, ast.Constant(), ast.Call(args=[ast.Name(id=view)])],
                ) as call
            ) if (
                lines.span(call) in by_span
            ):
                found.append(_Rule(node, holder, view, by_span.pop(lines.span(call))))
    if by_span:
        row = next(iter(by_span.values()))
        raise _ChangedError(row.fact.span.line, f"the rule `{row.rule}` is not as a run leaves it")
    return found


def _routers(tree: ast.Module) -> dict[str, ast.Assign]:
    """The routers that runs made in a module: ``shop_router = APIRouter(tags=["shop"])``, and nothing more in it."""
    found = {}
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="APIRouter"), args=[]) as call
            ):
                if all(keyword.arg == "tags" for keyword in call.keywords):
                    found[name] = node
    return found


def _names(function: ast.FunctionDef | ast.AsyncFunctionDef, routers: Collection[str]) -> Iterator[object]:
    """The names that decorators of routers give an operation: one branch of a view has that of the view's endpoint."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=router)), keywords=keywords) if router in routers:
                values = (each.value for each in keywords if each.arg == "name")
                yield from (value.value for value in values if isinstance(value, ast.Constant))


def _operation(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    rules: Sequence[_Rule],
    routers: dict[str, ast.Assign],
    lines: Lines,
    builds_urls: bool,
    body: Sequence[ast.stmt],
) -> Edit:
    """Its decorators on what its rules are registered on, without the blueprint's part of their names."""
    holders = {rule.holder for rule in rules}
    if len(holders) > 1:
        raise _ChangedError(function.lineno, f"the rules of `{function.name}` are registered on several objects")
    decorators = []
    for index, decorator in enumerate(function.decorator_list):
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=router), attr=method)) if router in routers:
                text = _decorator(decorator, function.name, [rule.row for rule in rules], lines, builds_urls)
                decorators.append((index, (f"{rules[0].holder}.{method}({text})",)))
            case _:
                raise _ChangedError(decorator.lineno, f"`{function.name}` has a decorator that no run wrote")
    if not any(_binds(node, rules[0].holder) and node.lineno < function.lineno for node in body):
        raise _ChangedError(function.lineno, f"`{rules[0].holder}` is not known where `{function.name}` is defined")
    if not decorators:
        raise _ChangedError(function.lineno, f"`{function.name}` is no path operation any more")
    return Edit(node_key(function, lines.span), OPERATION, OperationOrder(tuple(decorators)))


def _binds(node: ast.stmt, name: str) -> bool:
    """Whether a statement gives a name its object."""
    match node:
        case ast.Assign(targets=targets):
            return any(isinstance(each, ast.Name) and each.id == name for each in targets)
        case ast.AnnAssign(target=ast.Name(id=target)):
            return target == name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return any((each.asname or each.name) == name for each in names)
    return False


def _decorator(call: ast.Call, view: str, rows: Sequence[ResolvedRoute], lines: Lines, builds_urls: bool) -> str:
    """Its arguments as they stand there, but for the name."""
    endpoints = {row.endpoint: row.endpoint if builds_urls else row.fact.endpoint for row in rows}
    arguments = [lines.segment(each) for each in call.args]
    for keyword in call.keywords:
        if keyword.arg != "name":
            text = lines.segment(keyword.value)
            arguments.append(f"{keyword.arg}={text}" if keyword.arg else f"**{text}")
            continue
        name = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if name not in endpoints:
            raise _ChangedError(call.lineno, f"the name of `{view}` is none of its endpoints")
        if endpoints[str(name)] != view:
            arguments.append(f'name="{endpoints[str(name)]}"')
    return ", ".join(arguments).replace("$", "$$")


def _without_routers(
    tree: ast.Module,
    operations: Sequence[ast.FunctionDef | ast.AsyncFunctionDef],
    routers: dict[str, ast.Assign],
    lines: Lines,
) -> Iterator[Edit]:
    """Take the routers away, once nothing but decorators of these very operations names them."""
    allowed = {
        id(decorator.func.value)
        for node in operations
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) in allowed} & routers.keys()
    for node in ast.walk(tree):
        for name in used:
            if not isinstance(node, ast.Name) or node.id != name or node is routers[name].targets[0]:
                continue
            if id(node) not in allowed:
                raise _ChangedError(node.lineno, f"`{name}` is used for something that Flask's URL map does not know")
    for name in used:
        yield Edit(node_key(routers[name], lines.span), ROUTER, ReplaceOrder(()))
