"""Whatever a file holds, the index says what it could not read and goes on."""

from __future__ import annotations

import gc
import random
import sysconfig
from pathlib import Path

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.model.files import SourceFile

GOOD = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef index(): ...\n"
BROKEN = {
    "syntax error": "def broken(:\n    pass\n",
    "Python 2": "print 'hello'\n",
    "Python 2 exceptions": "try:\n    pass\nexcept ValueError, error:\n    pass\n",
    "null byte": "x = '\0'\n",
    "indentation": "def f():\n\tif x:\n        y\n",
    "unfinished string": "x = '''never closed\n",
    "deep nesting": "x = " + "(" * 5000 + ")" * 5000 + "\n",
    "lone surrogate": "x = '\ud800'\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_does_not_parse_is_a_diagnostic(name) -> None:
    text = BROKEN[name]
    files = [SourceFile("bad.py", text.encode("utf-8", "surrogatepass"), text), source("app.py", GOOD + "import bad\n")]
    index = build_index("project", files)

    assert [route.rule for route in index.routes] == ["/"]
    assert [place.path for place in index.unread] == ["bad.py"]
    (diagnostic,) = index.diagnostics
    assert diagnostic.code == "unparsable-file"
    assert diagnostic.location is not None
    assert diagnostic.location.path == "bad.py"


def test_a_python_2_file_is_named_as_such() -> None:
    (diagnostic,) = build_index("project", [source("old.py", BROKEN["Python 2"])]).diagnostics

    assert diagnostic.message.startswith("Python 2?")


DEEP = {
    "sum": "x = " + " + ".join(["1"] * 3000),
    "attributes": "x = a" + ".b" * 3000,
    "calls": "x = a" + "(1)" * 900,
    "conditions": "".join(f"{'el' if n else ''}if x == {n}:\n    y = {n}\n" for n in range(900)),
    "blocks": "\n".join("    " * n + "if x:" for n in range(90)) + "\n" + "    " * 90 + "y = 1",
    "functions": "\n".join("    " * n + f"def f{n}():" for n in range(90)) + "\n" + "    " * 90 + "return 1",
    "chained calls of functions": "\n".join(f"def f{n}():\n    return f{n + 1}()" for n in range(400)) + "\nf0()",
    "recursion": "def f(n=0):\n    return f(n + 1)\nf()",
    "mutual recursion": "def f():\n    return g()\ndef g():\n    return f()\nf()",
    "recursive class": "class C:\n    def __init__(self):\n        self.next = C()\nC()",
    "recursive property": "class C:\n    @property\n    def p(self):\n        return self.p\nC().p",
    "class that is its own base": "class C: ...\nclass C(C): ...\nC().x",
    "doubling list": "x = [1]\nfor i in range(200):\n    x = x + x",
    "doubling string": "x = 'a'\nfor i in range(200):\n    x = f'{x}{x}'",
    "growing list": "x = [1]\nfor i in x:\n    x.append(i)",
    "growing dictionary": "x = {}\nfor i in range(1000):\n    x[i] = x",
    "wide format": "x = '%999999999d' % 1\ny = '{:>999999999}'.format(1)\nz = 'a' * 999999999",
    "huge numbers": "x = 9 ** 9 ** 9\ny = 1 << 99999999\nfor i in range(10 ** 18):\n    pass",
    "endless generator": "def g():\n    while True:\n        yield 1\nfor x in g():\n    pass",
    "long loop in a loop": """\
for a in range(1000):
    for b in range(1000):
        for c in range(1000):
            app.x(a, b, c)
""",
    "huge table": "T = ["
    + ", ".join(f"('/r{n}', 'e{n}')" for n in range(20_000))
    + "]\nfor r, e in T:\n    app.add_url_rule(r, e)",
    "odd targets": "a.b.c[0].d, *e = (f[1:2], g()[0]) = 1, 2\nfor x[0] in y: ...\nwith z as a.b: ...",
    "odd decorators": "@(lambda f: f)\n@x[0]\n@y or z\ndef f(): ...",
    "odd bases": "class A(*b, c=1, **d): ...\nclass B(f()[0], lambda: 1): ...",
    "odd arguments": """\
app.add_url_rule(*x, **y)
app.route()(1)
app.route(**{1: 2})
app.register_blueprint()
Flask()
Blueprint()
""",
    "odd registrations": """\
app.register_blueprint(app)
app.register_blueprint(1)
app.add_url_rule(1, 2, 3)
app.route(None)(None)
""",
    "blueprint in itself": """\
from flask import Blueprint
b = Blueprint('b', __name__)
b.register_blueprint(b)
app.register_blueprint(b)
""",
    "odd hooks": """\
app.before_request()
app.errorhandler()(1)
app.register_error_handler(1)
app.before_request_funcs[1] = 2
""",
    "odd formats": "'%s %(x)s' % 1\n'{0.__class__}'.format(1)\n'{'.format()\n''.join([1, None])",
    "odd imports": """\
from . import *
from .... import x
from .. import app
import app
import app.app.app
from app import app as app
""",
    "new syntax": "type X = int\ndef f[T](x: T) -> T: ...\nclass C[T]: ...",
}  # fmt: skip


@pytest.mark.parametrize("name", DEEP)
def test_strange_programs_are_followed_to_their_end(name) -> None:
    index = build_index("project", [source("app.py", GOOD + DEEP[name] + "\n")])

    assert "/" in {route.rule for route in index.routes} or index.unread


def test_a_table_that_is_too_long_is_said_to_be(index_of) -> None:
    index = index_of({"app.py": GOOD + DEEP["huge table"]})

    assert [diagnostic.code for diagnostic in index.diagnostics] == ["program-too-long"]


def test_long_runs_end(index_of) -> None:
    index = index_of({"app.py": GOOD + DEEP["long loop in a loop"]})

    assert [diagnostic.code for diagnostic in index.diagnostics] == ["program-too-long"]


def test_the_standard_library_is_read() -> None:
    """Every twenty-fifth file of it, broken test data included, as one program."""
    root = Path(sysconfig.get_paths()["stdlib"])
    paths = [path for path in sorted(root.rglob("*.py")) if "site-packages" not in path.parts]
    files = [read(path, root) for path in paths[::25]]
    index = build_index("stdlib", files)

    assert len(index.modules) + len(index.unread) == len(files)
    assert len(index.functions) > 100
    assert index.routes == ()


MUTATIONS = 100


def test_damaged_programs_are_read() -> None:
    """Lines removed, doubled, swapped and cut, at places that a fixed seed chooses."""
    generator = random.Random(20)
    here = Path(__file__).parent
    lines = [
        line for path in here.glob("test_*.py") for line in path.read_text("utf-8").splitlines() if "\\n" not in line
    ]
    for _ in range(MUTATIONS):
        start = generator.randrange(len(lines) - 60)
        text = lines[start : start + 60]
        for _ in range(4):
            place = generator.randrange(len(text))
            text[place : place + generator.randrange(3)] = [
                text[generator.randrange(len(text))][: generator.randrange(80)]
            ]
        files = [source("app.py", GOOD + "\n".join(text)), source("views.py", "from app import *\n")]
        index = build_index("project", files)
        assert {each.path for each in (*index.modules, *index.unread)} == {"app.py", "views.py"}


def test_the_collector_is_left_as_it_was() -> None:
    gc.disable()
    try:
        build_index("project", [source("app.py", GOOD)])
        assert not gc.isenabled()
    finally:
        gc.enable()
    build_index("project", [source("app.py", GOOD)])
    assert gc.isenabled()


def source(path: str, text: str) -> SourceFile:
    return SourceFile(path, text.encode(), text)


def read(path: Path, root: Path) -> SourceFile:
    data = path.read_bytes()
    return SourceFile(path.relative_to(root).as_posix(), data, data.decode("utf-8", "replace"))
