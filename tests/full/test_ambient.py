"""Applications with sessions, ``g`` and templates leave Flask, and answer as before; what keeps others."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SESSIONS = '''
"""A counter and a login."""
from flask import Flask, current_app, flash, g, get_flashed_messages
from flask import redirect, render_template, request, session, url_for

app = Flask(__name__)
app.secret_key = "dev"


def visitor():
    """Who asks."""
    if "user" not in g:
        g.user = session.get("user", "nobody")
    return g.user


@app.route("/")
def index():
    """The page that all see."""
    return render_template("index.html", name=visitor())


@app.route("/login", methods=["POST"])
def login():
    session.clear()
    session["user"] = request.form["user"]
    session.permanent = "keep" in request.form
    flash("Welcome!", "info")
    return redirect(url_for("index"))


@app.route("/logout")
def logout():
    session.pop("user", None)
    flash("Bye.")
    return redirect(url_for(".index"))


@app.route("/count")
def count():
    session["count"] = session.get("count", 0) + 1
    return {"count": session["count"], "user": visitor()}


@app.route("/messages")
def messages():
    return {"messages": get_flashed_messages(with_categories=True)}


@app.route("/name")
def name():
    return {"name": current_app.name, "key": current_app.config["SECRET_KEY"], "debug": current_app.debug}
'''
PAGES = {
    "templates/index.html": "{% extends 'base.html' %}"
    "{% block body %}<h1>{{ name }}</h1>{{ session.user }} {{ g.user }}\n"
    "{% for category, text in get_flashed_messages(with_categories=true) %}<p class={{ category }}>{{ text }}</p>"
    "{% endfor %}<a href=\"{{ url_for('login') }}\">{{ request.path }}</a>{{ [1, name]|tojson }}{% endblock %}",
    "templates/base.html": "<title>{{ config.SECRET_KEY }}</title>{% block body %}{% endblock %}\n",
}
VISITS: list[tuple[str, str, bytes]] = [
    ("GET", "/", b""),
    ("GET", "/count", b""),
    ("POST", "/login", b"user=<ann>"),
    ("GET", "/", b""),
    ("GET", "/", b""),
    ("GET", "/count", b""),
    ("GET", "/logout", b""),
    ("GET", "/messages", b""),
    ("POST", "/login", b"user=bob&keep=1"),
    ("GET", "/messages", b""),
    ("GET", "/count", b""),
    ("GET", "/name", b""),
    ("POST", "/login", b""),
    ("GET", "/nowhere", b""),
    ("OPTIONS", "/login", b""),
]


def visited(pair: Any, visits: list[tuple[str, str, bytes]]) -> str:
    """Make the same visits to both sides, the cookie of each handed on in turn; give the pages of the second."""
    cookie, pages = "", ""
    for number, (method, path, data) in enumerate(visits):
        headers = {"cookie": cookie} if cookie else {}
        if method == "POST":
            headers["content-type"] = "application/x-www-form-urlencoded"
        client = pair.flask.test_client(use_cookies=False)
        was = client.open(path, method=method, data=data, headers=headers)
        old = httpx.Response(was.status_code, headers=list(was.headers), content=was.data)
        new = asyncio.run(sent(pair.fastapi, method, path, data, headers))
        assert (path, told(new)) == (path, told(old))
        for each in (old, new)[number % 2].headers.get_list("set-cookie"):
            cookie = each.partition(";")[0]
        pages += new.text
    return pages


async def sent(app: Any, method: str, path: str, data: bytes, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, path, content=data, headers=headers)


def told(answer: httpx.Response) -> Any:
    """An answer without the moments that are in its cookie."""
    cookies = [re.sub(r"(?<=session=)[^;]+|\d\d:\d\d:\d\d", "", it) for it in answer.headers.get_list("set-cookie")]
    is_json = answer.headers.get("content-type") == "application/json"
    names = ("location", "vary", "content-type")
    found = {name: answer.headers.get(name) for name in names}
    allow = sorted(answer.headers.get("allow", "").split(", "))
    return answer.status_code, found, allow, cookies, answer.json() if is_json else answer.content


def test_an_application_with_sessions_and_templates_leaves_flask(pair: Callable[..., Any]) -> None:
    made = pair({"app.py": SESSIONS, **PAGES})
    pages = visited(made, VISITS)
    assert "&lt;ann&gt;" in pages
    assert "Welcome!" in pages
    text = made.sources["app.py"]
    assert "flask" not in text.replace("flask_compat", "").replace("keep_flask_http", "")
    assert "app.add_middleware(FlaskSession)" in text
    assert "FlaskTemplates(app)" in text
    assert not made.again.changes


GUARDS = '''
"""Guards of all kinds around views, and a hook that looks who asks."""
import functools

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template_string, request, session, url_for

USERS = {"ann": {"id": 1, "name": "ann", "password": "pw"}, "bob": {"id": 2, "name": "bob", "password": "b"}}
bp = Blueprint("auth", __name__, url_prefix="/auth")
app = Flask(__name__)
app.config["SECRET_KEY"] = "dev"


@app.before_request
def load_user():
    """Put the signed-in user, if any, on g."""
    name = session.get("user")
    g.user = None if name is None else USERS[name]


def login_required(view):
    """Send visitors to the login page."""

    @functools.wraps(view)
    def wrapped(**kwargs):
        if g.user is None:
            return redirect(url_for("auth.login"))
        return view(**kwargs)

    return wrapped


def only(*names):
    """Let only some in."""

    def decorator(view):
        @functools.wraps(view)
        def wrapped(*args, **kwargs):
            if g.user is None:
                abort(401, "who are you?")
            if g.user["name"] not in names:
                return {"error": "not you"}, 403
            return view(*args, **kwargs)

        return wrapped

    return decorator


def with_user(view):
    """Hand on who asks."""

    @functools.wraps(view)
    def wrapped(**kwargs):
        if g.get("user") is None:
            return "nobody", 401
        return view(g.user, **kwargs)

    return wrapped


@bp.route("/login", methods=("GET", "POST"))
def login():
    """Sign in."""
    if request.method == "POST":
        user = USERS.get(request.form["username"])
        if user is None or user["password"] != request.form["password"]:
            flash("Incorrect username or password.")
        else:
            session.clear()
            session["user"] = user["name"]
            return redirect(url_for("auth.profile"))
    return render_template_string("<p>{{ get_flashed_messages() }}</p>{{ url_for('.login') }}")


@bp.route("/profile")
@login_required
def profile():
    return render_template_string("<h1>{{ g.user.name }}</h1>{{ url_for('private', number=1) }}")


@app.route("/private/<int:number>")
@login_required
@only("ann")
def private(number):
    return {"number": number, "seen": session.get("user")}


@app.route("/mine", methods=["GET", "POST"])
@with_user
def mine(user):
    if request.method == "POST":
        return {"name": user["name"], "text": request.form["text"]}, 201
    return f"<b>{user['name']}</b>"


@app.route("/closed")
@only()
def closed():
    return "never"


app.register_blueprint(bp)
'''


def test_guards_stay_on_operations_that_leave_flask(pair: Callable[..., Any]) -> None:
    made = pair(GUARDS)
    guarded = [("GET", "/auth/profile"), ("GET", "/private/1"), ("GET", "/private/x"), ("GET", "/mine")]
    guarded += [("POST", "/mine"), ("GET", "/closed"), ("GET", "/auth/login"), ("DELETE", "/mine")]
    pages = [(method, path, b"text=a" if method == "POST" else b"") for method, path in guarded]
    visits = list(pages)
    for login in (b"username=ann&password=no", b"username=ann&password=pw", b"username=bob&password=b", b"username=x"):
        visits += [("POST", "/auth/login", login), *pages, ("POST", "/mine", b"")]
    seen = visited(made, visits)
    assert "<h1>ann</h1>/private/1" in seen
    assert "not you" in seen
    text = made.sources["app.py"]
    assert "@guarded\n@login_required\n@only" in text
    assert "def mine(user: FromDecorator)" in text or "user: FromDecorator" in text


def test_guards_that_need_flask_keep_it(planned: Callable[..., Any]) -> None:
    text = GUARDS.replace('if g.get("user") is None:', "if request.blueprint is None:")
    (front,) = planned(text).plan.fronts
    assert front.state == "hybrid"


def test_templates_that_ask_for_more_of_the_request_keep_flask(planned: Callable[..., Any]) -> None:
    """Jinja shows nothing for what is not there."""
    page = "{{ request.path }}\n{{ request.accept_languages.best }}\n"
    run = planned({"app.py": SESSIONS, **PAGES, "templates/part.html": page})
    (front,) = run.plan.fronts
    assert front.state == "hybrid"
    told_why = [str(each) for each in run.diagnostics if "accept_languages" in str(each)]
    assert "templates/part.html:2" in told_why[0]


PLAIN = """
from flask import Blueprint, Flask, after_this_request, render_template, session

