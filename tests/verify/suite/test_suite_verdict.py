"""What a run is worth: which way requests went, and what the exit status says of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flask2fastapi.errors import TargetError
from flask2fastapi.verify.suite import SuiteApp, run_suite
from flask2fastapi.verify.suite_result import summary

PLAIN = """\
from flask import Flask
app = Flask(__name__)

@app.get("/")
def index():
    return "index"

def helper_app():
    return Flask("helper")
"""
ONE_TEST = """\
from shop import app

def test_index():
    assert app.test_client().get("/").text == "index"
"""
MIXED = """\
import threading
from fastapi import APIRouter, HTTPException, Request
from flask import Flask, jsonify
from flask_compat import moved

app = Flask(__name__)
router = APIRouter()
threads = []

@router.get("/items/{item_id}", name="item")
def item(item_id: int, request: Request):
    threads.append(threading.get_ident())
    if item_id == 404:
        raise HTTPException(404)
    if item_id == 500:
        raise LookupError("five hundred")
    return {"id": item_id, "q": request.query_params.get("q")}

app.add_url_rule("/items/<int:item_id>", "item", moved(item))

@app.get("/rest")
def rest():
    return "rest"

@app.errorhandler(404)
def missing(error):
    return jsonify(message="no such thing"), 404
"""
MIXED_FRONT = """\
from fastapi import FastAPI
from flask_compat import serve_rest_with_flask
from shop import router

def front(flask_app):
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    return serve_rest_with_flask(app, flask_app)
"""
MIXED_TESTS = """\
import threading
import flask, pytest
from shop import app, threads

@pytest.fixture
def client():
    app.testing = True
    return app.test_client()

def test_native(client):
    assert client.get("/items/7?q=x").json == {"id": 7, "q": "x"}
    assert threads == [threading.get_ident()]

def test_mounted(client):
    assert client.get("/rest").text == "rest"

def test_error_handler(client):
    answer = client.get("/items/404")
    assert (answer.status, answer.json) == ("404 NOT FOUND", {"message": "no such thing"})

def test_error_is_raised(client):
    with pytest.raises(LookupError, match="five hundred"):
        client.get("/items/500")

def test_context_after_a_native_answer(client):
    with client:
        client.get("/items/7?q=x")
        assert (flask.request.endpoint, flask.request.args["q"]) == ("item", "x")
        client.get("/rest")
        assert flask.request.endpoint == "rest"
    with pytest.raises(RuntimeError):
        flask.request.args
"""
DIRECT_TESTS = """\
from shop import app, item

def test_dispatch_by_hand():
    with app.test_request_context("/items/7"):
        assert app.full_dispatch_request().status_code == 200

def test_view_by_hand():
    with app.test_request_context("/items/7?q=x"):
        assert item(item_id=7).get_json() == {"id": 7, "q": "x"}

def test_that_fails_by_itself():
    assert app.test_client().get("/rest").text == "other"
"""


def test_requests_are_counted_on_the_rung_that_served_them(project, capfd: pytest.CaptureFixture[str]) -> None:
    """A path operation runs in the test's thread; what it raises is answered by Flask, and is still native."""
    result = project.write(shop=MIXED, fastapi_front=MIXED_FRONT, test_mixed=MIXED_TESTS).run()

    assert result.exit_code == 0, capfd.readouterr().out
    assert (result.native, result.mounted, result.bypassed) == (4, 2, ())
    assert summary(result) == ["6 requests of 5 tests went through FastAPI: 4 native, 2 mounted"]


def test_what_only_a_flask_view_has_is_named(project) -> None:
    """Tests that drive a moved view by hand fail with a reason; a test that fails by itself has none."""
    result = project.write(shop=MIXED, fastapi_front=MIXED_FRONT, test_direct=DIRECT_TESTS).run()

    assert result.exit_code == 1
    assert [(row.test, row.reason) for row in result.untransferable] == [
        (
            "test_direct.py::test_dispatch_by_hand",
            "Flask dispatches the request by itself, and FastAPI serves item now",
        ),
        ("test_direct.py::test_view_by_hand", "it calls item itself, which is a path operation now"),
    ]


BYPASSES = {
    "Flask was reached past the mount ": """\
from fastapi import FastAPI
from fastapi.responses import Response

def front(flask_app):
    app = FastAPI()
    @app.get("/{path:path}")
    async def everything(path: str):
        with flask_app.test_request_context("/" + path):
            return Response(flask_app.full_dispatch_request().data)
    return app
""",
    "Flask was reached past the mount": """\
import io
from fastapi import FastAPI
from fastapi.responses import Response

def front(flask_app):
    app = FastAPI()
    @app.get("/{path:path}")
    def everything(path: str):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/" + path, "SERVER_NAME": "x", "SERVER_PORT": "80",
                   "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()}
        return Response(b"".join(flask_app(environ, lambda *_: None)))
    return app
""",
    "it never reached a FastAPI application": """\
import a2wsgi

def front(flask_app):
    return a2wsgi.WSGIMiddleware(flask_app)
""",
    "neither a path operation nor the mount took it": """\
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

def front(flask_app):
    app = FastAPI()
    app.middleware("http")(answer)
    return app

async def answer(request, call_next):
    return PlainTextResponse("index")
""",
}


