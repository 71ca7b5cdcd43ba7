"""Where Flask goes when every application that a dependency file serves has left it, and what keeps it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.project.codes import FLASK_KEPT, LEFT_OVER
from flask2fastapi.project.leaving_flask import Served, leave_flask
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask2fastapi.project.dependencies import DependencyChanges

NOW = Served("app.py", is_full=True, leaves_now=True)
TESTED = {"app.py": "import fastapi\n", "tests/test_app.py": "import app\n"}
UNTESTED = {"app.py": "import fastapi\n"}


def leave(root: Path, files: Mapping[str, str], *apps: Served) -> tuple[dict[str, str], DependencyChanges]:
    """Write a project whose code is rewritten, and give what each changed file would say, with the plan."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    done = leave_flask(open_tree(root), apps or (NOW,), {"app", "flask_compat"})
    changed = {change.path: (change.after or b"").decode() for change in done.changes}
    for path, text in changed.items():
        (root / path).write_bytes(text.encode())
    again = leave_flask(open_tree(root), apps or (NOW,), {"app", "flask_compat"})
    assert (again.changes, again.diagnostics) == ((), done.diagnostics if not changed else ())
    return changed, done


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "fastapi\nFlask==3.0  # web\nuvicorn\n", "fastapi\nuvicorn\n"),
        ("requirements.in", "flask[async]>=3 \\\n  ; python_version > '3'\nuvicorn\n", "uvicorn\n"),
        ("requirements.txt", "uvicorn\nflask", "uvicorn\n"),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["fastapi", "Flask>=3", "uvicorn"]\n',
            '[project]\ndependencies = ["fastapi", "uvicorn"]\n',
        ),
        (
            "pyproject.toml",
            '[project]\ndependencies = [\n  "fastapi",\n  "flask",  # web, really\n  "uvicorn",\n]\n',
            '[project]\ndependencies = [\n  "fastapi",\n  "uvicorn",\n]\n',
        ),
        (
            "pyproject.toml",
            '[project]\ndependencies = [\n  "fastapi",\n  "flask"\n]\n',
            '[project]\ndependencies = [\n  "fastapi",\n]\n',
        ),
        ("pyproject.toml", '[project]\ndependencies = ["a", "flask"]\n', '[project]\ndependencies = ["a"]\n'),
        ("pyproject.toml", '[project]\ndependencies = ["flask", "z"]\n', '[project]\ndependencies = ["z"]\n'),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\npython = "^3.11"\nflask = { version = "^3", extras = ["async"] }\nz = "1"\n',
            '[tool.poetry.dependencies]\npython = "^3.11"\nz = "1"\n',
        ),
        ("Pipfile", '[packages]\nflask = "*"\nz = "*"\n', '[packages]\nz = "*"\n'),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    fastapi\n    flask\n    uvicorn\n",
            "[options]\ninstall_requires =\n    fastapi\n    uvicorn\n",
        ),
        ("setup.py", "setup(install_requires=['fastapi', 'flask'])\n", "setup(install_requires=['fastapi'])\n"),
    ],
)
def test_without_tests_it_just_goes(tmp_path: Path, path: str, before: str, after: str) -> None:
    """Out of every kind of list, with its comma or line, and with nothing to say."""
    changed, done = leave(tmp_path, {**UNTESTED, path: before})

    assert (changed, done.diagnostics) == ({path: after}, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"requirements.txt": "Flask>=3.0\n", "requirements-dev.txt": "-r requirements.txt\nblack\npytest\n"},
            {"requirements.txt": "", "requirements-dev.txt": "-r requirements.txt\nblack\nFlask>=3.0\npytest\n"},
        ),
        (
            {"requirements.txt": "flask\n", "dev-requirements.txt": "-r requirements.txt"},
            {"requirements.txt": "", "dev-requirements.txt": "-r requirements.txt\nflask\n"},
        ),
        (
            {"requirements/base.txt": "flask\n", "requirements/dev.txt": "z\na\n", "requirements/test.txt": "pytest\n"},
            {"requirements/base.txt": "", "requirements/test.txt": "flask\npytest\n"},
        ),
        (
            {"requirements.txt": "flask==3.0\n", "requirements-test.txt": "flask==3.1\n"},
            {"requirements.txt": ""},
        ),
        (
            {"pyproject.toml": '[project]\ndependencies = ["flask>=3"]\n\n[dependency-groups]\ndev = ["pytest"]\n'},
            {"pyproject.toml": '[project]\ndependencies = []\n\n[dependency-groups]\ndev = ["flask>=3", "pytest"]\n'},
        ),
        (
            {
                "pyproject.toml": '[project]\ndependencies = ["flask"]\n\n[project.optional-dependencies]\n'
                'dev = ["black"]\ntests = [\n    "pytest",\n]\n'
            },
            {
                "pyproject.toml": "[project]\ndependencies = []\n\n[project.optional-dependencies]\n"
                'dev = ["black"]\ntests = [\n    "flask",\n    "pytest",\n]\n'
            },
        ),
        (
            {
                "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3"\nFlask = {version = "^3.0", extras = '
                '["async"]}\n\n[tool.poetry.group.dev.dependencies]\npytest = "^8"\n'
            },
            {
                "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3"\n\n[tool.poetry.group.dev.dependencies]\n'
                'Flask = {version = "^3.0", extras = ["async"]}\npytest = "^8"\n'
            },
        ),
        (
            {"Pipfile": '[packages]\nflask = "~=3.0"\n\n[dev-packages]\n'},
            {"Pipfile": '[packages]\n\n[dev-packages]\nflask = "~=3.0"\n'},
        ),
        (
            {"setup.cfg": "[options]\ninstall_requires =\n    flask\n\n[options.extras_require]\ntest =\n    pytest\n"},
            {"setup.cfg": "[options]\ninstall_requires =\n\n[options.extras_require]\ntest =\n    flask\n    pytest\n"},
        ),
        (
            {"setup.py": "setup(install_requires=['flask'], extras_require={'dev': ['pytest']})\n"},
            {"setup.py": "setup(install_requires=[], extras_require={'dev': ['flask', 'pytest']})\n"},
        ),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\nflask = "^3.0"\n', "requirements-dev.txt": "pytest\n"},
            {"pyproject.toml": "[tool.poetry.dependencies]\n", "requirements-dev.txt": "flask<4,>=3.0\npytest\n"},
        ),
        (
            {
                "requirements.txt": "flask==3.0\n",
                "pyproject.toml": '[tool.poetry.dev-dependencies]\npytest = "^8"\n',
            },
            {
                "requirements.txt": "",
                "pyproject.toml": '[tool.poetry.dev-dependencies]\nflask = "==3.0"\npytest = "^8"\n',
            },
        ),
    ],
)
def test_with_tests_it_moves_to_what_tests_need(
    tmp_path: Path, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """As its owner wrote it, into the list for tests before that for development."""
    changed, done = leave(tmp_path, {**TESTED, **before})

    assert (changed, done.diagnostics) == (after, ())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({**TESTED}, "tests still drive the application"),
        ({**UNTESTED, "seed.py": "from flask import current_app\n"}, "seed.py:1 imports flask"),
        (
            {**UNTESTED, "tools/seed.py": "import x\nimport flask_sqlalchemy\n"},
            "tools/seed.py:2 imports flask_sqlalchemy",
        ),
        (
            {**UNTESTED, "late.py": 'import importlib\nimportlib.import_module("flask.cli")\n'},
            "late.py:2 imports flask.cli",
        ),
        ({**UNTESTED, "old.py": "import flask\nprint 1\n"}, "old.py:1 imports flask"),
        ({**UNTESTED, "keys.py": "from werkzeug.security import safe_join\n"}, "which only flask brings"),
    ],
)
def test_what_still_needs_it_keeps_it_and_is_named(tmp_path: Path, files: Mapping[str, str], said: str) -> None:
    """A list for tests, a file that imports Flask or what only Flask brings; the reason says when it can go."""
    changed, done = leave(tmp_path, {**files, "requirements.txt": "flask\n"})

    assert changed == {}
    (diagnostic,) = done.diagnostics
    assert diagnostic.code == FLASK_KEPT
    assert said in diagnostic.message
    assert "delete it when" in diagnostic.message
    assert diagnostic.location is not None
    assert (diagnostic.location.path, diagnostic.location.line) == ("requirements.txt", 1)


