"""Routers for views that are defined inside functions, by what they are registered on."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, FastAPI
from flask import Flask

_VARIABLE = re.compile(r"{(\w+)(?::(\w+))?}")
_CONVERTER = re.compile(r"<(?:(\w+)(?:\([^>]*\))?:)?(\w+)>")


def router_of(owner: Any) -> APIRouter:
    """Give an application or a blueprint of Flask a router, which the front includes.

    A function that makes both can be called for several applications.
    """
    router: APIRouter | None = getattr(owner, "fastapi_router", None)
    if router is None:
        router = APIRouter(tags=None if isinstance(owner, Flask) else [owner.name])
        setattr(owner, "fastapi_router", router)  # noqa: B010
    return router


def include_routers(app: FastAPI, flask_app: Flask) -> None:
    """Include the routers that a Flask application and its blueprints were given."""
    for owner in (flask_app, *flask_app.blueprints.values()):
        router = getattr(owner, "fastapi_router", None)
        if router is not None:
            app.include_router(router, prefix=_prefix(flask_app, router))


def _prefix(flask_app: Flask, router: APIRouter) -> str:
    """What Flask has put before the rules of a router's routes."""
    known = {rule.endpoint: rule.rule for rule in flask_app.url_map.iter_rules()}
    for route in router.routes:
        path = _VARIABLE.sub(_as_rule, getattr(route, "path", ""))
        rule = known.get(getattr(route, "name", ""), "")
        if rule.endswith(path):
            return _CONVERTER.sub(r"{\2}", rule[: len(rule) - len(path)]).rstrip("/")
    return ""


def _as_rule(variable: re.Match[str]) -> str:
    name, kind = variable.groups()
    return f"<{kind}:{name}>" if kind else f"<{name}>"