app = Flask(__name__, template_folder="pages")
app.secret_key = "dev"


@app.route("/")
def index():
    return render_template("index.html")
"""
BP = """
bp = Blueprint("bp", __name__, template_folder="more")


@bp.route("/b")
def b():
    return "b"


app.register_blueprint(bp)
"""


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("", "full"),
        ("@app.template_filter()\ndef shout(text): return text.upper()\n", "hybrid"),
        ("@app.context_processor\ndef more(): return {'a': 1}\n", "hybrid"),
        ("app.jinja_env.trim_blocks = True\n", "hybrid"),
        ("app.session_interface = object()\n", "hybrid"),
        ("app.permanent_session_lifetime = 5\n", "hybrid"),
        (BP, "hybrid"),
        ("@app.route('/a')\ndef a():\n    after_this_request(lambda it: it)\n    return 'a'\n", "hybrid"),
        ("app.config['PERMANENT_SESSION_LIFETIME'] = 5\n", "full"),
    ],
)
def test_what_is_not_there_without_flask_keeps_it(planned: Callable[..., Any], more: str, state: str) -> None:
    (front,) = planned(f"{PLAIN}\n\n{more}").plan.fronts
    assert front.state == state


def test_a_folder_of_templates_may_have_another_name(pair: Callable[..., Any]) -> None:
    made = pair({"app.py": PLAIN, "pages/index.html": "{{ url_for('index') }}{{ session.get('a') }}"})
    assert visited(made, [("GET", "/", b"")]) == "/None"


@pytest.mark.parametrize(
    ("made", "state"),
    [
        ('    g.db = sqlite3.connect("a.db")', "full"),
        ('    g.db = sqlite3.connect("a.db", check_same_thread=False)', "full"),
        ('    g.db = sqlite3.connect(**{"database": "a.db"})', "hybrid"),
        ("    g.db = CONNECTION", "hybrid"),
    ],
)
def test_connections_that_stay_in_their_thread_keep_flask(planned: Callable[..., Any], made: str, state: str) -> None:
    """Hooks and operations have a thread each: what a request opens may go from one to another, nothing else."""
    shared = 'CONNECTION = sqlite3.connect("a.db")\n' if "CONNECTION" in made else ""
    text = f"""
import sqlite3

from flask import Flask, g

app = Flask(__name__)
{shared}

@app.route("/")
def index():
{made}
    return {{"count": g.db.total_changes}}
"""
    (front,) = planned(text).plan.fronts
    assert front.state == state
