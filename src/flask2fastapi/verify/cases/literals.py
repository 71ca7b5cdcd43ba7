"""What code holds its inputs against: ``if lang in ("de", "en")``, ``PROVIDERS.get(provider)``.

Such values are the likeliest to lead past a check. As everywhere where requests are made up, good guesses are enough:
parameters and fields are known by their names alone.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.files import SourceFile

_PEELED = {"lower", "upper", "strip", "casefold", "title"}
_MOST = 8
"""Values of one name."""
_READS = {"args", "form", "values", "json", "headers", "cookies", "files", "data", "body", "payload"}


def read_literals(files: Iterable[SourceFile]) -> dict[str, tuple[str, ...]]:
    """Name of a parameter or field -> texts with which the program compares it, or under which it looks it up."""
    trees = [tree for file in files if (tree := _parsed(file)) is not None]
    tables = {name: keys for tree in trees for name, keys in _tables(tree)}
    found: dict[str, dict[str, None]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for name, value in _of_function(node, tables):
                    known = found.setdefault(name, {})
                    if value and len(known) < _MOST:
                        known[value] = None
    return {name: tuple(values) for name, values in found.items() if values}


def _parsed(file: SourceFile) -> ast.Module | None:
    try:
        return ast.parse(file.data)
    except (SyntaxError, ValueError):
        return None


def _tables(tree: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Collections of literals under a name, wherever it is assigned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, keys = node.targets[0], tuple(_texts(node.value, {}))
            if keys and isinstance(target, ast.Name | ast.Attribute) and not isinstance(node.value, ast.Constant):
                yield _name(target), keys


def _of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, tables: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    names = {each.arg: each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
            read = _read(inner.value, names)
            if read:
                names[inner.targets[0].id] = read
        elif isinstance(inner, ast.For | ast.comprehension) and isinstance(inner.target, ast.Name):
            names[inner.target.id] = _parts(inner.iter, names) or names.get(inner.target.id, "")
    for inner in ast.walk(node):
        match inner:
            case ast.Compare(left=left, ops=operators, comparators=rights):
                for operator, one, other in zip(operators, [left, *rights], rights, strict=False):
                    yield from _compared(one, operator, other, names, tables)
            case ast.Call(
                func=ast.Attribute(value=text, attr="split" | "partition"), args=[ast.Constant(value=str(by))]
            ):
                yield _read(text, names), by
            case ast.Subscript(value=table, slice=ast.expr() as key):
                yield from ((_read(key, names), text) for text in tables.get(_name(table), ()))
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_]):
                yield from ((_read(key, names), text) for text in tables.get(_name(table), ()))


def _parts(node: ast.expr, names: Mapping[str, str]) -> str:
    """The name of the input of whose parts a loop goes through: ``for code in codes.split(",")``."""
    match node:
        case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[_, *_]):
            return _read(text, names)
        case _:
            return _read(node, names)


def _compared(
    left: ast.expr,
    operator: ast.cmpop,
    right: ast.expr,
    names: Mapping[str, str],
    tables: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, str]]:
    """Texts that one side is held against; of a bound, the numbers around it as well."""
    by = (0, -1, 1) if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) else (0,)
    for one, other in ((left, right), (right, left)):
        name, number = _read(one, names), _number(other)
        if name and number is not None:
            yield from ((name, str(number + each)) for each in by)
        elif name:
            yield from ((name, text) for text in _texts(other, tables))


def _number(node: ast.expr) -> int | None:
    """A whole number, also one that is written as a calculation: ``100 * 1024``."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=inner) if (number := _number(inner)) is not None:
            return -number
        case ast.BinOp(left=left, op=ast.Mult() | ast.Add() | ast.Sub() as operator, right=right):
            first, second = _number(left), _number(right)
            if first is None or second is None:
                return None
            sign = {ast.Mult: first * second, ast.Add: first + second, ast.Sub: first - second}
            return sign[type(operator)]
    return None


def _read(node: ast.expr, names: Mapping[str, str]) -> str:
    """The name of the input that an expression gives, ``.lower()`` and the like apart; "" for anything else."""
    match node:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=[]) if method in _PEELED:
            return _read(inner, names)
        case ast.Call(func=ast.Name(id="int" | "str"), args=[inner]):
            return _read(inner, names)
        case ast.Call(func=ast.Attribute(value=owner, attr="get" | "pop"), args=[ast.Constant(value=str(name)), *_]):
            return name if _name(owner) in _READS else ""
        case ast.Subscript(value=owner, slice=ast.Constant(value=str(name))):
            return name if _name(owner) in _READS else ""
    return ""


def _texts(node: ast.expr, tables: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() | int() as value) if not isinstance(value, bool):
            yield str(value)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from _texts(part, {}) if isinstance(part, ast.Constant) else ()
        case ast.Dict(keys=keys):
            for key in keys:
                yield from _texts(key, {}) if isinstance(key, ast.Constant) else ()
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield from tables.get(_name(node), ())


def _name(node: ast.expr) -> str:
    """The last name of an expression; of ``config["NAME"]`` the key."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""
