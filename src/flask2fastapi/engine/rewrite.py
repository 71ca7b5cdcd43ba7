"""Carry out the plan of one file."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.engine.context import Context, Ledger
from flask2fastapi.engine.fused import Fused
from flask2fastapi.engine.located import LossyError, locate
from flask2fastapi.engine.render import Renderer
from flask2fastapi.errors import SourceError
from flask2fastapi.imports import Names, Request, edit_imports
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.model.rewrite import FileResult
from flask2fastapi.source import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.model.rewrite import Edit, FilePlan, NodeKey

CODE = "not-rewritten"
"""The code of the engine's own diagnostics."""


def rewrite_file(
    source: SourceFile,
    plan: FilePlan,
    codemods: Sequence[type[Codemod]],
    *,
    first_party: frozenset[str] = frozenset(),
) -> FileResult:
    """Carry out all orders of a file, or none: a file that fails is given back as it was, with the reasons.

    ``first_party`` holds the top-level names of the project's own modules, for the order of imports.
    """
    if not plan.edits and plan.imports == type(plan.imports)():
        return FileResult(source.path, source.data, source.data)
    try:
        module = cst.parse_module(source.data)
        located = locate(module, source.text, plan.edits)
    except cst.ParserSyntaxError as error:
        return _failed(source, [_problem(source.path, error.raw_line, f"cannot be parsed: {error.message}")])
    except LossyError as error:
        return _failed(source, [_problem(source.path, error.line, f"cannot be rewritten: {error}")])
    ledger = Ledger(source.path, located, Names(source.text, frozenset(plan.imports.replaced)))
    for what in plan.imports.add:
        ledger.names.require(what)
    fused = Fused(_ordered(codemods, plan.edits, ledger), located)
    try:
        rewritten = module.visit(fused)
    except Exception as error:
        error.add_note(f"while {source.path} was rewritten")
        raise
    problems = _problems(plan, ledger)
    if problems or ledger.refused:
        return _failed(source, [*ledger.diagnostics, *problems])
    try:
        after = encode(source, _with_imports(rewritten, plan, ledger, first_party))
    except SourceError as error:
        return _failed(source, [*ledger.diagnostics, _problem(source.path, 1, str(error))])
    codes = tuple(sorted(fused.changed))
    return _checked(source, FileResult(source.path, source.data, after, tuple(ledger.diagnostics), codes))


def _with_imports(module: cst.Module, plan: FilePlan, ledger: Ledger, first_party: frozenset[str]) -> str:
    """The text of a rewritten module after its imports were brought in order."""
    may_go = frozenset((*ledger.dropped, *plan.imports.remove_if_unused, *plan.imports.replaced))
    renderer = Renderer(ledger.located)
    limit = _first_changed(ledger.located.module, module)
    request = Request(plan.path, ledger.names, may_go, first_party)
    return renderer.code(edit_imports(module, renderer.code(module), limit, request))


def _ordered(codemods: Sequence[type[Codemod]], edits: Iterable[Edit], ledger: Ledger) -> list[Codemod]:
    """An instance of each codemod that has an order here, by code."""
    wanted = {edit.codemod for edit in edits}
    chosen = sorted((codemod for codemod in codemods if codemod.code in wanted), key=lambda codemod: codemod.code)
    return [codemod(Context(codemod.code, ledger)) for codemod in chosen]


def _problems(plan: FilePlan, ledger: Ledger) -> list[Diagnostic]:
    """Why the plan could not be carried out, line by line."""
    found = Counter(edit for edits in ledger.located.orders.values() for edit in map(_name, edits))
    problems: list[Diagnostic] = []
    for edit in plan.edits:
        reason = "it could mean two nodes" if found[_name(edit)] > 1 else "no such node is there"
        if found[_name(edit)] == 1:
            reason = "no codemod took it"
        if found[_name(edit)] > 1 or _name(edit) not in ledger.asked:
            message = f"the order for {edit.codemod} about a {edit.key.kind} was not carried out: {reason}"
            problems.append(_problem(plan.path, edit.key.span.line, message))
    problems.extend(
        _problem(plan.path, 1, f"the name {what.local!r} is taken, so {what.module} cannot be imported")
        for what in ledger.names.clashes
    )
    return problems


def _name(edit: Edit) -> tuple[NodeKey, str]:
    return edit.key, edit.codemod


def _first_changed(before: cst.Module, after: cst.Module) -> int:
    """The index of the first statement of ``after`` that is new, imports apart."""
    old = {id(statement) for statement in before.body}
    for index, statement in enumerate(after.body):
        if id(statement) not in old and not _imports(statement):
            return index
    return len(after.body)


def _imports(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom()]):
            return True
    return False


def _checked(source: SourceFile, result: FileResult) -> FileResult:
    """The result, unless it does not parse where the original did."""
    if not result.changed:
        return replace(result, codes=())
    error = _syntax_error(result.after)
    if error is None or _syntax_error(source.data) is not None:
        return result
    message = f"the rewritten file would not compile: {error.msg} (line {error.lineno})"
    return _failed(source, [*result.diagnostics, _problem(source.path, 1, message)])


def _syntax_error(data: bytes) -> SyntaxError | None:
    """What Python has against a file; compiling also finds an ``await`` or a ``return`` where none can be."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(data, "", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except ValueError as error:  # null bytes, before Python 3.12
        return SyntaxError(str(error))
    return None


def _failed(source: SourceFile, diagnostics: Sequence[Diagnostic]) -> FileResult:
    return FileResult(source.path, source.data, source.data, tuple(diagnostics), failed=True)


def _problem(path: str, line: int, message: str) -> Diagnostic:
    return Diagnostic(CODE, Severity.ERROR, message, Location(path, line))
