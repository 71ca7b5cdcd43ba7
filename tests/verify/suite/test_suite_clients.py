"""What Flask's test clients do works through the front as it does without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

SHOP = """\
import contextvars, threading
from flask import Flask, Response, abort, g, jsonify, redirect, request, session, stream_with_context

mark = contextvars.ContextVar("mark", default=None)
local = threading.local()
closed = []

class Shop(Flask):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.secret_key = "s"

def create_app():
    app = Shop(__name__)

    @app.get("/")
    def index():
        g.user = "ann"
        return "hello " + request.args.get("name", "")

    @app.route("/echo", methods=["POST", "PUT"])
    def echo():
        headers = {"X-Length": str(request.content_length), "Content-Type": request.content_type or "text/plain"}
        return request.get_data(), headers

    @app.post("/form")
    def form():
        return jsonify(request.form, sorted(request.files), [f.read().decode() for f in request.files.values()])

    @app.get("/session")
    def read_session():
        session["seen"] = session.get("seen", 0) + 1
        return str(session["seen"])

    @app.get("/where")
    def where():
        mark.set("set by the view")
        return {"thread": threading.get_ident(), "local": getattr(local, "value", None)}

    @app.get("/g")
    def shared():
        return getattr(g, "pushed", "nothing")

    @app.get("/old")
    def old():
        return redirect("/?name=new")

    @app.get("/stop")
    def stop():
        abort(418)

    @app.get("/boom")
    def boom():
        raise LookupError("boom")

    @app.get("/forever")
    def forever():
        def lines():
            number = 0
            try:
                while True:
                    yield "%d %s\\n" % (number, request.path)
                    number += 1
            finally:
                closed.append(number)
        return Response(stream_with_context(lines()), mimetype="text/plain")

    @app.get("/late")
    def late():
        def lines():
            yield "one"
            raise LookupError("late")
        return Response(lines())

    @app.get("/nested")
    def nested():
        return app.test_client().get("/?name=nested").data

    @app.get("/environ")
    def environ():
        own, agent = request.environ.get("acme.own"), str(request.user_agent)
        return {"own": own, "address": request.remote_addr, "agent": agent}

    @app.get("/status")
    def status():
        return "", "299 Quite Fine", {"ETag": '"x"', "X-iD": "1"}

    return app
"""
CLIENTS = """\
import threading
import flask, pytest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client, EnvironBuilder
from shop import closed, create_app, local, mark

@pytest.fixture
def app():
    app = create_app()
    app.testing = True
    return app

@pytest.fixture
def client(app):
    return app.test_client()

def test_query_and_headers(client):
    answer = client.get("/", query_string={"name": "b\\u00f6"})
    assert answer.text == "hello b\\u00f6"
    assert dict(answer.headers)["Content-Type"] == "text/html; charset=utf-8"

def test_reason_phrase_and_header_names(client):
    answer = client.get("/status")
    assert answer.status == "299 Quite Fine"
    assert "ETag" in dict(answer.headers) and "X-iD" in dict(answer.headers)

def test_bodies(client):
    assert client.post("/echo", data=b"x" * 200000).data == b"x" * 200000
    answer = client.put("/echo", json={"a": 1})
    assert (answer.json, answer.headers["X-Length"]) == ({"a": 1}, "8")
    assert client.post("/echo").headers["X-Length"] in ("0", "None")

def test_body_of_unknown_length(client):
    chunks = EnvironBuilder("/echo", method="POST").get_environ()
    import io
    chunks["wsgi.input"] = io.BytesIO(b"chunked")
    chunks["wsgi.input_terminated"] = True
    chunks["HTTP_TRANSFER_ENCODING"] = "chunked"
    chunks.pop("CONTENT_LENGTH", None)
    assert Client(client.application).run_wsgi_app(chunks, buffered=True)[0] == [b"chunked"]

def test_form_and_file(client):
    import io
    answer = client.post("/form", data={"a": "1", "file": (io.BytesIO(b"text"), "x.txt")})
    assert answer.json == [{"a": "1"}, ["file"], ["text"]]

def test_cookies_and_session(client):
    with client.session_transaction() as session:
        session["seen"] = 4
    assert client.get("/session").text == "5"
    with client.session_transaction() as session:
        assert session["seen"] == 5

def test_context_is_kept(client):
    with client:
        client.get("/session?q=1")
        assert flask.session["seen"] == 1
        assert flask.request.args["q"] == "1"
        client.get("/")
        assert flask.g.user == "ann"
    with pytest.raises(RuntimeError):
        flask.request.args

def test_thread_and_context_are_the_tests_own(client):
    local.value = "of the test"
    mark.set("set by the test")
    assert client.get("/where").json == {"thread": threading.get_ident(), "local": "of the test"}
    assert mark.get() == "set by the view"

def test_pushed_application_context_is_shared(app, client):
    with app.app_context():
        flask.g.pushed = "pushed"
        assert client.get("/g").text == "pushed"

