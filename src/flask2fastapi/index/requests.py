"""How views read their request: calls and attributes of Flask's ``request`` that a parameter can take the place of."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.shapes import INTEGER, NAN, NOTHING, TEXT, union
from flask2fastapi.model.views import BodyRead, Kind, QueryRead, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask2fastapi.model.rewrite import NodeKey

    NameOf = Callable[[ast.expr], str | None]
    KeyOf = Callable[[ast.AST], NodeKey]

_REQUEST = ("flask.request", "flask.globals.request")
_GET = {f"{request}.args.get" for request in _REQUEST}
_GETLIST = {f"{request}.args.getlist" for request in _REQUEST}
_ARGS = _GET | _GETLIST
_HEADER = {f"{request}.headers.get" for request in _REQUEST}
_GET_JSON = {f"{request}.get_json" for request in _REQUEST}
_JSON = {f"{request}.json" for request in _REQUEST}
SAME_ATTRIBUTES = {f"{request}.method": TEXT for request in _REQUEST}
"""Attributes that Starlette's request has under the same name and with the same value."""
_TYPES = {f"builtins.{name}": name for name in ("int", "str", "float", "bool")}
_SHAPES = {"int": INTEGER, "float": NAN, "str": TEXT, None: TEXT, "bool": Shape(Kind.BOOLEAN, True)}
_DEFAULTS = {str: Kind.TEXT, bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.NUMBER, type(None): Kind.NOTHING}
CONVERTED = {
    "default": TEXT,
    "string": TEXT,
    "path": TEXT,
    "any": TEXT,
    "int": INTEGER,
    "float": Shape(Kind.NUMBER, True),
}
"""Shapes of what Werkzeug's converters give; ``uuid`` gives an object that JSON writes as text."""
ABORTING = frozenset(
    {
        *(400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 422, 423, 424, 428, 429),
        *(431, 451, 500, 501, 502, 503, 504, 505),
    }
)
"""Statuses that `werkzeug.exceptions.default_exceptions` has had since Werkzeug 0.15."""
_OTHER_ARGUMENT = {405, 416}
"""Whose second argument is not the description."""


def query_read(node: ast.expr, name_of: NameOf, key_of: KeyOf) -> QueryRead | None:
    """``request.args.get("page", 1, type=int)`` with a literal name and default, and a type that cannot fail oddly."""
    if not isinstance(node, ast.Call) or (called := name_of(node.func)) not in _ARGS:
        return None
    many = called in _GETLIST
    given = _given(node, ("key", "type") if many else ("key", "default", "type"))
    name = given.get("key") if given is not None else None
    if given is None or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    default, kind = _default(given.get("default"))
    is_typed = "type" in given and not (isinstance(given["type"], ast.Constant) and given["type"].value is None)
    type_name = _TYPES.get(name_of(given["type"]) or "") if is_typed else None
    if kind is None or (is_typed and type_name is None):
        return None
    found = QueryRead(key_of(node), name.value, type_name, default, kind, many=many)
    return asked_of(found, node.func, key_of)


def asked_of(read: QueryRead, node: ast.expr, key_of: KeyOf) -> QueryRead:
    """A read with the request that it asks: what stands before the attributes of ``node``."""
    while isinstance(node, ast.Attribute) and node.attr != "args":
        node = node.value
    if not isinstance(node, ast.Attribute):
        return read
    return replace(read, variable=_variable(node), request=key_of(node.value))


def _given(node: ast.Call, names: tuple[str, ...]) -> dict[str, ast.expr] | None:
    """The arguments of a call by name, None when they are not all there to read."""
    given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
    if len(node.args) > len(names) or any(isinstance(each, ast.Starred) for each in node.args):
        return None
    for keyword in node.keywords:
        if keyword.arg not in names or keyword.arg in given:
            return None
        given[keyword.arg] = keyword.value
    return given


def header_shape(node: ast.expr, name_of: NameOf) -> Shape | None:
    """What ``request.headers.get("x-key", "")`` gives, which both requests have; None for anything else."""
    if not isinstance(node, ast.Call) or name_of(node.func) not in _HEADER:
        return None
    given = _given(node, ("key", "default"))
    key = given.get("key") if given is not None else None
    if given is None or not isinstance(key, ast.Constant) or not isinstance(key.value, str) or "_" in key.value:
        return None  # to Flask an underscore in a name is a hyphen
    default, kind = _default(given.get("default"))
    if kind is None or (kind is not Kind.TEXT and default is not None):
        return None
    return TEXT if kind is Kind.TEXT else union([TEXT, NOTHING])


def _default(node: ast.expr | None) -> tuple[str | None, Kind | None]:
    match node:
        case None:
            return None, Kind.NOTHING
        case ast.Constant(value=value) if type(value) in _DEFAULTS:
            return None if value is None else ast.unparse(node), _DEFAULTS[type(value)]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return ast.unparse(node), _DEFAULTS[type(value)]
    return None, None


def query_shape(query: QueryRead) -> Shape:
    """What reading a query parameter gives."""
    if query.many:
        return Shape(Kind.ARRAY, query.type != "float")
    default = Shape(query.default_kind, True) if query.default is not None else NOTHING
    return union([_SHAPES[query.type], default])


def body_read(node: ast.expr, name_of: NameOf, key_of: KeyOf, first: bool) -> BodyRead | None:
    """``request.get_json(force=True, silent=True)`` or ``request.json``."""
    if isinstance(node, ast.Attribute) and name_of(node) in _JSON:
        return BodyRead(key_of(node), is_call=False, first=first, name=_variable(node), request=key_of(node.value))
    if not isinstance(node, ast.Call) or name_of(node.func) not in _GET_JSON:
        return None
    asked = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    given: dict[str, ast.expr] = dict(zip(("force", "silent", "cache"), node.args, strict=False))
    given.update({keyword.arg or "": keyword.value for keyword in node.keywords})
    flags = {name: value.value for name, value in given.items() if isinstance(value, ast.Constant)}
    known = len(flags) == len(given) == len(node.args) + len(node.keywords) and flags.keys() <= {
        "force",
        "silent",
        "cache",
    }
    if not known or flags.get("cache", True) is not True or not all(isinstance(flag, bool) for flag in flags.values()):
        return None
    force, silent = flags.get("force") is True, flags.get("silent") is True
    return BodyRead(key_of(node), force, silent, True, first, name=_variable(node.func), request=key_of(asked))


def _variable(node: ast.expr) -> str | None:
    """The variable whose attribute something is."""
    return node.value.id if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else None


def abort_problem(call: ast.Call) -> str | None:
    """Why an ``abort(...)`` cannot be raised as FastAPI's ``HTTPException``, None when it can."""
    match call:
        case ast.Call(args=[ast.Constant(value=int() as status), *rest], keywords=keywords):
            names = [keyword.arg for keyword in keywords]
        case _:
            return "the status that it aborts with is not a literal"
    if status not in ABORTING:
        return f"it aborts with {status}"
    if (
        len(rest) + len(names) > 1
        or names not in ([], ["description"])
        or any(isinstance(each, ast.Starred) for each in rest)
    ):
        return "it aborts with more than a description"
    described = bool(rest or names)
    if described and status in _OTHER_ARGUMENT and not names:
        return f"what it gives to `abort({status}, ...)` is not a description"
    return None
