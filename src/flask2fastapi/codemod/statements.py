"""Whole-statement work for codemods: insert beside, remove, and replace decorators without losing comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Decorated: TypeAlias = cst.FunctionDef | cst.ClassDef

REMOVED = "__flask2fastapi_removed__"
"""Name of the placeholder that carries the comments of a removed statement until its block is left."""


def after(statement: Statement, *new: Statement) -> cst.FlattenSentinel[Statement]:
    """Put statements below one; each brings its own blank lines and comments."""
    return cst.FlattenSentinel([statement, *new])


def before(statement: Statement, *new: Statement) -> cst.FlattenSentinel[Statement]:
    """Put statements above one and above its comments; the first of them takes over its blank lines.

    The statement itself keeps its comments, and one blank line if it is a function or class (two at the left margin
    are what the new statement took).
    """
    if not new:
        return cst.FlattenSentinel([statement])
    blanks, rest = _split_blanks(statement.leading_lines)
    first = new[0].with_changes(leading_lines=[*blanks, *_split_blanks(new[0].leading_lines)[1]])
    kept = blanks if isinstance(statement, Decorated) else []
    return cst.FlattenSentinel([first, *new[1:], statement.with_changes(leading_lines=[*kept, *rest])])


def instead(statement: Statement, *new: Statement) -> cst.FlattenSentinel[Statement]:
    """Replace a statement; the first new one takes over its blank lines and the comments above it."""
    first = new[0].with_changes(leading_lines=[*statement.leading_lines, *_split_blanks(new[0].leading_lines)[1]])
    return cst.FlattenSentinel([first, *new[1:]])


def removed(statement: Statement) -> Statement | cst.RemovalSentinel:
    """Remove a statement; comments on their own lines above it stay, before what follows in its block."""
    if not any(line.comment for line in statement.leading_lines):
        return cst.RemovalSentinel.REMOVE
    placeholder = cst.Expr(cst.Name(REMOVED))
    return cst.SimpleStatementLine([placeholder], leading_lines=statement.leading_lines)


def settle(block: Sequence[Statement], footer: Sequence[cst.EmptyLine]) -> tuple[list[Statement], list[cst.EmptyLine]]:
    """Hand the comments of removed statements to the next statement of a block, or to its footer; the engine's part."""
    pending: list[cst.EmptyLine] = []
    kept: list[Statement] = []
    for statement in block:
        if is_placeholder(statement):
            pending += statement.leading_lines
        elif pending:
            kept.append(statement.with_changes(leading_lines=[*pending, *statement.leading_lines]))
            pending = []
        else:
            kept.append(statement)
    return kept, [*pending, *footer]


def is_placeholder(statement: cst.CSTNode) -> bool:
    """Whether a statement is what ``removed`` left behind."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Name(value=name))]):
            return name == REMOVED
    return False


def replace_decorators(function: Decorated, changes: Mapping[int, Sequence[cst.BaseExpression]]) -> Decorated:
    """Replace decorators by their index from the top: by others, or by nothing; comments between them stay."""
    kept: list[cst.Decorator] = []
    comments: list[cst.EmptyLine] = []
    for index, decorator in enumerate(function.decorators):
        comments += decorator.leading_lines
        replacements = _replaced(decorator, changes.get(index))
        if replacements:
            kept += [replacements[0].with_changes(leading_lines=comments), *replacements[1:]]
            comments = []
    below = [*comments, *function.lines_after_decorators]
    if kept:
        return function.with_changes(decorators=kept, lines_after_decorators=below)
    return function.with_changes(
        decorators=[], lines_after_decorators=[], leading_lines=[*function.leading_lines, *below]
    )


def _replaced(decorator: cst.Decorator, expressions: Sequence[cst.BaseExpression] | None) -> list[cst.Decorator]:
    """The decorators that stand in one's place; the first keeps its trailing comment."""
    if expressions is None:
        return [decorator]
    new = [cst.Decorator(expression) for expression in expressions]
    return [decorator.with_changes(decorator=new[0].decorator), *new[1:]] if new else []


def _split_blanks(lines: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """The blank lines at the top, and what follows from the first comment on."""
    count = next((number for number, line in enumerate(lines) if line.comment), len(lines))
    return list(lines[:count]), list(lines[count:])