@pytest.mark.parametrize("why", BYPASSES)
def test_a_front_that_does_not_serve_is_found_out(project, why: str) -> None:
    """The tests are green, and yet the run fails and says which request did not go through FastAPI, and how."""
    result = project.write(shop=PLAIN, fastapi_front=BYPASSES[why], test_shop=ONE_TEST).run()

    assert (result.pytest_status, result.exit_code) == (0, 1)
    assert [(row.request, row.test, row.why) for row in result.bypassed] == [
        ("GET /", "test_shop.py::test_index", why.strip())
    ]
    assert "1 request did not go through FastAPI:" in summary(result)


def test_a_front_with_threads_of_its_own_is_found_out(project) -> None:
    """An adapter that starts a thread which knows nothing of the request must not send requests in circles for ever."""
    front = """\
import asyncio, io, threading
from fastapi import FastAPI
from fastapi.responses import Response

def front(flask_app):
    app = FastAPI()
    @app.get("/{path:path}")
    def everything(path: str):
        chunks = []
        thread = threading.Thread(target=lambda: chunks.extend(flask_app.test_client().get("/").iter_encoded()))
        thread.start()
        thread.join()
        return Response(b"".join(chunks))
    return app
"""
    result = project.write(shop=PLAIN, fastapi_front=front, test_shop=ONE_TEST).run()

    assert result.exit_code == 1


def test_a_front_that_does_not_build_is_named(project) -> None:
    """The error is the front's, whatever the tests make of it."""
    front = "def front(flask_app):\n    raise ValueError('no')\n"
    tests = "from shop import app\ndef test_it():\n    try: app.test_client().get('/')\n    except Exception: pass\n"
    result = project.write(shop=PLAIN, fastapi_front=front, test_shop=tests).run()

    assert (result.pytest_status, result.exit_code) == (0, 1)
    assert "shop:app: fastapi_front.py does not build: ValueError: no" in summary(result)


@pytest.mark.parametrize(
    ("tests", "status", "line"),
    [
        ("def test_it(): pass\n", 0, "The tests sent no request: this run says nothing about the migration"),
        ("def test_it(): assert 0\n", 1, "0 requests of 1 test went through FastAPI: 0 native, 0 mounted"),
        ("number = 1\n", 5, "0 requests of 0 tests went through FastAPI: 0 native, 0 mounted"),
        ("import nothing_like_it\n", 2, "0 requests of 0 tests went through FastAPI: 0 native, 0 mounted"),
        (
            "from shop import helper_app\ndef test_it(): helper_app().test_client().get('/')\n",
            1,
            "No request reached a migrated application: this run says nothing about the migration",
        ),
    ],
)
def test_exit_status(project, tests: str, status: int, line: str) -> None:
    """pytest's own status passes through; green tests whose requests all went elsewhere are not a success."""
    result = project.write(shop=PLAIN, test_shop=tests).run()

    assert result.exit_code == status
    assert line in summary(result)


def test_applications_of_the_suite_itself_are_counted_apart(project) -> None:
    """Requests to applications without a front run as they did, and do not count as bypassed."""
    tests = ONE_TEST + "\nfrom shop import helper_app\n\ndef test_own():\n    helper_app().test_client().get('/')\n"
    result = project.write(shop=PLAIN, test_shop=tests).run()

    assert (result.exit_code, result.mounted, result.bypassed) == (0, 1, ())
    assert result.own == (("shop.py:9", 1),)
    assert "1 request to shop.py:9, which has no front, ran on Flask alone" in summary(result)


def test_workers_of_xdist_are_counted(project) -> None:
    """They are processes of their own and write to the same record; the tests are counted once."""
    tests = "".join(ONE_TEST.replace("test_index", f"test_{number}") for number in range(4))
    result = project.write(shop=PLAIN, test_shop=tests).run("-n", "2")

    assert (result.exit_code, result.tests, result.mounted) == (0, 4, 4)


def test_a_server_that_a_test_forks_is_counted_and_ended(project) -> None:
    """Its requests count although it is killed without a word."""
    tests = """\
import os, urllib.request
from werkzeug.serving import make_server
from shop import app

def test_server():
    app.test_client().get("/")
    server = make_server("127.0.0.1", 0, app)
    child = os.fork()
    if not child:
        server.serve_forever()
    with open("child.pid", "w") as file:
        file.write(str(child))
    assert urllib.request.urlopen("http://127.0.0.1:%d/" % server.port).read() == b"index"
"""
    result = project.write(shop=PLAIN, test_shop=tests).run()

    assert (result.exit_code, result.mounted) == (0, 2)
    assert not _lives(int((project.root / "child.pid").read_text()))


