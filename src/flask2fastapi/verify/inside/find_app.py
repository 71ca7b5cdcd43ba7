"""Find the Flask application that a specification names. Runs inside the target's interpreter.

Standard library only; parses on Python 3.7. Loaded by its neighbours with ``runpy``, so that no name of ours gets into
the target's ``sys.modules``. Specifications: ``module:app``, ``module:create_app``, ``module:create_app('testing')``,
``module`` alone (searched as ``flask run`` does); the module may be given as the path of a file.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import os
import sys
from pathlib import Path
from typing import Any

APP_NAMES = ("app", "application")
FACTORY_NAMES = ("create_app", "make_app")
WRAPPED = ("app", "wsgi_app", "application", "_app", "flask_app")


class NotUsableError(Exception):
    """The specification names nothing that is a Flask application; the text is for the user."""


def application(spec: str, root: str) -> Any:
    """Import what a specification names and give its application; raises NotUsableError or what the target raises."""
    name, _, expression = spec.partition(":")
    return find(import_target(name, root), expression.strip())


def import_target(name: str, root: str) -> Any:
    """Import a dotted module, or a file by its path as ``flask run`` does."""
    if not name.endswith(".py") and "/" not in name and os.sep not in name:
        return importlib.import_module(name)
    path = Path(root, name).absolute()
    folder, base = path.parent, path.name[:-3] if path.name.endswith(".py") else path.name
    parts = [] if base == "__init__" else [base]
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    sys.path.insert(0, str(folder))
    return importlib.import_module(".".join(parts))


def find(module: Any, expression: str) -> Any:
    """Give the application that ``expression`` (or, without one, Flask's own search order) names in ``module``."""
    if not expression:
        return find_best(module)
    value = evaluate(module, expression)
    if not called(expression) and not is_flask(value) and is_factory(value):
        value = call_factory(value, expression)
    return unwrap(value, expression)


def evaluate(module: Any, expression: str) -> Any:
    """Evaluate the user's own expression, a name or a call as gunicorn takes them, in the module's namespace."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise NotUsableError("%r is neither a name nor a call" % expression) from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not (hasattr(module, node.id) or hasattr(builtins, node.id)):
            raise NotUsableError("module %s has no name %r" % (module.__name__, node.id))
    return eval(compile(tree, "<application>", "eval"), dict(vars(module)))  # noqa: S307 - the user's own words


def called(expression: str) -> bool:
    """Tell whether the expression is itself a call."""
    return isinstance(ast.parse(expression.strip(), mode="eval").body, ast.Call)


def find_best(module: Any) -> Any:
    """Search a module in the order of ``flask run``: app, application, the only Flask object, create_app, make_app."""
    for name in APP_NAMES:
        if is_flask(getattr(module, name, None)):
            return getattr(module, name)
    found = {id(value): value for value in vars(module).values() if is_flask(value)}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise NotUsableError(
            "module %s holds several Flask applications: name one as module:variable" % module.__name__
        )
    for name in FACTORY_NAMES:
        if is_factory(getattr(module, name, None)):
            return unwrap(call_factory(getattr(module, name), name), name)
    for name in APP_NAMES:
        if hasattr(module, name):
            return unwrap(getattr(module, name), name)
    raise NotUsableError("module %s holds no Flask application: name it as module:variable" % module.__name__)


def is_flask(value: Any) -> bool:
    """Tell whether a value is a Flask application."""
    import flask

    return isinstance(value, flask.Flask)


def is_factory(value: Any) -> bool:
    """Tell whether a value can be called to build an application."""
    return inspect.isfunction(value) or inspect.ismethod(value)


def call_factory(factory: Any, name: str) -> Any:
    """Call a factory without arguments; say so clearly if it needs some."""
    try:
        inspect.signature(factory).bind()
    except TypeError as error:
        raise NotUsableError(
            "%s needs arguments (%s): write the call, as in module:%s('testing')" % (name, error, name)
        ) from error
    return factory()


def unwrap(value: Any, name: str) -> Any:
    """Look through WSGI middleware for the Flask application inside."""
    inner = value
    for _ in range(8):
        if is_flask(inner):
            return inner
        owner = getattr(inner, "__self__", None)
        candidates = [owner] + [getattr(inner, attribute, None) for attribute in WRAPPED]
        inner = next((each for each in candidates if each is not None and each is not inner), None)
        if inner is None:
            break
    kind = type(value).__name__
    left = ": it has left Flask; `verify --before REV` takes a revision from before that" if kind == "FastAPI" else ""
    raise NotUsableError("%s is a %s, not a Flask application%s" % (name, kind, left))
