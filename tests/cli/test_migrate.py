"""``flask2fastapi migrate`` as its user meets it."""

from __future__ import annotations

import json

import pytest

ASK = """\
import asyncio, json, sys
import httpx
{imported}

async def main():
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        for method, path, data in [
            ("GET", "/", None), ("GET", "/greet/Ann", None), ("POST", "/cart/", {{"item": "tea"}}),
            ("GET", "/cart/", None), ("GET", "/cart", None), ("PUT", "/cart/", None),
            ("HEAD", "/", None), ("OPTIONS", "/cart/", None), ("GET", "/nowhere", None),
        ]:
            answer = await client.request(method, path, data=data)
            kept = {{k: v for k, v in answer.headers.items() if k in ("content-type", "location", "allow")}}
            print(json.dumps([method, path, answer.status_code, kept, answer.text]))

asyncio.run(main())
"""
FLASK = """\
import json
from wsgi import app

client = app.test_client()
for method, path, data in [("GET", "/", None), ("GET", "/greet/Ann", None), ("POST", "/cart/", {"item": "tea"}),
                           ("GET", "/cart/", None), ("GET", "/cart", None), ("PUT", "/cart/", None),
                           ("HEAD", "/", None), ("OPTIONS", "/cart/", None), ("GET", "/nowhere", None)]:
    answer = client.open(path, method=method, data=data, base_url="http://shop")
    kept = {k.lower(): v for k, v in answer.headers.items() if k.lower() in ("content-type", "location", "allow")}
    print(json.dumps([method, path, answer.status_code, dict(sorted(kept.items())), answer.text]))
"""


def answers(text: str) -> list[list[object]]:
    rows = [json.loads(line) for line in text.splitlines()]
    for row in rows:
        row[3] = {k: sorted(v.split(", ")) if k == "allow" else v for k, v in row[3].items()}
    return rows


def test_the_result_boots_and_answers_as_before(shop):
    before = shop.run("python3", "-c", "pass")
    assert before.code == 0
    import sys

    flask = shop.run(sys.executable, "-c", FLASK)
    assert flask.code == 0, flask.err

    done = shop.flask2fastapi("migrate", ".")

    assert done.code == 0, done.err
    assert "Start it with: uvicorn asgi:app" in done.err
    fastapi = shop.run(sys.executable, "-c", ASK.format(imported="from asgi import app"))
    assert fastapi.code == 0, fastapi.err
    assert answers(fastapi.out) == answers(flask.out)


def test_a_second_run_changes_nothing(shop):
    shop.flask2fastapi("migrate", ".")
    first = shop.contents()

    done = shop.flask2fastapi("migrate", ".", "--allow-dirty")

    assert (done.code, "Nothing to change." in done.err) == (0, True)
    assert shop.contents() == first


def test_a_dirty_tree_is_refused_by_name(shop):
    shop.write({"shop/pages.py": "# being edited\n"})
    before = shop.contents()

    done = shop.flask2fastapi("migrate", ".")

    assert done.code == 2
    assert "shop/pages.py" in done.err
    assert "--allow-dirty" in done.err
    assert shop.contents() == before


def test_the_diff_is_a_patch_that_git_applies(shop):
    before = shop.contents()

    done = shop.flask2fastapi("migrate", ".", "--diff")

    assert done.code == 1
    assert shop.contents() == before
    assert shop.run("git", "apply", "--check", stdin=done.out).code == 0
    shop.run("git", "apply", stdin=done.out)
    patched = shop.contents()
    shop.git("checkout", "-q", ".")
    shop.git("clean", "-fdq")
    shop.flask2fastapi("migrate", ".")
    assert shop.contents() == patched
    again = shop.flask2fastapi("migrate", ".", "--diff")
    assert (again.code, again.out) == (0, "")


def test_output_leaves_the_original_alone(shop, tmp_path_factory):
    target = tmp_path_factory.mktemp("copies") / "shop"
    before = shop.contents()

    done = shop.flask2fastapi("migrate", ".", "--output", str(target))

    assert done.code == 0, done.err
    assert shop.contents() == before
    assert (target / "shop" / "fastapi_front.py").is_file()
    assert (target / "tests" / "test_shop.py").read_bytes() == before["tests/test_shop.py"]


def test_the_report_names_every_route(shop):
    """Also what each needs of Flask's context: with any, its operation runs there, and is no coroutine."""
    with (shop.folder / "shop" / "pages.py").open("a") as pages:
        pages.write('\n\n@pages_bp.get("/who")\ndef who():\n    return guess()\n')
        pages.write("\n\ndef guess():\n    return request.headers.get('X-Who', 'you')\n")
    shop.commit()
    shop.flask2fastapi("migrate", ".", "--report", "report.json")

    report = json.loads((shop.folder / "report.json").read_text())

    assert report["schema_version"] == 1
    routes = {(route["rule"], tuple(route["methods"]), route["endpoint"]) for route in report["routes"]}
    assert routes == {
        ("/", ("GET",), "pages.index"),
        ("/greet/<name>", ("GET",), "pages.greet"),
        ("/who", ("GET",), "pages.who"),
        ("/cart/", ("GET", "POST"), "cart.cart"),
    }
    for route in report["routes"]:
        names = {"app", "blueprint", "rule", "methods", "endpoint", "file", "line", "rung", "reasons", "async"}
        assert set(route) - {"sync_reason"} == names | {"in_context", "needs"}
        assert route["in_context"] == bool(route["needs"]) == (route["rule"] == "/who")
        assert route["rung"] == "native" or route["reasons"]
        assert route["async"] is not False or route["sync_reason"]["message"]
    assert report["summary"]["native"] + report["summary"]["mounted"] == len(routes)
    assert {"path": "asgi.py", "action": "created", "codes": []} in report["files"]


