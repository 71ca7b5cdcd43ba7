"""Take names out of import statements, wherever in a file they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import libcst as cst

from flask2fastapi.imports.lists import without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Block = TypeVar("Block", bound=cst.CSTNode)
BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
"""Fields of compound statements that hold statements, in the order of their text."""


class Removing:
    """Goes through the statements of a module and counts its import statements as ``scopes`` does."""

    def __init__(self, gone: Mapping[int, frozenset[int]]) -> None:
        self.gone = gone
        """By the number of an import statement: the places of its list to remove."""
        self.count = 0

    def module(self, module: cst.Module) -> cst.Module:
        """The module without what is gone."""
        body = self._statements(module.body, headed=bool(module.header))
        return module if body is module.body else module.with_changes(body=body)

    def _statements(self, body: Sequence[Statement], *, headed: bool = False) -> Sequence[Statement]:
        """A block without what is gone, the same object when nothing is.

        No blank lines are left at its beginning, unless a comment heads it.
        """
        kept: list[Statement] = []
        pending: list[cst.EmptyLine] = []
        for statement in body:
            new = self._statement(statement)
            if new is None:
                pending = _merged(pending, statement.leading_lines)
                continue
            if pending or (not kept and statement is not body[0]):
                lines = _taken_over(pending, new)
                new = new.with_changes(leading_lines=lines if kept or headed else _without_blanks(lines))
                pending = []
            kept.append(new)
        same = len(kept) == len(body) and all(new is old for new, old in zip(kept, body, strict=True))
        return body if same else kept

    def _statement(self, statement: Statement) -> Statement | None:
        """A statement without what is gone, None when nothing is left of it."""
        if isinstance(statement, cst.SimpleStatementLine):
            return self._line(statement)
        changed = self._inside(statement)
        if changed is not statement and isinstance(changed, cst.If) and changed.orelse is None:
            return changed if _body(changed) else None
        return changed

    def _line(self, line: cst.SimpleStatementLine) -> cst.SimpleStatementLine | None:
        small = self._small(line.body)
        if small is line.body:
            return line
        return line.with_changes(body=small) if small else None

    def _small(self, body: Sequence[cst.BaseSmallStatement]) -> Sequence[cst.BaseSmallStatement]:
        """The statements of one line without the imports that are gone."""
        kept: list[cst.BaseSmallStatement] = []
        for small in body:
            if not isinstance(small, cst.Import | cst.ImportFrom):
                kept.append(small)
                continue
            places = self.gone.get(self.count)
            self.count += 1
            rest = without(small, places) if places else small
            if rest is not None:
                kept.append(rest)
        if len(kept) == len(body) and all(new is old for new, old in zip(kept, body, strict=True)):
            return body
        if kept and len(kept) < len(body):
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        return kept

    def _inside(self, node: Block) -> Block:
        """A compound statement, one of its parts or a block, without what is gone."""
        changes: dict[str, object] = {}
        for name in BLOCKS:
            old = getattr(node, name, None)
            new = old if old is None else self._part(old)
            if new is not old:
                changes[name] = new
        return node.with_changes(**changes) if changes else node

    def _part(self, part: object) -> object:
        """What a field of a compound statement becomes."""
        if isinstance(part, cst.IndentedBlock):
            body = self._statements(cast("Sequence[Statement]", part.body))
            return part if body is part.body else part.with_changes(body=body)
        if isinstance(part, cst.SimpleStatementSuite):
            small = self._small(part.body)
            return part if small is part.body else part.with_changes(body=small)
        if isinstance(part, cst.CSTNode):
            return self._inside(part)
        nodes = cast("Sequence[cst.CSTNode]", part)
        new = [self._inside(node) for node in nodes]
        return part if all(one is other for one, other in zip(new, nodes, strict=True)) else new


def _body(node: cst.If) -> Sequence[cst.CSTNode]:
    return cast("Sequence[cst.CSTNode]", node.body.body)


def _merged(pending: list[cst.EmptyLine], lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """What two removed statements in a row leave: all comments, the blank lines of the first."""
    return [*pending, *(lines if not pending else _without_blanks(lines))]


def _taken_over(pending: list[cst.EmptyLine], statement: Statement) -> list[cst.EmptyLine]:
    """What stands above a statement after those before it were removed.

    Their comments stay. Their blank lines do too unless the statement has its own: then a section of imports is gone.
    """
    own = list(statement.leading_lines)
    comments = _without_blanks(pending)
    if own and own[0].comment is None:
        return [*pending, *own] if comments else own
    return [*pending, *own]


def _without_blanks(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Lines from the first comment on."""
    return list(lines[next((place for place, line in enumerate(lines) if line.comment), len(lines)) :])
