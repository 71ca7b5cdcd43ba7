"""Which operations become coroutines, and that none of them blocks: SEMANTICS 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config, load
from flask2fastapi.errors import ConfigError
from flask2fastapi.index.blocking import Blocking
from flask2fastapi.migrate import plan_run, read_project, report_document

if TYPE_CHECKING:
    from pathlib import Path

    from flask2fastapi.migrate import Run

START = """
import json, time, threading
import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
STORE = {}
"""


def run_on(folder: Path, text: str, **settings: Any) -> Run:
    (folder / "app.py").write_text(START + text, "utf-8")
    return plan_run(read_project(folder, Config(**settings)), CODEMODS)


def kinds(run: Run) -> dict[str, bool | None]:
    return {each["endpoint"]: each["async"] for each in report_document(run)["routes"]}


VIEW = """

@app.get("/x")
def x():
    {body}
"""
QUICK = {
    "a helper": ("def f(n):\n    return {'n': n + 1}", "return f(2)"),
    "a class": (
        "class A:\n    def __init__(self):\n        self.n = 1\n    def show(self):\n        return {'n': self.n}",
        "return A().show()",
    ),
    "an error": (
        "class Gone(Exception):\n    pass",
        "try:\n        raise Gone('x')\n    except Gone as e:\n        return {'e': str(e)}",
    ),
    "module data": ("", "return {'n': STORE.get('a', 1)}"),
    "JSON": ("", "return {'n': json.dumps([1])}"),
    "a lambda": ("", "return {'n': sorted([2, 1], key=lambda n: -n)}"),
    "an object that is kept": ("class A:\n    def show(self):\n        return {'n': 1}\na = A()", "return a.show()"),
    "what a request holds": ("", "return {'n': request.args.get('n', '').strip()}"),
}
SLOW = {
    "sleep": ("", "time.sleep(0); return {'n': 1}", "`time.sleep` blocks"),
    "a file": ("", "return {'n': open(__file__).read()}", "`builtins.open` blocks"),
    "a request": ("", "return {'n': requests.get('http://x').text}", "`requests.get` blocks"),
    "in a helper": ("def f():\n    time.sleep(0)\n    return {'n': 1}", "return f()", "`time.sleep` blocks"),
    "in an initializer": (
        "class A:\n    def __init__(self):\n        time.sleep(0)",
        "return {'n': repr(A())}",
        "`time.sleep` blocks",
    ),
    "in a method": (
        "class A:\n    def show(self):\n        return open('x').read()",
        "return {'n': A().show()}",
        "`builtins.open` blocks",
    ),
    "in a base": (
        "class B:\n    def __init__(self):\n        time.sleep(0)\nclass A(B):\n    pass",
        "return {'n': repr(A())}",
        "`time.sleep` blocks",
    ),
    "in a property": (
        "class A:\n    @property\n    def n(self):\n        return open('x').read()",
        "return {'n': A().n}",
        "`builtins.open` blocks",
    ),
    "in a comparison": (
        "class A:\n    def __eq__(self, other):\n        time.sleep(0)\n        return True",
        "return {'n': A() == 1}",
        "`time.sleep` blocks",
    ),
    "in a lock": ("lock = threading.Lock()", "with lock:\n        return {'n': 1}", "`threading.Lock` blocks"),
    "kept elsewhere": (
        (
            "class A:\n    def connect(self):\n        self.c = requests.Session()\n    def get(self):\n        "
            "return self.c.get('x').text\na = A()"
        ),
        "return {'n': a.get()}",
        "`requests.Session` blocks",
    ),
    "put in by others": (
        "def connect():\n    STORE['s'] = requests.Session()",
        "return {'n': STORE['s'].get('x').text}",
        "`requests.Session` blocks",
    ),
    "a variable that is called": (
        "",
        "f = STORE['f']\n    return {'n': f()}",
        "whether calling `f` blocks is not known",
    ),
    "a method of anything": ("", "return {'n': STORE['f'].fetch()}", "whether `.fetch()` blocks is not known"),
    "a class of others": (
        "import acme\nclass A(acme.Base):\n    pass",
        "return {'n': repr(A())}",
        "what `A` has from other classes or from decorators is not known",
    ),
}


@pytest.mark.parametrize(("before", "body"), QUICK.values(), ids=list(QUICK))
def test_what_is_known_not_to_block_becomes_a_coroutine(tmp_path: Path, before: str, body: str) -> None:
    assert kinds(run_on(tmp_path, f"{before}\n{VIEW.format(body=body)}")) == {"x": True}


@pytest.mark.parametrize(("before", "body", "why"), SLOW.values(), ids=list(SLOW))
def test_what_blocks_or_may_stays_a_function(tmp_path: Path, before: str, body: str, why: str) -> None:
    """The report says why, with a place."""
    (route,) = report_document(run_on(tmp_path, f"{before}\n{VIEW.format(body=body)}"))["routes"]

    assert (route["rung"], route["async"]) == ("native", False)
    assert route["sync_reason"]["message"] == why
    assert route["sync_reason"]["file"] == "app.py"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("never", {"quick": False, "slow": False, "unknown": False}),
        ("auto", {"quick": True, "slow": False, "unknown": False}),
        ("prefer", {"quick": True, "slow": False, "unknown": True}),
    ],
)
def test_a_run_may_be_told_which_to_make(tmp_path: Path, mode: str, expected: dict[str, bool]) -> None:
    """What is known to block never becomes a coroutine; what was taken for harmless is told."""
    text = (
        "import acme\n@app.get('/q')\ndef quick():\n    return {'n': 1}\n"
        "@app.get('/s')\ndef slow():\n    time.sleep(0)\n    return {'n': 1}\n"
        "@app.get('/u')\ndef unknown():\n    return {'n': str(acme.answer())}\n"
    )
    run = run_on(tmp_path, text, asynchrony=mode)

    assert kinds(run) == expected
    assumed = {
        each["endpoint"]: each["assumed"]["message"] for each in report_document(run)["routes"] if "assumed" in each
    }
    assert assumed == ({"unknown": "whether `acme.answer` blocks is not known"} if mode == "prefer" else {})


def test_a_project_names_its_own_calls(tmp_path: Path) -> None:
    (tmp_path / "flask2fastapi.toml").write_text(
        'async = "auto"\nblocking = ["json.dumps"]\nnon-blocking = ["acme.answer"]\n', "utf-8"
    )
    text = (
        "import acme\n@app.get('/a')\ndef a():\n    return {'n': json.dumps(1)}\n"
        "@app.get('/b')\ndef b():\n    return {'n': str(acme.answer())}\n"
    )
    (tmp_path / "app.py").write_text(START + text, "utf-8")

    assert kinds(plan_run(read_project(tmp_path, load(tmp_path)), CODEMODS)) == {"a": False, "b": True}


def test_a_wrong_mode_is_refused(tmp_path: Path) -> None:
    (tmp_path / "flask2fastapi.toml").write_text('async = "always"\n', "utf-8")
    with pytest.raises(ConfigError, match='async must be one of "never", "auto" and "prefer"'):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("requests.Session.get", True),
        ("hashlib.sha256", False),
        ("hashlib.pbkdf2_hmac", True),
        ("os.path.join", False),
        ("os.path.exists", True),
        ("json.loads", False),
        ("json.load", True),
        ("requests.exceptions.Timeout", False),
        ("builtins.ValueError", False),
        ("builtins.eval", None),
        ("requestsy.get", None),
    ],
)
def test_the_longest_entry_decides(name: str, blocks: bool | None) -> None:
    assert Blocking().of(name) is blocks
