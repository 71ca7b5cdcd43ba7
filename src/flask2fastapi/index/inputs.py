"""Find the names of inputs: ``request.form["title"]``, ``data.get("page")``, fields of schemas, forms and parsers.

A generator of requests needs likely names, not proofs, so this reads shapes of the syntax and follows no program.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.modules import read_modules
from flask2fastapi.model.inputs import InputField, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.files import SourceFile

_PLACES = {
    "args": Place.QUERY,
    "form": Place.FORM,
    "json": Place.JSON,
    "values": Place.ANY,
    "files": Place.FILE,
    "headers": Place.HEADER,
    "cookies": Place.COOKIE,
}
_READS = {"get", "getlist", "pop"}
_JSON_CALLS = {"get_json", "loads", "get_data"}
_TYPES = {
    "str": "str", "string": "str", "text": "str", "textarea": "str", "password": "str", "hidden": "str",
    "int": "int", "integer": "int", "float": "float", "decimal": "float", "number": "float",
    "bool": "bool", "boolean": "bool", "email": "email", "url": "url", "date": "date", "datetime": "date",
    "list": "list", "nested": "dict", "dict": "dict", "select": "str", "file": "file",
}  # fmt: skip
_CALL_TYPES = {"int": "int", "float": "float", "bool": "bool", "str": "str"}


def read_inputs(files: Iterable[SourceFile]) -> dict[str, tuple[InputField, ...]]:
    """Function or class key -> the inputs that its own body names, each once."""
    found: dict[str, tuple[InputField, ...]] = {}
    uses: dict[str, list[tuple[str, Place]]] = {}
    variables: dict[str, str] = {}
    bases: dict[str, list[str]] = {}
    for module in read_modules(files).by_path.values():
        for key, node in _scopes(module.name, module.tree, ""):
            fields = _of_class(node) if isinstance(node, ast.ClassDef) else _of_function(node)
            unique = {(field.place, field.name): field for field in fields}
            if unique:
                found[key] = tuple(unique.values())
            uses[key] = _schemas_named(node)
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [_last_name(base) for base in node.bases]
        variables.update(_instances(module.tree))
    own_fields = {re.split(r"[.:]", key)[-1]: fields for key, fields in found.items()}
    by_class = {name: tuple(_with_inherited(name, own_fields, bases)) for name in (*own_fields, *bases)}
    for key, names in uses.items():
        own = {(field.place, field.name): field for field in found.get(key, ())}
        for name, place in names:
            for field in by_class.get(variables.get(name, name), ()):
                own.setdefault((place, field.name), replace(field, place=place))
        if own:
            found[key] = tuple(own.values())
    return found


def _with_inherited(
    name: str, fields: Mapping[str, tuple[InputField, ...]], bases: Mapping[str, list[str]], depth: int = 3
) -> Iterator[InputField]:
    """The fields of a class, its own first, each once."""
    own = fields.get(name, ())
    yield from own
    names = {field.name for field in own}
    for base in bases.get(name, ()) if depth else ():
        yield from (each for each in _with_inherited(base, fields, bases, depth - 1) if each.name not in names)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _schemas_named(node: ast.AST) -> list[tuple[str, Place]]:
    """Names in decorators (``@body(user_schema)``) and of what ``.load`` is called on, with where the input is."""
    found = []
    for decorator in getattr(node, "decorator_list", ()) if not isinstance(node, ast.ClassDef) else ():
        if isinstance(decorator, ast.Call) and not _is_answer(decorator):
            place = _location(decorator)
            names = {inner.id for each in decorator.args for inner in ast.walk(each) if isinstance(inner, ast.Name)}
            found += [(name, place) for name in sorted(names)]
    for inner in ast.walk(node) if not isinstance(node, ast.ClassDef) else ():
        match inner:
            case ast.Call(func=ast.Attribute(value=owner, attr="load" | "loads" | "validate")):
                schema = owner.func if isinstance(owner, ast.Call) else owner
                found.append((_last_name(schema), Place.ANY))
    return found


def _is_answer(decorator: ast.Call) -> bool:
    """Whether a decorator is about what is answered: ``@response(schema)``, ``@marshal_with(schema)``."""
    name = _called(decorator).lower()
    return any(word in name for word in ("response", "output", "marshal", "authenticate", "other"))


def _location(decorator: ast.Call) -> Place:
    for keyword in decorator.keywords:
        if keyword.arg in {"location", "source"} and isinstance(keyword.value, ast.Constant):
            stated = str(keyword.value.value)
            return _PLACES.get(stated, _PLACES.get(f"{stated}s", Place.ANY))
    name = _called(decorator).lower()
    return Place.JSON if "body" in name or "json" in name else Place.QUERY if "query" in name else Place.ANY


def _instances(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Variables that hold an object of a class: ``user_schema = UserSchema()``."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if _called(call)[:1].isupper():
                yield name, _called(call)


def _scopes(module: str, node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module}:{prefix}{child.name}", child
            yield from _scopes(module, child, f"{prefix}{child.name}.<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield f"{module}:{prefix}{child.name}", child
            yield from _scopes(module, child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.stmt):
            yield from _scopes(module, child, prefix)


def _of_function(node: ast.AST) -> Iterator[InputField]:
    variables = dict(_bodies(node))
    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(value=owner, slice=ast.Constant(value=str(name))):
                place = _place(owner, variables)
                if place is not None and isinstance(inner.ctx, ast.Load):
                    yield InputField(name, place, required=True)
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[ast.Constant(value=str(name)), *_]):
                place = _place(owner, variables)
                if method in _READS and place is not None:
                    yield InputField(name, place, _type_argument(inner))
                elif method == "add_argument":
                    yield _argument(inner, name)
            case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()], comparators=[owner]):
                place = _place(owner, variables)
                if place is not None:
                    yield InputField(name, place, required=isinstance(inner.ops[0], ast.NotIn))


def _bodies(node: ast.AST) -> Iterator[tuple[str, Place]]:
    """Variables that hold a whole body: ``data = request.get_json()``, ``form = request.form``."""
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                place = _place(value, {})
                if place is not None:
                    yield name, place
        if isinstance(inner, ast.NamedExpr) and (place := _place(inner.value, {})) is not None:
            yield inner.target.id, place


def _place(node: ast.expr, variables: dict[str, Place]) -> Place | None:
    match node:
        case ast.Name(id=name):
            return variables.get(name)
        case ast.Attribute(value=owner, attr=attr) if attr in _PLACES and _is_request(owner):
            return _PLACES[attr]
        case ast.Call(func=ast.Attribute(attr=method)) if method in _JSON_CALLS:
            return Place.JSON
        case ast.BoolOp(values=[first, *_]):
            return _place(first, variables)
        case ast.Call(func=ast.Attribute(value=owner, attr="to_dict")):
            return _place(owner, variables)
    return None


def _is_request(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return "req" in name.lower()


def _type_argument(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "type" and isinstance(keyword.value, ast.Name):
            return _CALL_TYPES.get(keyword.value.id, "")
    return ""


def _argument(call: ast.Call, name: str) -> InputField:
    """``parser.add_argument("page", type=int, location="args")`` of Flask-RESTful and flask-restx."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    location = given.get("location")
    where = location.value if isinstance(location, ast.Constant) and isinstance(location.value, str) else "values"
    required = given.get("required")
    return InputField(
        name.lstrip("-"),
        _PLACES.get(where, Place.ANY),
        _type_argument(call),
        isinstance(required, ast.Constant) and required.value is True,
        tuple(_literals(given.get("choices"))),
    )