def test_several_applications_get_a_front_each(empty):
    one = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/{0}")\ndef view():\n    return "{0}"\n'
    empty.write({"a/app.py": one.format("a"), "b/app.py": one.format("b"), "twin.py": one.format("c")})
    with (empty.folder / "twin.py").open("a") as twin:
        twin.write('\nadmin = Flask(__name__)\n\n\n@admin.route("/d")\ndef other():\n    return "d"\n')

    done = empty.flask2fastapi("migrate", ".", "--hybrid", "--report", "report.json")

    assert done.code == 0, done.err
    apps = json.loads((empty.folder / "report.json").read_text())["apps"]
    assert len({app["front"] for app in apps}) == len({app["asgi"] for app in apps}) == 4
    for app in apps:
        folder, _, name = app["asgi"].rpartition("/")
        code = f"import {name.removesuffix('.py')} as m; from fastapi import FastAPI; assert isinstance(m.app, FastAPI)"
        import sys

        booted = empty.run(sys.executable, "-c", f"import sys; sys.path.insert(0, {folder!r} or '.'); {code}")
        assert booted.code == 0, booted.err


def test_a_broken_file_stops_nothing_but_is_named(shop):
    shop.write({"shop/old.py": 'print "Python 2"\n', "shop/latin.py": "x = 1\n"})
    (shop.folder / "shop" / "latin.py").write_bytes(b'name = "caf\xe9"\n')

    done = shop.flask2fastapi("migrate", ".", "--allow-dirty")

    assert done.code == 2
    assert "shop/old.py:1" in done.err
    assert "shop/latin.py:1" in done.err
    assert (shop.folder / "asgi.py").is_file()


def test_no_flask_application_is_said_plainly(empty):
    empty.write({"tool.py": "print(1)\n"})

    done = empty.flask2fastapi("migrate", ".")

    assert (done.code, "No Flask application was found" in done.err) == (0, True)
    assert set(empty.contents()) == {"tool.py"}


def test_what_the_owner_took_out_stays_out(shop):
    shop.flask2fastapi("migrate", ".")
    (shop.folder / "asgi.py").unlink()
    front = shop.folder / "shop" / "fastapi_front.py"
    front.write_text(front.read_text().replace("FastAPI(openapi_url=None)", 'FastAPI(title="Shop")'))
    before = shop.contents()

    done = shop.flask2fastapi("migrate", ".", "--allow-dirty")

    assert done.code == 0, done.err
    assert shop.contents() == before


def test_an_application_that_only_its_owner_can_build_gets_a_warning(empty):
    empty.write(
        {
            "shop.py": "from flask import Flask\n\n\ndef create_app(database):\n    app = Flask(__name__)\n\n"
            '    @app.route("/")\n    def index():\n        return database.name\n\n    return app\n'
        }
    )

    done = empty.flask2fastapi("migrate", ".")

    assert done.code == 0
    assert "[no-entry]" in done.err
    assert "shop.py:5" in done.err
    assert not (empty.folder / "asgi.py").exists()
    assert (empty.folder / "fastapi_front.py").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("migrate", "nowhere"), "nowhere: no such file or folder"),
        (("migrate", ".", "--only", "nope"), "--only nope"),
        (("migrate", ".", "--select", "X9"), "'X9'"),
        (("migrate", ".", "--diff", "--output", "copy"), "--diff prints"),
        (("explain", "nonsense"), "nonsense is neither a rule nor a reason"),
    ],
)
def test_wrong_arguments_are_one_line_and_code_2(shop, arguments, said):
    before = shop.contents()

    done = shop.flask2fastapi(*arguments)

    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert shop.contents() == before


def test_a_fastapi_pinned_too_low_is_refused_before_anything_is_written(shop):
    shop.write({"requirements.txt": "flask>=2\nfastapi==0.60\n"})
    shop.commit()
    before = shop.contents()

    done = shop.flask2fastapi("migrate", ".")

    assert done.code == 2
    assert "requirements.txt:2" in done.err
    assert "0.115" in done.err
    assert shop.contents() == before