def test_redirects(client):
    answer = client.get("/old", follow_redirects=True)
    assert (answer.text, len(answer.history)) == ("hello new", 1)

def test_errors_are_answered_or_raised_as_flask_does(app, client):
    assert client.get("/stop").status == "418 I'M A TEAPOT"
    assert client.get("/none").status_code == 404
    assert client.delete("/").status_code == 405
    with pytest.raises(LookupError, match="boom"):
        client.get("/boom")
    app.testing = False
    assert client.get("/boom").status_code == 500

@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, pytest.skip.Exception, StopAsyncIteration])
def test_what_ends_more_than_a_request_reaches_the_test_once(app, client, error):
    def view():
        raise error("now")
    app.view_functions["index"] = view
    with pytest.raises(error):
        client.get("/")
    app.view_functions["index"] = lambda: "again"
    assert client.get("/").text == "again"

def test_infinite_stream_is_lazy_and_closes(client):
    closed.clear()
    answer = client.get("/forever")
    lines = answer.iter_encoded()
    assert [next(lines), next(lines)] == [b"0 /forever\\n", b"1 /forever\\n"]
    assert closed == []
    answer.close()
    assert closed == [1]

def test_dropped_stream_is_ended(client):
    closed.clear()
    client.get("/forever")
    import gc; gc.collect()
    client.get("/")
    assert closed == [0]

def test_error_in_a_stream(client):
    answer = client.get("/late")
    with pytest.raises(LookupError, match="late"):
        answer.data

def test_nested_request(client):
    assert client.get("/nested").text == "hello nested"

def test_private_keys_of_the_environ(client):
    keys, base = {"acme.own": "mine"}, {"REMOTE_ADDR": "10.0.0.9"}
    answer = client.get("/environ", environ_overrides=keys, environ_base=base, headers={"User-Agent": "me"})
    assert answer.json == {"own": "mine", "address": "10.0.0.9", "agent": "me"}

def test_head_and_options(client):
    assert client.head("/").data == b""
    assert "GET" in client.options("/").headers["Allow"]

def test_wrapped_wsgi_app(app):
    app.wsgi_app = ProxyFix(app.wsgi_app)
    headers = {"X-Forwarded-For": "1.2.3.4"}
    assert app.test_client().get("/environ", headers=headers).json["address"] == "1.2.3.4"
    assert Client(app.wsgi_app).get("/environ", headers=headers).json["address"] == "1.2.3.4"

def test_other_client_class(app):
    class Mine(flask.testing.FlaskClient):
        def open(self, *args, **named):
            return super().open(*args, headers={"User-Agent": "mine"}, **named)
    app.test_client_class = Mine
    assert app.test_client().get("/environ").json["agent"] == "mine"

def test_requests_of_other_threads(app):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(app.test_client().get("/where").json)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert {answer["thread"] for answer in answers} == {thread.ident for thread in threads}

def test_request_inside_a_running_loop(client):
    import asyncio
    async def ask():
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        answer = client.get("/where").json
        assert asyncio.current_task() is task and asyncio.get_running_loop() is loop
        await asyncio.sleep(0)
        return answer
    assert asyncio.run(ask())["thread"] == threading.get_ident()

def test_several_applications_at_once(client):
    assert create_app().test_client().get("/?name=second").text == "hello second"
    assert client.get("/?name=first").text == "hello first"
"""
OTHER = """\
from flask import Flask
app = Flask(__name__)
"""
UNITTEST = """\
import unittest
from shop import create_app

class ShopTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.app = create_app()
        cls.client = cls.app.test_client()

    def setUp(self):
        self.context = self.app.app_context()
        self.context.push()

    def tearDown(self):
        self.context.pop()

    def test_index(self):
        self.assertEqual(self.client.get("/?name=unit").get_data(as_text=True), "hello unit")

    def test_counts(self):
        self.assertEqual(self.client.get("/session").data, b"1")
"""


def test_a_suite_of_pytest_and_unittest_passes_unchanged(project, capfd: pytest.CaptureFixture[str]) -> None:
    """Bodies, cookies, contexts, threads, errors, streams: all as without the front, and every request through it."""
    project.write(shop=SHOP, test_clients=CLIENTS, test_unit=UNITTEST)

    result = project.run("-W", "error")

    assert result.exit_code == 0, capfd.readouterr().out
    assert (result.tests, result.native, result.own) == (28, 0, ())
    assert (result.mounted, result.bypassed) == (48, ())


def test_the_suite_passes_on_flask_alone(project, capfd: pytest.CaptureFixture[str]) -> None:
    """The control: nothing in that suite is written for the front. An application without one is counted apart."""
    project.write(
        shop=SHOP, test_clients=CLIENTS, test_unit=UNITTEST, other="from flask import Flask\napp = Flask(__name__)"
    )

    result = project.run(apps=(project.app("other.py"),))

    assert result.pytest_status == 0, capfd.readouterr().out
    assert (result.through, result.exit_code) == (0, 1)
    assert result.own == (("shop.py:14", 48),)
