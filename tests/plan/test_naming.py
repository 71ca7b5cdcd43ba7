"""Where generated modules go, and how an earlier run's are recognised."""

from __future__ import annotations

from dataclasses import replace

from flask2fastapi.index.build import build_index
from flask2fastapi.model.facts import AppFact, Index, ModuleFact
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.location import Span
from flask2fastapi.plan.fronts import is_test_path, product_apps
from flask2fastapi.plan.generated import GeneratedKind, find_generated
from flask2fastapi.plan.naming import Namer, Names

SPAN = Span(1, 0, 1, 1)


def app(path: str, variable: str = "app", module: str | None = None) -> AppFact:
    """An application made at module level of a file."""
    module = module or path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return AppFact(f"{module}:{variable}", module, path, SPAN, variable)


def index_of(*paths: str) -> Index:
    """An index that knows only its modules."""
    modules = [ModuleFact(p.removesuffix(".py").replace("/", "."), p, p.endswith("__init__.py")) for p in paths]
    return Index("", modules=tuple(modules))


def test_names_lie_beside_the_application() -> None:
    """The front and the support module go into the app's folder, the entry to the import root."""
    namer = Namer(index_of("shop/__init__.py", "shop/web/__init__.py", "shop/web/app.py"), ())

    names = namer.names_for(app("shop/web/app.py"))

    assert Names("shop/web/fastapi_front.py", "shop/web/flask_compat.py", "asgi.py", "") == names
    assert namer.module_name(names.front) == "shop.web.fastapi_front"


def test_a_src_layout_has_its_own_import_root() -> None:
    """Folders that are no packages are import roots, however deep."""
    namer = Namer(index_of("src/shop/__init__.py"), ())

    names = namer.names_for(app("src/shop/__init__.py"))

    assert Names("src/shop/fastapi_front.py", "src/shop/flask_compat.py", "src/asgi.py", "src") == names
    assert namer.module_name(names.front) == "shop.fastapi_front"


def test_taken_names_are_left_to_their_owner() -> None:
    """A module of the project is never overwritten; two applications of one folder share the support module only."""
    namer = Namer(index_of("asgi.py", "flask_compat.py", "one.py", "two.py"), ())

    first, second = namer.names_for(app("one.py")), namer.names_for(app("two.py"))

    assert (first.front, second.front) == ("fastapi_front.py", "fastapi_front_app.py")
    assert (first.asgi, second.asgi) == ("asgi_app.py", "asgi_two.py")
    assert "flask_compat_2.py" == first.support == second.support


def test_applications_that_share_tests_have_support_modules_of_their_own() -> None:
    """One process imports them all, and knows one module by each name; what only lies side by side keeps the name."""
    paths = ("one/app.py", "two/app.py", "tests/test_all.py")
    apps = (app("one/app.py", module="app"), app("two/app.py", module="app"))
    tested = Namer(replace(index_of(*paths), apps=apps), ())
    alone = Namer(replace(index_of(*paths[:2], "one/test_app.py"), apps=apps), ())

    assert [tested.names_for(each).support for each in apps] == ["one/flask_compat_one.py", "two/flask_compat_two.py"]
    assert [alone.names_for(each).support for each in apps] == ["one/flask_compat.py", "two/flask_compat.py"]


def test_what_an_earlier_run_wrote_keeps_its_name() -> None:
    """Generated modules are found by what they say of themselves and are named again for the same application."""
    front = SourceFile(
        "fastapi_front.py", b"", '"""x\n\nMade by flask2fastapi for ``one:app``.\n"""\ndef front(flask_app): ...\n'
    )
    asgi = SourceFile("asgi.py", b"", '"""x\n\nMade by flask2fastapi for ``one:app``.\n"""\napp = front(flask_app)\n')
    foreign = SourceFile("other.py", b"", '"""Nothing to do with it."""\n')
    found = find_generated([front, asgi, foreign])
    namer = Namer(index_of("one.py", "two.py", "fastapi_front.py", "asgi.py"), found)

    second, first = namer.names_for(app("two.py")), namer.names_for(app("one.py"))

    assert [module.kind for module in found] == [GeneratedKind.FRONT, GeneratedKind.ASGI]
    assert (
        first.front,
        first.asgi,
        first.front_exists,
        first.asgi_exists,
    ) == ("fastapi_front.py", "asgi.py", True, True)
    assert (second.front, second.asgi) == ("fastapi_front_app.py", "asgi_app.py")


def test_applications_of_tests_are_not_the_product() -> None:
    """Folders and files of a test-suite are known by whole names, never by a part of a name."""
    assert all(is_test_path(p) for p in ("tests/app.py", "shop/tests.py", "conftest.py", "a/test/x.py", "test_app.py"))
    assert not any(is_test_path(p) for p in ("latest/app.py", "contest.py", "shop/testimonials.py", "attest/x.py"))
    index = Index("", apps=(app("tests/conftest.py"), app("shop.py")))

    assert [a.path for a in product_apps(index)] == ["shop.py"]


def test_an_application_without_routes_is_not_the_product_where_others_have_some() -> None:
    """httpbin-like: a module makes a second object only for its context; it must not take the name asgi.py."""
    helper = "from flask import Flask\n\napp = Flask(__name__)\n"
    shop = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef index():\n    return ""\n'
    texts = {"a_filters.py": helper, "shop.py": shop}

    index = build_index("", [SourceFile(path, text.encode(), text) for path, text in texts.items()])
    alone = build_index("", [SourceFile("a_filters.py", helper.encode(), helper)])

    assert [a.path for a in product_apps(index)] == ["shop.py"]
    assert [a.path for a in product_apps(alone)] == ["a_filters.py"]
