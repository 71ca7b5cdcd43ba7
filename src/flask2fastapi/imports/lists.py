"""Add names to an import statement and take names out, in the layout that its author gave it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Sequence

ImportStatement: TypeAlias = cst.Import | cst.ImportFrom
EMPTY = cst.Module([])


@dataclass(frozen=True, slots=True)
class Gap:
    """The text between two names, or between a parenthesis and a name."""

    tail: str
    """What stays on the line of the name before it: blanks and a comment."""
    own: tuple[str, ...] = ()
    """Whole lines of comments."""
    broken: bool = False
    """Whether the next name begins a line."""
    indent: str = ""
    """The blanks before the next name where it begins a line."""

    @classmethod
    def of(cls, text: str) -> Gap:
        """Take apart the text of a gap."""
        first, *rest = text.split("\n")
        if not rest or first.rstrip().endswith("\\"):
            return cls(text)
        return cls(first, tuple(rest[:-1]), True, rest[-1])

    @property
    def text(self) -> str:
        """The gap as it is written."""
        return "\n".join([self.tail, *self.own, self.indent]) if self.broken else self.tail


@dataclass(frozen=True, slots=True)
class NameList:
    """An import statement: ``gaps`` has one entry more than ``names``, the first before them and the last behind."""

    head: str
    names: tuple[str, ...]
    gaps: tuple[Gap, ...]
    parentheses: bool
    last_comma: bool

    @classmethod
    def of(cls, statement: ImportStatement) -> NameList:
        """Take apart a statement that lists its names."""
        aliases = _aliases(statement)
        head, _, _ = _code(statement.with_changes(names=[cst.ImportAlias(cst.Name("NAMES"))])).partition("NAMES")
        texts = tuple(_code(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for alias in aliases)
        behind = [
            _code(alias.comma.whitespace_after) if isinstance(alias.comma, cst.Comma) else "" for alias in aliases
        ]
        before, parentheses = "", isinstance(statement, cst.ImportFrom) and statement.lpar is not None
        if isinstance(statement, cst.ImportFrom) and statement.lpar is not None and statement.rpar is not None:
            before = _code(statement.lpar.whitespace_after)
            head = head.removesuffix(before).removesuffix("(")
            behind[-1] += _code(statement.rpar.whitespace_before)
        gaps = tuple(Gap.of(text) for text in (before, *behind))
        return cls(head, texts, gaps, parentheses, isinstance(aliases[-1].comma, cst.Comma))

    @property
    def text(self) -> str:
        """The statement as it is written."""
        parts = [self.gaps[0].text]
        for place, name in enumerate(self.names):
            comma = "," if self.last_comma or place < len(self.names) - 1 else ""
            parts += [name, comma, self.gaps[place + 1].text]
        listed = "".join(parts)
        return f"{self.head}({listed})" if self.parentheses else f"{self.head}{listed}"

    def added(self, name: str) -> NameList:
        """With one more name, where the order of the others puts it."""
        place = _place(self.names, name)
        between = self._between()
        if place == 0:
            new = [self.gaps[0], between]
        else:
            before = self.gaps[place]
            new = [between, before]
            if before.broken:  # its comment belongs to the name before, its whole lines to what follows
                new = [replace(between, tail=before.tail), replace(before, tail="")]
        gaps = (*self.gaps[:place], *new, *self.gaps[place + 1 :])
        return replace(self, names=(*self.names[:place], name, *self.names[place:]), gaps=gaps)

    def removed(self, place: int) -> NameList:
        """Without a name; comments on lines of their own stay, the comment beside it goes."""
        before, behind = self.gaps[place], self.gaps[place + 1]
        outer = before if place == 0 else behind
        own = (*before.own, *behind.own)
        tail = before.tail if before.broken or place == 0 else "" if behind.broken else behind.tail
        inside = 0 < place < len(self.names) - 1
        broken = outer.broken or bool(own) or "#" in tail or (inside and before.broken)
        indent = outer.indent if outer.broken else before.indent if inside else behind.indent
        joined = Gap(tail, own, broken, indent)
        gaps = (*self.gaps[:place], joined, *self.gaps[place + 2 :])
        return replace(self, names=(*self.names[:place], *self.names[place + 1 :]), gaps=gaps)

    def _between(self) -> Gap:
        """What stands between two names of this list, without comments."""
        inner = self.gaps[1:-1] or self.gaps[:1]
        if self.parentheses and all(gap.broken for gap in inner):
            return Gap("", broken=True, indent=inner[0].indent)
        return Gap(" ")


def without(statement: ImportStatement, places: frozenset[int]) -> ImportStatement | None:
    """A statement without some of its names, None when none is left."""
    if isinstance(statement.names, cst.ImportStar) or len(places) == len(statement.names):
        return None
    names = NameList.of(statement)
    for place in sorted(places, reverse=True):
        names = names.removed(place)
    return _parsed(names, statement)


def with_name(statement: cst.ImportFrom, name: str) -> cst.ImportFrom:
    """A statement with one more name: ``Depends`` or ``Request as FastAPIRequest``."""
    return cast("cst.ImportFrom", _parsed(NameList.of(statement).added(name), statement))


def _parsed(names: NameList, old: ImportStatement) -> ImportStatement:
    line = cst.ensure_type(cst.parse_statement(names.text), cst.SimpleStatementLine)
    return cast("ImportStatement", line.body[0].with_changes(semicolon=old.semicolon))


def _aliases(statement: ImportStatement) -> Sequence[cst.ImportAlias]:
    assert not isinstance(statement.names, cst.ImportStar)
    return statement.names


def _code(node: cst.CSTNode) -> str:
    return EMPTY.code_for_node(node)


def _place(names: Sequence[str], name: str) -> int:
    """Where a name goes: by the order that the list has, or behind all when it has none."""
    for key in (_by_type, str.casefold, str):
        keys = [key(one.partition(" ")[0]) for one in names]
        if keys == sorted(keys):
            return bisect_right(keys, key(name.partition(" ")[0]))
    return len(names)


def _by_type(name: str) -> tuple[int, str]:
    """Sort as isort does: constants, classes, then the rest, without regard to case."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()
