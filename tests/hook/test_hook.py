"""`flask2fastapi-check`: what it finds, what it passes over, how it ends."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flask2fastapi import hook

if TYPE_CHECKING:
    from pathlib import Path

APP = "from flask import Flask, Blueprint\napp = Flask(__name__)\nbp = Blueprint('b', __name__)\n"


def check(tmp_path: Path, source: str | bytes, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Run the check on one file; the findings come without the path."""
    path = tmp_path / "views.py"
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    status = hook.main([str(path)])
    return status, [line.replace(str(path), "views.py") for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (APP + "@app.route('/')\ndef index(): ...\n", ["4: F2F001 GET /"]),
        (APP + "@bp.route('/x', methods=['POST', 'get'])\ndef x(): ...\n", ["4: F2F001 GET,POST /x"]),
        (APP + "@bp.post('/x')\ndef x(): ...\n", ["4: F2F001 POST /x"]),
        (APP + "@app.route(\n    '/long',\n)\ndef x(): ...\n", ["4: F2F001 GET /long"]),
        (APP + "@app.route('/a')\n@app.route('/b')\ndef x(): ...\n", ["4: F2F001 GET /a", "5: F2F001 GET /b"]),
        (APP + "M = ('PUT',)\n@app.route('/x', methods=M)\ndef x(): ...\n", ["5: F2F001 PUT /x"]),
        (APP + "@app.route(rule='/x')\ndef x(): ...\n", ["4: F2F001 GET /x"]),
        (APP + "@app.route(PREFIX + '/x')\ndef x(): ...\n", ["4: F2F001 GET PREFIX + '/x'"]),
        (APP + "def f(): ...\napp.add_url_rule('/x', 'x', f)\n", ["5: F2F001 GET /x"]),
        (APP + "app.add_url_rule('/x', view_func=f, methods=['DELETE'])\n", ["4: F2F001 DELETE /x"]),
        (APP + "app.route('/x')(f)\n", ["4: F2F001 GET /x"]),
        (APP + "def make():\n    if True:\n        @app.get('/in')\n        def f(): ...\n", ["6: F2F001 GET /in"]),
        (
            (
                "from flask.views import MethodView\nfrom shop import bp\n"
                "class Base(MethodView):\n    def get(self): ...\n"
                "class Item(Base):\n    def put(self): ...\nbp.add_url_rule('/i', view_func=Item.as_view('i'))\n"
            ),
            ["7: F2F001 GET,PUT /i"],
        ),
        (
            (
                "from flask_restful import Api, Resource\nclass R(Resource):\n    def post(self): ...\n"
                "api.add_resource(R, '/a', '/b')\n"
            ),
            ["4: F2F001 POST /a", "4: F2F001 POST /b"],
        ),
        (
            "from flask_restx import Resource\n@ns.route('/r')\nclass R(Resource):\n    def get(self): ...\n",
            ["2: F2F001 GET /r"],
        ),
        ("from shop import app\n@app.route('/elsewhere')\ndef x(): ...\n", ["2: F2F001 GET /elsewhere"]),
    ],
)
def test_finds_each_form_of_route(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, expected: list[str]
) -> None:
    """Every registration is one line with its own line number, methods and rule, and the exit code is 1."""
    status, lines = check(tmp_path, source, capsys)

    assert [f"views.py:{line}" for line in expected] == lines
    assert status == 1


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import re\nx = {}.get('/x')\n",
        "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/x')\nasync def x(): ...\n",
        "from fastapi import FastAPI\nfrom shop import router\n@router.post('/x')\nasync def x(): ...\n",
        "from bottle import route, Bottle\napp = Bottle()\n@app.route('/x')\ndef x(): ...\n",
        APP + "app.add_url_rule('/x', 'x', moved(x), methods=['GET'])\n",
        APP + "app.add_url_rule('/', endpoint='index')\n",
        APP + "@app.route('/x')  # flask2fastapi: ignore[F2F001]\ndef x(): ...\n",
        APP + "@app.route(\n    '/x',\n)  # flask2fastapi: ignore\ndef x(): ...\n",
        APP + "@cache.get('key')\ndef x(): ...\n",
        APP + "response = client.get('/x')\n",
    ],
)
def test_passes_over_what_is_no_flask_route(tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str) -> None:
    """FastAPI's own operations, moved rules, aliases and ignored lines are no findings; the exit code is 0."""
    assert check(tmp_path, source, capsys) == (0, [])


def test_an_ignore_for_another_code_does_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the named code is silenced."""
    status, lines = check(tmp_path, APP + "@app.route('/x')  # flask2fastapi: ignore[F2F999]\ndef x(): ...\n", capsys)

    assert (status, len(lines)) == (1, 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"@app.route('/x')\nprint 'two'\n", "does not parse"),
        (b"# coding: no-such\n@app.route('/x')\n", "does not parse"),
        (b"@app.route('/\xff')\ndef x(): ...\n", "does not parse"),
        (b"@app.route('/x')\n\x00", "pars"),
    ],
)
def test_a_broken_file_is_one_line_and_the_others_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, message: str
) -> None:
    """A file that cannot be parsed gives exit code 2 and a line on stderr; the next file's routes are still found."""
    broken, good = tmp_path / "broken.py", tmp_path / "good.py"
    broken.write_bytes(data)
    good.write_text(APP + "@app.route('/x')\ndef x(): ...\n")

    status = hook.main([str(broken), str(tmp_path / "missing.py"), str(good)])

    out, err = capsys.readouterr()
    assert status == 2
    assert f"{good}:4: F2F001 GET /x\n" == out
    assert message in err.splitlines()[0]
    assert "missing.py:1: cannot be read" in err
    assert len(err.splitlines()) == 2