def test_a_declared_extension_keeps_it(tmp_path: Path) -> None:
    """Flask-Limiter cannot be installed without it, so its version is still for the owner to say."""
    changed, done = leave(tmp_path, {**UNTESTED, "requirements.txt": "flask==3.0\nFlask-Limiter\n"})

    assert changed == {}
    assert [d.code for d in done.diagnostics] == [FLASK_KEPT]
    assert "Flask-Limiter needs it" in done.diagnostics[0].message


def test_pins_of_what_came_with_it_are_named(tmp_path: Path) -> None:
    """They stay, for their owner to delete, but for what is imported, and click, which Uvicorn needs."""
    listed = "click==8.1\nfastapi\nflask==3.0\nJinja2==3.1\nWerkzeug==3.0.1\n"
    code = {"app.py": "import jinja2\n"}
    changed, done = leave(tmp_path, {**code, "requirements.txt": listed})

    assert changed == {"requirements.txt": listed.replace("flask==3.0\n", "")}
    assert [(d.code, d.message.partition(" ")[0]) for d in done.diagnostics] == [(LEFT_OVER, "Werkzeug==3.0.1")]


def test_a_file_serves_all_applications_below_it(tmp_path: Path) -> None:
    """The nearer file loses Flask, the one that a Flask application still needs does not."""
    files = {"a/app.py": "", "a/requirements.txt": "flask\n", "b/app.py": "", "requirements.txt": "flask\n", "c.py": ""}
    full = Served("a/app.py", is_full=True, leaves_now=True)
    other = Served("b/app.py", is_full=True, leaves_now=True)
    flask = Served("c.py", is_full=False, leaves_now=False)
    changed, done = leave(tmp_path, files, full, other, flask)

    assert (changed, done.diagnostics) == ({"a/requirements.txt": ""}, ())


