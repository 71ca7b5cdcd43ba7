"""The text of fronts and entries: it compiles, says where it comes from, and keeps what its owner changed."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from flask2fastapi.model.facts import AppFact, Index, ModuleFact
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.location import Span
from flask2fastapi.model.plan import AppState, Entry, FrontPlan, RouterPlan
from flask2fastapi.plan.generated import GeneratedKind, find_generated
from flask2fastapi.scaffold import read_entry, render_asgi, render_front, update_front

APP = AppFact("shop:create_app.<locals>.app", "shop", "shop/__init__.py", Span(1, 0, 1, 1), "app", "shop:create_app")
ROUTER = RouterPlan("shop.views", "shop/views.py", "shop_router", "shop.views:bp", "shop", ("/shop",))
FRONT = FrontPlan(
    app=APP,
    state=AppState.HYBRID,
    front_path="shop/fastapi_front.py",
    front_module="shop.fastapi_front",
    support_path="shop/flask_compat.py",
    support_module="shop.flask_compat",
    import_root="",
    asgi_path="asgi.py",
    routers=(ROUTER,),
    mounted=2,
    total=31,
)
INDEX = Index(
    "", modules=(ModuleFact("shop", "shop/__init__.py", True), ModuleFact("shop.views", "shop/views.py", False))
)


def imports_of(text: str) -> list[str]:
    """The import statements at the top of a module."""
    return [ast.unparse(node) for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]


def test_a_front_reads_as_a_person_would_write_it() -> None:
    """Imports on top, one function without side effects, the count and the origin in the docstring."""
    text = render_front(FRONT, INDEX)

    assert "still serves 2 of 31 routes" in text
    assert "from shop.views import shop_router" in imports_of(text)
    assert '    app.include_router(shop_router, prefix="/shop")\n' in text
    assert [type(node) for node in ast.parse(text).body][-1] is ast.FunctionDef


def test_a_front_is_recognised_later() -> None:
    """What we render, `find_generated` finds again, for the same application."""
    text = render_front(FRONT, INDEX)

    (found,) = find_generated([SourceFile("shop/fastapi_front.py", text.encode(), text)])

    assert (found.kind, found.app) == (GeneratedKind.FRONT, "shop:create_app.app")


def test_importing_a_front_builds_no_application() -> None:
    """A router whose module builds an application when imported (here through another module) is imported late."""
    modules = (
        ModuleFact("shop.views", "shop/views.py", False, ("autoapp",)),
        ModuleFact("autoapp", "autoapp.py", False),
    )
    index = Index("", modules=modules, apps=(replace(APP, aliases=("autoapp.app",)),))

    text = render_front(FRONT, index)

    assert not [line for line in imports_of(text) if "shop_router" in line]
    assert "        from shop.views import shop_router" not in text
    assert "    from shop.views import shop_router\n" in text


def test_a_conditional_blueprint_stays_conditional() -> None:
    """A router is included only if the Flask application has its blueprint."""
    text = render_front(replace(FRONT, routers=(replace(ROUTER, conditional=True),)), INDEX)

    assert '    if "shop" in flask_app.blueprints:\n        from shop.views import shop_router\n' in text
    ast.parse(text)


def test_a_script_is_reached_under_the_name_that_it_runs_by() -> None:
    """The application's own module outside of packages may be `app`, `examples.app` or `__main__`."""
    app = AppFact("app:app", "app", "app.py", Span(1, 0, 1, 1), "app", import_name="app")
    router = RouterPlan("app", "app.py", "router", "app:app", None, ("",))
    front = replace(FRONT, app=app, front_module="fastapi_front", support_module="flask_compat", routers=(router,))

    text = render_front(front, Index("", apps=(app,)))

    assert "    app.include_router(import_module(flask_app.import_name).router)\n" in text
    assert "from importlib import import_module" in imports_of(text)


def test_an_update_touches_the_count_and_new_routers_only() -> None:
    """A line that the owner deleted is not brought back; a router made by this run is included."""
    mine = render_front(FRONT, INDEX).replace(
        '    app.include_router(shop_router, prefix="/shop")\n', "    app.title = 'x'\n"
    )
    mine = mine.replace("from shop.views import shop_router\n", "")
    old, new = replace(ROUTER, is_new=False), RouterPlan("shop.api", "shop/api.py", "api_router", "k", "api", ("/api",))

    text = update_front(mine, replace(FRONT, mounted=1, routers=(old, new)), INDEX)

    assert "still serves 1 of 31 routes" in text
    assert "shop_router" not in text
    assert "    app.title = 'x'\n" in text
    assert '    from shop.api import api_router\n    app.include_router(api_router, prefix="/api")\n' in text
    assert update_front(text, replace(FRONT, mounted=1, routers=(old, new)), INDEX) == text


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        (Entry("autoapp", "app", False), ["from autoapp import app as flask_app", "app = front(flask_app)"]),
        (Entry("shop", "create_app", True), ["from shop import create_app as create_flask_app", "create_flask_app()"]),
        (
            Entry("shop", "create_app", True, 'os.getenv("CONFIG")'),
            ["import os", 'front(create_flask_app(os.getenv("CONFIG")))'],
        ),
    ],
)
def test_an_entry_takes_the_application_where_it_is_today(entry: Entry, lines: list[str]) -> None:
    """An object is imported, a factory is called as the project calls it."""
    text = render_asgi(replace(FRONT, entry=entry))

    assert text is not None
    ast.parse(text)
    assert all(line in text for line in lines)


def test_no_entry_is_invented() -> None:
    """Where nobody knows how the application starts, there is no entry to write."""
    assert render_asgi(FRONT) is None


@pytest.mark.parametrize(
    "entry",
    [
        Entry("wsgi", "app", False),
        Entry("wsgi", "flask_app", False),
        Entry("shop", "create_app", True),
        Entry("shop.factory", "create_flask_app", True, "'production', os.getenv('MODE')"),
    ],
)
def test_an_entry_is_read_back_as_it_was_written(entry: Entry) -> None:
    text = render_asgi(replace(FRONT, entry=entry))

    assert text is not None
    assert read_entry(text, "asgi.py") == replace(entry, source="asgi.py")
