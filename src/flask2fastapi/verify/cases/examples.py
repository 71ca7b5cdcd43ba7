"""Requests that the project's own tests send: literal paths, bodies and values are the likeliest to be accepted."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask2fastapi.verify.cases.literals import read_literals
from flask2fastapi.verify.cases.payloads import FORM, JSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.model.verification import Header

_METHODS = {"get", "post", "put", "patch", "delete", "open", "head", "options"}
_UNKNOWN = object()
_MOST = 4
"""Examples of one route and method, and values of one name, that are kept."""
_TESTS = re.compile(r"(^|/)(tests?|testing|fixtures|conftest|seeds?)([/_.]|$)|test_|_test\.py$|seed|populate|test_data")


@dataclass(frozen=True, slots=True)
class Example:
    """A request as it stands in a test."""

    method: str
    path: str
    """"" where the test asks for the URL of an endpoint."""
    query: str = ""
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Examples:
    """What was found."""

    requests: tuple[Example, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a field -> texts that tests give it, and that the program compares it with."""
    literals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a parameter or field -> texts that the program compares it with."""

    def of(self, rule: str, method: str, endpoint: str = "") -> tuple[Example, ...]:
        """Requests to a rule or its endpoint, those with a body first.

        Where no test sends the method: those by another one that have a query, with nothing but that.
        """
        pattern = rule_pattern(rule)
        every = [
            each
            for each in self.requests
            if pattern.fullmatch(each.path) or (each.endpoint and each.endpoint == endpoint and not each.path)
        ]
        found = [each for each in every if each.method == method]
        if not found:
            found = [replace(each, method=method, headers=(), body=b"") for each in every if each.query]
        return tuple(sorted(found, key=lambda each: not each.body)[:_MOST])

    def paths(self, rule: str) -> tuple[str, ...]:
        """Paths of a rule, by whatever method they are asked for."""
        pattern = rule_pattern(rule)
        return tuple(dict.fromkeys(each.path for each in self.requests if pattern.fullmatch(each.path)))[:_MOST]


def rule_pattern(rule: str) -> re.Pattern[str]:
    """A regular expression for the paths of a rule, as far as its own text goes, with or without a slash at the end."""
    parts = re.split(r"(<[^<>]*>)", rule.rstrip("/"))
    found = (
        (
            (".+" if part.startswith("<path") else r"\d+" if part.startswith("<int") else "[^/]+")
            if part.startswith("<")
            else re.escape(part)
        )
        for part in parts
    )
    return re.compile("".join(found) + "/?")


def read_examples(files: Iterable[SourceFile]) -> Examples:
    """Read the project's tests and seeding scripts, and the literals of the program."""
    files = list(files)
    literals = read_literals(file for file in files if not _TESTS.search(file.path))
    requests: dict[Example, None] = {}
    values: dict[str, dict[str, None]] = {}
    for file in files:
        if not _TESTS.search(file.path):
            continue
        try:
            tree = ast.parse(file.data)
        except (SyntaxError, ValueError):
            continue
        constants = _constants(tree)
        for call, around in _calls(tree, constants):
            requests.update(dict.fromkeys(_requests(call, around)))
        for node in ast.walk(tree):
            for name, value in _named(node, constants):
                known = values.setdefault(name, {})
                if len(known) < _MOST:
                    known[value] = None
    for name, texts in literals.items():
        values.setdefault(name, {}).update(dict.fromkeys(texts))
    return Examples(tuple(requests), {name: tuple(found) for name, found in values.items()}, literals)