def test_latin_1_source_is_read_as_declared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A PEP 263 encoding is honoured."""
    source = "# -*- coding: latin-1 -*-\nfrom flask import Flask\n@app.route('/caf\xe9')\ndef x(): ...\n".encode(
        "latin-1"
    )

    assert check(tmp_path, source, capsys) == (1, ["views.py:3: F2F001 GET /café"])


def test_line_numbers_survive_every_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Form feeds and bytes that some encodings read as newlines do not move the line of an ignore."""
    source = APP + "x = 'Å\x0c\x1c'\n@app.route('/x')  # flask2fastapi: ignore\ndef x(): ...\n"

    assert check(tmp_path, source, capsys) == (0, [])


LONG = "".join(f"\n\n@app.route('/r{n}')\ndef r{n}():\n    return {'x' * 50!r}\n" for n in range(300))


@pytest.mark.parametrize(
    "between",
    [
        "",
        "TEXT = '''\n\n@app.route('/text')\ndef no(): ...\n'''\n",
        "VALUE = (a\n\n@b)\n",
        "@app.route('/a')\n\n@login_required\ndef a(): ...\n",
        "class Api:\n    def add(self):\n        app.add_url_rule('/m', view_func=self.m)\n",
        "text = '\\d'\n",
    ],
)
def test_a_long_file_says_the_same_as_its_parts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], between: str
) -> None:
    """Files that are long enough to be parsed in parts: every route once, on its own line, wherever the borders are."""
    source = f"{APP}{LONG}\n{between}{LONG.replace('/r', '/s')}"
    lines = source.split("\n")

    status, found = check(tmp_path, source, capsys)

    inner = {"/a"} & {"/a" if "'/a'" in between else ""} | {"/m" if "'/m'" in between else "/r0"}
    rules = {f"/{letter}{n}" for letter in "rs" for n in range(300)} | inner
    assert {line.rsplit(" ", 1)[1] for line in found} == rules
    assert all(f"'{line.rsplit(' ', 1)[1]}'" in lines[int(line.split(":")[1]) - 1] for line in found)
    assert (status, len(found)) == (1, len(rules))


def test_a_mistake_in_a_long_file_is_on_its_own_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Parsing in parts does not hide mistakes, nor move them."""
    path = tmp_path / "long.py"
    path.write_text(f"{APP}{LONG}\ndef broken(:\n{LONG}")

    status = hook.main([str(path)])

    assert status == 2
    assert f"{path}:{(APP + LONG).count(chr(10)) + 2}: does not parse" in capsys.readouterr().err


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the check as pre-commit does: in a process of its own, from the top of the repository."""
    command = [sys.executable, "-m", "flask2fastapi.hook", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_excluded_files_are_passed_over(tmp_path: Path) -> None:
    """pre-commit names every file; what the configuration excludes is neither found nor complained of."""
    (tmp_path / "pyproject.toml").write_text("[tool.flask2fastapi]\nexclude = ['legacy']\n")
    (tmp_path / "legacy").mkdir()
    route = APP + "@app.route('/x')\ndef x(): ...\n"
    for name, text in {"app.py": route, "legacy/app.py": route, "legacy/broken.py": route + "def ("}.items():
        (tmp_path / name).write_text(text)
    absolute = str(tmp_path / "legacy" / "app.py")

    done = run(tmp_path, "app.py", "legacy/app.py", "legacy/broken.py", absolute)

    assert (done.returncode, done.stdout, done.stderr) == (1, "app.py:4: F2F001 GET /x\n", "")


def test_a_configuration_with_a_mistake_is_one_line(tmp_path: Path) -> None:
    """A key that we do not know might have excluded the file: exit code 2."""
    (tmp_path / "flask2fastapi.toml").write_text("exlude = ['legacy']\n")
    (tmp_path / "app.py").write_text(APP + "@app.route('/x')\ndef x(): ...\n")

    done = run(tmp_path, "app.py")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("unknown key 'exlude'; did you mean 'exclude'?\n")
    assert done.stderr.count("\n") == 1


def test_a_process_writes_everything_before_it_ends(tmp_path: Path) -> None:
    """Findings and complaints arrive although the process ends in a hurry; a reader that leaves is no error."""
    (tmp_path / "app.py").write_text(APP + LONG)

    done = run(tmp_path, "app.py", "missing.py")
    shown = subprocess.run(
        f"{sys.executable} -m flask2fastapi.hook app.py app.py app.py app.py app.py app.py | head -1",
        shell=True, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert (done.returncode, len(done.stdout.splitlines())) == (2, 300)
    assert done.stderr == "missing.py:1: cannot be read: No such file or directory\n"
    assert (shown.stdout.count("\n"), shown.stderr) == (1, "")


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    """The hook's process loads no heavy library, and of the standard one nothing that costs half of Python's start."""
    path = tmp_path / "views.py"
    path.write_text(APP + "@app.route('/x')\ndef x(): ...\n")
    program = (
        "import sys\nfrom flask2fastapi.hook import main\n"
        f"status = main([{str(path)!r}])\n"
        "heavy = {'libcst', 'typer', 'rich', 'black', 'click', 'flask', 'fastapi'}\n"
        "heavy |= {'dataclasses', 'inspect', 'typing', 'ast', 're', 'argparse', 'enum', 'pathlib', 'tomllib'}\n"
        "print(status, sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert done.stdout.splitlines()[-1] == "1 []"


def test_usage_errors_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """No files, or an option that does not exist, is a usage error; --help is not."""
    assert [hook.main([]), hook.main(["--fast"]), hook.main(["--help"]), hook.main(["--version"])] == [2, 2, 0, 0]
    assert "usage:" in capsys.readouterr().out
