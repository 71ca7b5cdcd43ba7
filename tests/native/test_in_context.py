"""Operations that run in Flask's context: what a view uses of Flask and its extensions is there, and guards guard."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

START = '''"""An application whose views live in Flask's context."""

from __future__ import annotations

import threading
from functools import wraps

from flask import (
    Flask, abort, after_this_request, flash, g, get_flashed_messages, jsonify, redirect, render_template_string,
    request, session, url_for,
)
from flask.views import MethodView

app = Flask(__name__)
app.secret_key = "key"
app.config["PROPAGATE_EXCEPTIONS"] = False


@app.before_request
def begin():
    g.thread = threading.get_ident()
    g.user = request.headers.get("X-User")


'''
GUARDS = '''
def login_required(view):
    """Refuse those who are nobody."""

    @wraps(view)
    def wrapped(**kwargs):
        if g.user is None:
            return redirect(url_for("page", name="login"))
        return view(**kwargs)

    return wrapped


def role_required(role):
    def decorator(view):
        @wraps(view)
        def wrapped(*args, **kwargs):
            if g.user != role:
                return {"error": f"{role} only", "item": kwargs.get("number")}, 403
            return view(*args, **kwargs)

        return wrapped

    return decorator


def with_user(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if g.user == "nobody":
            abort(401, "who?")
        if g.user == "text":
            return "just text"
        return view(g.user, *args, **kwargs)

    return wrapped


'''
VIEWS = """
@app.route("/thread")
def thread():
    return {"same": g.thread == threading.get_ident()}


@app.route("/page/<name>")
def page(name):
    return render_template_string("<p>{{ name }} {{ g.user }} {{ request.path }}</p>", name=name)


@app.route("/count")
def count():
    session["count"] = session.get("count", 0) + request.args.get("by", 1, type=int)
    return {"count": session["count"]}


@app.route("/flash", methods=["POST"])
def say():
    flash(request.form["text"])
    return jsonify(get_flashed_messages()), 201


@app.route("/later")
def later():
    @after_this_request
    def stamp(response):
        response.headers["X-A"] = "later"
        return response

    return "ok"


@app.route("/error/<int:number>")
def error(number):
    g.number = number
    if number == 1:
        raise StopIteration
    if number == 2:
        raise SystemError("two")
    if number == 3:
        abort(418)
    return {"number": g.number}


@app.route("/secret")
@login_required
def secret():
    return jsonify(user=g.user)


@app.route("/json/<kind>")
@login_required
def as_json(kind):
    if kind == "text":
        return jsonify("text")
    if kind == "none":
        return jsonify(None)
    if kind == "list":
        return jsonify([1, 2])
    return jsonify("several", 1)


@app.route("/admin/<int:number>", methods=["GET", "POST"])
@role_required("admin")
def admin(number):
    if request.method == "POST":
        return jsonify(got=request.form["a"]), 201
    return {"number": number}


@app.route("/mine/<int:number>")
@with_user
def mine(user, number):
    return {"user": user, "number": number, "page": request.args["page"]}


@app.route("/body", methods=["POST"])
@with_user
@login_required
def body(user):
    return jsonify(user=user, data=request.get_json())


@app.route("/list")
@app.route("/list/<int:start>")
def listed(start=3):
    return jsonify(start=start, user=g.user)


class Item(MethodView):
    def get(self, number):
        return {"number": number, "user": g.user}

    @role_required("ann")
    def delete(self, number):
        session["gone"] = number
        return "", 204


app.add_url_rule("/item/<int:number>", view_func=Item.as_view("item"))


class Guarded(MethodView):
    decorators = [login_required, role_required("admin")]

    def get(self, number=2):
        return jsonify(number=number, user=g.user)

    def post(self, number):
        return jsonify(number=number, title=request.form["title"]), 201


app.add_url_rule("/guarded/", defaults={"number": 1}, view_func=Guarded.as_view("guarded"), methods=["GET"])
app.add_url_rule("/guarded/<int:number>", view_func=Guarded.as_view("guarded_one"))
"""
IN_CONTEXT = (
    "thread",
    "page",
    "count",
    "say",
    "later",
    "error",
    "secret",
    "as_json",
    "admin",
    "mine",
    "body",
    "listed",
    "item",
    "guarded",
    "guarded_one",
)
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
USERS: tuple[dict[str, str], ...] = ({}, *({"X-User": name} for name in ("ann", "admin", "nobody", "text")))
REQUESTS: list[tuple[str, str, bytes, dict[str, str]]] = [
    *(("GET", path, b"", {}) for path in ("/thread", "/page/a%20b", "/count", "/count?by=2", "/count?by=x", "/later")),
    *(("GET", f"/error/{number}", b"", {}) for number in range(4)),
    *(("HEAD", path, b"", {}) for path in ("/thread", "/page/a", "/later")),
    ("POST", "/flash", b"text=a%26b", FORM),
    ("POST", "/flash", b"", FORM),
]
REQUESTS += [
    (method, path, data, {**user, **headers})
    for user in USERS
    for method, path, data, headers in (
        ("GET", "/secret", b"", {}),
        *(("GET", f"/json/{kind}", b"", {}) for kind in ("text", "none", "list", "several")),
        ("GET", "/admin/4", b"", {}),
        ("POST", "/admin/4", b"a=1", FORM),
        ("POST", "/admin/4", b"", FORM),
        ("PUT", "/admin/4", b"", {}),
        ("GET", "/mine/4?page=2", b"", {}),
        ("GET", "/mine/4", b"", {}),
        ("POST", "/body", b'{"a": 1}', JSON),
        ("POST", "/body", b"{", JSON),
        ("GET", "/list", b"", {}),
        ("GET", "/list/9", b"", {}),
        ("GET", "/item/5", b"", {}),
        ("DELETE", "/item/5", b"", {}),
        ("OPTIONS", "/item/5", b"", {}),
        ("GET", "/guarded/", b"", {}),
        ("GET", "/guarded/7", b"", {}),
        ("POST", "/guarded/7", b"title=a", FORM),
        ("POST", "/guarded/7", b"", FORM),
    )
]


def test_what_views_use_of_flask_is_there(both: Callable[..., Sides]) -> None:
    """Sessions, g, templates, flashed messages, functions for after the request; guards of all shapes come first."""
    sides = both(START + GUARDS + VIEWS)

    assert {name: sides.rung(name) for name in IN_CONTEXT} == dict.fromkeys(IN_CONTEXT, "native")
    assert all(sides.needs(name) for name in IN_CONTEXT)
    for method, path, data, headers in REQUESTS:
        before, after = sides.ask(method, path, data, headers)
        assert (method, path, headers, after) == (method, path, headers, before)


def test_bodies_run_in_flasks_thread(both: Callable[..., Sides]) -> None:
    """Where a hook stored its thread; what is bound to a thread, as a connection, stays good."""
    sides = both(START + GUARDS + VIEWS)

    assert [answer.body for answer in sides.ask("GET", "/thread")] == [{"same": True}] * 2


def test_contexts_of_requests_do_not_mix(both: Callable[..., Sides]) -> None:
    """Two hundred at once, each with a user of its own."""
    sides = both(START + GUARDS + VIEWS)

    async def ask() -> list[tuple[int, str]]:
        transport = httpx.ASGITransport(app=sides.rewritten)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            paths = ("/secret", "/page/x", "/mine/1?page=1", "/item/1")
            made = [client.get(paths[n % 4], headers={"X-User": f"user{n}"}) for n in range(200)]
            return [(number, (await each).text) for number, each in enumerate(map(asyncio.ensure_future, made))]

    answers = asyncio.run(ask())

    assert len(answers) == 200
    assert all(f"user{number}" in text for number, text in answers)


OTHER = {
    "looks at what is returned": "        text, status = view(**kwargs)\n        return {'text': text}, status\n",
    "catches": "        try:\n            return view(**kwargs)\n        except ValueError as error:\n"
    "            return str(error), 409\n",
    "catches aborts": "        try:\n            return view(**kwargs)\n        except NotFound as error:\n"
    "            return error.description, 410\n",
    "changes arguments": "        kwargs['number'] += 1\n        return view(**kwargs)\n",
    "gives arguments": "        return view(more='more', **kwargs)\n",
    "calls it later": "        return (lambda: view(**kwargs))()\n",
    "changes the response": "        response = make_response(view(**kwargs))\n"
    "        response.headers['X-A'] = response.get_data(as_text=True)\n        return response\n",
}
VIEW = """
@app.route("/<int:number>", methods=["GET", "POST"])
@deco
def view(number, more="none"):
    if number == 7:
        raise ValueError("seven")
    if number == 8:
        abort(404, "eight")
    return f"<p>{number} {more} {request.args.get('a', 0, type=int)} {request.form.get('b')}</p>", 201
"""


@pytest.mark.parametrize("name", OTHER)
def test_other_decorators_get_what_flask_gave_them(both: Callable[..., Sides], name: str) -> None:
    """What is done with the answer, or with the arguments, is done to what Flask has: the view's body stays."""
    wrapped = f"    @wraps(view)\n    def wrapped(**kwargs):\n{OTHER[name]}\n    return wrapped\n\n\n"
    start = START.replace(
        "from flask.views",
        "from flask import make_response\nfrom werkzeug.exceptions import NotFound\nfrom flask.views",
    )
    sides = both(f"{start}def deco(view):\n{wrapped}{VIEW}")

    assert (sides.rung("view"), sides.needs("view") >= {"decorator"}) == ("native", True)
    for path in ("/3", "/3?a=4", "/3?a=x", "/7", "/8", "/x"):
        for method, data in (("GET", b""), ("POST", b"b=c"), ("HEAD", b""), ("PUT", b"")):
            before, after = sides.ask(method, path, data, FORM if data else {})
            assert (method, path, after) == (method, path, before)


def test_a_decorator_without_the_name_of_its_view_keeps_it_mounted(both: Callable[..., Sides]) -> None:
    """FastAPI would not see the parameters through it."""
    deco = "def deco(view):\n    def wrapped(**kwargs):\n        return view(**kwargs)\n\n    return wrapped\n\n\n"
    sides = both(f"{START}{deco}@app.route('/')\n@deco\ndef view():\n    return 'a'\n")

    assert {str(plan.rung) for plan in sides.run.plan.routes} == {"mounted"}


STACKED = """
def outer(view):
    @wraps(view)
    @inner
    def wrapped(*args, **kwargs):
        if g.user == "outer":
            return "outer", 403
        return view(*args, **kwargs)

    wrapped.is_guarded = True
    return wrapped


def inner(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if g.user == "inner":
            return "inner", 403
        return view(*args, **kwargs)

    return wrapped


def chosen(view):
    return with_role("chosen")(view)


def with_role(role):
    def decorator(view):
        @wraps(view)
        def wrapped(*args, **kwargs):
            return (view(*args, **kwargs)) if g.user != role else abort(403)

        return wrapped

    return decorator


@app.route("/stacked/<int:number>")
@outer
@inner
@chosen
def stacked(number):
    return jsonify(number=number, page=request.args.get("page", 1, type=int)), 201


@app.route("/plain/<int:number>")
@outer
@inner
def plain(number):
    return jsonify(number=number, page=request.args.get("page", 1, type=int)), 201
"""


def test_decorators_made_of_decorators(both: Callable[..., Sides]) -> None:
    """Stacked, made by another one, with attributes set on them."""
    sides = both(START + STACKED)

    assert [sides.rung(name) for name in ("stacked", "plain")] == ["native"] * 2
    assert "def plain(number: int, page: " in sides.sources["app.py"]
    for user in ("ann", "outer", "inner", "chosen"):
        for path in ("/stacked/3", "/stacked/3?page=2", "/stacked/3?page=x", "/plain/4?page=5"):
            before, after = sides.ask("GET", path, b"", {"X-User": user})
            assert (user, path, after) == (user, path, before)


READING = """
from werkzeug.datastructures import ImmutableMultiDict


class Loud(ImmutableMultiDict):
    def get(self, key, default=None, type=None):
        return f"loud {super().get(key, default)}"


class LoudRequest(Request):
    parameter_storage_class = Loud


@app.route("/loud", methods=["GET", "POST"])
def loud():
    if request.method == "POST":
        return {"name": request.form.get("name")}
    return {"name": request.args.get("name", "nobody")}
"""


@pytest.mark.parametrize("how", ["app.request_class = LoudRequest\n", ""])
def test_an_applications_own_request_class_is_read(both: Callable[..., Sides], how: str) -> None:
    """Replaced, or that of an application class: what it makes of queries and forms is not what FastAPI makes."""
    start = START.replace("request, session", "Request, request, session")
    own = "class Own(Flask):\n    request_class = LoudRequest\n\n\napp = Own(__name__)\n"
    head, views = READING.split("@app.route")
    sides = both(f"{start}{head}{how or own}\n\n@app.route{views}")

    assert (sides.rung("loud"), sides.needs("loud")) == ("native", {"custom-application"})
    for method, path, data in (("GET", "/loud", b""), ("GET", "/loud?name=ann", b""), ("POST", "/loud", b"name=ann")):
        before, after = sides.ask(method, path, data, FORM)
        assert (path, after) == (path, before)
        assert b"loud" in sides.raw("GET", "/loud")[1]
