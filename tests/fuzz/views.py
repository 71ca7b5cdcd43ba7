"""Productions of whole views with their registration: functions, class views, in all the forms of registering them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .decorators import with_decorator
from .outputs import leave
from .routes import Rule, rule
from .statements import indented, statement
from .writing import Scene, Table, Variable

if TYPE_CHECKING:
    from .writing import Draw, Module

VIEWS: Table[list[str]] = Table("view")
DOCS = ['"""What it does."""', '"""It does.\n\n    More of it.\n    """', "'''Odd.'''"]


@dataclass(frozen=True)
class Owner:
    """What views are registered on: an application or a blueprint, with the prefix under which it ends."""

    variable: str
    prefix: Rule
    endpoints: str = ""
    """What stands before its endpoints: ``bp.``."""


@dataclass(frozen=True)
class View:
    """A finished view: where it is, what it is made of, and what requests to it should bring."""

    endpoint: str
    labels: frozenset[str]
    rules: tuple[Rule, ...]
    methods: tuple[str, ...]
    queries: tuple[str, ...]
    fields: tuple[str, ...]
    bodies: tuple[str, ...]
    headers: tuple[str, ...]
    cookies: tuple[str, ...]


class Making(Scene):
    """A view in the making, with its rules."""

    owned: Owner
    rules: list[Rule]
    endpoint: str


def make_view(draw: Draw, module: Module, owner: Owner, name: str) -> tuple[View, list[str]]:
    """Make one view on ``owner``; its description, and its text."""
    scene = Making(module, draw, owner.variable, name)
    scene.owned, scene.rules, scene.endpoint = owner, [], name
    lines = with_decorator(scene, scene.take(VIEWS))
    return (
        View(
            owner.endpoints + scene.endpoint,
            frozenset(scene.labels),
            tuple(each.below(owner.prefix) for each in scene.rules),
            tuple(scene.methods),
            tuple(sorted(scene.queries)),
            tuple(sorted(scene.fields)),
            tuple(sorted(scene.bodies)),
            tuple(sorted(scene.headers)),
            tuple(sorted(scene.cookies)),
        ),
        lines,
    )


def add_rule(scene: Making) -> Rule:
    """A rule of the view; its variables come into the scope."""
    made = rule(scene)
    scene.rules.append(made)
    scene.scope += [Variable(name, kind) for name, kind in variables(scene, made).items()]
    return made


def variables(scene: Making, made: Rule) -> dict[str, str]:
    """What a view of this rule is called with."""
    return {**scene.owned.prefix.variables, **made.variables}


def body(scene: Making) -> list[str]:
    """The statements of a view."""
    doc = [scene.pick(DOCS)] if scene.rarely(6) else []
    lines = [
        line
        for _ in range(scene.pick([0, 1, 1, 2] if scene.module.plain else [0, 1, 1, 2, 3, 4]))
        for line in statement(scene)
    ]
    return [line for text in [*doc, *lines, *leave(scene)] for line in text.split("\n")]


def function(scene: Making, lines: list[str], given: dict[str, str], first: str = "", name: str = "") -> list[str]:
    """``def``, with the parameters in the order of the rule, annotated now and then."""
    annotations = {"number": ["", "", ": int", ": float"], "text": ["", "", ": str"], "data": [""]}
    parameters = [first] if first else []
    parameters += [each + scene.pick(annotations[kind]) for each, kind in given.items()]
    if scene.rarely(25):
        parameters.append(scene.pick(["flag=False", "**kwargs", "*, more=None"]))
    result = scene.pick([" -> str", " -> dict", " -> 'tuple[str, int]'"]) if scene.rarely(12) else ""
    word = "async def" if scene.is_async else "def"
    return [f"{word} {name or scene.name}({', '.join(parameters)}){result}:", *indented(lines)]


def methods(scene: Making) -> str:
    """``, methods=[...]``."""
    if not scene.rarely(3) and scene.methods == ["GET"]:
        return ""
    if scene.methods == ["GET"]:
        choices = [
            ["POST"],
            ["GET", "POST"],
            ["PUT"],
            ["DELETE"],
            ["PATCH", "DELETE"],
            ["GET", "HEAD"],
            ["OPTIONS", "GET"],
        ]
        scene.methods = scene.pick(choices)
    form = scene.pick(["{0}", "{1}", "{2}"])
    listed = [f'"{each}"' for each in scene.methods]
    lower = [each.lower() for each in listed]
    return ", methods=" + form.format(f"[{', '.join(listed)}]", f"({', '.join(listed)},)", f"[{', '.join(lower)}]")


def options(scene: Making) -> str:
    """Other options of a rule."""
    if not scene.rarely(10):
        return ""
    chosen = scene.pick(
        ["strict_slashes=False", f'endpoint="{scene.name}.x"', "provide_automatic_options=False", "merge_slashes=False"]
    )
    if chosen.startswith("endpoint="):
        chosen = f'endpoint="other_{scene.name}"'
        scene.endpoint = f"other_{scene.name}"
    scene.labels.add(f"option: {chosen.partition('=')[0]}")
    return f", {chosen}"


@VIEWS.add(30, "route")
def routed(scene: Making) -> list[str]:
    made = add_rule(scene)
    lines = function(scene, body(scene), variables(scene, made))
    decorator = f'@{scene.owner}.route("{made.text}"{methods(scene)}{options(scene)})'
    odd = scene.rarely(15)
    return [decorator.replace('", ', '",\n    ', 1) if odd else decorator, *lines]


@VIEWS.add(12, "route of one method")
def short(scene: Making) -> list[str]:
    made = add_rule(scene)
    method = scene.pick(["get", "post", "put", "delete", "patch"])
    lines = function(scene, body(scene), variables(scene, made))
    scene.methods = [method.upper()]
    return [f'@{scene.owner}.{method}("{made.text}"{options(scene)})', *lines]


@VIEWS.add(5, "several rules")
def several(scene: Making) -> list[str]:
    made = add_rule(scene)
    lines = function(scene, body(scene), variables(scene, made))
    decorators = [f'@{scene.owner}.route("{made.text}"{methods(scene)})']
    for more in ("/more", "/again/"):
        other = Rule(more + made.text, made.variables, tuple(more + path for path in made.paths))
        other = replace(
            other, text=other.text.replace("//", "/"), paths=tuple(p.replace("//", "/") for p in other.paths)
        )
        scene.rules.append(other)
        decorators.append(f'@{scene.owner}.route("{other.text}"{methods(scene)})')
    return [*decorators, *lines]


@VIEWS.add(4, "defaults")
def with_defaults(scene: Making) -> list[str]:
    plain = Rule(f"/{scene.name}/", {}, (f"/{scene.name}/", f"/{scene.name}"))
    paged = Rule(f"/{scene.name}/<int:page>", {"page": "number"}, tuple(f"/{scene.name}/{n}" for n in ("2", "1", "x")))
    scene.rules += [plain, paged]
    scene.scope.append(Variable("page", "number"))
    first = f'@{scene.owner}.route("{plain.text}", defaults={{"page": 1}})'
    second = f'@{scene.owner}.route("{paged.text}")'
    given = variables(scene, paged)
    return [*([first, second] if scene.rarely(2) else [second, first]), *function(scene, body(scene), given)]


@VIEWS.add(5, "add_url_rule")
def added(scene: Making) -> list[str]:
    made = add_rule(scene)
    lines = function(scene, body(scene), variables(scene, made))
    rest = methods(scene)
    form = scene.pick(
        ['"{0}", view_func={1}{2}', '"{0}", "{1}", {1}{2}', 'rule="{0}", endpoint="{1}", view_func={1}{2}']
    )
    return [*lines, "", "", f"{scene.owner}.add_url_rule({form.format(made.text, scene.name, rest)})"]


@VIEWS.add(5, "MethodView")
def class_view(scene: Making) -> list[str]:
    use = scene.module.use("from flask.views import MethodView", "MethodView")
    made = add_rule(scene)
    given, scope = variables(scene, made), list(scene.scope)
    chosen = scene.pick([["get"], ["get", "post"], ["put", "delete"]])
    lines = [f"class V{scene.name}({use}):"]
    for method in chosen:
        scene.scope = list(scope)
        lines += [*indented(function(scene, body(scene), given, "self", method)), ""]
    scene.methods = [each.upper() for each in chosen]
    return [*lines, "", f'{scene.owner}.add_url_rule("{made.text}", view_func=V{scene.name}.as_view("{scene.name}"))']


@VIEWS.add(2, "View")
def plain_class(scene: Making) -> list[str]:
    use = scene.module.use("from flask.views import View", "View")
    made = add_rule(scene)
    lines = function(scene, body(scene), variables(scene, made), "self", "dispatch_request")
    scene.methods = ["GET", "POST"]
    head = [f"class V{scene.name}({use}):", '    methods = ["GET", "POST"]', ""]
    return [
        *head,
        *indented(lines),
        "",
        "",
        f'{scene.owner}.add_url_rule("{made.text}", view_func=V{scene.name}.as_view("{scene.name}"))',
    ]


@VIEWS.add(4, "decorated")
def decorated(scene: Making) -> list[str]:
    made = add_rule(scene)
    request, abort = scene.flask("request"), scene.flask("abort")
    functools = scene.module.use("import functools", "functools")
    scene.headers.add("X-Token")
    wrapper = [
        "    @functools.wraps(view)",
        "    def wrapper(*args, **kwargs):",
        f'        if "X-Token" not in {request}.headers:',
    ]
    wrapper += [f"            {abort}(401)", "        return view(*args, **kwargs)", "", "    return wrapper"]
    assert functools
    scene.module.define("guarded", "def guarded(view):", *wrapper)
    lines = function(scene, body(scene), variables(scene, made))
    return [f'@{scene.owner}.route("{made.text}"{methods(scene)})', "@guarded", *lines]


@VIEWS.add(2, "async")
def asynchronous(scene: Making) -> list[str]:
    scene.is_async = True
    made = add_rule(scene)
    return [f'@{scene.owner}.get("{made.text}")', *function(scene, body(scene), variables(scene, made))]
