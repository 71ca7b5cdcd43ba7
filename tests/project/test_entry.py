"""Where the application object comes from: what today's start names first, then custom, then a factory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.project.entry import choose_entry, is_copyable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.model.plan import Entry

    from .conftest import Project

MAKE = "from flask import Flask\n\ndef create_app({0}):\n    app = Flask(__name__)\n    return app\n"
FREE = MAKE.format("config=None")
NEEDY = MAKE.format("config")
PLAIN = "from flask import Flask\napp = Flask(__name__)\n"
WSGI = "from shop import create_app\napp = create_app('production')\n"


def entry(project: Callable[[Mapping[str, str]], Project], files: Mapping[str, str]) -> Entry | None:
    read = project(files)
    (app,) = read.index.apps
    return choose_entry(app, read.index, read.starts, read.names)


def shown(found: Entry | None) -> str | None:
    """``module:attribute``, or ``module:factory(arguments)``, and where it was read."""
    if found is None:
        return None
    call = f"({found.arguments})" if found.is_factory else ""
    return f"{found.module}:{found.attribute}{call} from {found.source}"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app.py": PLAIN}, "app:app from app.py:2"),
        (
            {"shop/__init__.py": FREE, "wsgi.py": WSGI, "Procfile": "web: gunicorn wsgi:app\n"},
            "wsgi:app from Procfile:1",
        ),
        (
            {"shop/__init__.py": FREE, "wsgi.py": WSGI, "Procfile": "web: gunicorn 'shop:create_app()'\n"},
            "shop:create_app() from Procfile:1",
        ),
        (
            {"shop/__init__.py": NEEDY, "Dockerfile": 'CMD ["gunicorn", "shop:create_app(\'prod\')"]\n'},
            "shop:create_app('prod') from Dockerfile:1",
        ),
        (
            {"shop/__init__.py": FREE, "wsgi.py": WSGI, ".flaskenv": "FLASK_APP=shop\n"},
            "shop:create_app() from .flaskenv:1",
        ),
        ({"shop/__init__.py": FREE, "wsgi.py": WSGI, ".flaskenv": "FLASK_APP=wsgi.py\n"}, "wsgi:app from .flaskenv:1"),
        (
            {"shop/__init__.py": FREE, "wsgi.py": WSGI, "Dockerfile": "ENV FLASK_APP=wsgi\n"},
            "wsgi:app from Dockerfile:1",
        ),
        (
            {
                "shop/__init__.py": FREE,
                "wsgi.py": WSGI,
                "compose.yml": "services:\n web:\n  environment:\n  - FLASK_APP=wsgi",
            },
            "wsgi:app from compose.yml:4",
        ),
        ({"shop/__init__.py": FREE, "wsgi.py": WSGI, "autoapp.py": WSGI}, "wsgi:app from wsgi.py"),
        ({"shop/__init__.py": FREE, "tests/wsgi.py": WSGI}, "shop:create_app() from shop/__init__.py:4"),
        ({"shop/__init__.py": FREE}, "shop:create_app() from shop/__init__.py:4"),
        ({"shop/__init__.py": NEEDY}, None),
        ({"backend/shop/__init__.py": FREE, "backend/wsgi.py": WSGI}, "wsgi:app from backend/wsgi.py"),
        (
            {"a/app.py": PLAIN, "a/uwsgi.ini": "[uwsgi]\nwsgi-file = app.py\ncallable = app\n"},
            "app:app from a/uwsgi.ini:2",
        ),
    ],
)
def test_the_entry_is_what_is_started_today(
    project: Callable[[Mapping[str, str]], Project], files: Mapping[str, str], expected: str | None
) -> None:
    """Production before development, commands before custom, variables before factories, never a test."""
    assert shown(entry(project, files)) == expected


def test_the_module_that_is_started_is_kept(project: Callable[[Mapping[str, str]], Project]) -> None:
    """``run:app`` stays, though the object is made elsewhere: importing it may be what registers the views."""
    files = {
        "shop/__init__.py": "from .core import *\n",
        "shop/core.py": PLAIN,
        "shop/views.py": "from shop import app\n",
        "run.py": "from shop import app, views\n",
        "Procfile": "web: gunicorn run:app\n",
    }

    assert shown(entry(project, files)) == "run:app from Procfile:1"


@pytest.mark.parametrize(
    "body",
    [
        "app.run(debug=True)",
        "from waitress import serve\nserve(app)",
        "if app.debug:\n    app.run()",
        "import argparse\nargs = argparse.ArgumentParser().parse_args()",
        "from gevent import monkey; monkey.patch_all()",
    ],
)
def test_a_module_that_is_a_program_is_not_imported(project: Callable[[Mapping[str, str]], Project], body: str) -> None:
    """``asgi.py`` imports its entry: what starts a server on import, or reads a command line, is passed over."""
    files = {"shop/__init__.py": FREE, "run.py": f"{WSGI}{body}\n", "Procfile": "web: python run.py\n"}

    assert shown(entry(project, files)) == "shop:create_app() from shop/__init__.py:4"


def test_a_guarded_server_does_no_harm(project: Callable[[Mapping[str, str]], Project]) -> None:
    """``python run.py`` names the object as well as gunicorn does."""
    files = {"shop/__init__.py": FREE, "run.py": f"{WSGI}if __name__ == '__main__':\n    app.run()\n"}

    assert shown(entry(project, files)) == "run:app from run.py:4"


def test_arguments_that_the_project_passes_are_copied(project: Callable[[Mapping[str, str]], Project]) -> None:
    """A factory with required arguments is called as the project calls it, when that call can be copied."""
    call = "import os\nfrom shop import create_app\nif __name__ == '__main__':\n    create_app({}).run()\n"
    literal = {"shop/__init__.py": NEEDY, "run.py": call.format("os.getenv('MODE') or 'prod'")}
    computed = {"shop/__init__.py": NEEDY, "run.py": call.format("Config")}

    assert shown(entry(project, literal)) == "shop:create_app(os.getenv('MODE') or 'prod') from run.py:4"
    assert shown(entry(project, computed)) is None


@pytest.mark.parametrize("ending", ["return app, 1", "return ProxyFix(app)", "app.run()"])
def test_a_factory_must_return_the_application(project: Callable[[Mapping[str, str]], Project], ending: str) -> None:
    """What returns a pair, a wrapper or nothing is no factory that ``front`` could use."""
    assert entry(project, {"shop.py": FREE.replace("return app", ending)}) is None


def test_a_wrapped_variable_is_not_the_application(project: Callable[[Mapping[str, str]], Project]) -> None:
    """``app = ProxyFix(app)`` is a WSGI callable, not the Flask object."""
    files = {"shop/__init__.py": FREE, "wsgi.py": f"{WSGI}app = ProxyFix(app)\n"}

    assert shown(entry(project, files)) == "shop:create_app() from shop/__init__.py:4"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", True),
        ("'prod', debug=False", True),
        ("os.getenv('A', 'b')", True),
        ("os.environ['A'] or None", True),
        ("['a', {'b': 1}]", True),
        ("Config", False),
        ("getenv('A')", False),
        ("*args", False),
        ("{**base}", False),
        ("os.getcwd()", False),
    ],
)
def test_only_what_means_the_same_elsewhere_is_copied(arguments: str, expected: bool) -> None:
    """Literals and reads of the environment through ``os``, which ``asgi.py`` imports."""
    assert is_copyable(arguments) is expected