def _of_class(node: ast.AST) -> Iterator[InputField]:
    """Fields of schemas (``fields.Str(required=True)``) and forms (``StringField("Title", validators=[…])``)."""
    body = node.body if isinstance(node, ast.ClassDef) else []
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                kind = _kind(call)
                if kind is not None and not _flag(call, "dump_only"):
                    yield _field(name, kind, call)


def _kind(call: ast.Call) -> str | None:
    func = call.func
    owner = func.value.id if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) else ""
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if owner in {"fields", "ma", "mm"} or name.endswith("Field"):
        return _TYPES.get(name.removesuffix("Field").lower(), "str")
    return None


def _field(name: str, kind: str, call: ast.Call) -> InputField:
    validators = [inner for inner in ast.walk(call) if isinstance(inner, ast.Call) and inner is not call]
    names = {_called(each) for each in validators}
    minimum = maximum = None
    choices: tuple[str, ...] = ()
    for each in validators:
        if _called(each) in {"Length", "Range", "NumberRange"}:
            minimum = _number(each, "min", 0, minimum)
            maximum = _number(each, "max", 1, maximum)
        elif _called(each) in {"OneOf", "AnyOf"} and each.args:
            choices = tuple(_literals(each.args[0]))
    if "Email" in names:
        kind = "email"
    required = _flag(call, "required") or bool(names & {"DataRequired", "InputRequired"})
    return InputField(name, Place.ANY, kind, required, choices, minimum, maximum)


def _called(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _number(call: ast.Call, name: str, position: int, known: int | None) -> int | None:
    for keyword in call.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, int):
            return keyword.value.value
    if position < len(call.args):
        argument = call.args[position]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int):
            return argument.value
    return known


def _flag(call: ast.Call, name: str) -> bool:
    return any(k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is True for k in call.keywords)


def _literals(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        for element in node.elts:
            if isinstance(element, ast.Constant) and isinstance(element.value, str | int):
                yield str(element.value)
