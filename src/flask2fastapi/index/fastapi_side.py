"""FastAPI's own routes, as an earlier run has left them: applications, routers, operations and inclusions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.index.folding import elements
from flask2fastapi.index.values import Arguments, Const, Items, Value, string

if TYPE_CHECKING:
    from flask2fastapi.index.values import RouteOwner

_METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}
DECLARING = {"api_route", *_METHODS}
_VARIABLE = re.compile(r"{(\w+)(?::(\w+))?}")


def is_fastapi(owner: RouteOwner) -> bool:
    """Whether a holder of routes is one of FastAPI's."""
    return owner.class_name.partition(".")[0] == "fastapi"


def flask_rule(path: Value | None) -> Value:
    """A path as Flask would write it: ``/books/<int:book_id>``."""
    text = string(path)
    return Const(None if text is None else as_rule(text))


def as_rule(path: str) -> str:
    """The same of text."""
    return _VARIABLE.sub(lambda m: f"<{m[2]}:{m[1]}>" if m[2] else f"<{m[1]}>", path)


def operation_arguments(name: str, arguments: Arguments) -> Arguments:
    """What the decorator of an operation says to a route: its methods."""
    methods = arguments.get(None, "methods") if name == "api_route" else None
    keywords = {} if name == "api_route" else {"methods": _one(name)}
    return Arguments([], {"methods": methods} if methods is not None else keywords)


def tag_of(arguments: Arguments) -> str:
    """The first tag of a router, which was the name of its blueprint."""
    tags = elements(arguments.get(None, "tags") or Const(None)) or []
    return next((text for each in tags if (text := string(each)) is not None), "")


def endpoint_of(owner: RouteOwner, arguments: Arguments) -> str | None:
    """The name of a route without that of its router, which it has in front where URLs are built by it."""
    name = arguments.text(None, "name")
    return name.removeprefix(f"{owner.name}.") if name is not None and owner.name else name


def _one(name: str) -> Value:
    return Items([Const(name.upper())])
