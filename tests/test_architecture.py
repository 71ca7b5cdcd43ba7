"""The rules of ARCHITECTURE.md that a machine can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "flask2fastapi"
CODEMODS = ROOT / "codemods" / "flask2fastapi_codemods"

FACTS = {"model", "errors"}
READING = FACTS | {"config", "config_files", "patterns", "source"}
PLANNING = READING | {"index", "plan"}
REWRITING = PLANNING | {"codemod", "declared", "registry", "imports", "engine"}
ROOMS: dict[str, set[str]] = {
    "__init__": set(),
    "model": set(),
    "errors": set(),
    "support": set(),
    "patterns": set(),
    "config_files": set(),
    "config": FACTS | {"config_files", "patterns"},
    "source": FACTS | {"config", "patterns"},
    "index": READING,
    "hook": READING | {"hook_routes"},
    "hook_routes": {"hook_parse"},
    "hook_parse": set(),
    "plan": READING | {"index"},
    "project": PLANNING,
    "scaffold": PLANNING,
    "bundle": PLANNING,
    "codemod": PLANNING,
    "declared": FACTS,
    "registry": PLANNING | {"codemod", "declared"},
    "imports": PLANNING | {"codemod"},
    "engine": PLANNING | {"codemod", "registry", "imports"},
    "format": READING | {"diff"},
    "diff": READING,
    "catalogue": READING | {"codemod", "registry"},
    "report": PLANNING | {"diff", "catalogue"},
    "verify": READING,
    "migrate": REWRITING | {"project", "scaffold", "format", "diff", "verify", "bundle"},
}
"""What each room of ``src/flask2fastapi`` may import; the rooms that are not here (cli, demo) may import all."""
FREE = {"cli", "demo", "__main__"}
LEAN = ("model", "errors", "patterns", "config_files", "config", "source", "index", "hook", "hook_routes", "hook_parse")
"""Rooms that the pre-commit hook loads: standard library only."""
HEAVY = {"libcst", "typer", "rich", "black", "flask", "fastapi", "starlette", "werkzeug", "tomlkit", "click"}
TARGETS_ONLY = {"flask", "fastapi", "starlette", "werkzeug", "a2wsgi", "uvicorn", "marshmallow"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 45  # 40 is what we write; the rest is for the one docstring that needs it


def python_files() -> list[Path]:
    return sorted([*PACKAGE.rglob("*.py"), *CODEMODS.rglob("*.py")])


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The line and absolute dotted name of everything that a file imports, names of modules first."""
    base = CODEMODS if path.is_relative_to(CODEMODS) else PACKAGE
    package = [base.name, *path.relative_to(base).parent.parts]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> Iterator[tuple[int, str]]:
    for line, name in imports(path):
        parts = name.split(".")
        if parts[0] == "flask2fastapi":
            known = (PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file()
            yield line, parts[1] if known else "__init__"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=label)
def test_rooms_import_only_what_they_may(path: Path) -> None:
    """No room imports one that stands after it, and every room has its place in the table."""
    room = room_of(path)
    if room in FREE:
        return
    assert room in ROOMS, f"{room} is a new room: say in ROOMS what it may import, and why in ARCHITECTURE.md"
    allowed = ROOMS[room] | {room, "__init__"}

    broken = [
        f"{label(path)}:{line}: {room} may not import {other}"
        for line, other in imported_rooms(path)
        if other not in allowed
    ]

    assert broken == []


@pytest.mark.parametrize("path", python_files(), ids=label)
def test_flask_and_fastapi_stay_where_targets_run(path: Path) -> None:
    """The tool never imports the frameworks that it converts between; support and child processes do."""
    inside = path.is_relative_to(PACKAGE / "support") or path.is_relative_to(PACKAGE / "verify" / "inside")
    found = {name.split(".")[0] for _, name in imports(path)} & TARGETS_ONLY

    assert found == set() or inside


@pytest.mark.parametrize("path", sorted(CODEMODS.rglob("*.py")), ids=label)
def test_codemods_know_only_the_base_class_and_the_model(path: Path) -> None:
    """A codemod imports ``flask2fastapi.codemod`` and ``flask2fastapi.model``, nothing else of ours."""
    ours = {name.split(".")[1] for _, name in imports(path) if name.startswith("flask2fastapi.")}

    assert ours <= {"codemod", "model"}


def test_the_tool_does_not_know_its_codemods() -> None:
    """Codemods are found through their entry point, never by import."""
    knowing = [
        label(p) for p in PACKAGE.rglob("*.py") if any(n.startswith("flask2fastapi_codemods") for _, n in imports(p))
    ]

    assert knowing == []


def test_lean_rooms_load_nothing_heavy() -> None:
    """A real interpreter that imports every module the hook may use has loaded no heavy library."""
    lean = [path.relative_to(PACKAGE.parent).with_suffix("") for path in PACKAGE.rglob("*.py") if room_of(path) in LEAN]
    modules = sorted(".".join(path.parts).removesuffix(".__init__") for path in lean)
    code = f"import importlib, sys; [importlib.import_module(name) for name in {modules!r}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    assert {name.split(".")[0] for name in done.stdout.split()} & HEAVY == set()


@pytest.mark.parametrize("path", python_files(), ids=label)
def test_files_and_functions_are_short(path: Path) -> None:
    """A file has one job that fits in 300 lines, a function one that fits on a screen."""
    text = path.read_text("utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [
        f"{label(path)}:{f.lineno}: {f.name}" for f in functions if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION
    ]

    assert len(text.splitlines()) <= LONGEST_FILE
    assert long == []


def codemod_modules() -> list[Path]:
    return sorted(CODEMODS.glob("f2f*.py"))


@pytest.mark.parametrize("path", codemod_modules(), ids=label)
def test_codemods_are_documented_and_tried(path: Path) -> None:
    """Every codemod has a page in the catalogue (its docstring) and a folder of cases that rewrite."""
    tree = ast.parse(path.read_bytes())
    code, _, name = path.stem.partition("_")
    folder = ROOT / "fixtures" / "codemods" / f"{code.upper()}-{name.replace('_', '-')}"
    cases = [case for case in folder.glob("*/before.py") if case.with_name("after.py").is_file()]

    assert len((ast.get_docstring(tree) or "").splitlines()) > 2
    assert cases != [], f"{label(folder)} has no case with before.py and after.py"
