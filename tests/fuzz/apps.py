"""Productions of whole applications: their modules, blueprints, configuration, handlers and hooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from .branches import branching
from .extras import EXTRAS
from .noise import NOISE
from .routes import ROOT, Rule
from .statements import indented
from .views import VIEWS, Owner, View, make_view
from .writing import Module, Scene, Table, pick, rarely

if TYPE_CHECKING:
    from .writing import Draw

LAYOUTS: Table[None] = Table("layout")
VIEWS.add(14, "branches on the method")(branching)


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
