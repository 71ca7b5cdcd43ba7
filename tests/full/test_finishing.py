"""From hybrid to full: the result is what a run from Flask gives; what is not as a run left it keeps Flask."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run
from flask2fastapi.source import write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.migrate.run import Run

BOOKS = Path(__file__).parents[2] / "fixtures" / "projects" / "books" / "flask"
SHOP = {
    "shop.py": """
from flask import Blueprint, abort, request, url_for

bp = Blueprint("shop", __name__, url_prefix="/shop/<lang>/")


# all of it
@bp.route("/", methods=["GET", "POST"])
@bp.route("/all", endpoint="everything")
def index(lang):
    return {"shop": lang, "method": request.method}


@bp.get("/<string:name>")
def item(lang, name):
    if name == "x":
        abort(404, "$5")
    return f"item {name}"


LAST = "kept"
""",
    "app.py": """
from flask import Blueprint, Flask, jsonify

import shop

PORT = 8000


def create_app():
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(shop.bp)
    app.register_blueprint(bare)
    return app


bare = Blueprint("bare", __name__)


@bare.get("/health")
def health():
    return jsonify(ok=True)


if __name__ == "__main__":
    create_app().run(port=PORT)
""".replace(
        "    create_app().run", "    app = create_app()\n    app.run"
    ),
    "requirements.txt": "flask>=3.0\n",
    "requirements-dev.txt": "pytest\n",
    "tests/test_app.py": "import app\n",
    "Procfile": 'web: gunicorn "app:create_app()"\n',
    "Dockerfile": "FROM python:3.12\nCOPY app.py shop.py ./\nRUN pip install flask\n"
    'CMD ["gunicorn", "-b", "0.0.0.0:80", "app:create_app()"]\n',
}
HANDLED = """
from flask import Flask, jsonify

app = Flask(__name__)


@app.errorhandler(404)
def lost(error):
    return jsonify(error="lost"), 404


@app.route("/")
def index():
    return {"a": 1}
"""


def run(folder: Path, *, hybrid: bool = False) -> Run:
    done = plan_run(read_project(folder, Config(hybrid=hybrid)), CODEMODS)
    write_all(folder, done.changes)
    return done


def text_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def hybrid(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write a project twice: rewritten from Flask at once, and rewritten to a hybrid one."""

    def make(files: Mapping[str, str]) -> Path:
        for path, text in files.items():
            (tmp_path / "direct" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "direct" / path).write_text(text.lstrip())
        shutil.copytree(tmp_path / "direct", tmp_path / "hybrid")
        assert [front.state.value for front in run(tmp_path / "direct").plan.fronts] == ["full"]
        first = run(tmp_path / "hybrid", hybrid=True)
        assert [front.state.value for front in first.plan.fronts] == ["hybrid"]
        return tmp_path / "hybrid"

    return make


@pytest.mark.parametrize("files", [text_of(BOOKS), SHOP], ids=["books", "shop"])
def test_the_last_need_gone_it_is_as_from_flask_at_once(
    tmp_path: Path, hybrid: Callable[[Mapping[str, str]], Path], files: Mapping[str, str]
) -> None:
    """Code, support module, dependencies, start commands, image; front and entry are gone, a further run is idle."""
    folder = hybrid(files)

    done = run(folder)

    assert [front.state.value for front in done.plan.fronts] == ["full"]
    assert text_of(folder) == text_of(tmp_path / "direct")
    assert run(folder).changes == ()


def test_the_option_that_made_it_hybrid_keeps_it_so(hybrid: Callable[[Mapping[str, str]], Path]) -> None:
    """With it a second run changes nothing."""
    assert run(hybrid(SHOP), hybrid=True).changes == ()


def test_an_extension_that_kept_it_goes(tmp_path: Path) -> None:
    """What needed Flask's context for it does no more, its owner takes the mark off, and the application leaves."""
    blocked = (
        "\nfrom flask_unheard_of import Watch\n\n\n@app.get('/watched')\ndef watched():\n    return Watch.page()\n"
    )
    base = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return {'a': 1}\n"
    (tmp_path / "app.py").write_text(f"{base}{blocked}")
    first = run(tmp_path)
    assert {row.route.rule: bool(row.needs) for row in first.plan.routes} == {"/": False, "/watched": True}
    now = (tmp_path / "app.py").read_text()
    now = now.replace("from flask_unheard_of import Watch\n", "").replace("Watch.page()", "{'b': 2}")
    (tmp_path / "app.py").write_text(now)
    between = run(tmp_path)
    assert [front.state.value for front in between.plan.fronts] == ["hybrid"]
    assert "in_flask_context" in " ".join(str(each) for each in between.diagnostics)
    assert "@in_flask_context\n" in now
    now = (tmp_path / "app.py").read_text().replace("@in_flask_context\n", "").replace("in_flask_context, ", "")
    (tmp_path / "app.py").write_text(now)

    second = run(tmp_path)

    assert [front.state.value for front in second.plan.fronts] == ["full"]
    written = (tmp_path / "app.py").read_text()
    assert '@app.get("/watched")' in written
    assert "flask import" not in written
    assert not (tmp_path / "asgi.py").exists()
    assert run(tmp_path).changes == ()