def _lives(pid: int) -> bool:
    """Whether a process runs, a moment after it was killed; one that nobody has waited for does not."""
    status = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.02)
    return True


def test_two_fronts_of_one_name(project) -> None:
    """Applications in folders of their own may all call their modules alike."""
    tests = """\
import importlib.util, pytest

@pytest.mark.parametrize("name", ["one", "two"])
def test_it(name):
    spec = importlib.util.spec_from_file_location("app", name + "/app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    answer = module.app.test_client().get("/")
    assert (answer.text, answer.headers["X-Front"]) == (name, name)
"""
    project.write(test_both=tests)
    for name in ("one", "two"):
        folder = project.root / name
        folder.mkdir()
        (folder / "app.py").write_text(PLAIN.replace('"index"', f'"{name}"'))
        (folder / "flask_compat.py").write_text((project.root / "flask_compat.py").read_text())
        (folder / "extra.py").write_text(f"NAME = '{name}'\n")
        (folder / "fastapi_front.py").write_text(
            "from fastapi import FastAPI\nfrom extra import NAME\nfrom flask_compat import serve_rest_with_flask\n"
            "async def named(request, call_next):\n    answer = await call_next(request)\n"
            "    answer.headers['X-Front'] = NAME\n    return answer\n"
            "def front(flask_app):\n    app = FastAPI()\n    app.middleware('http')(named)\n"
            "    return serve_rest_with_flask(app, flask_app)\n"
        )

    result = project.run(apps=tuple(project.app(f"{name}/app.py", root=name) for name in ("one", "two")))

    assert (result.exit_code, result.mounted) == (0, 2)


def test_an_installed_copy_is_found_out(project) -> None:
    """A suite that imports the project from ``site-packages`` does not test what was migrated."""
    project.write(test_shop="import sys\nsys.path.insert(0, 'site-packages')\n" + ONE_TEST.replace("shop", "pkg.shop"))
    for folder in (project.root / "pkg", project.root / "site-packages" / "pkg"):
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "shop.py").write_text(PLAIN)
    (project.root / "pkg" / "fastapi_front.py").write_text("")

    result = project.run(apps=(project.app("pkg/shop.py"),))

    assert (result.exit_code, result.copies) == (1, ("shop:app",))


def test_what_is_missing_is_said_before_anything_runs(project, tmp_path: Path) -> None:
    """No application, no front, no interpreter, no FastAPI: one line that says what to do."""
    project.write(shop=PLAIN, test_shop=ONE_TEST)
    app = project.app()
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    lost = SuiteApp("shop:app", "shop.py", 2, 2, "gone.py", "gone", "")

    with pytest.raises(TargetError, match="no migrated application"):
        run_suite(tmp_path, Path(sys.executable), (), [])
    with pytest.raises(TargetError, match=r"no front \(gone.py\)"):
        run_suite(tmp_path, Path(sys.executable), (lost,), [])
    with pytest.raises(TargetError, match="cannot be started"):
        run_suite(tmp_path, tmp_path / "nothing", (app,), [])
    with pytest.raises(
        TargetError, match=r"lacks fastapi, a2wsgi, flask, pytest: run .* -m pip install 'fastapi>=0.115'"
    ):
        run_suite(tmp_path, bare / "bin" / "python", (app,), [])


def test_an_interpreter_is_found_from_where_the_user_is(project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is the user's, not the project's; a link, as a virtual environment has it, stays one."""
    project.write(shop=PLAIN, test_shop=ONE_TEST + "\n    import sys; assert sys.executable.endswith('/link')\n")
    elsewhere = project.root / "elsewhere" / "bin"
    elsewhere.mkdir(parents=True)
    (elsewhere / "link").symlink_to(sys.executable)
    (elsewhere.parent / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    library = Path(pytest.__file__).parents[1]
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("PYTHONPATH", str(library))

    result = run_suite(project.root, Path("../bin/link"), (project.app(),), ["-q"])

    assert result.exit_code == 0


def test_an_interrupt_goes_to_pytest(project) -> None:
    """pytest ends in its own way (status 2) and what its tests have started is ended with it."""
    tests = """\
import subprocess, time
def test_long():
    child = subprocess.Popen(["sleep", "600"])
    with open("child.pid", "w") as file:
        file.write(str(child.pid))
    time.sleep(600)
"""
    project.write(shop=PLAIN, test_shop=tests)
    program = (
        "import signal, sys; from pathlib import Path; from flask2fastapi.verify.suite import *\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a run in the background ignores it
        f"app = {project.app()!r}\n"
        f"print('status', run_suite(Path({str(project.root)!r}), Path(sys.executable), (app,), ['-q']).exit_code)"
    )
    tool = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True)
    note = project.root / "child.pid"
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)

    os.kill(tool.pid, signal.SIGINT)
    output, _ = tool.communicate(timeout=30)

    assert "KeyboardInterrupt" in output
    assert output.endswith("status 2\n")
    assert not _lives(int(note.read_text()))
