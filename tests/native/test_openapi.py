"""The documentation that a front offers beside Flask: of its own operations, where Flask has no such URL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

FORMS = (
    Path(__file__).resolve().parents[2] / "fixtures" / "codemods" / "F2F340-body-fields" / "forms" / "before.py"
).read_text("utf-8")
JSON = {"content-type": "application/json"}


def test_the_front_shows_its_operations_and_their_bodies(both: Callable[..., Sides]) -> None:
    """At ``/openapi.json``; what the operations answer is not changed by it."""
    sides = both(FORMS, openapi=True)

    _, page = sides.ask("GET", "/openapi.json")
    assert page.status == 200
    paths = json.loads(json.dumps(page.body))["paths"]
    books = paths["/api/books"]["post"]
    assert books["requestBody"]["content"]["application/json"]["schema"]["required"] == ["title"]
    assert (books["summary"], books["tags"]) == ("Books Post", ["api"])
    _, docs = sides.ask("GET", "/docs")
    assert docs.status == 200
    for url in ("/api/books", "/api/late", "/api/part", "/whole", "/upload", "/page/1", "/nowhere"):
        for method in ("GET", "HEAD", "POST", "PATCH", "OPTIONS"):
            for data in (b"", b"[]", b'{"title": null, "name": 1}'):
                before, after = sides.ask(method, url, data, JSON)
                assert after == before, f"{method} {url} {data!r}"


def test_what_runs_in_flasks_context_is_shown_too(both: Callable[..., Sides]) -> None:
    """Its annotations are those of its module."""
    sides = both(
        "from __future__ import annotations\n\nfrom flask import Flask, jsonify, request, session\n\n"
        "app = Flask(__name__)\napp.secret_key = 'x'\n\n\n"
        "@app.route('/in', methods=['POST'])\ndef sign_in():\n    form = request.form\n"
        "    session['name'] = form['name']\n    return jsonify(form.get('next', ''))\n",
        openapi=True,
    )

    assert "@in_flask_context" in sides.sources["app.py"]
    _, page = sides.ask("GET", "/openapi.json")
    (content,) = page.body["paths"]["/in"]["post"]["requestBody"]["content"].values()
    assert (content["schema"]["title"], content["schema"]["required"]) == ("SignInForm", ["name"])
