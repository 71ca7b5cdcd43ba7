"""Productions of decorators of a project on its views: guards, and those that do something with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .statements import indented
from .writing import Table

if TYPE_CHECKING:
    from .writing import Scene

DECORATORS: Table[list[str]] = Table("decorator")


@DECORATORS.add(6, "guard")
def guard(scene: Scene) -> list[str]:
    request, abort = scene.flask("request"), scene.flask("abort")
    refusals = [
        'return {"error": "stop"}, 403',
        'return "stop"',
        f"{abort}(401)",
        f'return {scene.flask("redirect")}("/elsewhere")',
        f'return {scene.flask("jsonify")}(error="stop"), 402',
    ]
    tests = [f'{request}.args.get("q") == "stop"', f'"X-Token" not in {request}.headers', f'{request}.method == "POST"']
    return [f"if {scene.pick(tests)}:", f"    {scene.pick(refusals)}", "return view(*args, **kwargs)"]


@DECORATORS.add(3, "context")
def context(scene: Scene) -> list[str]:
    return [f"{scene.flask('g')}.user = kwargs.get('number')", "return view(*args, **kwargs)"]


@DECORATORS.add(3, "response")
def response(scene: Scene) -> list[str]:
    return [
        f"response = {scene.flask('make_response')}(view(*args, **kwargs))",
        'response.headers["X-After"] = "2"',
        "return response",
    ]


@DECORATORS.add(2, "catching")
def catching(scene: Scene) -> list[str]:
    return [
        "try:",
        "    return view(*args, **kwargs)",
        "except (ValueError, KeyError) as error:",
        "    return str(error), 409",
    ]


@DECORATORS.add(1, "result")
def result(scene: Scene) -> list[str]:
    return ["result = view(*args, **kwargs)", "return result if result is not None else 'nothing'"]


def with_decorator(scene: Scene, lines: list[str]) -> list[str]:
    """A view with a decorator of the project now and then; coroutines and classes have none."""
    places = [number for number, line in enumerate(lines) if line.startswith("def ")]
    if len(places) != 1 or not scene.rarely(7):
        return lines
    name = f"around_{scene.name}"
    scene.module.use("import functools", "functools")
    wrapped = [
        "@functools.wraps(view)",
        "def wrapped(*args, **kwargs):",
        *indented(scene.take(DECORATORS)),
        "",
        "return wrapped",
    ]
    scene.module.define(name, f"def {name}(view):", *indented(wrapped))
    return [*lines[: places[0]], f"@{name}", *lines[places[0] :]]
