"""Mistakes in data: which value is taken, which key is written, what is escaped, hashed or sorted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.verify.mutants.edits import Edit, called, function_of, keyword, parent, source, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.verify.mutants.edits import Finder

_HASHES = {"generate_password_hash", "hash_password", "hash", "encode", "sha256", "encrypt"}
_ESCAPES = {"escape", "Markup", "bleach", "clean"}


def last_value(node: ast.AST) -> Iterator[Edit]:
    """The last of several values where Flask took the first."""
    if called(node) == "get" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        owner = source(node.func.value)
        if owner.endswith((".args", ".form", ".values")):
            default = source(node.args[1]) if len(node.args) > 1 else "None"
            given = ", ".join([source(node.args[0]), *(source(each) for each in node.keywords if each.arg == "type")])
            yield Edit(node, f"(({owner}.getlist({given}) or [{default}])[-1])")
    if isinstance(node, ast.Subscript) and source(node.value).endswith((".args", ".form", ".values")):
        yield Edit(node, f"{source(node.value)}.getlist({source(node.slice)})[-1]")


def forgiving_field(node: ast.AST) -> Iterator[Edit]:
    """A missing field is read as nothing where it was an error."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        name = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(name, str) and name.lower() != "authorization" and _is_input(node.value):  # guards ask for it
            yield Edit(node, f"{source(node.value)}.get({name!r}, '')")


def _is_input(node: ast.expr) -> bool:
    """Whether a client decides what is in a mapping: a part of the request, or a name for one."""
    text = source(node)
    if _was_set(node):
        return False
    if text == "session" or (text.startswith("request.") and not text.startswith("request.environ")):
        return True
    function = function_of(node)
    return isinstance(node, ast.Name) and any(
        isinstance(each, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == node.id for target in each.targets)
        and "request" in source(each.value)
        for each in (ast.walk(function) if function else ())
    )


def _was_set(node: ast.expr) -> bool:
    """Whether the function has put in what it reads, or asks whether it is there, so that it can hardly be missing."""
    read, function = parent(node), function_of(node)
    if not isinstance(read, ast.Subscript) or function is None:
        return False
    for each in ast.walk(function):
        match each:
            case ast.Assign(targets=targets) if source(read) in map(source, targets):
                return True
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[owner]):
                if source(key) == source(read.slice) and source(owner) == source(node):
                    return True
    return False


def other_default(node: ast.AST) -> Iterator[Edit]:
    """Another default."""
    if called(node) not in {"get", "pop"} or not isinstance(node, ast.Call) or len(node.args) != 2:
        return
    default = node.args[1]
    if isinstance(default, ast.Constant) and not isinstance(parent(node), ast.Expr):  # where somebody takes the value
        yield Edit(default, _compared_with(node, default.value) or _other(default.value))


def _compared_with(node: ast.AST, default: object) -> str:
    """What a value is held against, where it is: another default that makes a difference."""
    inner, above = node, parent(node)
    while isinstance(above, ast.Attribute | ast.Call):  # .lower(), .strip()
        inner, above = above, parent(above)
    sides = [above.left, *above.comparators] if isinstance(above, ast.Compare) else []
    literals = [
        each for side in sides if side is not inner for each in ast.walk(side) if isinstance(each, ast.Constant)
    ]
    texts = [each.value for each in literals if isinstance(each.value, str)]
    return next((repr(text) for text in texts if text != default), "")


def _other(value: object) -> str:
    if isinstance(value, bool):
        return str(not value)
    return str(value + 1) if isinstance(value, int) else "'other'"


def dropped_type(node: ast.AST) -> Iterator[Edit]:
    """Text where a number was made of it."""
    if called(node) == "get" and isinstance(node, ast.Call) and keyword(node, "type") is not None:
        yield Edit(node, without(node, "type"))


def other_key(node: ast.AST) -> Iterator[Edit]:
    """A key of a dictionary is written differently."""
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield Edit(key, repr(f"{key.value}_"))


def dropped_key(node: ast.AST) -> Iterator[Edit]:
    """A key of a dictionary is missing."""
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        yield Edit(node, source(ast.Dict(node.keys[:-1], node.values[:-1])))


