"""What ``/openapi.json`` says of bodies that FastAPI does not read itself."""

from __future__ import annotations

import contextlib
import inspect
import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import fastapi.routing
import typing_extensions
from fastapi import FastAPI
from pydantic import TypeAdapter

_each_in: Any = getattr(fastapi.routing, "iter_route_contexts", iter)
_WITH_FILES = "multipart/form-data"


def describe_bodies(app: FastAPI) -> None:
    """Show the bodies of operations in the documentation of ``app``.

    They are read as Flask reads them, and the operations judge them: what stands in
    ``JSONBody[AddBook]`` is for readers alone. No operation answers 422 for its path.
    """
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            with warnings.catch_warnings():  # of ids, which are put right
                warnings.simplefilter("ignore", UserWarning)
                schema = made()
            for route in _each_in(app.router.routes):
                if getattr(route, "methods", None) and hasattr(route, "path_format"):
                    _describe(schema, route)
            if "/HTTPValidationError" not in json.dumps(schema["paths"]):
                for unused in ("HTTPValidationError", "ValidationError"):
                    schema.get("components", {}).get("schemas", {}).pop(unused, None)
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(schema: dict[str, Any], route: Any) -> None:
    path = schema["paths"].get(route.path_format, {})
    named = {it.lower(): path[it.lower()] for it in route.methods if it.lower() in path}
    for method, operation in named.items() if len(named) > 1 else ():
        stem = operation["operationId"].rpartition("_")[0]
        operation["operationId"] = f"{stem}_{method}"
    name = getattr(route.endpoint, "__name__", route.name)
    for operation in named.values():
        if name != route.name and operation["summary"] == _title(route.name):
            operation["summary"] = _title(name)  # not that of the endpoint
        places = {each["in"] for each in operation.get("parameters", ())}
        if places <= {"path"} and "requestBody" not in operation:
            operation["responses"].pop("422", None)
    if named:
        _describe_body(named.values(), route)


def _title(name: str) -> str:
    return name.replace("_", " ").title()


def _describe_body(operations: Iterable[dict[str, Any]], route: Any) -> None:
    bodies: dict[str, dict[str, Any]] = {}
    for kind, media in _bodies(route.endpoint):
        bodies[media] = _merged(bodies.get(media, {}), _schema(kind))
    if _WITH_FILES in bodies:  # with files, fields come in the same body
        fields = bodies.pop("application/x-www-form-urlencoded", {})
        bodies[_WITH_FILES] = _merged(fields, bodies[_WITH_FILES])
    for operation in operations if bodies else ():
        content = {media: {"schema": bodies[media]} for media in bodies}
        operation["requestBody"] = {"content": content}


def _bodies(operation: Callable[..., Any]) -> Iterator[tuple[Any, str]]:
    """What parameters are said to hold, and of which media type it comes."""
    names = getattr(inspect.unwrap(operation), "__globals__", {})
    for each in inspect.signature(operation).parameters.values():
        kind = each.annotation
        if isinstance(kind, str):
            with contextlib.suppress(NameError):
                kind = eval(kind, names)
        first, *marks = typing_extensions.get_args(kind) or [None]
        media = [mark for mark in marks if isinstance(mark, str) and "/" in mark]
        if media:
            given = typing_extensions.get_args(first)  # of what reads it when called
            yield given[-1] if given else first, media[0]


def _schema(kind: Any) -> dict[str, Any]:
    if kind is Any or isinstance(kind, TypeVar):
        return {}
    return TypeAdapter(kind).json_schema()


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if not one or not other:
        return one or other
    merged = {**one, "properties": {**one["properties"], **other["properties"]}}
    required = [*one.get("required", ()), *other.get("required", ())]
    return {**merged, "required": required} if required else merged
