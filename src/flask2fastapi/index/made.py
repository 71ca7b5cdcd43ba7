"""Responses that a view makes itself and that a response class of FastAPI says exactly as well."""

from __future__ import annotations

import ast
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask2fastapi.index.shapes import TEXT
from flask2fastapi.model.views import Content, Kind, MadeFact

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask2fastapi.index.shapes import Shapes
    from flask2fastapi.model.rewrite import NodeKey

RESPONSE = {"flask.Response", "flask.wrappers.Response", "flask.current_app.response_class"}
MAKE_RESPONSE = {"flask.make_response", "flask.helpers.make_response"}
_NAMES = ("response", "status", "headers", "mimetype", "content_type")
_WITH_CHARSET = {
    *("application/ecmascript", "application/javascript", "application/sql", "application/xml", "application/xml-dtd"),
    "application/xml-external-parsed-entity",
}
"""What ``werkzeug.utils.get_content_type`` gives a charset, beside ``text/*`` and ``*+xml``."""
_BODILESS = {204, 304}
_NUMBERS = {Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN}
_URL_FOR = {"flask.url_for", "flask.helpers.url_for"}


def status_of(node: ast.expr, name_of: Callable[[ast.expr], str | None]) -> int | None:
    """A literal status of an answer: a number, a member of ``HTTPStatus``, or ``"404 Not Found"``."""
    match node:
        case ast.Constant(value=int() as status) if not isinstance(status, bool):
            return status if 200 <= status <= 599 else None
        case ast.Attribute(attr=name) if name_of(node) == f"http.HTTPStatus.{name}":
            return HTTPStatus[name].value if name in HTTPStatus.__members__ else None
    return None


def is_headers(node: ast.expr, shapes: Shapes, name_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether something is a dictionary of literal names and of text that can be a header."""
    match node:
        case ast.Dict(keys=keys, values=values):
            names = all(isinstance(key, ast.Constant) and is_plain_header(key.value) for key in keys)
            return names and all(is_header_text(value, shapes, name_of) for value in values)
    return False


def is_plain_header(name: object) -> bool:
    """Whether something names a header that is sent as it was set: Werkzeug changes those that hold URLs."""
    return isinstance(name, str) and name.lower() not in {"location", "content-location"}


def is_header_text(node: ast.expr, shapes: Shapes, name_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether something is text without line breaks: Werkzeug refuses those in headers, Starlette would send them."""
    match node:
        case ast.Constant(value=str() as text):
            return "\n" not in text and "\r" not in text
        case ast.JoinedStr(values=values):
            return all(is_header_text(value, shapes, name_of) for value in values)
        case ast.FormattedValue(value=value, format_spec=None):
            return shapes.of(value).kind in _NUMBERS or is_header_text(value, shapes, name_of)
        case ast.Call(func=func, args=[value], keywords=[]) if name_of(func) == "builtins.str":
            return shapes.of(value).kind in _NUMBERS or is_header_text(value, shapes, name_of)
        case ast.Call(func=func):
            return name_of(func) in _URL_FOR
    return False


def made_response(
    call: ast.Call,
    shapes: Shapes,
    name_of: Callable[[ast.expr], str | None],
    key_of: Callable[[ast.AST], NodeKey],
) -> MadeFact | None:
    """``Response("a,b", mimetype="text/csv")`` and ``make_response("text", 201)``; None for what says more."""
    name = name_of(call.func)
    given: dict[str, tuple[int | str, ast.expr]] = {}
    if name in RESPONSE:
        given = {role: (place, value) for place, (role, value) in enumerate(zip(_NAMES, call.args, strict=False))}
        given |= {each.arg or "": (each.arg or "", each.value) for each in call.keywords}
    elif name in MAKE_RESPONSE and not call.keywords:
        given = _made_of(call, shapes, name_of)
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    if name not in RESPONSE | MAKE_RESPONSE or starred or len(given) != len(call.args) + len(call.keywords):
        return None
    if given.keys() - set(_NAMES):
        return None
    return _fact(call, given, shapes, name_of, key_of)


def _made_of(
    call: ast.Call, shapes: Shapes, name_of: Callable[[ast.expr], str | None]
) -> dict[str, tuple[int | str, ast.expr]]:
    roles = ["response", "status", "headers"]
    if len(call.args) == 2 and is_headers(call.args[1], shapes, name_of):
        roles.remove("status")
    return {role: (place, value) for place, (role, value) in enumerate(zip(roles, call.args, strict=False))}


def _fact(
    call: ast.Call,
    given: dict[str, tuple[int | str, ast.expr]],
    shapes: Shapes,
    name_of: Callable[[ast.expr], str | None],
    key_of: Callable[[ast.AST], NodeKey],
) -> MadeFact | None:
    values = {role: value for role, (_, value) in given.items()}
    places = {role: place for role, (place, _) in given.items()}
    status = status_of(values["status"], name_of) if "status" in values else 200
    types = [_text(values[role]) for role in ("mimetype", "content_type") if role in values]
    content = values.get("response")
    known = content is None or shapes.of(content) == TEXT or _is_bytes(content)
    if status is None or not known or len(types) > 1 or None in types:
        return None
    if "headers" in values and (
        not is_headers(values["headers"], shapes, name_of) or (types and names_type(values["headers"]))
    ):
        return None
    if status in _BODILESS and (content is not None or types or "headers" in values):
        return None
    media = types[0] if types else None
    return MadeFact(
        key_of(call),
        True,
        Content.HTML if content is not None or status not in _BODILESS else Content.EMPTY,
        content=places.get("response"),
        status=places.get("status"),
        headers=places.get("headers"),
        media=_with_charset(media) if media is not None and "mimetype" in values else media,
        is_verbatim="content_type" in values,
        local=call.func.id if isinstance(call.func, ast.Name) else "",
    )


def _is_bytes(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bytes)


def _text(node: ast.expr) -> str | None:
    """A literal that can be a content type; any other ends the matter."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else None


def names_type(headers: ast.expr) -> bool:
    """Whether a dictionary of headers has the content type."""
    keys = headers.keys if isinstance(headers, ast.Dict) else []
    return any(isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" for key in keys)


def _with_charset(mimetype: str) -> str:
    is_text = mimetype.startswith("text/") or mimetype.endswith("+xml") or mimetype in _WITH_CHARSET
    return f"{mimetype}; charset=utf-8" if is_text else mimetype
