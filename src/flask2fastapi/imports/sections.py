"""Where a new import statement goes: the sections of isort, as far as the file keeps them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.imports.removing import Statement


class Section(IntEnum):
    """The sections of isort, in their order."""

    FUTURE = 0
    STANDARD = 1
    THIRD_PARTY = 2
    FIRST_PARTY = 3
    RELATIVE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One top-level line that imports something."""

    place: int
    """Its index in the module's body."""
    module: str
    is_from: bool
    section: Section


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new line goes in a module's body."""

    index: int
    blank_before: bool
    """It begins a section: a blank line goes above it."""
    heads: bool
    """It takes over what stands above the statement that it goes before."""


def section_of(module: str, first_party: frozenset[str]) -> Section:
    """The section of a module as it is spelled."""
    package = module.partition(".")[0]
    if not package:
        return Section.RELATIVE
    if package == "__future__":
        return Section.FUTURE
    if package in first_party:
        return Section.FIRST_PARTY
    return Section.STANDARD if package in sys.stdlib_module_names else Section.THIRD_PARTY


def import_lines(body: Sequence[Statement], first_party: frozenset[str]) -> list[Line]:
    """The lines of a module's body that do nothing but import."""
    lines: list[Line] = []
    for place, statement in enumerate(body):
        match statement:
            case cst.SimpleStatementLine(body=[cst.ImportFrom() as node]):
                module = module_of(node)
                lines.append(Line(place, module, True, section_of(module, first_party)))
            case cst.SimpleStatementLine(body=[cst.Import(names=names)]):
                module = _dotted(names[0].name)
                lines.append(Line(place, module, False, section_of(module, first_party)))
    return lines


def place_for(line: Line, lines: Sequence[Line], body: Sequence[Statement], start: int) -> Place:
    """The place of a new line among others.

    ``start`` is the first index where code may stand: behind the docstring.
    """
    section = [other for other in lines if other.section == line.section]
    if section:
        return _within(line, section, body)
    before = [other for other in lines if other.section < line.section]
    if before:
        return Place(before[-1].place + 1, blank_before=_apart(lines, body), heads=False)
    if lines:
        return Place(lines[0].place, blank_before=False, heads=True)
    return Place(start, blank_before=start > 0, heads=False)


def module_of(node: cst.ImportFrom) -> str:
    """The module of a ``from`` statement as it is spelled, dots included."""
    return "." * len(node.relative) + (_dotted(node.module) if node.module is not None else "")


def _within(line: Line, section: Sequence[Line], body: Sequence[Statement]) -> Place:
    """The place of a line in its own section, by the order that this has."""
    for key in (_plain_first, _by_module):
        keys = [key(other) for other in section]
        if keys == sorted(keys):
            following = [other for other, its in zip(section, keys, strict=True) if its > key(line)]
            if following:
                index = following[0].place
                starts = following[0] is section[0] or _has_blank(body[index])
                return Place(index, blank_before=False, heads=starts)
            break
    return Place(section[-1].place + 1, blank_before=False, heads=False)


def _apart(lines: Sequence[Line], body: Sequence[Statement]) -> bool:
    """Whether the file keeps blank lines between its sections; a file with one section would."""
    borders = [b for a, b in pairwise(lines) if a.section != b.section]
    return not borders or any(_has_blank(body[line.place]) for line in borders)


def _has_blank(statement: Statement) -> bool:
    return any(line.comment is None for line in statement.leading_lines)


def _plain_first(line: Line) -> tuple[bool, str]:
    """Sort as isort does: ``import x`` before ``from x import y``."""
    return line.is_from, line.module.lower()


def _by_module(line: Line) -> tuple[str, bool]:
    """Sort as isort does with ``force_sort_within_sections``."""
    return line.module.lower(), line.is_from


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return cst.ensure_type(node, cst.Name).value
