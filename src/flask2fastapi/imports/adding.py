"""Put new imports into a module, where and as its author would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.imports.lists import with_name
from flask2fastapi.imports.sections import Line, Place, import_lines, module_of, place_for, section_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.imports.removing import Statement
    from flask2fastapi.model.rewrite import ImportName

BLANK = cst.EmptyLine(indent=False)


def with_imports(module: cst.Module, new: Iterable[ImportName], limit: int, first_party: frozenset[str]) -> cst.Module:
    """Add imports before the statement at index ``limit``, which may be the first to use them."""
    body = list(module.body)
    limit = min(limit, _first_definition(body))
    for what in sorted(new):
        index = _list_for(what, body[:limit])
        if index is None:
            limit += _insert(what, body, limit, first_party)
        else:
            body[index] = _extended(body[index], what)
    return module.with_changes(body=body)


def _first_definition(body: Sequence[Statement]) -> int:
    """The index of the first function or class: imports below one are there to break a circle."""
    kinds = (cst.FunctionDef, cst.ClassDef)
    return next((index for index, statement in enumerate(body) if isinstance(statement, kinds)), len(body))


def _list_for(what: ImportName, body: Sequence[Statement]) -> int | None:
    """The line that already imports names from the same module."""
    if what.name is None:
        return None
    for index, statement in enumerate(body):
        match statement:
            case cst.SimpleStatementLine(body=[cst.ImportFrom(names=names) as node]):
                if module_of(node) == what.module and not isinstance(names, cst.ImportStar):
                    return index
    return None


def _extended(statement: Statement, what: ImportName) -> Statement:
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    return line.with_changes(body=[with_name(cst.ensure_type(line.body[0], cst.ImportFrom), _listed(what))])


def _insert(what: ImportName, body: list[Statement], limit: int, first_party: frozenset[str]) -> int:
    """Put a new line into a body; gives the number of lines that it added before ``limit``."""
    text = f"from {what.module} import {_listed(what)}" if what.name else f"import {_listed(what)}"
    statement = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    start = _start(body)
    lines = [line for line in import_lines(body, first_party) if start <= line.place < max(limit, start)]
    line = Line(-1, what.module, what.name is not None, section_of(what.module, first_party))
    place = _behind_stars(place_for(line, lines, body, start), body, limit)
    if place.heads:
        leading = body[place.index].leading_lines
        body[place.index] = _below(body[place.index], line, lines, place)
        body.insert(place.index, statement.with_changes(leading_lines=leading))
        return 1
    body.insert(place.index, statement.with_changes(leading_lines=[BLANK] if place.blank_before else []))
    _keep_apart(body, place.index, lines)
    return 1


def _below(statement: Statement, line: Line, lines: Sequence[Line], place: Place) -> Statement:
    """The statement that a new line went before: a blank line above it if another section begins with it."""
    following = next(other for other in lines if other.place == place.index)
    return statement.with_changes(leading_lines=[BLANK] if following.section != line.section else [])


def _keep_apart(body: list[Statement], index: int, lines: Sequence[Line]) -> None:
    """Keep a blank line between a new line without neighbours and the code below it."""
    below = index + 1
    if lines or below >= len(body) or any(line.comment is None for line in body[below].leading_lines[:1]):
        return
    body[below] = body[below].with_changes(leading_lines=[BLANK, *body[below].leading_lines])


def _behind_stars(place: Place, body: Sequence[Statement], limit: int) -> Place:
    """Behind the last star import, which could bind the same name."""
    last = -1
    for index, statement in enumerate(body[:limit]):
        match statement:
            case cst.SimpleStatementLine(body=[cst.ImportFrom(names=cst.ImportStar())]):
                last = index
    return place if last < place.index else Place(last + 1, blank_before=False, heads=False)


def _start(body: Sequence[Statement]) -> int:
    """The index behind a docstring and ``from __future__`` lines."""
    index = 0
    for statement in body:
        match statement:
            case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
                if index:
                    return index
            case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name(value="__future__"))]):
                pass
            case _:
                return index
        index += 1
    return index


def _listed(what: ImportName) -> str:
    name = what.name or what.module
    return f"{name} as {what.alias}" if what.alias else name
