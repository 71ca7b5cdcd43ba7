"""Cost of the index, as ratios to parsing the same files: ratios hold on any machine, seconds do not.

    python benchmarks/index.py [FOLDER]

Without a folder it generates a Flask project of 900 files: blueprints, services, models and helpers of ordinary size.
"""

from __future__ import annotations

import ast
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.index.build import build_index
from flask2fastapi.model.files import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = 900
APP = """\
from flask import Flask
{imports}

def create_app(config=None):
    app = Flask(__name__)
    for blueprint in ({names}):
        app.register_blueprint(blueprint)
    return app
"""
VIEWS = """\
from flask import Blueprint, abort, g, jsonify, request, session
from shop.service_{n} import Service, find, store

bp = Blueprint("part_{n}", __name__, url_prefix="/part/{n}")


@bp.before_request
def load():
    g.user = find(session.get("user"))

{views}
"""
VIEW = '''
@bp.route("/items_{m}/<int:item_id>", methods=["GET", "POST"])
def items_{m}(item_id: int):
    """One item: its fields, or a change of them."""
    item = find(item_id)
    if item is None or (g.user is None and not request.args.get("public", type=int)):
        abort(404)
    if request.method == "POST":
        values = {{name: value for name, value in request.get_json().items() if name in ("title", "count")}}
        for name, value in values.items():
            setattr(item, name, value)
        store(item)
    result = {{"id": item.id, "title": item.title, "links": ["/part/{n}/items_%d" % link for link in item.links]}}
    return jsonify(result), 200
'''
SERVICE = '''\
import logging
from dataclasses import dataclass, field

LOG = logging.getLogger(__name__)
TABLE = {{"a": 1, "b": 2, "c": [1, 2, 3]}}


@dataclass
class Item:
    id: int
    title: str = ""
    links: list[int] = field(default_factory=list)


class Service:
    """Keeps items."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.items: dict[int, Item] = {{}}
{methods}

service = Service("items_{n}")


def find(key):
    return service.load_0(key)


def store(item):
    LOG.info("stored %s", item.id)
    service.items[item.id] = item
'''
METHOD = '''
    def load_{m}(self, key: int, default: Item | None = None) -> Item | None:
        """The item of a key."""
        try:
            found = self.items[int(key)]
        except (KeyError, ValueError) as error:
            LOG.debug("missing %s: %s", key, error)
            return default
        return found if found.title else self.load_{next}(key, found)
'''


def project(files: int) -> list[SourceFile]:
    """A program whose files come in pairs of views and service."""
    pairs = files // 2
    made = {"shop/__init__.py": ""}
    for n in range(pairs):
        views = "".join(VIEW.format(n=n, m=m) for m in range(5))
        made[f"shop/views_{n}.py"] = VIEWS.format(n=n, views=views)
        methods = "".join(METHOD.format(m=m, next=(m + 1) % 8) for m in range(8))
        made[f"shop/service_{n}.py"] = SERVICE.format(n=n, methods=methods)
    imports = "\n".join(f"from shop.views_{n} import bp as bp_{n}" for n in range(pairs))
    made["shop/app.py"] = APP.format(imports=imports, names=", ".join(f"bp_{n}" for n in range(pairs)))
    return [SourceFile(path, text.encode(), text) for path, text in made.items()]


def read(folder: Path) -> list[SourceFile]:
    """The Python files of a folder."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        data = path.read_bytes()
        found.append(SourceFile(path.relative_to(folder).as_posix(), data, data.decode("utf-8", "replace")))
    return found


def parse(files: list[SourceFile]) -> None:
    for file in files:
        try:
            ast.parse(file.text)
        except (SyntaxError, ValueError):
            continue


def seconds(work: Callable[[list[SourceFile]], object], files: list[SourceFile]) -> float:
    """CPU seconds, the best of three."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        work(files)
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    files = read(Path(sys.argv[1])) if len(sys.argv) > 1 else project(FILES)
    parsing = seconds(parse, files)
    indexing = seconds(lambda given: build_index("benchmark", given), files)
    print(f"{len(files)} files: parse {parsing:.2f} s, index {indexing:.2f} s, ratio {indexing / parsing:.2f}")


if __name__ == "__main__":
    main()