def test_what_its_owner_put_back_stays(tmp_path: Path) -> None:
    """An application that left in an earlier run takes nothing with it any more."""
    before = Served("app.py", is_full=True, leaves_now=False)
    changed, done = leave(tmp_path, {**UNTESTED, "requirements.txt": "flask\n"}, before)

    assert (changed, done.diagnostics) == ({}, ())


def test_lock_files_are_left_to_their_tools(tmp_path: Path) -> None:
    """The source changes; what is compiled of it, and the command for that, are only said."""
    lock = "# This file is autogenerated by pip-compile\n#    pip-compile requirements.in\n#\nflask==3.0\n"
    changed, done = leave(tmp_path, {**UNTESTED, "requirements.in": "flask\nz\n", "requirements.txt": lock})

    assert changed == {"requirements.in": "z\n"}
    assert done.relock == ("pip-compile requirements.in",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('RUN pip install flask "fastapi" uvicorn\n', 'RUN pip install "fastapi" uvicorn\n'),
        ("RUN pip install fastapi uvicorn 'Flask==3.0' && x\n", "RUN pip install fastapi uvicorn && x\n"),
        ("RUN pip install fastapi flask\nRUN x\n", "RUN pip install fastapi\nRUN x\n"),
        ("RUN pip install flask fastapi pytest\n", None),
    ],
)
def test_images_that_install_it_by_name(tmp_path: Path, before: str, after: str | None) -> None:
    """It goes from beside FastAPI, unless the image runs the tests."""
    changed, _ = leave(tmp_path, {**TESTED, "Dockerfile": before})

    assert changed == ({"Dockerfile": after} if after else {})


def test_an_image_of_a_flask_application_keeps_it(tmp_path: Path) -> None:
    """One of the two applications that it runs still is Flask's."""
    flask = Served("other.py", is_full=False, leaves_now=False)
    changed, _ = leave(tmp_path, {**UNTESTED, "Dockerfile": "RUN pip install flask fastapi\n"}, NOW, flask)

    assert changed == {}
