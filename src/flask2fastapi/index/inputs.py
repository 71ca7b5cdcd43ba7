"""Find the names of inputs: ``request.form["title"]``, ``data.get("page")``, fields of schemas, forms and parsers.

A generator of requests needs likely names, not proofs, so this reads shapes of the syntax and follows no program.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.input_nodes import PLACES, TYPES, called, flag, last_name, literals, number
from flask2fastapi.index.input_parameters import bodies_taken, parameters_read
from flask2fastapi.index.input_schemas import columns, instances, model_of, schemas_named, with_inherited
from flask2fastapi.index.modules import read_modules
from flask2fastapi.model.inputs import InputField, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.files import SourceFile

_READS = {"get", "getlist", "pop"}
_JSON_CALLS = {"get_json", "loads", "get_data"}
_CALL_TYPES = {"int": "int", "float": "float", "bool": "bool", "str": "str"}


def read_inputs(files: Iterable[SourceFile]) -> dict[str, tuple[InputField, ...]]:
    """Function or class key -> the inputs that its own body names, each once."""
    found: dict[str, tuple[InputField, ...]] = {}
    uses: dict[str, list[tuple[str, Place]]] = {}
    variables: dict[str, str] = {}
    bases: dict[str, list[str]] = {}
    models: dict[str, tuple[InputField, ...]] = {}
    made_of: dict[str, tuple[str, frozenset[str]]] = {}
    for module in read_modules(files).by_path.values():
        for key, node in _scopes(module.name, module.tree, ""):
            fields = _of_class(node) if isinstance(node, ast.ClassDef) else _of_function(node)
            unique = {(field.place, field.name): field for field in fields}
            if unique:
                found[key] = tuple(unique.values())
            uses[key] = schemas_named(node)
            if isinstance(node, ast.ClassDef):
                bases[node.name] = list(map(last_name, node.bases))
                models[node.name] = tuple(columns(node))
                if (taken := model_of(node)) is not None:
                    made_of[node.name] = taken
        variables.update(instances(module.tree))
    own_fields = {re.split(r"[.:]", key)[-1]: fields for key, fields in found.items()}
    for name, (model, left_out) in made_of.items():
        bases[name].append(f"{name} columns")
        own_fields[f"{name} columns"] = tuple(each for each in models.get(model, ()) if each.name not in left_out)
    by_class = {name: tuple(with_inherited(name, own_fields, bases)) for name in (*own_fields, *bases)}
    for key, names in uses.items():
        own = {(field.place, field.name): field for field in found.get(key, ())}
        for name, place in names:
            for field in by_class.get(variables.get(name, name), ()):
                own.setdefault((place, field.name), replace(field, place=place))
        if own:
            found[key] = tuple(own.values())
    return found


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
    yield from parameters_read(node)
    taken = dict(bodies_taken(node))
    variables = {**taken, **dict(_bodies(node, taken))}
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


def _bodies(node: ast.AST, taken: dict[str, Place]) -> Iterator[tuple[str, Place]]:
    """Variables that hold a whole body: ``data = request.get_json()``, ``form = request.form``.

    ``taken`` holds the parameters that do, or that read one.
    """
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                place = _place(value, taken)
                if place is not None:
                    yield name, place
        if isinstance(inner, ast.NamedExpr) and (place := _place(inner.value, taken)) is not None:
            yield inner.target.id, place


def _place(node: ast.expr, variables: dict[str, Place]) -> Place | None:
    match node:
        case ast.Name(id=name):
            return variables.get(name)
        case ast.Call(func=ast.Name(id=name)):
            return variables.get(f"{name}()")
        case ast.Attribute(value=owner, attr=attr) if attr in PLACES and _is_request(owner):
            return PLACES[attr]
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
        PLACES.get(where, Place.ANY),
        _type_argument(call),
        isinstance(required, ast.Constant) and required.value is True,
        tuple(literals(given.get("choices"))),
    )


def _of_class(node: ast.AST) -> Iterator[InputField]:
    """Fields of schemas (``fields.Str(required=True)``) and forms (``StringField("Title", validators=[…])``)."""
    body = node.body if isinstance(node, ast.ClassDef) else []
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                kind = _kind(call)
                if kind is not None and not flag(call, "dump_only"):
                    yield _field(name, kind, call)


def _kind(call: ast.Call) -> str | None:
    func = call.func
    owner = func.value.id if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) else ""
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if owner in {"fields", "ma", "mm"} or name.endswith("Field"):
        return TYPES.get(name.removesuffix("Field").lower(), "str")
    return None


def _field(name: str, kind: str, call: ast.Call) -> InputField:
    validators = [inner for inner in ast.walk(call) if isinstance(inner, ast.Call) and inner is not call]
    names = {called(each) for each in validators}
    minimum = maximum = None
    choices: tuple[str, ...] = ()
    for each in validators:
        if called(each) in {"Length", "Range", "NumberRange"}:
            minimum = number(each, "min", 0, minimum)
            maximum = number(each, "max", 1, maximum)
        elif called(each) in {"OneOf", "AnyOf"} and each.args:
            choices = tuple(literals(each.args[0]))
    if "Email" in names:
        kind = "email"
    required = flag(call, "required") or bool(names & {"DataRequired", "InputRequired"})
    return InputField(name, Place.ANY, kind, required, choices, minimum, maximum)
