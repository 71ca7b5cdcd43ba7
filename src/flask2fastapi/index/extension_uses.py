"""Find where modules name what they import from Flask extensions at their top level."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.keys import node_key
from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.extension_uses import ExtensionUse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program

_MANY = 99


def extension_uses(world: Program, names: Collection[str]) -> dict[str, tuple[ExtensionUse, ...]]:
    """By path, without tests, the uses of the qualified ``names``.

    A name that is bound to something else in the same module, too, is left out with all of its uses.
    """
    packages = {name.partition(".")[0] for name in names}
    found = {}
    for path, module in world.modules.by_path.items():
        if not is_test_path(path) and any(package in module.lines.text for package in packages):
            found[path] = tuple(_uses(module, names, packages))
    return {path: uses for path, uses in found.items() if uses}


def _uses(module: Module, names: Collection[str], packages: Collection[str]) -> Iterator[ExtensionUse]:
    imported = _imported(module.tree, packages)
    for name in _bound_again(module.tree, imported):
        imported.pop(name)
    calls = {id(node.func): node for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            name = _qualified(node, imported)
            if name in names:
                yield _use(module, node, name, calls.get(id(node)))


def _use(module: Module, node: ast.Name | ast.Attribute, name: str, call: ast.Call | None) -> ExtensionUse:
    local = node.id if isinstance(node, ast.Name) else ""
    key = node_key(node, module.span)
    if call is None:
        return ExtensionUse(module.path, name, key, local)
    positional = _MANY if any(isinstance(each, ast.Starred) for each in call.args) else len(call.args)
    keywords = tuple(each.arg or "**" for each in call.keywords)
    return ExtensionUse(module.path, name, key, local, module.span(call), positional, keywords)


def _imported(tree: ast.Module, packages: Collection[str]) -> dict[str, str]:
    """Variable -> qualified name, of what is imported at the top level."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name.partition(".")[0] in packages:
                    found[each.asname or each.name.partition(".")[0]] = each.name if each.asname else ""
        elif isinstance(node, ast.ImportFrom) and not node.level:
            package = (node.module or "").partition(".")[0]
            names = node.names if package in packages else []
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in names}
    return {local: name or local for local, name in found.items()}


def _bound_again(tree: ast.Module, imported: Collection[str]) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
    return found & set(imported)


def _qualified(node: ast.expr, imported: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return imported.get(name, "")
        case ast.Attribute(value=owner, attr=name):
            above = _qualified(owner, imported)
            return f"{above}.{name}" if above else ""
    return ""
