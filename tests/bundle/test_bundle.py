"""The generated support module: it stands alone, reads as a person's, and is updated only while it is ours."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.bundle import piece_names, piece_of, read_header, render_support, update_support
from flask2fastapi.model.files import SourceFile
from flask2fastapi.plan.generated import GeneratedKind, find_generated

if TYPE_CHECKING:
    from pathlib import Path

HYBRID = render_support(["hybrid"], version="0.1.0")
FULL_ONLY = {name for name in piece_names() if name.startswith("full_")}
ALL = render_support(set(piece_names()) - FULL_ONLY, version="0.1.0")
WITHOUT_FLASK = render_support(FULL_ONLY | {"lenient", "lenient_list"}, version="0.1.0")
TARGETS_HAVE = {"anyio", "a2wsgi", "fastapi", "flask", "pydantic", "starlette", "typing_extensions", "werkzeug"}
TARGETS_HAVE |= {"jinja2", "markupsafe"}
USE = """
import flask_compat
from fastapi import FastAPI
from fastapi.testclient import TestClient
from flask import Flask

flask_app = Flask("shop")
flask_app.add_url_rule("/", "index", lambda: "from Flask")
flask_app.add_url_rule("/item", "item", flask_compat.moved(lambda: None))
app = FastAPI()
app.add_api_route("/item", lambda: "from FastAPI", name="item")
client = TestClient(flask_compat.serve_rest_with_flask(app, flask_app))
print(client.get("/").text, client.get("/item").text, flask_app.test_client().get("/item").status_code)
"""


def tool(*arguments: str, cwd: Path | None = None) -> str:
    """What a command of this environment prints, with its standard error; it must succeed."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_module_works_without_this_tool(tmp_path: Path) -> None:
    """In a folder of its own, in a new interpreter: each framework serves its route, nothing of ours is imported."""
    (tmp_path / "flask_compat.py").write_text(HYBRID, "utf-8")
    (tmp_path / "use.py").write_text(USE, "utf-8")

    assert tool("-W", "ignore", "use.py", cwd=tmp_path) == 'from Flask "from FastAPI" 503\n'
    assert not [node for node in ast.walk(ast.parse(ALL)) if "flask2fastapi" in str(getattr(node, "module", ""))]


@pytest.mark.parametrize("width", ["88", "120"])
@pytest.mark.parametrize("text", [HYBRID, ALL, WITHOUT_FLASK], ids=["hybrid", "all", "full"])
def test_formatters_and_linters_leave_it_alone(text: str, width: str, tmp_path: Path) -> None:
    """Black at its default and at a wide setting; ruff with its default rules and isort's order."""
    path = tmp_path / "flask_compat.py"
    path.write_text(text, "utf-8")

    tool("-m", "black", "--quiet", "--line-length", width, str(path))
    assert path.read_text("utf-8") == text
    said = tool("-m", "ruff", "check", "--isolated", "--extend-select", "I", "--line-length", width, str(path))
    assert said == "All checks passed!\n"


def test_it_runs_on_old_interpreters() -> None:
    """Every construct is Python 3.8's: FastAPI runs there too."""
    for text in (ALL, WITHOUT_FLASK):
        assert ast.parse(text, feature_version=(3, 8)).body
    with pytest.raises(SyntaxError):  # the check can fail
        ast.parse("match 1:\n    case _:\n        pass\n", feature_version=(3, 8))


