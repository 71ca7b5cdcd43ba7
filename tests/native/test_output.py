"""What views answer through Flask's own functions: URLs, redirects, responses made by hand, files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.native.conftest import Sides

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "codemods"
SOURCES = FIXTURES.parent / "output"
ABORTING = FIXTURES / "F2F500-abort" / "all" / "before.py"
NAMES = """none five true float text bytes array dict list set one two phrase number empty headers pairs lists three
four,status none,float status,nothing,no content,not modified,wsgi,odd,bad headers,low,inner,generator
generator with status,response,changed,json,redirect,absent"""
KINDS = [name.strip() for line in NAMES.splitlines() for name in (line.split(",") if "," in line else line.split())]


def compare(
    sides: Sides, paths: Iterable[str], methods: tuple[str, ...] = ("GET",), headers: Mapping[str, str] | None = None
) -> None:
    """Every header, every byte, of every path."""
    given = headers or {}
    for path in paths:
        for method in methods:
            before, after = sides.whole(method, path, given)
            assert after == before, (method, path)


def test_what_cannot_be_known_is_answered_by_flasks_rules(both: Callable[..., Sides]) -> None:
    """Everything that a helper can give, returned in every way."""
    sides = both((SOURCES / "unknown.py").read_text("utf-8"))

    views = ("helper", "variable", "either", "status", "everything", "end", "within", "made", "wrapped")
    assert {name: sides.reasons(name) for name in views} == {name: set() for name in views}
    for view in ("helper", "variable", "either", "status", "all", "end", "with", "made", "wrapped"):
        compare(sides, [f"/{view}/{name}" for name in KINDS], ("GET", "HEAD"))


BODIES = [
    *("if flag:\n        return 'x'", "return 'x', flag", "return 5", "return ('a', 'b')", "return {'a': 1}, 204"),
    *("return [], 304", "return b'x'", "x = ({'a': 1}, 201)\n    return x", "return 'x', '404 NOPE'", "return"),
    *(
        "with open('app.py') as file:\n        pass",
        "return (\n        flag\n        or 'x'\n    )",
        "return [n for n in '12'], 201",
    ),
    *("pass", "for n in 'ab':\n        return n", "try:\n        return flag\n    finally:\n        print('x')"),
    *("def inner():\n        return 5\n\n    return str(inner())", "return lambda e, s: [b'x']", "return (flag, 201,)"),
    *(
        "def inner():\n        yield 'a'\n\n    return inner()",
        "return (c for c in 'ab')",
        "return 'x' if flag else (1, 2)",
    ),
]
WATCHED = [
    *(
        "try:\n        return None\n    except Exception:\n        return 'caught'",
        "with ignored:\n        return 5\n    return 'on'",
    ),
    *(
        "data = dict(a=flag)\n    try:\n        return data\n    finally:\n        data['b'] = 2",
        "with ignored:\n        return {'a': object()}",
    ),
    *(
        "try:\n        return {'a': [object()]}, 201\n    except TypeError:\n        return 'caught'",
        "with open('app.py'):\n        return flag",
    ),
    *(
        "try:\n        return flag, {'X-A': 'b'}\n    except KeyError:\n        return 'no'",
        "try:\n        1 / 0\n    except Exception:\n        return 5",
    ),
    *("try:\n        1 / 0\n    except Exception:\n        return [flag], 202\n    finally:\n        print('end')",),
    *(
        "try:\n        return 'x', 'bad'\n    except (ValueError, OSError):\n        return 'caught'",
        "try:\n        return\n    except:\n        return 'c'",
    ),
]


def test_what_a_try_or_with_would_see_is_made_later(both: Callable[..., Sides]) -> None:
    """Flask makes a response of what is returned when the view has ended: no handler of the view sees it fail."""
    views = "".join(f"\n\n@app.route('/{n}')\ndef view{n}():\n    {body}\n" for n, body in enumerate(WATCHED))
    start = "import contextlib\n\nfrom flask import Flask\n\napp = Flask(__name__)\nflag = bool(1)\n"
    sides = both(f"{start}ignored = contextlib.suppress(Exception)\n{views}")
    sides.flask.config["PROPAGATE_EXCEPTIONS"] = False

    for n, body in enumerate(WATCHED):
        assert sides.reasons(f"view{n}") == set(), body
        before, after = sides.ask("GET", f"/{n}")
        assert after == before, body


def test_forms_of_returns(both: Callable[..., Sides]) -> None:
    """Numbers, no value at all, tuples with anything in them, functions inside the view with returns of their own."""
    views = "".join(f"\n\n@app.route('/{n}')\ndef view{n}():\n    {body}\n" for n, body in enumerate(BODIES))
    sides = both(f"from flask import Flask\n\napp = Flask(__name__)\nflag = bool(1)\n{views}")
    sides.flask.config["PROPAGATE_EXCEPTIONS"] = False

    for n, body in enumerate(BODIES):
        assert sides.reasons(f"view{n}") == set(), body
        for method in ("GET", "HEAD"):
            before, after = sides.ask(method, f"/{n}")
            assert after == before, body


def test_urls_and_redirects(both: Callable[..., Sides]) -> None:
    """All forms of ``url_for``, from views of applications and blueprints, below a prefix and behind a proxy."""
    sides = both((SOURCES / "urls.py").read_text("utf-8"))

    for name in ("bp.inside", "bp.other", "index", "several", "fails", "to"):
        assert sides.reasons(name) == set(), name
    paths = ["/", "/bp/inside/3", "/bp/other/a%20b", "/several", "/fails"]
    targets = ("/a", "https://example.org/%C3%A9", "a%20b", "//x", "%5B%5D", "", "/%0d%0aX-A:%201")
    paths += [f"/to?u={u}" for u in targets]
    compare(sides, paths, ("GET", "HEAD", "POST"))
    compare(sides, paths, headers={"host": "example.org:8080", "x-forwarded-proto": "https"})


def test_responses_made_by_hand(both: Callable[..., Sides]) -> None:
    """Their arguments, and what is done to them before they are returned."""
    sides = both((SOURCES / "made.py").read_text("utf-8"))

    for name in ("cookies", "response", "close", "closed", "several"):
        assert sides.reasons(name) == set(), name
    paths = ["/cookies", *(f"/response/{n}" for n in range(1, 11)), "/close", "/closed"]
    paths += [f"/json/{n}" for n in range(1, 8)]
    compare(sides, paths, ("GET", "HEAD"))


RANGES = [{}, {"range": "bytes=2-4"}, {"range": "bytes=-3"}, {"range": "bytes=90-"}, {"range": "bytes=0-1,3-4"}]
RANGES += [{"if-none-match": '"abc"'}, {"if-none-match": "*"}, {"if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT"}]
RANGES += [{"if-range": '"abc"', "range": "bytes=2-4"}, {"if-range": '"x"', "range": "bytes=2-4"}]


def test_files(both: Callable[..., Sides], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges, validators, names, and no way out of a folder."""
    sides = both({"app.py": (SOURCES / "files.py").read_text("utf-8"), "files/a.txt": "text", "files/b/c.txt": "deep"})
    monkeypatch.setattr("werkzeug.utils.adler32", lambda data: 7)  # of the path, which differs
    for path in (*tmp_path.glob("*/app.py"), *tmp_path.glob("*/files/**/*.txt")):
        os.utime(path, (5, 5))

    for name in ("file", "some", "below"):
        assert sides.reasons(name) == set(), name
    for headers in RANGES:
        compare(sides, ("/bytes", "/below/a.txt", "/below/b/c.txt"), ("GET", "HEAD"), headers)
    compare(sides, [f"/below/{name}" for name in ("..%2Fapp.py", "../app.py", "%2Fetc%2Fpasswd", "b", "nothing", "")])


