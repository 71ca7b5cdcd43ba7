"""Mistakes in what goes over the wire: statuses, methods, rules, redirects, headers, cookies."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flask2fastapi.verify.mutants.edits import Edit, called, keyword, root, source, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.verify.mutants.edits import Finder

_OTHER_STATUS = {200: 201, 201: 200, 202: 200, 204: 200, 400: 422, 401: 403, 403: 401, 404: 400, 409: 400, 422: 400}
_FLAGS = {"httponly": "False", "secure": "False", "samesite": "None", "max_age": "None", "path": "'/'"}
"""What says more of a cookie than its name and value, and what holds when nothing is said."""
_VERBS = {"get": "post", "post": "put", "put": "post", "patch": "put", "delete": "post"}


def other_status(node: ast.AST) -> Iterator[Edit]:
    """A neighbouring status: 201 becomes 200, 403 becomes 401."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        for part in node.value.elts[1:2]:
            yield from _status(part)
    if isinstance(node, ast.Call) and (given := keyword(node, "status_code")) is not None:
        yield from _status(given.value)


def other_refusal(node: ast.AST) -> Iterator[Edit]:
    """A refusal with another status."""
    if called(node) in {"abort", "HTTPException"} and isinstance(node, ast.Call) and node.args:
        yield from _status(node.args[0])


def _status(node: ast.expr) -> Iterator[Edit]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield Edit(node, str(_OTHER_STATUS.get(node.value, node.value + 1)))


def other_redirect_status(node: ast.AST) -> Iterator[Edit]:
    """A redirect that keeps the method: 307 for 302."""
    if called(node) in {"redirect", "RedirectResponse"} and isinstance(node, ast.Call):
        name = "code" if called(node) == "redirect" else "status_code"
        kept = [each for each in node.keywords if each.arg != name]
        given = ast.keyword(name, ast.Constant(307))
        yield Edit(node, source(ast.Call(node.func, node.args[:1], [*kept, given])))


def other_target(node: ast.AST) -> Iterator[Edit]:
    """A redirect to somewhere else."""
    if called(node) in {"redirect", "RedirectResponse"} and isinstance(node, ast.Call) and node.args:
        yield Edit(node.args[0], '"/elsewhere"')  # "/" may well be where url_for leads


def dropped_method(node: ast.AST) -> Iterator[Edit]:
    """A route answers one method less."""
    given = keyword(node, "methods") if isinstance(node, ast.Call) else None
    if given is not None and isinstance(given.value, ast.List | ast.Tuple) and len(given.value.elts) > 1:
        for index, dropped in enumerate(given.value.elts):
            if source(dropped).strip("'").upper() in {"HEAD", "OPTIONS"}:  # Flask adds them
                continue
            kept = [each for number, each in enumerate(given.value.elts) if number != index]
            yield Edit(given.value, source(ast.List(kept, ast.Load())))


def other_method(node: ast.AST) -> Iterator[Edit]:
    """``@app.post`` where ``@app.get`` was."""
    for call in _declarations(node):
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in _VERBS:
            yield Edit(func, f"{source(func.value)}.{_VERBS[func.attr]}")


def other_slash(node: ast.AST) -> Iterator[Edit]:
    """A rule with a slash too many or too few at its end."""
    for call in _declarations(node):
        rule, strict = call.args[0], keyword(call, "strict_slashes")
        if strict is not None and source(strict.value) == "False":  # both forms are right
            continue
        if isinstance(rule, ast.Constant) and isinstance(rule.value, str) and len(rule.value) > 1:
            yield Edit(rule, repr(rule.value.rstrip("/") if rule.value.endswith("/") else f"{rule.value}/"))


def other_converter(node: ast.AST) -> Iterator[Edit]:
    """A rule that takes any text where only a number was right."""
    for call in _declarations(node):
        rule = call.args[0]
        if isinstance(rule, ast.Constant) and isinstance(rule.value, str):
            looser = re.sub(r"<(?:int|float|uuid)(?:\([^)]*\))?:(\w+)>", r"<\1>", rule.value)
            looser = re.sub(r"\{(\w+):(?:int|float|uuid)\}", r"{\1}", looser)
            if looser != rule.value:
                yield Edit(rule, repr(looser))


def _declarations(node: ast.AST) -> Iterator[ast.Call]:
    """The decorators that declare a route.

    Not those of a FastAPI router in front of whose operations Flask's own URL map decides: the module then has a
    ``moved`` view for each.
    """
    if any(called(each) == "moved" for each in ast.walk(root(node))):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and decorator.args and called(decorator) in {"route", *_VERBS}:
                yield decorator


def dropped_header(node: ast.AST) -> Iterator[Edit]:
    """A header is no longer set."""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Subscript) and "headers" in source(target.value):
        yield Edit(node, "pass")
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 3:
        yield Edit(node.value, source(ast.Tuple(node.value.elts[:2], ast.Load())))


def dropped_cookie_flag(node: ast.AST) -> Iterator[Edit]:
    """A cookie without ``HttpOnly``, ``Secure`` or its lifetime."""
    if called(node) == "set_cookie" and isinstance(node, ast.Call):
        for name, usual in _FLAGS.items():
            given = keyword(node, name)
            constant = given is not None and isinstance(given.value, ast.Constant)  # else it may say the usual
            if given is not None and constant and source(given.value) != usual:
                yield Edit(node, without(node, name))


def dropped_cookie(node: ast.AST) -> Iterator[Edit]:
    """A cookie is no longer set or deleted."""
    if isinstance(node, ast.Expr) and called(node.value) in {"set_cookie", "delete_cookie"}:
        yield Edit(node, "pass")


def other_type(node: ast.AST) -> Iterator[Edit]:
    """A body with another content type."""
    if isinstance(node, ast.Call):
        for name in ("mimetype", "content_type", "media_type"):
            given = keyword(node, name)
            if given is not None and isinstance(given.value, ast.Constant):
                yield Edit(given.value, "'text/plain'")


CATALOGUE: dict[str, Finder] = {
    "other-status": other_status,
    "other-refusal": other_refusal,
    "other-redirect-status": other_redirect_status,
    "other-target": other_target,
    "dropped-method": dropped_method,
    "other-method": other_method,
    "other-slash": other_slash,
    "other-converter": other_converter,
    "dropped-header": dropped_header,
    "dropped-cookie-flag": dropped_cookie_flag,
    "dropped-cookie": dropped_cookie,
    "other-type": other_type,
}