def test_without_flask_there_is_no_flask() -> None:
    """The pieces of an application that needs no Flask import neither it nor Werkzeug nor the bridge."""
    for node in ast.walk(ast.parse(WITHOUT_FLASK)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert {name.partition(".")[0] for name in names}.isdisjoint({"flask", "werkzeug", "a2wsgi"})


@pytest.mark.parametrize("piece", piece_names())
def test_pieces_can_be_copied(piece: str) -> None:
    """Imports stand at the top and name what every target has: the standard library, the frameworks, siblings."""
    path = resources.files("flask2fastapi.support").joinpath(f"{piece}.py")
    _, *body = ast.parse(path.read_text("utf-8")).body
    heads = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    inner = [node for node in body if node not in heads for node in ast.walk(node)]
    sources = [node.module or "" for node in heads if isinstance(node, ast.ImportFrom) and not node.level]
    sources += [alias.name for node in heads if isinstance(node, ast.Import) for alias in node.names]

    assert body[: len(heads)] == heads, "an import after the first definition"
    assert not [node for node in inner if isinstance(node, ast.Import | ast.ImportFrom)]
    of_extensions = {"full_bcrypt": {"bcrypt"}, "full_sqlalchemy": {"sqlalchemy"}}  # what these stood on
    of_extensions["full_commands"] = {"click"}  # which Uvicorn requires
    more = next((names for name, names in of_extensions.items() if piece.startswith(name)), set())
    assert {source.partition(".")[0] for source in sources} <= TARGETS_HAVE | more | sys.stdlib_module_names


def test_only_what_is_needed_is_copied() -> None:
    """A piece brings those that it imports, and no other; neither do their imports come along."""
    header = read_header(render_support(["moved"], version="0.1.0"))

    assert header is not None
    assert header.pieces == ("moved",)
    assert "import a2wsgi" not in render_support(["moved"], version="0.1.0")
    hybrid = read_header(HYBRID)
    assert hybrid is not None
    assert {"environ", "first_values", "flask_behind", "hybrid", "mount", "moved"} <= set(hybrid.pieces)


def test_a_header_says_what_made_it() -> None:
    """Version and pieces are read back, and a later run recognises the module as generated."""
    header = read_header(HYBRID)
    (found,) = find_generated([SourceFile("shop/flask_compat.py", HYBRID.encode(), HYBRID)])

    assert header is not None
    assert (header.version, header.intact) == ("0.1.0", True)
    assert found.kind is GeneratedKind.SUPPORT


@pytest.mark.parametrize(
    "text", ["", "def f(:", '"""Compatibility code of our own."""\n', HYBRID.replace("sha256", "")]
)
def test_other_modules_are_not_ours(text: str) -> None:
    """No header, no claim; broken code is no error."""
    assert read_header(text) is None
    assert update_support(text, ["hybrid"], version="9.0") is None


def test_an_edited_module_belongs_to_its_owner(tmp_path: Path) -> None:
    """A changed line is noticed; another layout, a comment or sorted imports are not a change."""
    edited = HYBRID.replace('"http.disconnect"', '"http.gone"', 1)
    path = tmp_path / "flask_compat.py"
    path.write_text(HYBRID.replace("import io\nimport os\n", "import os\nimport io  # both\n"), "utf-8")
    tool("-m", "black", "--quiet", "--line-length", "60", str(path))
    relaid = path.read_text("utf-8")

    assert relaid != HYBRID
    assert [header.intact for text in (edited, relaid) if (header := read_header(text))] == [False, True]
    assert update_support(edited, ["hybrid"], version="9.0") is None


def test_an_update_adds_pieces_and_never_removes_one() -> None:
    """Pieces are united; the same pieces of the same version, or of an older one, change nothing."""
    small = render_support(["moved"], version="0.1.0")

    assert update_support(small, ["hybrid"], version="0.1.0") == HYBRID
    assert update_support(HYBRID, ["moved"], version="0.1.0") is None
    assert update_support(HYBRID, ["hybrid"], version="0.0.9") is None
    assert update_support(HYBRID, ["moved"], version="0.2.0") == render_support(["hybrid"], version="0.2.0")


def test_names_are_found_in_their_pieces() -> None:
    """A codemod asks by the name that it writes; private and unknown names belong to nobody."""
    assert piece_of("serve_rest_with_flask") == "hybrid"
    assert piece_of("moved") == "moved"
    for name in ("_Exchange", "nothing"):
        with pytest.raises(LookupError):
            piece_of(name)
    with pytest.raises(LookupError):
        render_support(["nothing"], version="0.1.0")
