"""Module variables whose value is not known, but that cannot be anything of Flask."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.meanings import foreign_blocker, is_extension
from flask2fastapi.index.values import Const, Foreign, Items, Made, Pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program

_DEEPEST = 5


def is_harmless(world: Program, module: Module, name: str, depth: int = 0) -> bool:
    """Whether all that a module assigns to a variable is made of literals and of foreign things free of Flask."""
    if depth > _DEEPEST:
        return False
    values: list[ast.expr] = []
    for statement in ast.walk(module.tree):
        match statement:
            case ast.ImportFrom(module=source, level=level, names=names) if any(_local(each) == name for each in names):
                origin = next(each.name for each in names if _local(each) == name)
                found = world.modules.find(module, source or "", level)
                return found is not None and is_harmless(world, found, origin, depth + 1)
            case ast.Assign(targets=targets, value=value) if _binds(targets, name):
                values.append(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _binds([target], name):
                values.append(value)
    return bool(values) and all(_is_made_of_harmless(world, module, value, depth) for value in values)


def _local(alias: ast.alias) -> str:
    return alias.asname or alias.name


def _binds(targets: Iterable[ast.expr], name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for target in targets for each in ast.walk(target))


def _is_made_of_harmless(world: Program, module: Module, value: ast.expr, depth: int) -> bool:
    own = {each.id for each in ast.walk(value) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
    if any(isinstance(each, ast.Lambda | ast.Await | ast.NamedExpr) for each in ast.walk(value)):
        return False
    for each in ast.walk(value):
        if isinstance(each, ast.Name) and each.id not in own and not _is_free(world, module, each.id, depth):
            return False
        if isinstance(each, ast.Attribute):
            known = world.evaluate(each, world.run_module(module))
            if isinstance(known, Foreign) and foreign_blocker(world.canonical(known.name)) is not None:
                return False
    return True


def _is_free(world: Program, module: Module, name: str, depth: int) -> bool:
    match world.lookup(name, world.run_module(module)):
        case Const() | Items() | Pairs():
            return True
        case Foreign(name=foreign):
            return foreign_blocker(world.canonical(foreign)) is None
        case Made(name=made):
            return not is_extension(made) and not made.startswith(("flask.", "werkzeug.local"))
    return is_harmless(world, module, name, depth + 1)
