"""Look in rewritten code for coroutines that block: by its text alone, with none of what planned it.

A call counts by its own dotted name as the module's imports spell it out; functions and classes of the module are
followed from each ``async def`` by name, methods by their bare names.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.index.blocking_calls import BLOCKING, NON_BLOCKING
from flask2fastapi.migrate import plan_run, read_project

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).parents[2] / "fixtures"
_BLOCKING = tuple(f"{each}." for each in BLOCKING.split())
_NON_BLOCKING = tuple(f"{each}." for each in NON_BLOCKING.split())


def blocking_calls(text: str) -> Iterator[str]:
    """``coroutine: call`` for each call of our list that a coroutine of a module reaches inside it."""
    tree = ast.parse(text)
    imports = dict(_imports(tree))
    functions: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            functions.setdefault(node.name, []).append(node)
    for name, nodes in functions.items():
        if any(isinstance(node, ast.AsyncFunctionDef) for node in nodes):
            yield from (f"{name}: {call}" for call in _reached(name, functions, imports) if _blocks(call))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                (each.asname or each.name.partition(".")[0], (each.asname and each.name) or each.name.partition(".")[0])
                for each in node.names
            )
        elif isinstance(node, ast.ImportFrom):
            yield from ((each.asname or each.name, f"{node.module or ''}.{each.name}") for each in node.names)


def _reached(name: str, functions: dict[str, list[ast.AST]], imports: dict[str, str]) -> Iterator[str]:
    seen, waiting = {name}, [name]
    while waiting:
        for function in functions[waiting.pop()]:
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                dotted = ast.unparse(call.func)
                first, _, rest = dotted.partition(".")
                known = imports.get(first, "" if first in functions else f"builtins.{first}")
                yield f"{known}.{rest}" if rest else known
                last = dotted.rpartition(".")[2]
                if last in functions and last not in seen:
                    seen.add(last)
                    waiting.append(last)


def _blocks(call: str) -> bool:
    """By the longest entry that stands for a call."""
    found = [each for each in (*_BLOCKING, *_NON_BLOCKING) if f"{call}.".startswith(each)]
    return bool(found) and max(found, key=len) in _BLOCKING


def test_the_lint_finds_what_blocks() -> None:
    text = "from time import sleep as nap\ndef f():\n    nap(1)\nasync def view():\n    return f()\n"
    assert list(blocking_calls(text)) == ["view: time.sleep"]


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("before.py")), ids=lambda path: "/".join(path.parts[-3:-1]))
@pytest.mark.parametrize("hybrid", [True, False], ids=["hybrid", "full"])
def test_no_coroutine_of_a_fixture_blocks(tmp_path: Path, path: Path, hybrid: bool) -> None:
    """In what comes out now, by reading that knows nothing of the plan."""
    (tmp_path / "app.py").write_text(path.read_text("utf-8"), "utf-8")

    run = plan_run(read_project(tmp_path, Config(hybrid=hybrid)), CODEMODS)

    found = [
        f"{change.path}: {call}"
        for change in run.changes
        if change.path == "app.py" and change.after is not None
        for call in blocking_calls(change.after.decode())
    ]
    assert found == []