def test_helpers_serve_both_kinds_of_views(both: Callable[..., Sides]) -> None:
    """A helper that a view that moved and one that stayed share is written once, in its own module."""
    sides = both(
        {
            "app.py": "from flask import Flask\n\nfrom helpers import answer, where\n\napp = Flask(__name__)\n"
            "app.secret_key = 'x'\n\n\n@app.route('/moved/<int:n>')\ndef moved(n):\n    return answer(n)\n\n\n"
            "@app.route('/stays/<int:n>')\ndef stays(n, *_):\n    return answer(n)\n\n\n"
            "@app.route('/where')\ndef here(*_):\n    return where()\n",
            "helpers.py": "from flask import jsonify, redirect, url_for\n\n\n"
            "def where():\n    return url_for('moved', n=1)\n\n\n"
            "def answer(n):\n    if n == 1:\n        return redirect(where())\n    if n == 2:\n"
            "        return jsonify(error=n), 400\n    response = jsonify([n])\n    response.headers['X-A'] = 'b'\n"
            "    return response\n",
        }
    )

    assert sides.rung("moved") == "native"
    assert sides.reasons("stays") == sides.reasons("here") == {"signature"}
    assert "from flask_compat import jsonify, redirect, url_for" in sides.sources["helpers.py"]
    assert "from flask import" not in sides.sources["helpers.py"]
    compare(sides, [f"/{kind}/{n}" for kind in ("moved", "stays") for n in (1, 2, 3)] + ["/where"])


