"""Productions of whole applications: their modules, blueprints, configuration, handlers and hooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from .routes import ROOT, Rule
from .statements import indented
from .views import Owner, View, make_view
from .writing import Module, Scene, Table, pick, rarely

if TYPE_CHECKING:
    from .writing import Draw

LAYOUTS: Table[None] = Table("layout")
EXTRAS: Table[list[str]] = Table("application")
NOISE: Table[str] = Table("formatting")


@dataclass
class App:
    """A generated application."""

    files: dict[str, str] = field(default_factory=dict)
    module: str = "app"
    make: str = "app"
    """What gives the application in its module: ``app``, ``create_app()``."""
    views: list[View] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)


@dataclass
class Plot:
    """An application in the making."""

    draw: Draw
    app: App
    plain: bool
    style: str
    count: int = 0
    modules: dict[str, Module] = field(default_factory=dict)

    def new(self, name: str) -> Module:
        """Another module of the application."""
        self.modules[name] = Module(name, self.draw, self.plain, self.style)
        return self.modules[name]

    def views(self, module: Module, owner: Owner, most: int = 4) -> list[str]:
        """Some views on one owner."""
        lines: list[str] = []
        for _ in range(pick(self.draw, range(1, most + 1))):
            self.count += 1
            view, text = make_view(self.draw, module, owner, f"v{self.count}")
            self.app.views.append(view)
            lines += ["", "", *text]
        return lines

    def extras(self, module: Module, owner: str) -> list[str]:
        """Handlers, hooks and configuration; none most often."""
        lines: list[str] = []
        for _ in range(pick(self.draw, [0, 0, 0, 0, 0, 0, 0, 1] if self.plain else [0, 0, 0, 0, 1, 1, 2])):
            label, production = EXTRAS.choose(self.draw, plain=self.plain)
            text = production(Scene(module, self.draw, owner, "extra"))
            if owner == "app" or not text[0].startswith("app."):
                self.app.labels.add(label)
                lines += text if text[0].startswith("app.") else ["", "", *text]
        return lines


def setup(module: Module) -> list[str]:
    """The application object, in half of all cases with what sessions need."""
    config = ['app.config["SECRET_KEY"] = "k"', 'app.config["LEVEL"] = 3']
    return [
        f"app = {module.flask('Flask')}(__name__)",
        *(config if rarely(module.draw, 10 if module.plain else 2) else []),
    ]


@LAYOUTS.add(12, "one module")
def one_module(plot: Plot) -> None:
    module = plot.new("app")
    lines = [*setup(module), *plot.extras(module, "app"), *plot.views(module, Owner("app", ROOT))]
    if rarely(plot.draw, 4):
        lines += [
            "",
            "",
            'if __name__ == "__main__":',
            f"    app.run({pick(plot.draw, ['', 'debug=True', 'port=8000'])})",
        ]
    module.body = ["", *lines]


@LAYOUTS.add(5, "blueprints in one module")
def blueprints(plot: Plot) -> None:
    module = plot.new("app")
    lines = setup(module)
    after = []
    for n in range(pick(plot.draw, [1, 2])):
        owner, made, top, arguments = blueprint(plot, module, f"bp{n}")
        lines += made + plot.views(module, owner, 2) + plot.extras(module, owner.variable)
        after.append(f"app.register_blueprint({top}{arguments})")
    lines += plot.extras(module, "app")
    own = plot.views(module, Owner("app", ROOT), 2) if rarely(plot.draw, 2) else []
    module.body = ["", *lines, *own, "", "", *after]


@LAYOUTS.add(5, "factory with a blueprint in another module")
def factory(plot: Plot) -> None:
    views, module = plot.new("views"), plot.new("app")
    plot.app.make = "create_app()"
    owner, made, top, arguments = blueprint(plot, views, "bp")
    views.body = ["", *made, *plot.views(views, owner), *plot.extras(views, "bp")]
    late = rarely(plot.draw, 2)
    line = f"from views import {top}"
    registered = f"app.register_blueprint({top}{arguments})"
    body = [*setup(module), *plot.extras(module, "app"), *([line] if late else []), registered, "return app"]
    if not late:
        module.use(line, top)
    module.body = ["", "", "def create_app():", *indented(body)]


@LAYOUTS.add(3, "factory with its views inside")
def closure(plot: Plot) -> None:
    module = plot.new("app")
    plot.app.make = "create_app()"
    body = [*setup(module), *plot.extras(module, "app"), *plot.views(module, Owner("app", ROOT)), "", "return app"]
    module.body = ["", "", "def create_app(config=None):", *indented(body)]


@LAYOUTS.add(3, "package")
def package(plot: Plot) -> None:
    views, module = plot.new("shop.views"), plot.new("shop.__init__")
    plot.app.module, plot.app.make = "shop", "create_app()"
    owner, made, top, arguments = blueprint(plot, views, "bp")
    views.body = ["", *made, *plot.views(views, owner)]
    registered = [f"from .views import {top}", "", f"app.register_blueprint({top}{arguments})"]
    body = [*setup(module), *plot.extras(module, "app"), *registered, "return app"]
    module.body = ["", "", "def create_app():", *indented(body)]
    plot.app.files["wsgi.py"] = "from shop import create_app\n\napp = create_app()\n"
    if rarely(plot.draw, 2):
        plot.app.module, plot.app.make = "wsgi", "app"


@LAYOUTS.add(2, "views that import the application")
def circular(plot: Plot) -> None:
    views, module = plot.new("views"), plot.new("app")
    views.use("from app import app", "app")
    views.body = plot.views(views, Owner("app", ROOT))
    module.body = ["", *setup(module), *plot.extras(module, "app"), "", "import views  # noqa"]


def blueprint(plot: Plot, module: Module, name: str) -> tuple[Owner, list[str], str, str]:
    """A blueprint: what its views are on, the lines that make it, what is registered, and the arguments with it."""
    draw = plot.draw
    own, given = pick(draw, [f"/{name}", "", "/api/v1", "/t/<tenant>"]), pick(draw, ["", "", "/given"])
    made = [f'{name} = {module.flask("Blueprint")}("{name}", __name__{_prefix(own)})']
    used = given or own
    prefix = Rule(used, {"tenant": "text"} if "<" in used else {}, (used.replace("<tenant>", "t1"),))
    if not rarely(draw, 6):
        return Owner(name, prefix, f"{name}."), made, name, _prefix(given)
    plot.app.labels.add("application: nested blueprint")
    outer = f"outer_{name}"
    made.append(f'{outer} = {module.flask("Blueprint")}("{outer}", __name__, url_prefix="/outer")')
    made.append(f"{outer}.register_blueprint({name}{_prefix(given)})")
    whole = prefix.below(Rule("/outer", {}, ("/outer",)))
    return Owner(name, whole, f"{outer}.{name}."), made, outer, ""


def _prefix(text: str) -> str:
    return f', url_prefix="{text}"' if text else ""


@EXTRAS.add(3, "sort_keys")
def unsorted(scene: Scene) -> list[str]:
    return ["app.json.sort_keys = False"]


@EXTRAS.add(2, "configuration")
def configured(scene: Scene) -> list[str]:
    lines = [
        'app.config["MAX_CONTENT_LENGTH"] = 20',
        "app.json.ensure_ascii = False",
        "app.url_map.strict_slashes = False",
    ]
    lines += [
        'app.config["TRAP_HTTP_EXCEPTIONS"] = True',
        'app.config["JSONIFY_PRETTYPRINT_REGULAR"] = True',
        "app.json.compact = False",
    ]
    lines += [
        "app.testing = True",
        "app.debug = True",
        "app.config.from_mapping(DEBUG=False)",
        "app.url_map.merge_slashes = False",
    ]
    return [scene.pick(lines)]


@EXTRAS.add(8, "errorhandler")
def handler(scene: Scene) -> list[str]:
    what = scene.pick(
        ["404", "500", "400", "HTTPException", "ValueError", "Exception", "Odd", "405", "KeyError", "NotFound"]
    )
    if what in {"HTTPException", "NotFound"}:
        scene.module.use(f"from werkzeug.exceptions import {what}", what)
    if what == "Odd":
        scene.module.define("Odd", "class Odd(Exception):", '    """Something is odd."""')
    code = f"getattr(error, 'code', None) or {scene.pick(['500', '400'])}"
    forms = [
        "return {jsonify}(error=str(error)), {code}",
        'return "handled", {code}',
        'return {{"error": type(error).__name__}}, {code}',
        "return error",
    ]
    body = scene.pick(forms).format(jsonify=scene.flask("jsonify"), code=code)
    name = f"handle_{scene.owner}_{what.lower()}"
    if scene.rarely(4):
        return [f"def {name}(error):", f"    {body}", "", "", f"{scene.owner}.register_error_handler({what}, {name})"]
    word = scene.pick(["errorhandler", "errorhandler", "app_errorhandler"]) if scene.owner != "app" else "errorhandler"
    return [f"@{scene.owner}.{word}({what})", f"def {name}(error):", f"    {body}"]


@EXTRAS.add(5, "hook before")
def before(scene: Scene) -> list[str]:
    g, request, abort = scene.flask("g"), scene.flask("request"), scene.flask("abort")
    bodies = [
        f'{g}.user = "u"',
        f'if {request}.args.get("q") == "stop":\n    return "stopped", 403',
        f'if "X-Token" not in {request}.headers:\n    {abort}(401)',
    ]
    kind = "before_request" if scene.owner == "app" or scene.rarely(2) else "before_app_request"
    return [f"@{scene.owner}.{kind}", f"def before_{scene.owner}():", *indented(scene.pick(bodies).split("\n"))]


@EXTRAS.add(5, "hook after")
def after(scene: Scene) -> list[str]:
    bodies = [
        'response.headers["X-After"] = "1"',
        "response.status_code = 299",
        'response.headers["X-Size"] = str(response.content_length)',
    ]
    return [
        f"@{scene.owner}.after_request",
        f"def after_{scene.owner}(response):",
        f"    {scene.pick(bodies)}",
        "    return response",
    ]


@EXTRAS.add(2, "teardown")
def teardown(scene: Scene) -> list[str]:
    return [
        f"@{scene.owner}.teardown_request",
        f"def teardown_{scene.owner}(error=None):",
        f"    {scene.flask('g')}.pop('user', None)",
    ]


@EXTRAS.add(2, "context processor")
def processor(scene: Scene) -> list[str]:
    return [f"@{scene.owner}.context_processor", f"def inject_{scene.owner}():", '    return {"site": "s"}']


@EXTRAS.add(1, "url_value_preprocessor")
def preprocessor(scene: Scene) -> list[str]:
    return [
        f"@{scene.owner}.url_value_preprocessor",
        f"def pull_{scene.owner}(endpoint, values):",
        f"    {scene.flask('g')}.user = endpoint",
    ]


@NOISE.add(30, "plain")
def plain(text: str) -> str:
    return text


@NOISE.add(3, "CRLF")
def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


@NOISE.add(3, "tabs")
def tabs(text: str) -> str:
    return text.replace("    ", "\t")


@NOISE.add(3, "no blank lines")
def dense(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line) + "\n"


@NOISE.add(3, "comments")
def commented(text: str) -> str:
    lines = [
        f"{line}  # {n}" if line.startswith("@") and line.endswith(")") else line
        for n, line in enumerate(text.split("\n"))
    ]
    return "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + "\n".join(lines)


@NOISE.add(2, "no newline at the end")
def unended(text: str) -> str:
    return text.rstrip("\n")


@NOISE.add(2, "annotations")
def future(text: str) -> str:
    return '"""The application."""\n\nfrom __future__ import annotations\n\n' + text


@st.composite
def apps(draw: Draw) -> App:
    """Any application of the grammar."""
    app = App()
    plain = not rarely(draw, 2)
    plot = Plot(draw, app, plain, pick(draw, ["from", "from", "from", "from", "from", "alias", "dotted"]))
    label, layout = LAYOUTS.choose(draw, plain=plain)
    layout(plot)
    noise, change = NOISE.choose(draw)
    app.labels |= {label, noise, f"imports: {plot.style}"}
    for module in plot.modules.values():
        app.files[module.name.replace(".", "/") + ".py"] = change(module.text())
    return app
