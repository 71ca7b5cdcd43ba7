"""Find Flask route registrations in one file: what `flask2fastapi-check` prints.

One file, no project around it, and nothing imported that costs start-up time (which is why there are plain tuples here
and no dataclasses). Rules that a project's own helper computes are seen where they are registered, as source text;
which and how many URLs they become only the whole project tells.
"""

from __future__ import annotations

import _ast as ast  # the node classes alone: importing `ast` itself takes half as long as starting Python

from flask2fastapi.hook_parse import parse

TYPE_CHECKING = False  # the real one costs the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Iterator

    Found = tuple[int, str, str, int]

VERBS = ("get", "post", "put", "patch", "delete")
_ALL_VERBS = (*VERBS, "head", "options", "trace")
_REGISTERING = (b"add_url_rule", b"add_resource", b".route")
"""Without one of these in its lines, a statement that is no definition registers nothing that this module knows."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# What an application or router is made of on the FastAPI side, and what else has `.get` and `.route`.
_FASTAPI_SIDE = {"FastAPI", "APIRouter", "Starlette", "Router"}
_FASTAPI_PACKAGES = {"fastapi", "starlette"}
# Other frameworks whose decorators look alike; a file that imports one of them and no Flask is theirs.
_OTHERS = {"sanic", "bottle", "aiohttp", "starlette", "fastapi", "litestar", "responder", "falcon", "tornado"}


def find_routes(source: bytes) -> list[Found]:
    """Return ``(line, methods, rule, last line)`` for each registration; raises SyntaxError for what does not parse.

    ``methods`` is comma-separated and upper case; ``rule`` is the literal, or the source text of the expression.
    """
    parts = parse(source)
    facts = _FileFacts(parts)
    if not facts.may_be_flask:
        return []
    lines = _registering_lines(source)
    found: list[Found] = []
    for before, statements in parts:
        here = _registered(statements, facts, before, lines)
        found += [(line + before, methods, rule, end + before) for line, methods, rule, end in here]
    return sorted(set(found))


def _registered(statements: list[ast.AST], facts: _FileFacts, before: int, lines: set[int]) -> list[Found]:
    """The registrations of one part; ``lines`` are of the file, which has ``before`` lines before the part."""
    found: list[Found] = []
    for node in statements:
        if isinstance(node, _DEFINITIONS):
            if node.decorator_list:
                found += _decorated(node, facts)
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, (ast.Call, ast.ListComp))
            and _holds(node, before, lines)
        ):
            for call in _calls(node):
                found += _called(call, facts)
    return found


def _registering_lines(source: bytes) -> set[int]:
    """The numbers of the lines that hold one of the registering words."""
    source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = set()
    for word in _REGISTERING:
        line, last, position = 1, 0, source.find(word)
        while position >= 0:
            line += source.count(b"\n", last, position)
            found.add(line)
            last, position = position, source.find(word, position + 1)
    return found


def _holds(node: ast.Expr, before: int, lines: set[int]) -> bool:
    return not lines.isdisjoint(range(before + node.lineno, before + (node.end_lineno or node.lineno) + 1))


def _calls(statement: ast.AST) -> Iterator[ast.Call]:
    waiting = [statement]
    for node in waiting:
        if isinstance(node, ast.Call):
            yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)


class _FileFacts:
    """What the names of a file stand for, as far as one file tells."""

    def __init__(self, parts: list[tuple[int, list[ast.AST]]]) -> None:
        self.not_flask: set[str] = set()
        self.classes: dict[str, ast.ClassDef] = {}
        self.constants: dict[str, ast.expr] = {}
        packages: set[str] = set()
        for node in (node for _, statements in parts for node in statements):
            if isinstance(node, ast.Import):
                packages.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                packages.add(node.module.partition(".")[0])
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, ast.Assign):
                self._assign(node)
        self.flask = any(
            name.lower().startswith("flask") or name in ("apiflask", "quart_flask_patch") for name in packages
        )
        self.may_be_flask = self.flask or not packages & _OTHERS
        self.fastapi = bool(packages & _FASTAPI_PACKAGES)

    def _assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        for name in names:
            self.constants[name] = node.value
            if isinstance(node.value, ast.Call) and _last_name(node.value.func) in _FASTAPI_SIDE:
                self.not_flask.add(name)


def _decorated(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, facts: _FileFacts) -> list[Found]:
    found = []
    for decorator in node.decorator_list:
        if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
            continue
        owner, word = decorator.func.value, decorator.func.attr
        if _root(owner) in facts.not_flask:
            continue
        if word == "route" and (decorator.args or _keyword(decorator, "rule")):
            methods = _class_methods(node, facts) if isinstance(node, ast.ClassDef) else ["GET"]
            methods = _literal_methods(_keyword(decorator, "methods"), facts) or methods
            found += [(decorator.lineno, ",".join(methods), rule, _header_end(node)) for rule in _rules(decorator)]
        elif word in VERBS and _looks_like_rule(decorator) and facts.flask and not _is_foreign(owner, facts):
            found.append((decorator.lineno, word.upper(), _rules(decorator)[0], _header_end(node)))
    return found


def _called(node: ast.Call, facts: _FileFacts) -> list[Found]:
    if not isinstance(node.func, ast.Attribute):
        return []
    end = node.end_lineno or node.lineno
    word = node.func.attr
    if word == "add_url_rule" and _root(node.func.value) not in facts.not_flask:
        view = _keyword(node, "view_func") or (node.args[2] if len(node.args) > 2 else None)
        if view is None or _is_moved(view) or not (node.args or _keyword(node, "rule")):
            return []
        methods = _literal_methods(_keyword(node, "methods"), facts) or _view_methods(view, facts)
        return [(node.lineno, ",".join(methods), _rules(node)[0], end)]
    if word == "route" and _is_applied(node, facts):
        methods = _literal_methods(_keyword(node, "methods"), facts) or ["GET"]
        return [(node.lineno, ",".join(methods), rule, end) for rule in _rules(node)]
    if word == "add_resource" and facts.flask and len(node.args) > 1:
        resource = node.args[0]
        known = facts.classes.get(resource.id) if isinstance(resource, ast.Name) else None
        methods = _class_methods(known, facts) if known else ["?"]
        return [(node.lineno, ",".join(methods), _text(rule), end) for rule in node.args[1:]]
    return []


def _is_applied(node: ast.Call, facts: _FileFacts) -> bool:
    """Whether this stands in a statement as ``app.route("/x")(view)``, with something that is a rule."""
    return facts.flask and _root(node.func) not in facts.not_flask and bool(node.args) and _looks_like_rule(node)


def _rules(call: ast.Call) -> list[str]:
    """The rules given; only class registries take several positional ones (flask-restx's ``@ns.route("/a", "/b")``)."""
    keyword = _keyword(call, "rule")
    if keyword is not None:
        return [_text(keyword)]
    if isinstance(call.func, ast.Attribute) and call.func.attr == "add_url_rule":
        return [_text(call.args[0])]
    return [_text(argument) for argument in call.args if not isinstance(argument, ast.Starred)] or ["?"]


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else _unparse(node)


def _unparse(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    from ast import unparse

    return unparse(node)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _literal_methods(node: ast.expr | None, facts: _FileFacts) -> list[str]:
    if isinstance(node, ast.Name):
        node = facts.constants.get(node.id)
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return []
    values = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return sorted(value.upper() for value in values)


def _view_methods(view: ast.expr, facts: _FileFacts) -> list[str]:
    if isinstance(view, ast.Call) and isinstance(view.func, ast.Attribute) and view.func.attr == "as_view":
        return _class_methods(facts.classes.get(_last_name(view.func.value) or ""), facts)
    return ["GET"]


def _class_methods(node: ast.AST | None, facts: _FileFacts, depth: int = 0) -> list[str]:
    """HTTP methods that a class view answers, with those of its bases in the same file; GET when none can be seen."""
    if not isinstance(node, ast.ClassDef) or depth > 10:
        return ["GET"]
    found = set()
    for item in node.body:
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and item.name in _ALL_VERBS:
            found.add(item.name.upper())
        elif isinstance(item, ast.Assign) and any(_last_name(target) == "methods" for target in item.targets):
            return _literal_methods(item.value, facts) or ["GET"]
    for base in node.bases:
        parent = facts.classes.get(_last_name(base) or "")
        if parent is not None and parent is not node:
            found.update(_class_methods(parent, facts, depth + 1))
    return sorted(found - {"HEAD", "OPTIONS"}) or sorted(found) or ["GET"]


def _looks_like_rule(call: ast.Call) -> bool:
    """``@bp.get("/x")`` is a route; ``@cache.get("key")`` or ``@signal.get(name)`` is not."""
    first = call.args[0] if call.args else _keyword(call, "rule")
    if isinstance(first, ast.Constant):
        return isinstance(first.value, str) and (first.value == "" or first.value.startswith("/"))
    return isinstance(first, (ast.JoinedStr, ast.BinOp, ast.Name))


def _is_foreign(owner: ast.expr, facts: _FileFacts) -> bool:
    """Whether, in a file that uses both frameworks, nothing says that the owner is Flask's."""
    if not facts.fastapi:
        return False
    made = facts.constants.get(_root(owner) or "")
    return not (isinstance(made, ast.Call) and _last_name(made.func) not in _FASTAPI_SIDE)


def _is_moved(view: ast.expr) -> bool:
    """Whether this is a rule that a migrated route left behind for Flask's URL map."""
    return isinstance(view, ast.Call) and _last_name(view.func) == "moved"


def _header_end(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """The last line of decorators and signature: where an inline ignore may stand."""
    return max(node.lineno, node.body[0].lineno - 1)


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _root(node: ast.expr) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
