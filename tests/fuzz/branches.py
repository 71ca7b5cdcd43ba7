"""Productions of views that branch on the request's method, in all the forms of asking for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .outputs import leave
from .statements import indented, statement
from .views import add_rule, body, function, variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .views import Making

_METHODS = [["GET", "POST"], ["GET", "POST"], ["GET", "DELETE"], ["POST", "PUT"], ["GET", "PUT", "DELETE"]]


def branching(scene: Making) -> list[str]:
    """A view that branches."""
    made = add_rule(scene)
    scene.methods = list(scene.pick(_METHODS))
    doc = ['"""What it does."""'] if scene.rarely(4) else []
    shared = [line for _ in range(scene.pick([0, 0, 1, 1, 2])) for line in statement(scene)]
    form = scene.pick([_one, _one, _chain, _chain, _turns])
    lines = [line for text in [*doc, *shared, *form(scene)] for line in text.split("\n")]
    listed = ", ".join(f'"{each}"' for each in scene.methods)
    view = function(scene, lines, variables(scene, made))
    return [f'@{scene.owner}.route("{made.text}", methods=[{listed}])', *view]


def _test(scene: Making, methods: Sequence[str]) -> str:
    """A condition that holds for some methods."""
    request = scene.flask("request")
    others = [each for each in scene.methods if each not in methods]
    listed = ", ".join(f'"{each}"' for each in methods)
    choices = [f"{request}.method in ({listed},)", f"{request}.method in [{listed}]"]
    if len(methods) == 1:
        choices += [f'{request}.method == "{methods[0]}"'] * 6 + [f'"{methods[0]}" == {request}.method']
        choices.append(f'not {request}.method != "{methods[0]}"')
        choices.append(f'{request}.method == "{methods[0]}" and {request}.args.get("q") != "no"')
        choices.append(f'{request}.method == "{methods[0]}" or {request}.args.get("q") == "no"')
        choices.append(f'{request}.args.get("q") != "no" and {request}.method == "{methods[0]}"')
    if len(others) == 1:
        choices.append(f'{request}.method != "{others[0]}"')
    return scene.pick(choices)


def _branch(scene: Making, *, ends: bool = True) -> list[str]:
    """What one branch does; its variables are its own."""
    scope = list(scene.scope)
    lines = body(scene) if ends else [line for text in statement(scene) for line in text.split("\n")]
    scene.scope = scope
    return indented([line for text in lines for line in text.split("\n")])


def _one(scene: Making) -> list[str]:
    """``if request.method == "POST": ...``, and what the others do behind it."""
    test = _test(scene, [scene.pick(scene.methods)])
    ends = not scene.rarely(4)
    comment = ["# one of them"] if scene.rarely(4) else []
    return [*comment, f"if {test}:", *_branch(scene, ends=ends), *leave(scene)]


def _chain(scene: Making) -> list[str]:
    """``if``, ``elif``, and perhaps ``else``."""
    first, *others = scene.methods
    lines = [f"if {_test(scene, [first])}:", *_branch(scene)]
    last = [] if scene.rarely(3) else [others.pop()]
    for each in others:
        lines += [f"elif {_test(scene, [each])}:", *_branch(scene)]
    if last:
        lines += ["else:  # the last", *_branch(scene)]
    return [*lines, *(leave(scene) if scene.rarely(3) else [])]


def _turns(scene: Making) -> list[str]:
    """One ``if`` behind the other."""
    lines = [line for each in scene.methods for line in [f"if {_test(scene, [each])}:", *_branch(scene)]]
    return [*lines, *(leave(scene) if scene.rarely(2) else [])]
