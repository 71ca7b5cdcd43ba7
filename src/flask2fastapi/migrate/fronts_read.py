"""Read the modules that an earlier run made for an application, to know whether they are still as it made them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flask2fastapi.bundle import read_header
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.documented import DESCRIBE
from flask2fastapi.scaffold import render_asgi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.plan import FrontPlan


def changed_by_hand(project: Project, front: FrontPlan) -> Reason | None:
    """The first thing in the front, the support module or the ASGI entry that a run did not write."""
    for path, find in ((front.front_path, _in_front), (front.asgi_path, None), (front.support_path, None)):
        source = project.source(path)
        if source is None:
            continue
        if find is not None:
            line = find(source.text)
        elif path == front.asgi_path:
            line = None if _same(source.text, render_asgi(front) or "") else 1
        else:
            header = read_header(source.text)
            line = None if header is not None and header.intact else 1
        if line is not None:
            return Reason("flask-object", f"{path} was changed by hand", Location(path, line))
    return None


def offers_documentation(project: Project, front: FrontPlan) -> bool:
    """Whether a front shows ``/docs``."""
    source = project.source(front.front_path)
    return source is not None and f"{DESCRIBE}(app)" in source.text


def who_imports(project: Project, front: FrontPlan) -> Reason | None:
    """The first of the project's own files that imports the front or the ASGI entry, which would be gone."""
    ours = {module.path for module in project.generated}
    gone = {path.rpartition("/")[2].removesuffix(".py") for path in (front.front_path, front.asgi_path)}
    for file in project.files:
        if file.path in ours or not any(name in file.text for name in gone):
            continue
        for line, names in _imported(file.text):
            found = sorted(name for name in names if set(name.split(".")) & gone)
            if found:
                return Reason("flask-object", f"{file.path} imports {found[0]}", Location(file.path, line))
    return None


def _in_front(text: str) -> int | None:
    """The line of the first statement of a front that is not one of those that `scaffold.render_front` writes."""
    for node in ast.parse(text).body:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
                continue
            case ast.FunctionDef(name="front", decorator_list=[], args=ast.arguments(args=[ast.arg(arg="flask_app")])):
                line = next((each.lineno for each in node.body if not _is_ours(each)), None)
                if line is not None:
                    return line
            case _:
                return node.lineno
    return None


def _is_ours(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name(id="app")], value=ast.Call() as call):
            return ast.unparse(call) in {"FastAPI(openapi_url=None)", "FastAPI()"}
        case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=[ast.Name(id="app")], keywords=[])):
            return name == DESCRIBE
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr="include_router")) as call):
            keywords = [keyword.arg for keyword in call.keywords]
            return len(call.args) == 1 and keywords in ([], ["prefix"])
        case ast.If(test=ast.Compare() as test, body=body, orelse=[]):
            registered = re.fullmatch(r"'[^']*' in flask_app\.blueprints", ast.unparse(test))
            return registered is not None and all(map(_is_ours, body))
        case ast.Return(value=ast.Call() as call):
            return ast.unparse(call) == "serve_rest_with_flask(app, flask_app)"
    return False


def _same(one: str, other: str) -> bool:
    """Whether two modules are the same but for layout, comments and docstring."""
    return _shape(one) == _shape(other)


def _shape(text: str) -> list[str]:
    nodes = ast.parse(text).body
    return sorted(ast.unparse(node) for node in nodes if not _is_text(node))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _imported(text: str) -> Iterator[tuple[int, list[str]]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield node.lineno, [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, [f"{node.module or ''}.{each.name}" for each in node.names]
