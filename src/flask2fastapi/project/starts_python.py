"""Servers that Python code starts: ``app.run()`` and its like, and ``wsgi_app`` of a gunicorn configuration."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flask2fastapi.project.commands import Server, StartCommand
from flask2fastapi.project.tree import parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.project.names import Names
    from flask2fastapi.project.tree import Text

_CANDIDATE = re.compile(r"\.run\(|\bserve\(|serve_forever\(|run_simple\(|WSGIServer\(|^wsgi_app\s*=", re.MULTILINE)
_WORDS = ("run", "serve", "WSGIServer", "wsgi_app")
"""One of these is in all that ``_CANDIDATE`` finds: looking for words is ten times as fast."""
_APP_NAME = re.compile(r"app|application|server|api", re.IGNORECASE)


def python_starts(source: Text, names: Names) -> Iterator[StartCommand]:
    """The servers that a Python file starts when it is run; for each, the object that it serves."""
    text = source.text
    if not any(word in text for word in _WORDS) or _CANDIDATE.search(text) is None:
        return
    if (module := names.parse(source.path)) is None:
        return
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and (found := _served(node)) is not None:
            server, served = found
            target = _target(module, node, served)
            yield _start(source, node, server, f"{_stem(source.path)}:{target}" if target else None, 20)
    for statement in module.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "wsgi_app":
            value = statement.value
            target = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
            yield _start(source, statement, Server.GUNICORN, target, 60)


def _served(call: ast.Call) -> tuple[Server, ast.expr] | None:
    """The server and the expression of the application that it is given."""
    function = call.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    owner = function.value if isinstance(function, ast.Attribute) else None
    if name == "run" and isinstance(owner, ast.Name):
        if owner.id.lower().startswith(("socketio", "sio")) and call.args:
            return Server.PYTHON, call.args[0]
        return (Server.PYTHON, owner) if _APP_NAME.search(owner.id) else None
    if name == "run" and isinstance(owner, ast.Call) and "app" in ast.unparse(owner.func).lower():
        return Server.PYTHON, owner
    if name == "serve" and call.args and not isinstance(owner, ast.Call):
        return Server.WAITRESS, call.args[0]
    if name == "run_simple" and len(call.args) > 2:
        return Server.PYTHON, call.args[2]
    return (Server.GEVENT, call.args[1]) if name == "WSGIServer" and len(call.args) > 1 else None


def _target(module: ast.Module, call: ast.Call, served: ast.expr) -> str | None:
    """``app`` when the module binds it on import, else the call that makes it: ``create_app("dev")``."""
    if isinstance(served, ast.Call):
        return ast.unparse(served) if isinstance(served.func, ast.Name) else None
    if not isinstance(served, ast.Name):
        return None
    scope = _scope_of(module, call)
    bound = [value for node in ast.walk(scope) if (value := _bound(node, served.id, call)) is not None]
    if isinstance(scope, ast.Module):
        on_import = any(_bound(node, served.id, call) is not None for node in module.body)
        if on_import or not bound:
            return served.id
    elif not bound:
        return None if served.id in {argument.arg for argument in scope.args.args} else served.id
    return ast.unparse(bound[-1]) if isinstance(bound[-1].func, ast.Name) else None


def _scope_of(module: ast.Module, call: ast.Call) -> ast.Module | ast.FunctionDef:
    """The innermost function around a call, the module when there is none."""
    functions = [n for n in ast.walk(module) if isinstance(n, ast.FunctionDef) and any(c is call for c in ast.walk(n))]
    return max(functions, key=lambda function: function.lineno, default=module)


def _bound(node: ast.AST, name: str, call: ast.Call) -> ast.Call | None:
    """The call that an assignment before ``call`` binds to a name."""
    if not isinstance(node, ast.Assign) or node.lineno > call.lineno or not isinstance(node.value, ast.Call):
        return None
    return node.value if any(isinstance(target, ast.Name) and target.id == name for target in node.targets) else None


def _start(source: Text, node: ast.Call | ast.Assign, server: Server, target: str | None, weight: int) -> StartCommand:
    shown = source.text.splitlines()[node.lineno - 1].strip()
    return StartCommand(source.path, node.lineno, shown, server, target, parent(source.path), weight=weight)


def _stem(path: str) -> str:
    return path.rpartition("/")[2]
