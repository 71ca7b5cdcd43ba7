"""``flask2fastapi verify`` as a user steers it: sources of cases, reports without secrets, changed routes, its ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

APP = """\
from flask import Flask, abort, request, session

app = Flask(__name__)
app.secret_key = "dev"
USERS = {"ann": "sesame-9"}
KIND = "shop"


def greeting(name):
    return f"hello {name}"


@app.get("/hello/<name>")
def hello(name):
    return greeting(name)


@app.get("/plain")
def plain():
    return {"plain": True}


@app.post("/login")
def login():
    if USERS.get(request.form["name"]) != request.form["password"]:
        abort(403)
    session["name"] = request.form["name"]
    return f"{request.form['password']} is right"


@app.get("/secret")
def secret():
    return {"for": session["name"], "word": USERS[session["name"]]} if "name" in session else abort(403)
"""
TESTS = """\
from shop import KIND, app


def test_plain():
    assert app.test_client().get("/plain").json == {"plain": True}


def test_nothing_is_sent():
    assert KIND == "shop"


def test_the_number_of_greetings():
    assert app.test_client().get("/hello/x").text.startswith("hello")
"""
LOGIN = ("--login", "ann=POST /login form name=ann&password=${SHOP_PW}")
PASSWORD = "sesame-9"


@pytest.fixture
def migrated(empty):
    """A project below the top of its repository, migrated and committed."""
    empty.write({"web/shop.py": APP, "web/tests/test_shop.py": TESTS, "web/requirements.txt": "flask\n"})
    empty.commit()
    assert empty.flask2fastapi("migrate", "web").code == 0
    empty.commit()
    return empty


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("SHOP_PW", PASSWORD)


def edit(shell, old, new):
    file = shell.folder / "web" / "shop.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def arguments(*more):
    app = ("--app", "shop:app", "--python", sys.executable)
    return ("verify", "web", "--before", "HEAD~1", *app, "--per-route", "5", "--no-servers", *more)


def document(shell, *more):
    done = shell.flask2fastapi(*arguments(*more), "--report", "json")
    path = shell.folder / "verify.json"
    return done, json.loads(path.read_text()) if path.exists() else {}


def test_reports_name_what_differs_and_no_password(migrated):
    """The application repeats the password, in pages that differ and in pages that do not."""
    edit(migrated, " is right", " is it")
    edit(migrated, '"word": USERS', '"wort": USERS')
    edit(migrated, '"hello {name}"', '"hi {name}"')
    kinds = "html,junit,sarif,json,markdown,sarif=again.sarif"
    done = migrated.flask2fastapi(
        *arguments(*LOGIN, "--cases", "auto,suite", "--report", kinds, "--emit-tests", "test_parity.py")
    )

    assert done.code == 1, done.out + done.err
    folder = migrated.folder
    written = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
    assert set(written) == {
        "verify.html", "verify.xml", "verify.sarif", "again.sarif", "verify.json", "verify.md", "test_parity.py",
    }  # fmt: skip
    for name, text in {**written, "output": done.out, "errors": done.err}.items():
        assert PASSWORD not in text, name
    assert "VERIFY_SECRET_ANN_PASSWORD" in written["verify.json"]
    assert '"$VERIFY_SECRET_ANN_PASSWORD"' in done.out
    assert "VERIFY_SECRET_ANN_PASSWORD" in written["test_parity.py"]
    places = json.loads(written["verify.sarif"])["runs"][0]["results"]
    paths = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in places}
    assert paths == {"web/shop.py"}
    tests = {each["case"]["title"] for each in json.loads(written["verify.json"])["cases"]}
    assert "tests/test_shop.py::test_the_number_of_greetings" in tests


def test_a_test_that_only_passes_on_flask_is_a_difference(migrated):
    edit(migrated, 'KIND = "shop"', 'KIND = "house"')
    done, told = document(migrated, "--cases", "suite")

    (cause,) = told["clusters"]
    assert done.code == 1
    assert cause["difference"]["where"] == "test"
    assert cause["cases"] == [next(each["case"]["id"] for each in told["cases"] if "nothing_is_sent" in str(each))]
    assert any("3 pass on Flask, 2 of them on FastAPI; 2 requests compared" in note for note in told["notes"])


def test_too_little_is_exercised_by_tests_alone(migrated):
    done, told = document(migrated, "--cases", "suite")

    assert done.code == told["summary"]["exit_code"] == 4
    assert {route["endpoint"] for route in told["routes"] if route.get("statuses")} == {"hello", "plain"}


def test_a_policy_of_its_own_file(migrated):
    (migrated.folder / "lax.toml").write_text("[verify]\nmin_verified = 50\n")
    (migrated.folder / "wrong.toml").write_text("[verify]\nmin_verifyed = 50\n")

    assert document(migrated, "--cases", "suite", "--policy", "lax.toml")[0].code == 0
    wrong = document(migrated, "--policy", "wrong.toml")[0]
    assert (wrong.code, "did you mean 'min_verified'?" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--cases", "auto,tests"), "--cases tests: neither a file nor one of auto, suite, har, yaml, openapi"),
        (("--cases", "har"), "--cases har takes its cases from a file: name it with --case-file FILE"),
        (("--report", "pdf"), "--report pdf: neither one of html, junit, sarif, json, markdown nor a name"),
        (("--report", "junit=a.html"), "the name of a junit report ends with .xml"),
        (("--changed-only", "HEAD"), "--changed-only HEAD: write it as REV..REV"),
        (("--changed-only", "nothing..HEAD"), "--changed-only nothing..HEAD: "),
        (("--login", "ann=POST /login form password=${NO_SUCH}"), "names ${NO_SUCH}: there is no such variable"),
        (("--login", "sesame-9"), "--login number 1 cannot be read"),
    ],
)
def test_wrong_usage_is_one_line(migrated, given, said):
    done = document(migrated, *given)[0]

    assert done.code == 2
    assert said in done.err
    assert PASSWORD not in done.err


def test_a_side_that_does_not_boot_shows_its_own_traceback(migrated):
    edit(migrated, "USERS = {", 'raise RuntimeError("no key")\nUSERS = {')
    done = document(migrated)[0]

    assert done.code == 3
    assert "no key" in done.err
    assert "shop.py" in done.err


def test_only_routes_whose_code_has_changed(migrated):
    edit(migrated, '"hello {name}"', '"hello, {name}"')
    migrated.commit()
    done, told = document(migrated, "--changed-only", "HEAD~1..HEAD", "--before", "HEAD~2")

    assert done.code == 1
    assert {route["endpoint"] for route in told["routes"]} == {"hello"}
    assert {each["case"]["route"] for each in told["cases"]} == {"hello"}


def test_nothing_changed_is_nothing_to_verify(migrated):
    (migrated.folder / "README.md").write_text("words\n")
    done, told = document(migrated, "--changed-only", "HEAD..")

    assert done.code == 0
    assert told["cases"] == []
    assert any("nothing to verify" in note for note in told["notes"])


def test_a_time_out_reports_what_was_found(migrated):
    done, told = document(migrated, "--timeout", "1")

    assert done.code == told["summary"]["exit_code"] == 5
    assert any("longer than the 1 seconds of --timeout" in note for note in told["notes"])


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_every_child_and_reports(migrated, number):
    edit(
        migrated,
        '    return {"plain": True}',
        '    __import__("select").select([], [], [], 2)\n    return {"plain": True}',
    )
    mark = f"VERIFY_MARK={time.time()}"
    command = [sys.executable, "-m", "flask2fastapi", *arguments("--env", mark, "--report", "json")]
    with subprocess.Popen(
        command,
        cwd=migrated.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # jobs in the background ignore it
    ) as running:
        assert running.stderr is not None
        while "cases:" not in (line := running.stderr.readline()):
            assert line, "it ended before the first case"
        assert marked(mark)
        time.sleep(1)
        running.send_signal(number)
        running.communicate(timeout=30)

    told = json.loads((migrated.folder / "verify.json").read_text())
    assert running.returncode == told["summary"]["exit_code"] == 5
    assert any("it was interrupted" in note for note in told["notes"])
    assert marked(mark) == []


def marked(mark):
    """Processes with a variable in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]
