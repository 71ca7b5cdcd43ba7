"""What views read of Flask's request by its own names, and what each gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.requests import asked_of
from flask2fastapi.index.shapes import BOOLEAN, DATA, INTEGER, NOTHING, TEXT, UNKNOWN, union
from flask2fastapi.model.views import QueryRead, RequestRead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import Shape

    NameOf = Callable[[ast.expr], str | None]
    KeyOf = Callable[[ast.AST], NodeKey]

REQUEST = ("flask.request", "flask.globals.request")
_MAYBE_TEXT = union([TEXT, NOTHING])
_TEXTS = (
    *("method", "path", "full_path", "script_root", "root_path", "url", "base_url", "url_root", "root_url", "host"),
    *("host_url", "scheme", "mimetype"),
)
_MAYBE = ("remote_addr", "remote_user", "content_type", "content_encoding", "content_md5", "referrer", "endpoint")
_TEXT_DICTIONARIES = ("args", "form", "values", "cookies", "headers")
_DATA = (
    *("data", "json", "query_string", "view_args", "mimetype_params", "access_route", "authorization", "user_agent"),
    *("accept_mimetypes", "accept_languages", "accept_charsets", "accept_encodings", "date", "max_forwards", "pragma"),
    *("if_match", "if_none_match", "if_modified_since", "if_unmodified_since", "if_range", "range", "cache_control"),
    *("access_control_request_headers", "access_control_request_method", "blueprints", "max_content_length", "files"),
    *("get_data", "get_json", "stream", "url_rule", "want_form_data_parsed", "content_range"),
)
_BLOCKING = {"files", "stream", "url_rule"}
"""Objects whose methods may block, or are not known."""
SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(_TEXTS, TEXT),
    **dict.fromkeys((*_MAYBE, "blueprint", "origin"), _MAYBE_TEXT),
    **dict.fromkeys((*_TEXT_DICTIONARIES, *_DATA), DATA),
    **dict.fromkeys(("is_json", "is_secure"), BOOLEAN),
    **dict.fromkeys(_BLOCKING, UNKNOWN),
    "content_length": union([INTEGER, NOTHING]),
}
"""Attribute of Flask's request -> what it gives; no others are taken."""
_BELOW = {
    "user_agent.string": TEXT,
    "url_rule.rule": TEXT,
    "url_rule.endpoint": TEXT,
    "authorization.username": _MAYBE_TEXT,
    "authorization.password": _MAYBE_TEXT,
    "authorization.token": _MAYBE_TEXT,
    "authorization.type": TEXT,
}
ENVIRON = (
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL"),
    *("REMOTE_ADDR", "REMOTE_PORT", "CONTENT_TYPE", "CONTENT_LENGTH", "REQUEST_URI", "RAW_URI", "wsgi.url_scheme"),
)
"""Keys of a WSGI environ that every server fills, apart from those of headers (``HTTP_...``)."""


def attribute_of(name: str | None) -> str | None:
    """``form`` for ``flask.request.form``, "" for the request itself, None for all else."""
    for request in REQUEST:
        if name == request:
            return ""
        if name is not None and name.startswith(f"{request}."):
            return name.removeprefix(f"{request}.")
    return None


def request_read(node: ast.expr, name_of: NameOf, key_of: KeyOf) -> RequestRead | None:
    """The request itself, or an attribute that is known."""
    attribute = attribute_of(name_of(node)) if isinstance(getattr(node, "ctx", None), ast.Load) else None
    if attribute is None:
        return None
    if attribute == "":
        return RequestRead(key_of(node), "", _variable(node))
    if attribute not in SHAPES or not isinstance(node, ast.Attribute):
        return None
    return RequestRead(key_of(node.value), attribute, _variable(node.value), key_of(node))


def required_read(node: ast.expr, name_of: NameOf, key_of: KeyOf) -> QueryRead | None:
    """``request.args["page"]``."""
    match node:
        case ast.Subscript(value=ast.Attribute() as owner, slice=ast.Constant(value=str(key)), ctx=ast.Load()):
            if attribute_of(name_of(owner)) == "args":
                return asked_of(QueryRead(key_of(node), key, required=True), owner, key_of)
    return None


def environ_read(node: ast.AST, name_of: NameOf, key_of: KeyOf) -> RequestRead | None:
    """``request.environ["REMOTE_ADDR"]``, of a key that every server fills."""
    match node:
        case ast.Subscript(value=ast.Attribute() as inner, slice=ast.Constant(value=str(key)), ctx=ast.Load()):
            pass
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute() as inner, attr="get"),
            args=[ast.Constant(value=str(key))] | [ast.Constant(value=str(key)), ast.Constant()],
            keywords=[],
        ):
            pass
        case _:
            return None
    if attribute_of(name_of(inner)) != "environ" or not (key in ENVIRON or key.startswith("HTTP_")):
        return None
    return RequestRead(key_of(inner.value), "environ", _variable(inner.value), key_of(inner))


def request_shape(node: ast.expr, name_of: NameOf) -> Shape | None:
    """What an attribute of the request, or of one of its attributes, gives; None for anything else."""
    match node:
        case ast.Attribute():
            found = attribute_of(name_of(node)) or ""
            first, _, rest = found.partition(".")
            if first not in SHAPES:
                return None
            return _BELOW.get(found, DATA if first not in _BLOCKING else UNKNOWN) if rest else SHAPES[first]
        case ast.Subscript(value=ast.Attribute() as owner):
            return TEXT if attribute_of(name_of(owner)) in _TEXT_DICTIONARIES else None
        case ast.Call(func=func) if attribute_of(name_of(func)) in {"get_data", "get_json"}:
            return DATA
        case ast.Call(func=ast.Attribute(value=ast.Attribute() as owner, attr="get"), args=args, keywords=[]):
            if attribute_of(name_of(owner)) not in _TEXT_DICTIONARIES or len(args) > 2:
                return None
            is_text = len(args) == 2 and isinstance(args[1], ast.Constant) and isinstance(args[1].value, str)
            nothing = len(args) == 1 or (isinstance(args[1], ast.Constant) and args[1].value is None)
            return TEXT if is_text else _MAYBE_TEXT if nothing else None
    return None


def header_read(node: ast.AST, name_of: NameOf, key_of: KeyOf) -> RequestRead | None:
    """``request.headers["X-Key"]`` and ``"X-Key" in request.headers``, of which Starlette's has the same to say.

    To Flask an underscore in a name is a hyphen, because that is how an environ spells headers.
    """
    match node:
        case ast.Subscript(value=ast.Attribute() as inner, slice=ast.Constant(value=str(key)), ctx=ast.Load()):
            pass
        case ast.Compare(ast.Constant(value=str(key)), [ast.In() | ast.NotIn()], [ast.Attribute() as inner]):
            pass
        case _:
            return None
    if "_" in key or attribute_of(name_of(inner)) != "headers":
        return None
    return RequestRead(key_of(inner.value), "headers", _variable(inner.value), key_of(inner), alike=True)


def _variable(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None
