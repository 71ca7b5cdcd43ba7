"""Rules with converters: what matches, and what a view gets, is what Werkzeug says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

APP = """
from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/int/<int:x>")
def integer(x):
    return {"x": x}


@app.route("/float/<float:x>")
def number(x):
    return jsonify(x=x)


@app.route("/str/<x>")
def text(x):
    return {"x": x}


@app.route("/path/<path:x>")
def path(x):
    return {"x": x}


@app.route("/uuid/<uuid:x>")
def key(x):
    return jsonify(x=x)


@app.route("/len/<string(length=2):x>/<any(red, blue):y>")
def narrow(x, y):
    return f"{x} {y}"


@app.route("/range/<int(min=3, max=5):x>")
def ranged(x):
    return {"x": x}


@app.route("/item/<x>")
def item(x):
    return {"item": x}


@app.route("/item/new")
def new():
    return "new"


@app.route("/branch/")
def branch():
    return {"branch": 1}


@app.route("/loose/<int:x>/", strict_slashes=False)
def loose(x):
    return {"loose": x}


@app.route("/caf\u00e9/<x>")
def unicode(x):
    return {"x": x}


@app.route("/kinds/<int:n>")
@app.route("/kinds/<int:n>/<int:m>")
def kinds(n, m=0):
    return {"n": n, "m": m}
"""

PATHS = [
    "/int/1", "/int/007", "/int/-1", "/int/+1", "/int/1.0", "/int/12345678901234567890", "/int/", "/int", "/int/x",
    "/int/%D9%A3", "/int/1/", "/int/1_0", "/int/" + "9" * 4299, "/int/" + "9" * 4301,
    "/float/1.5", "/float/1", "/float/-1.5", "/float/1e3", "/float/007.50", "/float/%D9%A3.5", "/float/nan",
    "/str/a%20b", "/str/a%2Fb", "/str/caf%C3%A9", "/str/%FF", "/str/", "/str/a/b", "/str/%25", "/str/a;b", "/str/{x}",
    "/path/a/b/c", "/path/", "/path//a", "/path/a//b", "/path/a%2Fb", "/path/caf%C3%A9/x",
    "/uuid/12345678-1234-5678-1234-567812345678", "/uuid/12345678123456781234567812345678", "/uuid/x",
    "/uuid/ABCDEF78-1234-5678-1234-567812345678",
    "/len/ab/red", "/len/abc/red", "/len/ab/green", "/range/2", "/range/3", "/range/6",
    "/item/new", "/item/old", "/branch/", "/branch", "/branch?x=1", "/loose/1", "/loose/1/", "/caf%C3%A9/1",
    "/kinds/1", "/kinds/1/2", "/kinds/x", "/nowhere", "/",
]  # fmt: skip


def test_paths_mean_the_same(both: Callable[..., Sides]) -> None:
    """Every path, by GET and by methods that the rules do not have."""
    sides = both(APP)

    native = {plan.route.endpoint for plan in sides.run.plan.routes if plan.rung == "native"}
    assert native == {plan.route.endpoint for plan in sides.run.plan.routes}
    for path in PATHS:
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("/a{b}/<x>", "converter"),
        ("/x//<x>", "converter"),
    ],
)
def test_rules_without_an_equal_stay_flasks(both: Callable[..., Sides], rule: str, reason: str) -> None:
    """Braces, doubled slashes."""
    sides = both(
        "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/o')\ndef o():\n    return 'o'\n\n\n"
        f"@app.route({rule!r})\ndef view(x):\n    return 'ok'\n"
    )

    assert sides.reasons("view") == {reason}
    before, after = sides.ask("GET", "/1")
    assert after == before


CONVERTERS = """
import re
from datetime import date

from flask import Flask, jsonify
from werkzeug.routing import BaseConverter, ValidationError

app = Flask(__name__)


class ListConverter(BaseConverter):
    def to_python(self, value):
        return value.split("+")


class DateConverter(BaseConverter):
    regex = r"\\d{4}-\\d\\d?-\\d\\d?"

    def to_python(self, value):
        try:
            return date(*map(int, value.split("-")))
        except ValueError:
            raise ValidationError()


class RegexConverter(BaseConverter):
    def __init__(self, url_map, *items):
        super().__init__(url_map)
        self.regex = items[0]


class RestConverter(BaseConverter):
    part_isolating = False
    regex = r"[^/].*?"


app.url_map.converters["list"] = ListConverter
app.url_map.converters["date"] = DateConverter
app.url_map.converters.update(regex=RegexConverter, rest=RestConverter)


@app.route("/list/<list:names>")
def names(names):
    return jsonify(names)


@app.route("/day/<date:day>")
@app.route("/day/<date:day>/<list:more>")
def of_day(day, more=None):
    return jsonify(year=day.year, day=day, more=more)


@app.route('/regex/<regex("[a-c]{2}"):x>/<int(signed=True):n>')
def by_regex(x, n):
    return jsonify(x=x, n=n)


@app.route("/rest/<rest:x>/end")
def rest(x):
    return jsonify(x=x)


@app.route("/float/<float(min=1.5, signed=True):x>/<any('a b', c):y>")
def number(x, y):
    return jsonify(x=x, y=y)
"""


def test_converters_of_the_project_go_on_converting(both: Callable[..., Sides]) -> None:
    """Flask's map says what matches and what comes of it, whatever a FastAPI path would make of it."""
    sides = both(CONVERTERS)

    assert {str(plan.rung) for plan in sides.run.plan.routes} == {"native"}
    for path in (
        *("/list/a+b", "/list/a", "/list/", "/day/2024-02-03", "/day/2024-02-31", "/day/x", "/day/2024-1-2/x+y"),
        *("/regex/ab/-5", "/regex/ab/5", "/regex/abc/5", "/rest/a/b/c/end", "/rest/a/end", "/rest/end", "/rest//a/end"),
        *("/float/1.5/c", "/float/-1.5/c", "/float/2.5/a%20b", "/float/2/c", "/float/2.5/d"),
    ):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)
