"""setup.py: literal ``install_requires`` and ``extras_require`` only; nothing is executed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.project.declared import Declared, read_requirement
from flask2fastapi.project.listing import Bracketed, Item, add_item, remove_requirement
from flask2fastapi.project.tree import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INSTALL = "install_requires"


def parse(path: str, text: str) -> tuple[Declared, ...] | None:
    """What setup.py declares in literal lists; None when the file does not parse."""
    tree = _tree(text)
    if tree is None:
        return None
    return tuple(
        Declared(found[0], found[1], item.value, path, line_at(text, item.start), section)
        for section, target in _lists(text, tree)
        for item in target.items
        if (found := read_requirement(item.value))
    )


def computes_requirements(text: str) -> int | None:
    """The line of an ``install_requires`` that is no literal list (read from a file, computed), None without one."""
    tree = _tree(text)
    value = _setup_keyword(tree, INSTALL) if tree else None
    if tree is None or value is None or any(section == INSTALL for section, _ in _lists(text, tree)):
        return None
    return value.lineno


def add(text: str, section: str, needs: Sequence[str], anchors: frozenset[str]) -> str | None:
    """Add ``needs`` to one list beside its first entry named in ``anchors``; None when it is not there."""
    for need in needs:
        tree = _tree(text)
        target = dict(_lists(text, tree)).get(section) if tree else None
        if target is None:
            return None
        changed = add_item(text, target, need, anchors)
        if changed is None:
            return None
        text = changed
    return text


def remove(text: str, section: str, name: str) -> str | None:
    """Take a dependency out of one list; None when it is not there."""
    tree = _tree(text)
    target = dict(_lists(text, tree)).get(section) if tree else None
    return remove_requirement(text, target, name) if target is not None else None


def requires_python(text: str) -> tuple[str, int] | None:
    """A literal ``python_requires`` and its line."""
    tree = _tree(text)
    value = _setup_keyword(tree, "python_requires") if tree else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value, value.lineno
    return None


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _setup_keyword(tree: ast.Module, name: str) -> ast.expr | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            for keyword in node.keywords:
                if keyword.arg == name:
                    return keyword.value
    return None


def _lists(text: str, tree: ast.Module) -> Iterator[tuple[str, Bracketed]]:
    starts = _line_starts(text)
    install = _literal(tree, _setup_keyword(tree, INSTALL))
    if isinstance(install, ast.List):
        yield from _bracketed(text, starts, INSTALL, install)
    extras = _literal(tree, _setup_keyword(tree, "extras_require"))
    if isinstance(extras, ast.Dict):
        for key, value in zip(extras.keys, extras.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.List):
                yield from _bracketed(text, starts, f"extras_require:{key.value}", value)


def _literal(tree: ast.Module, value: ast.expr | None) -> ast.expr | None:
    """The expression itself, or what a module-level name is bound to when it is bound once."""
    if not isinstance(value, ast.Name):
        return value
    bound = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == value.id for target in node.targets)
    ]
    return bound[0] if len(bound) == 1 else None


def _bracketed(text: str, starts: list[int], section: str, node: ast.List) -> Iterator[tuple[str, Bracketed]]:
    items = []
    for element in node.elts:
        if not (isinstance(element, ast.Constant) and isinstance(element.value, str)):
            continue
        begin, end = _offsets(text, starts, element)
        items.append(Item(begin, end, element.value))
    begin, end = _offsets(text, starts, node)
    yield section, Bracketed(begin, end - 1, tuple(items))


def _line_starts(text: str) -> list[int]:
    """Offsets of lines as Python counts them."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _offsets(text: str, starts: list[int], node: ast.expr) -> tuple[int, int]:
    """Start and end in code points; ``ast`` counts columns in UTF-8 bytes."""

    def offset(line: int, column: int) -> int:
        begin = starts[line - 1]
        return begin + len(text[begin : starts[line]].encode()[:column].decode(errors="ignore"))

    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)
