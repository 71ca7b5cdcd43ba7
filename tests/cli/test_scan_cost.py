"""``scan`` loads no more than it needs, says what ``migrate`` would do, and says the same each time."""

from __future__ import annotations

import json
import sys
from textwrap import dedent

APP = """
from flask import Flask, jsonify, request

app = Flask(__name__)
app.secret_key = "dev"


@app.route("/")
def index():
    return jsonify(items=[])


@app.route("/name")
def name():
    return {"name": request.args.get("name", "")}


@app.route("/shared")
def shared():
    found = jsonify(1); print(found); return found


@app.route("/line")
def line(): print("nothing")
"""
OTHER = """
from flask import Blueprint

bp = Blueprint("other", __name__)


@bp.route("/other")
def other():
    return "other"
"""


def loaded(shell, *arguments: str) -> set[str]:
    """The packages that a command has loaded by its end."""
    code = f"""
    import sys
    sys.argv = ["flask2fastapi", *{arguments!r}]
    from flask2fastapi.cli import main
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
    print(*sys.modules)
    """
    done = shell.run(sys.executable, "-c", dedent(code))
    assert done.code == 0, done.err
    return {name.partition(".")[0] for name in done.out.splitlines()[-1].split()}


def test_a_scan_for_programs_loads_no_libcst_black_or_rich(shop):
    assert loaded(shop, "scan", ".", "--format", "json") & {"libcst", "black", "multiprocessing", "rich"} == set()


def test_what_shares_a_line_is_tried(empty):
    """Codemods refuse statements that share a line with others: such a file stays mounted, in a scan too."""
    registered = "from other import bp\n\napp.register_blueprint(bp)\n"
    empty.write({"app.py": APP + registered, "other.py": OTHER, "static/style.css": "", "requirements.txt": "flask\n"})
    rungs = routes_of(empty)

    assert set(rungs.values()) == {"native", "mounted"}
    assert rungs == migrated(empty)


def test_a_scan_agrees_with_a_run_on_an_application_that_may_leave_flask(empty):
    empty.write(
        {"app.py": OTHER.replace('Blueprint("other", __name__)', "Flask(__name__)").replace("Blueprint", "Flask")}
    )
    document = json.loads(empty.flask2fastapi("scan", ".", "--format", "json").out)
    rungs = routes_of(empty)

    assert migrated(empty) == rungs == {"/other": "native"}
    assert [app["state"] for app in document["apps"]] == ["full"]


def test_two_scans_are_equal_to_the_byte(empty):
    own = "".join(f"\n\nclass Part{n}(Blueprint):\n    pass\n" for n in range(4))
    made = "".join(f"\npart{n} = Part{n}('part{n}', __name__)" for n in range(4))
    nested = "".join(f"\npart{n}.register_blueprint(part{n + 1})" for n in range(3))
    registered = "\napp = Flask(__name__)\napp.register_blueprint(part0)\n"
    view = "\n\n@part3.route('/deep')\ndef deep():\n    return current_app.name\n"
    empty.write(
        {
            "parts.py": f"from flask import Blueprint, current_app\n{own}\n{made}\n{nested}\n{view}",
            "app.py": f"from flask import Flask\nfrom parts import part0\n{registered}",
        }
    )
    scan = (sys.executable, "-m", "flask2fastapi", "scan", ".", "--format", "json")
    texts = {empty.run("env", f"PYTHONHASHSEED={seed}", *scan).out for seed in range(1, 5)}

    assert len(texts) == 1
    assert len(json.loads(texts.pop())["routes"][0]["reasons"]) > 3


def routes_of(shell) -> dict[str, str]:
    document = json.loads(shell.flask2fastapi("scan", ".", "--format", "json").out)
    return {route["rule"]: route["rung"] for route in document["routes"]}


def migrated(shell) -> dict[str, str]:
    done = shell.flask2fastapi("migrate", ".", "--allow-dirty", "--report", "../report.json")
    assert done.code == 0, done.err
    document = json.loads((shell.folder.parent / "report.json").read_text())
    return {route["rule"]: route["rung"] for route in document["routes"]}