def _calls(tree: ast.AST, constants: Mapping[str, Any]) -> Iterator[tuple[ast.Call, Mapping[str, Any]]]:
    """Every call, with the literals that names stand for where it is: each test has a ``data`` of its own."""
    for node in ast.iter_child_nodes(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        around = {**constants, **_constants(node)} if is_function else constants
        if isinstance(node, ast.Call):
            yield node, around
        yield from _calls(node, around)


def _constants(tree: ast.AST) -> dict[str, Any]:
    """Names that are assigned one literal, anywhere: fixtures and class attributes too."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            name = (
                target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
            )
            value = _value(node.value, {})
            if name and value is not _UNKNOWN:
                found.setdefault(name, value)
    return found


def _value(node: ast.expr | None, constants: Mapping[str, Any]) -> Any:
    """What an expression stands for, `_UNKNOWN` where that is not to be seen."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in constants:
            return constants[name]
        case ast.Dict(keys=keys, values=parts):
            names, inner = [_value(key, constants) for key in keys], [_value(each, constants) for each in parts]
            known = zip(names, inner, strict=True)
            return {name: value for name, value in known if isinstance(name, str) and value is not _UNKNOWN}
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            inner = [_value(each, constants) for each in parts]
            return _UNKNOWN if _UNKNOWN in inner else inner
        case ast.Call(func=ast.Attribute(attr="dumps") | ast.Name(id="dumps"), args=[first, *_]):
            return _dumped(_value(first, constants))
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            pairs = {k.arg: _value(k.value, constants) for k in keywords if k.arg}
            return {name: value for name, value in pairs.items() if value is not _UNKNOWN}
        case ast.JoinedStr(values=parts):
            return _joined([_value(_formatted(part), constants) for part in parts])
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([_value(left, constants), _value(right, constants)])
        case ast.Call(func=ast.Attribute(value=text, attr="format"), args=args, keywords=[]):
            return _filled(_value(text, constants), [_value(each, constants) for each in args])
    return _UNKNOWN


def _formatted(part: ast.expr) -> ast.expr:
    return part.value if isinstance(part, ast.FormattedValue) else part


def _joined(parts: list[Any]) -> Any:
    return "".join(map(str, parts)) if all(isinstance(part, str | int) for part in parts) else _UNKNOWN


def _filled(text: Any, given: list[Any]) -> Any:
    if not isinstance(text, str) or not all(isinstance(each, str | int) for each in given):
        return _UNKNOWN
    try:
        return text.format(*given)
    except (IndexError, KeyError, ValueError, AttributeError):
        return _UNKNOWN


def _dumped(value: Any) -> Any:
    try:
        return json.dumps(value)
    except TypeError:
        return _UNKNOWN


def _requests(call: ast.Call, constants: Mapping[str, Any]) -> Iterator[Example]:
    """``client.post("/books", json={...})``, and helpers that take a path and a body in that manner."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    paths = [value for value in (_value(each, constants) for each in call.args[:2]) if _is_path(value)]
    if not paths and _verb(name):  # Werkzeug's client adds the slash
        paths = [f"/{value}" for value in (_value(each, constants) for each in call.args[:1]) if _is_relative(value)]
    paths += [value for value in [_value(given.get("path") or given.get("url"), constants)] if _is_path(value)]
    endpoint = "" if paths else _endpoint(call.args[:2])
    if not paths and not endpoint:
        return
    path, _, query = (paths or [""])[0].partition("#")[0].partition("?")
    more = _value(given.get("query_string") or given.get("params"), constants)
    if isinstance(more, str | dict) and more:
        query = "&".join(filter(None, [query, more if isinstance(more, str) else urlencode(more, doseq=True)]))
    if "json" not in given and "data" not in given and _verb(name) in {"POST", "PUT", "PATCH"}:
        given = {**given, **_sent(name, call.args[1:], constants)}
    body, content = _body(given, constants)
    headers = ((("Content-Type", content),) if content else ()) + tuple(_headers(given, constants))
    for method in _methods(name, given, bool(body), constants):
        yield Example(method, quote(path, safe="/%:@!$&'()*+,;=~-._"), query, headers, body, endpoint)


def _endpoint(arguments: Sequence[ast.expr]) -> str:
    """The endpoint of a path that is asked for: ``url_for("auth.login")``."""
    for each in arguments:
        match each:
            case ast.Call(
                func=ast.Name(id="url_for") | ast.Attribute(attr="url_for"), args=[ast.Constant(value=str(name)), *_]
            ):
                return name
    return ""


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("/") and not value.startswith("//") and " " not in value


def _is_relative(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w-]+(/[\w.@-]+)+/?(\?\S*)?", value) is not None


def _methods(name: str, given: Mapping[str, ast.expr], has_body: bool, constants: Mapping[str, Any]) -> list[str]:
    method = _value(given.get("method"), constants)
    if isinstance(method, str):
        return [method.upper()]
    if _verb(name):
        return [_verb(name)]
    return ["POST", "PUT"] if has_body else ["GET"]


def _verb(name: str) -> str:
    """The method that a client's function, or a house helper, is named after: ``post_json``, ``put``, ``do_delete``."""
    words = [word for word in name.lower().split("_") if word in _METHODS - {"open"}]
    return words[0].upper() if words else ""


def _sent(name: str, arguments: Sequence[ast.expr], constants: Mapping[str, Any]) -> dict[str, ast.expr]:
    """The body that a house helper is handed after the path; JSON unless its name speaks of forms."""
    for each in arguments:
        value = _value(each, constants)
        if isinstance(value, dict | list) and value:
            return {"data" if "form" in name.lower() and isinstance(value, dict) else "json": each}
    return {}


def _headers(given: Mapping[str, ast.expr], constants: Mapping[str, Any]) -> Iterator[Header]:
    found = _value(given.get("headers"), constants)
    for name, value in found.items() if isinstance(found, dict) else ():
        if (
            isinstance(value, str)
            and name.lower() not in {"content-type", "content-length", "host"}
            and value.isascii()
        ):
            yield name, value


def _body(given: Mapping[str, ast.expr], constants: Mapping[str, Any]) -> tuple[bytes, str]:
    document = _value(given.get("json"), constants)
    if "json" in given and document is not _UNKNOWN:
        text = _dumped(document)
        return (text.encode(), JSON) if isinstance(text, str) else (b"", "")
    data = _value(given.get("data"), constants)
    stated = _value(given.get("content_type") or given.get("mimetype"), constants)
    if isinstance(data, dict) and all(isinstance(value, str | int | float) for value in data.values()):
        return urlencode(data).encode(), FORM
    if isinstance(data, str):
        return data.encode(), stated if isinstance(stated, str) else JSON if data[:1] in {"{", "["} else FORM
    return b"", ""


def _named(node: ast.AST, constants: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Texts that stand under a name: ``{"email": "ann@example.org"}``, ``User(email="ann@example.org")``."""
    rows: list[tuple[Any, ast.expr]] = []
    if isinstance(node, ast.Dict):
        rows = [(_value(key, {}), value) for key, value in zip(node.keys, node.values, strict=True)]
    elif isinstance(node, ast.Call):
        rows = [(keyword.arg, keyword.value) for keyword in node.keywords]
    for name, expression in rows:
        value = _value(expression, constants)
        if isinstance(name, str) and isinstance(value, str) and 0 < len(value) < 200 and value.isprintable():
            yield name, value
