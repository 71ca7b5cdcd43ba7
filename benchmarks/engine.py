"""What rewriting costs, as a ratio to what LibCST needs to parse and generate the same files, in one run.

    python benchmarks/engine.py FOLDER [--rounds N]

Takes every Python file below FOLDER that decorates functions with a ``route``, orders what a migration would (the
decorator goes, the function becomes asynchronous, ``jsonify`` is replaced, each ``request.…`` is looked at) and
prints CPU seconds and ratios. Goal: engine without formatting at most 2.0.
"""

from __future__ import annotations

import argparse
import ast
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.codemod import Codemod, statements
from flask2fastapi.engine import rewrite_file
from flask2fastapi.format import format_file
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.spans import Lines
from flask2fastapi.model.rewrite import Edit, FilePlan
from flask2fastapi.source import discover, read_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask2fastapi.model.files import SourceFile

GOAL = 2.0


class Operation(Codemod):
    code, name, summary = "F2F110", "operation", "a view is an operation"

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        if self.context.edit_for(original_node) is None:
            return updated_node
        get = f"{self.context.add_import('fastapi', 'APIRouter')}.get"
        changed = statements.replace_decorators(updated_node, {0: [self.context.expression(get)]})
        return changed.with_changes(asynchronous=cst.Asynchronous())


class Replace(Codemod):
    code, name, summary = "F2F210", "replace", "a call is another one"

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if self.context.edit_for(original_node) is None:
            return updated_node
        name = self.context.add_import("fastapi.responses", "JSONResponse")
        return updated_node.with_changes(func=cst.Name(name))


class Look(Codemod):
    code, name, summary = "F2F310", "look", "a use of the request is another one"

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        if self.context.edit_for(original_node) is None:
            return updated_node
        return updated_node.with_changes(value=cst.Name("incoming"))


CODEMODS = (Operation, Replace, Look)


def is_view(node: ast.AST) -> bool:
    """Whether a function has a decorator that ends with ``.route(…)`` on top."""
    match node:
        case ast.FunctionDef(decorator_list=[ast.Call(func=ast.Attribute(attr="route")), *_]):
            return True
    return False


def orders(tree: ast.AST, lines: Lines) -> Iterator[Edit]:
    """What a migration would order in one file."""
    for view in filter(is_view, ast.walk(tree)):
        yield Edit(node_key(view, lines.span), "F2F110")
        strings = [node for node in ast.walk(view) if isinstance(node, ast.JoinedStr)]
        formatted = {part for string in strings for part in ast.walk(string)}
        for node in ast.walk(view):
            if node in formatted:
                continue  # ast does not know exactly where it is, before Python 3.12
            match node:
                case ast.Call(func=ast.Name(id="jsonify")):
                    yield Edit(node_key(node, lines.span), "F2F210")
                case ast.Attribute(value=ast.Name(id="request")):
                    yield Edit(node_key(node, lines.span), "F2F310")


def planned(folder: Path) -> list[tuple[SourceFile, FilePlan]]:
    """The files to rewrite, with their orders."""
    sources, _ = read_sources(folder, discover(folder))
    found = []
    for source in sources:
        try:
            edits = tuple(dict.fromkeys(orders(ast.parse(source.text), Lines(source.text))))
        except SyntaxError:
            continue
        if edits:
            found.append((source, FilePlan(source.path, edits)))
    return found


def cost(work: Callable[[], object], rounds: int) -> float:
    """The least CPU seconds of several rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    files = planned(options.folder)
    sizes = sum(source.data.count(b"\n") for source, _ in files)
    results = [rewrite_file(source, plan, CODEMODS) for source, plan in files]
    failed = [result for result in results if result.failed]
    print(
        f"{len(files)} files, {sizes} lines, {sum(len(plan.edits) for _, plan in files)} orders, {len(failed)} failed"
    )
    for result in failed:
        print(f"  {result.diagnostics[0]}")
    floor = cost(lambda: [cst.parse_module(source.data).bytes for source, _ in files], options.rounds)
    engine = cost(lambda: [rewrite_file(source, plan, CODEMODS) for source, plan in files], options.rounds)
    black = cost(lambda: [format_file(result.path, result.before, result.after) for result in results], 1)
    print(f"LibCST parse and codegen  {floor:7.2f} s  1.00")
    print(f"engine                    {engine:7.2f} s  {engine / floor:.2f}  (goal {GOAL})")
    print(f"formatting, apart         {black:7.2f} s  {black / floor:.2f}")


if __name__ == "__main__":
    main()
