"""Which function of the project an application is handed to, also where that is imported just before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.values import Function, ModuleValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.values import Value


def is_handed(world: Program, module: Module, call: ast.Call, held: Sequence[ast.expr]) -> bool:
    """Whether applications are handed to a function of the project under their own names: its uses are found there."""
    function = _function(world, module, call.func) if held else None
    if function is None or not isinstance(function.node, ast.FunctionDef):
        return False
    names = [each.arg for each in function.node.args.args][function.receiver is not None :]
    places = [place for place, each in enumerate(call.args) if each in held]
    return all(place < len(names) and names[place] == ast.unparse(call.args[place]) for place in places)


def _function(world: Program, module: Module, func: ast.expr) -> Function | None:
    value: Value | None = None
    if isinstance(func, ast.Name | ast.Attribute):
        value = world.evaluate(func, world.run_module(module))
    match func:
        case _ if isinstance(value, Function):
            pass
        case ast.Name(id=name):
            value = _imported(world, module, name)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            found = _imported(world, module, name)
            value = world.attribute(found, attribute) if isinstance(found, ModuleValue) else None
    return value if isinstance(value, Function) else None


def _imported(world: Program, module: Module, name: str) -> Value | None:
    """What an import inside a function gives."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for each in node.names:
            if (each.asname or each.name) == name:
                found = world.modules.find(module, node.module or "", node.level)
                if found is None:
                    return None
                return world.attribute(ModuleValue(found), each.name)
    return None