def test_error_handlers_go_over_with_it(tmp_path: Path, hybrid: Callable[[Mapping[str, str]], Path]) -> None:
    """Flask's own answered for both until then."""
    folder = hybrid({"app.py": HANDLED})

    done = run(folder)

    assert [front.state.value for front in done.plan.fronts] == ["full"]
    assert text_of(folder) == text_of(tmp_path / "direct")


def edited(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / path).read_text() if (folder / path).exists() else ""
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1) if old else f"{text}{new}")

    return edit


BY_HAND = {
    "front": (edited("fastapi_front.py", "    return", "    app.state.mine = 1\n    return"), "fastapi_front.py was"),
    "entry": (edited("asgi.py", "", "\nprint('up')\n"), "asgi.py was changed by hand"),
    "support": (edited("flask_compat.py", "\nimport ", "\nMINE = 1\nimport "), "flask_compat.py was changed by hand"),
    "importer": (edited("more.py", "", "from asgi import create_app\n"), "more.py imports asgi.create_app"),
    "router": (edited("shop.py", 'tags=["shop"]', 'tags=["shop"], dependencies=[]'), "decorator that no run wrote"),
    "own route": (
        edited("shop.py", "LAST", '@shop_router.get("/own")\ndef own():\n    return {}\n\n\nLAST'),
        "Flask's URL map does not know",
    ),
    "guard": (edited("shop.py", "# all of it\n", "# all of it\n@print\n"), "decorator that no run wrote"),
    "rule": (edited("shop.py", '"/all", "everything", moved(index)', '"/all", "all", moved(index)'), "endpoint"),
    "script": (edited("deploy.yml", "", "run: python asgi.py\n"), "deploy.yml names its front"),
    "flask": (edited("shop.py", "", "\nfrom flask import current_app\n\nprint(current_app)\n"), "needs Flask"),
}


@pytest.mark.parametrize(("edit", "said"), BY_HAND.values(), ids=BY_HAND)
def test_what_is_not_as_a_run_left_it_keeps_flask(
    hybrid: Callable[[Mapping[str, str]], Path], edit: Callable[[Path], None], said: str
) -> None:
    """It stays as it is, whole, and the reason names what was found and where."""
    folder = hybrid(SHOP)
    edit(folder)

    done = run(folder)

    assert [front.state.value for front in done.plan.fronts] == ["hybrid"]
    assert done.changes == ()
    (reason,) = [each for each in done.diagnostics if each.code == "flask-object"]
    assert said in reason.message
    assert reason.location is not None


def test_what_was_changed_inside_an_operation_is_kept(hybrid: Callable[[Mapping[str, str]], Path]) -> None:
    """Bodies, further arguments of decorators and comments are their owner's."""
    folder = hybrid(SHOP)
    edited("shop.py", 'name="shop.item"', 'name="shop.item", summary="One item"')(folder)
    edited("shop.py", 'f"item {name}"', 'f"my item {name}"  # mine')(folder)

    assert [front.state.value for front in run(folder).plan.fronts] == ["full"]
    text = (folder / "shop.py").read_text()
    assert 'summary="One item"' in text
    assert 'return f"my item {name}"  # mine' in text


def test_texts_for_people_are_named(hybrid: Callable[[Mapping[str, str]], Path]) -> None:
    """A manual is its owner's to rewrite."""
    folder = hybrid(SHOP)
    (folder / "README.md").write_text("Start\n\n    uvicorn --factory asgi:create_app\n")

    notes = [each for each in run(folder).diagnostics if each.location and each.location.path == "README.md"]

    assert [(each.location.line, "app:create_app" in each.message) for each in notes if each.location] == [(3, True)]


def test_one_of_two_in_a_folder_waits_for_the_other(tmp_path: Path) -> None:
    """They share one support module."""
    base = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return {'a': 1}\n"
    (tmp_path / "one.py").write_text(base)
    (tmp_path / "two.py").write_text(f"{base}\n\nprint(app)\n")
    run(tmp_path)
    again = run(tmp_path)
    assert (again.changes, [front.state.value for front in again.plan.fronts]) == ((), ["hybrid", "hybrid"])
    two = (tmp_path / "two.py").read_text()
    (tmp_path / "two.py").write_text(two.replace("print(app)\n", ""))

    done = run(tmp_path)

    assert [front.state.value for front in done.plan.fronts] == ["full", "full"], [
        str(each) for each in done.diagnostics
    ]
    assert run(tmp_path).changes == ()


def test_applications_of_many_folders_leave_each_by_itself(tmp_path: Path) -> None:
    """Modules of the same name in several folders do not stand in each other's way."""
    base = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return {'a': 1}\n"
    for name in ("first", "second"):
        (tmp_path / name / "end").mkdir(parents=True)
        (tmp_path / name / "end" / "app.py").write_text(base)
        (tmp_path / name / "end" / "db.py").write_text("items = {}\n")
    run(tmp_path, hybrid=True)

    done = run(tmp_path)

    assert [front.state.value for front in done.plan.fronts] == ["full", "full"], [
        str(each) for each in done.diagnostics
    ]
    assert run(tmp_path).changes == ()