def test_a_single_file_can_be_migrated(empty):
    empty.write(
        {"app.py": 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef i():\n    return ""\n'}
    )

    done = empty.flask2fastapi("migrate", "app.py")

    assert done.code == 0, done.err
    assert "app = FastAPI(" in (empty.folder / "app.py").read_text()
    assert not (empty.folder / "fastapi_front.py").exists()


def test_start_commands_that_the_first_run_named_stay_as_they_are(shop):
    """The first run makes one command start FastAPI; the second must not take that for a reason to edit the other."""
    shop.write(
        {
            "Procfile": "web: gunicorn wsgi:app --bind 0.0.0.0:8000\n",
            "Procfile.windows": "web: flask run\n",
            ".flaskenv": "FLASK_APP=shop\nFLASK_ENV=development\n",
            "requirements.txt": "flask>=2\ngunicorn\npython-dotenv\n",
        }
    )
    shop.commit()
    shop.flask2fastapi("migrate", ".")
    first = shop.contents()

    done = shop.flask2fastapi("migrate", ".", "--allow-dirty")

    assert b"uvicorn asgi:app" in first["Procfile"]
    assert done.code == 0, done.err
    assert shop.contents() == first


def test_a_comment_leaves_a_route_as_it_is(empty):
    """The comment that `check` honours is honoured here: the one route stays Flask's, its neighbour goes native."""
    empty.write(
        {
            "app.py": "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/a")\ndef a():\n    return {"a": 1}\n\n\n'
            '@app.route("/b")  # flask2fastapi: ignore[F2F001]\ndef b():\n    return {"b": 1}\n'
        }
    )

    done = empty.flask2fastapi("migrate", ".", "--report", "report.json")

    assert done.code == 0, done.err
    routes = json.loads((empty.folder / "report.json").read_text())["routes"]
    assert {route["rule"]: route["rung"] for route in routes} == {"/a": "native", "/b": "mounted"}
    assert [reason["code"] for route in routes for reason in route["reasons"]] == ["not-selected"]


@pytest.mark.parametrize(("pin", "state"), [("flask>=2", "full"), ("flask==1.1.4", "hybrid"), ("flask<3", "hybrid")])
def test_an_application_leaves_only_a_flask_whose_manners_it_is_given(empty, pin, state):
    """Flask 1.1 answers bodies without a content type differently: an application pinned to it stays hybrid."""
    text = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/a")\ndef a():\n    return {"a": 1}\n'
    empty.write({"app.py": text, "requirements.txt": pin + "\n"})

    done = empty.flask2fastapi("migrate", ".", "--report", "report.json")

    assert done.code == 0, done.err
    assert json.loads((empty.folder / "report.json").read_text())["apps"][0]["state"] == state


def test_middleware_around_the_application_is_not_left_out_without_a_word(empty):
    """The front would not call it: no entry is written, and the command that starts it goes on serving everything."""
    app = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/a")\ndef a():\n    return {"a": 1}\n'
    guard = (
        "from app import app\n\n\nclass Guard:\n    def __init__(self, inner):\n        self.inner = inner\n\n"
        "    def __call__(self, environ, start):\n        return self.inner(environ, start)\n\n\nserved = Guard(app)\n"
    )
    empty.write(
        {"app.py": app, "wsgi.py": guard, "Procfile": "web: gunicorn wsgi:served\n", "requirements.txt": "flask\n"}
    )

    done = empty.flask2fastapi("migrate", ".", "--report", "report.json")

    assert done.code == 0, done.err
    assert "wsgi.py:12: warning" in done.err
    assert "app.wsgi_app = <middleware>(app.wsgi_app)" in done.err
    assert not (empty.folder / "asgi.py").exists()
    assert (empty.folder / "app.py").read_text() == app
    assert (empty.folder / "Procfile").read_text() == "web: gunicorn wsgi:served\n"


def test_a_run_from_another_folder_knows_what_an_earlier_run_made(empty):
    """A repository of several applications is migrated as a whole; then somebody works on one of them."""
    app = "from flask import Flask, g\n\napp = Flask(__name__)\n"
    route = '\n\n@app.route("/")\ndef index(*_):\n    g.a = 1\n    return ""\n'
    empty.write({f"apps/{name}/app.py": app + route for name in ("one", "two")})
    empty.write(
        {"apps/one/tests/test_app.py": "from app import app\n\n\ndef test_it():\n    app.test_client().get('/')\n"}
    )
    empty.flask2fastapi("migrate", ".")
    before = empty.contents()
    inside = type(empty)(empty.folder / "apps" / "one")

    again = inside.flask2fastapi("migrate", ".", "--allow-dirty")
    suite = inside.flask2fastapi("suite", ".", "--", "-q", "-p", "no:cacheprovider", "tests")

    assert (again.code, "Nothing to change." in again.err) == (0, True)
    assert empty.contents() == before
    assert suite.code == 0, suite.err
    assert "1 mounted" in suite.err


def test_a_report_that_cannot_be_written_is_said_before_anything_is(shop):
    before = shop.contents()
    (shop.folder.parent / "file").write_text("")

    for place in ("../file/report.json", "shop"):
        done = shop.flask2fastapi("migrate", ".", "--report", place)

        assert done.code == 2
        assert f"{place}: the report cannot be written" in done.err
        assert shop.contents() == before
