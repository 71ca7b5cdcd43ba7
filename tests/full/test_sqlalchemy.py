"""An application with Flask-SQLAlchemy leaves Flask: its models, queries and settings stay as they are."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

pytest.importorskip("flask_sqlalchemy")

from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from pathlib import Path

    from flask2fastapi.migrate.run import Run

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning")
CLAIMS = [claim for codemod in CODEMODS for claim in codemod.claims]
SHOP = {
    "shop/extensions.py": """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
""",
    "shop/models.py": """\
from .extensions import db


class BookShelf(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), nullable=False, unique=True)

    def to_dict(self):
        return {"id": self.id, "name": self.name, "shown": repr(self)}
""",
    "shop/views.py": """\
from flask import Blueprint, abort, jsonify, request

from .extensions import db
from .models import BookShelf

bp = Blueprint("shelves", __name__, url_prefix="/shelves")


@bp.route("/")
def index():
    page = BookShelf.query.order_by(BookShelf.name).paginate(per_page=2)
    return jsonify(shelves=[each.to_dict() for each in page.items], total=page.total, numbers=list(page.iter_pages()))


@bp.route("/<int:number>")
def show(number):
    return jsonify(BookShelf.query.get_or_404(number, description="no such shelf").to_dict())


@bp.route("/", methods=["POST"])
def create():
    data = request.get_json()
    if not data.get("name"):
        abort(400, description="a name is missing")
    shelf = BookShelf(name=data["name"])
    db.session.add(shelf)
    if data.get("fail"):
        db.session.flush()
        raise ValueError
    db.session.commit()
    return jsonify(shelf.to_dict()), 201


@bp.route("/<int:number>", methods=["DELETE"])
def delete(number):
    db.session.delete(db.get_or_404(BookShelf, number))
    db.session.commit()
    return "", 204
""",
    "shop/__init__.py": """\
from flask import Flask

from .extensions import db


def create_app(config=None):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shelves.db"
    app.config.update(config or {})
    db.init_app(app)

    from .views import bp

    app.register_blueprint(bp)
    with app.app_context():
        db.create_all()
    return app
""",
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def migrated(folder: Path, files: dict[str, str]) -> Run:
    run = plan_run(read_project(written(folder, files), Config(), CLAIMS), CODEMODS)
    for change in run.changes:
        assert change.after is not None
        (folder / change.path).write_bytes(change.after)
    return run


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The shop of Flask, and the one made of it."""
    written(tmp_path / "flask", SHOP)
    run = migrated(tmp_path / "fastapi", SHOP)
    assert [front.state for front in run.plan.fronts] == ["full"]
    made = []
    for side in ("flask", "fastapi"):
        monkeypatch.syspath_prepend(tmp_path / side)
        made.append(__import__("shop").create_app())
        for name in [each for each in sys.modules if each.partition(".")[0] == "shop"]:
            monkeypatch.setitem(sys.modules, name, sys.modules[name])
            del sys.modules[name]
        sys.path.remove(str(tmp_path / side))
        assert (tmp_path / side / "instance" / "shelves.db").is_file()
    return made[0], made[1]


REQUESTS = [
    ("GET", "/shelves/", None),
    *(("POST", "/shelves/", {"name": name}) for name in ("c", "a", "b", "e", "d")),
    ("POST", "/shelves/", {"name": "a"}),
    ("POST", "/shelves/", {"name": ""}),
    ("POST", "/shelves/", {"name": "x", "fail": True}),
    *(("GET", f"/shelves/{query}", None) for query in ("", "?page=2", "?page=3", "?page=4", "?page=x", "?page=0")),
    *(("GET", f"/shelves/{number}", None) for number in (1, 6, 9)),
    ("DELETE", "/shelves/1", None),
    ("DELETE", "/shelves/1", None),
    ("GET", "/shelves/", None),
    ("OPTIONS", "/shelves/2", None),
    ("PUT", "/shelves/2", None),
]


def answer(status: int, content_type: str | None, data: bytes) -> tuple[int, str | None, Any]:
    if status == 204:
        return status, None, b""
    return status, content_type, json.loads(data) if content_type == "application/json" else data


async def asked(app: Any, requests: list[Any]) -> list[Any]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        found = [await client.request(method, path, json=body) for method, path, body in requests]
    return [answer(each.status_code, each.headers.get("content-type"), each.content) for each in found]


def test_it_answers_as_before(shops: tuple[Any, Any]) -> None:
    flask, fastapi = shops
    client = flask.test_client()
    before = []
    for method, path, body in REQUESTS:
        response = client.open(path, method=method, **({"json": body} if body is not None else {}))
        before.append(answer(response.status_code, response.headers.get("content-type"), response.data))

    assert asyncio.run(asked(fastapi, REQUESTS)) == before
    assert {status for status, _, _ in before} == {200, 201, 204, 400, 404, 405, 500}


def test_only_imports_change_where_models_are(tmp_path: Path) -> None:
    migrated(tmp_path, SHOP)
    extensions = SHOP["shop/extensions.py"].replace("from flask_sqlalchemy import", "from shop.flask_compat import")
    assert (tmp_path / "shop/extensions.py").read_text("utf-8") == extensions
    assert (tmp_path / "shop/models.py").read_text("utf-8") == SHOP["shop/models.py"]
    assert "db.session.delete(db.get_or_404(BookShelf, number))\n" in (tmp_path / "shop/views.py").read_text("utf-8")


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    migrated(tmp_path, SHOP)
    again = plan_run(read_project(tmp_path, Config(), CLAIMS), CODEMODS)
    assert [change.path for change in again.changes if change.before != change.after] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        ("shop/extensions.py", "SQLAlchemy()", "SQLAlchemy(use_native_unicode=True)", "is given use_native_unicode"),
        ("shop/extensions.py", "db =", "class Own(SQLAlchemy):\n    pass\n\n\ndb =", "otherwise than by calling it"),
        (
            "shop/models.py",
            "from .ext",
            "from flask_sqlalchemy import track_modifications as it\n\nit.models_committed.connect(print)\nfrom .ext",
            "something else there needs Flask",
        ),
        ("shop/__init__.py", "    db.init", "    app.extensions['x'] = 1\n    db.init", "is used in a way that needs"),
    ],
)
def test_what_is_not_there_without_flask_keeps_it(tmp_path: Path, path: str, old: str, new: str, why: str) -> None:
    assert old in SHOP[path]
    run = migrated(tmp_path, {**SHOP, path: SHOP[path].replace(old, new, 1)})
    assert [front.state for front in run.plan.fronts] == ["hybrid"]
    assert why in "\n".join(map(str, run.diagnostics))


def test_an_older_release_keeps_flask(tmp_path: Path) -> None:
    run = migrated(tmp_path, {**SHOP, "requirements.txt": "Flask\nFlask-SQLAlchemy==2.5.1\n"})
    assert [front.state for front in run.plan.fronts] == ["hybrid"]
    assert "Flask-SQLAlchemy==2.5.1 behaves differently" in "\n".join(map(str, run.diagnostics))


def test_without_the_codemod_it_stays(tmp_path: Path) -> None:
    run = plan_run(read_project(written(tmp_path, SHOP), Config()), CODEMODS)
    assert [front.state for front in run.plan.fronts] == ["hybrid"]