def other_text(node: ast.AST) -> Iterator[Edit]:
    """A message is worded differently."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Dict):
        values = node.values
    elif isinstance(node, ast.Return) and node.value is not None:
        values = [node.value]
    elif called(node) in {"flash", "abort"} and isinstance(node, ast.Call):
        values = node.args
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield Edit(value, repr(f"{value.value}!"))


def other_number(node: ast.AST) -> Iterator[Edit]:
    """A calculation that is off by one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        number = node.right.value if isinstance(node.right, ast.Constant) else None
        if isinstance(number, int):
            yield Edit(node.right, str(number + 1))


def number_as_text(node: ast.AST) -> Iterator[Edit]:
    """A number, or yes or no, goes out as text."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None and _is_number(value):
                yield Edit(value, f"str({source(value)})")


def _is_number(node: ast.expr) -> bool:
    """Whether a value is a number by its form, or by what such names stand for in most programs."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float)
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) or _is_number(node.right)
    name = source(node).rstrip("'\"])").rpartition(".")[2].rpartition("'")[2].rpartition('"')[2]
    return called(node) in {"len", "int", "float", "count"} or name == "id" or name.endswith(("_id", "count"))


def wrapped_list(node: ast.AST) -> Iterator[Edit]:
    """A list in an envelope, or a body in a list."""
    if called(node) in {"jsonify", "JSONResponse"} and isinstance(node, ast.Call) and len(node.args) == 1:
        yield Edit(node.args[0], f"[{source(node.args[0])}]")


def unescaped(node: ast.AST) -> Iterator[Edit]:
    """Output that is not escaped any more."""
    if called(node) in _ESCAPES and isinstance(node, ast.Call) and len(node.args) == 1:
        yield Edit(node, f"({source(node.args[0])})")


def unhashed(node: ast.AST) -> Iterator[Edit]:
    """A password that is stored as it is."""
    if called(node) in _HASHES and isinstance(node, ast.Call) and node.args:
        yield Edit(node, f"({source(node.args[0])})")


def other_order(node: ast.AST) -> Iterator[Edit]:
    """Rows in another order."""
    if called(node) in {"order_by", "sort", "sorted"} and isinstance(node, ast.Call):
        if called(node) == "order_by" and isinstance(node.func, ast.Attribute):
            yield Edit(node, source(node.func.value))
        elif keyword(node, "reverse") is None:
            turned = [*node.keywords, ast.keyword("reverse", ast.Constant(True))]
            yield Edit(node, source(ast.Call(node.func, node.args, turned)))
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " DESC" in node.value:
        yield Edit(node, repr(node.value.replace(" DESC", " ASC")))


def dropped_filter(node: ast.AST) -> Iterator[Edit]:
    """Rows that should have been filtered out."""
    if called(node) in {"filter", "filter_by", "where"} and isinstance(node, ast.Call):
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        yield from [Edit(node, source(owner))] if owner is not None else []


def other_column(node: ast.AST) -> Iterator[Edit]:
    """Two values in each other's place."""
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) in {2, 3}:
        plain = all(isinstance(each, ast.Name | ast.Attribute | ast.Subscript) for each in node.elts[:2])
        if plain and not _is_set(node):
            swapped = [node.elts[1], node.elts[0], *node.elts[2:]]
            yield Edit(node, "(" + ", ".join(source(each) for each in swapped) + ")")


def _is_set(node: ast.expr) -> bool:
    """Whether the order of a tuple does not matter: ``x in (a, b)``, ``except (A, B)``, ``isinstance(x, (A, B))``."""
    above = parent(node)
    return isinstance(above, ast.Compare | ast.ExceptHandler) or called(above or node) in {"isinstance", "issubclass"}


CATALOGUE: dict[str, Finder] = {
    "last-value": last_value,
    "forgiving-field": forgiving_field,
    "other-default": other_default,
    "dropped-type": dropped_type,
    "other-key": other_key,
    "dropped-key": dropped_key,
    "other-text": other_text,
    "other-number": other_number,
    "number-as-text": number_as_text,
    "wrapped-list": wrapped_list,
    "unescaped": unescaped,
    "unhashed": unhashed,
    "other-order": other_order,
    "dropped-filter": dropped_filter,
    "other-column": other_column,
}