ABORTS = [f"/status/{status}" for status in (200, 302, 400, 404, 405, 416, 418, 421, 425, 451, 500, 503, 505, 507, 999)]
ABORTS += [f"/text/{status}/{text}" for status in (404, 409, 405, 500) for text in ("a%3Cb", "Not%20Found", "Conflict")]
ABORTS += [f"/response/{n}" for n in range(1, 9)] + [f"/raise/{n}" for n in range(1, 5)]
ABORTS += [f"/{kind}/{n}" for kind in ("caught", "inner") for n in range(5)] + ["/helper/404", "/helper/409"]
HANDLER = """

@app.errorhandler(404)
def lost(error):
    return {"lost": error.description, "name": error.name}, 404


@app.errorhandler(Exception)
def every(error):
    return f"{type(error).__name__}: {error}", getattr(error, "code", None) or 500
"""


@pytest.mark.parametrize("handler", ["", HANDLER])
def test_aborts(both: Callable[..., Sides], handler: str) -> None:
    """Statuses, descriptions, responses, classes; where the view itself catches them; and what handlers see of them."""
    sides = both(ABORTING.read_text("utf-8") + handler)
    sides.flask.config["PROPAGATE_EXCEPTIONS"] = False

    assert {str(plan.rung) for plan in sides.run.plan.routes} == {"native"}
    compare(sides, ABORTS, ("GET", "HEAD"))


def test_response_classes(both: Callable[..., Sides]) -> None:
    """Types with and without their charset, statuses, headers; text that no header can hold is still refused."""
    source = FIXTURES / "F2F240-response-class" / "forms" / "before.py"
    sides = both(source.read_text("utf-8"))
    sides.flask.config["PROPAGATE_EXCEPTIONS"] = False

    paths = ["/csv", "/bare-csv", "/text", "/json", "/xml", "/page", "/blank", "/bytes", "/header/a/1", "/header/a/2"]
    paths += [f"/{kind}/{name}" for kind in ("name", "header") for name in ("a", "a%0d%0aX-B:%201/2", "%C3%A9/2")]
    compare(sides, [path.removesuffix("/2") if "name" in path else path for path in paths], ("GET", "HEAD"))
    assert sides.ask("DELETE", "/empty")[0] == sides.ask("DELETE", "/empty")[1]


def test_a_second_run_knows_the_functions_of_the_first(both: Callable[..., Sides], tmp_path: Path) -> None:
    """What the support module gives is Flask's to the next run: a view that can move now does."""
    start = "from flask import Flask, redirect, url_for\n\napp = Flask(__name__)\n\n\n"
    views = [
        f"@app.route('/{name}')\ndef {name}({more}):\n    return redirect(url_for('a'))\n"
        for name, more in (("a", ""), ("b", "*_"))
    ]
    sides = both(start + "\n\n".join(views))
    folder = tmp_path / "fastapi"
    first = (folder / "app.py").read_text("utf-8")

    assert plan_run(read_project(folder, Config(hybrid=True)), CODEMODS).changes == ()
    (folder / "app.py").write_text(first.replace("*_", ""), "utf-8")
    run = plan_run(read_project(folder, Config(hybrid=True)), CODEMODS)

    assert sides.reasons("b") == {"signature"}
    after = next(change.after or b"" for change in run.changes if change.path == "app.py").decode()
    assert "from flask_compat import moved, redirect, url_for" in after
    assert {plan.route.endpoint for plan in run.plan.routes if plan.rung == "native"} == {"a", "b"}
